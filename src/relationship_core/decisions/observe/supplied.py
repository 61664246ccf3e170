"""What the host supplies, checked against what each fact may hold."""

from __future__ import annotations

from collections.abc import Mapping

from relationship_core.decisions.observe.holdings import Observed
from relationship_core.errors import InvalidValueError, RuleError
from relationship_core.facts import PHASES, Phase
from relationship_core.rules import Fact, FactValue, quantise
from relationship_core.rules.fact import unknown_fact

_BEFORE_DECISIONS = frozenset({Phase.OBSERVE, Phase.CONTRIBUTION})


def observe_supplied(
    values: Observed, supplied: Mapping[str, FactValue], facts: Mapping[str, Fact]
) -> None:
    """Set the facts that the host supplies, in place of what was observed.

    Raises:
        UnknownFactError: Nobody defined a fact of the name.
        InvalidValueError: The value isn't one that the fact can have, or the fact is decided or
            derived by the review itself.
    """
    for name, value in supplied.items():
        fact = facts.get(name)
        if fact is None:
            error = unknown_fact(name, facts)
            error.where = "Dossier.supplied"
            raise error
        values[name] = _settled(fact, value)


def _settled(fact: Fact, value: FactValue) -> FactValue:
    where = f"Dossier.supplied, {fact.name}"
    if fact.derived is not None or PHASES.get(fact.name, Phase.OBSERVE) not in _BEFORE_DECISIONS:
        raise InvalidValueError(
            "the review works it out itself",
            where=where,
            mend="supply what it depends on; stage and tier now belong in the standing",
        )
    try:
        settled = quantise(value, fact.kind)
    except RuleError as error:
        raise InvalidValueError(
            f"not a value of a {fact.kind}", where=where, mend=error.mend
        ) from None
    if not fact.admits(settled):
        raise InvalidValueError(
            f"outside what it can be: {_range(fact)}", where=where, mend="leave out what is unknown"
        )
    return settled


def _range(fact: Fact) -> str:
    if fact.categories is not None:
        return ", ".join(fact.categories)
    bounds = (("at least", fact.minimum), ("at most", fact.maximum))
    return " and ".join(f"{words} {bound}" for words, bound in bounds if bound is not None)

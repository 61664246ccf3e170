"""What a model learns from: customers observed on a day, and who had left by a later one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from hashlib import sha256
from typing import Any, Final

from attrs import evolve, frozen

from relationship_core import Dossier, Engine, Fact, hookimpl
from relationship_core.errors import InvalidValueError
from relationship_core.rules import FactValue
from relationship_core_retention_model.facts import closing_share
from relationship_core_retention_model.inputs import INPUTS, require_lawful

Known = Mapping[str, FactValue | None]

SILENT_MONTHS: Final = 3
FALL: Final = Decimal("0.3")


@frozen
class Example:
    """One customer to learn from.

    Args:
        values: The inputs on the first day, in their order; None where missing.
        has_left: Whether the customer had left by the second day.
        groups: Whether the customer is in each protected group, as far as that is known; never
            learnt from, only to see afterwards whether the score tells them apart.
    """

    values: tuple[float | None, ...]
    has_left: bool
    groups: Mapping[str, bool]


class _Observed:
    """What the model reads beside the built-in facts, without the model, which isn't there yet."""

    @hookimpl
    def rc_facts(self) -> Sequence[Fact]:
        """The one derived fact among its inputs."""
        return [closing_share]


def is_here(known: Known) -> bool:
    """Whether somebody is still a customer who can leave: an open relationship, lately used."""
    silent = known["months_inactive"]
    return known["relationship_closed"] is False and silent is not None and silent < SILENT_MONTHS  # type: ignore[operator]


def has_left(before: Known, after: Known) -> bool | None:
    """Whether somebody who was here has left since; None where that can't be known.

    To leave is to close, to do nothing for three months, or to take away 30 per cent of the assets.
    """
    silent, held, kept = after["months_inactive"], before["aum"], after["aum"]
    if after["relationship_closed"] or (silent is not None and silent >= SILENT_MONTHS):  # type: ignore[operator]
        return True
    if held is None or kept is None or silent is None:
        return None
    return bool(held > 0 and kept <= held * (1 - FALL))  # type: ignore[operator]


def examples(dossiers: Iterable[Dossier], as_of: date, outcome_as_of: date) -> Iterator[Example]:
    """Observe everybody on two days; who isn't here on the first teaches nothing.

    Inputs are observed on the first day, for which records of later days aren't read. What a host
    supplies has no date, so that it is left aside altogether.

    Raises:
        InvalidValueError: The second day isn't after the first.
    """
    if outcome_as_of <= as_of:
        raise InvalidValueError("it isn't after the first day", where="outcome-as-of")
    engine = Engine.from_plugins(_Observed())
    names = [fact.name for fact in INPUTS]
    require_lawful(names, engine.rule_book.catalogue)
    for dossier in dossiers:
        dated = evolve(dossier, supplied={}, standing=None)
        before = engine.observe(dated, as_of)
        if not is_here(before):
            continue
        left = has_left(before, engine.observe(dated, outcome_as_of))
        if left is not None:
            values = tuple([_number(before[name]) for name in names])
            yield Example(values, left, dict(_groups(before)))


def hash_of(given: Sequence[Example]) -> str:
    """A hash of what is learnt from; protected groups are no part of it."""
    digest = sha256()
    for each in given:
        digest.update(repr((each.values, each.has_left)).encode())
    return digest.hexdigest()


def _number(value: Any) -> float | None:
    return None if value is None else float(value)


def _groups(known: Known) -> Iterator[tuple[str, bool]]:
    sex, age = known["sex"], known["age_years"]
    if sex is not None:
        yield "women", sex == "female"
    if age is not None:
        yield "people of 60 and above", age >= 60  # type: ignore[operator]

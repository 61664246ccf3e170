"""Values of facts, and what may be known of a customer: ranges, categories and relations hold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from hypothesis import assume
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from relationship_core.decisions.rule_book import RuleBook
from relationship_core.decisions.rule_book_check import expressions_of
from relationship_core.decisions.witness import around, constants_beside
from relationship_core.rules import (
    Expression,
    Fact,
    Facts,
    FactValue,
    Kind,
    Rule,
    evaluate,
    facts_in,
    truth,
)
from relationship_core.testing.strategies.known import Known
from relationship_core.testing.strategies.values import AS_OF


def _decimals(places: int) -> SearchStrategy[Decimal]:
    # Few and small, so that values meet thresholds, and zero divides now and then.
    step = Decimal(1).scaleb(-places)
    near = st.sampled_from([Decimal(0), step, -step, Decimal("0.5"), Decimal(1), Decimal(2)])
    far = st.decimals(-10_000_000, 10_000_000, places=places)
    return st.one_of(near, near, far).map(lambda value: value.quantize(step) + 0)


_DAYS: Final = st.integers(-3, 3).map(lambda days: AS_OF + timedelta(days=days))
_VALUES: Final[dict[Kind, SearchStrategy[FactValue]]] = {
    Kind.MONEY: _decimals(2),
    Kind.RATIO: _decimals(6),
    Kind.NUMBER: _decimals(6),
    Kind.COUNT: st.integers(-1, 4),
    Kind.DAYS: st.integers(-2, 31),
    Kind.MONTHS: st.integers(0, 13),
    Kind.FLAG: st.booleans(),
    Kind.CATEGORY: st.sampled_from(["gold", "silver", "basic"]),
    Kind.DATE: st.one_of(_DAYS, _DAYS, st.dates()),
}


def values(kind: Kind) -> SearchStrategy[FactValue]:
    """Values of a kind, already at its scale."""
    return _VALUES[kind]


def fact_values(fact: Fact, *, near: Sequence[FactValue] = ()) -> SearchStrategy[FactValue]:
    """Values that a fact can have.

    Args:
        fact: The fact.
        near: Values to try often, thresholds for one; of these only such as the fact can have.
    """
    if fact.categories is not None:
        return st.sampled_from(fact.categories)
    ordinary = values(fact.kind).map(lambda value: _within(fact, value))
    often = [each for each in near if fact.admits(each)]
    if not often:
        return ordinary
    if fact.kind is Kind.CATEGORY:
        return st.sampled_from([*often, "another"])
    beside = st.sampled_from(often)
    return st.one_of(beside, beside, beside, ordinary)


def _within(fact: Fact, value: Any) -> FactValue:
    lowest = value if fact.minimum is None else max(value, fact.minimum)
    within: FactValue = lowest if fact.maximum is None else min(lowest, fact.maximum)
    return within


def fact_mappings(
    of: RuleBook | Iterable[Fact],
    *,
    missing: float = 0.1,
    read_by: Iterable[Rule] | None = None,
) -> SearchStrategy[Known]:
    """What may be known of a customer, by fact; None where it is missing.

    Ranges, categories and the relations between facts hold. Derived facts are computed. Of a rule
    book every fact is in the mapping, and those that it rests on have values, often ones at and
    beside its thresholds; the rest is missing.

    Args:
        of: A rule book, or the facts that may be known.
        missing: How often a fact is missing that could be known, from 0 (never) to 1 (always).
        read_by: Of a rule book, the rules whose facts have values; None for all that it rests on.
    """
    if not isinstance(of, RuleBook):
        named = {fact.name: fact for fact in of}
        return _mappings(named, {name: fact_values(fact) for name, fact in named.items()}, missing)
    drawn = {fact.name: fact_values(fact, near=near) for fact, near in _beneath(of, read_by)}
    return _mappings(of.catalogue, drawn, missing)


def _beneath(
    book: RuleBook, read_by: Iterable[Rule] | None
) -> Iterable[tuple[Fact, Sequence[FactValue]]]:
    """The facts that rules rest on and that aren't computed, each with the values that matter."""
    rules = list(book.rules() if read_by is None else read_by)
    read = [(each, facts_in(each)) for rule in rules for each in expressions_of(rule)]
    waiting = [fact for _, facts in read for fact in facts]
    if read_by is None:
        waiting.extend(book.facts_read())
    choices, seen = _choices(book), set[str]()
    while waiting:
        fact = book.catalogue[waiting.pop(0).name]
        if fact.name in seen:
            continue
        seen.add(fact.name)
        for each in (*fact.relations, *([] if fact.derived is None else [fact.derived])):
            waiting.extend(facts_in(each))
        if fact.derived is None:
            conditions = [each for each, facts in read if any(fact.name == f.name for f in facts)]
            yield fact, [*thresholds(fact, conditions), *choices.get(fact.name, ())]


def thresholds(fact: Fact, conditions: Iterable[Expression]) -> list[FactValue]:
    """What conditions compare a fact with, and the values right beside it, each once."""
    return [
        *dict.fromkeys(
            value
            for each in conditions
            for constant in constants_beside(fact, each)
            for value in around(constant, fact.kind)
        )
    ]


def _choices(book: RuleBook) -> Mapping[str, tuple[str, ...]]:
    """The names that the book itself gives to what it decides."""
    stages = tuple(stage.id for stage in book.lifecycle.stages)
    tiers = book.tiering.ladder
    return {
        "stage": stages,
        "previous_stage": stages,
        "tier": tiers,
        "previous_tier": tiers,
        "retention_risk": book.retention.levels,
    }


@st.composite
def _mappings(
    draw: DrawFn,
    catalogue: Mapping[str, Fact],
    drawn: Mapping[str, SearchStrategy[FactValue]],
    missing: float,
) -> Known:
    known = Known(dict.fromkeys(catalogue))
    for name, strategy in drawn.items():
        if catalogue[name].derived is None and not _is_missing(draw, missing):
            known[name] = draw(strategy)
    for name in drawn:
        _hold_relations(catalogue[name], known, may_be_missing=missing > 0)
    derive(known, catalogue)
    return known


def _is_missing(draw: DrawFn, missing: float) -> bool:
    return missing > 0 and draw(st.integers(1, 100)) <= missing * 100


def _hold_relations(fact: Fact, known: Known, *, may_be_missing: bool) -> None:
    """Bring a fact to the nearest known value for which what it declares of others holds."""
    relations = [
        each for each in fact.relations if {one.name for one in facts_in(each)} <= known.keys()
    ]
    if not _is_broken(relations, known):
        return
    others = [known[each.name] for one in relations for each in facts_in(one)]
    for value in (*others, fact.minimum, fact.maximum, _NOTHING.get(fact.kind)):
        if value is not None and type(value) is type(known[fact.name]) and fact.admits(value):
            known[fact.name] = value
            if not _is_broken(relations, known):
                return
    assume(may_be_missing)
    known[fact.name] = None


_NOTHING: Final[Mapping[Kind, FactValue]] = {
    **dict.fromkeys((Kind.MONEY, Kind.RATIO, Kind.NUMBER), Decimal(0)),
    **dict.fromkeys((Kind.COUNT, Kind.DAYS, Kind.MONTHS), 0),
    Kind.FLAG: False,
    Kind.DATE: date(2000, 1, 1),
}


def _is_broken(relations: Iterable[Expression], known: Facts) -> bool:
    return any(truth(each, known) is False for each in relations)


def derive(known: Known, catalogue: Mapping[str, Fact]) -> None:
    """Compute the derived facts of a catalogue anew, each after those it rests on.

    Args:
        known: What is known; the derived facts in it are replaced.
        catalogue: All facts by name.
    """
    done: set[str] = set()

    def settle(name: str) -> None:
        fact = catalogue.get(name)
        if fact is None or fact.derived is None or name in done:
            return
        done.add(name)
        for each in facts_in(fact.derived):
            settle(each.name)
        known[name] = evaluate(fact.derived, known)

    for name in catalogue:
        settle(name)


@st.composite
def rising(
    draw: DrawFn, name: str, known: Known, book: RuleBook, rules: Sequence[Rule] = ()
) -> list[Known]:
    """Two customers or more, alike but for one fact of which each has more than the one before.

    Args:
        name: The fact that differs.
        known: What else is known of them.
        book: The rule book, by which derived facts are computed anew.
        rules: The rules beside whose thresholds they are looked for.
    """
    fact = book.catalogue[name]
    near = thresholds(fact, (rule.when for rule in rules))
    drawn = draw(st.lists(fact_values(fact, near=near), min_size=2, max_size=8, unique=True))
    relations = [
        relation
        for other in book.catalogue.values()
        for relation in other.relations
        if name in {each.name for each in facts_in(relation)}
    ]
    alike = []
    for value in sorted(drawn):
        changed = Known({**known, name: value})
        derive(changed, book.catalogue)
        if not _is_broken(relations, changed):
            alike.append(changed)
    assume(len(alike) > 1)
    return alike

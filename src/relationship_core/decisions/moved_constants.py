"""A condition in which only constants moved, as it was written, with the new constants."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from relationship_core.errors import RuleError
from relationship_core.rules import Expression, Fact, FactValue, Kind, facts_in
from relationship_core.rules.json_form import read_expression, read_value
from relationship_core.rules.kind import write_value
from relationship_core.rules.tables import Interval, Relation, UnaryTests

Asked = Sequence[tuple[Fact, UnaryTests]]
"""What a row asks, cell by cell."""

_Move = tuple[str, FactValue, FactValue]
"""The fact, the constant it was compared with, and the one it is compared with now."""

_COMPARE = frozenset({"<", "<=", ">", ">=", "==", "!=", "between", "in"})


def with_moved_constants(
    condition: Expression, old: Sequence[Asked], new: Sequence[Asked]
) -> Expression | None:
    """The condition with the constants by which its new rows differ from the old ones.

    It may still not say what the new rows say: whoever uses it has to look.

    Args:
        condition: The condition.
        old: The rows that it takes.
        new: The rows that took their place, in the same order.

    Returns:
        The new condition; None where more differs than constants, or one moved in two ways.
    """
    moves: dict[tuple[str, str], FactValue] = {}
    if len(old) != len(new):
        return None
    for was, now in zip(old, new, strict=True):
        for name, before, after in _moves(was, now):
            if moves.setdefault((name, _key(before)), after) != after:
                return None
    facts = {fact.name: fact for fact in facts_in(condition)}
    try:
        return read_expression(_rewritten(condition.to_json(), moves), facts)
    except RuleError:
        return None  # one passed another that the rows don't show, as where (x >= 3) hides x >= 1


def _moves(was: Asked, now: Asked) -> Iterator[_Move]:
    before, after = _by_fact(was), _by_fact(now)
    for name in before:
        yield from zip([name] * len(before[name]), before[name], after.get(name, ()), strict=False)


def _by_fact(asked: Asked) -> dict[str, list[FactValue]]:
    found: dict[str, list[FactValue]] = {}
    for fact, tests in asked:
        found.setdefault(fact.name, []).extend(_constants(tests))
    return found


def _constants(tests: UnaryTests) -> Iterable[FactValue]:
    for test in tests.tests:
        match test:
            case Relation(endpoint=end):
                ends = [end]
            case Interval(low=low, high=high):
                ends = [low, high]
            case _:
                ends = []
        yield from (end for end in ends if not isinstance(end, Fact))


def _key(value: FactValue) -> str:
    return str(write_value(value))


def _rewritten(data: Any, moves: dict[tuple[str, str], FactValue]) -> Any:
    """The JSON form of a condition, with the constants moved that stand beside their fact."""
    if "args" not in data:
        return data
    args = [_rewritten(each, moves) for each in data["args"]]
    written = {**data, "args": args}
    if data["op"] in _COMPARE and (name := _fact_among(args)):
        written["args"] = [_literal(each, name, moves) for each in args]
        if "values" in data:
            written["values"] = [_literal(each, name, moves) for each in data["values"]]
    return written


def _fact_among(args: Sequence[Any]) -> str:
    """The one fact that a comparison is about, be it with a default."""
    inner = [each["args"][0] if each.get("op") == "or_else" else each for each in args]
    names = [each["fact"] for each in inner if "fact" in each]
    return names[0] if len(names) == 1 else ""


def _literal(data: Any, name: str, moves: dict[tuple[str, str], FactValue]) -> Any:
    if "literal" not in data:
        return data
    value = read_value(data["literal"], Kind(data["kind"]))
    return {**data, "literal": write_value(moves.get((name, _key(value)), value))}

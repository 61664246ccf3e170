"""The rows of a table as rules: the same objects that developers write in Python."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from attrs import frozen

from relationship_core.errors import TableError
from relationship_core.rules.expression import And, Expression, Literal, Not, Or
from relationship_core.rules.json_form import read_value
from relationship_core.rules.kind import FactValue, Kind, write_value
from relationship_core.rules.outcome import HitPolicy
from relationship_core.rules.rule import Rule
from relationship_core.rules.tables.faults import located
from relationship_core.rules.tables.hit_policy import TablePolicy
from relationship_core.rules.tables.literal import write_literal
from relationship_core.rules.tables.rule_notes import (
    ID,
    REASON,
    REASON_ZH,
    SETTLES,
    RuleNotes,
    read_notes,
)

if TYPE_CHECKING:
    from relationship_core.rules.tables.columns import Row
    from relationship_core.rules.tables.decision_table import DecisionTable

MakeOutcome = Callable[[Any], Any]
"""Turns what a row answers, a value or `Outputs`, into the outcome that a rule leads to."""

_NO_ID = re.compile(r"[^A-Za-z0-9_.-]+")


@frozen
class Outputs:
    """What a row of a table with several outputs answers.

    Args:
        values: Each output's name and value, in the order of the columns.
    """

    values: tuple[tuple[str, FactValue], ...]

    def __getitem__(self, name: str) -> FactValue:
        return self.as_dict()[name]

    def as_dict(self) -> dict[str, FactValue]:
        """The values by the outputs' names."""
        return dict(self.values)


def write_outcome(then: FactValue | Outputs) -> Any:
    """What a rule of a table leads to, as plain JSON data."""
    if isinstance(then, Outputs):
        return {name: write_value(value) for name, value in then.values}
    return write_value(then)


def read_outcome(table: DecisionTable, data: Any) -> FactValue | Outputs:
    """What `write_outcome` wrote.

    Raises:
        RuleError: The data is no answer of this table.
    """
    if len(table.outputs) == 1:
        return read_value(data, table.outputs[0].kind)
    if not isinstance(data, Mapping) or [*data] != [each.name for each in table.outputs]:
        raise TableError("the data is no answer of it", where=f"table {table.name}")
    return Outputs(
        tuple((each.name, read_value(data[each.name], each.kind)) for each in table.outputs)
    )


def rules_of(table: DecisionTable, outcome: MakeOutcome | None) -> tuple[Rule, ...]:
    """A rule for each row, tried in the order in which the table's policy prefers them.

    Rows that share their note `id` are one rule. A default becomes the last rule: it fires where
    no other does.

    Raises:
        TableError: Rows of one id answer differently, or stand apart where order decides.
    """
    turns = _turns(table)
    groups: dict[str | int, list[int]] = {}
    for place in turns:
        groups.setdefault(_note(table, table.rows[place], ID) or place, []).append(place)
    if table.policy.hit_policy is HitPolicy.FIRST:
        for key, places in groups.items():
            _require_together(
                table, turns, places, f"of the id {key!r}", "give each an id of its own"
            )
    for places in groups.values():
        _require_one_answer(table, places)
    rules = [
        _rule(table, row_id(table, places[0]), places, priority, outcome)
        for priority, places in enumerate(groups.values(), start=1)
    ]
    if _default(table):
        rules.append(_otherwise(table, f"{_prefix(table)}.default", len(rules) + 1, outcome))
    return tuple(rules)


def rules_by_outcome(table: DecisionTable, outcome: MakeOutcome | None) -> tuple[Rule, ...]:
    """A rule for each different answer, named by its first output; it fires where a row does.

    Raises:
        TableError: Under a policy of order, rows of one answer stand apart with another's between
            them; the policy aggregates; or different answers share their first output.
    """
    if table.policy.aggregates:
        raise TableError(
            f"{table.policy} gives a value, not an outcome",
            where=f"table {table.name}",
            mend="use rules(), and bring together what they lead to",
        )
    turns = _turns(table)
    groups: dict[tuple[FactValue, ...], list[int]] = {}
    for place in turns:
        groups.setdefault(table.rows[place].outputs, []).append(place)
    if table.policy.hit_policy is HitPolicy.FIRST:
        for outputs, places in groups.items():
            which = f"that answer {_named(outputs[0])!r}"
            _require_together(table, turns, places, which, "use rules()")
    default = _default(table)
    rules = [
        _rule(table, _named(outputs[0]), places, priority, outcome, or_none=outputs == default)
        for priority, (outputs, places) in enumerate(groups.items(), start=1)
    ]
    if default and default not in groups:
        rules.append(_otherwise(table, _named(default[0]), len(rules) + 1, outcome))
    ids = [rule.id for rule in rules]
    if shared := next((each for each in ids if ids.count(each) > 1), None):
        raise TableError(
            f"several of its answers are named {shared!r}",
            where=f"table {table.name}",
            mend="use rules(), or give the first output a value of its own for each answer",
        )
    return tuple(rules)


def row_id(table: DecisionTable, place: int) -> str:
    """A row's name: its note `id`, else the table's name and the row's number."""
    return _note(table, table.rows[place], ID) or f"{_prefix(table)}.{place + 1}"


def _prefix(table: DecisionTable) -> str:
    return _NO_ID.sub("_", table.name).strip("_.-") or "table"


def _named(value: FactValue) -> str:
    return value if isinstance(value, str) else write_literal(value)


def _turns(table: DecisionTable) -> dict[int, int]:
    """The places of the rows in the order in which they are tried, each with its turn."""
    places: Sequence[int] = range(len(table.rows))
    if table.policy is TablePolicy.PRIORITY:
        places = sorted(places, key=table.rank)
    return {place: turn for turn, place in enumerate(places)}


def _rule(
    table: DecisionTable,
    rule_id: str,
    places: Sequence[int],
    priority: int,
    outcome: MakeOutcome | None,
    *,
    or_none: bool = False,
) -> Rule:
    rows = [table.rows[place] for place in places]
    first = rows[0].place
    conditions = [table.conditions[place] for place in places]
    if or_none:
        conditions.append(Not(Or(table.conditions)))
    with located(file=first.file, line=first.line):
        return Rule(
            rule_id,
            _any_of(conditions),
            _then(table, rows[0].outputs, outcome),
            priority=priority,
            place=first,
            **_notes(table, rows).as_arguments(),
        )


def _any_of(conditions: Sequence[Expression]) -> Expression:
    """That one of the rows holds; what all of them ask is asked once, as people would write it."""
    asked = [each.operands if isinstance(each, And) else (each,) for each in conditions]
    shared = [
        part for part in asked[0] if all(any(map(part.same_as, others)) for others in asked[1:])
    ]
    rests = [[each for each in parts if not any(map(each.same_as, shared))] for parts in asked]
    if not all(rests):
        # One row asks no more than that, so that the others add nobody.
        return _all_of(shared)
    return _all_of([*shared, Or([part for rest in rests for part in _flat(rest)])])


def _all_of(conditions: Sequence[Expression]) -> Expression:
    return conditions[0] if len(conditions) == 1 else And(conditions)


def _flat(rest: Sequence[Expression]) -> Sequence[Expression]:
    whole = _all_of(rest)
    return whole.operands if isinstance(whole, Or) else (whole,)


def _notes(table: DecisionTable, rows: Sequence[Row]) -> RuleNotes:
    """What the rows of one rule say of it; a cell that is empty leaves it to the others."""
    first, notes, are_several = rows[0].place, dict[str, str](), False
    for name in table.annotations:
        found = dict.fromkeys(note for row in rows if (note := _note(table, row, name)))
        if name in SETTLES and len(found) > 1:
            raise TableError(
                f"rows of one rule differ: {', '.join(map(repr, found))}",
                file=first.file,
                line=first.line,
                column=name,
                mend="write the same in each, or in one alone",
            )
        # Several reasons are none: which of the rows hit isn't told.
        notes[name] = next(iter(found)) if len(found) == 1 else ""
        are_several = are_several or (name == REASON and len(found) > 1)
    if are_several:
        notes[REASON_ZH] = ""
    return read_notes(notes, first.file, first.line)


def _default(table: DecisionTable) -> tuple[FactValue, ...]:
    defaults = [each.default for each in table.outputs]
    known = tuple(value for value in defaults if value is not None)
    if known and len(known) < len(defaults):
        raise TableError(
            "only some outputs have a default",
            where=f"table {table.name}",
            mend="give each one, or none",
        )
    return known


def _otherwise(
    table: DecisionTable, rule_id: str, priority: int, outcome: MakeOutcome | None
) -> Rule:
    # Where order decides, all the others were asked before.
    is_last = not table.rows or table.policy.hit_policy is HitPolicy.FIRST
    with located(where=f"table {table.name}"):
        return Rule(
            rule_id,
            Literal(True, Kind.FLAG) if is_last else Not(Or(table.conditions)),
            _then(table, _default(table), outcome),
            priority=priority,
            place=table.rows[-1].place if table.rows else None,
        )


def _then(table: DecisionTable, outputs: tuple[FactValue, ...], outcome: MakeOutcome | None) -> Any:
    names = [each.name for each in table.outputs]
    then = outputs[0] if len(outputs) == 1 else Outputs(tuple(zip(names, outputs, strict=True)))
    return then if outcome is None else outcome(then)


def _note(table: DecisionTable, row: Row, name: str) -> str:
    return dict(zip(table.annotations, row.annotations, strict=True)).get(name, "")


def _require_together(
    table: DecisionTable,
    turns: Mapping[int, int],
    places: Sequence[int],
    which: str,
    instead: str,
) -> None:
    if turns[places[-1]] - turns[places[0]] >= len(places):
        first = table.rows[places[0]].place
        raise TableError(
            f"the rows {which} stand apart, and order decides",
            file=first.file,
            line=first.line,
            mend=f"bring them together if that keeps the meaning, or {instead}",
        )


def _require_one_answer(table: DecisionTable, places: Sequence[int]) -> None:
    first = table.rows[places[0]]
    for place in places[1:]:
        row = table.rows[place]
        if row.outputs != first.outputs:
            raise TableError(
                f"its id is that of line {first.place.line}, but it answers otherwise",
                file=row.place.file,
                line=row.place.line,
                column=ID,
                mend="give it an id of its own",
            )

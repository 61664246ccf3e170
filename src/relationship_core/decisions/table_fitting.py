"""A decision table brought into the columns that a set of a rule book answers in."""

from __future__ import annotations

from attrs import evolve

from relationship_core.decisions.book_tables import SetForm
from relationship_core.errors import TableError
from relationship_core.rules import FactValue, HitPolicy
from relationship_core.rules.kind import literal_value
from relationship_core.rules.tables import DecisionTable, Output, Row, TablePolicy
from relationship_core.rules.tables.faults import located
from relationship_core.rules.tables.literal import write_literal

_ONE_ANSWER = (TablePolicy.FIRST, TablePolicy.UNIQUE, TablePolicy.ANY, TablePolicy.PRIORITY)


def fitted(table: DecisionTable, form: SetForm, hit_policy: HitPolicy) -> DecisionTable:
    """The table in a form's own columns, without a default, its rows in the order they are tried.

    Args:
        table: The table.
        form: How the rules of the set stand in a table.
        hit_policy: The policy that the set is asked by.

    Raises:
        TableError: The policy, an output, a default, an answer or the order of the rows doesn't
            fit; row and column are told.
    """
    file = table.rows[0].place.file if table.rows else ""
    with located(file=file, where=f"table {table.name}"):
        policy = _policy(table, form, hit_policy)
        places = _places(table, form)
        _require_default(table, form, places)
    rows = [_row(row, places, table, form) for row in table.rows]
    if table.policy is TablePolicy.PRIORITY:
        rows = [rows[place] for place in sorted(range(len(rows)), key=table.rank)]
    if policy is TablePolicy.FIRST:
        _require_best_first(rows, form)
    if form.takes_the_rest:
        # Tried last, their rows catch whom the last outcome takes anyway.
        rows = [row for row in rows if row.outputs[0] != form.best_first[-1]]
    outputs = [evolve(each, default=None) for each in form.outputs]
    return evolve(table, outputs=outputs, rows=rows, policy=policy)


def _policy(table: DecisionTable, form: SetForm, hit_policy: HitPolicy) -> TablePolicy:
    fitting = (TablePolicy.COLLECT,) if hit_policy is HitPolicy.COLLECT else _ONE_ANSWER
    if table.policy not in fitting:
        raise TableError(
            f"its policy is {table.policy}, but {form.name} is asked by {hit_policy}",
            mend=f"make it {', '.join(fitting)}",
        )
    return TablePolicy.FIRST if table.policy is TablePolicy.PRIORITY else table.policy


def _places(table: DecisionTable, form: SetForm) -> list[int]:
    """Where each of the form's outputs stands among the table's; a single one by any name."""
    names = [each.name for each in table.outputs]
    expected = [each.name for each in form.outputs]
    if len(names) == len(expected) == 1:
        return [0]
    if sorted(names) != sorted(expected):
        raise TableError(
            f"it answers in {', '.join(names)}, but {form.name} in {', '.join(expected)}",
            mend="name the outputs so; what may be empty stands in notes",
        )
    return [names.index(name) for name in expected]


def _require_default(table: DecisionTable, form: SetForm, places: list[int]) -> None:
    defaults = [table.outputs[place].default for place in places]
    expected = [each.default for each in form.outputs]
    if any(each is not None for each in defaults) and defaults != expected:
        told = ", ".join(write_literal(each) for each in expected if each is not None)
        raise TableError(
            "its default is none that the set has",
            mend=f"make it {told}, or take it out" if told else "take it out",
        )


def _row(row: Row, places: list[int], table: DecisionTable, form: SetForm) -> Row:
    outputs = []
    for output, place in zip(form.outputs, places, strict=True):
        name = table.outputs[place].name
        with located(file=row.place.file, line=row.place.line, column=name):
            outputs.append(_answer(row.outputs[place], output))
    return evolve(row, outputs=outputs)


def _answer(value: FactValue, output: Output) -> FactValue:
    held = literal_value(value, output.kind)
    if output.values and held not in output.values:
        raise TableError(
            f"{value!r} is no {output.name}",
            mend=f"write one of {', '.join(map(str, output.values))}",
        )
    return held


def _require_best_first(rows: list[Row], form: SetForm) -> None:
    """Refuse rows in an order in which the book doesn't try them."""
    ranks = [form.best_first.index(str(row.outputs[0])) for row in rows if form.best_first]
    for row, rank, before in zip(rows[1:], ranks[1:], ranks, strict=False):
        if rank < before:
            raise TableError(
                f"it answers {row.outputs[0]!r} after {form.best_first[before]!r}, but is tried"
                " before it",
                file=row.place.file,
                line=row.place.line,
                mend=f"put the rows in the order {', '.join(form.best_first)}",
            )

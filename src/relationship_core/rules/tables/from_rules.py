"""A table made of rules, so that analysts can change what developers wrote, and the way back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from attrs import field, frozen

from relationship_core.errors import TableError, UnsupportedError
from relationship_core.rules.fact import Fact
from relationship_core.rules.kind import FactValue, Kind
from relationship_core.rules.outcome import HitPolicy
from relationship_core.rules.place import Place
from relationship_core.rules.rule import Rule
from relationship_core.rules.rule_set import RuleSet
from relationship_core.rules.tables.alternatives import Alternative, alternatives
from relationship_core.rules.tables.as_rules import Outputs
from relationship_core.rules.tables.columns import Input, Output, Row
from relationship_core.rules.tables.decision_table import DecisionTable
from relationship_core.rules.tables.faults import located
from relationship_core.rules.tables.hit_policy import TablePolicy
from relationship_core.rules.tables.rule_notes import ALWAYS_WRITTEN, write_notes
from relationship_core.rules.tables.unary_tests import ANYTHING, UnaryTests

_KINDS = {bool: Kind.FLAG, int: Kind.COUNT, Decimal: Kind.NUMBER, str: Kind.CATEGORY}
_OUTCOME = "outcome"


@frozen
class Said:
    """What a row says of a rule beyond its tests.

    Args:
        outputs: Its answer, a value for each output.
        notes: Further notes, by the names of their columns.
    """

    outputs: tuple[FactValue, ...]
    notes: Mapping[str, str] = field(factory=dict)


def table_of(
    rules: RuleSet | Iterable[Rule],
    outputs: Sequence[Output] = (),
    say: Callable[[Rule], Said] | None = None,
    *,
    name: str = "",
) -> DecisionTable:
    """The table whose rows say what rules do: `rule_set()` gives a set that answers alike.

    A rule takes a row for each way of meeting its condition, all with its id. Its reason and what
    else is to be said of it stand in notes. Rows of one rule may hit together: asked itself, a
    table that collects then answers twice.

    Args:
        rules: A set of rules, brought to a node and a day, or rules of which the first decides.
        outputs: The columns that it answers in; by default one of what the rules lead to, or of
            their ids where they lead to nothing.
        say: What a rule's rows answer, and further notes.
        name: The table's name; by default the set's.

    Raises:
        UnsupportedError: A rule says what no table can, arithmetic say; rule and part are named.
        TableError: A rule takes too many rows or can't be met, or what rules lead to is no value.
    """
    rule_set = rules if isinstance(rules, RuleSet) else RuleSet(name or "rules", rules)
    if say is None:
        outputs, say = _values(rule_set)
    found = []
    for rule in rule_set.rules:
        with located(where=f"rule {rule.id} of {rule_set.name}"):
            _require_sayable(rule, rule_set)
            found.append((rule, say(rule), rows_of(rule)))
    columns = _columns(row for _, _, rows in found for row in rows)
    notes = _notes(found)
    written = list[Row]()
    for rule, said, rows in found:
        told = {**write_notes(rule), **said.notes}
        with located(where=f"rule {rule.id} of {rule_set.name}"):
            for row in rows:
                place = rule.place or Place(rule_set.name, len(written) + 1)
                cells = _cells(row, columns)
                written.append(Row(cells, said.outputs, [told[note] for note in notes], place))
    return DecisionTable(
        name or rule_set.name,
        [Input(fact, fact.label.en) for fact, _ in columns],
        outputs,
        written,
        _policy(rule_set, found),
        notes,
    )


def rows_of(rule: Rule) -> tuple[Alternative, ...]:
    """The rows that a rule takes in a table.

    Raises:
        UnsupportedError: A part of its condition is none that a table can ask.
        TableError: It takes too many rows, or can't be met.
    """
    rows = alternatives(rule.when)
    if not rows:
        raise TableError("its condition never holds", mend="take the rule out")
    return rows


_Found = Sequence[tuple[Rule, Said, tuple[Alternative, ...]]]


def _require_sayable(rule: Rule, rule_set: RuleSet) -> None:
    if rule.scope and rule_set.node is None:
        raise UnsupportedError(
            f"in a table, the node {' > '.join(rule.scope)}",
            mend="bring the rules to a node first: effective(scope, as_of)",
        )
    if rule.valid_from or rule.valid_until:
        raise UnsupportedError(
            "in a table, that a rule begins or ends on a day",
            mend="bring the rules to a day, and leave their validity out",
        )


def _columns(rows: Iterable[Alternative]) -> list[tuple[Fact, int]]:
    """The facts that rows ask for, each as often as one row does, with how often it came before."""
    columns: dict[tuple[str, int], Fact] = {}
    for row in rows:
        for key, fact, _ in _numbered(row):
            columns.setdefault(key, fact)
    places = {name: place for place, (name, _) in reversed([*enumerate(columns)])}
    in_order = sorted(columns, key=lambda key: (places[key[0]], key[1]))
    return [(columns[key], key[1]) for key in in_order]


def _numbered(row: Alternative) -> Iterator[tuple[tuple[str, int], Fact, UnaryTests]]:
    seen: dict[str, int] = {}
    for asked in row:
        name = asked.fact.name
        seen[name] = seen.get(name, -1) + 1
        yield (name, seen[name]), asked.fact, asked.tests


def _cells(row: Alternative, columns: Sequence[tuple[Fact, int]]) -> list[UnaryTests]:
    asked = {key: tests for key, _, tests in _numbered(row)}
    return [asked.get((fact.name, number), ANYTHING) for fact, number in columns]


def _notes(found: _Found) -> list[str]:
    filled: dict[str, bool] = dict.fromkeys(ALWAYS_WRITTEN, True)
    for rule, said, _ in found:
        for note, text in {**write_notes(rule), **said.notes}.items():
            filled[note] = filled.get(note, False) or bool(text) or note in said.notes
    return [note for note, is_told in filled.items() if is_told]


def _policy(rule_set: RuleSet, found: _Found) -> TablePolicy:
    policy = TablePolicy(rule_set.hit_policy.value)
    overlapping = [rule.id for rule, _, rows in found if len(rows) > 1]
    if policy is not TablePolicy.UNIQUE or not overlapping:
        return policy
    # Rows of one rule answer alike, so that under `any` just those of two rules clash.
    answers = [said.outputs for _, said, _ in found]
    if len(set(answers)) == len(answers):
        return TablePolicy.ANY
    raise UnsupportedError(
        "in a table whose rows exclude each other, a rule that takes several rows",
        where=f"rule {overlapping[0]} of {rule_set.name}",
        mend="let the rules lead to different outcomes, or ask the set by any",
    )


def _values(rule_set: RuleSet) -> tuple[list[Output], Callable[[Rule], Said]]:
    """One output for the values that rules lead to, several where they lead to `Outputs`."""
    if rule_set.hit_policy is HitPolicy.ANY:
        _require_outcomes(rule_set)
    thens = [rule.id if rule.then is None else rule.then for rule in rule_set.rules]
    named = thens[0].as_dict() if thens and isinstance(thens[0], Outputs) else None
    names = [_OUTCOME] if named is None else [*named]

    def say(rule: Rule) -> Said:
        then = rule.id if rule.then is None else rule.then
        return Said(tuple(then.as_dict().values()) if isinstance(then, Outputs) else (then,))

    kinds = [_kind(each) for each in ([*named.values()] if named else thens[:1] or [""])]
    return [Output(*each) for each in zip(names, kinds, strict=True)], say


def _require_outcomes(rule_set: RuleSet) -> None:
    """Refuse rules that lead to nothing where they agree by that, as their ids wouldn't."""
    for rule in rule_set.rules:
        if rule.then is None:
            raise UnsupportedError(
                "in a table whose rows may agree, a rule that leads to nothing",
                where=f"rule {rule.id} of {rule_set.name}",
                mend="let it lead to an outcome, or say what its rows answer",
            )


def _kind(value: Any) -> Kind:
    if isinstance(value, date):
        return Kind.DATE
    if type(value) not in _KINDS:
        raise TableError(
            f"its rules lead to a {type(value).__name__}, which is no value of a cell",
            mend="say how to write it: table_of(rules, outputs, say)",
        )
    return _KINDS[type(value)]

"""A rule book with one of its sets of rules taken from a decision table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from attrs import evolve, frozen

from relationship_core.decisions.book_tables import (
    TIERS,
    SetForm,
    form_of,
    set_named,
    tiers_form,
)
from relationship_core.decisions.choice import outcome_of
from relationship_core.decisions.moved_constants import Asked, with_moved_constants
from relationship_core.decisions.rule_book import RuleBook
from relationship_core.decisions.table_fitting import fitted
from relationship_core.decisions.tiering import Tiering
from relationship_core.errors import RuleBookError, TableError
from relationship_core.rules import Expression, Fact, Rule, RuleSet, facts_in
from relationship_core.rules.tables import ANYTHING, DecisionTable, Row, TablePolicy, UnaryTests
from relationship_core.rules.tables.alternatives import alternatives
from relationship_core.rules.tables.as_rules import row_id
from relationship_core.rules.tables.faults import located
from relationship_core.rules.tables.rule_notes import (
    EXEMPTION,
    EXEMPTION_ZH,
    IF_MISSING,
    OVERRIDABLE,
    REASON,
    REASON_ZH,
    write_notes,
)

_TOLD_BY = {
    "reason": {REASON, REASON_ZH},
    "if_missing": {IF_MISSING},
    "overridable": {OVERRIDABLE},
    "exemption": {EXEMPTION, EXEMPTION_ZH},
}
"""What a rule holds that a table may have columns of notes for."""

_FIRST_PRIORITY = 100

_WITHOUT_ORDER = frozenset({TablePolicy.UNIQUE, TablePolicy.ANY})
"""Policies under which nothing says that what is listed first is best."""

_Test = tuple[str, bool, frozenset[object]]


def with_table(
    book: RuleBook, name: str, table: DecisionTable, *, ladder: Iterable[str] = ()
) -> RuleBook:
    """The book with one of its sets of rules replaced by a table's.

    The table speaks for the head office: rules of deeper nodes stay. A rule whose rows say what
    they would say of the rule in the book stays as it was written, and of a rule that changes stays
    what the table has no column for. A table has no validity, so that the rules it replaces may
    have none.

    Args:
        book: The book.
        name: The set, as `rules show` names it: `tiering.rules`, say.
        table: The table, read with the book's `catalogue`.
        ladder: The tiers, best first, where the set is `tiering.rules`; by default those that the
            table's output lists, else those in force.

    Raises:
        RuleBookError: There is no such set, a rule of it has a validity, or the rules don't fit the
            rest of the book.
        TableError: The table can't stand for the set; row and column are told.
        RuleError: A deeper node's rule isn't allowed by its new upper one.
    """
    form = form_of(book, name)
    rule_set = set_named(book, form)
    tiers = _ladder(book, form, table, tuple(ladder))
    if form.name == TIERS:
        form = tiers_form(tiers)
    before = {rule.id: _lasting(rule, rule_set) for rule in rule_set.rules if not rule.scope}
    made = _Imported(form, fitted(table, form, rule_set.hit_policy), before).rules()
    if form.name == TIERS:
        _require_rows(table, form, made, book.tiering)
    below = [rule for rule in rule_set.rules if rule.scope]
    part_name, field_name = form.path
    changed: dict[str, Any] = {field_name: evolve(rule_set, rules=[*made, *below])}
    if tiers != book.tiering.ladder:
        changed |= _fitting(book.tiering, tiers)
    part = evolve(getattr(book, part_name), **changed)
    return evolve(book, **{part_name: part})


def _ladder(
    book: RuleBook, form: SetForm, table: DecisionTable, stated: tuple[str, ...]
) -> tuple[str, ...]:
    if form.name != TIERS:
        if stated:
            raise RuleBookError(
                "it has no ladder", where=form.name, mend=f"name one with {TIERS} alone"
            )
        return book.tiering.ladder
    in_force = book.tiering.ladder
    listed = tuple(str(value) for value in table.outputs[0].values)
    if stated or not listed or table.policy not in _WITHOUT_ORDER:
        return stated or listed or in_force
    if set(listed) != set(in_force):
        raise TableError(
            f"it lists other tiers than those in force, but under {table.policy} not which is best",
            file=table.rows[0].place.file if table.rows else "",
            where=f"table {table.name}",
            mend="state the ladder, best first, or make its policy priority",
        )
    return in_force


def _lasting(rule: Rule, rule_set: RuleSet) -> Rule:
    if rule.valid_from or rule.valid_until:
        raise RuleBookError(
            "it begins or ends on a day, which no table says",
            where=f"rule {rule.id} of {rule_set.name}",
            mend="change this set in Python, or take its validity out first",
        )
    return rule


def _require_rows(
    table: DecisionTable, form: SetForm, made: Sequence[Rule], tiering: Tiering
) -> None:
    """Refuse a ladder of which a tier lost its rules; some may be given by people alone."""
    answered = {rule.id for rule in made}
    had = {rule.id for rule in tiering.rules.rules}
    for tier in form.best_first[:-1]:
        if tier not in answered and (tier in had or tier not in tiering.ladder):
            raise TableError(
                f"no row answers {tier!r}",
                file=table.rows[0].place.file if table.rows else "",
                where=f"table {table.name}",
                mend="add one, or leave the tier out of the ladder",
            )


def _fitting(tiering: Tiering, ladder: tuple[str, ...]) -> dict[str, Any]:
    """What goes by the names of tiers, without those that are no longer on the ladder."""
    is_plain = tiering.gold == tiering.ladder[:-1]
    keep = [rule for rule in tiering.keep.rules if rule.id in ladder[:-1]]
    return {
        "ladder": ladder,
        "gold": [tier for tier in (ladder[:-1] if is_plain else tiering.gold) if tier in ladder],
        "labels": [(tier, words) for tier, words in tiering.labels if tier in ladder],
        "keep": evolve(tiering.keep, rules=keep),
    }


@frozen
class _Imported:
    """The rules of a table, beside those that a set holds now.

    Args:
        form: How the rules of the set stand in a table.
        table: The table, in the form's own columns.
        before: The rules of the head office that it replaces, by id.
    """

    form: SetForm
    table: DecisionTable
    before: Mapping[str, Rule]

    def rules(self) -> list[Rule]:
        """The rules, in the order of the rows."""
        rows: dict[str, list[Row]] = {}
        for place, row in enumerate(self.table.rows):
            rows.setdefault(self._id(place), []).append(row)
        named = self.form.is_named_by_outcome
        made = self.table.rules_by_outcome() if named else self.table.rules()
        return self._in_order([self._rule(rule, rows[rule.id]) for rule in made])

    def _id(self, place: int) -> str:
        row = self.table.rows[place]
        return str(row.outputs[0]) if self.form.is_named_by_outcome else row_id(self.table, place)

    def _rule(self, rule: Rule, rows: Sequence[Row]) -> Rule:
        old, first = self.before.get(rule.id), rows[0]
        notes = self._notes(rows)
        if old is not None:
            kept = {**self.form.say(old).notes, **write_notes(old)}
            notes = {**kept, **notes}
        told = dict[str, Any]()
        for name, read in self.form.noted.items():
            with located(file=first.place.file, line=first.place.line, column=name):
                told[name] = read(notes.get(name, ""))
        with located(file=first.place.file, line=first.place.line):
            answer = zip(self.form.outputs, first.outputs, strict=True)
            then = self.form.read({output.name: value for output, value in answer}, told)
            if old is None:
                return evolve(rule, then=then)
            if outcome_of(old) == then:
                then = old.then
            stay = {
                name: getattr(old, name)
                for name, columns in _TOLD_BY.items()
                if columns.isdisjoint(self.table.annotations)
            }
            new = evolve(rule, then=then, **stay)
            when = self._as_written(old, rows)
            is_same = when is old.when and then == old.then and _noted(new) == _noted(old)
            return old if is_same else evolve(new, when=rule.when if when is None else when)

    def _notes(self, rows: Sequence[Row]) -> dict[str, str]:
        """What the rows of one rule note; a cell that is empty leaves it to the others."""
        told = dict[str, str]()
        for place, name in enumerate(self.table.annotations):
            for row in rows:
                note, before = row.annotations[place], told.get(name, "")
                if name in self._settling and note and before and note != before:
                    raise TableError(
                        f"rows of one rule differ: {before!r}, {note!r}",
                        file=row.place.file,
                        line=row.place.line,
                        column=name,
                        mend="write the same in each, or in one alone",
                    )
                told[name] = before or note
        return told

    @property
    def _settling(self) -> set[str]:
        """The notes that become part of a rule."""
        return {REASON, REASON_ZH, *self.form.noted}

    def _as_written(self, old: Rule, rows: Sequence[Row]) -> Expression | None:
        """A rule's condition as it was written, where it says what the rows say; else None.

        That may be with constants that moved.
        """
        asked = [self._cells(row) for row in rows]
        wanted = _as_sets(asked)
        before = _asked(old.when)
        if before is None or _as_sets(before) == wanted:
            return None if before is None else old.when
        moved = with_moved_constants(old.when, before, asked)
        after = None if moved is None else _asked(moved)
        return moved if after is not None and _as_sets(after) == wanted else None

    def _cells(self, row: Row) -> list[tuple[Fact, UnaryTests]]:
        facts = (facts_in(each.expression)[0] for each in self.table.inputs)
        cells = zip(facts, row.when, strict=True)
        return [(fact, tests) for fact, tests in cells if tests != ANYTHING]

    def _in_order(self, rules: list[Rule]) -> list[Rule]:
        """The rules with the priorities that they had, if these put them in the rows' order."""
        kept, last = list[Rule](), _FIRST_PRIORITY
        for rule in rules:
            old = self.before.get(rule.id)
            last = last if old is None else old.priority
            kept.append(evolve(rule, priority=last))
        if kept == sorted(kept, key=lambda rule: (rule.priority, rule.id)):
            return kept
        return [evolve(rule, priority=place) for place, rule in enumerate(rules, start=1)]


def _noted(rule: Rule) -> dict[str, str]:
    return {name: note.strip() for name, note in write_notes(rule).items()}


def _asked(condition: Expression) -> list[Asked] | None:
    """What the rows of a condition ask; None where no table can say it."""
    try:
        rows = alternatives(condition)
    except TableError:
        return None
    return [[(each.fact, each.tests) for each in row] for row in rows]


def _as_sets(rows: Iterable[Asked]) -> frozenset[frozenset[_Test]]:
    """What rows ask, whatever the order of rows, columns and listed tests."""
    return frozenset(
        frozenset((fact.name, tests.negated, frozenset[object](tests.tests)) for fact, tests in row)
        for row in rows
    )

"""Decision tables: rules as rows, for those who write no Python (OMG DMN 1.5, clause 8)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from attrs import evolve, field, frozen

from relationship_core.errors import HitPolicyError, TableError
from relationship_core.rules.evaluation import Facts, truth
from relationship_core.rules.expression import And, Expression, Literal
from relationship_core.rules.fact import Fact, facts_in
from relationship_core.rules.kind import NUMERIC, FactValue, Kind, exact, quantise
from relationship_core.rules.rule import Rule
from relationship_core.rules.rule_set import RuleSet
from relationship_core.rules.tables.as_rules import MakeOutcome, rules_by_outcome, rules_of
from relationship_core.rules.tables.cell_reader import CellReader
from relationship_core.rules.tables.columns import Input, Output, Row, one_line, several_names
from relationship_core.rules.tables.faults import located
from relationship_core.rules.tables.hit_policy import TablePolicy
from relationship_core.rules.text import several

Answer = FactValue | dict[str, FactValue | None] | list[Any] | None
"""One value, a value for each of several outputs, a list of those under collect; None for none."""


@frozen
class DecisionTable:
    """Rules as rows over the same columns, one answer to one question.

    Two tables are the same where names, columns, rows and policy are; of a fact its name counts,
    not what is declared of it.

    Args:
        name: What the table decides.
        inputs: The columns that rows test.
        outputs: The columns that rows answer in.
        rows: The rules, in the order written.
        policy: How it answers where several rows hit.
        annotations: The names of the columns of notes; `id`, `reason`, `reason_zh`, `if_missing`,
            `overridable`, `exemption` and `exemption_zh` go into the rules that the table is turned
            into.

    Raises:
        TableError: A row doesn't fit the columns, a test can't be read or can't be met, or the
            policy doesn't fit the outputs.
    """

    name: str = field(converter=one_line)
    inputs: tuple[Input, ...] = field(converter=several)
    outputs: tuple[Output, ...] = field(converter=several)
    rows: tuple[Row, ...] = field(converter=several)
    policy: TablePolicy = field(default=TablePolicy.UNIQUE, converter=TablePolicy)
    annotations: tuple[str, ...] = field(default=(), converter=several_names)
    conditions: tuple[Expression, ...] = field(init=False, eq=False, repr=False)
    """What each row asks, in the rule language."""
    _allowed: tuple[Expression | None, ...] = field(init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        if not self.name:
            raise TableError("a table has no name", mend="say what it decides")
        with located(where=f"table {self.name}"):
            self._require_columns()
        object.__setattr__(self, "rows", tuple(self._settled(row) for row in self.rows))
        object.__setattr__(self, "conditions", tuple(self._condition(row) for row in self.rows))
        object.__setattr__(self, "_allowed", tuple(map(self._allowing, self.inputs)))

    @property
    def facts(self) -> tuple[Fact, ...]:
        """The facts it reads, each once: the columns' first, then those that tests compare with."""
        found = {fact.name: fact for each in self.inputs for fact in facts_in(each.expression)}
        for tests in (test for row in self.rows for test in row.when):
            found |= {fact.name: found.get(fact.name, fact) for fact in tests.facts()}
        return tuple(found.values())

    def hits(self, facts: Facts) -> tuple[int, ...]:
        """The rows that hit, as places in `rows`; one whose test is unknown doesn't.

        Raises:
            TableError: An input has a value that the table doesn't allow.
            UnknownFactError: A fact that the table reads is no key of the mapping.
        """
        for each, allowed in zip(self.inputs, self._allowed, strict=True):
            if allowed is not None and truth(allowed, facts) is False:
                raise TableError(
                    f"it is asked for a value that isn't allowed: {each.allowed.text()}",
                    where=f"table {self.name}",
                    column=each.name,
                    mend="bring the value into range, or widen the column",
                )
        return tuple(
            place for place, condition in enumerate(self.conditions) if truth(condition, facts)
        )

    def decide(self, facts: Facts) -> Answer:
        """The table's answer for one customer's facts.

        One value; a dictionary where there are several outputs; a list of either under collect.
        Where no row hits, the outputs' defaults, and None where there are none. A row whose test
        is unknown doesn't hit; ask `rule_set()` where it matters that it might have.

        Raises:
            HitPolicyError: Several rows hit of a table that allows one, or that allows several
                only if they agree.
            TableError: An input has a value that the table doesn't allow.
            UnknownFactError: A fact that the table reads is no key of the mapping.
        """
        hits = self.hits(facts)
        if not hits:
            return self._default()
        outputs = [self.rows[place].outputs for place in hits]
        match self.policy:
            case TablePolicy.UNIQUE if len(hits) > 1:
                raise self._disagreement("several rows hit at once", hits)
            case TablePolicy.ANY if len(set(outputs)) > 1:
                raise self._disagreement("rows that hit at once differ", hits)
            case TablePolicy.PRIORITY:
                return self._answer(self.rows[min(hits, key=self.rank)].outputs)
            case TablePolicy.COLLECT:
                return [self._answer(each) for each in outputs]
            case TablePolicy.COLLECT_COUNT:
                return len(outputs)
            case TablePolicy.COLLECT_MIN:
                return min(value for [value] in outputs)
            case TablePolicy.COLLECT_MAX:
                return max(value for [value] in outputs)
            case TablePolicy.COLLECT_SUM:
                with exact():
                    total = sum(value for [value] in outputs)  # type: ignore[misc]
                return quantise(total, self.outputs[0].kind)
        return self._answer(outputs[0])

    def rank(self, place: int) -> tuple[int, ...]:
        """A row's place in the order of priority: where its outputs stand in their lists."""
        pairs = zip(self.outputs, self.rows[place].outputs, strict=True)
        return tuple(output.values.index(value) for output, value in pairs if output.values)

    def rules(self, outcome: MakeOutcome | None = None) -> tuple[Rule, ...]:
        """A rule for each row, and one for the default, if any, that fires where no other does.

        A rule is named by the row's note `id`, else by the table and the row's number; rows of one
        id are one rule. Its reason is the note `reason`, in Chinese `reason_zh`. What it leads to
        is the row's answer: a value, or `Outputs` where there are several.

        Args:
            outcome: Makes another outcome of that answer, a tier's entitlement for one.

        Raises:
            TableError: A name is no id for a rule, rows of one id answer differently or stand
                apart where order decides, a note says nothing, or only some outputs have a default.
        """
        return rules_of(self, outcome)

    def rule_set(self, outcome: MakeOutcome | None = None) -> RuleSet:
        """The rules as a set, asked by the table's policy.

        Under a policy that aggregates, the set tells which rows hit; their sum is yours to take.

        Raises:
            TableError: As for `rules`.
            RuleError: A row is named like the number of another.
        """
        return RuleSet(self.name, self.rules(outcome), self.policy.hit_policy)

    def rules_by_outcome(self, outcome: MakeOutcome | None = None) -> tuple[Rule, ...]:
        """A rule for each different answer, named by its first output: a tiering's form.

        It fires where any row of that answer hits. Two rows of one answer that hit at once are no
        fault then, not even under unique.

        Args:
            outcome: Makes another outcome of an answer, as in `rules`.

        Raises:
            TableError: The policy aggregates, an answer's name is no id for a rule, two answers
                share one, or rows of one answer stand apart where order decides.
        """
        return rules_by_outcome(self, outcome)

    def _answer(self, outputs: tuple[FactValue, ...]) -> Answer:
        if len(outputs) == 1:
            return outputs[0]
        return {each.name: value for each, value in zip(self.outputs, outputs, strict=True)}

    def _default(self) -> Answer:
        if all(each.default is None for each in self.outputs):
            return None
        defaults = {each.name: each.default for each in self.outputs}
        answer = defaults if len(defaults) > 1 else self.outputs[0].default
        return [answer] if self.policy is TablePolicy.COLLECT else answer

    def _disagreement(self, what: str, hits: tuple[int, ...]) -> HitPolicyError:
        told = ", ".join(f"row {place + 1} ({self.rows[place].place})" for place in hits)
        return HitPolicyError(
            f"{what}: {told}",
            where=f"table {self.name}",
            mend="make their tests exclude each other, or choose another policy",
        )

    def _require_columns(self) -> None:
        for names, what in (
            ([each.name for each in self.outputs], "outputs"),
            (self.annotations, "columns of notes"),
        ):
            if len(set(names)) < len(names) or not all(names):
                raise TableError(f"its {what} are not told apart by name", mend="rename one")
        if not self.outputs:
            raise TableError("it has no output", mend="add a column that answers")
        if self.policy is TablePolicy.PRIORITY and not any(each.values for each in self.outputs):
            raise TableError(
                "its policy is priority, but no output lists its values",
                mend="list an output's values, the one that goes first at the front",
            )
        if not self.policy.aggregates:
            return
        if len(self.outputs) > 1:
            raise TableError(f"{self.policy} needs one output", mend="use collect, or split it")
        kind = self.outputs[0].kind
        if self.policy is TablePolicy.COLLECT_SUM and kind not in NUMERIC:
            raise TableError(f"a {kind} has no sum", mend="use collect")
        if self.policy is not TablePolicy.COLLECT_COUNT and kind is Kind.FLAG:
            raise TableError(f"a {kind} has no order", mend="use collect")

    def _settled(self, row: Row) -> Row:
        place = row.place
        for held, columns, what in (
            (row.when, self.inputs, "tests"),
            (row.outputs, self.outputs, "outputs"),
            (row.annotations or self.annotations, self.annotations, "notes"),
        ):
            if len(held) != len(columns):
                raise TableError(
                    f"it has {len(held)} {what} for {len(columns)} columns",
                    file=place.file,
                    line=place.line,
                    mend="give one for each",
                )
        names = _by_name(fact for each in self.inputs for fact in facts_in(each.expression))
        tests, values = [], []
        for column, test in zip(self.inputs, row.when, strict=True):
            with located(file=place.file, line=place.line, column=column.name):
                reader = CellReader(column.expression.kind, names)
                tests.append(reader.tests(test) if isinstance(test, str) else test)
        for output, value in zip(self.outputs, row.outputs, strict=True):
            with located(file=place.file, line=place.line, column=output.name):
                values.append(output.settled(value))
        notes = row.annotations or ("",) * len(self.annotations)
        return evolve(row, when=tests, outputs=values, annotations=notes)

    def _allowing(self, column: Input) -> Expression | None:
        with located(where=f"table {self.name}", column=column.name):
            return column.allowed.condition(column.expression)

    def _condition(self, row: Row) -> Expression:
        asked = []
        for column, tests in zip(self.inputs, row.when, strict=True):
            with located(file=row.place.file, line=row.place.line, column=column.name):
                condition = tests.condition(column.expression)
            if condition is not None:
                asked.append(condition)
        if not asked:
            return Literal(True, Kind.FLAG)
        return asked[0] if len(asked) == 1 else And(asked)


def _by_name(facts: Iterable[Fact]) -> Mapping[str, Fact]:
    return {fact.name: fact for fact in facts}

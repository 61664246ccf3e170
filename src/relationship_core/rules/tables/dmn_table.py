"""A `decisionTable` of DMN, read into a table."""

from __future__ import annotations

import re
from collections.abc import Mapping

from attrs import frozen

from relationship_core.errors import TableError, UnsupportedError
from relationship_core.rules.fact import Fact, unknown_fact
from relationship_core.rules.kind import FactValue, Kind
from relationship_core.rules.place import Place
from relationship_core.rules.tables.cell_reader import CellReader
from relationship_core.rules.tables.columns import Input, Output, Row
from relationship_core.rules.tables.decision_table import DecisionTable
from relationship_core.rules.tables.dmn_names import numbered
from relationship_core.rules.tables.dmn_tree import Element
from relationship_core.rules.tables.dmn_types import (
    UNTYPED,
    DmnType,
    Types,
    base_type,
    required_kind,
)
from relationship_core.rules.tables.faults import located
from relationship_core.rules.tables.hit_policy import TablePolicy
from relationship_core.rules.tables.unary_tests import ANYTHING, UnaryTests

_PASSED_OVER = frozenset({"description", "extensionElements"})
_HOLDS = {
    "decisionTable": {"input", "output", "rule", "annotation"},
    "input": {"inputExpression", "inputValues"},
    "inputExpression": {"text"},
    "inputValues": {"text"},
    "output": {"outputValues", "defaultOutputEntry"},
    "outputValues": {"text"},
    "defaultOutputEntry": {"text"},
    "rule": {"inputEntry", "outputEntry", "annotationEntry"},
    "inputEntry": {"text"},
    "outputEntry": {"text"},
}
_POLICIES = {
    "": TablePolicy.UNIQUE,
    "UNIQUE": TablePolicy.UNIQUE,
    "FIRST": TablePolicy.FIRST,
    "ANY": TablePolicy.ANY,
    "PRIORITY": TablePolicy.PRIORITY,
    "COLLECT": TablePolicy.COLLECT,
}
_AGGREGATIONS = {
    "": TablePolicy.COLLECT,
    "MIN": TablePolicy.COLLECT_MIN,
    "MAX": TablePolicy.COLLECT_MAX,
    "SUM": TablePolicy.COLLECT_SUM,
    "COUNT": TablePolicy.COLLECT_COUNT,
}
_DESCRIPTION = "description"
_NAME = re.compile(r"[^\W\d][\w .]*")
_FEEL_WORDS = frozenset({"if", "for", "some", "every", "and", "or", "in", "between", "instance"})


@frozen
class TableReader:
    """Reads the decision table of one decision.

    Args:
        file: The file's name.
        types: The file's types.
        names: The names that the decision may use.
        name: The decision's name.
        variable: The type of its answer, as far as it is told.
    """

    file: str
    types: Types
    names: Mapping[str, Fact]
    name: str
    variable: DmnType

    def table(self, element: Element) -> DecisionTable:
        """The table that a `decisionTable` holds.

        Raises:
            UnsupportedError: Naming the element or expression that no table holds, and its line.
            TableError: It can't be read otherwise.
        """
        require_known_parts(element, self.file)
        with located(file=self.file, line=element.line):
            policy = _policy(element)
            inputs = [self._input(each) for each in element.all("input")]
            clauses, rules = [*element.all("output")], [*element.all("rule")]
            outputs = [
                self._output(clause, place, element, rules, is_only=len(clauses) == 1)
                for place, clause in enumerate(clauses)
            ]
            notes = self._notes(element, rules)
            rows = [self._row(rule, inputs, outputs, notes) for rule in rules]
            return DecisionTable(self.name, inputs, outputs, rows, policy, notes)

    def _input(self, clause: Element) -> Input:
        expression = clause.one("inputExpression")
        line = clause.line if expression is None else expression.line
        text = "" if expression is None else " ".join(expression.text().split())
        values = clause.one("inputValues")
        with located(file=self.file, line=line, column=clause.get("label") or text):
            if not text:
                raise TableError("it has no expression", mend="name the input that it tests")
            known = {" ".join(name.split()): name for name in self.names}
            if text not in known:
                if _NAME.fullmatch(text) and _FEEL_WORDS.isdisjoint(text.split()):
                    raise unknown_fact(text, self.names)
                raise UnsupportedError(
                    f"the input expression {text!r}",
                    mend="name an input, or let the input data hold what it computes",
                )
            fact = self.names[known[text]]
            stated = self.types.of(expression)
            if stated != UNTYPED:
                kind = required_kind(stated, f"the input expression {text!r}")
                if base_type(kind) != base_type(fact.kind):
                    raise TableError(
                        f"it is a {base_type(kind)} here and a {base_type(fact.kind)} elsewhere",
                        mend="let both say the same typeRef",
                    )
        if values is None:
            return Input(fact, clause.get("label"))
        with located(file=self.file, line=values.line, column=text):
            allowed = CellReader(fact.kind, {}).tests(values.text())
            return Input(fact, clause.get("label"), allowed)

    def _output(
        self, clause: Element, place: int, table: Element, rules: list[Element], *, is_only: bool
    ) -> Output:
        name = clause.get("name") or (self.name if is_only else "")
        with located(file=self.file, line=clause.line, column=name or str(place + 1)):
            if not name:
                raise TableError("one of several outputs has no name", mend="name it")
            found = self._output_type(clause, table, is_only=is_only)
            kind = (
                self._kind_of_entries(rules, place)
                if found == UNTYPED
                else required_kind(found, f"the output {name!r}")
            )
        values, default = clause.one("outputValues"), clause.one("defaultOutputEntry")
        reader = CellReader(kind, {})
        with located(file=self.file, line=(values or clause).line, column=name):
            listed = values.text().strip() if values else found.allowed
            allowed = reader.values(listed) if listed else ()
        with located(file=self.file, line=(default or clause).line, column=name):
            return Output(name, kind, allowed, reader.value(default.text()) if default else None)

    def _output_type(self, clause: Element, table: Element, *, is_only: bool) -> DmnType:
        stated = self.types.of(clause)
        if table.get("aggregation") == "COUNT":
            return stated  # what is told of the answer is told of a number of rows
        whole = self.types.of(table)
        for each in (whole, self.variable):
            # Under collect, the table's type is that of the list.
            part = DmnType(each.kind, each.parts, allowed=each.allowed, refused=each.refused)
            if not is_only or clause.get("name") in part.parts:
                part = part.parts.get(clause.get("name"), UNTYPED)
            if stated == UNTYPED:
                stated = part
            elif not stated.allowed and stated.kind is part.kind:
                stated = DmnType(stated.kind, allowed=part.allowed)
        return stated

    def _kind_of_entries(self, rules: list[Element], place: int) -> Kind:
        """The kind of an output that no type is told of, by the first value in it."""
        for rule in rules:
            entries = [*rule.all("outputEntry")]
            if place < len(entries):
                with located(file=self.file, line=entries[place].line):
                    return _natural_kind(CellReader(None, {}).value(entries[place].text()))
        raise TableError("it has neither a type nor a value", mend="give it a typeRef")

    def _notes(self, element: Element, rules: list[Element]) -> list[str]:
        count = max([len([*rule.all("annotationEntry")]) for rule in rules], default=0)
        named = [each.get("name") for each in element.all("annotation")]
        notes: list[str] = []
        for name in [*named, *[""] * (count - len(named))]:
            notes.append(numbered(name or "annotation", set(notes)))
        if any(rule.one(_DESCRIPTION) for rule in rules) and _DESCRIPTION not in notes:
            notes.append(_DESCRIPTION)
        return notes

    def _row(
        self, rule: Element, inputs: list[Input], outputs: list[Output], notes: list[str]
    ) -> Row:
        entries, answers = [*rule.all("inputEntry")], [*rule.all("outputEntry")]
        if (len(entries), len(answers)) != (len(inputs), len(outputs)):
            raise TableError(
                f"it has {len(entries)} tests and {len(answers)} outputs for {len(inputs)} and"
                f" {len(outputs)} columns",
                file=self.file,
                line=rule.line,
                mend="give one for each column",
            )
        tests = [self._test(entry, column) for entry, column in zip(entries, inputs, strict=True)]
        values = []
        for entry, output in zip(answers, outputs, strict=True):
            with located(file=self.file, line=entry.line, column=output.name):
                values.append(CellReader(output.kind, {}).value(entry.text()))
        told = [each.text() for each in rule.all("annotationEntry")]
        told += [""] * (len(notes) - len(told))
        if rule.one(_DESCRIPTION) and not told[notes.index(_DESCRIPTION)]:
            told[notes.index(_DESCRIPTION)] = rule.text(_DESCRIPTION)
        with located(file=self.file, line=rule.line):
            return Row(tests, values, told, Place(self.file, rule.line))

    def _test(self, entry: Element, column: Input) -> UnaryTests:
        text = entry.text()
        with located(file=self.file, line=entry.line, column=column.name):
            # Modelling tools leave a cell empty that asks nothing.
            if not text.strip():
                return ANYTHING
            tests = CellReader(column.expression.kind, self.names).tests(text)
            tests.condition(column.expression)
            return tests


def require_known_parts(element: Element, file: str) -> None:
    """Check that an element and all within it are what a table can hold.

    Raises:
        UnsupportedError: Naming the first that isn't, and its line.
    """
    require_feel(element, file)
    for child in element.children:
        if child.namespace != element.namespace or child.name in _PASSED_OVER:
            continue
        if child.name not in _HOLDS.get(element.name, {child.name}):
            raise UnsupportedError(
                f"the element {child.name} in {element.name}", file=file, line=child.line
            )
        require_known_parts(child, file)


def require_feel(element: Element, file: str) -> None:
    """Check that an element's expressions are in FEEL, which S-FEEL is a part of.

    Raises:
        UnsupportedError: They are in another language.
    """
    language = element.get("expressionLanguage")
    if language and "feel" not in language.lower():
        raise UnsupportedError(
            f"the expression language {language!r}", file=file, line=element.line
        )


def _policy(element: Element) -> TablePolicy:
    stated, aggregation = element.get("hitPolicy"), element.get("aggregation")
    if stated not in _POLICIES:
        raise UnsupportedError(
            f"the hitPolicy {stated}", mend=f"use {', '.join(filter(None, _POLICIES))}"
        )
    policy = _POLICIES[stated]
    if policy is not TablePolicy.COLLECT:
        if aggregation:
            raise TableError(
                f"the aggregation {aggregation} needs the hitPolicy COLLECT", mend="take it out"
            )
        return policy
    if aggregation not in _AGGREGATIONS:
        raise UnsupportedError(f"the aggregation {aggregation}")
    return _AGGREGATIONS[aggregation]


def _natural_kind(value: FactValue) -> Kind:
    if isinstance(value, bool):
        return Kind.FLAG
    if isinstance(value, str):
        return Kind.CATEGORY
    return Kind.NUMBER if hasattr(value, "as_tuple") else Kind.DATE

"""The names that a DMN file's tables may use, and the facts that they stand for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from relationship_core.errors import RuleError, TableError, UnsupportedError
from relationship_core.rules.fact import Fact, unknown_fact
from relationship_core.rules.kind import Kind
from relationship_core.rules.tables.cell_reader import CellReader
from relationship_core.rules.tables.decision_table import DecisionTable
from relationship_core.rules.tables.declaring import declared_fact, listed_texts
from relationship_core.rules.tables.dmn_names import dmn_name, fact_name, numbered
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
from relationship_core.rules.tables.unary_tests import ANYTHING


class Scope(Mapping[str, Fact]):
    """Facts by the name that the file calls them, a path into a structure among them.

    Args:
        facts: What can be used.
        refused: Names that exist but that no table can hold, each with the reason.
    """

    def __init__(self, facts: Mapping[str, Fact], refused: Mapping[str, str]) -> None:
        self.facts = dict(facts)
        self.refused = dict(refused)

    def __getitem__(self, name: str) -> Fact:
        if name in self.refused:
            raise UnsupportedError(self.refused[name])
        return self.facts[name]

    def __iter__(self) -> Iterator[str]:
        yield from self.facts
        yield from self.refused

    def __len__(self) -> int:
        return len(self.facts) + len(self.refused)

    def among(self, roots: set[str]) -> Scope:
        """The part of it that lies under some names."""
        return Scope(
            {name: fact for name, fact in self.facts.items() if _is_under(name, roots)},
            {name: why for name, why in self.refused.items() if _is_under(name, roots)},
        )


class ScopeBuilder:
    """Makes the facts of one file, each name once.

    Args:
        types: The file's types.
        tables: Its decision tables, which say more of what they test.
        given: The caller's facts, by their own names or by those of the file.
        file: The file's name.
    """

    def __init__(
        self,
        types: Types,
        tables: list[Element],
        given: Mapping[str, Fact] | None,
        file: str,
    ) -> None:
        self._types = types
        self._given = given
        self._file = file
        self._taken: set[str] = set()
        self._columns: dict[str, list[Element]] = {}
        for table in tables:
            for column in table.all("input"):
                expression = column.one("inputExpression")
                if expression is not None:
                    name = " ".join(expression.text().split())
                    self._columns.setdefault(name, []).append(column)
        self.scope = Scope({}, {})
        self.added: set[str] = set()

    def add_input(self, element: Element) -> None:
        """Make the facts of an `inputData`.

        Raises:
            TableError: A fact is of another kind than the file says, or there is none of its name.
        """
        with located(file=self._file, line=element.line):
            variable = element.one("variable")
            self._add(element.get("name"), self._types.of(variable), given=self._given)
        self.added.add(element.get("name"))

    def add_answer(self, name: str, table: DecisionTable) -> None:
        """Make the facts of a decision that others require."""
        kinds = {each.name: DmnType(each.kind) for each in table.outputs}
        if table.policy is TablePolicy.COLLECT:
            found = DmnType(is_list=True)
        elif len(kinds) > 1:
            found = DmnType(parts=kinds)
        else:
            counts = table.policy is TablePolicy.COLLECT_COUNT
            found = DmnType(Kind.COUNT if counts else table.outputs[0].kind)
        self._add(name, found, given=None)
        self.added.add(name)

    def _add(self, path: str, found: DmnType, given: Mapping[str, Fact] | None) -> None:
        if found.parts and not found.is_list:
            self.scope.refused[path] = f"the structure {path!r} as a value"
            for part, each in found.parts.items():
                self._add(f"{path}.{part}", each, given)
            return
        columns = self._columns.get(path, [])
        if found == UNTYPED:
            stated = [self._types.of(each.one("inputExpression")) for each in columns]
            found = next((each for each in stated if each != UNTYPED), UNTYPED)
        try:
            kind = required_kind(found, f"{path!r}")
        except UnsupportedError as error:
            self.scope.refused[path] = error.part
            return
        except RuleError:
            self.scope.refused[path] = f"the input {path!r} without a typeRef"
            return
        self.scope.facts[path] = (
            self._made(path, kind, found, columns)
            if given is None
            else _taken_from(given, path, kind, self.scope.facts)
        )

    def _made(self, path: str, kind: Kind, found: DmnType, columns: list[Element]) -> Fact:
        name = numbered(fact_name(path), self._taken)
        self._taken.add(name)
        allowed = found.allowed
        tests = CellReader(kind, {}).tests(allowed) if allowed else ANYTHING
        fact = declared_fact(name, kind, path, tests)
        if kind is Kind.CATEGORY and not allowed and (listed := self._listed(columns)):
            return Fact(name, kind, label=path, categories=listed)
        return fact

    def _listed(self, columns: list[Element]) -> tuple[str, ...] | None:
        """The texts that the columns of one name list together; None where one lists none."""
        together: dict[str, None] = {}
        for column in columns:
            values = column.one("inputValues")
            if values is None:
                return None
            with located(file=self._file, line=values.line):
                texts = listed_texts(CellReader(Kind.CATEGORY, {}).tests(values.text()))
            if texts is None:
                return None
            together |= dict.fromkeys(texts)
        return tuple(together)


def _taken_from(
    given: Mapping[str, Fact], path: str, kind: Kind, others: Mapping[str, Fact]
) -> Fact:
    fact = _meant(given, path)
    namesake = next((other for other, each in others.items() if each.name == fact.name), path)
    if namesake != path and not {path, namesake} <= given.keys():
        raise TableError(
            f"{path!r} would be the fact {fact.name}, as {namesake!r} is already",
            mend="give the facts by the file's names",
        )
    if base_type(fact.kind) != base_type(kind):
        raise TableError(
            f"the file says that {path!r} is a {base_type(kind)}, but the fact is a {fact.kind}",
            mend="give a fact of that type",
        )
    return fact


def _meant(given: Mapping[str, Fact], path: str) -> Fact:
    """The fact that was given by the file's name, else the one that is written under it."""
    if path in given:
        return given[path]
    found = next((fact for fact in given.values() if dmn_name(fact) == path), None)
    if found is not None:
        return found
    if (name := fact_name(path)) not in given:
        raise unknown_fact(name, given)
    return given[name]


def _is_under(name: str, roots: set[str]) -> bool:
    return name in roots or any(name.startswith(f"{root}.") for root in roots)

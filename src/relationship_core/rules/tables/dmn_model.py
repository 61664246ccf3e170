"""A DMN file as a whole: its decision tables, what they read, and which of them need each other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from os import PathLike
from pathlib import Path
from typing import Any

from attrs import frozen

from relationship_core.errors import TableError, UnsupportedError
from relationship_core.rules.fact import Fact
from relationship_core.rules.kind import FactValue, literal_value
from relationship_core.rules.tables.decision_table import Answer, DecisionTable
from relationship_core.rules.tables.dmn_scope import ScopeBuilder
from relationship_core.rules.tables.dmn_table import TableReader, require_feel
from relationship_core.rules.tables.dmn_tree import Element, read_tree
from relationship_core.rules.tables.dmn_types import Types
from relationship_core.rules.tables.faults import located

_PASSED_OVER = frozenset(
    {
        *("description", "extensionElements", "itemDefinition", "inputData", "decision"),
        *("knowledgeSource", "elementCollection", "performanceIndicator", "organizationUnit"),
        *("textAnnotation", "association", "group"),
    }
)
"""Elements that are read, or that decide nothing."""

_OF_A_DECISION = frozenset(
    {
        *("description", "extensionElements", "question", "allowedAnswers", "variable"),
        *("informationRequirement", "authorityRequirement", "supportedObjective"),
        *("impactedPerformanceIndicator", "decisionMaker", "decisionOwner"),
        *("usingProcess", "usingTask", "decisionTable"),
    }
)


@frozen
class DmnModel:
    """The decision tables of a file.

    Args:
        name: The model's name.
        tables: Its tables by the names of their decisions, each after those it requires.
        required: For each, the decisions whose answers it reads.
        inputs: The names of all input data in the file.
        facts: What the tables read, by the names that the file calls them.
    """

    name: str
    tables: Mapping[str, DecisionTable]
    required: Mapping[str, tuple[str, ...]]
    inputs: frozenset[str]
    facts: Mapping[str, Fact]

    def decide(self, decision: str, inputs: Mapping[str, Any]) -> Answer:
        """The answer of one decision, with those that it requires decided first.

        Args:
            decision: The decision's name.
            inputs: The input data by name, as Python values; a dictionary for a structure. What
                isn't there is missing.

        Raises:
            TableError: There is no such decision or input, or a value is none that it can have.
            HitPolicyError: As for `DecisionTable.decide`.
        """
        if decision not in self.tables:
            raise TableError(
                f"there is no decision {decision!r}", mend=_nearest(decision, self.tables)
            )
        for name in inputs:
            if name not in self.inputs:
                raise TableError(f"there is no input {name!r}", mend=_nearest(name, self.inputs))
        return self._answer(decision, {path: _at(inputs, path) for path in self.facts}, {})

    def _answer(
        self, decision: str, given: Mapping[str, Any], answers: dict[str, Answer]
    ) -> Answer:
        if decision not in answers:
            known = dict(given)
            for name in self.required[decision]:
                answer = {name: self._answer(name, given, answers)}
                paths = [path for path in self.facts if path == name or path.startswith(f"{name}.")]
                known |= {path: _at(answer, path) for path in paths}
            table = self.tables[decision]
            read = {fact.name for fact in table.facts}
            facts = {
                fact.name: _settled(path, fact, known[path])
                for path, fact in self.facts.items()
                if fact.name in read
            }
            answers[decision] = table.decide(facts)
        return answers[decision]


def read_dmn(
    path: str | PathLike[str],
    *,
    facts: Mapping[str, Fact] | None = None,
    decisions: Iterable[str] | None = None,
) -> DmnModel:
    """The decision tables of a DMN 1.3, 1.4 or 1.5 file.

    Args:
        path: The file.
        facts: The facts that stand for the input data, by their own names (`applicant_age` for
            "Applicant Age") or by the file's; without them the file makes its own.
        decisions: The decisions to read, with those that they require; all of them if not given.

    Raises:
        UnsupportedError: Naming what lies outside the subset, and its line. With `decisions`, what
            these don't need is passed over.
        TableError: It can't be read otherwise.
    """
    return _Reader(Path(path), facts).model(None if decisions is None else [*decisions])


class _Reader:
    def __init__(self, path: Path, facts: Mapping[str, Fact] | None) -> None:
        self._file = str(path)
        self._root = read_tree(path)
        self._types = Types(self._root, self._file)
        self._inputs = {each.get("id"): each for each in self._root.all("inputData")}
        self._decisions = {each.get("id"): each for each in self._root.all("decision")}
        tables = [table for each in self._decisions.values() for table in each.all("decisionTable")]
        self._builder = ScopeBuilder(self._types, tables, facts, self._file)
        self._tables: dict[str, DecisionTable] = {}
        self._required: dict[str, tuple[str, ...]] = {}

    def model(self, wanted: list[str] | None) -> DmnModel:
        by_name = {each.get("name"): each for each in self._decisions.values()}
        if wanted is None:
            self._require_whole()
            wanted = list(by_name)
        for name in wanted:
            if name not in by_name:
                raise TableError(
                    f"there is no decision {name!r}", file=self._file, mend=_nearest(name, by_name)
                )
            self._read(by_name[name], ())
        scope = self._builder.scope
        inputs = frozenset(each.get("name") for each in self._inputs.values())
        return DmnModel(self._root.get("name"), self._tables, self._required, inputs, scope.facts)

    def _require_whole(self) -> None:
        """Check that nothing in the file would be lost."""
        require_feel(self._root, self._file)
        for child in self._root.children:
            if child.namespace == self._root.namespace and child.name not in _PASSED_OVER:
                raise UnsupportedError(
                    f"the element {child.name}", file=self._file, line=child.line
                )
        names: set[str] = set()
        for each in (*self._inputs.values(), *self._decisions.values()):
            if each.get("name") in names:
                raise TableError(
                    f"two elements are named {each.get('name')!r}",
                    file=self._file,
                    line=each.line,
                    mend="rename one",
                )
            names.add(each.get("name"))

    def _read(self, decision: Element, above: tuple[str, ...]) -> None:
        name = decision.get("name")
        if name in self._tables:
            return
        if name in above:
            raise TableError(
                f"the decision {name!r} requires itself",
                file=self._file,
                line=decision.line,
                mend="break the circle",
            )
        for child in decision.children:
            if child.namespace == decision.namespace and child.name not in _OF_A_DECISION:
                raise UnsupportedError(
                    f"the element {child.name} in the decision {name!r}",
                    file=self._file,
                    line=child.line,
                )
        roots: set[str] = set()
        required: list[str] = []
        for element in self._requirements(decision):
            root = element.get("name")
            roots.add(root)
            if element.name == "decision":
                self._read(element, (*above, name))
                required.append(root)
            if root in self._builder.added:
                continue
            if element.name == "decision":
                self._builder.add_answer(root, self._tables[root])
            else:
                self._builder.add_input(element)
        table = decision.one("decisionTable")
        if table is None:
            raise UnsupportedError(
                f"the decision {name!r} without a decision table",
                file=self._file,
                line=decision.line,
            )
        reader = TableReader(
            self._file,
            self._types,
            self._builder.scope.among(roots),
            name,
            self._types.of(decision.one("variable")),
        )
        self._tables[name] = reader.table(table)
        self._required[name] = tuple(required)

    def _requirements(self, decision: Element) -> Iterator[Element]:
        """The input data and decisions that a decision reads."""
        for requirement in decision.all("informationRequirement"):
            for each in requirement.all("requiredInput", "requiredDecision"):
                namespace, _, identity = each.get("href").rpartition("#")
                known = self._inputs if each.name == "requiredInput" else self._decisions
                if namespace not in {"", self._root.get("namespace")}:
                    raise UnsupportedError(
                        f"{each.name} from another file", file=self._file, line=each.line
                    )
                if identity not in known:
                    raise TableError(
                        f"the {each.name} {each.get('href')!r} isn't in the file",
                        file=self._file,
                        line=each.line,
                        mend="add it, or take the requirement out",
                    )
                yield known[identity]


def _at(values: Mapping[str, Any], path: str) -> Any:
    """What stands under a path into a structure; None where nothing does."""
    for name, value in values.items():
        if path == name:
            return value
        if path.startswith(f"{name}.") and isinstance(value, Mapping):
            return _at(value, path.removeprefix(f"{name}."))
    return None


def _settled(path: str, fact: Fact, value: Any) -> FactValue | None:
    if value is None:
        return None
    with located(where=f"the input {path!r}"):
        settled = literal_value(value, fact.kind)
        if not fact.admits(settled):
            raise TableError("it is none of the values that it can have", mend="correct it")
    return settled


def _nearest(name: str, known: Iterable[str]) -> str:
    close = get_close_matches(name, known := [*known], n=1)
    return f"did you mean {close[0]!r}?" if close else f"known: {', '.join(known)}"

"""Decision tables written as DMN, always in the same text."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Mapping
from os import PathLike
from pathlib import Path

from attrs import frozen

from relationship_core.errors import TableError
from relationship_core.rules.fact import Fact
from relationship_core.rules.kind import Kind
from relationship_core.rules.tables.columns import Input, Row
from relationship_core.rules.tables.decision_table import DecisionTable
from relationship_core.rules.tables.dmn_names import dmn_name, numbered
from relationship_core.rules.tables.dmn_tree import OURS, VERSIONS
from relationship_core.rules.tables.dmn_types import BASE_KINDS, base_type
from relationship_core.rules.tables.hit_policy import TablePolicy
from relationship_core.rules.tables.literal import write_literal
from relationship_core.rules.tables.unary_tests import ANYTHING

_NO_NAME = re.compile(r"\W+")

Parts = dict[str, "Fact | Parts"]
"""A structure that facts with dotted names lie in, by name."""


def write_dmn(
    tables: DecisionTable | Iterable[DecisionTable],
    path: str | PathLike[str],
    version: str = "1.5",
) -> None:
    """Write tables to a DMN file, each as a decision over input data.

    A fact that is named as another of the tables stands for that decision's answer.

    Args:
        tables: One table, or several.
        path: The file, replaced where it exists.
        version: "1.3", "1.4" or "1.5".

    Raises:
        TableError: A column tests something else than a fact, two of the tables or facts share a
            name, or a fact is both a value and a structure.
    """
    text = dmn_text([tables] if isinstance(tables, DecisionTable) else tables, version)
    Path(path).write_bytes(text.encode())


def dmn_text(tables: Iterable[DecisionTable], version: str = "1.5") -> str:
    """The text of a DMN file that holds tables.

    Raises:
        TableError: As for `write_dmn`.
    """
    if version not in VERSIONS:
        raise TableError(f"{version!r} is no version to write", mend=f"use {', '.join(VERSIONS)}")
    return "\n".join(_Writer.of([*tables]).lines(VERSIONS[version])) + "\n"


@frozen
class _Writer:
    """What a file holds.

    Args:
        tables: Its tables by name.
        inputs: Its input data: a fact, or a structure of facts.
        ids: The ids of input data and decisions, by name.
        types: The names of the types of structures, by the path of the structure.
    """

    tables: Mapping[str, DecisionTable]
    inputs: Parts
    ids: Mapping[str, str]
    types: Mapping[str, str]

    @classmethod
    def of(cls, tables: list[DecisionTable]) -> _Writer:
        by_name = {table.name: table for table in tables}
        if len(by_name) < len(tables):
            raise TableError("two tables share a name", mend="rename one")
        inputs: Parts = {}
        for table in tables:
            for fact in table.facts:
                if _root(dmn_name(fact)) not in by_name:
                    _put(inputs, dmn_name(fact), fact, table.name)
        ids = {name: f"input_data_{number}" for number, name in enumerate(inputs, start=1)}
        ids |= {name: f"decision_{number}" for number, name in enumerate(by_name, start=1)}
        types: dict[str, str] = {}
        structures = [path for path, _ in _structures(inputs, "")]
        for path in [*structures, *[table.name for table in tables if len(table.outputs) > 1]]:
            types[path] = numbered("t" + _NO_NAME.sub("_", path), {*types.values()})
        return cls(by_name, inputs, ids, types)

    def lines(self, namespace: str) -> Iterator[str]:
        """The file, line by line."""
        yield '<?xml version="1.0" encoding="UTF-8"?>'
        name = next(iter(self.tables), "tables")
        yield (
            f'<definitions xmlns="{namespace}" xmlns:core="{OURS}" id="definitions"'
            f' name="{_quoted(name)}" namespace="{OURS}">'
        )
        yield from self._types()
        for name, held in self.inputs.items():
            yield f'  <inputData id="{self.ids[name]}" name="{_quoted(name)}">'
            yield f'    <variable name="{_quoted(name)}" {self._type(name, held)}/>'
            yield "  </inputData>"
        for number, table in enumerate(self.tables.values(), start=1):
            yield from self._decision(table, f"table_{number}")
        yield "</definitions>"

    def _types(self) -> Iterator[str]:
        for path, parts in _structures(self.inputs, ""):
            yield f'  <itemDefinition name="{_quoted(self.types[path])}">'
            for name, held in parts.items():
                kind = _kind_mark(held.kind) if isinstance(held, Fact) else ""
                yield f'    <itemComponent name="{_quoted(name)}"{kind}>'
                yield f"      <typeRef>{self._reference(f'{path}.{name}', held)}</typeRef>"
                yield "    </itemComponent>"
            yield "  </itemDefinition>"
        for table in self.tables.values():
            if len(table.outputs) > 1:
                many = ' isCollection="true"' if table.policy is TablePolicy.COLLECT else ""
                yield f'  <itemDefinition name="{_quoted(self.types[table.name])}"{many}>'
                for each in table.outputs:
                    mark = _kind_mark(each.kind)
                    yield f'    <itemComponent name="{_quoted(each.name)}"{mark}>'
                    yield f"      <typeRef>{base_type(each.kind)}</typeRef>"
                    yield "    </itemComponent>"
                yield "  </itemDefinition>"

    def _reference(self, path: str, held: Fact | Parts) -> str:
        return base_type(held.kind) if isinstance(held, Fact) else _escaped(self.types[path])

    def _type(self, path: str, held: Fact | Parts) -> str:
        mark = _kind_mark(held.kind) if isinstance(held, Fact) else ""
        return f'typeRef="{self._reference(path, held)}"{mark}'

    def _decision(self, table: DecisionTable, table_id: str) -> Iterator[str]:
        yield f'  <decision id="{self.ids[table.name]}" name="{_quoted(table.name)}">'
        yield f'    <variable name="{_quoted(table.name)}"{self._answer_type(table)}/>'
        for root in dict.fromkeys(_root(dmn_name(fact)) for fact in table.facts):
            what = "requiredDecision" if root in self.tables else "requiredInput"
            yield "    <informationRequirement>"
            yield f'      <{what} href="#{self.ids[root]}"/>'
            yield "    </informationRequirement>"
        policy, _, aggregation = table.policy.upper().partition(" ")
        aggregated = f' aggregation="{aggregation}"' if aggregation else ""
        yield f'    <decisionTable id="{table_id}" hitPolicy="{policy}"{aggregated}>'
        for each in table.inputs:
            yield from _input(table, each)
        for output in table.outputs:
            is_own = len(table.outputs) == 1 and output.name == table.name
            name = "" if is_own else f' name="{_quoted(output.name)}"'
            mark = f'{name} typeRef="{base_type(output.kind)}"{_kind_mark(output.kind)}'
            listed = ", ".join(map(write_literal, output.values))
            inner = [*_text("outputValues", listed, 8)] if output.values else []
            if output.default is not None:
                inner += _text("defaultOutputEntry", write_literal(output.default), 8)
            yield from (
                [f"      <output{mark}>", *inner, "      </output>"]
                if inner
                else [f"      <output{mark}/>"]
            )
        for note in table.annotations:
            yield f'      <annotation name="{_quoted(note)}"/>'
        for row in table.rows:
            yield from _rule(row)
        yield "    </decisionTable>"
        yield "  </decision>"

    def _answer_type(self, table: DecisionTable) -> str:
        if table.name in self.types:
            return f' typeRef="{_quoted(self.types[table.name])}"'
        if table.policy is TablePolicy.COLLECT:
            return ""  # a list of a plain type, which DMN has no name for
        counts = table.policy is TablePolicy.COLLECT_COUNT
        return f' typeRef="{base_type(Kind.COUNT if counts else table.outputs[0].kind)}"'


def _input(table: DecisionTable, column: Input) -> Iterator[str]:
    if not isinstance(column.expression, Fact):
        raise TableError(
            "a file can only hold columns that test a fact",
            where=f"table {table.name}",
            column=column.name,
            mend="declare a fact derived by this expression, and test that",
        )
    fact = column.expression
    label = f' label="{_quoted(column.label)}"' if column.label else ""
    yield f"      <input{label}>"
    yield f'        <inputExpression typeRef="{base_type(fact.kind)}"{_kind_mark(fact.kind)}>'
    yield f"          <text>{_escaped(dmn_name(fact))}</text>"
    yield "        </inputExpression>"
    if column.allowed != ANYTHING:
        yield from _text("inputValues", column.allowed.text(dmn_name), 8)
    yield "      </input>"


def _rule(row: Row) -> Iterator[str]:
    yield "      <rule>"
    for test in row.when:
        yield from _text("inputEntry", test.text(dmn_name), 8)
    for value in row.outputs:
        yield from _text("outputEntry", write_literal(value), 8)
    for note in row.annotations:
        yield from _text("annotationEntry", note, 8)
    yield "      </rule>"


def _text(element: str, text: str, indent: int) -> Iterator[str]:
    yield f"{' ' * indent}<{element}>"
    yield f"{' ' * indent}  <text>{_escaped(text)}</text>"
    yield f"{' ' * indent}</{element}>"


def _kind_mark(kind: Kind) -> str:
    """What DMN has no word for: that a number is an amount, a count or a length of time."""
    return "" if BASE_KINDS[base_type(kind)] is kind else f' core:kind="{kind}"'


def _root(path: str) -> str:
    return path.partition(".")[0]


def _put(inputs: Parts, path: str, fact: Fact, table: str) -> None:
    *structures, last = path.split(".")
    held = inputs
    for name in structures:
        inner = held.setdefault(name, {})
        if isinstance(inner, Fact):
            raise _both(path, table)
        held = inner
    there = held.setdefault(last, fact)
    if not isinstance(there, Fact):
        raise _both(path, table)
    if there.name != fact.name:
        raise TableError(
            f"the facts {there.name} and {fact.name} would both be called {path!r}",
            where=f"table {table}",
            mend="give them different labels",
        )


def _both(path: str, table: str) -> TableError:
    return TableError(
        f"{path!r} leads into a structure that is a value as well",
        where=f"table {table}",
        mend="rename one of the facts",
    )


def _structures(parts: Parts, above: str) -> Iterator[tuple[str, Parts]]:
    """The structures among parts, those within others first."""
    for name, held in parts.items():
        if not isinstance(held, Fact):
            path = f"{above}{name}"
            yield from _structures(held, f"{path}.")
            yield path, held


def _escaped(text: str) -> str:
    return html.escape(text, quote=False)


def _quoted(text: str) -> str:
    return html.escape(text, quote=True).replace("\n", "&#10;")

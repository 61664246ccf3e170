"""Proving decision tables as they lie in files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain
from pathlib import Path

from attrs import evolve

from relationship_core.cli.found import Reads, reads_of
from relationship_core.cli.terminal import engine_of
from relationship_core.errors import TableError
from relationship_core.facts import CATALOGUE
from relationship_core.rules import Expression, Fact, facts_in
from relationship_core.rules.analysis import Finding, Proof, prove
from relationship_core.rules.analysis.finding import IMPOSSIBLE, REDUNDANT, SHADOWED
from relationship_core.rules.tables import DecisionTable, TablePolicy, read_tables

_EACH_COUNTS = {TablePolicy.COLLECT, TablePolicy.COLLECT_SUM, TablePolicy.COLLECT_COUNT}
"""Under these a row that says what another says isn't in vain."""
_NEVER = {IMPOSSIBLE, REDUNDANT, SHADOWED}


def prove_tables(
    file: Path, plugins: list[str] | None, steps: int, encoding: str
) -> tuple[Proof, Reads]:
    """Prove every table of a file by its own policy.

    A table that reads facts of the catalogue alone is proved under what the catalogue says of them,
    any other under what it says of its columns itself; where plugins are named, it may read their
    facts and those of the catalogue, and no others.

    Args:
        file: The file.
        plugins: The plugins whose facts it may read.
        steps: The solver's steps for one question.
        encoding: How a CSV file is encoded.

    Raises:
        TableError: The file holds no table.
        MissingExtraError: The solver isn't installed, or what reads a workbook.
        PluginError: A plugin isn't installed, or is at fault.
    """
    if plugins:
        # Whoever says whose table it is wants a column of no known fact told, as a slip.
        catalogue = engine_of(plugins).rule_book.catalogue
        tables = read_tables(file, facts=catalogue, encoding=encoding)
    else:
        tables = _read(file, encoding)
    proofs = [_proved(table, steps) for table in tables]
    return (
        Proof(
            chain.from_iterable(each.findings for each in proofs),
            tuple(chain.from_iterable(each.proved for each in proofs)),
        ),
        reads_of([table.rule_set() for table in tables], {}),
    )


def _read(file: Path, encoding: str) -> tuple[DecisionTable, ...]:
    try:
        tables = read_tables(file, encoding=encoding)
    except TableError as error:
        try:
            # A table over known facts may leave out what it would have to say of its own.
            return read_tables(file, facts=CATALOGUE, encoding=encoding)
        except TableError:
            raise error from None
    if all(fact.name in CATALOGUE for table in tables for fact in table.facts):
        return read_tables(file, facts=CATALOGUE, encoding=encoding)
    return tables


def _proved(table: DecisionTable, steps: int) -> Proof:
    found = prove(table.rule_set(), facts=_allowed(table), steps=steps)
    return evolve(found, findings=_told(table, found))


def _told(table: DecisionTable, found: Proof) -> Iterator[Finding]:
    """What is a fault of a table: that its default is never needed isn't one."""
    has_default = any(output.default is not None for output in table.outputs)
    spare = {rule.id for rule in table.rules()[-1:]} if has_default else set()
    for finding in found.findings:
        is_counted = finding.code is REDUNDANT and table.policy in _EACH_COUNTS
        is_spare = finding.code in _NEVER and not spare.isdisjoint(finding.rules[:1])
        if not is_counted and not is_spare:
            yield finding


def _allowed(table: DecisionTable) -> Mapping[str, Fact]:
    """The table's facts, of which those it isn't asked about can't be."""
    allowed: dict[str, list[Expression]] = {}
    for column in table.inputs:
        condition = column.allowed.condition(column.expression)
        if condition is not None:
            first = next(iter(facts_in(column.expression)))
            allowed.setdefault(first.name, []).append(condition)
    return {
        fact.name: evolve(fact, relations=(*fact.relations, *allowed.get(fact.name, ())))
        for fact in table.facts
    }

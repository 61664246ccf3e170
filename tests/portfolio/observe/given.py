"""The same rows as tables on each engine and as dossiers, and what both paths say of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

import duckdb
import narwhals as nw
import polars as pl
import pyarrow as pa

from relationship_core.decisions.observe import observe
from relationship_core.domain import Dossier
from relationship_core.errors import RuleError
from relationship_core.facts import CATALOGUE
from relationship_core.portfolio.cells import CellKind
from relationship_core.portfolio.examine import read_supplied
from relationship_core.portfolio.noun import ALONE
from relationship_core.portfolio.schema import TABLES, Column
from relationship_core.portfolio.tables import Tables
from relationship_core.portfolio.tables.units import NUMBERS
from relationship_core.rules import Fact, FactValue
from relationship_core.rules.compile_frame import as_cell

Row = Sequence[Any]
Rows = Mapping[str, Sequence[Row]]
"""The values of rows by table, in the order of the schema's columns and as nouns hold them."""


def _on_duckdb(tables: Mapping[str, pa.Table]) -> Tables:
    connection = duckdb.connect()
    for name, table in tables.items():
        connection.register("given", table)
        connection.execute(f'CREATE TABLE "{name}" AS FROM given')
    return Tables.of({name: connection.table(name) for name in tables})


ENGINES: Mapping[str, Callable[[Mapping[str, pa.Table]], Tables]] = {
    "polars": lambda tables: Tables.of({n: pl.DataFrame(t).lazy() for n, t in tables.items()}),
    "duckdb": _on_duckdb,
}

_TYPES: Mapping[CellKind, pa.DataType] = {
    CellKind.DATE: pa.date32(),
    CellKind.MONTH: pa.date32(),
    CellKind.COUNT: pa.int64(),
    CellKind.FLAG: pa.bool_(),
}


def as_tables(rows: Rows, engine: str, *, scale: int = 2) -> Tables:
    """Rows as the tables of an engine, their decimals with so many digits after the point."""
    return ENGINES[engine](
        {
            name: pa.table(
                {
                    column.name: pa.array(
                        [_cell(row[place]) for row in each], _type_of(column, scale)
                    )
                    for place, column in enumerate(TABLES[name].columns)
                }
            )
            for name, each in rows.items()
        }
    )


def _type_of(column: Column, scale: int) -> pa.DataType:
    if column.kind in NUMBERS:
        return pa.decimal128(38, scale)
    return _TYPES.get(column.kind, pa.string())


def _cell(value: Any) -> Any:
    return ";".join(map(str, value)) if isinstance(value, tuple) else value


def as_dossiers(rows: Rows, facts: Mapping[str, Fact] = CATALOGUE) -> list[Dossier]:
    """Rows as the dossiers that the reader of a folder makes of them, without any accounts."""

    def nouns(name: str, *keys: int) -> Mapping[str, list[Any]] | None:
        if name not in rows:
            return None
        found: defaultdict[str, list[Any]] = defaultdict(list)
        for row in rows[name]:
            for key in keys:
                found[row[key]].append(ALONE[name](*row))
        return found

    interactions = nouns("interactions", 1)
    relations = nouns("relations", 0, 1)
    standings = nouns("standings", 0) or {}
    supplied: defaultdict[str, dict[str, Any]] = defaultdict(dict)
    for customer_id, name, text in rows.get("supplied", ()):
        supplied[customer_id][name] = read_supplied(facts[name], text)
    dossiers = []
    for row in rows["customers"]:
        customer: Any = ALONE["customers"](*row)
        dossier = Dossier(
            customer,
            interactions=None if interactions is None else tuple(interactions[customer.id]),
            relations=None if relations is None else tuple(relations[customer.id]),
            standing=standings[customer.id][0] if customer.id in standings else None,
            supplied=supplied[customer.id],
        )
        dossiers.append(dossier)
    return dossiers


def observed(
    rows: Rows, as_of: date, names: Sequence[str], facts: Mapping[str, Fact] = CATALOGUE
) -> dict[str, dict[str, Any]]:
    """Some facts of each customer by the path of dossiers, as cells."""
    found = {}
    for dossier in as_dossiers(rows, facts):
        values = observe(dossier, as_of, facts=facts)
        found[dossier.customer.id] = {name: cell(values[name], facts[name]) for name in names}
    return found


def cell(value: FactValue | None, fact: Fact) -> Any:
    """A fact as a column holds it: null where it can't hold so large a number."""
    try:
        return as_cell(value, fact.kind)
    except RuleError:
        return None


def computed(frame: nw.LazyFrame[Any], names: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Some columns of a frame for each customer."""
    rows = frame.select("customer_id", *names).collect("pyarrow").to_native().to_pylist()
    found = {row.pop("customer_id"): row for row in rows}
    assert len(found) == len(rows)
    return found

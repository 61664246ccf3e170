"""What a folder read as tables and the same folder read as dossiers hold and tell, side by side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import attrs

from relationship_core.domain import Account, Dossier
from relationship_core.facts import CATALOGUE
from relationship_core.portfolio import Rejection, read_folder
from relationship_core.portfolio.cells import CellKind, read_cell
from relationship_core.portfolio.examine import read_supplied
from relationship_core.portfolio.noun import ALONE, build_account, build_owner, build_product
from relationship_core.portfolio.schema import COUNTS, TABLES, Column, OwnerRole
from relationship_core.portfolio.tables import FolderTables, FrameEngine, Tables, read_tables
from relationship_core.portfolio.tables.units import NUMBERS

AS_OF = date(2026, 6, 30)
ENGINES: tuple[FrameEngine, ...] = ("polars", "duckdb")


def dossiers(folder: Path) -> tuple[list[Dossier], list[Rejection]]:
    with read_folder(folder, as_of=AS_OF) as portfolio:
        return list(portfolio.dossiers()), list(portfolio.rejections)


def rows(tables: Tables, name: str) -> list[list[Any]]:
    """The rows of a table as the values that nouns are built from."""
    columns = [
        one
        for one in TABLES[name].columns
        if name != "positions" or tables.are_acts_counted or one.name not in COUNTS
    ]
    found = tables.frame(name).collect().rows(named=True)
    return [[value(tables, name, one, row[one.name]) for one in columns] for row in found]


def value(tables: Tables, name: str, column: Column, held: Any) -> Any:
    if held is None:
        return None
    if column.kind in NUMBERS:
        measure = tables.measure(name, column.name)
        assert abs(int(held)) <= measure.bound
        return Decimal(int(held)).scaleb(-measure.scale)
    if column.choices is not None or column.kind in {CellKind.DATES, CellKind.IDS}:
        return read_cell(column.kind, held, column.name, column.choices)
    return held


def nouns(tables: Tables) -> dict[str, set[Any] | None]:
    """What all dossiers together hold."""
    names = ("customers", "positions", "transactions", "interactions", "relations")
    found: dict[str, set[Any] | None] = {
        name: {ALONE[name](*row) for row in rows(tables, name)} if tables.has(name) else None
        for name in names
    }
    found["accounts"] = set(accounts(tables)) if tables.has("accounts") else None
    found["standings"] = {
        (row[0], ALONE["standings"](*row))
        for row in (rows(tables, "standings") if tables.has("standings") else [])
    }
    found["supplied"] = {
        (customer_id, name, read_supplied(CATALOGUE[name], text))
        for customer_id, name, text in (rows(tables, "supplied") if tables.has("supplied") else [])
    }
    return found


def accounts(tables: Tables) -> list[Account]:
    products = {row[0]: build_product(*row) for row in rows(tables, "products")}
    named = rows(tables, "owners")
    return [
        build_account(
            account_id,
            *others,
            product=products[product_id],
            owners=tuple(
                sorted(
                    (build_owner(*row) for row in named if is_owner(row, account_id)),
                    key=attrs.astuple,
                )
            ),
            authorised=tuple(
                sorted(
                    row[1]
                    for row in named
                    if row[0] == account_id and row[2] is OwnerRole.AUTHORISED
                )
            ),
        )
        for account_id, product_id, *others in rows(tables, "accounts")
    ]


def is_owner(row: Sequence[Any], account_id: str) -> bool:
    return row[0] == account_id and row[2] is not OwnerRole.AUTHORISED


def nouns_of(found: list[Dossier], tables: Tables) -> dict[str, set[Any] | None]:
    """The same from the dossiers themselves."""
    names = ("positions", "transactions", "interactions", "relations", "accounts")
    held: dict[str, set[Any] | None] = {
        name: {one for dossier in found for one in getattr(dossier, name) or ()}
        if tables.has(name)
        else None
        for name in names
    }
    if held["accounts"] is not None:
        held["accounts"] = {sorted_people(one) for one in held["accounts"]}
    held["customers"] = {dossier.customer for dossier in found}
    held["standings"] = {
        (dossier.customer.id, dossier.standing) for dossier in found if dossier.standing
    }
    held["supplied"] = {
        (dossier.customer.id, name, value)
        for dossier in found
        for name, value in dossier.supplied.items()
    }
    return held


def sorted_people(account: Account) -> Account:
    return attrs.evolve(
        account,
        owners=tuple(sorted(account.owners, key=attrs.astuple)),
        authorised=tuple(sorted(account.authorised)),
    )


def check_same(folder: Path, engine: FrameEngine) -> None:
    """Both ways to read a folder keep and tell the same."""
    with read_the_same(folder, engine):
        pass


@contextmanager
def read_the_same(folder: Path, engine: FrameEngine) -> Iterator[FolderTables]:
    """A folder's tables, after a look that both ways to read it keep and tell the same."""
    found, bad = dossiers(folder)
    with read_tables(folder, as_of=AS_OF, engine=engine) as reading:
        assert list(reading.rejections) == bad
        assert all(one.mend for one in bad)
        tables = reading.tables
        held = nouns(tables)
        expected = nouns_of(found, tables)
        for name in expected:
            assert held[name] == expected[name], name
        yield reading

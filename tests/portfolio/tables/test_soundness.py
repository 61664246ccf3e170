"""What is taken for sound at first sight is what a closer look finds nothing in."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from datetime import date
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from relationship_core.domain import IdentifierScheme
from relationship_core.domain.identifiers import parse_identifier
from relationship_core.errors import IdentifierError
from relationship_core.facts import CATALOGUE
from relationship_core.portfolio.cells import CellKind
from relationship_core.portfolio.database import Database
from relationship_core.portfolio.schema import BRANCHES, TABLES, Column
from relationship_core.portfolio.tables.sound_identifiers import sound_identifiers
from relationship_core.portfolio.tables.units import NUMBERS
from tests.portfolio.bank import SMALL, write_csv
from tests.portfolio.tables.same import AS_OF, check_same

ROWS = 240
TEXTS = [
    "A B",
    " A",
    "A ",
    "",
    " ",
    "é",
    "王芳",
    "王 芳",
    "王\u3000芳",
    "\u3000",
    "·",
    "A\u00adB",
    "A\u200bB",
    "\u202eA",
    "A\u0378",
    "\ue000",
    "\ufeffA",
    "ไทย",
    "A\x00B",
    "A\x7f",
    "A\nB",
    "A\u2028B",
    "😀",
    "A;B",
    "ÿ",
    "（A）",
]
NUMBERS_MEANT = [
    *map(Decimal, ("0", "-0.0000000001", "-1", "1", "1.0000000001", "-1.0000000001", "123.45")),
    *map(Decimal, ("0.0000000001", "0.000000001", "1000000000", "1000000000.0000000001")),
    *(sign * Decimal(10) ** 24 for sign in (1, -1)),
    *(Decimal(f"{sign}1{'0' * 24}.0000000001") for sign in ("", "-")),
]
COUNTS_MEANT = [0, 1, 5, 6, -1, 10**18 - 1, 10**18, 2**63 - 1]
DAYS = [
    date(1, 1, 1),
    date(999, 12, 1),
    date(1000, 1, 1),
    date(1849, 12, 31),
    date(2019, 12, 31),
    date(2020, 1, 1),
    date(2026, 6, 1),
    date(2031, 2, 28),
    date(9999, 12, 31),
]
LISTS = [
    "2026-01-01",
    "2026-01-01;2026-02-01",
    "2026-02-01;2026-01-01",
    "2026-01-01;2026-01-01",
    "2026-01-01; 2026-02-01",
    "2026-02-30",
    "A;B",
    "A; B",
    "A;;B",
    "A;",
    "王;B",
]
SUPPLIED = [
    *("0", "1", "0.5", "0.5000001", "1.000001", "1e-1", "+0.5", "-0.5", ".5", "0.", "TRUE", "true"),
    *("2026-01-01", "x", "9" * 13, "0.50000000000000000000001"),
]
CARDS = ["11010519491231002X", "440524188001010014", "110101199003070011"]
CODES = ["91350100M000100Y43", "91110000600037341L"]
DOCUMENTS: list[tuple[str | None, str]] = [
    ("passport", "E12345678"),
    ("passport", "EA1234567"),
    ("passport", "E1234567"),
    ("passport", "PE1234567"),
    ("passport", "141234567"),
    ("passport", "ABCDEFGHI"),
    ("passport", "e12345678"),
    ("passport", "E-1234 5678"),
    ("tax_number", "1234"),
    ("tax_number", "ABCD"),
    ("tax_number", "１２３４"),
    ("lei", "5493001KJTIIGC8Y1R12"),
    ("lei", "5493001KJTIIGC8Y1R13"),
    (None, "E12345678"),
]
SOUND = {
    "resident_id": CARDS,
    "social_credit_code": CODES,
    "passport": ["E12345678", "EA1234567", "PE1234567", "141234567", "X1B2C3"],
    "tax_number": ["1234", "DE123456789", "A" * 19 + "1"],
}
GOOD: dict[CellKind, Any] = {
    CellKind.DATE: date(2020, 1, 1),
    CellKind.MONTH: date(2026, 6, 1),
    CellKind.COUNT: 1,
    CellKind.FLAG: True,
    CellKind.DATES: "2026-01-01",
    CellKind.IDS: "new",
}


def documents(chance: Random) -> tuple[str | None, str]:
    """A document, sound or with one character changed."""
    numbers = [
        *(("resident_id", one) for one in CARDS),
        *(("social_credit_code", one) for one in CODES),
    ]
    scheme, number = chance.choice([*DOCUMENTS, *numbers * 4])
    if scheme in {"resident_id", "social_credit_code"} and chance.random() < 0.6:
        place = chance.randrange(len(number))
        number = number[:place] + chance.choice("0123456789XAIO") + number[place + 1 :]
    if chance.random() < 0.1:
        scheme = chance.choice([*IdentifierScheme])
    return scheme, number


def strange(column: Column, chance: Random) -> Any:
    """A cell of a column's type that may be bad."""
    if column.choices is not None:
        return chance.choice([*column.choices, "", "PERSONAL", None])
    if column.kind in NUMBERS:
        return chance.choice(NUMBERS_MEANT)
    if column.kind is CellKind.COUNT:
        return chance.choice(COUNTS_MEANT)
    if column.kind in {CellKind.DATE, CellKind.MONTH}:
        return chance.choice(DAYS)
    if column.kind is CellKind.FLAG:
        return chance.choice([True, False, None])
    return chance.choice(LISTS if column.kind in {CellKind.DATES, CellKind.IDS} else TEXTS)


def rows(name: str, chance: Random) -> list[dict[str, Any]]:
    """Rows of a table, each with one cell or two that may be bad."""
    columns = TABLES[name].columns
    found = []
    for number in range(ROWS):
        row = {column.name: good(name, column, number) for column in columns}
        for column in chance.sample(columns, chance.randint(0, 2)):
            row[column.name] = strange(column, chance)
        days = [column for column in columns if column.kind is CellKind.DATE]
        if len(days) > 1 and chance.random() < 0.3:
            first = chance.randrange(len(days) - 1)
            for column in days[first : first + 2]:
                row[column.name] = strange(column, chance)
        if name == "relations" and chance.random() < 0.1:
            row["other_id"] = row["customer_id"]
        if name == "customers" and chance.random() < 0.7:
            row["id_scheme"], row["id_number"] = documents(chance)
            row["id_country"] = chance.choice([None, None, "CN", "DE", "de"])
        if name == "supplied":
            row["fact"] = chance.choice([*FACTS, "nothing"])
            row["value"] = chance.choice(SUPPLIED)
        found.append(row)
    return found


FACTS = [
    *("service_ability", "wallet_share", "manager_left", "stage", "tenure_months", "aum"),
    "kind",
]


def good(name: str, column: Column, number: int) -> Any:
    ids = {"customer_id": "C", "account_id": "A", "product_id": "P", "transaction_id": "T"}
    if column.name in ids:
        return f"{ids[column.name]}{number}"
    if column.name == "interaction_id":
        return f"I{number}"
    if column.name == "other_id":
        return "Z"
    if column.name == "currency":
        return "CNY"
    if column.choices is not None:
        return next(iter(column.choices)) if column.required else None
    if name == "standings":
        return GOOD.get(column.kind, "stable")
    if not column.required:
        return None
    return GOOD.get(column.kind, Decimal("1.5") if column.kind in NUMBERS else "X")


def arrow_type(column: Column) -> pa.DataType:
    if column.kind in NUMBERS:
        return pa.decimal128(38, 10)
    types = {
        CellKind.COUNT: pa.int64(),
        CellKind.FLAG: pa.bool_(),
        CellKind.DATE: pa.date32(),
        CellKind.MONTH: pa.date32(),
    }
    return types.get(column.kind, pa.string())


def write_typed(folder: Path, name: str, found: Sequence[dict[str, Any]]) -> None:
    columns = {column.name: arrow_type(column) for column in TABLES[name].columns}
    table = pa.Table.from_pylist(list(found), pa.schema(list(columns.items())))
    pq.write_table(table, folder / f"{name}.parquet", row_group_size=100)


@pytest.mark.parametrize("seed", range(2))
def test_strange_cells_of_every_kind_are_told_and_kept_as_by_a_closer_look(
    tmp_path: Path, seed: int
) -> None:
    chance = Random(seed)
    write_csv(tmp_path, {BRANCHES.name: SMALL[BRANCHES.name]})
    for name in TABLES:
        if name != BRANCHES.name:
            write_typed(tmp_path, name, rows(name, chance))
    assert set(FACTS) <= set(CATALOGUE)
    check_same(tmp_path, "polars" if seed % 2 else "duckdb")


@pytest.mark.parametrize("scheme", ["resident_id", "social_credit_code", "passport", "tax_number"])
def test_documents_are_sound_exactly_where_they_are_read_as_they_stand(scheme: str) -> None:
    chance = Random(scheme)
    given = [(number, country) for number in SOUND[scheme] for country in (None, "CN", "DE")]
    given += [(changed(number, chance), country) for number, country in given for _ in range(60)]
    rows = pa.table(
        {
            "id_scheme": [scheme] * len(given),
            "id_number": [number for number, _ in given],
            "id_country": [country for _, country in given],
        }
    )
    with closing(Database({}, is_small=True)) as database:
        database.run(
            "CREATE TABLE documents (id_scheme VARCHAR, id_number VARCHAR, id_country VARCHAR)"
        )
        database.append("documents", {name: rows.column(name) for name in rows.schema.names})
        condition = sound_identifiers(database, "FROM documents", AS_OF)
        found = database.rows(f"SELECT coalesce({condition}, false) AS is_sound FROM documents")
    meant = [is_as_it_stands(scheme, *one) for one in given]
    assert found.column("is_sound").to_pylist() == meant
    assert sum(meant) > 2


def is_as_it_stands(scheme: str, number: str, country: str | None) -> bool:
    try:
        read = parse_identifier(
            number, as_of=AS_OF, scheme=IdentifierScheme(scheme), country=country or "CN"
        )
    except IdentifierError:
        return False
    return read.value == number


def changed(number: str, chance: Random) -> str:
    """A number with one character or two changed."""
    for _ in range(chance.randint(1, 2)):
        place = chance.randrange(len(number))
        number = number[:place] + chance.choice("0123456789XAIOé-") + number[place + 1 :]
    return number

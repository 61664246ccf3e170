from __future__ import annotations

from collections import Counter
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from relationship_core.portfolio.run.dividing import (
    divide,
    keep_together,
    part_count,
    part_file,
    part_of,
    tables_of,
)
from tests.portfolio.bank import SMALL, Rows, small
from tests.portfolio.run.loaded import as_rows, concerning, counted, load


def divided(tables: Rows, parts: dict[str, int], folder: Path) -> Path:
    with duckdb.connect() as connection:
        queries = load(connection, tables)
        listed = ", ".join(f"('{customer}', {part})" for customer, part in parts.items())
        connection.execute(
            f"CREATE TABLE people AS SELECT * FROM (VALUES {listed}) AS v(customer_id, part)"
        )
        divide(connection, queries, "people", folder)
    return folder


@pytest.mark.parametrize(
    "parts",
    [{"C1": 0, "C2": 1, "C3": 2}, {"C1": 0, "C2": 0, "C3": 0}, {"C2": 1, "C3": 0}, {"C3": 1}],
    ids=str,
)
def test_a_part_holds_all_that_concerns_its_customers(
    parts: dict[str, int], tmp_path: Path
) -> None:
    tables = small()
    tables["relations"] += [["C1", "C2", "household"], ["C3", "C3", "referrer"], ["C2", "X", "b"]]
    folder = divided(tables, parts, tmp_path / "tables")
    for part in range(3):
        own = [customer for customer, other in parts.items() if other == part]
        for name, path in tables_of(folder, tables, part).items():
            found = counted(pq.read_table(path, partitioning=None).to_pylist())
            # A row that concerns several of a part is there once, as often as it was given.
            expected: Counter[tuple[tuple[str, str | None], ...]] = Counter()
            for customer in own:
                expected |= counted(concerning(tables, customer)[name])
            assert name in {"branches", "products"} or found == expected, (part, name)


def test_everybody_together_is_one_part(tmp_path: Path) -> None:
    with duckdb.connect() as connection:
        keep_together(connection, load(connection, SMALL), tmp_path / "tables")
    for name, path in tables_of(tmp_path / "tables", SMALL, 0).items():
        found = pq.read_table(path, partitioning=None).to_pylist()
        assert counted(found) == counted(as_rows(SMALL)[name])


def test_every_part_sees_the_tree_and_the_products(tmp_path: Path) -> None:
    folder = divided(SMALL, {"C1": 0}, tmp_path / "tables")
    for name in ("branches", "products"):
        (file,) = {tables_of(folder, SMALL, part)[name] for part in range(3)}
        assert pq.read_table(file).num_rows == len(SMALL[name]) - 1


def test_who_is_in_which_part_never_changes() -> None:
    ids = [f"C{number:04}" for number in range(400)]
    with duckdb.connect() as connection:
        rows = connection.execute(
            f"SELECT {part_of('id', 4)} FROM (SELECT unnest(?) AS id)", [ids]
        ).fetchall()
    parts = [part for (part,) in rows]
    assert parts[:8] == [3, 0, 1, 3, 1, 1, 0, 0]
    assert min(Counter(parts).values()) > 70


def test_parts_are_as_many_as_it_takes() -> None:
    assert [part_count(count, 100) for count in (0, 1, 100, 101, 1000)] == [1, 1, 1, 2, 10]
    assert part_file(Path("facts"), 3) == Path("facts/part-00003.parquet")

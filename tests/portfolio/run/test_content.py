from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from relationship_core.portfolio.run.content import Content, content_of, digest_of_all

Rows = list[tuple[str | None, int | None, str | None]]

ROWS: st.SearchStrategy[Rows] = st.lists(
    st.tuples(
        st.none() | st.sampled_from(["", "a", "b"]),
        st.none() | st.integers(-2, 2),
        st.none() | st.sampled_from(["", "a", "b"]),
    ),
    max_size=6,
)


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        yield connection


def content(connection: duckdb.DuckDBPyConnection, folder: Path, rows: Rows) -> Content:
    path = folder / "rows.parquet"
    texts, numbers, others = zip(*rows, strict=True) if rows else ((), (), ())
    pq.write_table(
        pa.table(
            {
                "text": pa.array(texts, pa.string()),
                "number": pa.array(numbers, pa.int64()),
                "other": pa.array(others, pa.string()),
            }
        ),
        path,
    )
    return content_of(connection, path)


@settings(max_examples=settings().max_examples // 2)
@given(ROWS, ROWS, st.randoms(use_true_random=False))
def test_it_is_that_of_the_rows_whatever_their_order_and_parts(
    connection: duckdb.DuckDBPyConnection,
    tmp_path_factory: pytest.TempPathFactory,
    rows: Rows,
    others: Rows,
    chance: random.Random,
) -> None:
    folder = tmp_path_factory.getbasetemp()
    one, other = content(connection, folder, rows), content(connection, folder, others)
    assert (one == other) == (sorted(map(repr, rows)) == sorted(map(repr, others)))
    together = rows + others
    chance.shuffle(together)
    assert one + other == content(connection, folder, together)
    assert Content.from_digest(one.rows, one.digest) == one


def test_one_digest_of_several_tables_tells_which_is_which(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    one = content(connection, tmp_path, [("a", 1, None)])
    other = content(connection, tmp_path, [("a", 2, None)])
    assert digest_of_all([("x", one), ("y", other)]) == digest_of_all([("y", other), ("x", one)])
    assert digest_of_all([("x", one), ("y", other)]) != digest_of_all([("x", other), ("y", one)])
    assert digest_of_all([("x", one)]) != digest_of_all([("x", one)], "more")

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa
import pytest

from relationship_core.portfolio.spark import gathering
from relationship_core.portfolio.spark.gathering import gathered


def batches(*sizes: int) -> Iterator[pa.RecordBatch]:
    for size in sizes:
        yield pa.RecordBatch.from_pydict({"customer_id": [f"C{one:05}" for one in range(size)]})


@pytest.mark.parametrize(
    ("sizes", "together"),
    [((), []), ((0,), []), ((3, 3, 3), [6, 3]), ((7, 1), [7, 1]), ((2, 2), [4])],
)
def test_batches_are_put_together_until_they_are_enough(
    sizes: tuple[int, ...], together: list[int]
) -> None:
    assert [table.num_rows for table in gathered(batches(*sizes), 5)] == together


def test_fewer_customers_are_put_together_where_their_records_are_many(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (one,) = batches(10)
    monkeypatch.setattr(gathering, "MOST_BYTES", one.nbytes * 2)
    assert [table.num_rows for table in gathered(batches(10, 10, 10), 1_000)] == [20, 10]

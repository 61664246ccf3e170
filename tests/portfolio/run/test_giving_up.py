from __future__ import annotations

import duckdb
import polars as pl
import pytest

from relationship_core.errors import ReviewError
from relationship_core.portfolio.run.giving_up import told_plainly


def test_want_of_memory_is_told_with_what_helps() -> None:
    with pytest.raises(ReviewError, match=r"DuckDB: Out of Memory: 2 GB used \(give it more"):
        end_with(duckdb.OutOfMemoryException("Out of Memory: 2 GB used\nPossible solutions: ..."))


def test_what_another_engine_says_of_a_cell_is_kept_back() -> None:
    with pytest.raises(ReviewError, match="Polars: it ended with ComputeError") as caught:
        end_with(pl.exceptions.ComputeError("'Wang Fang' is no number"))
    assert "Wang" not in str(caught.value)


def test_errors_of_others_are_left_alone() -> None:
    with pytest.raises(ZeroDivisionError):
        end_with(ZeroDivisionError())


def end_with(error: Exception) -> None:
    with told_plainly():
        raise error

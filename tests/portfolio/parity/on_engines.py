"""A bank's tables reviewed on each engine, from Parquet to Parquet."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import duckdb
import narwhals as nw
import polars as pl
import pytest

from relationship_core import Benchmarks
from relationship_core.decisions.rule_book import RuleBook
from relationship_core.portfolio.review import known, review
from relationship_core.portfolio.sample import LAST_DAY
from relationship_core.portfolio.tables import Measure, Tables, read_tables
from relationship_core.portfolio.worth import benchmarks_of

Measures = Mapping[tuple[str, str], Measure]
Review = Callable[[Path, Measures, RuleBook, Path], None]
"""Typed tables and how their numbers are to be read, a book, and where the reviews are to go."""


def write_typed(bank: Path, book: RuleBook, to: Path) -> Measures:
    """Write a bank's good rows as typed Parquet, and tell how their numbers are to be read."""
    to.mkdir()
    with read_tables(bank, as_of=LAST_DAY, facts=book.catalogue) as folder:
        for name, frame in folder.tables.frames.items():
            frame.to_native().sink_parquet(to / f"{name}.parquet")
        return folder.tables.measures


def cut_offs(tables: Path, measures: Measures, book: RuleBook) -> Benchmarks:
    """The benchmarks that the tables give."""
    facts = known(_in_polars(tables, measures), book, LAST_DAY)
    worth = facts.select("contribution_12m", kind=nw.col("recorded_kind"))
    return benchmarks_of(worth, LAST_DAY)


def _on_polars(tables: Path, measures: Measures, book: RuleBook, to: Path) -> None:
    review(_in_polars(tables, measures), book, LAST_DAY).sink_parquet(to)


def _in_polars(tables: Path, measures: Measures) -> Tables:
    frames = {file.stem: pl.scan_parquet(file) for file in _files(tables)}
    return Tables.of(frames).measured_as(measures)


def _on_duckdb(tables: Path, measures: Measures, book: RuleBook, to: Path) -> None:
    with duckdb.connect(config={"memory_limit": "2GB"}) as database:
        frames = {file.stem: database.read_parquet(str(file)) for file in _files(tables)}
        exact = Tables.of(frames).measured_as(measures)
        review(exact, book, LAST_DAY).write_parquet(str(to))


def _on_spark(tables: Path, measures: Measures, book: RuleBook, to: Path) -> None:
    session = _session()
    from relationship_core.portfolio.spark import review_on_spark

    frames = {file.stem: session.read.parquet(str(file)) for file in _files(tables)}
    reviews = review_on_spark(frames, book, LAST_DAY, measures=measures)
    reviews.write.parquet(str(to))


def _session() -> Any:
    if not (shutil.which("java") or os.environ.get("JAVA_HOME")):
        pytest.skip("there is no Java for Spark to run on")
    pyspark = pytest.importorskip("pyspark.sql", reason="PySpark isn't installed")
    builder = pyspark.SparkSession.builder.master("local[2]").appName("parity")
    for name, value in _SETTINGS.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("OFF")
    return session


_SETTINGS: Final = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.sql.shuffle.partitions": "2",
}


def _files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.parquet"))


ENGINES: Final[Mapping[str, Review]] = {
    "polars": _on_polars,
    "duckdb": _on_duckdb,
    "spark": _on_spark,
}

"""Tables and dossiers are decided alike: the same reviews of a whole bank, column by column.

By default 20,000 customers, divided among rule books, 1,000,000 under the profile `soak`, or as
many as PARITY_CUSTOMERS says. Nothing is held of them all: reviews go to files, and DuckDB compares
these.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import polars as pl
import pytest

from relationship_core import Benchmarks, Engine
from relationship_core.domain import CustomerKind
from relationship_core.plugins.builtin_parameters import REPORTING_CURRENCY
from relationship_core.portfolio import read_folder
from relationship_core.portfolio.review import known, review
from relationship_core.portfolio.review_table import ReviewTable
from relationship_core.portfolio.sample import LAST_DAY
from relationship_core.portfolio.tables import FrameEngine, Tables, read_tables
from relationship_core.portfolio.worth import benchmarks_of
from tests.portfolio.parity.comparison import differences
from tests.portfolio.parity.varied_bank import write_varied_bank

IN_A_SOAK: Final = 1_000_000
BY_DEFAULT: Final = 20_000

ENGINES: Final[tuple[FrameEngine, ...]] = ("polars", "duckdb")
BOOKS: Final = {
    "built-in": ((), Decimal("0.4")),
    "star-levels and retention-model": (("star-levels", "retention-model"), Decimal("0.4")),
    "corporate": (("corporate",), Decimal("0.2")),
}
"""By name the plugins and the part of the customers; together they are all."""


def customers() -> int:
    is_soak = os.environ.get("HYPOTHESIS_PROFILE") == "soak"
    return int(os.environ.get("PARITY_CUSTOMERS", IN_A_SOAK if is_soak else BY_DEFAULT))


@pytest.mark.parametrize("book", BOOKS)
def test_a_bank_is_decided_alike_by_its_tables_and_by_its_dossiers(
    book: str, tmp_path: Path, subtests: pytest.Subtests
) -> None:
    plugins, part = BOOKS[book]
    engine = Engine.discover(allow=plugins)
    bank = tmp_path / "bank"
    write_varied_bank(bank, engine.rule_book, int(customers() * part), seed=list(BOOKS).index(book))
    benchmarks = {}
    for name in ENGINES:
        with read_tables(
            bank, as_of=LAST_DAY, facts=engine.rule_book.catalogue, engine=name
        ) as folder:
            benchmarks[name] = _benchmarks(folder.tables, engine)
            _write(review(folder.tables, engine.rule_book, LAST_DAY), tmp_path / name)
    expected = tmp_path / "dossiers"
    expected.mkdir()
    measured = _review_dossiers(bank, engine, benchmarks["duckdb"], expected)
    for name in ENGINES:
        with subtests.test(engine=name):
            assert benchmarks[name] == measured
            assert not differences(expected / "reviews.parquet", tmp_path / name)


def _benchmarks(tables: Tables, engine: Engine) -> Benchmarks:
    facts = known(tables, engine.rule_book, LAST_DAY)
    return benchmarks_of(facts.select("kind", "contribution_12m"), LAST_DAY)


def _write(reviews: Any, to: Path) -> None:
    if isinstance(reviews, pl.LazyFrame):
        reviews.sink_parquet(to)
    else:
        reviews.write_parquet(str(to))


def _review_dossiers(bank: Path, engine: Engine, benchmarks: Benchmarks, to: Path) -> Benchmarks:
    """Write the review of every dossier, and take the cut-offs of what they brought in."""

    def reviewed() -> Iterator[tuple[CustomerKind, Decimal | None]]:
        book = engine.rule_book
        with (
            read_folder(bank, as_of=LAST_DAY, facts=book.catalogue) as folder,
            ReviewTable(to, REPORTING_CURRENCY, book.tiering.ladder) as table,
        ):
            for dossier in folder.dossiers():
                one = engine.review(dossier, LAST_DAY, benchmarks)
                table.write(one, dossier)
                worth = one.facts["contribution_12m"]
                assert worth is None or isinstance(worth, Decimal)
                yield dossier.customer.kind, worth

    return Benchmarks.from_contributions(LAST_DAY, reviewed())

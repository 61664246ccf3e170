"""Tables and dossiers are decided alike: the same reviews of a whole bank, column by column.

By default 20,000 customers, divided among rule books, 1,000,000 under the profile `soak`, or as
many as PARITY_CUSTOMERS says. Nothing is held of them all: reviews go to files, and DuckDB compares
these.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Final

import pytest

from relationship_core import Benchmarks, Engine
from relationship_core.domain import CustomerKind
from relationship_core.plugins.builtin_parameters import REPORTING_CURRENCY
from relationship_core.portfolio import read_folder
from relationship_core.portfolio.review_table import ReviewTable
from relationship_core.portfolio.sample import LAST_DAY
from tests.portfolio.parity.comparison import differences
from tests.portfolio.parity.on_engines import ENGINES, cut_offs, write_typed
from tests.portfolio.parity.varied_bank import write_varied_bank

IN_A_SOAK: Final = 1_000_000
BY_DEFAULT: Final = 20_000
BOOKS: Final = {
    "built-in": ((), Decimal("0.4")),
    "star-levels and retention-model": (("star-levels", "retention-model"), Decimal("0.4")),
    "corporate": (("corporate",), Decimal("0.2")),
}
"""By name the plugins and the part of the customers; together they are all."""


def customers() -> int:
    is_soak = os.environ.get("HYPOTHESIS_PROFILE") == "soak"
    return int(os.environ.get("PARITY_CUSTOMERS", IN_A_SOAK if is_soak else BY_DEFAULT))


@pytest.mark.filterwarnings("ignore:PySpark does not yet fully support pandas:FutureWarning")
@pytest.mark.parametrize("book", BOOKS)
def test_a_bank_is_decided_alike_by_its_tables_and_by_its_dossiers(
    book: str, tmp_path: Path, subtests: pytest.Subtests, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Spark's workers are to find what this interpreter finds.
    monkeypatch.setenv("PYSPARK_PYTHON", sys.executable)
    plugins, part = BOOKS[book]
    engine = Engine.discover(allow=plugins)
    rules = engine.rule_book
    bank, tables = tmp_path / "bank", tmp_path / "tables"
    write_varied_bank(bank, rules, int(customers() * part), seed=list(BOOKS).index(book))
    measures = write_typed(bank, rules, tables)
    benchmarks = cut_offs(tables, measures, rules)
    # One pass over the dossiers is enough: had the tables other cut-offs, this would show.
    assert _review_dossiers(bank, engine, benchmarks, tmp_path) == benchmarks
    for name, reviewed_on in ENGINES.items():
        with subtests.test(engine=name):
            reviewed_on(tables, measures, rules, tmp_path / name)
            assert differences(tmp_path / "reviews.parquet", tmp_path / name) == []


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

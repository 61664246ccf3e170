"""A whole folder reviewed: two passes over its dossiers, and files of the outcome."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Final

from relationship_core.decisions.tariff import tariff_of
from relationship_core.engine import Engine
from relationship_core.portfolio.benchmarks_file import write_benchmarks
from relationship_core.portfolio.folder import read_folder
from relationship_core.portfolio.publication import published
from relationship_core.portfolio.rejected import require_clean, write_rejected
from relationship_core.portfolio.review_table import ReviewTable
from relationship_core.portfolio.row_writer import RowWriter
from relationship_core.portfolio.summary import Summary, Tally
from relationship_core.portfolio.watching import Watch, unwatched
from relationship_core.portfolio.writer import standing_cells

OUTPUT_FILES: Final = (
    "reviews.csv",
    "reviews.parquet",
    "summary.json",
    "benchmarks.json",
    "rejected.csv",
    "standings.csv",
)
"""What a run writes; a folder that holds nothing else may be replaced by the next run."""


def review_folder(
    source: Path | str,
    out: Path | str,
    *,
    engine: Engine,
    as_of: date,
    is_strict: bool = False,
    watch: Watch = unwatched,
) -> Summary:
    """Review every customer of a portfolio folder and write what was decided.

    The first pass reckons contributions and takes the cut-offs, the second reviews. `OUTPUT_FILES`
    are there at the end, or nothing is; the same folder, engine and date give the same bytes
    (Parquet: the same content). `standings.csv` belongs into the folder of the next review, which
    starts from it.

    Args:
        source: The portfolio folder.
        out: Where to write: a new or empty folder, or one with an earlier run's files only.
        engine: The bank's rules.
        as_of: The review date.
        is_strict: Whether any row or cell left out stops the run before it begins.
        watch: Sees the dossiers of each pass go by.

    Raises:
        DataError: The source makes no portfolio, something else is in the way of the output, or
            the run is strict and something was left out.
        ReviewError: A standing comes from a later review.
        ParameterError: A parameter that a position needs is not in force.
        PluginError: An observer failed, and the engine was built to fail on that.
    """
    catalogue = engine.rule_book.catalogue
    with read_folder(source, as_of=as_of, facts=catalogue) as folder:
        if is_strict:
            require_clean(folder.rejections)
        with published(Path(out), may_replace=OUTPUT_FILES) as place:
            total = folder.customer_count
            benchmarks = engine.benchmarks(
                watch("reckoning contributions", total, folder.dossiers()), as_of
            )
            write_benchmarks(place / "benchmarks.json", benchmarks)
            tally = Tally(engine.rule_book)
            currency = tariff_of(engine.rule_book.contribution).currency
            ladder = engine.rule_book.tiering.ladder
            with ReviewTable(place, currency, ladder) as table, RowWriter(place) as standings:
                for dossier in watch("reviewing", total, folder.dossiers()):
                    review = engine.review(dossier, as_of, benchmarks)
                    table.write(review, dossier)
                    standings.write_row(
                        "standings", standing_cells(review.customer_id, review.standing)
                    )
                    tally.add(review)
            summary = tally.closed(
                as_of=as_of,
                currency=currency,
                book=engine.rule_book,
                skipped=engine.skipped,
                rejected=write_rejected(place / "rejected.csv", folder.rejections).items(),
            )
            text = json.dumps(summary.to_json(), indent=2, ensure_ascii=False)
            (place / "summary.json").write_text(text + "\n", encoding="utf-8")
    return summary

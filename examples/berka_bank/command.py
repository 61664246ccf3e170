"""The example's command: read the records, write the folder, review it, print the figures."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

from relationship_core import Engine
from relationship_core.errors import RelationshipError
from relationship_core.portfolio import review_folder
from relationship_core.portfolio.publication import published

from .balances import ZERO, day_ends
from .figures import ranked, reconcile, tell
from .folder import FILES, write_folder
from .records import Records, read_records
from .rule_book import CzechBank

# Amounts and balances are rounded each for itself: a day's entries never miss by more than this.
ROUNDING = Decimal("0.20")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the example; 0 when done, 1 when records or files are at fault, 2 on wrong use."""
    parser = argparse.ArgumentParser(
        prog="berka.py", description="Review a Czech bank of 1993-94 from its published records."
    )
    parser.add_argument("source", type=Path, help="the folder of the eight .asc files")
    parser.add_argument("out", type=Path, help="where to write")
    parser.add_argument("--as-of", type=date.fromisoformat, required=True, metavar="DATE")
    given = parser.parse_args(arguments)
    try:
        run(given.source, given.out, given.as_of)
    except (RelationshipError, OSError) as error:
        print(f"berka.py: {error}", file=sys.stderr)
        return 1
    return 0


def run(source: Path, out: Path, as_of: date) -> None:
    """Write the portfolio folder to `out/folder` and its reviews to `out/reviews`, and tell.

    Raises:
        RelationshipError: The records are at fault, or something else is in the way.
    """
    records = read_records(source, as_of)
    folder, reviews = out / "folder", out / "reviews"
    with published(folder, may_replace=FILES) as place:
        written = write_folder(records, place)
    for line in describe(records):
        print(line)
    print("Rows:", ", ".join(f"{count:,} {name}" for name, count in written.items()))
    engine = Engine.from_plugins(CzechBank())
    summary = review_folder(folder, reviews, engine=engine, as_of=as_of, is_strict=True)
    print(tell(summary, reconcile(folder, reviews, engine, as_of), ranked(reviews)))


def describe(records: Records) -> list[str]:
    """Say in a few lines what the records hold, and what they can't account for."""
    roles = Counter(right.role for right in records.dispositions)
    unexplained = [
        (end.day, end.unexplained)
        for account in records.accounts
        for end in day_ends(account.postings)
        if abs(end.unexplained) > ROUNDING
    ]
    in_use = sum(1 for account in records.accounts if account.postings)
    held = (
        f"As of {records.as_of}: {len(records.accounts):,} accounts, {in_use:,} of them with "
        f"transactions, of {roles['owner']:,} owners "
        f"and {roles['authorised']:,} authorised users, {len(records.loans):,} loans, "
        f"{len(records.cards):,} cards"
    )
    if not unexplained:
        return [held]
    days = sorted({day for day, _ in unexplained})
    total = sum((amount for _, amount in unexplained), ZERO)
    lacking = (
        f"On {len(unexplained):,} account days ({days[0]} to {days[-1]}) the recorded balance "
        f"holds entries that the log lacks: {total:,} CZK in all"
    )
    return [held, lacking]

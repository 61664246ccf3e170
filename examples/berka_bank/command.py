"""The example's command: read the records, write the folder, print what was found."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

from relationship_core.errors import RelationshipError

from .balances import ZERO, day_ends
from .folder import write_folder
from .records import Records, read_records

# Amounts and balances are rounded each for itself: a day's entries never miss by more than this.
ROUNDING = Decimal("0.20")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the example; 0 when done, 1 when the records are at fault, 2 on wrong use."""
    parser = argparse.ArgumentParser(
        prog="berka.py", description="Review a Czech bank of 1993-94 from its published records."
    )
    parser.add_argument("source", type=Path, help="the folder of the eight .asc files")
    parser.add_argument("out", type=Path, help="where to write")
    parser.add_argument("--as-of", type=date.fromisoformat, required=True, metavar="DATE")
    given = parser.parse_args(arguments)
    try:
        records = read_records(given.source, given.as_of)
    except RelationshipError as error:
        print(f"berka.py: {error}", file=sys.stderr)
        return 1
    written = write_folder(records, given.out / "folder")
    for line in describe(records):
        print(line)
    print("Rows:", ", ".join(f"{count:,} {name}" for name, count in written.items()))
    return 0


def describe(records: Records) -> list[str]:
    """Say in a few lines what the records hold, and what they can't account for."""
    roles = Counter(right.role for right in records.dispositions)
    unexplained = [
        (end.day, end.unexplained)
        for account in records.accounts
        for end in day_ends(account.postings)
        if abs(end.unexplained) > ROUNDING
    ]
    held = (
        f"As of {records.as_of}: {len(records.accounts):,} accounts of {roles['owner']:,} owners "
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

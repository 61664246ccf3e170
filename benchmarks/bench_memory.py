"""Peak memory of reviewing a whole folder, in an interpreter that does nothing else.

The default is a small bank, so that `make bench` stays short; the aim is held by

    .venv/bin/python benchmarks/bench_memory.py --customers 200000
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
from datetime import date
from pathlib import Path
from time import process_time

from timing import hold, print_machine, print_table

AS_OF = date(2026, 6, 30)
MOST_MIB = 1024.0


def review(folder: Path, out: Path) -> None:
    """Review a folder, and print how many were reviewed, seconds of CPU and peak MiB."""
    from relationship_core import Engine
    from relationship_core.portfolio import review_folder

    summary = review_folder(folder, out, engine=Engine.from_plugins(), as_of=AS_OF)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(summary.customers, process_time(), peak / (1024 if sys.platform == "linux" else 2**20))


def generate(folder: Path, customers: int) -> None:
    from relationship_core.portfolio import write_sample

    write_sample(folder, customers=customers, seed=7)


def in_its_own_process(task: str, *arguments: str) -> str:
    """What this script prints where it is given one task alone."""
    command = [sys.executable, __file__, task, *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, default=5_000)
    parser.add_argument("--folder", type=Path, help="a portfolio folder to take instead")
    given = parser.parse_args()
    print_machine("relationship-core", "duckdb", "pyarrow")
    with tempfile.TemporaryDirectory() as place:
        folder = given.folder
        if folder is None:
            folder = Path(place) / "bank"
            in_its_own_process("generate", str(folder), str(given.customers))
        size = sum(each.stat().st_size for each in folder.iterdir()) / 2**20
        told = in_its_own_process("review", str(folder), str(Path(place) / "out"))
    customers, seconds, peak = (float(each) for each in told.split())
    print_table(
        ("a folder reviewed", "MiB of files", "CPU s", "customers a second", "peak MiB"),
        [
            (
                f"{customers:,.0f} customers",
                f"{size:,.0f}",
                f"{seconds:,.0f}",
                f"{customers / seconds:,.0f}",
                f"{peak:,.0f}",
            )
        ],
    )
    hold([("peak memory", peak, MOST_MIB)], " MiB")


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["generate", folder, customers]:
            generate(Path(folder), int(customers))
        case ["review", folder, out]:
            review(Path(folder), Path(out))
        case _:
            main()

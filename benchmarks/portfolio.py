"""A whole portfolio, from Parquet to Parquet, beside queries written by hand for the purpose.

Every run is in a process of its own, in an order drawn anew for each round, and the median counts.

    .venv/bin/python benchmarks/portfolio.py                    # a million customers
    .venv/bin/python benchmarks/portfolio.py --curve --largest 10000000
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from portfolio_agreement import require_agreement
from portfolio_contestants import (
    BY_HAND,
    COMMANDS,
    JOBS,
    OURS,
    WHOLE,
    Cost,
    cost_of,
)
from portfolio_data import write_portfolio
from timing import hold, print_machine, print_table

ROUNDS = 5
SIZES = (10_000, 100_000, 1_000_000, 10_000_000)
TIER_AIM, WHOLE_AIM = 1.3, 5.0
MEMORY_AIM, GROWTH_AIM = 6 * 1024.0, 1.2


def run(name: str, folder: Path, out: Path, *, is_warm: bool) -> Cost:
    """Do one job in a process of its own."""
    command = [sys.executable, __file__, "run", name, str(folder), str(out), str(int(is_warm))]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{name} failed:\n{done.stderr[-3_000:]}")
    return Cost(*json.loads(done.stdout.splitlines()[-1]))


def measure(
    names: Sequence[str], folder: Path, outs: Path, rounds: int, *, is_warm: bool = True
) -> dict[str, Cost]:
    """The medians of each contestant's costs."""
    costs: dict[str, list[Cost]] = {name: [] for name in names}
    order = random.Random(7)
    for _ in range(rounds):
        for name in order.sample(names, len(names)):
            costs[name].append(run(name, folder, out_of(name, outs), is_warm=is_warm))
    return {
        name: Cost(*(median(part) for part in zip(*each, strict=True)))
        for name, each in costs.items()
    }


def out_of(name: str, outs: Path) -> Path:
    return outs / f"{''.join(letter for letter in name.lower() if letter.isalnum())}.parquet"


@contextmanager
def portfolio(customers: int, kept: Path | None) -> Iterator[Path]:
    """A generated portfolio, kept for the next time where there is a place for it."""
    with tempfile.TemporaryDirectory() as place:
        folder = (kept or Path(place)) / f"of-{customers}"
        if not folder.exists():
            write_portfolio(folder, customers)
        yield folder


def compare(customers: int, rounds: int, kept: Path | None, left_out: Iterable[str]) -> None:
    """Everybody on one portfolio, as ratios to the better query written by hand."""
    names = [name for name in JOBS if not any(word in name for word in left_out)]
    with portfolio(customers, kept) as folder, tempfile.TemporaryDirectory() as place:
        costs = measure(names, folder, Path(place), rounds)
        answers = [name for name in (*BY_HAND, *OURS) if name in costs]
        require_agreement(folder, {name: out_of(name, Path(place)) for name in answers})
    best = min((name for name in BY_HAND if name in costs), key=lambda name: costs[name].wall)
    print_table(
        (f"{customers:,} customers", "s", "CPU s", "peak MiB", f"times {best}"),
        [
            (
                name,
                f"{cost.wall:,.2f}",
                f"{cost.cpu:,.2f}",
                f"{cost.peak:,.0f}",
                f"{cost.wall / costs[best].wall:,.2f}",
            )
            for name, cost in costs.items()
        ],
    )
    aims = [("contribution, rank and tier", OURS, TIER_AIM), ("the whole review", WHOLE, WHOLE_AIM)]
    hold(
        [
            (f"{name} against {best}", min(walls) / costs[best].wall, aim)
            for name, jobs, aim in aims
            if (walls := [costs[job].wall for job in jobs if job in costs])
        ],
        " times",
    )


def curve(largest: int, kept: Path | None, left_out: Iterable[str]) -> None:
    """Time for one customer and peak memory as the portfolio grows, each size once."""
    jobs = [*OURS, *WHOLE, *COMMANDS]
    names = [name for name in jobs if not any(word in name for word in left_out)]
    rows: list[tuple[str, ...]] = []
    found: dict[tuple[str, int], Cost] = {}
    for customers in (size for size in SIZES if size <= largest):
        with portfolio(customers, kept) as folder, tempfile.TemporaryDirectory() as place:
            for name in names:
                cost = run(name, folder, out_of(name, Path(place)), is_warm=False)
                found[name, customers] = cost
                each = cost.wall * 1e6 / customers
                figures = (f"{cost.wall:,.1f}", f"{cost.cpu:,.1f}", f"{each:,.2f}")
                rows.append((name, f"{customers:,}", *figures, f"{cost.peak:,.0f}"))
    print_table(("job", "customers", "s", "CPU s", "µs a customer", "peak MiB"), sorted(rows))
    if largest >= SIZES[-1]:
        hold(
            [
                (f"{name}, MiB at ten million", found[name, SIZES[-1]].peak, MEMORY_AIM)
                for name in names
            ]
        )
        hold(
            [
                (
                    f"{name}, time for one of ten million against one of a million",
                    found[name, SIZES[-1]].wall / found[name, SIZES[-2]].wall / 10,
                    GROWTH_AIM,
                )
                for name in names
            ],
            " times",
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--curve", action="store_true", help="one run of ours at each size instead")
    parser.add_argument("--largest", type=int, default=SIZES[-2], help="the curve's last size")
    parser.add_argument("--kept", type=Path, help="a folder for portfolios, to be used again")
    parser.add_argument("--without", nargs="*", default=(), help="words of names to leave out")
    given = parser.parse_args()
    print_machine("relationship-core", "narwhals", "polars", "duckdb", "pandas", "pyspark")
    if given.curve:
        curve(given.largest, given.kept, given.without)
    else:
        compare(given.customers, given.rounds, given.kept, given.without)


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["run", name, folder, out, is_warm]:
            told = cost_of(JOBS[name], Path(folder), Path(out), is_warm=is_warm == "1")
            print(json.dumps(told))
        case _:
            main()

"""A simulation of two rule books, held against reviewing each customer twice and counting.

The default is a small bank, so that `make bench` stays short; the aim is held by

    .venv/bin/python benchmarks/bench_simulation.py --customers 200000
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from time import perf_counter

from attrs import evolve
from timing import hold, print_machine, print_table

from relationship_core import Dossier, Engine, Review
from relationship_core.decisions.rule_book import RuleBook
from relationship_core.plugins.builtin_lifecycle import RetailThresholds, default_lifecycle
from relationship_core.plugins.builtin_tiering import Cutoff, default_tiering
from relationship_core.portfolio import read_folder, write_sample
from relationship_core.simulation import Effect, Migration, Simulation, simulate

AS_OF = date(2026, 6, 30)
MOST_MIB = 1024.0


def rule_books() -> tuple[RuleBook, RuleBook]:
    """The built-in book, and one with other cut-offs, thresholds and costs."""
    current = Engine.from_plugins().rule_book
    (parameters,) = current.contribution
    dearer = tuple(evolve(each, amount=each.amount * 2) for each in parameters.unit_costs)
    proposed = evolve(
        current,
        tiering=default_tiering(
            secondary=Cutoff(Decimal("0.85"), Decimal("0.80")),
            ordinary=Cutoff(Decimal("0.45"), Decimal("0.40")),
        ),
        lifecycle=default_lifecycle(retail=RetailThresholds(formation_transactions=12)),
        contribution=(evolve(parameters, unit_costs=dearer),),
    )
    return current, proposed


def twice(folder: Path) -> Iterator[tuple[Dossier, Review, Review]]:
    """Every customer with a review by either book, in the plainest way."""
    engines = [Engine(book) for book in rule_books()]
    with read_folder(folder, as_of=AS_OF) as portfolio:
        known = [engine.benchmarks(portfolio.dossiers(), AS_OF) for engine in engines]
        for dossier in portfolio.dossiers():
            now, then = (
                engine.review(dossier, AS_OF, each)
                for engine, each in zip(engines, known, strict=True)
            )
            yield dossier, now, then


Figures = dict[str, list[Decimal]]


def disagreements(found: Simulation, folder: Path) -> list[str]:
    """What a simulation tells otherwise than counting the reviews does."""
    tiers: Counter[tuple[str, str]] = Counter()
    stages: Counter[tuple[str, str]] = Counter()
    movers = []
    sums: dict[str, Figures] = defaultdict(lambda: defaultdict(lambda: [Decimal(0)] * 4))
    for dossier, now, then in twice(folder):
        tiers[now.tier.tier, then.tier.tier] += 1
        stages[now.stage.stage, then.stage.stage] += 1
        if now.tier.tier != then.tier.tier:
            movers.append((now.customer_id, now.tier.tier, then.tier.tier))
        customer = dossier.customer
        for place, review in enumerate((now, then)):
            for name, group in (
                ("tier", review.tier.tier),
                ("branch", customer.branch or "(unknown)"),
                ("industry", customer.industry or "(unknown)"),
            ):
                figures = sums[name][group]
                costs = [one.entitlement.annual_cost for one in review.services.entitlements]
                figures[place] += sum(filter(None, costs), Decimal(0))
                figures[2 + place] += review.contribution.total_12m or Decimal(0)
    checks = {
        "tiers": tiers == _cells(found.tiers),
        "stages": stages == _cells(found.stages),
        "movers": movers
        == [(one.customer_id, one.source, one.target) for one in found.tier_moves.listed],
        **{
            name: sums[name] == {each.group: _figures(each) for each in effects if _any(each)}
            for name, effects in (
                ("tier", found.by_tier),
                ("branch", found.by_branch),
                ("industry", found.by_industry),
            )
        },
    }
    return [name for name, agrees in checks.items() if not agrees]


def _cells(matrix: Migration) -> Counter[tuple[str, str]]:
    cells: Counter[tuple[str, str]] = Counter()
    for source, row in zip(matrix.sources, matrix.customers, strict=True):
        for target, count in zip(matrix.targets, row, strict=True):
            if count:
                cells[source, target] = count
    return cells


def _any(effect: Effect) -> bool:
    return bool(effect.current.customers or effect.proposed.customers)


def _figures(effect: Effect) -> list[Decimal]:
    now, then = effect.current, effect.proposed
    return [now.cost, then.cost, now.contribution, then.contribution]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, default=2_000)
    parser.add_argument("--folder", type=Path, help="a portfolio folder to take instead")
    parser.add_argument("--months", type=int, default=12)
    parser.add_argument("--sample", type=int, default=200, help="customers replayed")
    given = parser.parse_args()
    print_machine("relationship-core", "duckdb", "pyarrow")
    with tempfile.TemporaryDirectory() as place:
        folder = given.folder
        if folder is None:
            folder = Path(place) / "bank"
            # What generating it takes of memory is no part of what is measured.
            command = [sys.executable, __file__, "generate", str(folder), str(given.customers)]
            subprocess.run(command, check=True)
        began = perf_counter()
        found = simulate(folder, *rule_books(), as_of=AS_OF, months=0)
        reviewed = perf_counter() - began
        unit = 1024 if sys.platform == "linux" else 2**20
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit
        began = perf_counter()
        replayed = simulate(
            folder, *rule_books(), as_of=AS_OF, months=given.months, sample=given.sample, movers=0
        )
        whole = perf_counter() - began
        began = perf_counter()
        wrong = disagreements(found, folder)
        counted = perf_counter() - began
    print_table(
        ("customers", "seconds", "a customer, µs"),
        [
            (f"{found.customers:,} simulated", f"{reviewed:,.1f}", _each(reviewed, found)),
            (
                f"with {given.months} months of {given.sample:,}",
                f"{whole:,.1f}",
                _each(whole, found),
            ),
            ("reviewed twice and counted", f"{counted:,.1f}", _each(counted, found)),
        ],
    )
    print()
    print(replayed)
    hold([("peak memory", peak, MOST_MIB)], " MiB")
    print("FALLS SHORT: it tells otherwise " + ", ".join(wrong) if wrong else "holds: it agrees")
    sys.exit(bool(wrong))


def _each(seconds: float, found: Simulation) -> str:
    return f"{seconds / found.customers * 1e6:,.0f}"


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["generate", folder, customers]:
            write_sample(Path(folder), customers=int(customers), seed=7)
        case _:
            main()

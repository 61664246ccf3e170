"""What a review on Spark takes of each core, step by step, at several sizes.

Time is that of processors, not of the clock, so that others at work on the machine count little.
The steps on Spark are told by its own event log. What its workers do is measured in a process
beside it, on the same rows, with one thread of Polars.

    .venv/bin/python benchmarks/portfolio_scaling.py --customers 20000 --customers 80000
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import portfolio_data
import pyarrow as pa
import pyarrow.parquet as pq

from relationship_core import Benchmarks, Engine
from relationship_core.portfolio.output import output_names
from relationship_core.portfolio.review_table import review_columns
from relationship_core.portfolio.spark.travelling import TravellingBook
from relationship_core.portfolio.spark.whole_customers import SMALL, whole_customers
from relationship_core.portfolio.spark.worker import Task

STEPS = ("scan", "bring together")
BATCH = 10_000
CURRENCY = "CNY"


def on_spark(bank: Path, whole: Path, events: Path) -> dict[str, dict[str, float]]:
    """Scan the tables, then bring whole customers together; what each took, by step."""
    from pyspark.sql import SparkSession

    session = (
        SparkSession.builder.master("local[2]")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.memory", "3g")
        .config("spark.sql.shuffle.partitions", "8")
        .config("spark.eventLog.enabled", "true")
        .config("spark.eventLog.compress", "false")
        .config("spark.eventLog.rolling.enabled", "false")
        .config("spark.eventLog.dir", str(events))
        .getOrCreate()
    )
    context = session.sparkContext
    context.setLogLevel("ERROR")
    tables = {
        file.stem: session.read.parquet(str(file))
        for file in bank.glob("*.parquet")
        if file.stem not in SMALL
    }
    scan, together = STEPS
    context.setJobGroup(scan, scan)
    for table in tables.values():
        table.write.format("noop").mode("overwrite").save()
    context.setJobGroup(together, together)
    whole_customers(tables).write.parquet(str(whole))
    session.stop()
    (log,) = events.iterdir()
    return _told([json.loads(line) for line in log.read_text().splitlines()])


def _told(events: list[dict[str, Any]]) -> dict[str, dict[str, float]]:
    steps: dict[int, str] = {}
    for event in events:
        if event["Event"] == "SparkListenerJobStart":
            step = event["Properties"].get("spark.jobGroup.id", "")
            steps |= dict.fromkeys(event["Stage IDs"], step)
    seconds: Counter[str] = Counter()
    shuffled: Counter[str] = Counter()
    for event in events:
        if event["Event"] == "SparkListenerTaskEnd" and steps.get(event["Stage ID"]) in STEPS:
            step, metrics = steps[event["Stage ID"]], event["Task Metrics"]
            seconds[step] += metrics["Executor CPU Time"] / 1e9
            shuffled[step] += metrics["Shuffle Write Metrics"]["Shuffle Bytes Written"]
    return {step: {"seconds": seconds[step], "shuffled": shuffled[step]} for step in STEPS}


def as_a_worker(bank: Path, whole: Path) -> dict[str, dict[str, float]]:
    """Review the customers that were brought together; what that took, and the most memory."""
    book = Engine.from_plugins().rule_book
    small = {name: pq.read_table(bank / f"{name}.parquet") for name in SMALL}
    names = output_names(CURRENCY, book.tiering.ladder, None)
    kinds = {one.name: one.kind for one in review_columns(CURRENCY, book.tiering.ladder)}
    schema = pa.schema([(name, kinds[name]) for name in names])
    task = Task(
        TravellingBook.of(book),
        portfolio_data.AS_OF,
        small,
        schema,
        BATCH,
        Benchmarks(portfolio_data.AS_OF, ()),
    )
    # What a batch costs however few are in it comes once, before.
    sum(rows.num_rows for rows in task.reviewed(_first(whole)))
    began = time.process_time()
    rows = sum(rows.num_rows for rows in task.reviewed(_batches(whole)))
    seconds = time.process_time() - began
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return {"review": {"seconds": seconds, "rows": rows, "memory": memory}}


def _first(whole: Path) -> Iterator[pa.RecordBatch]:
    yield next(_batches(whole)).slice(0, 10)


def _batches(whole: Path) -> Iterator[pa.RecordBatch]:
    for file in sorted(whole.glob("*.parquet")):
        yield from pq.ParquetFile(file).iter_batches(batch_size=BATCH)


def measured(customers: int) -> dict[str, dict[str, float]]:
    """All steps of a bank of so many customers, each in a process of its own."""
    with TemporaryDirectory() as place:
        bank, whole, events = (Path(place) / name for name in ("bank", "whole", "events"))
        events.mkdir()
        portfolio_data.write_portfolio(bank, customers)
        found: dict[str, dict[str, float]] = {}
        for step in ("spark", "worker"):
            ran = subprocess.run(
                [sys.executable, __file__, "--step", step, *map(str, (bank, whole, events))],
                env={**os.environ, "POLARS_MAX_THREADS": "1"},
                stdout=subprocess.PIPE,
                check=True,
                text=True,
            )
            found |= json.loads(ran.stdout.splitlines()[-1])
        return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, action="append")
    parser.add_argument("--step", choices=("spark", "worker"), help=argparse.SUPPRESS)
    parser.add_argument("places", nargs="*", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.step == "spark":
        print(json.dumps(on_spark(*given.places)))
        return
    if given.step == "worker":
        print(json.dumps(as_a_worker(*given.places[:2])))
        return
    print(f"{'customers':>10} {'step':<15} {'core s':>8} {'customers a core s':>19}  beside")
    for customers in given.customers or [20_000, 80_000]:
        for step, one in measured(customers).items():
            beside = (
                f"{one['memory'] / 2**20:,.0f} MiB at most"
                if "memory" in one
                else f"{one['shuffled'] / customers:,.0f} bytes shuffled a customer"
            )
            rate = customers / one["seconds"]
            print(f"{customers:>10,} {step:<15} {one['seconds']:>8.1f} {rate:>19,.0f}  {beside}")


if __name__ == "__main__":
    main()

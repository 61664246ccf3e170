"""What is done on a cluster of two worker processes, in a process of its own.

    python -m tests.portfolio.spark.on_cluster FOLDER

Spark has one context a process, and these tests want it as a bank sets it up: `spark-defaults.conf`
says all but the master. What comes out is in the folder, for tests to look at.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, Final

import attrs
import pyarrow as pa

from relationship_core import Benchmarks, Engine
from relationship_core.decisions.rule_book import RuleBook
from relationship_core.errors import RelationshipError
from relationship_core.portfolio import review
from relationship_core.portfolio.run import run_review
from relationship_core.portfolio.sample import LAST_DAY
from relationship_core.portfolio.spark import worker_faults
from relationship_core.portfolio.spark.session import session_of

MASTER: Final = "local-cluster[2,1,1024]"
PLUGINS: Final = ("star-levels", "retention-model")
_EXECUTOR: Final = "CoarseGrainedExecutorBackend"

Batches = Iterable[pa.RecordBatch]


def main(folder: Path) -> None:
    engine = Engine.discover(PLUGINS)
    with session_of(MASTER) as session:
        _review_losing_an_executor(session, folder, engine.rule_book)
        run_review(folder / "bank", folder / "spark-run", engine=engine, as_of=LAST_DAY, on="spark")
        refused = _refused(session, folder, engine.rule_book)
        left = session.sparkContext._jsc.getPersistentRDDs().size()
    told = {"refused": refused, "cached": left, "session": _is_there_a_session()}
    (folder / "told.json").write_text(json.dumps(told), encoding="utf-8")


def _tables(session: Any, folder: Path) -> dict[str, Any]:
    return {
        file.stem: session.read.parquet(str(file))
        for file in sorted((folder / "tables").glob("*.parquet"))
    }


def _review_losing_an_executor(session: Any, folder: Path, book: RuleBook) -> None:
    reviews = review(_tables(session, folder), book, LAST_DAY)
    # What is to be killed has brought records together before, which are lost with it.
    passing = reviews.mapInArrow(_killing_once(str(folder / "killed")), reviews.schema)
    passing.write.parquet(str(folder / "spark-reviews"))


def _killing_once(marker: str) -> Callable[[Batches], Iterator[pa.RecordBatch]]:
    def parent_of(process: int) -> int:
        lines = Path(f"/proc/{process}/status").read_text(encoding="utf-8").splitlines()
        (line,) = (line for line in lines if line.startswith("PPid:"))
        return int(line.split()[1])

    def passed(batches: Batches) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            try:
                os.close(os.open(marker, os.O_CREAT | os.O_EXCL))
            except FileExistsError:
                pass
            else:
                executor = parent_of(os.getppid())
                assert _EXECUTOR in Path(f"/proc/{executor}/cmdline").read_text(encoding="utf-8")
                os.kill(executor, signal.SIGKILL)
            yield batch

    return passed


def _refused(session: Any, folder: Path, book: RuleBook) -> dict[str, str]:
    """What workers say whose plugins make other rules than those that are asked for."""
    other = attrs.evolve(book, tiering=attrs.evolve(book.tiering, downgrade=None))
    reviews = review(_tables(session, folder), other, LAST_DAY, benchmarks=Benchmarks(LAST_DAY, ()))
    try:
        with worker_faults():
            reviews.collect()
    except RelationshipError as error:
        return {"type": type(error).__name__, "text": str(error), "cause": str(error.__cause__)}
    return {}


def _is_there_a_session() -> bool:
    from pyspark.sql import SparkSession

    return SparkSession.getActiveSession() is not None


if __name__ == "__main__":
    main(Path(sys.argv[1]))

"""Spark for real: two worker processes, one of them killed, and the same reviews as elsewhere.

The script `on_cluster` does it all at one start of Spark; the tests look at what it left.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

from relationship_core import Engine
from relationship_core.portfolio import review
from relationship_core.portfolio.run import SUCCESS, read_manifest, run_review
from relationship_core.portfolio.run.sql import rows_in
from relationship_core.portfolio.run.stages import DECIDED, FACTS
from relationship_core.portfolio.sample import LAST_DAY
from tests.portfolio.parity.comparison import differences
from tests.portfolio.parity.on_engines import Measures, write_typed
from tests.portfolio.parity.varied_bank import write_varied_bank
from tests.portfolio.spark.on_cluster import PLUGINS

ROOT = Path(__file__).resolve().parents[3]
CUSTOMERS = 200
MANY = 100_000
SETTINGS = """
spark.ui.enabled false
spark.driver.host 127.0.0.1
spark.driver.bindAddress 127.0.0.1
spark.sql.session.timeZone Asia/Shanghai
spark.sql.shuffle.partitions 2
spark.sql.adaptive.coalescePartitions.enabled false
spark.sql.autoBroadcastJoinThreshold -1
spark.locality.wait 0
spark.scheduler.minRegisteredResourcesRatio 1.0
spark.scheduler.maxRegisteredResourcesWaitingTime 120s
spark.eventLog.enabled true
spark.eventLog.compress false
spark.eventLog.rolling.enabled false
"""
"""Few partitions, as each takes the same time to plan; and no worker waits for the other's work."""


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine.discover(PLUGINS)


@pytest.fixture(scope="module")
def done(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder in which the script has done its work."""
    if not (shutil.which("java") or os.environ.get("JAVA_HOME")):
        pytest.skip("there is no Java for Spark to run on")
    if find_spec("pyspark") is None:
        pytest.skip("PySpark isn't installed")
    if not sys.platform.startswith("linux"):
        pytest.skip("executors are found by what Linux tells of processes")
    folder = tmp_path_factory.mktemp("cluster")
    write_varied_bank(folder / "bank", engine.rule_book, CUSTOMERS, seed=5)
    measures = write_typed(folder / "bank", engine.rule_book, folder / "typed")
    _write_as_a_bank_has_them(folder / "typed", measures, folder / "tables")
    for name in ("conf", "events", "local"):
        (folder / name).mkdir()
    settings = f"{SETTINGS}spark.eventLog.dir {folder / 'events'}\n"
    (folder / "conf" / "spark-defaults.conf").write_text(settings, encoding="utf-8")
    own = {
        "SPARK_CONF_DIR": str(folder / "conf"),
        "SPARK_LOCAL_DIRS": str(folder / "local"),
        "PYTHONPATH": str(ROOT),
    }
    ran = subprocess.run(
        [sys.executable, "-m", "tests.portfolio.spark.on_cluster", str(folder)],
        cwd=ROOT,
        env={**os.environ, **own},
        check=False,
        capture_output=True,
        text=True,
    )
    _remove_work_of(folder / "events")
    assert ran.returncode == 0, ran.stderr[-20_000:]
    return folder


def _remove_work_of(events: Path) -> None:
    """Remove what executors left in the folder of Spark itself, which no setting moves."""
    import pyspark

    spark = Path(os.environ.get("SPARK_HOME", Path(pyspark.__file__).parent))
    for log in events.iterdir():
        shutil.rmtree(spark / "work" / log.name.partition(".")[0], ignore_errors=True)


def _write_as_a_bank_has_them(typed: Path, measures: Measures, to: Path) -> None:
    """Write tables whose amounts are decimals, one customer with very many records among them."""
    to.mkdir()
    with duckdb.connect() as database:
        for file in sorted(typed.glob("*.parquet")):
            rows = f"SELECT {_in_decimals(file.stem, measures)} FROM {rows_in(file)}"
            if file.stem == "interactions":
                one = f"(FROM {rows_in(file)} ORDER BY interaction_id LIMIT 1)"
                numbered = "* EXCLUDE (n) REPLACE ('many ' || n AS interaction_id)"
                rows += f" UNION ALL BY NAME SELECT {numbered} FROM {one}, range({MANY}) AS one(n)"
            database.execute(f"COPY ({rows}) TO '{to / file.name}' (FORMAT parquet)")


def _in_decimals(table: str, measures: Measures) -> str:
    decimals = ", ".join(
        f'(CAST("{column}" AS DECIMAL(24, 0)) * CAST(1e-{one.scale} AS'
        f' DECIMAL({one.scale + 1}, {one.scale}))) AS "{column}"'
        for (name, column), one in measures.items()
        if name == table and one.scale
    )
    return f"* REPLACE ({decimals})" if decimals else "*"


@pytest.fixture(scope="module")
def events(done: Path) -> list[dict[str, Any]]:
    """What Spark wrote down of its work."""
    (log,) = (done / "events").iterdir()
    return [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def told(done: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((done / "told.json").read_text(encoding="utf-8"))
    return found


def test_reviews_are_those_of_polars_though_a_worker_was_killed(done: Path, engine: Engine) -> None:
    frames = {file.stem: pl.read_parquet(file) for file in (done / "tables").glob("*.parquet")}
    review(frames, engine.rule_book, LAST_DAY).write_parquet(done / "reviews.parquet")
    assert (done / "killed").exists()
    assert differences(done / "reviews.parquet", done / "spark-reviews") == []


def test_two_workers_took_part_one_of_which_was_killed_after_it_had_done_something(
    events: list[dict[str, Any]],
) -> None:
    ends = [one for one in events if one["Event"] == "SparkListenerTaskEnd"]
    good = [one for one in ends if one["Task End Reason"]["Reason"] == "Success"]
    worked = {one["Task Info"]["Executor ID"] for one in good}
    removed = [one for one in events if one["Event"] == "SparkListenerExecutorRemoved"]
    (killed,) = [one["Executor ID"] for one in removed if "code 137" in one["Removed Reason"]]
    assert len(worked) > 1
    assert killed in worked


def test_a_run_leaves_the_content_of_a_run_on_one_machine(
    done: Path, engine: Engine, subtests: pytest.Subtests
) -> None:
    alone = run_review(
        done / "bank", done / "polars-run", engine=engine, as_of=LAST_DAY, on="polars"
    )
    manifest = read_manifest(done / "spark-run")
    for name in (FACTS, *DECIDED):
        with subtests.test(name):
            assert differences(done / "polars-run" / name, done / "spark-run" / name) == []
    assert manifest.content == alone.manifest.content
    assert manifest.customers == alone.manifest.customers > 0
    assert (done / "spark-run" / SUCCESS).exists()
    assert any(one.startswith("spark ") for one in manifest.engines)


def test_workers_whose_plugins_make_other_rules_refuse(told: dict[str, Any]) -> None:
    refused = told["refused"]
    assert refused["type"] == "ReviewError"
    assert refused["text"].startswith("a worker of Spark: the plugins installed there (")
    assert "make another rule book" in refused["cause"]


def test_nothing_is_left_cached_nor_running(told: dict[str, Any]) -> None:
    assert told["cached"] == 0
    assert not told["session"]

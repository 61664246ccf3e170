"""A session of Spark for the tests of this folder; they are skipped where there can be none."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from typing import Any

import pytest

SETTINGS = {
    "spark.ui.enabled": "false",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.sql.session.timeZone": "Asia/Shanghai",
}


@pytest.fixture(scope="session")
def session() -> Iterator[Any]:
    """Two threads of Spark in this process's own Java."""
    if not (shutil.which("java") or os.environ.get("JAVA_HOME")):
        pytest.skip("there is no Java for Spark to run on")
    pyspark = pytest.importorskip("pyspark.sql", reason="PySpark isn't installed")
    builder = pyspark.SparkSession.builder.master("local[2]").appName("columns")
    for name, value in SETTINGS.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("OFF")
    yield session
    session.stop()

"""A session of Spark, made as the bank's own configuration of Spark says."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from relationship_core.errors import MissingExtraError, ReviewError


@contextmanager
def session_of(master: str | None) -> Iterator[Any]:
    """The session that is active, else one of our own, which ends with this.

    Args:
        master: Where it is to run, as Spark writes it; None where Spark's configuration says.

    Raises:
        MissingExtraError: PySpark isn't installed.
        ReviewError: Spark doesn't start.
    """
    try:
        from pyspark.errors import PySparkException  # noqa: PLC0415
        from pyspark.sql import SparkSession  # noqa: PLC0415
    except ImportError:
        raise MissingExtraError("spark", needed_for="a review on Spark") from None
    active = SparkSession.getActiveSession()
    if active is not None:
        yield active
        return
    # Workers of one machine run on this very Python; `spark-submit` has said what those elsewhere
    # run on.
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    builder = SparkSession.builder.appName("relationship-core review")
    try:
        session = (builder.master(master) if master else builder).getOrCreate()
    except PySparkException as error:
        raise ReviewError(
            "Spark doesn't start",
            where="a session of Spark",
            mend="what it printed says why; it needs Java 17 or later, and a master that answers",
        ) from error
    try:
        yield session
    finally:
        session.stop()

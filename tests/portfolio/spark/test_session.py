from __future__ import annotations

import sys
from datetime import date

import pytest

from relationship_core import Engine
from relationship_core.errors import DataError, MissingExtraError
from relationship_core.portfolio.spark import review_on_spark
from relationship_core.portfolio.spark.session import session_of
from relationship_core.portfolio.spark.stages import SparkStages

DAY = date(2026, 6, 30)


@pytest.fixture
def _no_pyspark(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("pyspark", "pyspark.errors", "pyspark.sql"):
        monkeypatch.setitem(sys.modules, name, None)


@pytest.mark.usefixtures("_no_pyspark")
def test_without_pyspark_the_extra_is_named() -> None:
    with pytest.raises(MissingExtraError, match="spark"), session_of(None):
        pass
    stages = SparkStages(Engine.from_plugins().rule_book, DAY)
    with pytest.raises(MissingExtraError, match="spark"):
        _ = stages.engine


def test_frames_of_others_among_those_of_spark_are_refused() -> None:
    pytest.importorskip("pyspark")

    class Frame:
        columns = ("customer_id", "kind")

    with pytest.raises(DataError, match="customers: it is a Frame"):
        review_on_spark({"customers": Frame()}, Engine.from_plugins().rule_book, DAY)

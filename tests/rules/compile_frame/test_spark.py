"""Spark answers as the interpreter does; tests are skipped where there is no PySpark or no Java."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from relationship_core.errors import KindError
from relationship_core.rules import Kind
from relationship_core.rules.compile_frame import value_columns
from tests.rules.compile_frame import test_rule_sets
from tests.rules.compile_frame.engines import huge_facts, spark_frame
from tests.rules.compile_frame.test_values import EDGES, LONG, numbered, require_agreement
from tests.rules.strategies import (
    any_facts,
    aum,
    conditions,
    opened,
    share,
    value_expressions,
)

pytestmark = pytest.mark.filterwarnings(
    "ignore:PySpark does not yet fully support pandas:FutureWarning"
)

# Few and shallow: Spark plans a long product for seconds, however few the rows.
SKETCH = settings(
    max_examples=2,
    phases=[Phase.generate],
    suppress_health_check=[*HealthCheck],
    deadline=None,
    derandomize=True,
)


@SKETCH
@given(st.data())
def test_columns_are_the_interpreted_values_on_spark(session: Any, data: st.DataObject) -> None:
    customers = data.draw(st.lists(any_facts | huge_facts, min_size=3, max_size=8))
    kinds = data.draw(st.lists(st.sampled_from(Kind), min_size=2, max_size=6))
    drawn = [data.draw(value_expressions(kind, 1)) for kind in kinds]
    drawn += data.draw(st.lists(conditions(1), min_size=8, max_size=12))
    require_agreement(spark_frame(session, customers), numbered(drawn), customers)


@SKETCH
@given(st.data())
def test_columns_answer_as_the_rule_set_does_on_spark(session: Any, data: st.DataObject) -> None:
    customers = data.draw(st.lists(any_facts, min_size=3, max_size=8))
    rule_set = data.draw(test_rule_sets.sets_with_outcomes())
    test_rule_sets.require_agreement(spark_frame(session, customers), rule_set, customers)


@pytest.mark.parametrize("place", [1, 4, 8, 19, 23])
def test_numbers_too_long_for_one_multiplication_agree_on_spark(session: Any, place: int) -> None:
    require_agreement(spark_frame(session, EDGES), {"c": LONG[place]}, EDGES)


def test_spark_without_its_ansi_mode_answers_alike(session: Any) -> None:
    """It would then give null for what overflows, so that nothing may."""
    session.conf.set("spark.sql.ansi.enabled", "false")
    try:
        require_agreement(spark_frame(session, EDGES), numbered(LONG[3:9:2]), EDGES)
    finally:
        session.conf.unset("spark.sql.ansi.enabled")


def test_spark_that_keeps_too_many_decimals_of_a_quotient_is_refused(session: Any) -> None:
    name = "spark.sql.decimalOperations.allowPrecisionLoss"
    session.conf.set(name, "false")
    try:
        with pytest.raises(KindError, match="Spark can't divide"):
            value_columns(spark_frame(session, EDGES), {"x": aum * share})
    finally:
        session.conf.unset(name)


def test_spark_gives_its_own_frame_back_with_decimals_of_38_digits(session: Any) -> None:
    frame = spark_frame(session, EDGES)
    added = value_columns(frame, {"sum": aum + 1, "a.day": opened + 1})
    assert type(added) is type(frame)
    assert added.dtypes[-2:] == [("sum", "decimal(38,0)"), ("a.day", "date")]
    assert added.columns == [*frame.columns, "sum", "a.day"]

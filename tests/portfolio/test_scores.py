"""Models in bulk give each customer the score that they get alone, on every engine."""

from datetime import date
from decimal import Decimal

import duckdb
import narwhals as nw
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from relationship_core.decisions.model import Model
from relationship_core.decisions.scoring import score
from relationship_core.errors import ReviewError
from relationship_core.portfolio.scores import score_column, scores_of
from relationship_core.rules import Fact, Kind
from relationship_core.rules.compile_frame import as_cell, as_value

DAY = date(2026, 6, 30)
AUM, AGE, CITY = Fact("aum", Kind.MONEY), Fact("age", Kind.COUNT), Fact("city", Kind.CATEGORY)
CHURN = Fact("north.churn", Kind.RATIO, minimum=-10, maximum=10)
CATALOGUE = {fact.name: fact for fact in (AUM, AGE, CITY, CHURN)}


def churn(batch: pa.RecordBatch) -> pa.Array:
    return pc.add(pc.divide(batch["aum"], 1e6), pc.multiply(batch["age"].cast("float64"), 5e-7))


def model_of(predict=churn, **others):
    inputs = (AUM, AGE, CITY)
    return Model("north.model", "1", "d", CHURN, inputs, predict=predict, **others)


def frame_of(rows, supplied=()):
    given_scores = [*supplied, *[None] * (len(rows) - len(supplied))]
    return pl.DataFrame(
        {
            "aum": [as_cell(row[0], Kind.MONEY) for row in rows],
            "age": [row[1] for row in rows],
            "city": [row[2] for row in rows],
            "north.churn": given_scores,
        },
        schema={
            "aum": pl.Int64,
            "age": pl.Int64,
            "city": pl.String,
            "north.churn": pl.Int64,
        },
    )


def scored(frame, model, engine):
    lazy = frame.lazy() if engine == "polars" else duckdb.from_arrow(frame.to_arrow())
    found = score_column(nw.from_native(lazy), model, DAY, CATALOGUE).collect()
    return [as_value(cell, Kind.RATIO) for cell in found["north.churn"].to_list()]


FACTS = st.tuples(
    st.none() | st.decimals(-9_000_000, 9_000_000, places=2),
    st.none() | st.integers(0, 120),
    st.none() | st.sampled_from(["x", "y"]),
)


@pytest.mark.parametrize("engine", ["duckdb", "polars"])
@given(rows=st.lists(FACTS, min_size=1, max_size=20))
def test_each_customer_gets_the_score_they_get_alone(engine, rows):
    model = model_of()
    alone = [
        score(model, dict(zip(("aum", "age", "city"), row, strict=True)), DAY, CATALOGUE)
        for row in rows
    ]
    assert scored(frame_of(rows), model, engine) == alone


def test_ties_and_amounts_beyond_a_float_are_those_of_one_customer():
    rows = [(Decimal("0.50"), 1, "x"), (Decimal("1.50"), 0, "x"), (Decimal("2.5"), 0, None)]
    ties = model_of(lambda batch: pc.add(batch["aum"], 0.0000005))
    alone = [
        score(ties, dict(zip(("aum", "age", "city"), row, strict=True)), DAY, CATALOGUE)
        for row in rows
    ]
    assert scored(frame_of(rows), ties, "polars") == alone
    large = Decimal("90071992547409.93")
    asked = []
    peeping = model_of(lambda batch: asked.append(batch["aum"].to_pylist()) or pa.array([0.5]))
    assert scored(frame_of([(large, 1, "x")]), peeping, "polars") == [Decimal("0.5")]
    assert asked == [[float(large)]]


@pytest.mark.parametrize("engine", ["duckdb", "polars"])
def test_a_supplied_score_stays_while_the_model_is_valid(engine):
    rows = [(Decimal(1), 1, "x"), (Decimal(2_000_000), 1, "y")]
    supplied = frame_of(rows, [250_000])
    assert scored(supplied, model_of(), engine) == [Decimal("0.25"), Decimal("2.000000")]
    expired = model_of(expires=date(2026, 6, 29))
    assert scored(supplied, expired, engine) == [None, None]
    replayed = model_of(None)
    assert scored(supplied, replayed, engine) == [Decimal("0.25"), None]


@pytest.mark.parametrize(
    ("predict", "said"),
    [
        (lambda batch: pa.array([0.1]), "1 scores for 2 customers"),
        (lambda batch: pa.array([0.1, 11.0]), "outside"),
        (lambda batch: pa.array([0.1, float("nan")]), "score"),
        (lambda batch: pa.array(["a", "b"]), "score"),
        (lambda batch: 1 / 0, "ZeroDivisionError"),
    ],
)
def test_a_model_that_fails_is_named(predict, said):
    batch = frame_of([(Decimal(1), 1, "x"), (Decimal(2), 1, "y")]).to_arrow().to_batches()[0]
    with pytest.raises(ReviewError, match=said) as told:
        scores_of(model_of(predict), batch, CATALOGUE)
    assert told.value.where == "model north.model 1"


def test_a_model_without_code_gives_no_scores():
    batch = frame_of([(Decimal(1), 1, "x")]).drop("north.churn").to_arrow().to_batches()[0]
    assert scores_of(model_of(None), batch, CATALOGUE).to_pylist() == [None]

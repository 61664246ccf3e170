"""Asking a model: what it is given, and what its answer must be."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from traceback import format_exception
from typing import Any, ClassVar

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from relationship_core import Fact, Kind, Model
from relationship_core.decisions.scoring import (
    as_scores,
    input_batch,
    read_batch,
    score,
    write_batch,
)
from relationship_core.errors import MissingExtraError, PluginError, ReviewError
from relationship_core.facts import CATALOGUE, aum, kind, product_count, salary_stopped
from tests.decisions.known_facts import known

TODAY = date(2026, 6, 30)
RATIO = Fact("west.score", Kind.RATIO, minimum=0, maximum=1)
SINCE = Fact("west.since", Kind.DATE)
FACTS = {**CATALOGUE, SINCE.name: SINCE}


def model(predict: Callable[[Any], Any] | None, score: Fact = RATIO, **changes: Any) -> Model:
    """A model of one input that predicts so."""
    return Model(
        "west.leaving", "7", "0" * 64, score, **({"inputs": [aum]} | changes), predict=predict
    )


def asked(predict: Callable[[Any], Any] | None, score_fact: Fact = RATIO, **changes: Any) -> Any:
    """What it scores for a customer with 1,000 of assets."""
    return score(model(predict, score_fact, **changes), known(aum=1_000), TODAY, FACTS)


def always(value: Any, rows: int = 1) -> Callable[[Any], Any]:
    """A model that says the same of everybody."""
    return lambda batch: pa.array([value] * rows)


class TestInput:
    """A column for each input, whose type follows from the fact alone."""

    inputs = (aum, product_count, salary_stopped, kind, "raroc_12m", SINCE)
    full: ClassVar[dict[str, Any]] = {
        "aum": Decimal("1000.50"),
        "product_count": 3,
        "salary_stopped": False,
        "kind": "personal",
        "raroc_12m": Decimal("0.125000"),
        "west.since": TODAY,
    }

    def test_each_kind_has_its_type(self) -> None:
        batch = input_batch(model(None, inputs=self.inputs), [self.full], FACTS)
        assert [str(each) for each in batch.schema.types] == [
            "double",
            "int64",
            "bool",
            "string",
            "double",
            "date32[day]",
        ]
        assert batch.to_pylist() == [{**self.full, "aum": 1000.5, "raroc_12m": 0.125}]

    def test_what_is_missing_is_null_and_changes_no_type(self) -> None:
        of = model(None, inputs=self.inputs)
        nothing: dict[str, Any] = dict.fromkeys(self.full)
        batch = input_batch(of, [nothing, self.full], FACTS)
        assert batch.schema == input_batch(of, [self.full], FACTS).schema
        assert batch.schema == input_batch(of, [nothing], FACTS).schema
        assert batch.to_pylist()[0] == nothing

    def test_columns_come_in_the_models_own_order(self) -> None:
        batch = input_batch(model(None, inputs=["kind", "aum"]), [known()], FACTS)
        assert batch.schema.names == ["kind", "aum"]

    def test_without_arrow_the_extra_is_named(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(sys.modules, "pyarrow", None)
        with pytest.raises(MissingExtraError, match=r"west\.leaving needs the extra 'batch'"):
            input_batch(model(None), [known()], FACTS)


class TestScore:
    """One score that its fact can hold, or none."""

    def test_it_is_brought_to_the_scale_of_its_fact(self) -> None:
        assert asked(always(0.1234565)) == Decimal("0.123456")
        assert str(asked(always(0.5))) == "0.500000"

    def test_it_sees_the_customers_facts(self) -> None:
        assert asked(lambda batch: pa.array([batch["aum"][0].as_py() / 4_000])) == Decimal("0.25")

    @pytest.mark.parametrize(
        ("fact", "given", "told"),
        [
            (Fact("west.points", Kind.COUNT), 612, 612),
            (Fact("west.points", Kind.COUNT), 612.0, 612),
            (Fact("west.leaves", Kind.FLAG), True, True),
            (Fact("west.group", Kind.CATEGORY, categories=["a", "b"]), "b", "b"),
            (Fact("west.value", Kind.MONEY), Decimal("12.345"), Decimal("12.34")),
        ],
    )
    def test_it_may_be_of_any_kind(self, fact: Fact, given: Any, told: Any) -> None:
        assert asked(always(given), fact) == told

    def test_null_is_a_missing_score(self) -> None:
        assert asked(lambda batch: pa.array([None], type=pa.float64())) is None

    def test_a_chunked_array_is_one_too(self) -> None:
        assert asked(lambda batch: pa.chunked_array([[0.5]])) == Decimal("0.5")

    def test_a_model_of_supplied_scores_gives_none(self) -> None:
        assert asked(None) is None

    def test_an_expired_model_is_not_even_asked(self) -> None:
        def never(batch: Any) -> Any:
            raise AssertionError

        assert asked(never, expires=date(2026, 6, 29)) is None
        assert asked(always(0.5), expires=TODAY) == Decimal("0.5")


class TestAnotherProcess:
    """What a model computes elsewhere is sent as bytes, and comes back as values."""

    def test_a_batch_arrives_as_it_was(self) -> None:
        given = input_batch(model(None, inputs=TestInput.inputs), [TestInput.full], FACTS)
        arrived = read_batch(write_batch(given))
        assert arrived.equals(given)
        assert arrived.schema.equals(given.schema)

    def test_scores_are_an_array_again(self) -> None:
        assert as_scores([0.5, None]).equals(pa.array([0.5, None]))

    def test_the_plugins_fault_is_told_as_it_is(self) -> None:
        def gone(batch: Any) -> Any:
            raise PluginError("it ended its process", plugin="west", hook="rc_models")

        with pytest.raises(PluginError, match="plugin west, rc_models: it ended its process"):
            asked(gone)


class TestAModelAtFault:
    """It is named; what it says of the customer is not repeated."""

    where = "model west.leaving 7"

    def test_it_raises(self) -> None:
        def fails(batch: Any) -> Any:
            raise ValueError(f"no weight for {batch.to_pylist()}")

        with pytest.raises(ReviewError) as caught:
            asked(fails)
        assert str(caught.value).startswith(f"{self.where}: it raised ValueError (")
        assert "1000" not in "".join(format_exception(caught.value))

    def test_it_exits(self) -> None:
        def leaves(batch: Any) -> Any:
            sys.exit(f"no weight for {batch.to_pylist()}")

        with pytest.raises(ReviewError, match=r"it raised SystemExit \("):
            asked(leaves)

    @pytest.mark.parametrize("rows", [0, 2])
    def test_it_gives_too_few_or_too_many_scores(self, rows: int) -> None:
        with pytest.raises(ReviewError, match=f"it gave {rows} scores for one customer"):
            asked(always(0.5, rows))

    def test_it_answers_with_no_array(self) -> None:
        with pytest.raises(ReviewError, match="it raised AttributeError"):
            asked(lambda batch: 0.5)

    @pytest.mark.parametrize("answer", [float("nan"), float("inf"), "high", True])
    def test_its_score_is_of_another_kind(self, answer: Any) -> None:
        with pytest.raises(ReviewError, match=f"{self.where}: its score is no ratio"):
            asked(always(answer))

    @pytest.mark.parametrize("answer", [-0.1, 1.000001])
    def test_its_score_is_out_of_range(self, answer: float) -> None:
        with pytest.raises(ReviewError, match=r"outside what west\.score can be"):
            asked(always(answer))


@given(st.floats(0, 1))
def test_a_score_is_the_shortest_decimal_of_its_float_rounded_once(value: float) -> None:
    assert asked(always(value)) == round(Decimal(repr(value)), 6)

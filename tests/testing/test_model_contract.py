"""The laws of a model can be broken, and are then told by name."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from itertools import count
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from relationship_core import Fact, Kind, Model
from relationship_core.facts import aum, months_inactive
from relationship_core.testing import ModelContract
from tests.plugins.bank import plugin
from tests.testing.laws import broken_laws, keeps_all_laws

SCORE = Fact("bank.score", Kind.RATIO, minimum=0, maximum=1)


def bank(predict: Callable[[Any], Any] | None) -> Any:
    """A plugin of this model alone."""
    model = Model("bank.leaving", "1", "abc", SCORE, [aum, months_inactive], predict=predict)
    return plugin("bank", rc_facts=lambda: [SCORE], rc_models=lambda: [model])


def squashed(column: Any) -> Any:
    """Something from 0 to 1 that grows with the column."""
    return pc.divide(1.0, pc.add(1.0, pc.exp(pc.negate(column))))


def sound(batch: Any) -> Any:
    months = pc.cast(batch["months_inactive"], pa.float64())
    return squashed(pc.subtract(months, pc.divide(batch["aum"], 1e7)))


DECLARED = {"monotone": {"months_inactive"}, "antitone": {"aum"}}


def one_broken(law: str, predict: Callable[[Any], Any], told: str, **declared: Any) -> None:
    broken = broken_laws(ModelContract, bank(predict), **declared)
    assert set(broken) == {law}, {name: str(error) for name, error in broken.items()}
    assert told in broken[law].what
    assert broken[law].where == "plugin bank 1.0"


def test_a_sound_model_breaks_no_law() -> None:
    assert keeps_all_laws(ModelContract, bank(sound), **DECLARED)


def test_of_a_model_whose_scores_are_supplied_nothing_is_tried() -> None:
    assert keeps_all_laws(ModelContract, bank(None))


def test_total() -> None:
    def predict(batch: Any) -> Any:
        return pc.add(sound(batch), 1.0)

    one_broken("test_total", pc_only_known(predict), "a score lies outside what bank.score can be")


def pc_only_known(predict: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Answer so only where every input is known; else null, which is never wrong."""

    def known(batch: Any) -> Any:
        has_nulls = any(column.null_count for column in batch.columns)
        return pa.nulls(batch.num_rows) if has_nulls else predict(batch)

    return known


def test_a_batch_that_comes_back_shorter() -> None:
    def predict(batch: Any) -> Any:
        return sound(batch)[:1] if batch.num_rows == 3 else sound(batch)

    broken = broken_laws(ModelContract, bank(pc_only_known(predict)))
    assert "it gave 1 scores for 3 rows" in broken["test_total"].what


def test_deterministic() -> None:
    times = count()

    def predict(batch: Any) -> Any:
        nudge = next(times) % 2
        return pa.array([nudge * 0.5] * batch.num_rows, pa.float64())

    broken = broken_laws(ModelContract, bank(predict), only="test_deterministic")
    assert "two different scores" in broken["test_deterministic"].what


def test_without_io_or_clock() -> None:
    def predict(batch: Any) -> Any:
        date.today()  # noqa: DTZ011
        return sound(batch)

    one_broken("test_without_io_or_clock", predict, "reaches for the clock by date.today()")


def test_scalar_equals_batch() -> None:
    def predict(batch: Any) -> Any:
        ranks = pc.rank(batch["aum"], tiebreaker="min")
        return pc.divide(pc.cast(ranks, pa.float64()), float(max(batch.num_rows, 1)))

    one_broken("test_scalar_equals_batch", predict, "depends on the rows beside it")


@pytest.mark.parametrize(
    ("declared", "name"),
    [({"antitone": {"months_inactive"}}, "months_inactive"), ({"monotone": {"aum"}}, "aum")],
)
def test_monotone(declared: dict[str, Any], name: str) -> None:
    one_broken("test_monotone", sound, f"moves the wrong way as {name} rises", **declared)


def test_survives_missing_facts() -> None:
    def predict(batch: Any) -> Any:
        if any(column.null_count for column in batch.columns):
            raise ValueError("there are gaps")
        return sound(batch)

    told = "where an input is missing somebody gets no score: it raised ValueError"
    one_broken("test_survives_missing_facts", predict, told)

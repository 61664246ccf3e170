"""The model as data: its file, its digest, its scores."""

from __future__ import annotations

import json
import pickle
from math import exp, isnan, log1p, nan
from pathlib import Path
from random import Random
from typing import Any

import pyarrow as pa
import pytest
from relationship_core_retention_model import churn_model
from relationship_core_retention_model.churn_model import ChurnModel, Form

from relationship_core import Engine
from relationship_core.errors import InvalidValueError, PluginError

SHIPPED = Path(churn_model.__file__).with_name("churn.json")
CARD = SHIPPED.with_suffix(".md")
MODEL = ChurnModel.load()
SPANS = {
    "balance_change_3m": (-1, 2),
    "churn.closing_share": (0, 3),
    "transactions_change_3m": (-1, 2),
    "months_inactive": (0, 15),
    "outflow_to_other_banks_30d": (0, 500_000),
    "salary_inflow_3m": (0, 90_000),
}


def rows(count: int, seed: int, missing: float = 0.0) -> dict[str, list[float | None]]:
    """Values for each input of the model, some of them missing."""
    chance = Random(seed)
    return {
        name: [None if chance.random() < missing else chance.uniform(*span) for _ in range(count)]
        for name, span in SPANS.items()
    }


def scored(columns: dict[str, list[float | None]]) -> list[float | None]:
    arrays = {name: pa.array(column, pa.float64()) for name, column in columns.items()}
    found: list[float | None] = MODEL.predict(pa.RecordBatch.from_pydict(arrays)).to_pylist()
    return found


def reckoned(row: dict[str, float | None], data: dict[str, Any]) -> float | None:
    """A score by what the file says, and nothing else."""
    odds = data["intercept"]
    for each in data["inputs"]:
        value = row[each["fact"]]
        if value is None:
            odds += nan if each["missing_weight"] is None else each["missing_weight"]
            continue
        seen = log1p(value) if each["form"] == "log" else value
        seen = min(max(seen, each["low"]), each["high"])
        odds += (seen - each["mean"]) / each["scale"] * each["weight"]
    return None if isnan(odds) else round(1 / (1 + exp(-odds)), 6)


class TestScores:
    """One row after the other, by the file alone, or all at once."""

    def test_they_are_what_the_file_says(self) -> None:
        data = json.loads(SHIPPED.read_text("utf-8"))
        columns = rows(300, seed=1, missing=0.1)
        for place, score in enumerate(scored(columns)):
            row = {name: column[place] for name, column in columns.items()}
            expected = reckoned(row, data)
            assert (score is None) is (expected is None)
            assert score == pytest.approx(expected, abs=1.1e-6)

    def test_alone_or_among_others_a_customer_has_the_same_one(self) -> None:
        columns = rows(257, seed=2, missing=0.1)
        alone = [
            each
            for place in range(257)
            for each in scored({name: [column[place]] for name, column in columns.items()})
        ]
        assert alone == scored(columns)

    def test_nobody_among_no_customers(self) -> None:
        assert scored(rows(0, seed=3)) == []

    @pytest.mark.parametrize("each", MODEL.inputs, ids=lambda each: each.fact)
    def test_without_a_fact_there_is_one_only_if_that_was_learnt(self, each: Any) -> None:
        columns = {**rows(1, seed=4), each.fact: [None]}
        assert (scored(columns) == [None]) is (each.missing_weight is None)

    def test_the_shipped_one_learnt_of_some_what_it_means_that_they_are_missing(self) -> None:
        assert {each.fact for each in MODEL.inputs if each.missing_weight is not None} == {
            "balance_change_3m",
            "transactions_change_3m",
        }

    def test_what_is_beyond_all_experience_says_no_more_than_the_most_of_it(self) -> None:
        usual = rows(1, seed=5)
        far, further = ({**usual, "balance_change_3m": [each]} for each in (-0.9, -1.0))
        assert scored(far) == scored(further)


class TestTelling:
    """The value from which a fact alone doubles the odds."""

    @pytest.mark.parametrize("each", MODEL.inputs, ids=lambda each: each.fact)
    def test_there_the_odds_are_twice_those_at_the_mean(self, each: Any) -> None:
        value = each.telling_from()
        usual = {**rows(1, seed=6), each.fact: [each.form.undo(each.mean)]}
        if value is None:
            most = max(each.weight * (end - each.mean) for end in (each.low, each.high))
            assert exp(most / each.scale) < 2
            return
        (before,), (after,) = scored(usual), scored({**usual, each.fact: [value]})
        assert before is not None
        assert after is not None
        assert after / (1 - after) == pytest.approx(2 * before / (1 - before), rel=1e-3)

    @pytest.mark.parametrize("value", [-12.5, -0.3, 0.0, 0.3, 81_000.0])
    def test_a_form_is_undone(self, value: float) -> None:
        for form in Form:
            (there,) = form.of(churn_model.np.array([value]))
            assert form.undo(float(there)) == pytest.approx(value)


class TestFile:
    """It travels as text, and nobody changes it unseen."""

    def test_it_is_read_as_it_was_written(self) -> None:
        text = SHIPPED.read_text("utf-8")
        assert ChurnModel.from_text(text, "churn.json") == MODEL
        assert MODEL.to_text() == text

    def test_the_card_beside_it_is_of_this_model(self) -> None:
        card = CARD.read_text("utf-8")
        assert f"- Digest: `{MODEL.digest}`" in card
        assert MODEL.examples in card
        assert f"# Model card: churn {MODEL.version}" in card

    def test_the_rule_book_names_version_and_digest(self) -> None:
        (model,) = Engine.discover(["retention-model"]).rule_book.models
        assert (model.version, model.digest) == (MODEL.version, MODEL.digest)
        assert model.validated == MODEL.outcome_as_of

    def test_it_goes_to_another_process(self) -> None:
        assert pickle.loads(pickle.dumps(MODEL)) == MODEL

    @pytest.mark.parametrize(
        ("name", "value"),
        [("version", "2"), ("intercept", -2.0), ("as_of", "2026-03-30"), ("digest", "0" * 64)],
    )
    def test_a_changed_one_is_refused_by_name(
        self, tmp_path: Path, name: str, value: object
    ) -> None:
        changed = tmp_path / "ours.json"
        changed.write_text(json.dumps({**json.loads(MODEL.to_text()), name: value}))
        with pytest.raises(InvalidValueError, match=r"model file ours\.json: it was changed"):
            ChurnModel.load(changed)
        with pytest.raises(PluginError, match=r"ours\.json: it was changed") as caught:
            Engine.discover(
                ["retention-model"], settings={"retention_model": {"file": str(changed)}}
            )
        assert caught.value.plugin == "retention-model"

    @pytest.mark.parametrize(
        ("change", "why"),
        [
            (lambda data: data["inputs"][0].update(weight=9.0), "was changed"),
            (lambda data: data["inputs"][0].pop("weight"), "aren't those of a model"),
            (lambda data: data["inputs"][0].update(form="root"), "aren't those of a model"),
            (lambda data: data.update(as_of="some day"), "aren't those of a model"),
            (lambda data: data.pop("digest"), "missing or too many: digest"),
            (lambda data: data.update(threshold=1), "missing or too many: threshold"),
            (lambda data: data.update(format="another 1"), "isn't of the format"),
        ],
    )
    def test_another_is_refused_too(self, change: Any, why: str) -> None:
        data = json.loads(MODEL.to_text())
        change(data)
        with pytest.raises(InvalidValueError, match=rf"model file m\.json: .*{why}"):
            ChurnModel.from_text(json.dumps(data), "m.json")

    @pytest.mark.parametrize(("text", "why"), [("{", "no JSON"), ("[]", "isn't of the format")])
    def test_and_what_is_none_at_all(self, text: str, why: str) -> None:
        with pytest.raises(InvalidValueError, match=why):
            ChurnModel.from_text(text, "m.json")

    def test_a_file_that_is_not_there_is_told_by_its_name(self, tmp_path: Path) -> None:
        with pytest.raises(InvalidValueError, match=r"none\.json: it can't be read: FileNotFound"):
            ChurnModel.load(tmp_path / "none.json")

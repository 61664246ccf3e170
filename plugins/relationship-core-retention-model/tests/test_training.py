"""Training: who is learnt from, what a leaver is, and how good what was learnt is."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from attrs import evolve
from relationship_core_retention_model.churn_model import ChurnModel
from relationship_core_retention_model.examples import Example, examples, has_left, is_here
from relationship_core_retention_model.inputs import INPUTS, STAND_INS, require_lawful
from relationship_core_retention_model.learning import learn, split
from relationship_core_retention_model.measure import auc, measure, scores
from relationship_core_retention_model.train import main

from relationship_core import Dossier, Engine, Fact, Kind
from relationship_core.errors import InvalidValueError, RelationshipError
from relationship_core.facts import CATALOGUE, age_years, stage
from relationship_core.portfolio import sample_dossiers, write_sample

BEFORE = date(2026, 3, 31)
AFTER = date(2026, 6, 30)
FRESH = 31
"""The seed of a bank that the shipped model hasn't learnt from."""


@pytest.fixture(scope="module")
def bank() -> tuple[Dossier, ...]:
    return tuple(sample_dossiers(400, FRESH))


@pytest.fixture(scope="module")
def fresh(bank: tuple[Dossier, ...]) -> list[Example]:
    return list(examples(bank, BEFORE, AFTER))


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    place = tmp_path_factory.mktemp("training")
    write_sample(place / "bank", customers=300, seed=5)
    for name in ("first", "second"):
        arguments = {
            "--folder": place / "bank",
            "--as-of": BEFORE,
            "--outcome-as-of": AFTER,
            "--seed": 3,
            "--out": place / f"{name}.json",
        }
        given = [str(part) for pair in arguments.items() for part in pair]
        assert main(given) == 0
    return place / "first.json", place / "second.json"


class TestShippedModel:
    """On customers of a bank that it has never seen."""

    def test_leavers_score_above_stayers(self, fresh: list[Example]) -> None:
        found = measure(ChurnModel.load(), fresh)
        assert found.leavers > 30
        assert found.auc > 0.75
        assert found.brier < found.brier_of_base_rate - 0.015

    def test_the_riskiest_tenth_leaves_far_more_often_than_the_rest(
        self, fresh: list[Example]
    ) -> None:
        *others, riskiest = measure(ChurnModel.load(), fresh).deciles
        assert sum(each.customers for each in (*others, riskiest)) == len(fresh)
        assert riskiest.observed > 3 * max(each.observed for each in others[:5])
        assert abs(riskiest.expected - riskiest.observed) < 0.15

    def test_age_and_sex_are_hardly_told_by_the_score(self, fresh: list[Example]) -> None:
        groups = measure(ChurnModel.load(), fresh).groups
        assert groups.keys() == {"women", "people of 60 and above"}
        assert all(abs(each - 0.5) < 0.12 for each in groups.values())


class TestRetraining:
    """On a small bank, from its folder to the files."""

    def test_twice_gives_the_same_bytes(self, trained: tuple[Path, Path]) -> None:
        first, second = trained
        assert first.read_bytes() == second.read_bytes()
        assert first.with_suffix(".md").read_bytes() == second.with_suffix(".md").read_bytes()

    def test_the_card_is_of_the_model_and_names_nobody(self, trained: tuple[Path, Path]) -> None:
        card = trained[0].with_suffix(".md").read_text("utf-8")
        assert ChurnModel.load(trained[0]).digest in card
        assert "AUC" in card
        assert "C0000" not in card

    def test_a_host_puts_it_in_place_of_the_shipped_one(self, trained: tuple[Path, Path]) -> None:
        own = {"retention_model": {"file": str(trained[0])}}
        (model,) = Engine.discover(["retention-model"], settings=own).rule_book.models
        assert model.digest == ChurnModel.load(trained[0]).digest != ChurnModel.load().digest

    def test_a_folder_that_is_not_there_is_told(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        days = ["--as-of", str(BEFORE), "--outcome-as-of", str(AFTER)]
        out = ["--out", str(tmp_path / "m.json")]
        assert main(["--folder", str(tmp_path / "none"), *days, "--seed", "1", *out]) == 1
        assert "there is no such folder" in capsys.readouterr().err
        assert not (tmp_path / "m.json").exists()


class TestLearning:
    """What scikit-learn learnt is what the model tells."""

    def test_on_those_it_learnt_from_it_is_right_on_average(self, fresh: list[Example]) -> None:
        learnt, _ = split(fresh, 1)
        found = scores(learn(learnt, 1, BEFORE, AFTER, "1"), learnt)
        scored = [each for each in zip(found, learnt, strict=True) if each[0] is not None]
        mean = sum(score for score, _ in scored if score is not None) / len(scored)
        assert mean == pytest.approx(sum(one.has_left for _, one in scored) / len(scored), abs=1e-3)

    def test_others_are_held_out_by_another_seed(self, fresh: list[Example]) -> None:
        one, other = split(fresh, 1), split(fresh, 2)
        assert one == split(fresh, 1)
        assert one != other
        assert len(one[0]) + len(one[1]) == len(fresh)

    def test_from_too_few_leavers_nothing_is_learnt(self, fresh: list[Example]) -> None:
        stayers = [each for each in fresh if not each.has_left]
        with pytest.raises(InvalidValueError, match="0 left: too few"):
            split(stayers, 1)

    def test_of_what_nobody_has_nothing_is_learnt(self, fresh: list[Example]) -> None:
        poorer = [evolve(each, values=(None, *each.values[1:])) for each in fresh]
        with pytest.raises(InvalidValueError, match="balance_change_3m is missing for everybody"):
            learn(poorer, 1, BEFORE, AFTER, "1")

    @pytest.mark.parametrize("is_told_by_it", [True, False])
    def test_what_it_means_that_a_fact_is_missing_is_learnt(
        self, fresh: list[Example], is_told_by_it: bool
    ) -> None:
        kept = [each for each in fresh if None not in each.values]
        silent = [
            evolve(each, values=(None, *each.values[1:]))
            if each.has_left is is_told_by_it
            else each
            for each in kept
        ]
        model = learn([*kept, *silent], 1, BEFORE, AFTER, "1")
        weight = model.inputs[0].missing_weight
        assert weight is not None
        assert (weight > 1) if is_told_by_it else (weight < -1)
        assert [each.missing_weight for each in model.inputs[1:]] == [None] * 5

    def test_who_lacks_what_hardly_anybody_lacks_is_not_learnt_from(
        self, fresh: list[Example]
    ) -> None:
        kept = [each for each in fresh if None not in each.values]
        odd = evolve(kept[0], values=(None, *kept[0].values[1:]), has_left=True)
        model = learn([*kept, odd], 1, BEFORE, AFTER, "1")
        assert model.inputs == learn(kept, 1, BEFORE, AFTER, "1").inputs
        assert scores(model, [odd]) == [None]

    def test_without_scikit_learn_it_is_told_what_to_install(
        self, fresh: list[Example], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(sys.modules, "sklearn", None)
        with pytest.raises(RelationshipError, match=r"relationship-core-retention-model\[train\]"):
            split(fresh, 1)

    def test_only_training_loads_it(self) -> None:
        code = (
            "import sys; from relationship_core.testing import engine_with, small_bank;"
            "from datetime import date; engine = engine_with('retention-model');"
            "facts = engine.observe(small_bank(2)[1], date(2026, 6, 30));"
            "assert facts['churn.probability'] is not None;"
            "assert 'sklearn' not in sys.modules"
        )
        subprocess.run([sys.executable, "-c", code], check=True)

    def test_groups_change_nothing(self, fresh: list[Example]) -> None:
        blind = [evolve(each, groups={}) for each in fresh]
        assert learn(blind, 1, BEFORE, AFTER, "1") == learn(fresh, 1, BEFORE, AFTER, "1")

    def test_the_measure_is_scikit_learns(self) -> None:
        from sklearn.metrics import roc_auc_score

        chance = np.random.default_rng(1)
        found, is_one = np.round(chance.random(200), 1), chance.random(200) < 0.3
        assert auc(found, is_one) == pytest.approx(roc_auc_score(is_one, found))

    def test_where_there_is_nobody_to_compare_the_score_tells_nothing(self) -> None:
        assert auc(np.array([0.2, 0.9]), np.array([True, True])) == 0.5


class TestTime:
    """What is learnt from a day is what was known on that day."""

    def test_later_records_are_not_seen(self, bank: tuple[Dossier, ...]) -> None:
        engine = Engine.discover(["retention-model"])
        names = [fact.name for fact in INPUTS]
        for dossier in bank[:60]:
            whole, cut = (engine.observe(each, BEFORE) for each in (dossier, _cut(dossier)))
            assert [whole[name] for name in names] == [cut[name] for name in names]

    def test_what_a_host_supplies_is_left_aside(self, bank: tuple[Dossier, ...]) -> None:
        told = [evolve(each, supplied={"balance_change_3m": Decimal(-1)}) for each in bank[:20]]
        plain = [evolve(each, supplied={}) for each in bank[:20]]
        assert list(examples(told, BEFORE, AFTER)) == list(examples(plain, BEFORE, AFTER))

    @pytest.mark.parametrize("day", [BEFORE, date(2026, 1, 1)])
    def test_an_outcome_comes_afterwards(self, day: date) -> None:
        with pytest.raises(InvalidValueError, match="after the first day"):
            list(examples([], BEFORE, day))


def _cut(dossier: Dossier) -> Dossier:
    """What was on record on the first day."""
    return evolve(
        dossier,
        accounts=tuple(
            evolve(each, closed=None if each.closed and each.closed > BEFORE else each.closed)
            for each in dossier.accounts
            if each.opened <= BEFORE
        ),
        positions=tuple(each for each in dossier.positions if each.month <= BEFORE),
        transactions=tuple(each for each in dossier.transactions if each.booked <= BEFORE),
        interactions=tuple(each for each in dossier.interactions if each.occurred <= BEFORE),
    )


HERE: Mapping[str, Any] = {
    "relationship_closed": False,
    "months_inactive": 0,
    "aum": Decimal(1_000),
}


class TestLeaving:
    """Closed, silent, or assets down by 30 per cent; each on both sides."""

    @pytest.mark.parametrize(
        ("after", "expected"),
        [
            ({}, False),
            ({"relationship_closed": True}, True),
            ({"relationship_closed": True, "aum": None, "months_inactive": None}, True),
            ({"months_inactive": 3}, True),
            ({"months_inactive": 2}, False),
            ({"aum": Decimal(700)}, True),
            ({"aum": Decimal("700.01")}, False),
            ({"aum": None}, None),
            ({"months_inactive": None}, None),
        ],
    )
    def test_who_has_left(self, after: dict[str, Any], expected: bool | None) -> None:
        assert has_left(HERE, {**HERE, **after}) is expected

    def test_who_had_nothing_took_nothing_away(self) -> None:
        poor = {**HERE, "aum": Decimal(0)}
        assert has_left(poor, poor) is False

    @pytest.mark.parametrize(
        ("change", "expected"),
        [
            ({}, True),
            ({"relationship_closed": True}, False),
            ({"relationship_closed": None}, False),
            ({"months_inactive": 2}, True),
            ({"months_inactive": 3}, False),
            ({"months_inactive": None}, False),
        ],
    )
    def test_who_is_learnt_from(self, change: dict[str, Any], expected: bool) -> None:
        assert is_here({**HERE, **change}) is expected


class TestInputs:
    """What the model reads, and what it must not."""

    def test_its_own_are_lawful(self) -> None:
        catalogue = Engine.discover(["retention-model"]).rule_book.catalogue
        require_lawful([each.fact for each in ChurnModel.load().inputs], catalogue)
        assert [each.fact for each in ChurnModel.load().inputs] == [fact.name for fact in INPUTS]

    def test_what_stands_in_for_age_or_identity_is_a_fact(self) -> None:
        assert CATALOGUE.keys() >= STAND_INS

    @pytest.mark.parametrize(
        ("name", "why"),
        [
            ("age_years", "age_years is protected"),
            ("sex", "sex is protected"),
            ("bank.old", "builds on age_years, which is protected"),
            *((name, f"{name} stands in for") for name in sorted(STAND_INS)),
            ("branch", "is a category"),
            ("salary_stopped", "is a flag"),
            ("competitor_rate_gap", "supplied without a date"),
            (stage.name, "is a category"),
            ("months_in_tier", "once the review has decided"),
            ("bank.none", "is no fact"),
        ],
    )
    def test_others_are_refused_by_name(self, name: str, why: str) -> None:
        old = Fact("bank.old", Kind.COUNT, derived=age_years + 1)
        with pytest.raises(InvalidValueError, match=why):
            require_lawful(["aum", name], {**CATALOGUE, old.name: old})

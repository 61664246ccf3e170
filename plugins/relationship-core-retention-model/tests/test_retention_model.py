"""Lantern Bank: what the score does beside hard signs, and what is done about it."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from importlib.metadata import entry_points, version
from typing import Any

import pytest
from attrs import evolve
from relationship_core_retention_model.churn_model import ChurnModel
from relationship_core_retention_model.facts import FACTS
from relationship_core_retention_model.plugin import LIKELY_FROM

from relationship_core import Customer, CustomerKind, Dossier, Engine, Fact, Review, Standing
from relationship_core.decisions.proof import prove_rule_book
from relationship_core.decisions.scoring import input_batch
from relationship_core.facts import CATALOGUE
from relationship_core.simulation import simulate
from relationship_core.testing import small_bank

ENGINE = Engine.discover(["retention-model"])
AS_OF = date(2026, 6, 30)
STABLE = Standing(stage="stable", stage_since=date(2025, 1, 1), reviewed=date(2026, 5, 31))
LIKELY = LIKELY_FROM
UNLIKELY = LIKELY_FROM - Decimal("0.000001")

CALM: dict[str, Any] = {
    "aum": Decimal(100_000),
    "balance_change_3m": Decimal(0),
    "bank_led_cut": False,
    "contribution_12m": Decimal(1_200),
    "deposits_average_3m": Decimal(100_000),
    "marketing_consent": False,
    "maturing_30d": Decimal(0),
    "months_inactive": 0,
    "outflow_to_other_banks_30d": Decimal(0),
    "overdue_complaints": 0,
    "relationship_closed": False,
    "salary_inflow_3m": Decimal(30_000),
    "salary_stopped": False,
    "transactions_change_3m": Decimal(0),
}
HARD: dict[str, dict[str, Any]] = {
    "falling-balance": {"balance_change_3m": Decimal("-0.3")},
    "salary-stopped": {"salary_stopped": True},
    "outflow-to-other-banks": {"outflow_to_other_banks_30d": Decimal(30_000)},
    "overdue-complaint": {"overdue_complaints": 1},
}


def reviewed(
    score: Decimal | None = None, *, engine: Engine = ENGINE, as_of: date = AS_OF, **changes: Any
) -> Review:
    """The review of a calm customer with these changes; where no score is given the model's."""
    facts = {**CALM, **changes}
    if score is not None:
        facts["churn.probability"] = score
    known = {name: value for name, value in facts.items() if value is not None}
    customer = Customer("c", CustomerKind.PERSONAL, since=date(2020, 1, 1))
    return engine.review(Dossier(customer, standing=STABLE, supplied=known), as_of)


def seen(score: Decimal | None, **changes: Any) -> tuple[str, set[str]]:
    found = reviewed(score, **changes).retention
    return found.risk, {each.rule for each in found.signals}


def test_it_is_installed_under_its_name() -> None:
    (point,) = entry_points(group="relationship_core", name="retention-model")
    assert point.value == "relationship_core_retention_model:RetentionModel"
    installed = version("relationship-core-retention-model")
    assert ENGINE.rule_book.plugins == (f"retention-model {installed}",)


def test_the_book_is_proved_without_an_error_or_a_warning() -> None:
    proof = prove_rule_book(ENGINE.rule_book)
    assert proof.holds
    assert [str(each) for each in proof.findings if each.code.severity != "note"] == []


def test_all_it_says_is_in_both_languages() -> None:
    own = [rule for rule in ENGINE.rule_book.rules() if rule.origin.startswith("retention-model")]
    assert own
    for rule in own:
        for text in (getattr(rule.then, "label", rule.reason), rule.reason or rule.then.label):
            assert text is not None
            assert text.en
            assert text.zh
    assert all(fact.label.zh and isinstance(fact, Fact) for fact in FACTS)


def test_a_simulation_beside_the_built_in_rules_moves_nobody_between_tiers() -> None:
    bank = [evolve(each, standing=None) for each in small_bank(24)]
    found = simulate(bank, Engine.from_plugins(), ENGINE, as_of=AS_OF, months=0)
    assert found.customers == 24
    assert found.tier_moves.customers == 0
    assert found.proposed.plugins == ENGINE.rule_book.plugins


class TestRisk:
    """The score alone makes medium; only hard signs, or one and the score, make high."""

    def test_where_nothing_is_amiss_nothing_is_seen(self) -> None:
        assert seen(Decimal(0)) == ("low", set())
        assert not reviewed(Decimal(0)).retention.is_undetermined

    def test_the_score_alone_is_medium_however_high(self) -> None:
        assert seen(LIKELY) == ("medium", {"likely-to-leave"})
        assert seen(Decimal(1))[0] == "medium"
        assert seen(UNLIKELY) == ("low", set())

    @pytest.mark.parametrize("sign", HARD)
    def test_one_hard_sign_is_medium_and_high_with_the_score(self, sign: str) -> None:
        assert seen(UNLIKELY, **HARD[sign]) == ("medium", {sign})
        risk, signals = seen(LIKELY, **HARD[sign])
        assert risk == "high"
        assert signals >= {sign, "likely-to-leave"}

    @pytest.mark.parametrize("sign", sorted(set(HARD) - {"salary-stopped"}))
    def test_two_hard_signs_are_high_without_it(self, sign: str) -> None:
        both = HARD["salary-stopped"] | HARD[sign]
        assert seen(Decimal(0), **both) == ("high", {"salary-stopped", sign})

    def test_what_the_bank_cut_itself_is_no_sign(self) -> None:
        assert seen(Decimal(0), **HARD["falling-balance"], bank_led_cut=True) == ("low", set())

    def test_the_host_sets_what_is_likely(self) -> None:
        own = {"retention_model": {"likely_from": "0.6"}}
        engine = Engine.discover(["retention-model"], settings=own)
        assert reviewed(Decimal("0.599999"), engine=engine).retention.risk == "low"
        assert reviewed(Decimal("0.6"), engine=engine).retention.risk == "medium"

    def test_a_score_that_is_missing_leaves_the_risk_open(self) -> None:
        found = reviewed(aum=None).retention
        assert (found.risk, found.is_undetermined) == ("low", True)
        assert "medium" in found.undetermined


class TestScore:
    """What the model gives a customer in a review."""

    def test_it_is_a_ratio_of_six_decimals(self) -> None:
        score = reviewed().facts["churn.probability"]
        assert isinstance(score, Decimal)
        assert score.as_tuple().exponent == -6
        assert 0 < score < UNLIKELY

    def test_who_withdraws_scores_higher(self) -> None:
        leaving = {"aum": Decimal(20_000), "balance_change_3m": Decimal("-0.29")}
        assert seen(None, **leaving) == (
            "medium",
            {
                "likely-to-leave",
                "score-driven-by-balance-change-3m",
                "score-driven-by-closing-share",
            },
        )

    def test_it_is_missing_once_the_model_has_expired(self) -> None:
        (model,) = ENGINE.rule_book.models
        assert model.expires is not None
        last, after = model.expires, model.expires + timedelta(days=1)
        assert reviewed(as_of=last).facts["churn.probability"] is not None
        assert reviewed(as_of=after).facts["churn.probability"] is None

    def test_one_by_one_or_all_at_once_a_bank_has_the_same_ones(self) -> None:
        (model,) = ENGINE.rule_book.models
        assert model.predict is not None
        known = [ENGINE.observe(evolve(each, standing=None), AS_OF) for each in small_bank(60)]
        batch = input_batch(model, known, ENGINE.rule_book.catalogue)
        together = model.predict(batch).to_pylist()
        alone = [each["churn.probability"] for each in known]
        assert [None if each is None else Decimal(f"{each:.6f}") for each in together] == alone
        assert len(set(alone) - {None}) > 10

    def test_what_is_at_risk_is_the_contribution_times_the_score(self) -> None:
        found = reviewed(Decimal("0.25"), contribution_12m=Decimal(5_000))
        assert found.facts["churn.contribution_at_risk"] == Decimal(1_250)


class TestDrivers:
    """The facts that alone double the odds are told beside a score that counts."""

    @pytest.mark.parametrize(
        "name", ["balance_change_3m", "churn.closing_share", "months_inactive"]
    )
    def test_each_on_both_sides_of_what_the_model_learnt(self, name: str) -> None:
        (each,) = (one for one in ChurnModel.load().inputs if one.fact == name)
        least = each.telling_from()
        assert least is not None
        code = f"score-driven-by-{name.rpartition('.')[2].replace('_', '-')}"
        for shift, is_told in ((1, each.weight > 0), (-1, each.weight < 0)):
            if name == "churn.closing_share":
                known: dict[str, Any] = {"aum": round(Decimal(least) * 100_000 + shift, 2)}
            elif CATALOGUE[name].kind.scale:
                known = {name: round(Decimal(least) + Decimal(shift) / 1_000, 6)}
            else:
                known = {name: int(least) + (shift + 1) // 2}
            assert (code in seen(LIKELY, **known)[1]) is is_told
            assert code not in seen(UNLIKELY, **known)[1]

    def test_no_other_fact_drives_it_alone(self) -> None:
        drivers = {
            rule.id
            for rule in ENGINE.rule_book.retention.signals.rules
            if rule.id.startswith("score-driven-by-")
        }
        assert len(drivers) == 3


class TestActions:
    """What is worth its cost."""

    def proposed(self, score: Decimal, **changes: Any) -> str | None:
        return reviewed(score, **changes).retention.action_rule

    def test_a_complaint_is_answered_before_anything_else(self) -> None:
        assert self.proposed(LIKELY, overdue_complaints=1, salary_stopped=True) == (
            "answer-complaint"
        )

    @pytest.mark.parametrize(
        ("worth", "expected"), [("2000", "manager-visit"), ("1999.96", "call"), ("-1", None)]
    )
    def test_a_visit_goes_to_whom_much_would_be_lost(
        self, worth: str, expected: str | None
    ) -> None:
        known = {"salary_stopped": True, "contribution_12m": Decimal(worth)}
        assert self.proposed(Decimal("0.5"), **known) == expected

    @pytest.mark.parametrize(("worth", "expected"), [("200", "call"), ("199.99", None)])
    def test_the_score_alone_is_worth_a_call(self, worth: str, expected: str | None) -> None:
        assert self.proposed(LIKELY, contribution_12m=Decimal(worth)) == expected

    def test_offers_and_messages_go_only_to_who_agreed(self) -> None:
        known = {"contribution_12m": Decimal(150), "marketing_consent": True}
        assert self.proposed(LIKELY, **known) == "message"
        assert self.proposed(LIKELY, **known | {"marketing_consent": False}) is None
        maturing = {"maturing_30d": Decimal(10_000), "contribution_12m": Decimal(400)}
        assert self.proposed(LIKELY, **known | maturing) == "renewal-offer"
        assert self.proposed(LIKELY, **maturing) == "call"

from __future__ import annotations

from typing import Any

import attrs
import pytest

from relationship_core import (
    Care,
    Entitlement,
    Kind,
    Lifecycle,
    Retention,
    RetentionAction,
    Rule,
    Service,
    Signal,
    Stage,
    Tiering,
    Transition,
)
from relationship_core.errors import RelationshipError, RuleBookError, UnknownFactError
from relationship_core.facts import (
    age_years,
    aum,
    contribution_12m,
    previous_stage,
    previous_tier,
    retention_risk,
    sex,
    stage,
    tier,
)
from relationship_core.rules import Expression
from tests.decisions.small_bank import LONG_AGO, OPENED, parameters
from tests.decisions.small_book import derived, model, small_book, supplied

SCORE = supplied("bank.score")
STAGES = [Stage("prospect"), Stage("stable"), Stage("decline")]
RISKY = derived("bank.risky", retention_risk == "high")


def entry(when: Expression) -> dict[str, Any]:
    return {"lifecycle": Lifecycle(STAGES, [Rule("stable", when)], ())}


def transition(when: Expression) -> dict[str, Any]:
    move = Rule("rise", when, Transition("prospect", "stable"))
    return {"lifecycle": Lifecycle(STAGES, (), [move])}


def earning(when: Expression) -> dict[str, Any]:
    return {"tiering": Tiering(["gold", "rest"], [Rule("gold", when, origin="bank 1.0")])}


def keeping(when: Expression) -> dict[str, Any]:
    rules = [Rule("gold", aum > 1)]
    return {"tiering": Tiering(["gold", "rest"], rules, keep=[Rule("gold", when)])}


def matching(when: Expression) -> dict[str, Any]:
    return {"tiering": Tiering(["rest"], (), matrix=[Rule("focus", when)])}


def treating(when: Expression) -> dict[str, Any]:
    return {"tiering": Tiering(["rest"], (), treatments=[Rule("nurture", when)])}


def granting(when: Expression) -> dict[str, Any]:
    return {"service": Service([Rule("lane", when, Entitlement("lane", "a lane"))])}


def noticing(when: Expression) -> dict[str, Any]:
    return {"service": Service((), [Rule("call", when, Care("call", "call"))])}


def signalling(when: Expression) -> dict[str, Any]:
    return {"retention": Retention(signals=[Rule("sign", when, Signal("sign", "a sign"))])}


def risking(when: Expression) -> dict[str, Any]:
    return {"retention": Retention(risks=[Rule("high", when)])}


def acting(when: Expression) -> dict[str, Any]:
    action = RetentionAction("call", "call")
    return {"retention": Retention(actions=[Rule("call", when, action)])}


def asks(fact: Any) -> Expression:
    condition: Expression = fact == "x"
    return condition


@pytest.mark.parametrize(
    ("part", "latest"),
    [
        (entry, previous_tier),
        (transition, previous_stage),
        (earning, stage),
        (keeping, stage),
        (matching, stage),
        (treating, stage),
        (granting, tier),
        (noticing, tier),
        (signalling, tier),
        (risking, tier),
        (acting, retention_risk),
    ],
)
def test_a_rule_reads_what_earlier_phases_set(part: Any, latest: Any) -> None:
    assert small_book(**part(asks(latest)))


@pytest.mark.parametrize(
    ("part", "too_early", "where"),
    [
        (entry, stage, "rule stable of lifecycle.entry"),
        (transition, stage, "rule rise of lifecycle.transitions"),
        (earning, tier, r"rule gold of tiering\.rules \(from bank 1\.0\)"),
        (keeping, tier, r"rule gold of tiering\.keep"),
        (matching, tier, r"rule focus of tiering\.matrix"),
        (treating, tier, r"rule nurture of tiering\.treatments"),
        (granting, retention_risk, r"rule lane of service\.entitlements"),
        (noticing, retention_risk, r"rule call of service\.care"),
        (signalling, retention_risk, r"rule sign of retention\.signals"),
        (risking, retention_risk, r"rule high of retention\.risks"),
    ],
)
def test_a_rule_cannot_read_what_its_phase_or_a_later_one_sets(
    part: Any, too_early: Any, where: str
) -> None:
    with pytest.raises(RuleBookError, match=rf"^{where}: it reads '{too_early.name}', which is"):
        small_book(**part(asks(too_early)))


@pytest.mark.parametrize("part", [earning, acting])
def test_nor_a_derived_fact_that_builds_on_it(part: Any) -> None:
    with pytest.raises(RuleBookError, match=r"'bank\.risky', .* the phase 'retention'"):
        small_book(facts=[RISKY], **part(RISKY))


PARTS = [
    *(entry, transition, earning, keeping, matching, treating),
    *(granting, noticing, signalling, risking, acting),
]


@pytest.mark.parametrize("part", PARTS)
def test_nobody_is_treated_by_what_they_are(part: Any) -> None:
    with pytest.raises(RuleBookError, match=r"^rule .*: it asks for sex, which is protected \("):
        small_book(**part(sex == "female"))


@pytest.mark.parametrize("part", [matching, treating, granting, risking])
def test_nor_by_a_fact_that_is_derived_from_it(part: Any) -> None:
    young = derived("bank.young", age_years < 30)
    early = derived("bank.early", young & (aum > 1))
    with pytest.raises(
        RuleBookError,
        match=r"age_years, which is protected, by way of bank\.early -> bank\.young \(",
    ):
        small_book(facts=[early, young], **part(early & (aum > 5)))
    assert small_book(facts=[early, young])


def test_unless_a_law_asks_for_it() -> None:
    guarded = Rule("gold", age_years < 18, exemption="a minor's account needs a guardian")
    assert small_book(tiering=Tiering(["gold", "rest"], [guarded]))


def test_nor_by_the_score_of_a_model_that_reads_it() -> None:
    reads_age = {"facts": [SCORE], "models": [model("churn", SCORE, aum, age_years)]}
    with pytest.raises(RuleBookError, match=r"age_years, .*, by way of bank\.score"):
        small_book(**reads_age, **earning(SCORE > 1))
    assert small_book(**reads_age)


def test_a_copy_that_hides_the_protection_is_of_no_use() -> None:
    with pytest.raises(RuleBookError, match="age_years, which is protected"):
        small_book(**earning(attrs.evolve(age_years, protected=False) < 30))


def test_a_fact_may_be_reached_by_several_ways() -> None:
    one, other = derived("bank.one", aum * 2), derived("bank.other", aum * 3)
    both = derived("bank.both", one + other)
    assert small_book(facts=[one, other, both], **earning(both > 1))


def test_what_an_outcome_needs_is_checked_too() -> None:
    in_days = supplied("bank.days", Kind.DAYS)
    care = Rule("call", aum > 1, Care("call", "call", due_in=in_days))
    with pytest.raises(UnknownFactError, match=r"rule call of service\.care: .* 'bank\.days'"):
        small_book(service=Service((), [care]))
    assert small_book(service=Service((), [care]), facts=[in_days])


def test_an_unknown_fact_is_told_with_the_nearest_and_the_rule() -> None:
    with pytest.raises(
        UnknownFactError,
        match=r"^rule gold of tiering\.rules \(from bank 1\.0\): there is no fact"
        r" 'contribution_12' \(did you mean 'contribution_12m'\?\)",
    ):
        small_book(**earning(supplied("contribution_12", Kind.MONEY) > 1))


def test_a_copy_of_a_fact_is_of_its_kind() -> None:
    with pytest.raises(RuleBookError, match="takes 'aum' for a count, but it is a money"):
        small_book(**earning(supplied("aum", Kind.COUNT) > 1))


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"facts": [SCORE, SCORE]}, "two facts are named 'bank.score'"),
        (
            {
                "facts": [SCORE, supplied("bank.other")],
                "models": [model("m", SCORE), model("m", supplied("bank.other"))],
            },
            "two models are named 'm'",
        ),
        (
            {"facts": [SCORE], "models": [model("m", SCORE), model("n", SCORE)]},
            "two models score 'bank.score'",
        ),
        (
            {"contribution": [parameters(), parameters(version="other")]},
            f"two parameter sets begin on '{LONG_AGO}'",
        ),
        ({"facts": [supplied("aum")]}, "fact aum: it is built in and can't be defined anew"),
        ({"contribution": []}, "contribution parameters: the sets report in no currency"),
        (
            {"contribution": [parameters(), parameters(currency="USD", valid_from=OPENED)]},
            "contribution parameters: the sets report in CNY and USD",
        ),
        (
            {"models": [model("m", SCORE)]},
            "model m: it scores 'bank.score', which is no supplied fact of the book",
        ),
        (
            {
                "facts": [derived("bank.score", contribution_12m * 2)],
                "models": [model("m", derived("bank.score", contribution_12m * 2))],
            },
            "model m: it scores 'bank.score', which is no supplied fact of the book",
        ),
    ],
)
def test_what_does_not_fit_together_makes_no_book(changes: dict[str, Any], what: str) -> None:
    with pytest.raises(RelationshipError) as caught:
        small_book(**changes)
    assert type(caught.value) is RuleBookError
    assert str(caught.value).startswith(what)
    assert caught.value.mend

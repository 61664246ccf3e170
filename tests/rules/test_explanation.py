"""An explanation tells what made a rule fire or not, and nothing that didn't."""

from __future__ import annotations

import decimal
import pickle
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, cast

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from relationship_core.errors import UnknownFactError
from relationship_core.rules import (
    ConditionExplanation,
    Expression,
    Fact,
    Kind,
    Literal,
    Rule,
    RuleExplanation,
    Text,
    at_least,
    explain,
    facts_in,
    in_words,
    truth,
)
from relationship_core.rules.explanation import explain_condition
from relationship_core.rules.expression import And, AtLeast, Or
from relationship_core.rules.negation import negations_pushed_down
from tests.rules.strategies import (
    HOSTILE,
    NOTHING_KNOWN,
    Facts,
    any_facts,
    aum,
    conditions,
    debt,
    expires,
    known_facts,
    products,
    salaried,
    score,
    tenure,
    tier,
    values,
)

D = Decimal
deposits = Fact("deposits", Kind.MONEY, "average deposits")
stopped = Fact("salary_stopped", Kind.FLAG)
overdue = Fact("overdue", Kind.DAYS, "days past due")
ratio = Fact("cost_ratio", Kind.RATIO)
stars = Fact("stars", Kind.COUNT)
expiry = Fact("expiry", Kind.DATE, "document expiry")


def facts(**values: object) -> Facts:
    mine = dict.fromkeys(fact.name for fact in (deposits, stopped, overdue, ratio, stars, expiry))
    return {**NOTHING_KNOWN, **mine, **values}  # type: ignore[dict-item]


SEEN = facts(
    deposits=D("37600.00"),
    salary_stopped=False,
    overdue=45,
    cost_ratio=D("0.250000"),
    stars=1,
    tenure=9,
    tier="basic",
    expiry=date(2026, 6, 29),
    debt=D("50000.00"),
    products=0,
)


@pytest.mark.parametrize(
    ("condition", "line", "shortfall"),
    [
        (
            deposits >= 50_000,
            "average deposits at least 50,000.00: it is 37,600.00, 12,400.00 short",
            "12,400.00 of average deposits short of gold",
        ),
        (
            deposits >= debt,
            "average deposits at least debt: it is 37,600.00, 12,400.00 short",
            "12,400.00 of average deposits short of gold",
        ),
        (
            deposits > 37_600,
            "average deposits above 37,600.00: it is exactly 37,600.00",
            "gold needs average deposits above 37,600.00: it is exactly 37,600.00",
        ),
        (
            tenure >= 12,
            "months as a customer at least 12: it is 9, 3 months short",
            "3 months as a customer short of gold",
        ),
        (
            tenure >= 10,
            "months as a customer at least 10: it is 9, 1 month short",
            "1 month as a customer short of gold",
        ),
        (
            overdue <= 30,
            "days past due at most 30: it is 45, 15 days over",
            "days past due too high for gold by 15 days",
        ),
        (
            ~(overdue > 44),
            "days past due at most 44: it is 45, 1 day over",
            "days past due too high for gold by 1 day",
        ),
        (
            ratio < 0.2,
            "cost ratio below 0.20: it is 0.25, 0.05 over",
            "cost ratio too high for gold by 0.05",
        ),
        (stars == 3, "stars equal to 3: it is 1, 2 short", "2 of stars short of gold"),
        (
            stars >= score.or_else(1.5),
            "stars at least score (1.50 if missing): it is 1, 0.50 short",
            "0.50 of stars short of gold",
        ),
        (
            stars != 1,
            "stars other than 1: it is exactly 1",
            "gold needs stars other than 1: it is exactly 1",
        ),
        (
            ratio.between(0.3, 0.6),
            "cost ratio from 0.30 to 0.60: it is 0.25, 0.05 short",
            "0.05 of cost ratio short of gold",
        ),
        (
            overdue.between(0, 30),
            "days past due from 0 to 30: it is 45, 15 days over",
            "days past due too high for gold by 15 days",
        ),
        (
            deposits.between(aum, 30_000),
            "average deposits from assets under management to 30,000.00: it is 37,600.00,"
            " 7,600.00 over",
            "average deposits too high for gold by 7,600.00",
        ),
        (stopped, "salary stopped: it is no", "gold needs salary stopped: it is no"),
        (
            ~(~stopped),
            "salary stopped: it is no",
            "gold needs salary stopped: it is no",
        ),
        (
            stopped == True,  # noqa: E712
            "salary stopped is yes: it is no",
            "gold needs salary stopped is yes: it is no",
        ),
        (
            stopped.or_else(True),
            "salary stopped (yes if missing): it is no",
            "gold needs salary stopped (yes if missing): it is no",
        ),
        (
            tier.is_in(["gold", "silver"]),
            "tier one of gold, silver: it is basic",
            "gold needs tier one of gold, silver: it is basic",
        ),
        (
            ~tier.is_in(["basic"]),
            "tier none of basic: it is basic",
            "gold needs tier none of basic: it is basic",
        ),
        (tier == "gold", "tier is gold: it is basic", "gold needs tier is gold: it is basic"),
        (
            expiry >= date(2026, 6, 30),
            "document expiry on or after 2026-06-30: it is 2026-06-29, 1 day away",
            "gold needs document expiry on or after 2026-06-30: it is 2026-06-29, 1 day away",
        ),
        (
            deposits.is_missing(),
            "average deposits missing: it is 37,600.00",
            "gold needs average deposits missing: it is 37,600.00",
        ),
        (
            ~aum.is_missing(),
            "assets under management known: it is missing",
            "gold needs assets under management known: it is missing",
        ),
        (
            deposits - debt >= 0,
            "average deposits - debt at least 0.00: it is -12,400.00, 12,400.00 short",
            "12,400.00 of average deposits - debt short of gold",
        ),
    ],
)
def test_what_fails_in_words(condition: Expression, line: str, shortfall: str) -> None:
    explanation = explain(Rule("gold", condition), SEEN)
    assert explanation.verdict is False
    assert [str(each) for each in explanation.conditions] == [line]
    assert [each.shortfall("gold") for each in explanation.conditions] == [shortfall]
    with decimal.localcontext(HOSTILE):
        again = explain(Rule("gold", condition), SEEN)
        assert [str(each) for each in again.conditions] == [line]


@pytest.mark.parametrize(
    ("condition", "line"),
    [
        (
            deposits >= 30_000,
            "average deposits at least 30,000.00: it is 37,600.00, 7,600.00 to spare",
        ),
        (deposits >= 37_600, "average deposits at least 37,600.00: it is 37,600.00"),
        (overdue <= 50, "days past due at most 50: it is 45, 5 days to spare"),
        (overdue.between(0, 50), "days past due from 0 to 50: it is 45, 5 days to spare"),
        (overdue.between(40, 60), "days past due from 40 to 60: it is 45, 5 days to spare"),
        (
            expiry < date(2026, 7, 1),
            "document expiry before 2026-07-01: it is 2026-06-29, 2 days to spare",
        ),
        (~stopped, "not salary stopped: it is no"),
        (aum.is_missing(), "assets under management missing"),
        (~deposits.is_missing(), "average deposits known: it is 37,600.00"),
        (
            aum.or_else(0) < 5,
            "assets under management (0.00 if missing) below 5.00: it is 0.00, 5.00 to spare",
        ),
        (tier.is_in(["basic"]), "tier one of basic: it is basic"),
        (Literal(True, Kind.FLAG), "yes: it is yes"),
    ],
)
def test_what_holds_in_words(condition: Expression, line: str) -> None:
    explanation = explain(Rule("gold", condition), SEEN)
    assert explanation.verdict is True
    assert [str(each) for each in explanation.conditions] == [line]


@pytest.mark.parametrize(
    ("condition", "line", "missing"),
    [
        (aum > 5, "assets under management above 5.00: unknown, as aum is missing", ("aum",)),
        (salaried, "salaried: unknown, as salaried is missing", ("salaried",)),
        (~salaried, "not salaried: unknown, as salaried is missing", ("salaried",)),
        (
            aum / score > deposits * score,
            "assets under management / score above average deposits * score: unknown, as"
            " aum and score are missing",
            ("aum", "score"),
        ),
        (
            deposits.or_else(debt) > aum * score.or_else(1),
            "average deposits (debt if missing) above"
            " assets under management * score (1.00 if missing): unknown, as aum is missing",
            ("aum",),
        ),
        (
            deposits / products > 5,
            "average deposits / products above 5.00: unknown, as it can't be computed from what is"
            " known",
            (),
        ),
        (
            deposits.between(0, aum),
            "average deposits from 0.00 to assets under management: unknown, as aum is missing",
            ("aum",),
        ),
    ],
)
def test_what_is_unknown_in_words(
    condition: Expression, line: str, missing: tuple[str, ...]
) -> None:
    explanation = explain(Rule("gold", condition), SEEN)
    assert explanation.verdict is None
    assert [str(each) for each in explanation.conditions] == [line]
    assert [each.missing for each in explanation.conditions] == [missing]
    assert explanation.conditions[0].shortfall("gold") == f"gold needs {line}"


def test_a_condition_is_told_with_its_numbers() -> None:
    told = explain_condition(deposits >= 50_000, SEEN)
    assert told == ConditionExplanation(
        text="average deposits at least 50,000.00",
        verdict=False,
        fact="deposits",
        value=D("37600.00"),
        threshold=D("50000.00"),
        distance=D("12400.00"),
        missing=(),
        subject="average deposits",
        kind=Kind.MONEY,
    )


def test_a_distance_too_great_to_hold_is_left_out() -> None:
    most = 10**34 - 1
    told = explain_condition(most <= deposits, {**SEEN, "deposits": D(-most)})
    assert told.verdict is False
    assert told.distance is None
    assert told.shortfall("gold").startswith("gold needs average deposits at least 9,999")


def test_the_distance_to_a_finer_threshold_is_not_rounded_away() -> None:
    told = explain_condition(stars >= score, {**SEEN, "score": D("1.400000")})
    assert told.distance == D("0.400000")


def test_a_distance_between_dates_is_in_days() -> None:
    told = explain_condition(expires > date(2026, 1, 1), facts(expires=date(2025, 12, 1)))
    assert told.distance == 31
    assert told.threshold == date(2026, 1, 1)


def test_one_word_that_is_a_unit_stays() -> None:
    days = Fact("days", Kind.DAYS)
    assert explain_condition(days >= 5, {"days": 3}).shortfall("gold") == (
        "2 days of days short of gold"
    )


def test_what_fails_is_told_in_the_order_it_is_written_each_once() -> None:
    gold = Rule(
        "gold",
        (deposits >= 50_000)
        & ~(stopped | (overdue > 30))
        & (tier.is_in(["gold"]) | (deposits >= 50_000))
        & ~(~(stars >= 3) | stopped)
        & (stars >= 1),
    )
    told = explain(gold, SEEN)
    assert [each.text for each in told.conditions] == [
        "average deposits at least 50,000.00",
        "days past due at most 30",
        "tier one of gold",
        "stars at least 3",
    ]
    assert told.reason_code == "gold: average deposits at least 50,000.00"


def test_what_can_not_change_the_verdict_is_not_told() -> None:
    either = Rule("either", (aum > 5) | (deposits >= 50_000) | stopped)
    assert [each.fact for each in explain(either, SEEN).conditions] == ["aum"]
    known = {**SEEN, "aum": D("9.00")}
    assert [each.fact for each in explain(either, known).conditions] == ["aum"]
    two = Rule("two", at_least(2, deposits > 5, aum > 5, overdue > 5, stopped))
    assert [each.fact for each in explain(two, SEEN).conditions] == ["deposits", "overdue"]
    three = Rule("three", at_least(4, deposits > 5, aum > 5, overdue > 5, stopped))
    assert [each.fact for each in explain(three, SEEN).conditions] == ["salary_stopped"]


def test_a_rule_explanation_carries_the_rules_origin() -> None:
    told = explain(Rule("gold", stopped, origin="northern"), SEEN)
    assert (told.rule_id, told.origin) == ("gold", "northern")
    assert pickle.loads(pickle.dumps(told)) == told


@pytest.mark.parametrize(("seen", "reason"), [(True, "it stopped"), (False, None), (None, None)])
def test_a_rules_own_reason_is_given_only_where_it_fires(
    seen: bool | None, reason: str | None
) -> None:
    told = explain(Rule("risk", stopped, reason="it stopped"), facts(salary_stopped=seen))
    assert told.reason == (None if reason is None else Text(reason))


def test_a_rule_without_conditions_has_its_id_for_a_reason() -> None:
    assert RuleExplanation("gold", "", True, ()).reason_code == "gold"


def test_neither_reason_code_nor_repr_holds_a_value_of_the_customer() -> None:
    told = explain(Rule("gold", (deposits >= 50_000) & (expiry > date(2026, 7, 1))), SEEN)
    for words in (told.reason_code, repr(told)):
        for value in ("37,600", "37600", "12400", "2026, 6, 29", "2026-06-29"):
            assert value not in words


def test_a_fact_that_the_mapping_lacks_is_named() -> None:
    with pytest.raises(UnknownFactError, match="no fact 'deposits'"):
        explain(Rule("gold", deposits > 5), {"deposit": None})


# -- laws -----------------------------------------------------------------------------------------
def single_conditions(condition: Expression) -> list[Expression]:
    if isinstance(condition, And | Or | AtLeast):
        return [leaf for each in condition.operands for leaf in single_conditions(each)]
    return [condition]


def assuming(condition: Expression, settled: dict[str, bool]) -> Expression:
    """The condition with single conditions, known by their form, replaced by what they'd be."""
    if isinstance(condition, And | Or):
        return type(condition)([assuming(each, settled) for each in condition.operands])
    if isinstance(condition, AtLeast):
        return AtLeast(condition.count, [assuming(each, settled) for each in condition.operands])
    form = condition.canonical()
    return Literal(settled[form], Kind.FLAG) if form in settled else condition


@given(conditions(), any_facts)
def test_every_condition_told_has_the_rules_verdict(condition: Expression, seen: Facts) -> None:
    told = explain(Rule("gold", condition), seen)
    assert told.verdict is truth(condition, seen)
    assert told.conditions
    assert {each.verdict for each in told.conditions} == {told.verdict}
    for each in told.conditions:
        assert each.distance is None or each.distance >= 0
        assert bool(each.missing) <= (each.verdict is None)
        assert all(seen[name] is None for name in each.missing)
        assert str(each).startswith(each.text)


@given(conditions(), any_facts)
def test_if_all_that_fails_held_the_rule_would_not_fail(condition: Expression, seen: Facts) -> None:
    positive = negations_pushed_down(condition)
    verdict = truth(positive, seen)
    assume(verdict is not None)
    told = {each.text for each in explain(Rule("gold", condition), seen).conditions}
    flipped = {
        leaf.canonical(): not verdict
        for leaf in single_conditions(positive)
        if truth(leaf, seen) is verdict
    }
    assert told <= {in_words(leaf) for leaf in single_conditions(positive)}
    told_forms = {
        leaf.canonical(): not verdict
        for leaf in single_conditions(positive)
        if in_words(leaf) in told and leaf.canonical() in flipped
    }
    assert truth(assuming(positive, told_forms), seen) is not verdict


@given(conditions(), known_facts)
def test_with_all_known_turning_what_is_told_turns_the_rule(
    condition: Expression, seen: Facts
) -> None:
    positive = negations_pushed_down(condition)
    verdict = truth(positive, seen)
    assume(verdict is not None)
    assume(all(truth(leaf, seen) is not None for leaf in single_conditions(positive)))
    told = {each.text for each in explain(Rule("gold", condition), seen).conditions}
    forms = {
        leaf.canonical(): not verdict
        for leaf in single_conditions(positive)
        if in_words(leaf) in told and truth(leaf, seen) is verdict
    }
    assert truth(assuming(positive, forms), seen) is (not verdict)


@given(st.data(), st.sampled_from([deposits, ratio, score, stars, overdue, tenure, expiry]))
def test_a_value_moved_by_its_distance_meets_the_threshold(data: st.DataObject, fact: Fact) -> None:
    value, threshold = data.draw(values(fact.kind)), data.draw(values(fact.kind))
    told = explain_condition(fact >= threshold, {fact.name: value})
    distance = cast(Any, told.distance)
    if isinstance(value, date):
        distance = timedelta(days=distance)
    moved = value + distance if told.verdict is False else value - distance  # type: ignore[operator]
    assert moved == threshold == told.threshold
    assert str(told).endswith({True: " to spare", False: ("short", "away")}[told.verdict]) or (
        moved == value
    )


@given(conditions(asks_missing=False), any_facts)
def test_an_unknown_rule_names_a_missing_fact_unless_it_can_not_be_computed(
    condition: Expression, seen: Facts
) -> None:
    told = explain(Rule("gold", condition), seen)
    named = {name for each in told.conditions for name in each.missing}
    assert named <= {fact.name for fact in facts_in(condition)}
    if told.verdict is None and not named:
        assert all("can't be computed" in str(each) for each in told.conditions)


def numbers_of(told: RuleExplanation) -> list[str]:
    return [repr((each.value, each.threshold, each.distance)) for each in told.conditions]


@given(conditions(), any_facts)
def test_the_hosts_decimal_context_changes_no_explanation(
    condition: Expression, seen: Facts
) -> None:
    rule = Rule("gold", condition)
    calm = explain(rule, seen)
    lines = [(str(each), each.shortfall("gold")) for each in calm.conditions]
    with decimal.localcontext(HOSTILE):
        again = explain(rule, seen)
        assert again == calm
        assert numbers_of(again) == numbers_of(calm)
        assert [(str(each), each.shortfall("gold")) for each in again.conditions] == lines

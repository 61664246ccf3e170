from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from relationship_core import (
    Confirmation,
    Dossier,
    Downgrade,
    Expression,
    Lifecycle,
    Pending,
    Rule,
    Stage,
    Standing,
    Tiering,
    TierOverride,
    Transition,
    at_least,
)
from relationship_core.decisions.rule_book import RuleBook
from relationship_core.facts import (
    contribution_12m,
    has_transacted,
    months_inactive,
    previous_tier,
    product_count,
    service_ability,
    wallet_share,
)
from relationship_core.simulation import Cause, Turn, simulate
from tests.simulation.books import AS_OF, AT_ONCE, SLOWLY, D, another_ladder, built_in, person
from tests.simulation.books import with_ladder as ladder

EARN, KEEP = "tiering.rules", "tiering.keep"


def tiered(rules: dict[str, Expression], **changes: Any) -> RuleBook:
    tiering = Tiering(
        (*rules, "basic"), [Rule(id_, when) for id_, when in rules.items()], **changes
    )
    return evolve(built_in(), tiering=tiering)


def cause(current: RuleBook, proposed: RuleBook, dossier: Dossier) -> Cause:
    (move,) = simulate([dossier], current, proposed, as_of=AS_OF, months=0).tier_moves.listed
    return move.cause


def held(tier: str, months_ago: int = 1, **fields: Any) -> Standing:
    return Standing(
        tier=tier, tier_since=date(2026, 6 - months_ago, 30), reviewed=date(2026, 5, 31), **fields
    )


def test_who_is_left_may_get_another_tier_although_no_rule_decides() -> None:
    renamed = evolve(
        built_in(), tiering=Tiering(("gold", "rest"), [Rule("gold", contribution_12m > 99)])
    )
    found = cause(tiered({"gold": contribution_12m > 99}), renamed, person("C1", 5))
    assert found == Cause(Turn.LEFT)


def test_a_threshold_that_rises_is_told_with_the_rule_that_no_longer_holds() -> None:
    found = cause(ladder(50_000, 10_000), ladder(60_000, 10_000), person("C1", 55_000))
    assert found == Cause(
        Turn.LOST,
        EARN,
        "gold",
        conditions=("contribution in twelve months at least 60,000.00",),
        current_rule="gold",
        proposed_rule="silver",
    )
    assert str(found) == (
        "the rule no longer holds: gold (tiering.rules):"
        " contribution in twelve months at least 60,000.00"
    )


def test_a_threshold_that_falls_is_told_with_the_rule_that_newly_holds() -> None:
    found = cause(ladder(60_000, 10_000), ladder(50_000, 10_000), person("C1", 55_000))
    assert (found.turn, found.rule) == (Turn.GAINED, "gold")
    assert found.condition == "contribution in twelve months at least 60,000.00"
    assert str(found) == (
        "the rule newly holds: gold (tiering.rules), kept back so far by"
        " contribution in twelve months at least 60,000.00"
    )


def test_who_falls_to_the_last_tier_and_rises_from_it_has_no_rule_there() -> None:
    down = cause(ladder(500, 50), ladder(500, 80), person("C1", 60))
    up = cause(ladder(500, 80), ladder(500, 50), person("C1", 60))
    assert (down.turn, down.current_rule, down.proposed_rule) == (Turn.LOST, "silver", "")
    assert (up.turn, up.current_rule, up.proposed_rule) == (Turn.GAINED, "", "silver")


def test_only_conditions_whose_answer_differs_are_told() -> None:
    def asking(worth: int) -> RuleBook:
        either = (contribution_12m >= worth) | (wallet_share >= 0.5)
        return tiered({"gold": either & (product_count >= 2)})

    customer = person("C1", 55, supplied={"product_count": 2, "wallet_share": D("0.1")})
    assert cause(asking(50), asking(60), customer).conditions == (
        "contribution in twelve months at least 60.00",
    )


def test_several_conditions_that_fail_come_in_canonical_order() -> None:
    current = tiered({"gold": contribution_12m >= 50})
    proposed = tiered(
        {"gold": at_least(3, contribution_12m >= 60, product_count >= 2, ~(months_inactive > 1))}
    )
    customer = person("C1", 55, supplied={"product_count": 1, "months_inactive": 3})
    found = cause(current, proposed, customer)
    assert found.conditions == (
        "contribution in twelve months at least 60.00",
        "products held at least 2",
        "months without a transaction at most 1",
    )


def test_a_condition_is_told_although_all_that_fail_failed_before() -> None:
    current = tiered({"gold": (contribution_12m >= 50) | (product_count >= 2)})
    proposed = tiered({"gold": product_count >= 2})
    customer = person("C1", 55, supplied={"product_count": 1})
    assert cause(current, proposed, customer).conditions == ("products held at least 2",)


def test_rules_that_are_gone_or_new_are_told_so() -> None:
    both = {"gold": contribution_12m >= 90, "silver": contribution_12m >= 50}
    fewer = {"gold": contribution_12m >= 90}
    current = tiered(both)
    without = evolve(
        current, tiering=evolve(current.tiering, rules=[Rule(*next(iter(fewer.items())))])
    )
    gone = cause(current, without, person("C1", 60))
    assert (gone.turn, gone.rule, gone.conditions) == (Turn.RULE_GONE, "silver", ())
    assert str(gone) == "the rule is gone: silver (tiering.rules)"
    new = cause(without, current, person("C1", 60))
    assert (new.turn, new.rule) == (Turn.RULE_NEW, "silver")


def test_a_fact_that_is_missing_is_told_instead_of_a_rule() -> None:
    current = tiered({"gold": contribution_12m >= 50})
    proposed = tiered({"gold": (contribution_12m >= 50) & (service_ability >= 0.5)})
    found = cause(current, proposed, person("C1", 60, standing=held("basic")))
    assert (found.turn, found.conditions) == (Turn.LEFT_OPEN, ("service_ability",))
    assert str(found) == "a fact is missing: service_ability"


def test_a_person_s_override_is_told_instead_of_a_rule() -> None:
    override = TierOverride("vip", "a promise", "A-1", "B-1", date(2026, 1, 1), date(2027, 1, 1))
    customer = person("C1", 60, standing=Standing(overrides=(override,)))
    gold = tiered({"gold": contribution_12m >= 50})
    assert cause(another_ladder(), gold, customer).turn is Turn.OVERRIDDEN


def test_what_keeps_a_tier_is_told_where_it_decides() -> None:
    current = ladder(500, 50, keep=400, **AT_ONCE)
    proposed = ladder(500, 50, keep=450, **AT_ONCE)
    down = cause(current, proposed, person("C1", 420, standing=held("gold")))
    assert (down.turn, down.rule_set, down.rule) == (Turn.LOST, KEEP, "gold")
    assert down.condition == "contribution in twelve months at least 450.00"
    assert (down.current_rule, down.proposed_rule) == ("gold", "silver")
    up = cause(proposed, current, person("C1", 420, standing=held("gold")))
    assert (up.turn, up.rule_set) == (Turn.GAINED, KEEP)
    assert up.condition == "contribution in twelve months at least 450.00"


def test_waiting_is_told_where_only_that_differs() -> None:
    slowly, at_once = ladder(500, 50, **SLOWLY), ladder(500, 50, **AT_ONCE)
    customer = person("C1", 60, standing=held("gold"))
    for pair in ((slowly, at_once), (at_once, slowly)):
        found = cause(*pair, customer)
        assert found.turn is Turn.WAITING
        assert str(found) == "one book waits longer"


def test_who_waits_and_is_promoted_by_a_lower_threshold_is_promoted_by_it() -> None:
    slowly = ladder(500, 300, **SLOWLY)
    customer = person("C1", 60, standing=held("silver"))
    found = cause(slowly, ladder(50, 30, **SLOWLY), customer)
    assert (found.turn, found.rule) == (Turn.GAINED, "gold")


def test_who_falls_less_deep_by_a_book_that_waits_is_told_to_wait() -> None:
    current = ladder(500, 50, **AT_ONCE)
    proposed = ladder(500, 300, **SLOWLY)
    found = cause(current, proposed, person("C1", 60, standing=held("gold")))
    assert found.turn is Turn.WAITING
    back = cause(proposed, current, person("C1", 60, standing=held("gold")))
    assert back.turn is Turn.WAITING


def test_a_ladder_in_another_order_is_told_so() -> None:
    rules = {"gold": contribution_12m >= 50, "silver": contribution_12m >= 40}
    turned = dict(reversed(rules.items()))
    assert cause(tiered(rules), tiered(turned), person("C1", 60)).turn is Turn.ORDER


def test_where_the_proposed_book_lacks_the_tier_before_that_is_told_last() -> None:
    was_gold = previous_tier == "gold"
    current = tiered(
        {"gold": was_gold | (contribution_12m >= 900), "silver": contribution_12m >= 50}
    )
    proposed = tiered({"silver": contribution_12m >= 50, "bronze": contribution_12m >= 20})
    found = cause(current, proposed, person("C1", 60, standing=held("gold")))
    assert found.turn is Turn.RULE_GONE
    waits = tiered({"gold": contribution_12m >= 900, "silver": contribution_12m >= 50}, **SLOWLY)
    found = cause(waits, proposed, person("C1", 60, standing=held("gold")))
    assert found.turn is Turn.RESTARTED


def staged(
    moves: Sequence[Rule], entry: Sequence[Rule] = (), stages: Sequence[str] = ()
) -> RuleBook:
    lifecycle = Lifecycle(
        [Stage(each) for each in stages or ("prospect", "formation", "stable", "decline")],
        entry or [Rule("formation", has_transacted)],
        moves,
    )
    return evolve(built_in(), lifecycle=lifecycle, service=type(built_in().service)())


def stage_cause(current: RuleBook, proposed: RuleBook, dossier: Dossier) -> Cause:
    (move,) = simulate([dossier], current, proposed, as_of=AS_OF, months=0).stage_moves.listed
    return move.cause


def in_stage(stage: str, **fields: Any) -> Standing:
    given = {"stage_since": date(2026, 1, 31), "reviewed": date(2026, 5, 31)}
    return Standing(stage=stage, **(given | fields))


def silent(months: int, confirm: Confirmation | None = None) -> Rule:
    move = Transition(("formation", "stable"), "decline", confirm)
    return Rule("silent", months_inactive >= months, move)


def test_a_move_of_stage_that_no_longer_or_newly_happens_is_told_by_its_rule() -> None:
    customer = person("C1", standing=in_stage("stable"), supplied={"months_inactive": 4})
    lost = stage_cause(staged([silent(3)]), staged([silent(6)]), customer)
    assert (lost.turn, lost.rule_set, lost.rule) == (Turn.LOST, "lifecycle.transitions", "silent")
    assert lost.conditions == ("months without a transaction at least 6",)
    assert (lost.current_rule, lost.proposed_rule) == ("silent", "")
    gained = stage_cause(staged([silent(6)]), staged([silent(3)]), customer)
    assert (gained.turn, gained.rule, gained.current_rule) == (Turn.GAINED, "silent", "")


def test_a_first_stage_is_told_by_the_rules_of_entry() -> None:
    customer = person("C1", supplied={"has_transacted": True, "product_count": 2})
    few = staged([], [Rule("formation", has_transacted), Rule("stable", product_count >= 2)])
    more = staged([], [Rule("formation", has_transacted), Rule("stable", product_count >= 3)])
    found = stage_cause(few, more, customer)
    assert (found.turn, found.rule_set, found.rule) == (Turn.LOST, "lifecycle.entry", "stable")
    assert found.conditions == ("products held at least 3",)
    assert (found.current_rule, found.proposed_rule) == ("stable", "formation")
    nobody = staged([], [Rule("stable", product_count >= 3)])
    assert stage_cause(nobody, few, customer).current_rule == ""


def test_a_stage_that_only_waits_longer_is_told_so() -> None:
    customer = person("C1", standing=in_stage("stable"), supplied={"months_inactive": 4})
    twice = Confirmation(reviews=2, days_apart=20)
    now, later = staged([silent(3)]), staged([silent(3, twice)])
    assert stage_cause(now, later, customer).turn is Turn.WAITING
    assert stage_cause(later, now, customer).turn is Turn.WAITING


def test_a_stage_to_come_back_to_is_told_by_its_rule_of_entry() -> None:
    back = Rule("back", months_inactive < 1, Transition("decline"))
    customer = person(
        "C1",
        standing=in_stage("decline"),
        supplied={"months_inactive": 0, "product_count": 2, "has_transacted": True},
    )

    def book(products: int) -> RuleBook:
        entry = [Rule("formation", has_transacted), Rule("stable", product_count >= products)]
        return staged([back], entry)

    found = stage_cause(book(2), book(3), customer)
    assert (found.turn, found.rule_set, found.rule) == (Turn.LOST, "lifecycle.entry", "stable")
    assert found.current_rule == found.proposed_rule == "back"


def test_a_stage_left_open_is_told_by_what_is_missing() -> None:
    customer = person("C1", standing=in_stage("stable"), supplied={"months_inactive": 4})
    needy = Rule("silent", wallet_share <= 0.1, Transition(("formation", "stable"), "decline"))
    found = stage_cause(staged([silent(3)]), staged([needy]), customer)
    assert (found.turn, found.conditions) == (Turn.LEFT_OPEN, ("wallet_share",))


def test_a_stage_that_the_proposed_book_lacks_starts_anew() -> None:
    pending = Pending("decline", (date(2026, 5, 31),))
    customer = person(
        "C1",
        standing=in_stage("stable", stage_pending=pending),
        supplied={"months_inactive": 0},
    )
    fewer = staged([], [Rule("formation", product_count >= 9)], ("prospect", "formation"))
    found = stage_cause(staged([silent(3)]), fewer, evolve(customer, supplied={"product_count": 1}))
    assert found.turn in (Turn.LEFT_OPEN, Turn.RESTARTED)
    found = stage_cause(
        staged([silent(3)]),
        fewer,
        evolve(customer, supplied={"product_count": 1, "months_inactive": 0}),
    )
    assert found.turn is Turn.RESTARTED


THRESHOLDS = st.integers(0, 100)


@given(THRESHOLDS, THRESHOLDS, THRESHOLDS, THRESHOLDS, THRESHOLDS)
def test_of_every_mover_the_cause_is_a_rule_whose_answer_differs(
    worth: int, gold: int, silver: int, other_gold: int, other_silver: int
) -> None:
    found = simulate(
        [person("C1", worth)],
        ladder(gold, silver),
        ladder(other_gold, other_silver),
        as_of=AS_OF,
        months=0,
    )
    thresholds = {"gold": (gold, other_gold), "silver": (silver, other_silver)}
    for move in found.tier_moves.listed:
        before, after = thresholds[move.cause.rule]
        assert (worth >= before) is not (worth >= after)
        assert move.cause.turn is (Turn.LOST if worth >= before else Turn.GAINED)
        asked = after if move.cause.turn is Turn.LOST else before
        assert move.cause.condition.endswith(f" at least {asked}.00")


@pytest.mark.parametrize("hold", [0, 6])
def test_a_shorter_hold_moves_whom_the_longer_one_holds(hold: int) -> None:
    current = ladder(500, 50, downgrade=Downgrade(reviews=1, minimum_hold_months=6))
    proposed = ladder(500, 50, downgrade=Downgrade(reviews=1, minimum_hold_months=hold))
    found = simulate(
        [person("C1", 60, standing=held("gold", 3))], current, proposed, as_of=AS_OF, months=0
    )
    assert found.tiers.moved == (0 if hold else 1)

from __future__ import annotations

import decimal
import os
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from relationship_core import (
    Confirmation,
    Customer,
    CustomerKind,
    Dossier,
    Engine,
    Lifecycle,
    Pending,
    Retention,
    RetentionAction,
    Review,
    Rule,
    Service,
    Stage,
    Standing,
    Tiering,
    Transition,
    extend,
    hookimpl,
)
from relationship_core.facts import (
    aum,
    contribution_12m,
    deposits_average_3m,
    kind,
    loans_average_3m,
    product_count,
)
from relationship_core.rules import Expression
from tests.decisions.told_customers import AS_OF, LONG_AGO, MAY, TOLD

DIGEST = re.compile(r"\b[0-9a-f]{64}\b")
TEXTS = Path(__file__).with_name("told")

by_customer = pytest.mark.parametrize("name", TOLD)


@by_customer
def test_a_review_tells_all_this_and_no_more(name: str) -> None:
    # Digests change with every word of a rule; that they are the review's own is tried below.
    told = DIGEST.sub("<sha-256>", TOLD[name]().explain()) + "\n"
    path = TEXTS / f"{name}.txt"
    if os.environ.get("WRITE_TOLD"):  # then read what has changed before it is committed
        path.write_text(told, encoding="utf-8")
    assert told == path.read_text(encoding="utf-8")


def test_nothing_is_kept_that_nobody_tells() -> None:
    assert {path.stem for path in TEXTS.iterdir()} == set(TOLD)


@by_customer
def test_a_review_tells_what_it_rests_on(name: str) -> None:
    review = TOLD[name]()
    given = (review.rule_book, review.inputs.dossier, review.inputs.benchmarks)
    assert DIGEST.findall(review.explain()) == [digest for digest in given if digest]


@by_customer
def test_the_words_outlive_the_dossier_and_the_rule_book(name: str) -> None:
    review = TOLD[name]()
    assert Review.from_json(review.to_json()).explain() == review.explain()


@pytest.mark.parametrize("rounding", [decimal.ROUND_UP, decimal.ROUND_DOWN])
def test_the_hosts_arithmetic_does_not_show(rounding: str) -> None:
    expected = TOLD["best_on_a_first_day"]().explain()
    hostile = decimal.Context(prec=2, rounding=rounding, traps=[decimal.Inexact])
    with decimal.localcontext(hostile):
        assert TOLD["best_on_a_first_day"]().explain() == expected


def review(bank: object, standing: Standing | None = None, **supplied: Any) -> Review:
    dossier = Dossier(Customer("c", CustomerKind.PERSONAL), standing=standing, supplied=supplied)
    return Engine.from_plugins(bank).review(dossier, AS_OF)


def section(told: str, heading: str) -> list[str]:
    """A decision's line and the lines of its reasons."""
    lines = told.splitlines()
    first = next(place for place, line in enumerate(lines) if line.startswith(heading))
    rest = lines[first + 1 :]
    ends = next(place for place, line in enumerate(rest) if not line.startswith(" "))
    return [lines[first], *rest[:ends]]


def bank_with_tiers(*rules: Rule, **changes: Any) -> object:
    class Bank:
        @hookimpl
        def rc_tiering(self) -> Tiering:
            given: dict[str, Any] = {"ladder": ["gold", "silver", "rest"], "rules": rules}
            return Tiering(**(given | changes))

    return Bank()


class TestATier:
    bank = bank_with_tiers(Rule("gold", aum >= 100), Rule("silver", aum >= 50))

    def test_that_waits_to_be_lost_says_what_for(self) -> None:
        held = Standing("prospect", MAY, "gold", LONG_AGO, MAY)
        assert section(review(self.bank, held, aum=70).explain(), "Tier") == [
            "Tier: gold since 2025-03-31",
            "  By the rules alone it would be silver.",
            "  By rule silver of Bank",
            "    assets under management at least 50.00: it is 70.00, 20.00 to spare",
            "  What would keep it:",
            "    assets under management at least 100.00: it is 70.00, 30.00 short",
            "  A move down to silver waits: indicated on 2026-06-30; it is made once that is so on"
            " 2 days, at least 20 days apart, and the tier was held for 6 months",
        ]

    def test_that_is_lost_says_what_would_have_kept_it(self) -> None:
        pending = Pending("silver", (MAY,))
        held = Standing("prospect", MAY, "gold", LONG_AGO, MAY, tier_pending=pending)
        told = section(review(self.bank, held, aum=70).explain(), "Tier")
        assert told[:1] == ["Tier: silver since 2026-06-30, down from gold"]
        assert told[3:5] == [
            "  What would have kept gold:",
            "    assets under management at least 100.00: it is 70.00, 30.00 short",
        ]

    def test_that_is_kept_by_a_rule_of_its_own_says_so(self) -> None:
        bank = bank_with_tiers(Rule("gold", aum >= 100), keep=[Rule("gold", aum >= 60)])
        held = Standing("prospect", MAY, "gold", LONG_AGO, MAY)
        assert section(review(bank, held, aum=70).explain(), "Tier") == [
            "Tier: gold since 2025-03-31",
            "  By the rules alone it would be rest, which asks for nothing.",
            "  What keeps it:",
            "    assets under management at least 60.00: it is 70.00, 10.00 to spare",
        ]

    def test_that_cannot_be_computed_has_no_missing_fact_to_name(self) -> None:
        bank = bank_with_tiers(Rule("gold", loans_average_3m / deposits_average_3m <= 1))
        told = review(bank, loans_average_3m=1, deposits_average_3m=0).explain()
        assert section(told, "Tier")[:2] == [
            "Tier: rest since 2026-06-30, on the first review",
            "  Provisional, as it can't be computed from what is known",
        ]
        assert "average deposits over three months at most 1.00: unknown, as it can't be" in told

    def test_names_the_fact_that_a_longer_sum_lacks(self) -> None:
        bank = bank_with_tiers(Rule("gold", aum + deposits_average_3m >= 10))
        assert section(review(bank, aum=5).explain(), "Tier")[-1] == (
            "    assets under management + average deposits over three months at least 10.00:"
            " not known, as average deposits over three months is not known"
        )

    def test_of_another_kind_of_customer_is_not_held_out(self) -> None:
        bank = bank_with_tiers(
            Rule("gold", aum >= 100), Rule("silver", (aum >= 50) & (kind == "corporate"))
        )
        told = section(review(bank, aum=10).explain(), "Tier")
        assert told[-2] == "  What is missing to gold (rule gold of Bank):"


def bank_with_stages(*moves: Rule) -> object:
    class Bank:
        @hookimpl
        def rc_lifecycle(self) -> Lifecycle:
            stages = [Stage("prospect"), Stage("stable"), Stage("decline")]
            return Lifecycle(stages, [Rule("stable", product_count >= 1)], moves)

    return Bank()


class TestAStage:
    rise = Rule("rise", product_count >= 1, Transition("prospect", "stable"))

    @pytest.mark.parametrize(
        ("products", "standing", "line"),
        [
            (0, None, "No entry rule holds, which leaves the first stage."),
            (0, Standing("prospect", MAY), "No rule moves the customer to another stage."),
            (1, Standing("prospect", AS_OF), "It began on this day, and a day makes one move."),
        ],
    )
    def test_that_no_rule_moved_says_why(
        self, products: int, standing: Standing | None, line: str
    ) -> None:
        told = review(bank_with_stages(self.rise), standing, product_count=products).explain()
        assert section(told, "Stage")[1] == f"  {line}"

    def test_that_can_be_reached_next_time_says_so(self) -> None:
        bank = bank_with_stages(self.rise)
        told = review(bank, Standing("prospect", AS_OF), product_count=1).explain()
        assert (
            section(told, "Stage")[2] == "  All that stable asks for is there (rule rise of Bank)."
        )

    def test_that_waits_to_come_back_says_what_for(self) -> None:
        back = Rule("back", product_count >= 1, Transition("decline", None, Confirmation(2, 30)))
        told = review(bank_with_stages(back), Standing("decline", MAY), product_count=3).explain()
        assert section(told, "Stage") == [
            "Stage: decline since 2026-05-31",
            "  A move to stable waits: indicated on 2026-06-30; it is made once that is so on"
            " 2 days, at least 30 days apart",
            "  By rule back of Bank",
            "    products held at least 1: it is 3",
            "  The way back leads to what the facts support, by entry rule stable of Bank:",
            "    products held at least 1: it is 3, 2 to spare",
        ]

    def test_that_one_can_come_back_from_says_how(self) -> None:
        back = Rule("back", product_count >= 2, Transition("decline", None))
        told = review(bank_with_stages(back), Standing("decline", MAY), product_count=1).explain()
        assert section(told, "Stage")[2:] == [
            "  What is missing to recovery (rule back of Bank):",
            "    products held at least 2: it is 1, 1 short",
        ]

    def test_reviewed_twice_on_a_day_still_says_what_waits(self) -> None:
        back = Rule("back", product_count >= 1, Transition("decline", None, Confirmation(2, 30)))
        held = Standing("decline", AS_OF, reviewed=AS_OF, stage_pending=Pending("stable", (AS_OF,)))
        told = review(bank_with_stages(back), held, product_count=3).explain()
        assert section(told, "Stage")[1] == "  A move to stable waits: indicated on 2026-06-30"


def matched(*rules: Rule) -> list[str]:
    return section(review(bank_with_tiers(matrix=rules), aum=5).explain(), "Match")


def treated(*rules: Rule) -> list[str]:
    return section(review(bank_with_tiers(treatments=rules), aum=5).explain(), "Treatment")


def test_a_match_that_no_rule_makes() -> None:
    assert matched(Rule("focus", aum > 5)) == ["Match: none", "  No rule holds."]


def test_a_match_that_lacks_a_fact() -> None:
    lacks = Rule("focus", contribution_12m > 5)
    assert matched(lacks) == ["Match: left open, as contribution in twelve months is not known"]


def test_a_treatment_that_lacks_a_fact_is_for_now() -> None:
    lacks = Rule("nurture", contribution_12m > 5)
    assert treated(lacks) == [
        "Treatment: self service, for now, as contribution in twelve months is not known"
    ]


def offered(when: Expression, **supplied: Any) -> str:
    class Bank:
        @hookimpl
        def rc_retention(self) -> Any:
            action = RetentionAction("gift", "a basket of fruit", Decimal(80))
            return extend(actions=[Rule("gift", when, action, priority=1)])

    return review(Bank(), contribution_12m=10_000, **supplied).explain()


def test_an_offer_says_what_it_costs() -> None:
    told = section(offered(aum >= 1, aum=5), "Risk")
    assert told[-1] == (
        "  proposed: a basket of fruit, for 80 CNY (assets under management: 5.00; rule gift of"
        " Bank)"
    )


def test_a_fact_whose_being_missing_counts_is_told_as_missing() -> None:
    told = section(offered(aum.is_missing()), "Risk")
    assert "(assets under management missing; rule gift of Bank)" in told[-1]


def test_where_nothing_is_asked_nothing_is_left_open() -> None:
    class Bank:
        @hookimpl
        def rc_retention(self) -> Retention:
            return Retention()

        @hookimpl
        def rc_service(self) -> Service:
            return Service()

    told = review(Bank()).explain()
    assert section(told, "Service") == ["Service: none"]
    assert section(told, "Risk") == ["Risk of leaving: low", "  No rule of risk holds."]
    assert "Services, signals and actions" not in told

"""Every hook, asked through an engine: what a plugin answers shows in a customer's review."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pyarrow as pa

from relationship_core import (
    Account,
    ContributionParameters,
    Customer,
    CustomerKind,
    Dossier,
    Engine,
    Entitlement,
    Fact,
    Kind,
    Lifecycle,
    Model,
    Owner,
    Position,
    Product,
    ProductFamily,
    ProductParameters,
    Retention,
    Rule,
    Service,
    Stage,
    Tiering,
    TransferPrice,
    Transition,
    hookimpl,
)
from relationship_core.facts import aum, tenure_months

AS_OF = date(2026, 6, 30)
BEGAN = date(2026, 6, 1)


def dossier(**supplied: Any) -> Dossier:
    """A person with one month of 100,000 on a savings account."""
    account = Account(
        "a", Product("savings", ProductFamily.SAVINGS), "CNY", (Owner("c"),), opened=BEGAN
    )
    position = Position(
        "a", BEGAN, credit_average=Decimal(100_000), closing_balance=Decimal(100_000)
    )
    customer = Customer("c", CustomerKind.PERSONAL, since=date(2020, 1, 1))
    return Dossier(customer, accounts=(account,), positions=(position,), supplied=supplied)


def test_rc_facts() -> None:
    class Bank:
        @hookimpl
        def rc_facts(self, settings: Any) -> list[Fact]:
            return [
                Fact("west.tenth", Kind.MONEY, derived=aum / settings["parts"]),
                Fact("west.stars", Kind.COUNT),
            ]

    engine = Engine.from_plugins(Bank(), settings={"parts": 10})
    facts = engine.review(dossier(**{"west.stars": 7}), AS_OF).facts
    assert (facts["west.tenth"], facts["west.stars"]) == (Decimal("10000.00"), 7)
    assert engine.review(dossier(), AS_OF).facts["west.stars"] is None


def test_rc_lifecycle() -> None:
    class Bank:
        @hookimpl
        def rc_lifecycle(self, settings: Any) -> Lifecycle:
            return Lifecycle(
                stages=[Stage("prospect"), Stage("customer", role="stable")],
                entry=[Rule("customer", when=aum > 0)],
                transitions=[Rule("joins", aum > 0, Transition("prospect", "customer"))],
            )

    assert Engine.from_plugins(Bank()).review(dossier(), AS_OF).stage.stage == "customer"


def test_rc_contribution_parameters() -> None:
    class Bank:
        @hookimpl
        def rc_contribution_parameters(self, settings: Any) -> list[ContributionParameters]:
            return [
                ContributionParameters(
                    "west-1",
                    date(2000, 1, 1),
                    "CNY",
                    transfer_prices=(
                        TransferPrice("CNY", "*", 12, date(2000, 1, 1), Decimal("0.0365")),
                    ),
                    products=(ProductParameters(credit_rate=Decimal(0)),),
                )
            ]

    review = Engine.from_plugins(Bank()).review(dossier(), AS_OF)
    assert review.facts["contribution_12m"] == Decimal("300.00")


def test_rc_tiering() -> None:
    class Bank:
        @hookimpl
        def rc_tiering(self, settings: Any) -> Tiering:
            return Tiering(ladder=["gold", "rest"], rules=[Rule("gold", when=aum >= 100_000)])

    assert Engine.from_plugins(Bank()).review(dossier(), AS_OF).tier.tier == "gold"


def test_rc_service() -> None:
    class Bank:
        @hookimpl
        def rc_service(self, settings: Any) -> Service:
            lounge = Entitlement("lounge", "airport lounge")
            return Service(entitlements=[Rule("lounge", when=aum >= 100_000, then=lounge)])

    services = Engine.from_plugins(Bank()).review(dossier(), AS_OF).services
    assert [each.entitlement.code for each in services.entitlements] == ["lounge"]
    assert services.entitlements[0].origin == "Bank"


def test_rc_retention() -> None:
    class Bank:
        @hookimpl
        def rc_retention(self, settings: Any) -> Retention:
            return Retention(levels=["red", "green"], risks=[Rule("red", when=aum >= 100_000)])

    assert Engine.from_plugins(Bank()).review(dossier(), AS_OF).retention.risk == "red"


class Scorer:
    """A bank with a model of its own."""

    score = Fact("west.score", Kind.RATIO, minimum=0, maximum=1)

    @hookimpl
    def rc_facts(self, settings: Any) -> list[Fact]:
        return [self.score]

    @hookimpl
    def rc_models(self, settings: Any) -> list[Model]:
        return [
            Model(
                "west.leaving",
                "1",
                "0" * 64,
                self.score,
                inputs=[aum, tenure_months],
                expires=date(2026, 12, 31),
                predict=lambda batch: pa.array(
                    [worth / 1e6 for worth in batch.column("aum").to_pylist()]
                ),
            )
        ]

    @hookimpl
    def rc_tiering(self, settings: Any) -> Tiering:
        return Tiering(ladder=["likely", "rest"], rules=[Rule("likely", when=self.score > 0.05)])


def test_rc_models() -> None:
    engine = Engine.from_plugins(Scorer())
    review = engine.review(dossier(), AS_OF)
    assert review.facts["west.score"] == Decimal("0.100000")
    assert review.tier.tier == "likely"


def test_rc_models_where_the_host_has_scored_already() -> None:
    supplied = {"west.score": Decimal("0.01")}
    review = Engine.from_plugins(Scorer()).review(dossier(**supplied), AS_OF)
    assert review.facts["west.score"] == Decimal("0.010000")


def test_rc_models_that_have_expired_score_nothing_even_where_the_host_did() -> None:
    supplied = {"west.score": Decimal("0.01")}
    review = Engine.from_plugins(Scorer()).review(dossier(**supplied), date(2027, 1, 1))
    assert review.facts["west.score"] is None
    assert review.tier.missing == ("west.score",)


def test_rc_review_completed() -> None:
    class Bank:
        seen: list[Any]

        def __init__(self) -> None:
            self.seen = []

        @hookimpl
        def rc_review_completed(self, review: Any) -> None:
            self.seen.append(review)

    bank = Bank()
    engine = Engine.from_plugins(bank)
    reviews = list(engine.review_many([dossier(), dossier()], AS_OF))
    assert bank.seen == reviews
    assert engine.rule_book.plugins == ("Bank",)


def test_rc_review_completed_is_not_told_of_what_is_only_looked_at() -> None:
    class Bank:
        @hookimpl
        def rc_review_completed(self, review: Any) -> None:
            raise AssertionError

    engine = Engine.from_plugins(Bank())
    engine.observe(dossier(), AS_OF)
    assert engine.contribution(dossier(), AS_OF).total_12m is not None

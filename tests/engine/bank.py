"""A bank with every kind of rule, to review random customers with."""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from typing import Any

from relationship_core import (
    Benchmarks,
    CustomerKind,
    Engine,
    Entitlement,
    Fact,
    Kind,
    Rule,
    extend,
    hookimpl,
)
from relationship_core.facts import (
    aum,
    contribution_12m,
    months_in_stage,
    product_count,
    service_ability,
    stage,
    tier,
)
from tests.decisions.observed_customer import AS_OF

MANY = Benchmarks.from_contributions(
    AS_OF, [(kind, Decimal(1_000 * place)) for kind in CustomerKind for place in range(1, 101)]
)
"""A hundred customers of each kind, who bring in from 1,000 to 100,000."""


class NorthernBank:
    """Facts of every phase, and a branch with a rule of its own."""

    version = "1.0"

    @hookimpl
    def rc_facts(self) -> list[Fact]:
        return [
            Fact("north.per_product", Kind.MONEY, derived=aum / product_count),
            Fact("north.worth", Kind.MONEY, derived=contribution_12m * 2 + aum / 100),
            Fact("north.new", Kind.FLAG, derived=(stage != "lost") & (months_in_stage == 0)),
            Fact("north.best", Kind.FLAG, derived=tier.is_in(["vip", "key"])),
            Fact("north.score", Kind.NUMBER, derived=service_ability.or_else(0.5) * 10),
        ]

    @hookimpl
    def rc_service(self) -> Any:
        score = Fact("north.score", Kind.NUMBER)
        worth = Fact("north.worth", Kind.MONEY)
        best = Fact("north.best", Kind.FLAG)
        gift = Entitlement("gift", "a gift", annual_cost=Decimal("9.50"))
        return extend(
            entitlements=[
                Rule("gift", best & (score > 5), gift, overridable=True),
                Rule("gift", worth > 1_000, gift, scope=("north",)),
            ]
        )


@cache
def northern() -> Engine:
    return Engine.from_plugins(NorthernBank())

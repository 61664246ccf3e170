"""Three faults of service: a rule that adds nothing, a price for newcomers, days the wrong way."""

from __future__ import annotations

from decimal import Decimal

from relationship_core import Care, Entitlement, EntitlementKind, Rule, Text
from relationship_core.facts import aum, days_to_next_maturity, product_count, tenure_months
from relationship_core.rules import IfMissing

ADVICE = Entitlement(
    "advice", Text("advice on investing", "理财咨询"), EntitlementKind.BUNDLE, Decimal(80)
)
WELCOME_PRICE = Entitlement(
    "welcome-price", Text("loans at a lower rate", "贷款利率优惠"), EntitlementKind.PRICE
)
RENEWAL = Care("renewal", Text("talk about renewing", "续存沟通"), days_to_next_maturity)


def faulty_entitlements() -> list[Rule]:
    """Advice and prices."""
    return [
        Rule("advice", when=product_count >= 3, then=ADVICE),
        # RC105: once this was the only rule. When the one above came, nobody dared take it out.
        Rule("advice-for-savers", when=(product_count >= 4) & (aum >= 100_000), then=ADVICE),
        # RC109: meant to win customers, it makes everybody pay more for having stayed a year.
        Rule("welcome-price", when=tenure_months < 12, then=WELCOME_PRICE),
    ]


def faulty_care() -> list[Rule]:
    """An occasion to care."""
    return [
        Rule(
            "renewal",
            # RC104: "from thirty days before until seven days before", the signs as it is spoken.
            when=(days_to_next_maturity >= 30) & (days_to_next_maturity <= 7),
            then=RENEWAL,
            if_missing=IfMissing.SKIP,
        )
    ]

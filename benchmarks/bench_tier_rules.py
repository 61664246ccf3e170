"""Ten rules over eight facts, the first that fires gives one customer's tier: ours and others'."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

import rule_engine  # type: ignore[import-untyped]
import zen
from timing import Contestant, compare, hold, print_machine

from relationship_core import Expression, HitPolicy, Rule, RuleSet
from relationship_core.facts import (
    aum,
    contribution_12m,
    days_past_due,
    deposits_average_3m,
    digital_share_3m,
    product_count,
    tenure_months,
    transactions_3m,
)

FACTS = (
    aum,
    contribution_12m,
    deposits_average_3m,
    digital_share_3m,
    tenure_months,
    product_count,
    transactions_3m,
    days_past_due,
)
TIERS: dict[str, tuple[tuple[str, str, str], ...]] = {
    "sapphire": (("aum", ">=", "8000000"), ("days_past_due", "==", "0")),
    "diamond": (("contribution_12m", ">=", "120000"), ("tenure_months", ">=", "24")),
    "platinum": (("aum", ">=", "3000000"), ("product_count", ">=", "4")),
    "gold": (("contribution_12m", ">=", "50000"), ("tenure_months", ">=", "12")),
    "silver": (("deposits_average_3m", ">=", "600000"), ("days_past_due", "<=", "5")),
    "bronze": (
        ("aum", ">=", "400000"),
        ("product_count", ">=", "3"),
        ("tenure_months", ">=", "36"),
    ),
    "digital": (("digital_share_3m", ">=", "0.8"), ("transactions_3m", ">=", "60")),
    "active": (("transactions_3m", ">=", "45"), ("contribution_12m", ">", "0")),
    "growing": (("tenure_months", "<=", "6"), ("product_count", ">=", "2")),
    "saver": (("deposits_average_3m", ">=", "50000"),),
}
"""Each tier's conditions, all of which must hold: fact, comparison, threshold."""
STANDARD = "standard"
CHECKED = 4_000
TIMED = 200

Customer = Mapping[str, Any]
Tell = Callable[[Any], str]


def by_hand(facts: Customer) -> str:
    assets = facts["aum"]
    contribution = facts["contribution_12m"]
    deposits = facts["deposits_average_3m"]
    digital = facts["digital_share_3m"]
    tenure = facts["tenure_months"]
    products = facts["product_count"]
    transactions = facts["transactions_3m"]
    past_due = facts["days_past_due"]
    if assets >= EIGHT_MILLION and past_due == 0:
        return "sapphire"
    if contribution >= DIAMOND and tenure >= 24:
        return "diamond"
    if assets >= THREE_MILLION and products >= 4:
        return "platinum"
    if contribution >= GOLD and tenure >= 12:
        return "gold"
    if deposits >= SILVER and past_due <= 5:
        return "silver"
    if assets >= BRONZE and products >= 3 and tenure >= 36:
        return "bronze"
    if digital >= MOSTLY and transactions >= 60:
        return "digital"
    if transactions >= 45 and contribution > 0:
        return "active"
    if tenure <= 6 and products >= 2:
        return "growing"
    if deposits >= SAVER:
        return "saver"
    return STANDARD


EIGHT_MILLION, THREE_MILLION = Decimal(8_000_000), Decimal(3_000_000)
DIAMOND, GOLD, SILVER = Decimal(120_000), Decimal(50_000), Decimal(600_000)
BRONZE, SAVER, MOSTLY = Decimal(400_000), Decimal(50_000), Decimal("0.8")


def our_rules() -> RuleSet:
    by_name = {fact.name: fact for fact in FACTS}

    def holds(name: str, symbol: str, threshold: str) -> Expression:
        fact, amount = by_name[name], Decimal(threshold)
        return {
            ">=": lambda: fact >= amount,
            ">": lambda: fact > amount,
            "<=": lambda: fact <= amount,
            "==": lambda: fact == amount,
        }[symbol]()

    rules = []
    for place, (tier, conditions) in enumerate(TIERS.items()):
        first, *others = (holds(*condition) for condition in conditions)
        for condition in others:
            first &= condition
        rules.append(Rule(tier, when=first, priority=place))
    return RuleSet("tiers", rules, HitPolicy.FIRST)


def ours(ask: Callable[[Customer], Any]) -> Tell:
    names = tuple(TIERS)

    def tell(facts: Customer) -> str:
        fired = ask(facts).fired
        return names[fired[0]] if fired else STANDARD

    return tell


def by_rule_engine() -> Tell:
    rules = [
        (tier, rule_engine.Rule(" and ".join(" ".join(condition) for condition in conditions)))
        for tier, conditions in TIERS.items()
    ]

    def tell(facts: Customer) -> str:
        for tier, rule in rules:
            if rule.matches(facts):
                return tier
        return STANDARD

    return tell


def by_zen() -> Tell:
    rows = [
        {"_id": tier, "tier": json.dumps(tier)}
        | {name: f"{symbol} {least}".removeprefix("== ") for name, symbol, least in conditions}
        for tier, conditions in TIERS.items()
    ]
    rows.append({"_id": STANDARD, "tier": json.dumps(STANDARD)})
    table = {
        "hitPolicy": "first",
        "inputs": [{"id": each.name, "name": each.name, "field": each.name} for each in FACTS],
        "outputs": [{"id": "tier", "name": "tier", "field": "tier"}],
        "rules": rows,
    }
    nodes = [
        {"id": "in", "name": "in", "type": "inputNode"},
        {"id": "table", "name": "table", "type": "decisionTableNode", "content": table},
        {"id": "out", "name": "out", "type": "outputNode"},
    ]
    edges = [
        {"id": f"{start}-{end}", "type": "edge", "sourceId": start, "targetId": end}
        for start, end in (("in", "table"), ("table", "out"))
    ]
    decision = zen.ZenEngine().create_decision(json.dumps({"nodes": nodes, "edges": edges}))

    def tell(facts: dict[str, Any]) -> str:
        tier: str = decision.evaluate(facts)["result"]["tier"]
        return tier

    return tell


def customers(count: int) -> list[dict[str, Any]]:
    chance = random.Random(7)

    def money(typical: float) -> Decimal:
        return Decimal(repr(round(typical * chance.paretovariate(1.1) * chance.random(), 2)))

    return [
        {
            "aum": money(200_000).quantize(Decimal("0.01")),
            "contribution_12m": (money(9_000) - 3_000).quantize(Decimal("0.01")),
            "deposits_average_3m": money(60_000).quantize(Decimal("0.01")),
            "digital_share_3m": Decimal(chance.randrange(1_000_001)).scaleb(-6),
            "tenure_months": chance.randrange(120),
            "product_count": chance.randrange(1, 6),
            "transactions_3m": chance.randrange(80),
            "days_past_due": chance.choice((0, 0, 0, 0, 0, 3, 40)),
        }
        for _ in range(count)
    ]


def as_floats(facts: Customer) -> dict[str, Any]:
    """What zen-engine takes in place of decimals; made beforehand, so that it doesn't count."""
    return {
        name: float(value) if isinstance(value, Decimal) else value for name, value in facts.items()
    }


def main() -> None:
    print_machine("relationship-core", "rule-engine", "zen-engine")
    book = our_rules()
    compiled, interpreted = ours(book.compiled), ours(book.evaluate)
    theirs, zens = by_rule_engine(), by_zen()
    drawn = customers(CHECKED)
    found: dict[str, int] = {}
    for facts in drawn:
        tier = by_hand(facts)
        found[tier] = found.get(tier, 0) + 1
        told = (compiled(facts), interpreted(facts), theirs(facts), zens(as_floats(facts)))
        if told != (tier,) * 4:
            raise SystemExit(f"{facts} are {tier} by hand, but by the others {told}")
    print(f"All five give {CHECKED:,} random customers the same tiers:", found)
    timed = drawn[:TIMED]
    ratios = compare(
        "one customer's tier, ten rules, eight facts",
        [
            Contestant("by hand", by_hand, timed),
            Contestant("RuleSet.compiled", compiled, timed),
            Contestant("RuleSet.evaluate (interpreted)", interpreted, timed),
            Contestant("rule-engine", theirs, timed),
            Contestant("zen-engine", zens, [as_floats(facts) for facts in timed]),
        ],
    )
    hold([("compiled rules against a function by hand", ratios[1], 2.0)], " times")


if __name__ == "__main__":
    main()

"""Sets of rules of which some never decide, aren't needed, or lead to what nobody gets."""

from __future__ import annotations

from datetime import date
from typing import Any

from relationship_core.rules import Rule, RuleSet, at_least
from relationship_core.rules.analysis.finding import (
    IMPOSSIBLE,
    REDUNDANT,
    SHADOWED,
    UNREACHABLE,
    Code,
)
from tests.rules.analysis.beast import (
    Beast,
    aum,
    average,
    bound,
    debt,
    lowest,
    net,
    online,
    opened,
    products,
    rules,
    salaried,
    segment,
    share,
)

OTHERWISE = {"otherwise": "nothing"}


def two(one: object, other: object) -> RuleSet:
    return rules(("one", one, "silver"), ("other", other, "gold"))


def shadowed(name: str, sick: RuleSet, twin: RuleSet, *about: str, **asked: object) -> Beast:
    return Beast(name, SHADOWED, about or ("other", "one"), sick, twin, {**OTHERWISE, **asked})


def impossible(name: str, sick: object, twin: object, policy: str = "first") -> Beast:
    books = [rules(("gold", when), ("silver", aum >= 50), policy=policy) for when in (sick, twin)]
    return Beast(name, IMPOSSIBLE, ("gold",), books[0], books[1], OTHERWISE)


def found(code: Code, name: str, sick: RuleSet, twin: RuleSet, *about: str, **asked: Any) -> Beast:
    return Beast(name, code, about, sick, twin, {**OTHERWISE, **asked})


def halves(never: object) -> RuleSet:
    return rules(("low", aum < 100, 1), ("high", (aum >= 100) & never, 2), ("never", online, 3))


def from_2027(least: int) -> RuleSet:
    return RuleSet(
        "zoo",
        [
            Rule("one", aum >= 100, "silver", priority=1, valid_until=date(2026, 12, 31)),
            Rule("one", aum >= least, "silver", priority=1, valid_from=date(2027, 1, 1)),
            Rule("other", aum >= 80, "gold", priority=2),
        ],
    )


def of_the_north(least: int) -> RuleSet:
    return rules(
        Rule("one", aum >= 100, "silver", overridable=True),
        Rule("other", aum >= 80, "gold"),
        Rule("one", aum >= least, "silver", scope=("north",)),
    )


ANYTHING = (salaried, online, aum >= 100)

SHADOWS = [
    shadowed("the wide one first", two(aum >= 50, aum >= 100), two(aum >= 100, aum >= 50)),
    shadowed("twins", two(salaried, salaried), two(salaried, online)),
    shadowed("two halves", halves(aum > 0), halves(salaried), "never", "low", "high"),
    shadowed(
        "a list of categories",
        two(segment.is_in(["private", "retail"]), segment == "private"),
        two(segment.is_in(["small"]), segment == "private"),
    ),
    shadowed(
        "a relation",
        two(bound >= 100, lowest >= 100),
        two(average >= 100, lowest >= 100),
    ),
    shadowed(
        "a rounded quotient", two(aum / 12 >= 100, aum >= 1200), two(aum / 12 >= 100, aum >= 1199)
    ),
    shadowed(
        "a derived fact",
        two(net >= 5, (aum >= 9) & (debt <= 4)),
        two(net >= 5, (aum >= 9) & (debt <= 5)),
    ),
    shadowed(
        "one of three before two",
        two(at_least(1, *ANYTHING), at_least(2, *ANYTHING)),
        two(at_least(2, *ANYTHING), at_least(1, *ANYTHING)),
    ),
    shadowed(
        "where it is missing",
        two(aum.or_else(0) == 0, aum.is_missing()),
        two(aum.or_else(1) == 0, aum.is_missing()),
    ),
    shadowed("a range", two(share <= 1, salaried), two(share < 1, salaried)),
    shadowed("from next year on", from_2027(80), from_2027(90), as_of=date(2027, 3, 1)),
    shadowed("of one node", of_the_north(70), of_the_north(90), scope=("north",)),
]

IMPOSSIBLES = [
    impossible("thresholds that cross", (aum > 100) & (aum < 60), (aum > 40) & (aum < 60)),
    impossible("a cent too narrow", (aum > 1) & (aum < 1.01), (aum > 1) & (aum < 1.02)),
    impossible("beyond the maximum", products > 20, products > 19),
    impossible("two numbers at once", (products == 3) & (products == 4), products.is_in([3, 4])),
    impossible(
        "two categories at once",
        (segment == "private") & (segment == "retail"),
        (segment == "private") & (segment != "retail"),
    ),
    impossible("a flag and its contrary", salaried & ~salaried, salaried & ~online),
    impossible("a relation", lowest > bound, lowest > average),
    impossible("what rounds to nothing", (aum / 3) * 3 == 0.02, (aum / 3) * 3 == 0.03),
    impossible("before itself", opened + 30 < opened, opened + 30 > opened),
    impossible(
        "three of which two exclude each other",
        at_least(3, aum < 1, aum > 1, salaried),
        at_least(2, aum < 1, aum > 1, salaried),
    ),
    impossible("missing and known", debt.is_missing() & (debt > 5), debt.is_missing() & salaried),
    impossible("by nothing", debt / 0 > 1, debt / 2 > 1),
    impossible("of unique rules", (aum > 9) & (aum < 5), (aum > 9) & (aum < 15), "unique"),
    impossible("of collected rules", (aum > 9) & (aum < 5), (aum > 5) & (aum < 9), "collect"),
]


def three(first: str, policy: str = "first") -> RuleSet:
    return rules(
        ("vip", aum >= 200, first),
        ("gold", aum >= 100, "gold"),
        ("silver", products >= 3, "silver"),
        policy=policy,
    )


def basic(then: str) -> RuleSet:
    return rules(("gold", aum >= 100, "gold"), ("low", aum < 10, then))


def both_dead(least: int) -> RuleSet:
    return rules(
        ("silver", aum >= 50, "silver"),
        ("gold", aum >= least, "gold"),
        ("gilded", (aum >= least) & salaried, "gold"),
        ("online", online, "basic"),
    )


def both_crossed(most: int) -> RuleSet:
    return rules(
        ("gold", (aum > 90) & (aum < 50), "gold"),
        ("gilded", (debt > 90) & (debt < most), "gold"),
        ("online", online, "basic"),
    )


NEEDLESS = [
    found(REDUNDANT, "the same from the next", three("gold"), three("vip"), "vip"),
    found(REDUNDANT, "the same without any", basic("nothing"), basic("low"), "low"),
    found(REDUNDANT, "collected twice", three("gold", "collect"), three("vip", "collect"), "vip"),
    found(
        REDUNDANT,
        "agreeing with a wider one",
        rules(("gold", aum >= 100, 1), ("vip", aum >= 200, 1), policy="any"),
        rules(("gold", aum.between(100, 200), 1), ("vip", aum > 200, 1), policy="any"),
        "vip",
    ),
    found(
        REDUNDANT,
        "passed on by way of others",
        rules(("a", aum >= 9, 1), ("b", salaried & (aum < 9), 2), ("d", aum > 4, 1)),
        rules(("a", aum >= 9, 1), ("b", salaried, 2), ("d", aum.between(5, 8), 1)),
        "a",
    ),
]

NOBODYS = [
    found(
        UNREACHABLE,
        "an outcome that no rule leads to",
        three("vip"),
        rules(("vip", aum >= 200, "vip"), ("gold", aum >= 100, "platinum")),
        outcomes=("vip", "platinum"),
    ),
    found(
        UNREACHABLE,
        "what is left for nobody",
        rules(("low", aum < 100, "basic"), ("high", aum >= 100, "gold")),
        rules(("low", aum < 100, "basic"), ("high", aum > 100, "gold")),
    ),
    found(
        UNREACHABLE,
        "what is left for nobody of a relation",
        rules(("level", lowest == bound, 1), ("swinging", lowest < bound, 2)),
        rules(("level", lowest == average, 1), ("swinging", lowest < average, 2)),
    ),
    found(
        UNREACHABLE,
        "both rules shadowed",
        both_dead(60),
        rules(("gold", aum >= 60, "gold"), ("silver", aum >= 50, "silver"), ("online", online, 3)),
        "gold",
        "gilded",
    ),
    found(
        UNREACHABLE,
        "both rules crossed",
        both_crossed(50),
        rules(("gold", (aum > 50) & (aum < 90), "gold"), ("online", online, "basic")),
        "gold",
        "gilded",
    ),
]

"""Sets of rules that break a law over two customers, or compare with what can't be."""

from __future__ import annotations

from datetime import date
from typing import Any

from relationship_core.rules import Fact, Kind, Rule, RuleSet, at_least
from relationship_core.rules.analysis import Monotone, loyal
from relationship_core.rules.analysis.finding import (
    DISLOYAL,
    NOT_MONOTONE,
    OUT_OF_RANGE,
    PROTECTED,
    Code,
)
from tests.rules.analysis.beast import (
    MILLENNIUM,
    Beast,
    age,
    aum,
    branch,
    debt,
    net,
    online,
    opened,
    overdue,
    products,
    rules,
    salaried,
    score,
    sex,
    share,
    tenure,
    visits,
)

TIERS = ("gold", "silver")
LEVELS = ("gold", "nothing", "barred")


def found(code: Code, name: str, sick: RuleSet, twin: RuleSet, *about: str, **asked: Any) -> Beast:
    return Beast(name, code, about, sick, twin, {"otherwise": "nothing", **asked})


def tiers(gold: object, silver: object = aum >= 50, policy: str = "first") -> RuleSet:
    return rules(("gold", gold, "gold"), ("silver", silver, "silver"), policy=policy)


def broken(name: str, of: Fact, sick: object, twin: object, **more: Any) -> Beast:
    silver = {"silver": more.pop("silver")} if "silver" in more else {}
    law = Monotone(of, TIERS)
    return found(
        NOT_MONOTONE,
        name,
        tiers(sick, **silver),
        tiers(twin, **silver),
        "gold",
        laws=[law],
    )


def barred(by: object) -> RuleSet:
    return rules(("gold", aum >= 100, "gold"), ("barred", by, "barred"))


def perks(card: object) -> RuleSet:
    return rules(("card", card, "card"), ("lounge", aum >= 100, "lounge"), policy="collect")


BROKEN = [
    broken("an upper end", aum, aum.between(100, 200), aum >= 100),
    broken("the wrong way round", overdue, overdue < 30, overdue >= 30),
    broken("a flag", salaried, ~salaried & (aum >= 100), salaried & (aum >= 100)),
    broken("a date", opened, opened < MILLENNIUM, opened >= MILLENNIUM),
    broken("a quotient", aum, debt / aum > 0.5, aum - debt > 50),
    broken("a derived fact", net, net.between(1, 5), net >= 1),
    broken("beneath a derived fact", debt, net >= 5, net <= -5, silver=online),
    broken(
        "two of three",
        products,
        at_least(2, products <= 3, salaried, online),
        at_least(2, products > 3, salaried, online),
    ),
    broken("where it rounds to even", aum, aum / 8 == 0.12, aum / 8 >= 0.12, silver=online),
    found(
        NOT_MONOTONE,
        "worse than what nobody else gets",
        barred(products > 9),
        barred(overdue > 90),
        "barred",
        laws=[Monotone(products, LEVELS)],
    ),
    found(
        NOT_MONOTONE,
        "a perk that is lost",
        perks(products.between(2, 4)),
        perks(products >= 2),
        laws=[Monotone(products, ("lounge", "card"))],
    ),
    found(
        NOT_MONOTONE,
        "of unique rules",
        tiers(aum.between(100, 200), aum.between(50, 99), "unique"),
        tiers(aum > 100, aum.between(50, 100), "unique"),
        "gold",
        laws=[Monotone(aum, TIERS)],
    ),
    found(
        DISLOYAL,
        "a welcome",
        tiers(tenure < 6),
        tiers((tenure >= 6) & salaried),
        "gold",
        laws=[loyal(tenure, TIERS)],
    ),
    found(
        DISLOYAL,
        "a price that ends",
        perks((tenure >= 12) & (tenure < 24)),
        perks(tenure >= 12),
        laws=[loyal("tenure", ("card",))],
    ),
]

senior = Fact("senior", Kind.FLAG, derived=age >= 60)
born = Fact("born", Kind.DATE)
years = Fact("years", Kind.DAYS, protected=True, derived=date(2026, 1, 1) - born)
years_left = Fact("years_left", Kind.DAYS, derived=40_000 - years)
origin = Fact("origin", Kind.CATEGORY, protected=True)
EXEMPT = "equal treatment law, section 4"


def protected(name: str, sick: object, twin: object, **asked: Any) -> Beast:
    return found(PROTECTED, name, tiers(sick), tiers(twin), "gold", **asked)


def asking_age(exemption: str | None) -> RuleSet:
    return rules(
        Rule("junior", age < 25, "silver", exemption=EXEMPT),
        Rule("gold", (age >= 30) & (aum > 9), "gold", exemption=exemption),
    )


LAWLESS = [
    protected("asked outright", (sex == "male") & (aum > 100), (aum > 100) & (aum < 200)),
    protected("an open category", origin != "here", branch != "here"),
    protected(
        "one of several",
        at_least(2, aum > 99, salaried, age > 40),
        at_least(2, aum > 99, salaried, online),
    ),
    protected("by way of a derived fact", senior, salaried),
    protected("by way of a default", products.or_else(age) > 30, products.or_else(visits) > 15),
    protected("a derived fact itself", years > 9_000, born > date(1990, 1, 1)),
    protected("beneath another derived fact", years_left < 100, born > date(1990, 1, 1)),
    protected("only for some", (aum > 1_000_000) & (age > 64), (aum > 1_000_000) & salaried),
    found(PROTECTED, "one ground for two rules", asking_age(None), asking_age(EXEMPT), "gold"),
    found(
        PROTECTED,
        "collected",
        perks(sex == "male"),
        perks(sex.is_in(["female", "male"])),
        "card",
    ),
    found(
        PROTECTED,
        "for nobody's difference",
        tiers((sex == "male") & (aum > 100), (sex == "female") & (aum > 200)),
        rules(
            ("gold", (sex == "male") & (aum > 100), "gold"),
            ("gilded", (sex == "female") & (aum > 100), "gold"),
        ),
        "gold",
        "silver",
    ),
]

narrow = Fact("branch", Kind.CATEGORY, categories=("north", "south"))


def outside(name: str, sick: object, twin: object, **asked: Any) -> Beast:
    # Beside another way to gold, so that it isn't also a rule for nobody.
    books = [rules(("gold", when | (aum > 100), "gold")) for when in (sick, twin)]
    return found(OUT_OF_RANGE, name, books[0], books[1], "gold", **asked)


OUTSIDE = [
    outside("a slip of scale", share >= 35, share >= 0.35),
    outside("beyond the maximum", products > 25, products > 15),
    outside("below the minimum", share == -1, share == 0),
    outside("an end of a span", products.between(3, 30), products.between(3, 20)),
    outside("one of a list", products.is_in([3, 33]), products.is_in([3, 13])),
    outside("a day before the first", opened < date(1890, 1, 1), opened < date(1991, 1, 1)),
    outside("a misspelt name", branch == "nort", branch == "north", facts={"branch": narrow}),
    outside("a default within", score.or_else(0) > 5, score.or_else(-2) < -1),
    outside("the other way round", 35 <= share, 0.35 <= share),
    outside(
        "a default that is a fact",
        (score.or_else(share) > 2) & (score > 3),
        score.or_else(share) > 2,
    ),
    outside("beside another", (share > 0.5) & (score > 7), (share > 0.5) & (score > 0.7)),
]

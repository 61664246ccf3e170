"""Sets of rules that promise one answer and give two."""

from __future__ import annotations

from relationship_core.rules import Fact, Kind, RuleSet, at_least
from relationship_core.rules.analysis.finding import CONFLICT
from tests.rules.analysis.beast import (
    MILLENNIUM,
    Beast,
    aum,
    average,
    bound,
    branch,
    lowest,
    net,
    online,
    opened,
    products,
    rules,
    salaried,
    segment,
)

home = Fact("home", Kind.CATEGORY)


def two(one: object, other: object) -> RuleSet:
    return rules(("one", one, "basic"), ("other", other, "gold"), policy="unique")


def conflict(name: str, sick: RuleSet, twin: RuleSet, *about: str) -> Beast:
    return Beast(name, CONFLICT, about or ("other", "one"), sick, twin, {"otherwise": "nothing"})


def agreeing(then: str) -> RuleSet:
    return rules(
        ("one", aum >= 100, "gold"),
        ("other", products >= 3, then),
        policy="any",
    )


CONFLICTS = [
    conflict("a threshold", two(aum <= 100, aum >= 100), two(aum < 50, aum >= 100)),
    conflict(
        "the ends of two spans",
        two(aum.between(1, 5), aum.between(5, 9)),
        two(aum.between(1, 5), aum.between(5.01, 9)),
    ),
    conflict(
        "a category of both",
        two(segment == "private", segment != "retail"),
        two(segment == "private", segment == "small"),
    ),
    conflict(
        "two open categories",
        two(branch == home, branch == "north"),
        two(branch == home, (branch == "north") & (branch != home)),
    ),
    conflict(
        "a day of both",
        two(opened <= MILLENNIUM, opened + 1 > MILLENNIUM),
        two(opened < MILLENNIUM, opened > MILLENNIUM),
    ),
    conflict(
        "where a quotient is rounded down",
        two(aum / 12 <= 100, aum > 1200),
        two(aum / 12 <= 100, aum / 12 > 110),
    ),
    conflict(
        "for want of a relation",
        two(lowest >= 100, average < 100),
        two(lowest >= 100, bound < 100),
    ),
    conflict(
        "two of three at once",
        two(at_least(2, salaried, online, aum > 5), aum > 5),
        two(at_least(2, salaried, online, aum > 5), ~salaried & ~online),
    ),
    conflict(
        "where it is missing",
        two(aum.or_else(0) == 0, aum.is_missing()),
        two(aum.or_else(1) == 0, aum.is_missing()),
    ),
    conflict("a derived nought", two(net <= 0, net >= 0), two(net < 0, net > 0)),
    conflict(
        "the last of three",
        rules(
            ("a", products <= 2),
            ("b", products.between(3, 5)),
            ("c", products >= 5),
            policy="unique",
        ),
        rules(
            ("a", products <= 2),
            ("b", products.between(3, 5)),
            ("c", products >= 7),
            policy="unique",
        ),
        "c",
        "b",
    ),
    conflict("what should agree", agreeing("silver"), agreeing("gold")),
]

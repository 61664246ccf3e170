"""Sets of rules that leave somebody without an answer."""

from __future__ import annotations

from datetime import date

from relationship_core.rules import Rule, RuleSet, at_least
from relationship_core.rules.analysis.finding import GAP
from tests.rules.analysis.beast import (
    MILLENNIUM,
    Beast,
    aum,
    average,
    bound,
    branch,
    debt,
    lowest,
    net,
    online,
    opened,
    products,
    rules,
    salaried,
    segment,
    twice_net,
)


def two(low: object, high: object, policy: str = "first") -> RuleSet:
    return rules(("low", low, "basic"), ("high", high, "gold"), policy=policy)


def gap(name: str, sick: RuleSet, twin: RuleSet, *about: str, **asked: object) -> Beast:
    return Beast(name, GAP, about, sick, twin, asked)


SMALL = Rule("low", aum < 100, "basic", priority=0, overridable=True)
LARGE = Rule("high", aum >= 100, "gold", priority=1)
ENDS = date(2026, 12, 31)
MOST = at_least(2, salaried, online, aum >= 100)
IN_2027 = {"as_of": date(2027, 6, 1)}
IN_THE_NORTH = {"scope": ("north",)}


def of_the_north(least: int) -> RuleSet:
    return rules(SMALL, LARGE, Rule("low", aum < least, "basic", scope=("north",)))


def from_2027(least: int) -> RuleSet:
    before = Rule("low", aum < 100, "basic", priority=0, valid_until=ENDS)
    after = Rule("low", aum < least, "basic", priority=0, valid_from=date(2027, 1, 1))
    return RuleSet("zoo", [before, after, LARGE])


def skipped(if_missing: str) -> RuleSet:
    return rules(
        Rule("low", aum < 100, "basic", if_missing=if_missing),
        Rule("high", aum >= 100, "gold", if_missing=if_missing),
    )


GAPS = [
    gap("a threshold", two(aum < 100, aum > 100), two(aum < 100, aum >= 100)),
    gap("one cent", two(aum < 100, aum >= 100.01), two(aum < 100, aum >= 100)),
    gap("a number", two(products <= 2, products >= 4), two(products <= 2, products >= 3)),
    gap("no upper end", two(aum.between(0, 9), aum.between(9.01, 99)), two(aum <= 9, aum > 9)),
    gap(
        "what else of a flag",
        two(~salaried, salaried & (aum > 100)),
        two(~salaried, salaried | (aum > 100)),
    ),
    gap(
        "a category nobody named",
        two(branch == "north", branch == "south"),
        two(branch == "north", branch != "north"),
    ),
    gap(
        "a declared category",
        two(segment == "retail", segment == "private"),
        two(segment == "retail", segment.is_in(["private", "small"])),
    ),
    gap(
        "the day itself",
        two(opened < MILLENNIUM, opened > MILLENNIUM),
        two(opened < MILLENNIUM, opened >= MILLENNIUM),
    ),
    gap(
        "a day later",
        two(opened <= MILLENNIUM, opened - 1 > MILLENNIUM),
        two(opened <= MILLENNIUM, opened > MILLENNIUM),
    ),
    gap("only where it is missing", skipped("skip"), skipped("undetermined")),
    gap(
        "only where a default is missing",
        rules(("some", aum.or_else(0) > 0), Rule("none", aum == 0, if_missing="skip")),
        rules(("some", aum.or_else(0) > 0), ("none", aum.or_else(0) == 0)),
    ),
    gap(
        "only where it is known",
        rules(("missing", aum.is_missing()), ("some", aum > 0)),
        rules(("missing", aum.is_missing()), ("some", aum >= 0)),
    ),
    gap(
        "for want of a relation",
        two(lowest == average, lowest < average),
        two(lowest == bound, lowest < bound),
    ),
    gap(
        "where a quotient is rounded up",
        two(aum / 12 < 100, aum >= 1200),
        two(aum / 12 < 100, aum / 12 >= 100),
    ),
    gap(
        "where a quotient has no divisor",
        two(debt / aum > 1, debt / aum <= 1),
        two(debt / aum > 1, (aum == 0) | (debt / aum <= 1)),
        "low",
        "high",
    ),
    gap(
        "just one of three",
        two(MOST, ~salaried & ~online & (aum < 100)),
        two(MOST, ~MOST),
    ),
    gap("a derived nought", two(net < 0, net > 0), two(net < 0, net >= 0)),
    gap(
        "derived from what is derived",
        two(twice_net < 0, twice_net > 0.01),
        two(twice_net < 0, twice_net > -0.01),
    ),
    gap(
        "of unique rules",
        two(products <= 2, products.between(3, 5), "unique"),
        two(products <= 2, products >= 3, "unique"),
    ),
    gap("of agreeing rules", two(aum < 9, aum > 9, "any"), two(aum < 9, aum >= 9, "any")),
    gap(
        "of rules that are collected",
        two(aum < 9, aum > 9, "collect"),
        two(aum < 9, aum >= 9, "collect"),
        must_cover=True,
    ),
    gap(
        "of an outcome for the others",
        two(aum < 9, aum > 9),
        two(aum < 9, aum >= 9),
        must_cover=True,
    ),
    gap("of one node", of_the_north(80), of_the_north(120), **IN_THE_NORTH),
    gap("from next year on", from_2027(90), from_2027(110), **IN_2027),
    gap("a very large amount", two(aum < 10**20, aum > 10**20), two(aum < 10**20, aum >= 10**20)),
]

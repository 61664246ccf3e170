"""Facts of every kind, values for them, and well-kinded expressions over them, drawn at random."""

from __future__ import annotations

import decimal
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from relationship_core.rules import (
    Expression,
    Fact,
    FactValue,
    HitPolicy,
    Kind,
    Literal,
    Rule,
    RuleSet,
    at_least,
)
from relationship_core.rules.kind import NUMERIC, PLAIN, WHOLE
from relationship_core.rules.rule import IfMissing

aum = Fact("aum", Kind.MONEY, label="assets under management", minimum=0)
debt = Fact("debt", Kind.MONEY)
share = Fact("share", Kind.RATIO, minimum=0, maximum=1)
growth = Fact("growth", Kind.RATIO)
score = Fact("score", Kind.NUMBER)
visits = Fact("visits", Kind.COUNT)
products = Fact("products", Kind.COUNT)
overdue = Fact("overdue", Kind.DAYS, label="days past due")
tenure = Fact("tenure", Kind.MONTHS, label="months as a customer")
quiet = Fact("quiet", Kind.MONTHS)
salaried = Fact("salaried", Kind.FLAG)
consents = Fact("consents", Kind.FLAG)
tier = Fact("tier", Kind.CATEGORY, categories=("gold", "silver", "basic"))
branch = Fact("northern.branch", Kind.CATEGORY)
sex = Fact("sex", Kind.CATEGORY, categories=("female", "male"), protected=True)
opened = Fact("opened", Kind.DATE)
expires = Fact("expires", Kind.DATE)

ALL = (
    *(aum, debt, share, growth, score, visits, products, overdue, tenure, quiet),
    *(salaried, consents, tier, branch, sex, opened, expires),
)
FACTS = {fact.name: fact for fact in ALL}
NOTHING_KNOWN: dict[str, FactValue | None] = dict.fromkeys(FACTS)

HOSTILE = decimal.Context(
    prec=2,
    rounding=decimal.ROUND_UP,
    traps=[decimal.Inexact, decimal.Rounded, decimal.FloatOperation],
)
"""A host's decimal context in which every unguarded operation goes wrong or raises."""

Known = dict[str, FactValue]
Facts = dict[str, FactValue | None]


def _decimals(places: int) -> SearchStrategy[Decimal]:
    # Few and small, so that values meet thresholds, and zero divides now and then.
    step = Decimal(1).scaleb(-places)
    near = st.sampled_from([Decimal(0), step, -step, Decimal("0.5"), Decimal(1), Decimal(2)])
    far = st.decimals(-10_000_000, 10_000_000, places=places)
    return st.one_of(near, near, far).map(lambda value: value.quantize(step) + 0)


_DAYS = st.integers(-3, 3).map(lambda days: date(2026, 6, 30) + timedelta(days=days))
_VALUES: dict[Kind, SearchStrategy[FactValue]] = {
    Kind.MONEY: _decimals(2),
    Kind.RATIO: _decimals(6),
    Kind.NUMBER: _decimals(6),
    Kind.COUNT: st.integers(-1, 4),
    Kind.DAYS: st.integers(-2, 31),
    Kind.MONTHS: st.integers(0, 13),
    Kind.FLAG: st.booleans(),
    Kind.CATEGORY: st.sampled_from(["gold", "silver", "basic"]),
    Kind.DATE: st.one_of(_DAYS, _DAYS, st.dates()),
}


def values(kind: Kind) -> SearchStrategy[FactValue]:
    """Values of a kind, already at its scale."""
    return _VALUES[kind]


def fact_values(fact: Fact) -> SearchStrategy[FactValue]:
    """Values that a fact can have."""
    return values(fact.kind) if fact.categories is None else st.sampled_from(fact.categories)


known_facts: SearchStrategy[Known] = st.fixed_dictionaries(
    {name: fact_values(fact) for name, fact in FACTS.items()}
)
"""Everything is known."""

some_facts: SearchStrategy[Facts] = st.fixed_dictionaries(
    {name: st.one_of(st.none(), fact_values(fact)) for name, fact in FACTS.items()}
)
"""Some is missing."""

any_facts: SearchStrategy[Facts] = st.one_of(known_facts, some_facts)


def _literals(kind: Kind) -> SearchStrategy[Expression]:
    return values(kind).map(lambda value: Literal(value, kind))


def _operands(kind: Kind) -> list[tuple[str, Kind, Kind]]:
    """The sums, products and quotients that give a kind: symbol, left kind, right kind."""
    found = [(sign, kind, kind) for sign in "+-" if kind in NUMERIC]
    if kind is Kind.MONEY:
        found += [(sign, kind, plain) for sign in "*/" for plain in sorted(PLAIN)]
        found += [("*", Kind.COUNT, kind)]
    if kind is Kind.RATIO:
        found += [("/", each, each) for each in sorted(NUMERIC)]
        found += [("/", Kind.COUNT, Kind.NUMBER), ("*", kind, kind)]
    if kind is Kind.NUMBER:
        found += [("+", Kind.RATIO, Kind.COUNT), ("-", Kind.COUNT, Kind.NUMBER)]
        found += [("*", Kind.RATIO, Kind.COUNT)]
    if kind in WHOLE:
        found += [("*", kind, Kind.COUNT), ("*", Kind.COUNT, kind)]
    if kind is Kind.DAYS:
        found += [("-", Kind.DATE, Kind.DATE)]
    if kind is Kind.DATE:
        found += [("+", kind, Kind.DAYS), ("-", kind, Kind.DAYS)]
    return found


_APPLY: dict[str, Callable[[Expression, Expression], Expression]] = {
    "+": lambda left, right: left + right,
    "-": lambda left, right: left - right,
    "*": lambda left, right: left * right,
    "/": lambda left, right: left / right,
    "<": lambda left, right: left < right,
    "<=": lambda left, right: left <= right,
    ">": lambda left, right: left > right,
    ">=": lambda left, right: left >= right,
    "==": lambda left, right: left == right,
    "!=": lambda left, right: left != right,
}


@st.composite
def value_expressions(
    draw: DrawFn, kind: Kind, depth: int = 2, *, asks_missing: bool = True
) -> Expression:
    """An expression of a kind; `asks_missing` lets it hold is_missing and or_else."""
    if kind is Kind.FLAG and depth and draw(st.booleans()):
        return draw(conditions(depth - 1, asks_missing=asks_missing))
    facts = st.sampled_from([fact for fact in ALL if fact.kind is kind])
    ways: list[str] = ["fact", "fact", "fact", "literal"]
    if depth:
        ways += ["arithmetic"] * (2 if _operands(kind) else 0) + ["or_else"] * asks_missing
    way = draw(st.sampled_from(ways))
    if way == "fact":
        return draw(facts)
    if way == "literal":
        return draw(_literals(kind))

    def below(of: Kind) -> Expression:
        return draw(value_expressions(of, depth - 1, asks_missing=asks_missing))

    if way == "or_else":
        if kind is Kind.CATEGORY:
            fact = draw(facts)
            return fact.or_else(draw(fact_values(fact)))
        return below(kind).or_else(below(kind))
    sign, left, right = draw(st.sampled_from(_operands(kind)))
    return _APPLY[sign](below(left), below(right))


@st.composite
def _single_conditions(draw: DrawFn, depth: int, *, asks_missing: bool) -> Expression:
    def value(kind: Kind) -> Expression:
        return draw(value_expressions(kind, depth, asks_missing=asks_missing))

    way = draw(st.sampled_from(["compare", "compare", "between", "in", "missing", "flag"]))
    kind = draw(st.sampled_from(list(Kind)))
    ordered = kind in NUMERIC or kind is Kind.DATE
    if way == "missing" and asks_missing:
        return value(kind).is_missing()
    if way == "in":
        fact = draw(st.sampled_from([fact for fact in ALL if fact.kind is kind]))
        return fact.is_in(draw(st.lists(fact_values(fact), min_size=1, max_size=3)))
    if way == "between" and ordered:
        low, high = sorted([draw(values(kind)), draw(values(kind))])
        ends = draw(st.sampled_from([(low, high), (value(kind), value(kind))]))
        if not all(isinstance(end, Literal) for end in ends):
            return value(kind).between(*ends)
    if way == "flag":
        return draw(st.sampled_from([salaried, consents, Literal(True, Kind.FLAG)]))
    symbol = draw(st.sampled_from(["<", "<=", ">", ">=", "==", "!="] if ordered else ["==", "!="]))
    if kind is Kind.CATEGORY:
        fact = draw(st.sampled_from([tier, sex, branch]))
        return _APPLY[symbol](fact, Literal(draw(fact_values(fact)), kind))
    beside = draw(st.sampled_from(sorted(PLAIN))) if kind in PLAIN else kind
    return _APPLY[symbol](value(kind), value(beside))


@st.composite
def conditions(draw: DrawFn, depth: int = 3, *, asks_missing: bool = True) -> Expression:
    """A condition of any shape; `asks_missing` lets it hold is_missing and or_else."""
    way = draw(st.sampled_from(["single", "and", "or", "not", "at_least"])) if depth else "single"
    if way == "single":
        return draw(_single_conditions(min(depth, 1), asks_missing=asks_missing))
    below = conditions(depth - 1, asks_missing=asks_missing)
    if way == "not":
        return ~draw(below)
    operands = draw(st.lists(below, min_size=2, max_size=3))
    if way == "at_least":
        return at_least(draw(st.integers(1, len(operands))), *operands)
    joined = operands[0]
    for operand in operands[1:]:
        joined = joined & operand if way == "and" else joined | operand
    return joined


@st.composite
def rules(draw: DrawFn, rule_id: str, shared: Expression) -> Rule:
    """A rule over the facts above, without an outcome; it may hold a part that others hold too."""
    own = draw(conditions(2))
    condition = draw(st.sampled_from([own, own, shared & own, own | ~shared, own == shared]))
    return Rule(
        rule_id,
        condition,
        priority=draw(st.integers(1, 3)),
        if_missing=draw(st.sampled_from(IfMissing)),
    )


@st.composite
def rule_sets(draw: DrawFn, hit_policy: HitPolicy | None = None) -> RuleSet:
    """A rule set of up to three rules at head office."""
    size = draw(st.integers(0, 3))
    policy = hit_policy or draw(st.sampled_from(HitPolicy))
    shared = draw(conditions(1))
    return RuleSet("tiers", [draw(rules(f"r{place}", shared)) for place in range(size)], policy)

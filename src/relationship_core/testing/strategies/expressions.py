"""Well-kinded expressions over given facts, rules of them, and sets of rules."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from typing import Literal as Exactly
from typing import overload

from attrs import evolve
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from relationship_core.errors import KindError, RelationshipError, RuleError
from relationship_core.rules import (
    Expression,
    Fact,
    HitPolicy,
    Kind,
    Literal,
    Rule,
    RuleSet,
    at_least,
)
from relationship_core.rules.kind import NUMERIC, PLAIN, WHOLE
from relationship_core.rules.rule import IfMissing
from relationship_core.testing.strategies.facts import fact_values, values
from relationship_core.testing.strategies.noun import Refused

Vocabulary = Sequence[Fact]
"""The facts that expressions may be about."""


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


def _of_kind(facts: Vocabulary, kind: Kind) -> list[Fact]:
    return [fact for fact in facts if fact.kind is kind]


@st.composite
def value_expressions(
    draw: DrawFn,
    facts: Vocabulary,
    kind: Kind,
    depth: int = 2,
    *,
    asks_missing: bool = True,
) -> Expression:
    """Expressions of a kind.

    Args:
        facts: What they may be about.
        kind: What they give.
        depth: How deep they nest at most.
        asks_missing: Whether is_missing and or_else may stand in them.
    """
    if kind is Kind.FLAG and depth and draw(st.booleans()):
        return draw(_conditions(facts, depth - 1, asks_missing=asks_missing))
    own = _of_kind(facts, kind)
    ways: list[str] = [*(["fact", "fact", "fact"] if own else []), "literal"]
    if depth:
        ways += ["arithmetic"] * (2 if _operands(kind) else 0)
        ways += ["or_else"] * (asks_missing and bool(own))
    way = draw(st.sampled_from(ways))
    if way == "fact":
        return draw(st.sampled_from(own))
    if way == "literal":
        return draw(_literals(kind))

    def below(of: Kind) -> Expression:
        return draw(value_expressions(facts, of, depth - 1, asks_missing=asks_missing))

    if way == "or_else":
        if kind is Kind.CATEGORY:
            fact = draw(st.sampled_from(own))
            return fact.or_else(draw(fact_values(fact)))
        return below(kind).or_else(below(kind))
    sign, left, right = draw(st.sampled_from(_operands(kind)))
    return _APPLY[sign](below(left), below(right))


@st.composite
def _single_conditions(
    draw: DrawFn, facts: Vocabulary, depth: int, *, asks_missing: bool
) -> Expression:
    def value(kind: Kind) -> Expression:
        return draw(value_expressions(facts, kind, depth, asks_missing=asks_missing))

    way = draw(st.sampled_from(["compare", "compare", "between", "in", "missing", "flag"]))
    kinds = [kind for kind in Kind if kind is not Kind.CATEGORY or _of_kind(facts, kind)]
    kind = draw(st.sampled_from(kinds))
    own = _of_kind(facts, kind)
    ordered = kind in NUMERIC or kind is Kind.DATE
    if way == "missing" and asks_missing:
        return value(kind).is_missing()
    if way == "in" and own:
        fact = draw(st.sampled_from(own))
        return fact.is_in(draw(st.lists(fact_values(fact), min_size=1, max_size=3)))
    if way == "between" and ordered:
        low, high = sorted([draw(values(kind)), draw(values(kind))])
        ends = draw(st.sampled_from([(low, high), (value(kind), value(kind))]))
        if not all(isinstance(end, Literal) for end in ends):
            return value(kind).between(*ends)
    if way == "flag":
        return draw(st.sampled_from([*_of_kind(facts, Kind.FLAG), Literal(True, Kind.FLAG)]))
    symbol = draw(st.sampled_from(["<", "<=", ">", ">=", "==", "!="] if ordered else ["==", "!="]))
    if kind is Kind.CATEGORY:
        fact = draw(st.sampled_from(own))
        return _APPLY[symbol](fact, Literal(draw(fact_values(fact)), kind))
    beside = draw(st.sampled_from(sorted(PLAIN))) if kind in PLAIN else kind
    return _APPLY[symbol](value(kind), value(beside))


@st.composite
def _conditions(draw: DrawFn, facts: Vocabulary, depth: int, *, asks_missing: bool) -> Expression:
    way = draw(st.sampled_from(["single", "and", "or", "not", "at_least"])) if depth else "single"
    if way == "single":
        return draw(_single_conditions(facts, min(depth, 1), asks_missing=asks_missing))
    below = _conditions(facts, depth - 1, asks_missing=asks_missing)
    if way == "not":
        return ~draw(below)
    operands = draw(st.lists(below, min_size=2, max_size=3))
    if way == "at_least":
        return at_least(draw(st.integers(1, len(operands))), *operands)
    joined = operands[0]
    for operand in operands[1:]:
        joined = joined & operand if way == "and" else joined | operand
    return joined


@overload
def conditions(
    facts: Vocabulary,
    depth: int = 3,
    *,
    asks_missing: bool = True,
    invalid: Exactly[False] = False,
) -> SearchStrategy[Expression]: ...
@overload
def conditions(
    facts: Vocabulary, depth: int = 3, *, asks_missing: bool = True, invalid: Exactly[True]
) -> SearchStrategy[Refused]: ...
def conditions(
    facts: Vocabulary, depth: int = 3, *, asks_missing: bool = True, invalid: bool = False
) -> SearchStrategy[Expression] | SearchStrategy[Refused]:
    """Conditions of any shape.

    Args:
        facts: What they may be about.
        depth: How deep they nest at most.
        asks_missing: Whether is_missing and or_else may stand in them.
        invalid: Draw `Refused` builders instead: each raises when it is called.
    """
    if invalid:
        return st.sampled_from(facts).flatmap(lambda fact: st.sampled_from(_wrong_conditions(fact)))
    return _conditions(facts, depth, asks_missing=asks_missing)


def _wrong_conditions(fact: Fact) -> list[Refused]:
    def wrong(
        what: str, build: Callable[[], object], error: type[RelationshipError] = RuleError
    ) -> Refused:
        return Refused(f"condition on a {fact.kind}: {what}", error, build)

    found = [
        wrong("compared with nothing", lambda: fact == None),  # noqa: E711 - it builds, or refuses
        wrong("one of none", lambda: fact.is_in([])),
        wrong("taken for its truth", lambda: bool(fact.is_missing())),
        wrong("more than there are", lambda: at_least(2, fact.is_missing())),
        wrong("joined to a number", lambda: fact.is_missing() & 1, KindError),
    ]
    if fact.kind in NUMERIC:
        found += [
            wrong("compared with text", lambda: fact >= "much", KindError),
            wrong("between swapped ends", lambda: fact.between(2, 1)),
            wrong("negated", lambda: ~fact, KindError),
        ]
    if fact.kind is Kind.MONEY:
        found.append(wrong("finer than a cent", lambda: fact >= 0.001, KindError))
    if fact.categories is not None:
        found.append(wrong("none of its categories", lambda: fact == "no such category"))
    return found


@st.composite
def _rules(draw: DrawFn, facts: Vocabulary, rule_id: str | None, shared: Expression | None) -> Rule:
    own = draw(_conditions(facts, 2, asks_missing=True))
    condition = own
    if shared is not None:
        condition = draw(st.sampled_from([own, own, shared & own, own | ~shared, own == shared]))
    return Rule(
        draw(st.sampled_from(["gold", "r-1", "A.b_c"])) if rule_id is None else rule_id,
        condition,
        priority=draw(st.integers(1, 3)),
        if_missing=draw(st.sampled_from(IfMissing)),
    )


@overload
def rules(
    facts: Vocabulary,
    rule_id: str | None = None,
    shared: Expression | None = None,
    *,
    invalid: Exactly[False] = False,
) -> SearchStrategy[Rule]: ...
@overload
def rules(
    facts: Vocabulary,
    rule_id: str | None = None,
    shared: Expression | None = None,
    *,
    invalid: Exactly[True],
) -> SearchStrategy[Refused]: ...
def rules(
    facts: Vocabulary,
    rule_id: str | None = None,
    shared: Expression | None = None,
    *,
    invalid: bool = False,
) -> SearchStrategy[Rule] | SearchStrategy[Refused]:
    """Rules without an outcome.

    Args:
        facts: What they may be about.
        rule_id: Their id; None for any.
        shared: A part that other rules hold too.
        invalid: Draw `Refused` builders instead: each raises when it is called.
    """
    valid = _rules(facts, rule_id, shared)
    if invalid:
        return valid.flatmap(lambda rule: st.sampled_from(_wrong_rules(rule)))
    return valid


def _wrong_rules(rule: Rule) -> list[Refused]:
    day, day_before = date(2026, 6, 30), date(2026, 6, 29)
    changes: list[tuple[dict[str, object], type[RelationshipError]]] = [
        ({"id": ""}, RuleError),
        ({"id": "two words"}, RuleError),
        ({"priority": True}, RuleError),
        ({"scope": ("",)}, RuleError),
        ({"valid_from": day, "valid_until": day_before}, RuleError),
        ({"valid_from": "2026-06-30"}, KindError),
        ({"when": "aum > 1"}, KindError),
        ({"when": Literal(1, Kind.COUNT)}, KindError),
    ]
    return [
        Refused(f"Rule: {', '.join(change)}", error, partial(evolve, rule, **change))
        for change, error in changes
    ]


@st.composite
def _rule_sets(draw: DrawFn, facts: Vocabulary, hit_policy: HitPolicy | None) -> RuleSet:
    size = draw(st.integers(0, 3))
    policy = hit_policy or draw(st.sampled_from(HitPolicy))
    shared = draw(_conditions(facts, 1, asks_missing=True))
    drawn = [draw(_rules(facts, f"r{place}", shared)) for place in range(size)]
    return RuleSet("tiers", drawn, policy)


@overload
def rule_sets(
    facts: Vocabulary, hit_policy: HitPolicy | None = None, *, invalid: Exactly[False] = False
) -> SearchStrategy[RuleSet]: ...
@overload
def rule_sets(
    facts: Vocabulary, hit_policy: HitPolicy | None = None, *, invalid: Exactly[True]
) -> SearchStrategy[Refused]: ...
def rule_sets(
    facts: Vocabulary, hit_policy: HitPolicy | None = None, *, invalid: bool = False
) -> SearchStrategy[RuleSet] | SearchStrategy[Refused]:
    """Sets of up to three rules at head office.

    Args:
        facts: What the rules may be about.
        hit_policy: Which of those that fire decide; None for any policy.
        invalid: Draw `Refused` builders instead: each raises when it is called.
    """
    if invalid:
        return _rules(facts, None, None).flatmap(lambda rule: st.sampled_from(_wrong_sets(rule)))
    return _rule_sets(facts, hit_policy)


def _wrong_sets(rule: Rule) -> list[Refused]:
    below = evolve(rule, scope=("north",))
    return [
        Refused("RuleSet: rules twice", RuleError, lambda: RuleSet("set", [rule, rule])),
        Refused("RuleSet: replaced unasked", RuleError, lambda: RuleSet("set", [rule, below])),
    ]

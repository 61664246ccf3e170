"""Books whose tiers are at fault: what earns them, what keeps them, what is made of them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from relationship_core import Rule, Standing
from relationship_core.decisions.match_matrix import match_matrix
from relationship_core.facts import (
    aum,
    contribution_12m,
    digital_share_3m,
    loyalty,
    months_since_first_transaction,
    product_count,
    service_ability,
    tenure_months,
)
from relationship_core.rules import Expression
from tests.decisions.proof.sound_book import DAY, GOLD, SILVER, Exhibit, Shown, sound_book, tiering
from tests.decisions.small_book import derived

NORTH = ("north", "harbour")
NEXT_YEAR = date(2027, 1, 1)
GAP = derived("bank.gap", aum - contribution_12m)


def _book(*rules: Rule, facts: Any = (), **changes: Any) -> Any:
    return sound_book(tiering=tiering(*rules, **changes), facts=facts)


def _falls(name: str) -> Any:
    """Who has more of a fact, and nothing else that differs, stands on a lower step."""

    def is_shown(shown: Shown) -> bool:
        less, more = shown.facts[name], shown.other[name]
        return (
            less < more  # type: ignore[operator]
            and shown.rank(shown.facts) < shown.rank(shown.other)
        )

    return is_shown


def _earning(
    name: str, faulty: Expression, healthy: Expression, fact: Any, code: str, **law: Any
) -> Exhibit:
    return Exhibit(
        name,
        _book(Rule("gold", faulty), SILVER, **law),
        _book(Rule("gold", healthy), SILVER, **law),
        code,
        "tiering.rules",
        ("gold", "silver"),
        _falls(fact.name),
    )


def _holder(shown: Shown, facts: Any) -> str:
    """The tier that is left to who holds gold."""
    standing = Standing(tier="gold", tier_since=date(2020, 1, 1), reviewed=date(2026, 1, 1))
    return str(shown.book.tiering.decide(standing, facts, DAY).tier)


def _keeping(
    name: str, faulty: Expression, healthy: Expression, code: str, rules: Any, is_shown: Any
) -> Exhibit:
    return Exhibit(
        name,
        _book(keep=[Rule("gold", faulty)]),
        _book(keep=[Rule("gold", healthy)]),
        code,
        "tiering.keep",
        rules,
        is_shown,
    )


def _above(rule: Rule) -> Any:
    """Who meets a rule is given a better tier by another."""
    return lambda shown: (
        shown.rank(shown.facts) < shown.book.tiering.ladder.index(rule.id)
        and _meets(shown, rule.id)
    )


def _meets(shown: Shown, tier: str) -> bool:
    explained = shown.book.tiering.missing_to_next("rest", shown.facts)
    return any(each.rule_id == tier and each.verdict for each in explained)


_GOOD, _ABLE = contribution_12m > 0, service_ability >= Decimal("0.6")
_CELLS = {rule.id: rule for rule in match_matrix(_GOOD, _ABLE).rules}


def _matrix(**changed: Expression | None) -> Any:
    cells = {**{name: rule.when for name, rule in _CELLS.items()}, **changed}
    rules = [Rule(name, when) for name, when in cells.items() if when is not None]
    return _book(matrix=rules)


def _treating(*order: str) -> Any:
    asks = {"nurture": product_count >= 1, "higher_threshold": product_count >= 2}
    return _book(treatments=[Rule(name, asks[name], priority=n) for n, name in enumerate(order)])


def _treatment(shown: Shown) -> str | None:
    choice = shown.book.tiering.treat("rest", shown.facts)
    return None if choice is None else choice.outcome


_AT_NODE = Rule("gold", aum >= 10, scope=NORTH)
_GOLD_OPEN = Rule("gold", aum >= 100, overridable=True)
_THIS_YEAR = Rule("silver", aum >= 50, valid_until=date(2026, 12, 31))

TIERS = (
    _earning(
        "more contribution, lower tier",
        contribution_12m.between(50_000, 500_000),
        contribution_12m >= 50_000,
        contribution_12m,
        "RC107",
        monotone=("contribution_12m",),
    ),
    _earning("newcomers first", tenure_months < 24, tenure_months >= 24, tenure_months, "RC109"),
    _earning(
        "first transaction lately",
        months_since_first_transaction <= 3,
        months_since_first_transaction >= 3,
        months_since_first_transaction,
        "RC109",
    ),
    _earning(
        "the disloyal first", loyalty < Decimal("0.5"), loyalty >= Decimal("0.5"), loyalty, "RC109"
    ),
    Exhibit(
        "more contribution, lower tier, by way of a plugin's fact",
        _book(Rule("gold", GAP >= 9), SILVER, facts=[GAP], monotone=["contribution_12m"]),
        _book(Rule("gold", GAP >= 9), SILVER, facts=[GAP], monotone=["aum"]),
        "RC107",
        "tiering.rules",
        ("gold",),
        _falls("contribution_12m"),
    ),
    Exhibit(
        "a share taken for a percentage",
        _book(Rule("gold", digital_share_3m >= 50), SILVER),
        _book(Rule("gold", digital_share_3m >= Decimal("0.5")), SILVER),
        "RC110",
        "tiering.rules",
        ("gold",),
        lambda shown: not shown.book.catalogue["digital_share_3m"].admits(Decimal(50)),
    ),
    Exhibit(
        "a tier without a rule",
        _book(GOLD),
        _book(GOLD, SILVER),
        "RC106",
        "tiering.rules",
        (),
        lambda shown: shown.rank(shown.facts) != 1,
    ),
    Exhibit(
        "a branch opens its top tier to all who would be next",
        _book(_GOLD_OPEN, SILVER, _AT_NODE),
        _book(_GOLD_OPEN, SILVER, Rule("gold", aum >= 80, scope=NORTH)),
        "RC103",
        "tiering.rules",
        ("silver", "gold"),
        _above(SILVER),
        scope=NORTH,
    ),
    Exhibit(
        "next year's version asks for too much",
        _book(GOLD, _THIS_YEAR, Rule("silver", aum >= 200, valid_from=NEXT_YEAR)),
        _book(GOLD, _THIS_YEAR, Rule("silver", aum >= 60, valid_from=NEXT_YEAR)),
        "RC103",
        "tiering.rules",
        ("silver", "gold"),
        _above(SILVER),
        on=NEXT_YEAR,
    ),
    _keeping(
        "what nobody can keep it by",
        (aum >= 90) & (aum < 80),
        (aum >= 90) & (aum < 800),
        "RC104",
        ("gold",),
        lambda shown: not shown.book.tiering.keeps("gold", shown.facts).verdict,
    ),
    _keeping(
        "to keep it takes more than to earn it",
        aum >= 150,
        aum >= 80,
        "RC105",
        ("gold",),
        lambda shown: (
            shown.book.tiering.keeps("gold", shown.facts).verdict
            and shown.book.tiering.decide(None, shown.facts, DAY).tier == "gold"
        ),
    ),
    _keeping(
        "only newcomers keep it",
        (aum >= 80) & (tenure_months < 24),
        (aum >= 80) & (tenure_months >= 24),
        "RC109",
        ("gold", "silver"),
        lambda shown: (
            shown.facts["tenure_months"] < shown.other["tenure_months"]
            and (_holder(shown, shown.facts), _holder(shown, shown.other)) == ("gold", "silver")
        ),
    ),
    Exhibit(
        "a cell of the matrix for nobody",
        _matrix(passive=None, decline=~_GOOD),
        _matrix(),
        "RC106",
        "tiering.matrix",
        (),
        lambda shown: shown.book.tiering.match(shown.facts).outcome != "passive",
    ),
    Exhibit(
        "a customer in no cell of the matrix",
        _matrix(decline=(contribution_12m < 0) & ~_ABLE),
        _matrix(decline=(contribution_12m <= 0) & ~_ABLE),
        "RC101",
        "tiering.matrix",
        (),
        lambda shown: shown.book.tiering.match(shown.facts).outcome is None,
    ),
    Exhibit(
        "a treatment that another takes first",
        _treating("nurture", "higher_threshold"),
        _treating("higher_threshold", "nurture"),
        "RC103",
        "tiering.treatments",
        ("higher_threshold", "nurture"),
        lambda shown: (
            _treatment(shown) == "nurture" and shown.facts["product_count"] >= 2  # type: ignore[operator]
        ),
    ),
)

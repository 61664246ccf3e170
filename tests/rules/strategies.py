"""Facts of every kind, and what the kit draws at random over them."""

from __future__ import annotations

import decimal

from hypothesis.strategies import SearchStrategy

from relationship_core.rules import Expression, Fact, FactValue, HitPolicy, Kind, Rule, RuleSet
from relationship_core.testing import strategies as kit
from relationship_core.testing.strategies import fact_values, values

__all__ = ["fact_values", "values"]

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

Facts = dict[str, FactValue | None]

known_facts: SearchStrategy[Facts] = kit.fact_mappings(ALL, missing=0)
"""Everything is known."""

some_facts: SearchStrategy[Facts] = kit.fact_mappings(ALL, missing=0.5)
"""Some is missing."""

any_facts: SearchStrategy[Facts] = known_facts | some_facts


def value_expressions(
    kind: Kind, depth: int = 2, *, asks_missing: bool = True
) -> SearchStrategy[Expression]:
    """An expression of a kind; `asks_missing` lets it hold is_missing and or_else."""
    return kit.value_expressions(ALL, kind, depth, asks_missing=asks_missing)


def conditions(depth: int = 3, *, asks_missing: bool = True) -> SearchStrategy[Expression]:
    """A condition of any shape; `asks_missing` lets it hold is_missing and or_else."""
    return kit.conditions(ALL, depth, asks_missing=asks_missing)


def rules(rule_id: str, shared: Expression) -> SearchStrategy[Rule]:
    """A rule over the facts above, without an outcome; it may hold a part that others hold too."""
    return kit.rules(ALL, rule_id, shared)


def rule_sets(hit_policy: HitPolicy | None = None) -> SearchStrategy[RuleSet]:
    """A rule set of up to three rules at head office."""
    return kit.rule_sets(ALL, hit_policy)

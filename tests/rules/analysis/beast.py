"""A set of rules with one planted fault, and its healthy twin."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from attrs import evolve, field, frozen

from relationship_core.rules import Fact, HitPolicy, Kind, Rule, RuleSet
from relationship_core.rules.analysis import Code

aum = Fact("aum", Kind.MONEY, minimum=0)
debt = Fact("debt", Kind.MONEY, minimum=0)
lowest = Fact("lowest", Kind.MONEY, minimum=0)
average = Fact("average", Kind.MONEY, minimum=0)
bound = Fact("average", Kind.MONEY, minimum=0, relations=(lowest <= average,))
"""The average, declared to be no less than the lowest."""
products = Fact("products", Kind.COUNT, minimum=0, maximum=20)
visits = Fact("visits", Kind.COUNT, minimum=0)
tenure = Fact("tenure", Kind.MONTHS, minimum=0)
overdue = Fact("overdue", Kind.DAYS, minimum=0)
share = Fact("share", Kind.RATIO, minimum=0, maximum=1)
score = Fact("score", Kind.RATIO, minimum=0, maximum=1)
salaried = Fact("salaried", Kind.FLAG)
online = Fact("online", Kind.FLAG)
segment = Fact("segment", Kind.CATEGORY, categories=("private", "retail", "small"))
branch = Fact("branch", Kind.CATEGORY)
opened = Fact("opened", Kind.DATE, minimum=date(1990, 1, 1))
age = Fact("age", Kind.COUNT, minimum=18, maximum=120, protected=True)
sex = Fact("sex", Kind.CATEGORY, categories=("female", "male"), protected=True)
net = Fact("net", Kind.MONEY, derived=aum - debt)
twice_net = Fact("twice_net", Kind.MONEY, derived=net + net)

MILLENNIUM = date(2000, 1, 1)


def rules(*given: Rule | tuple[Any, ...], policy: str = "first") -> RuleSet:
    """A set of rules, tried in the order given; each a rule, or id, condition and outcome."""
    written = [each if isinstance(each, Rule) else Rule(*each) for each in given]
    placed = [
        each if each.scope or each.valid_from else evolve(each, priority=place)
        for place, each in enumerate(written)
    ]
    return RuleSet("zoo", placed, HitPolicy(policy))


@frozen
class Beast:
    """A set of rules with one planted fault.

    Args:
        name: What is wrong with it.
        code: The fault that is to be found.
        about: The rules it is to be found at.
        sick: The rules.
        twin: The same without the fault.
        asked: What else is told to the proof of both.
    """

    name: str
    code: Code
    about: tuple[str, ...]
    sick: RuleSet
    twin: RuleSet
    asked: Mapping[str, Any] = field(factory=dict)

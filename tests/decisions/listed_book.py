"""A book of a few rules that say all that a rule can say."""

from __future__ import annotations

from datetime import date

from relationship_core import Entitlement, Rule, RuleBook, Service, Text, Tiering
from relationship_core.facts import aum, contribution_12m, kind, tenure_months
from relationship_core.rules.override import between
from relationship_core.rules.place import Place
from tests.decisions.small_book import small_book

NEW_YEAR = date(2026, 1, 1)
NORTH = ("north", "harbour")
GOLD = Rule(
    "gold",
    (contribution_12m >= 50_000) & tenure_months.between(12, 600) & (kind == "personal"),
    reason=Text("Worth it.", "值得。"),
    exemption="Clause 4.",
    overridable=between(40_000, 80_000),
    origin="bank 1.0",
    place=Place("bank.py", 12),
    valid_from=NEW_YEAR,
    valid_until=date(2026, 12, 31),
)
LOUNGE = Rule("lounge", aum >= 1_000, Entitlement("lounge", "a lounge"), place=None)


DESK = Entitlement("desk", "a desk")
LOCAL = Rule("desk", aum >= 1, DESK, scope=NORTH)
LATER = Rule("desk", aum >= 1, DESK, valid_from=NEW_YEAR)
EARLIER = Rule("desk", aum >= 2, DESK, valid_until=date(2025, 12, 31))


def book(*more: Rule) -> RuleBook:
    """The book with more services."""
    return small_book(
        tiering=Tiering(["gold", "rest"], [GOLD], matrix=(), treatments=()),
        service=Service([LOUNGE, *more]),
    )

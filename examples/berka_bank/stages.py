"""The bank's lifecycle: the built-in one, for accounts that are fifteen months old at most."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Final

import attrs

from relationship_core import Lifecycle, Rule
from relationship_core.facts import (
    balance_change_3m,
    months_since_first_transaction,
    transactions_3m,
)
from relationship_core.plugins.builtin_lifecycle import RetailThresholds, default_lifecycle

THRESHOLDS: Final = RetailThresholds(
    formation_months=2,
    formation_transactions=6,
    formation_products=1,
    decline_balances=Decimal("-0.40"),
    decline_transactions=Decimal("-0.30"),
    decline_inactive=2,
    lost_inactive=9,
    lost_aum=Decimal(500),
    recovery_change=Decimal("-0.10"),
)
STABLE_MONTHS: Final = 9
STABLE_TRANSACTIONS: Final = 12
STABLE_CHANGE: Final = Decimal("-0.15")

# Hardly anybody has a second product: steady business on one account is all that can be asked.
# Balances that can't be compared, with nothing there before, haven't fallen.
_IS_STABLE: Final = (
    (months_since_first_transaction >= STABLE_MONTHS)
    & (transactions_3m >= STABLE_TRANSACTIONS)
    & ((balance_change_3m >= STABLE_CHANGE) | balance_change_3m.is_missing())
)
# No salary is marked in the records, only pensions: a stop is told by retention, and moves nobody.
_LEFT_OUT: Final = ("salary-stopped",)
_ORGANISATIONS: Final = "corporate-"


def czech_lifecycle() -> Lifecycle:
    """The seven stages, for persons only."""
    start = default_lifecycle(retail=THRESHOLDS)
    return attrs.evolve(
        start,
        entry=tuple(_fitted(start.entry.rules)),
        transitions=tuple(_fitted(start.transitions.rules)),
    )


def _fitted(rules: Iterable[Rule]) -> Iterator[Rule]:
    for rule in rules:
        if rule.id in _LEFT_OUT or rule.id.startswith(_ORGANISATIONS):
            continue
        yield attrs.evolve(rule, when=_IS_STABLE) if rule.id == "retail-stable" else rule

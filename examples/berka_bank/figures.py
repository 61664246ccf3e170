"""What the review found, in figures, and whether customers sum to accounts."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path

import attrs

from relationship_core import Engine
from relationship_core.decisions.accrual import Component, Part
from relationship_core.decisions.contribution import account_parts
from relationship_core.portfolio import Summary, read_folder

from .balances import ZERO

COUNTED = (("stage", "Stages"), ("tier", "Tiers"), ("retention_risk", "Risk of leaving"))
ENDS_SHOWN = 5

Amounts = Mapping[Component, Decimal]


@attrs.frozen
class Reconciliation:
    """The contribution of twelve months, added up twice.

    What isn't known of a customer or an account is in neither sum, and shows in the residual.

    Args:
        customers: The customers' sum of each component, from the reviews as published.
        accounts: The accounts' sum of each, every account priced whole, whoever owns it.
        number_of_accounts: How many accounts there are.
    """

    customers: Amounts
    accounts: Amounts
    number_of_accounts: int

    @property
    def residuals(self) -> dict[Component, Decimal]:
        """The customers' sum less the accounts', by component."""
        return {one: self.customers[one] - self.accounts[one] for one in Component}

    @property
    def residual(self) -> Decimal:
        """The customers' sum less the accounts'."""
        return total(self.customers) - total(self.accounts)


def total(amounts: Amounts) -> Decimal:
    """All components together."""
    return sum(amounts.values(), ZERO)


def reconcile(folder: Path, reviews: Path, engine: Engine, as_of: date) -> Reconciliation:
    """Add up what the reviews say of customers, and what the folder's accounts bring in."""
    accounts: dict[str, tuple[Part, ...]] = {}
    prices = engine.rule_book.contribution
    with read_folder(folder, as_of=as_of) as portfolio:
        for dossier in portfolio.dossiers():
            positions = dossier.positions or ()
            for account in dossier.accounts or ():
                if account.id not in accounts:
                    accounts[account.id] = account_parts(account, positions, as_of, prices)
    rows = list(_rows(reviews))
    return Reconciliation(
        customers={one: _added(row[one] for row in rows) for one in Component},
        accounts=_by_component(part for parts in accounts.values() for part in parts),
        number_of_accounts=len(accounts),
    )


def ranked(reviews: Path) -> list[tuple[Decimal, str]]:
    """Contribution and id of each customer who has done business, the best first."""
    known = [
        (Decimal(row["contribution_12m"]), row["customer_id"])
        for row in _rows(reviews)
        if row["contribution_12m"] and row["stage"] != "prospect"
    ]
    return sorted(known, key=lambda one: (-one[0], one[1]))


def tell(summary: Summary, reconciled: Reconciliation, ranking: list[tuple[Decimal, str]]) -> str:
    """The figures in lines of text; of customers nothing but ids."""
    return "\n".join(_lines(summary, reconciled, ranking))


def _lines(
    summary: Summary, reconciled: Reconciliation, ranking: list[tuple[Decimal, str]]
) -> Iterator[str]:
    yield f"{summary.customers:,} customers reviewed as of {summary.as_of}"
    for name, title in COUNTED:
        counts = ", ".join(f"{count:,} {outcome}" for outcome, count in summary.count(name))
        yield f"{title}: {counts}"
    yield f"Contribution of twelve months, {summary.currency}:"
    for component, amount in summary.waterfall.components:
        yield _amount(component.value, amount)
    yield _amount("total", summary.waterfall.total)
    yield "Customers who bring in most and least:"
    for amount, customer in (*ranking[:ENDS_SHOWN], *ranking[ENDS_SHOWN:][-ENDS_SHOWN:]):
        yield _amount(customer, amount)
    yield (
        f"Sum over customers {total(reconciled.customers):,}, over"
        f" {reconciled.number_of_accounts:,} accounts {total(reconciled.accounts):,},"
        f" residual {reconciled.residual:,} {summary.currency}"
    )


def _amount(name: str, amount: Decimal) -> str:
    return f"  {name.replace('_', ' '):<20} {amount:>14,}"


def _rows(reviews: Path) -> Iterator[dict[str, str]]:
    with (reviews / "reviews.csv").open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)


def _added(cells: Iterable[str]) -> Decimal:
    return sum((Decimal(cell) for cell in cells if cell), ZERO)


def _by_component(parts: Iterable[Part]) -> Amounts:
    # The relationship's upkeep is no account's; this bank charges none.
    sums = dict.fromkeys(Component, ZERO)
    for part in parts:
        for component, amount in zip(Component, part.amounts, strict=False):
            sums[component] += amount or ZERO
    return sums

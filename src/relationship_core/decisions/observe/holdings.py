"""Which accounts are the customer's, and what the accounts alone tell."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import attrs

from relationship_core.decisions.observe.exchange import Exchange, Valuation, valuation_of
from relationship_core.decisions.observe.review_day import ReviewDay
from relationship_core.decisions.window import month_index, months_between, months_owed
from relationship_core.domain.account import Account, ProductFamily
from relationship_core.domain.customer import Customer
from relationship_core.rules import FactValue

Observed = dict[str, FactValue | None]
"""Facts as they are gathered: a value, or None while missing."""

_EVERY_MONTH = -1


@attrs.define(eq=False)
class Holding:
    """One account of the dossier, opened by the review date.

    Args:
        account: The account.
        is_owned: Whether the customer owns it or a share of it.
        is_plain: Whether its amounts are the customer's alone, in the reporting currency.
        is_deposit: Whether its credit balance is a deposit.
        counts_in_aum: Whether its credit balance counts in assets under management.
        present: The months that have a position, as bits counted back from M0.
    """

    account: Account
    is_owned: bool
    is_plain: bool
    is_deposit: bool
    counts_in_aum: bool
    present: int = 0


@attrs.define(eq=False)
class Holdings:
    """The accounts of a dossier as of a day.

    Args:
        by_id: All that were opened by then.
        owned: Those the customer owns or has a share of.
        valuation: How amounts become the customer's share in the reporting currency.
        first_opened: The day the first of the owned ones was opened.
    """

    by_id: dict[str, Holding]
    owned: list[Holding]
    valuation: Valuation
    first_opened: date | None

    def months_of_history(self, latest: int) -> int:
        """Months from the one in which the first account was opened to M0, both counted."""
        first = self.first_opened
        return 0 if first is None else max(latest - month_index(first) + 1, 0)

    def months_absent(self, latest: int) -> int:
        """Months, as bits, for which an owned account lacks a position that it owes."""
        absent = 0
        for holding in self.owned:
            absent |= months_owed(holding.account, latest, _EVERY_MONTH) & ~holding.present
        return absent


_TRAITS = {family: (family.is_deposit, family.counts_in_aum) for family in ProductFamily}


def holdings_of(
    customer: Customer,
    accounts: Iterable[Account],
    day: ReviewDay,
    exchange: Exchange | None,
) -> Holdings:
    """Sort out a dossier's accounts; who is only authorised to operate one owns nothing of it."""
    customer_id = customer.id
    by_id = {}
    owned = []
    opened = []
    for account in accounts:
        if account.opened > day.as_of:
            continue
        owners = account.owners
        is_owned = any(owner.customer_id == customer_id for owner in owners)
        is_deposit, counts_in_aum = _TRAITS[account.product.family]
        holding = by_id[account.id] = Holding(
            account, is_owned, is_owned and len(owners) == 1, is_deposit, counts_in_aum
        )
        if is_owned:
            owned.append(holding)
            opened.append(account.opened)
    valuation = valuation_of(customer_id, [holding.account.currency for holding in owned], exchange)
    reporting = None if valuation.exchange is None else valuation.exchange.currency
    for holding in owned:
        if holding.account.currency != reporting:
            holding.is_plain = False
    return Holdings(by_id, owned, valuation, min(opened, default=None))


def observe_accounts(values: Observed, holdings: Holdings, day: ReviewDay) -> None:
    """Set the facts that the accounts alone tell."""
    as_of = day.as_of
    now = set()
    before = set()
    deposits = []
    loans = []
    for holding in holdings.owned:
        account = holding.account
        closed = account.closed
        product = account.product
        if account.opened <= day.half_a_year_ago < (closed or date.max):
            before.add(product.id)
        if closed is not None and closed <= as_of:
            continue
        now.add(product.id)
        maturity = account.maturity
        if maturity is not None and maturity >= as_of:
            if product.family is ProductFamily.TERM_DEPOSIT:
                deposits.append(maturity)
            elif product.family is ProductFamily.LOAN:
                loans.append(maturity)
    values["product_count"] = len(now)
    values["product_count_change_6m"] = len(now) - len(before)
    if deposits:
        values["days_to_next_maturity"] = (min(deposits) - as_of).days
    if loans:
        values["days_to_loan_maturity"] = (min(loans) - as_of).days
    if values["relationship_closed"] is None:
        values["relationship_closed"] = bool(holdings.owned) and not now
    if values["tenure_months"] is None and holdings.first_opened is not None:
        values["tenure_months"] = months_between(holdings.first_opened, as_of)


def matures_within_thirty_days(account: Account, day: ReviewDay) -> bool:
    """Whether it is an open term deposit that matures in the next 30 days, today's included."""
    return (
        account.product.family is ProductFamily.TERM_DEPOSIT
        and account.maturity is not None
        and day.as_of <= account.maturity <= day.in_thirty_days
        and (account.closed is None or account.closed > day.as_of)
    )

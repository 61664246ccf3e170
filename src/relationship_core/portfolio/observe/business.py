"""What accounts, positions and transactions tell of all customers at once, as columns.

Every fact is defined where one customer's dossier is observed, in `decisions.observe`; tests hold
the two together.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import narwhals as nw

from relationship_core.decisions.observe.exchange import Exchange
from relationship_core.decisions.observe.review_day import ReviewDay, review_day
from relationship_core.facts import CATALOGUE
from relationship_core.portfolio.observe import absent, activity
from relationship_core.portfolio.observe.accounts import (
    ACCOUNT_FACTS,
    ACCOUNT_TOTALS,
    account_facts,
)
from relationship_core.portfolio.observe.activity import ACTIVITY_FACTS
from relationship_core.portfolio.observe.balances import BALANCE_FACTS, Balances
from relationship_core.portfolio.observe.bookings import BOOKING_FACTS, Bookings
from relationship_core.portfolio.observe.holdings import Holdings
from relationship_core.portfolio.observe.months import by_account
from relationship_core.portfolio.observe.valuation import Valuation
from relationship_core.portfolio.tables import Frame, Tables
from relationship_core.rules import Kind

BUSINESS_FACTS = (*ACCOUNT_FACTS, *BALANCE_FACTS, *ACTIVITY_FACTS, *BOOKING_FACTS)
"""The facts that accounts, positions and transactions tell."""


def observe_business(tables: Tables, as_of: date, exchange: Exchange) -> Frame:
    """The facts of accounts, positions and transactions, a row for each customer.

    Args:
        tables: The portfolio; facts of tables that weren't given are missing.
        as_of: The review date; nothing dated after it is read.
        exchange: The reporting currency and its rates.

    Returns:
        `customer_id` and `BUSINESS_FACTS` as `fact_columns` types them. Whether the relationship is
        closed and how long it has lasted hold where the customer's record doesn't tell.
    """
    day = review_day(as_of)
    frame = tables.frame("customers").select("customer_id")
    if tables.has("accounts"):
        holdings = Holdings.of(tables, day, exchange)
        frame = _observed(frame, tables, day, Valuation(tables, holdings, exchange))
    known = frame.collect_schema()
    return frame.select(
        "customer_id", **{name: _fact(name, is_known=name in known) for name in BUSINESS_FACTS}
    )


def _observed(customers: Frame, tables: Tables, day: ReviewDay, valuation: Valuation) -> Frame:
    holdings = valuation.holdings
    each = holdings.each()
    gathered = list(ACCOUNT_TOTALS)
    balances = Balances(tables, valuation, day)
    are_counted = tables.are_acts_counted
    are_positions, are_booked = tables.has("positions"), tables.has("transactions")
    if are_positions:
        months = by_account(tables, day)
        each = each.join(months, on="account_id", how="left").with_columns(
            matures_unseen=nw.col("matures_soon") & (nw.col("owed_to") < 0),
            **absent.at_the_ends(),
            **balances.of_holding(),
        )
        gathered += [
            nw.col("matures_unseen").any(),
            *balances.gathered(),
            *absent.gathered(),
            *activity.gathered(are_acts_counted=are_counted),
        ]
    totals = each.group_by("customer_id").agg(gathered)
    frame = customers.join(totals, on="customer_id", how="left")
    frame = frame.with_columns(**account_facts(day.as_of, tables.dialect))
    if are_booked:
        bookings = Bookings(tables, valuation, day)
        frame = bookings.kept(bookings.joined_to(frame))
        frame = frame.with_columns(
            has_transacted=nw.when(~nw.col("first_act").is_null()).then(nw.lit(True))
        )
    if are_positions:
        gaps = absent.between(tables, months, holdings, day)
        frame = frame.join(gaps, on="customer_id", how="left")
        frame = frame.join(balances.shared(), on="customer_id", how="left")
        frame = frame.with_columns(
            history=activity.history(day),
            **absent.altogether(),
            **activity.acted(day, are_acts_counted=are_counted, are_booked=are_booked),
        )
        frame = balances.kept(frame)
        frame = frame.with_columns(**activity.activity_facts(are_acts_counted=are_counted))
    return frame


_TYPES: Mapping[Kind, nw.dtypes.DType] = {Kind.FLAG: nw.Boolean()}


def _fact(name: str, *, is_known: bool) -> nw.Expr:
    held = _TYPES.get(CATALOGUE[name].kind, nw.Int64())
    return nw.col(name).cast(held) if is_known else nw.lit(None, dtype=held)

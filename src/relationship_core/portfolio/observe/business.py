"""What accounts, positions and transactions tell of all customers at once, as columns.

Every fact is defined where one customer's dossier is observed, in `decisions.observe`; tests hold
the two together.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

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
from relationship_core.portfolio.observe.once import computed_once
from relationship_core.portfolio.observe.valuation import Valuation
from relationship_core.portfolio.tables import Frame, Tables
from relationship_core.rules import Kind

BUSINESS_FACTS: Final = (*ACCOUNT_FACTS, *BALANCE_FACTS, *ACTIVITY_FACTS, *BOOKING_FACTS)
"""The facts that accounts, positions and transactions tell."""

_OF_RECORD: Final = ("relationship_closed", "tenure_months")
"""The facts that hold only where the customer's record doesn't tell."""

_OWNS: Final = "owns_something"


def observe_business(tables: Tables, as_of: date, exchange: Exchange) -> Frame:
    """The facts of accounts, positions and transactions, a row for each customer.

    Args:
        tables: The portfolio; facts of tables that weren't given are missing.
        as_of: The review date; nothing dated after it is read.
        exchange: The reporting currency and its rates.

    Returns:
        `customer_id` and `BUSINESS_FACTS` as `fact_columns` types them. Whether the relationship is
        closed and how long it has lasted are told as if the customer's record didn't.
    """
    return with_business(tables.frame("customers").select("customer_id"), tables, as_of, exchange)


def with_business(frame: Frame, tables: Tables, as_of: date, exchange: Exchange) -> Frame:
    """A frame of customers with what `observe_business` tells.

    Args:
        frame: A row for each customer, keyed by `customer_id`. What it says of whether the
            relationship is closed, and of how long it has lasted, stands.
        tables: The portfolio.
        as_of: The review date.
        exchange: The reporting currency and its rates.
    """
    if not tables.has("accounts"):
        return frame.with_columns(**_told(frame, {name: _nothing(name) for name in BUSINESS_FACTS}))
    day = review_day(as_of)
    valuation = Valuation(tables, Holdings.of(tables, day, exchange), exchange)
    owners = _owners(tables, day, valuation)
    beside = {name: f"{name}_of_accounts" for name in BUSINESS_FACTS}
    known = set(owners.collect_schema())
    told = {beside[name]: _typed(name, is_known=name in known) for name in BUSINESS_FACTS}
    owners = owners.select("customer_id", nw.lit(value=True).alias(_OWNS), **told)
    joined = frame.join(owners, on="customer_id", how="left")
    of_none = _of_none(tables)
    facts = {
        name: nw.col(beside[name])
        if of_none[name] is None
        else nw.when(nw.col(_OWNS).is_null())
        .then(nw.lit(of_none[name]))
        .otherwise(nw.col(beside[name]))
        for name in BUSINESS_FACTS
    }
    return joined.with_columns(**_told(frame, facts)).drop(_OWNS, *beside.values())


def _told(frame: Frame, facts: Mapping[str, nw.Expr]) -> Mapping[str, nw.Expr]:
    """Facts as a frame is to tell them, which may know some of them already."""
    known = set(frame.collect_schema())
    told = dict(facts)
    for name in _OF_RECORD:
        if name in known:
            told[name] = nw.coalesce(nw.col(name), facts[name])
    return told


def _of_none(tables: Tables) -> Mapping[str, int | bool | None]:
    """What each fact is of a customer who owns no account."""
    facts: dict[str, int | bool | None] = dict.fromkeys(BUSINESS_FACTS)
    facts |= ACCOUNT_FACTS
    if tables.has("transactions"):
        facts |= BOOKING_FACTS
    if tables.has("positions"):
        facts |= BALANCE_FACTS | ACTIVITY_FACTS
    return facts


def _owners(tables: Tables, day: ReviewDay, valuation: Valuation) -> Frame:
    """The facts of all who own an account."""
    each = valuation.holdings.each
    gathered = list(ACCOUNT_TOTALS)
    balances = Balances(tables, valuation, day)
    are_counted = tables.are_acts_counted
    are_positions, are_booked = tables.has("positions"), tables.has("transactions")
    if are_positions:
        months = computed_once(by_account(tables, day))
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
    frame = each.group_by("customer_id").agg(gathered)
    frame = frame.with_columns(**account_facts(day.as_of, tables.dialect))
    if are_booked:
        bookings = Bookings(tables, valuation, day)
        frame = bookings.kept(bookings.joined_to(frame))
        frame = frame.with_columns(
            has_transacted=nw.when(~nw.col("first_act").is_null()).then(nw.lit(value=True))
        )
    if are_positions:
        gaps = absent.between(tables, months, valuation.holdings, day)
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


_PHYSICAL: Final = {
    fact.name: nw.Boolean() if fact.kind is Kind.FLAG else nw.Int64()
    for fact in (CATALOGUE[name] for name in BUSINESS_FACTS)
}


def _typed(name: str, *, is_known: bool) -> nw.Expr:
    return nw.col(name).cast(_PHYSICAL[name]) if is_known else _nothing(name)


def _nothing(name: str) -> nw.Expr:
    return nw.lit(None, dtype=_PHYSICAL[name])

"""What each customer of a portfolio brings in, as one lazy frame over its tables."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import narwhals as nw

from relationship_core.decisions.parameters import ContributionParameters
from relationship_core.decisions.tariff import tariff_of
from relationship_core.portfolio.tables import Frame, Tables
from relationship_core.portfolio.worth.basis import MONTH
from relationship_core.portfolio.worth.held import months_of, owed_months
from relationship_core.portfolio.worth.pricing import CreditPricing, EverydayPricing, Priced
from relationship_core.portfolio.worth.reckoned import with_accounts, without_accounts
from relationship_core.portfolio.worth.setting import Setting, customers_of
from relationship_core.portfolio.worth.shares import Ownership
from relationship_core.portfolio.worth.summing import Sums, add_up
from relationship_core.portfolio.worth.upkeep import with_upkeep
from relationship_core.portfolio.worth.window import Window


def contribution(
    tables: Tables, as_of: date, parameters: Sequence[ContributionParameters]
) -> Frame:
    """What each customer brings in, as `decisions.contribution.contribute` reckons it of one.

    Parameters that an account-month needs and that aren't in force make its customer's sums null;
    `require_parameters` raises for them. Only the columns that are asked for cost anything.

    Args:
        tables: The portfolio, measured: numbers of which nothing is known but their types are
            computed in 128 bits, or refused.
        as_of: The day; the window is the twelve months that have ended by then.
        parameters: What is reckoned with.

    Returns:
        `customer_id`; the facts that rest on a contribution, in units of their kinds; each
        component of twelve months by its name, in minor units of the reporting currency but at
        least in hundredths; `capital_12m` in millionths. Null is unknown.

    Raises:
        ParameterError: There are no parameters, or two sets report in different currencies.
        InvalidValueError: The day is too near an end of the calendar.
        KindError: A column's numbers may be too long to be computed exactly.
    """
    window = Window.of(as_of)
    tariff = tariff_of(parameters)
    customers = customers_of(tables, window)
    if not tables.has("accounts"):
        frame, upkeep = with_upkeep(customers.with_columns(began=nw.col("since")), tariff, window)
        return without_accounts(frame, upkeep, tariff.minor_units)
    sums = _sums(tables, window, parameters)
    joined = customers.join(sums.frame, on="customer_id", how="left").with_columns(
        # Who has no account has no month to miss.
        *[nw.col(name).fill_null(0) for name in sums.columns],
        began=nw.min_horizontal("began", "since"),
    )
    frame, upkeep = with_upkeep(joined, tariff, window)
    return with_accounts(frame, sums.bounds, upkeep, tariff.minor_units, window)


def _sums(tables: Tables, window: Window, parameters: Sequence[ContributionParameters]) -> Sums:
    owed = owed_months(tables, window)
    if not tables.has("positions"):
        return add_up([], [], owed, window.turn_day, tables.dialect)
    setting = Setting.of(tables, window, parameters)
    accounts = setting.accounts()
    ownership = Ownership.of(tables)
    sole = months_of(tables, accounts.join(ownership.sole, on="account_id"), window)
    several = accounts.join(ownership.joint.select("account_id"), on="account_id", how="semi")
    joint = months_of(tables, several, window)
    everyday, credit = (
        [pricing.priced(sole), _shared(pricing.priced(joint), ownership)]
        for pricing in (EverydayPricing(setting.basis), CreditPricing(setting.basis))
    )
    return add_up(everyday, credit, owed, window.turn_day, tables.dialect)


def _shared(priced: Priced, ownership: Ownership) -> Priced:
    parts = ownership.share(priced.frame, priced.bounds, [MONTH, "is_owed"])
    return Priced(parts, priced.bounds)

"""What each customer of a portfolio brings in, as one lazy frame over its tables."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

import narwhals as nw

from relationship_core.decisions.parameters import ContributionParameters, parameters_in_force
from relationship_core.decisions.tariff import Tariff, tariff_of
from relationship_core.decisions.window import last_day
from relationship_core.errors import ParameterError
from relationship_core.portfolio.observe.calendar import month_index
from relationship_core.portfolio.schema import POSITIONS
from relationship_core.portfolio.tables import Frame, Tables
from relationship_core.portfolio.worth.basis import MONTH, Basis
from relationship_core.portfolio.worth.held import months_of, owed_months, priced_accounts
from relationship_core.portfolio.worth.prices import books_of
from relationship_core.portfolio.worth.pricing import Priced, price_credit, price_everyday
from relationship_core.portfolio.worth.reckoned import with_accounts, without_accounts
from relationship_core.portfolio.worth.shares import Ownership
from relationship_core.portfolio.worth.sheets import Sheets, products_of
from relationship_core.portfolio.worth.summing import Sums, add_up
from relationship_core.portfolio.worth.term_table import decimals
from relationship_core.portfolio.worth.upkeep import with_upkeep
from relationship_core.portfolio.worth.window import Window


def contribution(
    tables: Tables, as_of: date, parameters: Sequence[ContributionParameters]
) -> Frame:
    """What each customer brings in, as `decisions.contribution.contribute` reckons it of one.

    Parameters that an account-month needs and that aren't in force make its customer's sums null;
    `faults` raises for them. Only the columns that are asked for cost anything.

    Args:
        tables: The portfolio.
        as_of: The day; the window is the twelve months that have ended by then.
        parameters: What is reckoned with.

    Returns:
        `customer_id`; the facts that rest on a contribution, in units of their kinds; each
        component of twelve months by its name, in minor units of the reporting currency but at
        least in hundredths; `capital_12m` in millionths. Null is unknown.

    Raises:
        ParameterError: There are no parameters, or two sets report in different currencies.
        InvalidValueError: The day is too near an end of the calendar.
    """
    window = Window.of(as_of)
    tariff = tariff_of(parameters)
    closed = nw.col("closed")
    customers = tables.frame("customers").select(
        "customer_id",
        "kind",
        since=month_index(nw.col("since")),
        ended=nw.when(closed <= nw.lit(as_of)).then(month_index(closed)),
    )
    if not tables.has("accounts"):
        frame, upkeep = with_upkeep(customers.with_columns(began=nw.col("since")), tariff, window)
        return without_accounts(frame, upkeep, tariff.minor_units)
    sums = _sums(tables, tariff, parameters, window)
    joined = customers.join(sums.frame, on="customer_id", how="left").with_columns(
        # Who has no account has no month to miss.
        *[nw.col(name).fill_null(0) for name in sums.columns],
        began=nw.min_horizontal("began", "since"),
    )
    frame, upkeep = with_upkeep(joined, tariff, window)
    return with_accounts(frame, sums.bounds, upkeep, tariff.minor_units, window)


def _sums(
    tables: Tables, tariff: Tariff, parameters: Sequence[ContributionParameters], window: Window
) -> Sums:
    owed = owed_months(tables, window)
    if not tables.has("positions"):
        return add_up([], [], owed, window.turn_day, tables.dialect)
    sheets = Sheets.of(products_of(tables), tariff, parameters, window.months)
    basis = _basis(tables, tariff, parameters, sheets, window)
    accounts = priced_accounts(tables, sheets, tuple(basis.books), window)
    ownership = Ownership.of(tables)
    sole = months_of(tables, accounts.join(ownership.sole, on="account_id"), window)
    several = accounts.join(ownership.joint.select("account_id"), on="account_id", how="semi")
    joint = months_of(tables, several, window)
    everyday, credit = ([price(months, basis) for months in (sole, joint)] for price in _PRICERS)
    for priced in (everyday, credit):
        priced[1] = _shared(priced[1], ownership)
    return add_up(everyday, credit, owed, window.turn_day, tables.dialect)


_PRICERS: Final = (price_everyday, price_credit)


def _shared(priced: Priced, ownership: Ownership) -> Priced:
    parts = ownership.share(priced.frame, priced.bounds, [MONTH, "is_owed"])
    return Priced(parts, priced.bounds)


def _basis(
    tables: Tables,
    tariff: Tariff,
    parameters: Sequence[ContributionParameters],
    sheets: Sheets,
    window: Window,
) -> Basis:
    rows = tuple(sheets.rows())
    in_force = []
    for index in window.months:
        try:
            in_force.append((index, parameters_in_force(parameters, last_day(index))))
        except ParameterError:
            continue
    measures = {
        column.name: tables.measures[POSITIONS.name, column.name]
        for column in POSITIONS.columns
        if (POSITIONS.name, column.name) in tables.measures
    }
    rates = [
        rate
        for _, terms in rows
        for rate in (terms.credit_rate, terms.debit_rate, terms.behavioural_price)
    ]
    rates += [price.rate for _, each in in_force for price in each.transfer_prices]
    own = max(measures[name].scale for name in ("credit_rate", "debit_rate"))
    scale = max(own, decimals(rates))
    return Basis(
        rows,
        books_of(sheets.sheets, in_force, scale),
        scale,
        tariff.minor_units,
        measures,
        tables.are_acts_counted,
    )

"""Accounts as a contribution sees them: what prices their months, and for which they owe one."""

from __future__ import annotations

from typing import Final

import narwhals as nw

from relationship_core.portfolio.observe.calendar import month_index
from relationship_core.portfolio.schema import OwnerRole
from relationship_core.portfolio.tables import Frame, Tables
from relationship_core.portfolio.worth.basis import EMPTY_IS_ZERO, MATURES, MONTH, REPRICED_FROM
from relationship_core.portfolio.worth.prices import Book, with_prices
from relationship_core.portfolio.worth.sheets import SHEET, SPAN, Sheets
from relationship_core.portfolio.worth.term_table import KEY
from relationship_core.portfolio.worth.window import Window
from relationship_core.rules.compile_frame.dialect import Dialect

_NEVER: Final = 10_000_000
"""A day number after all others."""

IS_REPRICED: Final = nw.col(REPRICED_FROM) < _NEVER
"""Whether an account was ever repriced."""


def priced_accounts(
    tables: Tables, sheets: Sheets, books: tuple[Book, ...], window: Window
) -> Frame:
    """The accounts opened by the day, with what prices them.

    Returns:
        `account_id`; `sheet`, null where nothing prices the account's currency; the prices of
        funds; the first days of the months from which on it is open, it is no longer, and its
        repricing is known; and whether it has a maturity.
    """
    dialect = tables.dialect
    accounts = tables.frame("accounts")
    accounts = accounts.filter(nw.col("opened") <= nw.lit(window.as_of))
    keys = sheets.keys(accounts, {book.chain: book.chains for book in books})
    accounts = accounts.join(keys, on=["product_id", "currency"], how="left")
    matures = ~nw.col("maturity").is_null()
    names = [name for book in books for name in book.names]
    unpriced = {name: nw.lit(None, dtype=nw.Int64()) for name in names}
    columns = [
        *("account_id", SHEET, *names),
        _first_of_month(nw.col("opened"), dialect).alias("open_from"),
        dialect.day_number(nw.col("closed")).fill_null(_NEVER).alias("open_to"),
        _first_of_month(nw.col("repriced"), dialect).fill_null(_NEVER).alias(REPRICED_FROM),
        matures.alias(MATURES),
    ]
    # Most accounts have no maturity, and so no term whose price is to be found.
    halves = [
        with_prices(accounts.filter(matures), books, dialect),
        # Where no book is in force there are no prices to be without.
        accounts.filter(~matures).with_columns(nw.col("account_id"), **unpriced),
    ]
    return nw.concat([half.select(columns) for half in halves])


def _first_of_month(day: nw.Expr, dialect: Dialect) -> nw.Expr:
    """The day numbers of the first days of days' months."""
    first: nw.Expr = dialect.day_number(day) - day.dt.day().cast(nw.Int64()) + 1
    return first


def months_of(tables: Tables, accounts: Frame, window: Window) -> Frame:
    """The positions of the window beside their accounts.

    Returns:
        Columns of both, what is zero where it is empty filled in; the month's day number, the
        number of its terms, and as `is_owed` whether the account was open in it.
    """
    dialect = tables.dialect
    first, last = (nw.lit(day) for day in window.days)
    month = nw.col(MONTH)
    positions = tables.frame("positions")
    return (
        positions.filter((nw.col("month") >= first) & (nw.col("month") <= last))
        .with_columns(
            *[nw.col(name).fill_null(0) for name in EMPTY_IS_ZERO],
            **{MONTH: dialect.day_number(nw.col("month"))},
        )
        .join(accounts, on="account_id")
        .with_columns(
            is_owed=(month >= nw.col("open_from")) & (month <= nw.col("open_to")),
            **{KEY: nw.col(SHEET) * SPAN + month},
        )
    )


def owed_months(tables: Tables, window: Window) -> Frame:
    """For each of who is named on an account opened by the day, the months it owes them.

    Returns:
        `customer_id`; as `owed` and `owed_before` how many months of the window's latest twelve
        and of the twelve before are owed, none to who is only authorised; as `began` the number of
        the month in which the account was opened.
    """
    opened = month_index(nw.col("opened"))
    closed = month_index(nw.col("closed")).fill_null(window.latest)
    is_owner = nw.col("role").is_null() | (nw.col("role") == OwnerRole.OWNER.value)
    accounts = tables.frame("accounts").filter(nw.col("opened") <= nw.lit(window.as_of))

    def owed(first: int, last: int) -> nw.Expr:
        return closed.clip(None, last) - opened.clip(first, None) + 1

    return (
        tables.frame("owners")
        .join(
            accounts.select(
                "account_id",
                began=opened,
                owed=owed(window.turn, window.latest).clip(0),
                owed_before=owed(window.months.start, window.turn - 1).clip(0),
            ),
            on="account_id",
        )
        .select(
            "customer_id",
            "began",
            *[
                nw.when(is_owner).then(nw.col(name)).otherwise(nw.lit(0)).alias(name)
                for name in ("owed", "owed_before")
            ],
        )
    )

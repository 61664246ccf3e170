"""Prices of funds of accounts with a maturity: for the term from a day on, as that day's were."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from functools import reduce
from operator import add
from typing import Final

import narwhals as nw
from attrs import frozen

from relationship_core.decisions.parameters import ANY_PRODUCT, ContributionParameters
from relationship_core.decisions.terms import Terms
from relationship_core.portfolio.observe.calendar import months_between
from relationship_core.portfolio.tables import Frame
from relationship_core.portfolio.worth.literal import literal_frame, with_step
from relationship_core.portfolio.worth.sheets import Sheet, day_number
from relationship_core.portfolio.worth.term_table import in_units
from relationship_core.rules.compile_frame.dialect import EPOCH, Dialect

_COMPARED: Final = 16
"""So many steps are told apart by comparing with each; with more, they are searched."""


@frozen
class Book:
    """The prices of funds that hold in a run of months.

    Args:
        place: Among the books, the earliest first.
        since: Day number of the first of these months.
        months: Their numbers.
        days: The day numbers from which on there are new prices, ascending.
        tenors: The terms that there are prices of, ascending.
        chains: By sheet, the number of the curves that price it.
        rates: By chain, day and tenor, in units; None where no price was in force.
    """

    place: int
    since: int
    days: tuple[int, ...]
    tenors: tuple[int, ...]
    chains: dict[int, int]
    rates: dict[tuple[int, int, int], int | None]

    @property
    def bound(self) -> int:
        """What the magnitudes of the rates stay at or below."""
        return max([abs(rate) for rate in self.rates.values() if rate is not None], default=0)

    @property
    def chain(self) -> str:
        """The column that tells which curves price an account."""
        return f"chain_{self.place}"

    @property
    def names(self) -> tuple[str, str]:
        """The columns of accounts' prices: from the day of opening, and from that of repricing."""
        return f"price_{self.place}", f"repriced_{self.place}"


def books_of(
    sheets: Sequence[Sheet], in_force: Sequence[tuple[int, ContributionParameters]], scale: int
) -> tuple[Book, ...]:
    """The prices of funds of each run of months with the same ones.

    Args:
        sheets: What accounts are priced by.
        in_force: Numbers of months, ascending, and the parameters in force in each.
        scale: The decimals that a unit of a rate stands for.
    """
    books: list[Book] = []
    before = None
    for index, parameters in in_force:
        if parameters.transfer_prices != before:
            before = parameters.transfer_prices
            books.append(_book(len(books), index, sheets, parameters, scale))
    return tuple(books)


def _book(
    place: int,
    index: int,
    sheets: Sequence[Sheet],
    parameters: ContributionParameters,
    scale: int,
) -> Book:
    days = sorted({price.valid_from for price in parameters.transfer_prices})
    tenors = sorted({price.tenor_months for price in parameters.transfer_prices})
    named = {(price.currency, price.product) for price in parameters.transfer_prices}
    numbers: dict[tuple[str, ...], int] = {}
    chains: dict[int, int] = {}
    rates: dict[tuple[int, int, int], int | None] = {}
    for sheet in sheets:
        if index not in sheet.terms:
            continue
        names = (sheet.product.id, sheet.product.family.value, ANY_PRODUCT)
        chain = (sheet.currency, *[one for one in names if (sheet.currency, one) in named])
        if chain not in numbers:
            number = numbers[chain] = len(numbers)
            listed = _rates(sheet.terms[index], days, tenors, scale)
            rates |= {(number, *slot): rate for slot, rate in listed}
        chains[sheet.number] = numbers[chain]
    numbered = tuple((day - EPOCH).days for day in days)
    return Book(place, day_number(index), numbered, tuple(tenors), chains, rates)


def _rates(
    terms: Terms, days: Sequence[date], tenors: Sequence[int], scale: int
) -> Iterable[tuple[tuple[int, int], int | None]]:
    """The rate from each day on for terms up to each tenor, and for those longer than all."""
    for since, day in enumerate(days, start=1):
        for slot, months in enumerate([*tenors, *[tenor + 1 for tenor in tenors[-1:]]]):
            yield (since, slot), in_units(terms.price_of_funds(day, months), scale)


def with_prices(accounts: Frame, books: Sequence[Book], dialect: Dialect) -> Frame:
    """Accounts with the prices of funds of each book, null where there is none.

    Args:
        accounts: With the number of their curves, and `opened`, `repriced` and `maturity`.
        books: The prices.
        dialect: How their engine speaks.
    """
    for book in books:
        for since, name in zip(("opened", "repriced"), book.names, strict=True):
            accounts = _with_price(accounts, book, since, name, dialect)
    return accounts


def _with_price(accounts: Frame, book: Book, since: str, name: str, dialect: Dialect) -> Frame:
    tenors = len(book.tenors) + 1
    span = (len(book.days) + 1) * tenors
    placed = accounts.with_columns(
        since=dialect.day_number(nw.col(since)),
        months=months_between(nw.col(since), nw.col("maturity")),
    )
    placed = _with_step(placed, "since", book.days, "day")
    placed = _with_step(placed, "months", [tenor + 1 for tenor in book.tenors], "tenor")
    slot = nw.col(book.chain) * span + nw.col("day") * tenors + nw.col("tenor")
    table: dict[str, Sequence[int | None]] = {
        "slot": [chain * span + day * tenors + tenor for chain, day, tenor in book.rates],
        name: list(book.rates.values()),
    }
    return (
        placed.with_columns(slot=slot)
        .join(literal_frame(accounts, table), on="slot", how="left")
        .drop("since", "months", "day", "tenor", "slot")
    )


def _with_step(frame: Frame, column: str, starts: Sequence[int], name: str) -> Frame:
    """How many of some ascending numbers each number has reached; null where it is."""
    if len(starts) <= _COMPARED:
        reached = [(nw.col(column) >= start).cast(nw.Int64()) for start in starts]
        return frame.with_columns(reduce(add, reached, nw.lit(0)).cast(nw.Int64()).alias(name))
    # Below all of them is where nothing was reached, and further down where nothing is known.
    least = starts[0] - 2
    bounded = nw.col(column).clip(least + 1, None).fill_null(least)
    values = [None, *range(len(starts) + 1)]
    steps = [least, least + 1, *starts]
    return with_step(frame.with_columns(bounded), column, steps, name, values)

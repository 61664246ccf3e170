"""What account-months are priced by, and how the numbers of positions are read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Final

import narwhals as nw
from attrs import frozen

from relationship_core.decisions.terms import Terms
from relationship_core.portfolio.tables import Measure
from relationship_core.portfolio.worth.prices import Book
from relationship_core.portfolio.worth.term_table import TermTable, in_units, unknown
from relationship_core.rules.compile_frame import Computation, Number

MONTH: Final = "month_day"
"""The day number of a month's first day, in account-months."""

REPRICED_FROM: Final = "repriced_from"
"""That of the month from which on an account's repricing is known."""

MATURES: Final = "matures"
"""Whether an account has a maturity."""

EMPTY_IS_ZERO: Final = ("credit_average", "debit_average", "undrawn", "cash_margin", "fees")
"""Columns of positions that are zero where they are empty."""

_SIGNED: Final = frozenset({"fees", "impairment", "credit_rate", "debit_rate"})


@frozen
class Basis:
    """What account-months are priced by.

    Args:
        rows: All terms, each with the number by which an account-month finds its own.
        books: The prices of funds of accounts with a maturity.
        rate_scale: The decimals that rates and prices of funds are computed with.
        places: The reporting currency's decimals.
        measures: How the numbers of positions are to be read, by column.
        are_acts_counted: Whether anybody counted the customers' own acts.
    """

    rows: Sequence[tuple[int, Terms]]
    books: Sequence[Book]
    rate_scale: int
    places: int
    measures: Mapping[str, Measure]
    are_acts_counted: bool

    def terms(self) -> Iterator[Terms]:
        """All terms."""
        return (terms for _, terms in self.rows)

    def number(self, computed: Computation, column: str) -> Number:
        """A column of positions in its own units, taken as whole numbers."""
        bound = self.measures[column].bound
        if not bound and column in EMPTY_IS_ZERO:
            return computed.constant(0)
        return computed.number(column, scale=0, bound=bound, is_signed=column in _SIGNED)

    def minor(self, amount: Decimal) -> int:
        """An amount in whole minor units of the reporting currency."""
        return in_units(amount, self.places) or 0

    def price(self, computed: Computation, table: TermTable) -> Number:
        """The price of funds of each account in each month; `add_price` goes before."""
        of_term = unknown(computed)
        for book in self.books:
            opened, repriced = (
                computed.number(name, scale=0, bound=book.bound) for name in book.names
            )
            # A repricing after the month is not yet known in it.
            is_repriced = computed.holds(nw.col(REPRICED_FROM) <= nw.col(MONTH))
            found = computed.where(is_repriced, repriced, opened)
            has_begun = computed.holds(nw.col(MONTH) >= book.since)
            of_term = computed.where(has_begun, found, of_term) if book.place else found
        behavioural = table.number(computed, "price")
        return computed.where(computed.holds(nw.col(MATURES)), of_term, behavioural)

    def add_price(self, table: TermTable) -> int:
        """Take the price of funds of accounts without maturity; returns the bound of all prices."""
        table.add("price", lambda terms: in_units(terms.behavioural_price, self.rate_scale))
        return max([table.magnitude("price"), *[book.bound for book in self.books]])

"""All that a contribution over tables rests on, put together once."""

from __future__ import annotations

from collections.abc import Sequence

import narwhals as nw
from attrs import frozen

from relationship_core.decisions.parameters import ContributionParameters, parameters_in_force
from relationship_core.decisions.tariff import Tariff, tariff_of
from relationship_core.decisions.window import last_day
from relationship_core.errors import ParameterError
from relationship_core.portfolio.observe.calendar import month_index
from relationship_core.portfolio.schema import POSITIONS
from relationship_core.portfolio.tables import Frame, Tables
from relationship_core.portfolio.worth.basis import Basis
from relationship_core.portfolio.worth.held import priced_accounts
from relationship_core.portfolio.worth.prices import books_of
from relationship_core.portfolio.worth.sheets import Sheets, products_of
from relationship_core.portfolio.worth.term_table import decimals
from relationship_core.portfolio.worth.window import Window


@frozen(eq=False)
class Setting:
    """What a portfolio's account-months are reckoned with.

    Args:
        tables: The portfolio, which has accounts and positions.
        tariff: The parameters, arranged.
        window: The months.
        sheets: The terms of its products.
        basis: What account-months are priced by.
    """

    tables: Tables
    tariff: Tariff
    window: Window
    sheets: Sheets
    basis: Basis

    @classmethod
    def of(
        cls, tables: Tables, window: Window, parameters: Sequence[ContributionParameters]
    ) -> Setting:
        """Put together what prices a portfolio.

        Raises:
            ParameterError: There are no parameters, or two sets report in different currencies.
        """
        tariff = tariff_of(parameters)
        sheets = Sheets.of(products_of(tables), tariff, parameters, window.months)
        return cls(
            tables, tariff, window, sheets, _basis(tables, tariff, parameters, sheets, window)
        )

    def accounts(self) -> Frame:
        """The accounts opened by the day, with what prices them."""
        return priced_accounts(self.tables, self.sheets, tuple(self.basis.books), self.window)


def customers_of(tables: Tables, window: Window) -> Frame:
    """The customers of a portfolio.

    Returns:
        `customer_id`, `kind`, and the numbers of the months of `since` and, if the relationship had
        been closed by the day, of its end as `ended`.
    """
    closed = nw.col("closed")
    return tables.frame("customers").select(
        "customer_id",
        "kind",
        since=month_index(nw.col("since")),
        ended=nw.when(closed <= nw.lit(window.as_of)).then(month_index(closed)),
    )


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

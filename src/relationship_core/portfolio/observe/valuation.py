"""What amounts of joint accounts and in foreign currencies are worth to each owner, as columns.

Accounts of one owner in the reporting currency are most of all, and need none of this. Of the
others each amount is converted and rounded whole, then shared out, as `decisions.observe.exchange`
does for one customer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

import narwhals as nw
from attrs import frozen

from relationship_core.decisions.observe.exchange import Exchange
from relationship_core.decisions.window import month_index
from relationship_core.domain import minor_units
from relationship_core.portfolio.observe.holdings import Holdings
from relationship_core.portfolio.tables import Frame, Measure, Tables
from relationship_core.portfolio.worth.literal import Values, literal_frame
from relationship_core.rules import EXACT
from relationship_core.rules.compile_frame import Computation
from relationship_core.rules.compile_frame.cells import LARGEST


@frozen(eq=False)
class Valuation:
    """How a portfolio's amounts become its customers' shares in the reporting currency.

    Args:
        tables: The portfolio.
        holdings: Its accounts.
        exchange: The reporting currency and its rates.
    """

    tables: Tables
    holdings: Holdings
    exchange: Exchange

    @property
    def places(self) -> int:
        """The decimals of the reporting currency."""
        return minor_units(self.exchange.currency)

    def measure(self, amount: Measure, months: Iterable[int]) -> Measure:
        """How one owner's shares of amounts are to be read."""
        rates = [*self._rates(months).values(), Decimal(1)]
        most = EXACT.multiply(
            EXACT.scaleb(Decimal(amount.bound), self.places - amount.scale), max(rates)
        )
        return Measure(self.places, int(most) + 1)

    def shared(
        self,
        rows: Frame,
        amounts: Mapping[str, Measure],
        months: Sequence[int],
        keys: Sequence[str],
    ) -> Frame:
        """Each owner's share of amounts.

        Args:
            rows: Of accounts that aren't plain, with `account_id`, `currency`, the amounts, none
                below zero, and as `rated` the number of the month whose rate holds.
            amounts: How the columns of amounts are to be read, by their names.
            months: The numbers of those whose rates may be asked for.
            keys: The columns to keep, which with the account tell the rows apart.

        Returns:
            `customer_id`, the keys and the amounts, null where one that isn't zero has no rate.
        """
        valued = self._valued(rows, amounts, months).select("account_id", *keys, *amounts)
        bounds = {name: self.measure(each, months).bound for name, each in amounts.items()}
        shares = self.holdings.ownership.share(valued, bounds, keys)
        return shares.select("customer_id", *keys, *amounts)

    def _valued(self, rows: Frame, amounts: Mapping[str, Measure], months: Sequence[int]) -> Frame:
        """The rows with their amounts in whole minor units of the reporting currency."""
        rates = self._rates(months)
        scale = max([self.places, *(_decimals(rate) for rate in rates.values())])
        units = {key: int(EXACT.scaleb(rate, scale)) for key, rate in rates.items()}
        bound = max([10**scale, *units.values()])
        held = nw.Int64() if bound <= LARGEST else self.tables.dialect.wide
        is_own = nw.col("currency") == self.exchange.currency
        own = nw.when(is_own).then(nw.lit(str(10**scale)).cast(held))
        if units:
            columns: Values = {
                "currency": [currency for currency, _ in units],
                "rated": [month for _, month in units],
                "foreign_rate": list(units.values()),
            }
            rows = rows.join(literal_frame(rows, columns), on=["currency", "rated"], how="left")
            rows = rows.with_columns(rate=own.otherwise(nw.col("foreign_rate").cast(held)))
        else:
            rows = rows.with_columns(rate=own)
        given = {f"given_{name}": nw.col(name) for name in amounts}
        computed = Computation(rows.with_columns(**given).drop(*amounts))
        rate = computed.number("rate", scale=scale, bound=bound, is_signed=False)
        nothing = computed.constant(0)
        results = {}
        for name, each in amounts.items():
            amount = computed.number(
                f"given_{name}", scale=each.scale, bound=each.bound, is_signed=False
            )
            whole = computed.rounded(computed.product(amount, rate), self.places)
            worth = computed.within(whole, self.measure(each, months).bound)
            is_some = computed.holds(nw.col(f"given_{name}") > 0)
            results[name] = computed.where(is_some, worth, nothing)
        return computed.carried_out(results)

    def _rates(self, months: Iterable[int]) -> Mapping[tuple[str, int], Decimal]:
        """The rates of some months, by currency and the month's number."""
        asked = frozenset(months)
        rates = {
            (currency, month_index(month)): rate
            for (currency, month), rate in self.exchange.rates.items()
        }
        return {key: rate for key, rate in rates.items() if key[1] in asked}


def _decimals(rate: Decimal) -> int:
    exponent = rate.normalize(EXACT).as_tuple().exponent
    return max(-int(exponent), 0)

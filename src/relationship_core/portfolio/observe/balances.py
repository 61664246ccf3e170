"""The facts of balances and of the months compared, as columns.

What `decisions.observe.balances` says of one customer, from what positions tell of each account.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce
from operator import or_
from typing import Final

import narwhals as nw
from attrs import frozen

from relationship_core.decisions.observe.review_day import ReviewDay
from relationship_core.portfolio.observe.amounts import change, fraction, mean, money, ratio, sized
from relationship_core.portfolio.observe.months import (
    ACTS,
    COMPARED,
    MOST_ROWS,
    SUMS,
    Sum,
    acts_bound,
    amount_measure,
    month_number,
    within,
)
from relationship_core.portfolio.observe.valuation import Valuation
from relationship_core.portfolio.tables import Frame, Measure, Tables
from relationship_core.portfolio.tables.measure import LARGEST_NARROW
from relationship_core.rules.compile_frame import Computation, Number

BALANCE_FACTS: Final = {
    "aum": 0,
    "deposits_average_3m": 0,
    "loans_average_3m": 0,
    "undrawn_limits": 0,
    "balance_change_3m": None,
    "balance_change_12m": None,
    "maturing_30d": 0,
    "days_past_due": 0,
    "probability_of_default": None,
    "transactions_3m": 0,
    "transactions_change_3m": None,
    "transactions_change_12m": None,
    "digital_share_3m": None,
}
"""The facts, and what each is of a customer who owns no account."""

_COLUMNS: Final = tuple(dict.fromkeys(one.column for one in SUMS))
_TRAITS: Final = tuple(dict.fromkeys(one.trait for one in SUMS if one.trait is not None))


@frozen(eq=False)
class Balances:
    """The balances of a portfolio that has positions.

    Args:
        tables: The portfolio.
        valuation: How its amounts are valued.
        day: The review day.
    """

    tables: Tables
    valuation: Valuation
    day: ReviewDay

    def of_holding(self) -> Mapping[str, nw.Expr]:
        """What a holding adds to its customer's sums where that is simply the account's own."""
        is_plain = nw.col("is_plain")
        return {
            one.name: nw.when(is_plain if one.trait is None else is_plain & nw.col(one.trait)).then(
                nw.col(one.of_account)
            )
            for one in SUMS
        }

    def gathered(self) -> list[nw.Expr]:
        """What is gathered of each customer's holdings."""
        gathered = [
            sized(nw.col(one.name), self._measure(one).bound, self.tables.dialect).sum()
            for one in SUMS
        ]
        gathered += [nw.col("days_past_due").max(), nw.col("probability").max()]
        if self.tables.are_acts_counted:
            gathered += [nw.col(name).sum() for name in ACTS]
        return gathered

    def shared(self) -> Frame:
        """The same sums of joint accounts and foreign amounts, a row for each of their owners.

        Columns named `lost_...` say that an amount in a sum has no rate.
        """
        amounts = {name: amount_measure(self.tables, name) for name in _COLUMNS}
        shared = self.valuation.shared(self._unlike(), amounts, self._months(), ("month", *_TRAITS))
        counts = {one: _of(one, one.is_in(self.day)) for one in SUMS}
        return (
            shared.select(
                "customer_id",
                **{
                    one.name: nw.when(each).then(nw.col(one.column)) for one, each in counts.items()
                },
                **{
                    f"lost_{one.name}": each & nw.col(one.column).is_null()
                    for one, each in counts.items()
                },
            )
            .group_by("customer_id")
            .agg(
                *[
                    sized(nw.col(one.name), self._measure(one).bound, self.tables.dialect)
                    .sum()
                    .alias(f"shared_{one.name}")
                    for one in SUMS
                ],
                *[nw.col(f"lost_{one.name}").any() for one in SUMS],
            )
        )

    def _unlike(self) -> Frame:
        """The amounts that count in some sum, of positions of accounts that aren't plain."""
        compared = reduce(or_, [within(quarter, self.day) for quarter in COMPARED])
        amounts = {
            name: nw.when(
                reduce(or_, [_of(one, one.is_in(self.day)) for one in SUMS if one.column == name])
                & (nw.col(name) > 0)
            )
            .then(nw.col(name))
            .otherwise(0)
            for name in _COLUMNS
        }
        return (
            self.tables.frame("positions")
            .filter((nw.col("month") <= self.day.month) & compared)
            .select("account_id", "month", *_COLUMNS)
            .join(self.valuation.holdings.unlike(*_TRAITS), on="account_id")
            .with_columns(rated=month_number(nw.col("month"), self.tables), **amounts)
            .filter(reduce(or_, [nw.col(name) > 0 for name in _COLUMNS]))
        )

    def _months(self) -> list[int]:
        """The numbers of the months compared."""
        return [self.day.latest - 3 * quarter - place for quarter in COMPARED for place in range(3)]

    def _shared_measure(self, one: Sum) -> Measure:
        return self.valuation.measure(amount_measure(self.tables, one.column), self._months())

    def _measure(self, one: Sum) -> Measure:
        """How a customer's sum is to be read, plain and shared amounts together."""
        plain, shared = amount_measure(self.tables, one.column), self._shared_measure(one)
        scale = max(plain.scale, shared.scale)
        bounds = [each.bound * 10 ** (scale - each.scale) for each in (plain, shared)]
        return Measure(scale, MOST_ROWS * sum(bounds))

    def kept(self, frame: Frame) -> Frame:
        """Owners with their facts, once what was gathered and shared is joined to them."""
        frame = frame.with_columns(**self._known())
        is_known = nw.col("knows_month")
        known = {one.name: nw.when(nw.col(one.known)).then(self._total(one)) for one in SUMS}
        known["probability"] = nw.when(is_known).then(nw.col("probability"))
        known["days_past_due"] = nw.when(is_known).then(nw.col("days_past_due").fill_null(0))
        counts: Mapping[str, nw.Expr] = {}
        if self.tables.are_acts_counted:
            bound = acts_bound(self.tables)
            counts = {
                name: nw.when(nw.col(flag)).then(self._whole(name, bound))
                for name, flag in ACTS.items()
            }
        computed = Computation(frame.with_columns(**known, **counts))
        facts: dict[str, Number | nw.Expr] = {**self._balances(computed)}
        facts |= self._counts(computed) if self.tables.are_acts_counted else _NOT_COUNTED
        return computed.carried_out(facts)

    def _known(self) -> Mapping[str, nw.Expr]:
        youngest, history = nw.col("youngest_absent"), nw.col("history")
        knows_month = youngest.is_null() | (youngest >= 1)
        knows_quarter = youngest.is_null() | (youngest >= 3)
        return {
            "knows_month": knows_month,
            "knows_maturing": knows_month & ~nw.col("matures_unseen"),
            "knows_quarter": knows_quarter,
            "knows_before": knows_quarter & (history >= 6) & ~nw.col("lacks_before"),
            "knows_a_year_before": knows_quarter & (history >= 15) & ~nw.col("lacks_a_year_before"),
        }

    def _total(self, one: Sum) -> nw.Expr:
        measure, shared = self._measure(one), self._shared_measure(one)
        plain = amount_measure(self.tables, one.column)
        whole = self._whole(one.name, measure.bound) * 10 ** (measure.scale - plain.scale)
        part = self._whole(f"shared_{one.name}", measure.bound) * 10 ** (
            measure.scale - shared.scale
        )
        is_rated = ~nw.col(f"lost_{one.name}").fill_null(value=False)
        return nw.when(is_rated).then(whole + part)

    def _whole(self, name: str, bound: int) -> nw.Expr:
        # Engines sum into wider integers than need be.
        held = nw.Int64() if bound <= LARGEST_NARROW else self.tables.dialect.wide
        return nw.col(name).cast(held).fill_null(0)

    def _balances(self, computed: Computation) -> dict[str, Number]:
        def sum_of(name: str) -> Number:
            measure = measures[name]
            return computed.number(name, scale=measure.scale, bound=measure.bound, is_signed=False)

        measures = {one.name: self._measure(one) for one in SUMS}
        assets = sum_of("assets")
        chance = self.tables.measure("positions", "probability_of_default")
        probability = computed.number(
            "probability", scale=chance.scale, bound=chance.bound, is_signed=False
        )
        return {
            "deposits_average_3m": mean(computed, sum_of("deposits"), 3),
            "loans_average_3m": mean(computed, sum_of("debts"), 3),
            "aum": money(computed, sum_of("in_favour")),
            "maturing_30d": money(computed, sum_of("maturing")),
            "undrawn_limits": money(computed, sum_of("limits")),
            "balance_change_3m": change(computed, assets, sum_of("assets_before")),
            "balance_change_12m": change(computed, assets, sum_of("assets_a_year_before")),
            "probability_of_default": fraction(computed, probability),
        }

    def _counts(self, computed: Computation) -> dict[str, Number]:
        bound = acts_bound(self.tables)
        acts = {name: computed.number(name, scale=0, bound=bound, is_signed=False) for name in ACTS}
        now = acts["acts_0"]

        def changed(before: Number) -> Number:
            return ratio(computed, computed.difference(now, before), before)

        return {
            "transactions_3m": computed.within(now, LARGEST_NARROW),
            "digital_share_3m": ratio(computed, acts["digital"], now),
            "transactions_change_3m": changed(acts["acts_1"]),
            "transactions_change_12m": changed(acts["acts_4"]),
        }


def _of(one: Sum, condition: nw.Expr) -> nw.Expr:
    """Whether a condition holds on an account that counts in a sum."""
    return condition if one.trait is None else condition & nw.col(one.trait)


# Of positions that don't count acts, only the lack of any tells that there were none.
_UNKNOWN: Final = nw.lit(None, dtype=nw.Int64())
_NOT_COUNTED: Final = {
    "transactions_3m": nw.when(
        nw.col("knows_quarter") & (nw.col("nearest").is_null() | (nw.col("nearest") >= 3))
    ).then(nw.lit(0, dtype=nw.Int64())),
    "digital_share_3m": _UNKNOWN,
    "transactions_change_3m": _UNKNOWN,
    "transactions_change_12m": _UNKNOWN,
}

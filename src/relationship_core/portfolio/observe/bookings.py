"""What booked transactions tell, as columns: `decisions.observe.bookings` for all at once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final

import narwhals as nw
from attrs import frozen

from relationship_core.decisions.observe.review_day import ReviewDay
from relationship_core.decisions.window import first_day
from relationship_core.domain import TransactionPurpose
from relationship_core.portfolio.observe.amounts import money, sized
from relationship_core.portfolio.observe.months import LARGEST_AMOUNT, MOST_ROWS
from relationship_core.portfolio.observe.valuation import Valuation
from relationship_core.portfolio.schema import OwnerRole
from relationship_core.portfolio.tables import Frame, Measure, Tables
from relationship_core.rules.compile_frame import Computation

BOOKING_FACTS: Final = {
    "salary_inflow_3m": 0,
    "salary_stopped": False,
    "outflow_30d": 0,
    "outflow_to_other_banks_30d": 0,
    "largest_movement_30d": 0,
}
"""The facts, and what each is of a customer who owns no account."""

_MOVES: Final = {
    "largest_movement_30d": "is_movement",
    "outflow_30d": "is_outflow",
    "outflow_to_other_banks_30d": "is_elsewhere",
    "salary_inflow_3m": "is_income",
}
"""The facts that are amounts, and the column that says which bookings count in each."""

_INCOME: Final = (TransactionPurpose.SALARY.value, TransactionPurpose.PENSION.value)
_OF_THE_BANK: Final = (
    TransactionPurpose.INTEREST.value,
    TransactionPurpose.FEE.value,
    TransactionPurpose.PENALTY.value,
)
AMOUNT: Final = "amount"
_LARGEST: Final = "largest_movement_30d"

_REGULAR: Final = {"came_3": 3, "came_4": 4, "came_5": 5}
"""Months, counted back from M0, in which a regular income came, by the flag that says so."""

_CAME: Final = ("came_lately", *_REGULAR)


@frozen(eq=False)
class Bookings:
    """The booked transactions of a portfolio that has some.

    Args:
        tables: The portfolio.
        valuation: How its amounts are valued.
        day: The review day.
    """

    tables: Tables
    valuation: Valuation
    day: ReviewDay

    def joined_to(self, owners: Frame) -> Frame:
        """Owners with what bookings on their accounts tell."""
        accounts = self._by_account()
        named = self.valuation.holdings.each.join(accounts, on="account_id")
        is_plain = nw.col("is_plain")
        bound = self._measure().bound
        own = (
            named.with_columns(**{fact: nw.when(is_plain).then(nw.col(fact)) for fact in _MOVES})
            .group_by("customer_id")
            .agg(
                *[_gathered(fact, bound, self.tables) for fact in _MOVES],
                nw.col("earliest").min(),
                nw.col("first_act").min(),
                nw.col("last_act").max(),
                *[nw.col(flag).any() for flag in _CAME],
            )
        )
        frame = owners.join(own, on="customer_id", how="left")
        frame = frame.join(self._shared(), on="customer_id", how="left")
        return frame.join(self._of_authorised(accounts), on="customer_id", how="left")

    def _marked(self) -> Frame:
        """The bookings by the review date, and what each counts in."""
        day, booked, amount = self.day, nw.col("booked"), nw.col("amount")
        is_own = ~nw.col("purpose").is_in(_OF_THE_BANK)
        is_late = is_own & (booked > day.thirty_days_ago)
        is_out = is_late & (amount < 0)
        is_income = is_own & nw.col("purpose").is_in(_INCOME) & (amount > 0)
        in_window = (booked >= day.income_from) & (booked < first_day(day.latest + 1))
        return (
            self.tables.frame("transactions")
            .filter(booked <= day.as_of)
            .select(
                "transaction_id",
                "account_id",
                "booked",
                amount=sized(
                    amount, self._own_measure().bound * MOST_ROWS, self.tables.dialect
                ).abs(),
                first_act=nw.when(is_own).then(booked),
                is_movement=is_late,
                is_outflow=is_out,
                is_elsewhere=is_out & ~nw.col("counterparty_bank").is_null(),
                is_income=is_income & in_window,
                **{
                    name: is_income & (booked >= first) & (booked < end)
                    for name, (first, end) in self._months_of_income().items()
                },
            )
        )

    def _months_of_income(self) -> Mapping[str, tuple[date, date]]:
        """By name, from which day and before which an income is looked for."""
        latest = self.day.latest
        earlier = {
            name: (first_day(latest - age), first_day(latest - age + 1))
            for name, age in _REGULAR.items()
        }
        return {"came_lately": (first_day(latest), self.day.as_of + timedelta(days=1)), **earlier}

    def _by_account(self) -> Frame:
        """One row for each account with bookings."""
        marked = self._marked().with_columns(
            **{fact: nw.when(nw.col(flag)).then(nw.col(AMOUNT)) for fact, flag in _MOVES.items()}
        )
        return marked.group_by("account_id").agg(
            *[nw.col(fact).max() if fact == _LARGEST else nw.col(fact).sum() for fact in _MOVES],
            nw.col("booked").min().alias("earliest"),
            nw.col("first_act").min().alias("first_act"),
            nw.col("first_act").max().alias("last_act"),
            *[nw.col(flag).any() for flag in _CAME],
        )

    def _shared(self) -> Frame:
        """The amounts of joint accounts and in foreign currencies, a row for each owner."""
        months = self._months()
        booked = nw.col("booked")
        earlier = nw.when(booked >= first_day(months[1])).then(months[1]).otherwise(months[2])
        # The rate of a month that hasn't ended isn't known yet.
        rated = nw.when(booked >= first_day(months[0])).then(months[0]).otherwise(earlier)
        flags = list(_MOVES.values())
        rows = (
            self._marked()
            .filter((nw.col("is_movement") | nw.col("is_income")) & (nw.col(AMOUNT) > 0))
            .select("account_id", "transaction_id", AMOUNT, *flags, rated=rated)
            .join(self.valuation.holdings.unlike(), on="account_id")
        )
        shared = self.valuation.shared(
            rows, {AMOUNT: self._own_measure()}, months, ("transaction_id", *flags)
        )
        amount, bound = nw.col(AMOUNT), self._shared_measure().bound
        parts = {fact: nw.when(nw.col(flag)).then(amount) for fact, flag in _MOVES.items()}
        lost = {f"lost_{fact}": nw.col(flag) & amount.is_null() for fact, flag in _MOVES.items()}
        return (
            shared.select("customer_id", **parts, **lost)
            .group_by("customer_id")
            .agg(
                *[
                    _gathered(fact, bound * MOST_ROWS, self.tables).alias(f"shared_{fact}")
                    for fact in _MOVES
                ],
                *[nw.col(name).any() for name in lost],
            )
        )

    def _of_authorised(self, accounts: Frame) -> Frame:
        """The first day of the log of accounts, for those who may only operate them."""
        authorised = self.tables.frame("owners").filter(
            nw.col("role") == OwnerRole.AUTHORISED.value
        )
        opened = self.valuation.holdings.accounts.select("account_id")
        return (
            authorised.select("account_id", "customer_id")
            .join(accounts.select("account_id", "earliest"), on="account_id")
            .join(opened, on="account_id", how="semi")
            .group_by("customer_id")
            .agg(nw.col("earliest").min().alias("earliest_authorised"))
        )

    def _own_measure(self) -> Measure:
        measure = self.tables.measure("transactions", AMOUNT)
        return Measure(measure.scale, min(measure.bound, LARGEST_AMOUNT * 10**measure.scale))

    def _shared_measure(self) -> Measure:
        return self.valuation.measure(self._own_measure(), self._months())

    def _months(self) -> list[int]:
        """The numbers of the months whose rates may be asked for, the latest first."""
        return [self.day.latest - age for age in range(3)]

    def _measure(self) -> Measure:
        """How a customer's sums are to be read, plain and shared amounts together."""
        plain, shared = self._own_measure(), self._shared_measure()
        scale = max(plain.scale, shared.scale)
        bounds = [each.bound * 10 ** (scale - each.scale) for each in (plain, shared)]
        return Measure(scale, MOST_ROWS * sum(bounds))

    def kept(self, frame: Frame) -> Frame:
        """Owners with their facts, once `joined_to` has joined what was gathered."""
        measure = self._measure()
        totals = {f"total_{fact}": self._total(fact) for fact in _MOVES}
        reaches = self._reaches(self.day.income_from)
        totals["total_salary_inflow_3m"] = nw.when(reaches).then(totals["total_salary_inflow_3m"])
        earliest = nw.min_horizontal("earliest", "earliest_authorised")
        computed = Computation(frame.with_columns(earliest=earliest).with_columns(**totals))
        facts = {
            fact: money(
                computed,
                computed.number(
                    f"total_{fact}", scale=measure.scale, bound=measure.bound, is_signed=False
                ),
            )
            for fact in _MOVES
        }
        return computed.carried_out(facts | {"salary_stopped": self._salary_stopped()})

    def _total(self, fact: str) -> nw.Expr:
        measure = self._measure()
        held = nw.Int64() if measure.is_narrow else self.tables.dialect.wide
        plain = nw.col(fact).cast(held).fill_null(0)
        plain = plain * 10 ** (measure.scale - self._own_measure().scale)
        shared = nw.col(f"shared_{fact}").cast(held).fill_null(0)
        shared = shared * 10 ** (measure.scale - self._shared_measure().scale)
        whole = nw.max_horizontal(plain, shared) if fact == _LARGEST else plain + shared
        return nw.when(~nw.col(f"lost_{fact}").fill_null(value=False)).then(whole)

    def _salary_stopped(self) -> nw.Expr:
        came = {flag: nw.col(flag).fill_null(value=False) for flag in _CAME}
        was_regular = came["came_3"] & came["came_4"] & came["came_5"]
        is_known = was_regular | came["came_lately"] | self._reaches(self.day.regular_from)
        return nw.when(is_known).then(was_regular & ~came["came_lately"])

    def _reaches(self, day: date) -> nw.Expr:
        """Whether nothing booked since a day can be lacking."""
        earliest = nw.col("earliest")
        return earliest.is_null() | (earliest <= day) | (nw.col("first_opened") >= day)


def _gathered(fact: str, bound: int, tables: Tables) -> nw.Expr:
    if fact == _LARGEST:
        return nw.col(fact).max()
    return sized(nw.col(fact), bound, tables.dialect).sum()

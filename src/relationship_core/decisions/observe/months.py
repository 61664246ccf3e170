"""What positions tell, month by month, in one pass over them."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

import attrs

from relationship_core.decisions.observe.holdings import Holding, Holdings
from relationship_core.decisions.observe.review_day import ReviewDay
from relationship_core.decisions.window import window_months
from relationship_core.domain.position import Position

QUARTERS = 5
"""Quarters are counted back from M0: 0 is M0-2 to M0, 1 the one before, 4 the one a year before."""

_COMPARED = frozenset({0, 1, 4})


class Row(NamedTuple):
    """One position of a compared quarter; averages are the customer's share, None if unrated.

    A tuple and not an attrs class because a review builds dozens.
    """

    holding: Holding
    position: Position
    credit: Decimal | None
    debit: Decimal | None


@attrs.define(eq=False)
class Months:
    """What one pass over the positions gathers; sets of months are bits counted back from M0.

    Args:
        quarters: The rows of each compared quarter.
        latest: The positions of M0.
        acts: Own acts in each quarter.
        active: Months with own acts.
        present: Months with any position of an owned account.
        absent: Months for which an owned account lacks a position it owes.
        history: Months from the one of the first account's opening to M0, both counted.
        uncounted: Months of which a position doesn't tell how many own acts there were.
    """

    quarters: tuple[list[Row], ...]
    latest: list[tuple[Holding, Position]]
    acts: list[int]
    active: int = 0
    present: int = 0
    absent: int = 0
    history: int = 0
    uncounted: int = 0

    @property
    def reach(self) -> int:
        """Months from the earliest position to M0, both counted."""
        return self.present.bit_length()

    @property
    def begin_late(self) -> bool:
        """Whether the positions begin in a later month than the accounts."""
        return self.reach < self.history

    def know(self, months: int, *, skip: int = 0) -> bool:
        """Whether no position is absent from a window."""
        return not self.absent & window_months(months, skip=skip)

    def count(self, months: int, *, skip: int = 0) -> bool:
        """Whether every position there is in a window tells how many own acts there were."""
        return not self.uncounted & window_months(months, skip=skip)


def months_of(positions: Iterable[Position], holdings: Holdings, day: ReviewDay) -> Months:
    """Gather what is asked of the positions; those not yet known on the day are passed over."""
    months = Months(tuple([] for _ in range(QUARTERS)), [], [0] * QUARTERS)
    by_id = holdings.by_id
    quarters = months.quarters
    acts = months.acts
    latest = day.latest
    active = uncounted = 0
    for position in positions:
        month = position.month
        age = latest - month.year * 12 - month.month
        holding = by_id.get(position.account_id)
        if age < 0 or holding is None:
            continue
        bit = 1 << age
        holding.present |= bit
        is_plain = holding.is_plain and not position.owners
        if not is_plain and not _is_shared_in(holding, position, holdings):
            continue
        count = 0
        if position.transactions is None:
            uncounted |= bit
        else:
            for _, number in position.transactions:
                count += number
        if count:
            active |= bit
        quarter = age // 3
        if quarter < QUARTERS:
            acts[quarter] += count
            if quarter in _COMPARED:
                quarters[quarter].append(
                    Row(holding, position, position.credit_average, position.debit_average)
                    if is_plain
                    else _shared_row(holding, position, holdings)
                )
        if not age:
            months.latest.append((holding, position))
    months.active = active
    months.uncounted = uncounted
    for holding in holdings.owned:
        months.present |= holding.present
    months.absent = holdings.months_absent(latest)
    months.history = holdings.months_of_history(latest)
    return months


def _is_shared_in(holding: Holding, position: Position, holdings: Holdings) -> bool:
    """Whether the customer owned a share in that month."""
    if not position.owners:
        return holding.is_owned
    customer_id = holdings.valuation.customer_id
    return any(owner.customer_id == customer_id for owner in position.owners)


def _shared_row(holding: Holding, position: Position, holdings: Holdings) -> Row:
    return Row(
        holding,
        position,
        share_of(position.credit_average, holding, position, holdings),
        share_of(position.debit_average, holding, position, holdings),
    )


def share_of(
    amount: Decimal, holding: Holding, position: Position, holdings: Holdings
) -> Decimal | None:
    """The customer's share of an amount of a position; None where the month has no rate."""
    if holding.is_plain and not position.owners:
        return amount
    account = holding.account
    return holdings.valuation.share(
        amount, account.currency, position.month, position.owners or account.owners
    )

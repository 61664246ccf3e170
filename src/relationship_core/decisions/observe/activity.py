"""How long the customer has been active and inactive, by positions and bookings together."""

from __future__ import annotations

from relationship_core.decisions.observe.bookings import Bookings
from relationship_core.decisions.observe.holdings import Holdings, Observed
from relationship_core.decisions.observe.months import Months
from relationship_core.decisions.observe.review_day import ReviewDay
from relationship_core.decisions.window import month_index


def observe_activity(
    values: Observed, months: Months, bookings: Bookings, holdings: Holdings, day: ReviewDay
) -> None:
    """Set what counts the months since acts; positions may begin later than the accounts."""
    active = months.active
    acted_since = False
    for act in (bookings.first_act, bookings.last_act):
        age = None if act is None else day.latest - month_index(act)
        if age is not None and age >= 0:
            active |= 1 << age
        acted_since |= age is not None and age < 0
    if holdings.owned:
        values["months_inactive"] = _months_inactive(months, active, acted_since=acted_since)
    if active or acted_since:
        values["has_transacted"] = True
        values["months_since_first_transaction"] = _months_since_first(months, active)
    elif not months.absent | months.uncounted:
        values["has_transacted"] = False


def _months_inactive(months: Months, active: int, *, acted_since: bool) -> int | None:
    if acted_since:
        return 0
    if active:
        inactive = (active & -active).bit_length() - 1
    elif not months.begin_late:
        inactive = max(months.history - 1, 0)
    elif months.present:
        inactive = months.reach
    else:
        return None
    return inactive if months.know(inactive) and months.count(inactive) else None


def _months_since_first(months: Months, active: int) -> int | None:
    if months.begin_late:
        return months.history - 1
    first = active.bit_length() - 1
    return None if (months.absent | months.uncounted) >> first + 1 else max(first, 0)

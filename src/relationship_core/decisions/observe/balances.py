"""The facts of balances, and of the months compared, from one pass over the positions."""

from __future__ import annotations

from decimal import Decimal

from relationship_core.decisions.observe.amounts import change, mean, money, ratio, total
from relationship_core.decisions.observe.holdings import (
    Holdings,
    Observed,
    matures_within_thirty_days,
)
from relationship_core.decisions.observe.months import Months, Row, share_of
from relationship_core.decisions.observe.review_day import ReviewDay
from relationship_core.decisions.window import month_index
from relationship_core.domain.channel import Channel

_DIGITAL = frozenset({Channel.ONLINE, Channel.MOBILE, Channel.SELF_SERVICE})
_BEFORE = 1
_A_YEAR_BEFORE = 4


def observe_balances(values: Observed, months: Months, holdings: Holdings, day: ReviewDay) -> None:
    """Set the facts of windows of months and of the latest month's end."""
    if months.know(3):
        _observe_averages(values, months)
        _observe_change(values, months, "3m", _BEFORE)
        _observe_change(values, months, "12m", _A_YEAR_BEFORE)
    if months.know(1):
        _observe_month_end(values, months, holdings, day)


def _observe_averages(values: Observed, months: Months) -> None:
    rows = months.quarters[0]
    deposits = total([row.credit for row in rows if row.holding.is_deposit])
    values["deposits_average_3m"] = mean(deposits, 3)
    values["loans_average_3m"] = mean(total([row.debit for row in rows]), 3)
    if not months.count(3):
        return
    count = values["transactions_3m"] = months.acts[0]
    if count:
        digital = 0
        for row in rows:
            for channel, number in row.position.transactions or ():
                if channel in _DIGITAL:
                    digital += number
        values["digital_share_3m"] = ratio(digital, count)


def _observe_change(values: Observed, months: Months, name: str, quarter: int) -> None:
    skip = 3 * quarter
    if months.history < skip + 3 or not months.know(3, skip=skip):
        return
    acts, quarters = months.acts, months.quarters
    values[f"balance_change_{name}"] = change(_assets(quarters[0]), _assets(quarters[quarter]))
    if acts[quarter] and months.count(3) and months.count(3, skip=skip):
        values[f"transactions_change_{name}"] = ratio(acts[0] - acts[quarter], acts[quarter])


def _assets(rows: list[Row]) -> Decimal | None:
    return total([row.credit for row in rows if row.holding.counts_in_aum])


def _observe_month_end(
    values: Observed, months: Months, holdings: Holdings, day: ReviewDay
) -> None:
    assets: list[Decimal | None] = []
    limits: list[Decimal | None] = []
    maturing: list[Decimal | None] = []
    probabilities: list[Decimal] = []
    past_due = 0
    for holding, position in months.latest:
        closing = position.closing_balance
        if holding.counts_in_aum and closing > 0:
            assets.append(share_of(closing, holding, position, holdings))
            if matures_within_thirty_days(holding.account, day):
                maturing.append(assets[-1])
        if position.undrawn:
            limits.append(share_of(position.undrawn, holding, position, holdings))
        past_due = max(past_due, position.days_past_due)
        if position.probability_of_default is not None:
            probabilities.append(position.probability_of_default)
    values["aum"] = money(total(assets))
    values["undrawn_limits"] = money(total(limits))
    values["days_past_due"] = past_due
    if probabilities:
        values["probability_of_default"] = ratio(max(probabilities), 1)
    if not _matures_before_a_month_end(holdings, day):
        values["maturing_30d"] = money(total(maturing))


def _matures_before_a_month_end(holdings: Holdings, day: ReviewDay) -> bool:
    """Whether a deposit opened after M0 matures so soon that its balance was never known."""
    return any(
        month_index(holding.account.opened) > day.latest
        and matures_within_thirty_days(holding.account, day)
        for holding in holdings.owned
    )

"""Facts about what the customer does: transactions, channels, income, money leaving.

Own acts are the customer's own transactions, standing orders included; interest, fees and
penalties are the bank's. Acts on a joint account count whole for each owner, amounts by share, in
the reporting currency at the month's rate, or M0's for a month that hasn't ended. M0 is the latest
month that has ended by the review date. Where a position doesn't count its acts, what needs them is
missing: only an act that is known, counted or booked, is known.
"""

from __future__ import annotations

from relationship_core.facts.sources import (
    ACCOUNTS,
    CHANGE,
    POSITIONS,
    REPORTING_CURRENCY,
    SHARE,
    TRANSACTIONS,
    related,
)
from relationship_core.rules import Fact, Freshness, Kind, Text

transactions_3m = Fact(
    "transactions_3m",
    Kind.COUNT,
    label=Text("transactions in three months", "近3个月交易笔数"),
    description="Own acts over M0-2 to M0.",
    unit="transactions",
    source=POSITIONS,
    minimum=0,
    freshness=Freshness.MONTH_END,
)
transactions_change_3m = Fact(
    "transactions_change_3m",
    Kind.RATIO,
    label=Text("change of transactions over three months", "近3个月交易笔数变化率"),
    description="Own acts over M0-2 to M0, against M0-5 to M0-3. Missing where the first account"
    " was opened after M0-5, or there were none.",
    unit=CHANGE,
    source=POSITIONS,
    minimum=-1,
    freshness=Freshness.MONTH_END,
)
transactions_change_12m = Fact(
    "transactions_change_12m",
    Kind.RATIO,
    label=Text("change of transactions year on year", "交易笔数同比变化率"),
    description="Own acts over M0-2 to M0, against M0-14 to M0-12. Missing where the first account"
    " was opened after M0-14, or there were none.",
    unit=CHANGE,
    source=POSITIONS,
    minimum=-1,
    freshness=Freshness.MONTH_END,
)
digital_share_3m = Fact(
    "digital_share_3m",
    Kind.RATIO,
    label=Text("digital share of transactions", "近3个月电子渠道占比"),
    description="Part of the own acts over M0-2 to M0 that was done online, by mobile or at a"
    " self-service machine; missing without any.",
    unit=SHARE,
    source=POSITIONS,
    minimum=0,
    maximum=1,
    freshness=Freshness.MONTH_END,
)
months_since_first_transaction = Fact(
    "months_since_first_transaction",
    Kind.MONTHS,
    label=Text("months since the first transaction", "首笔交易距今月数"),
    description="Months from the month of the first own act, by positions or bookings, to M0: 0 if"
    " it came in M0 or since. Where positions begin later than the first account, from the month"
    " in which that account was opened. Missing where there has been none.",
    unit="months",
    source=f"{POSITIONS}; {ACCOUNTS}; {TRANSACTIONS}",
    minimum=0,
)
_months_inactive = Fact(
    "months_inactive",
    Kind.MONTHS,
    label=Text("months without a transaction", "连续无交易月数"),
    description="Whole months without an own act, by positions or bookings, counted back from M0:"
    " 0 if there was one in M0 or since. Where there never was one, back to the month in which the"
    " first account was opened; where positions begin later than that, as many months as they"
    " reach back, so at least so many. Missing without an account.",
    unit="months",
    source=f"{POSITIONS}; {ACCOUNTS}; {TRANSACTIONS}",
    minimum=0,
)
months_inactive = related(
    _months_inactive,
    (_months_inactive < 3) | (transactions_3m <= 0),
    _months_inactive <= months_since_first_transaction,
)
has_transacted = Fact(
    "has_transacted",
    Kind.FLAG,
    label=Text("has transacted", "有过交易"),
    description="Whether there has been an own act, by positions or bookings. False only where"
    " positions reach back to the first account's opening; missing where they don't and show none.",
    source=f"{POSITIONS}; {ACCOUNTS}; {TRANSACTIONS}",
)
salary_inflow_3m = Fact(
    "salary_inflow_3m",
    Kind.MONEY,
    label=Text("salary and pension in three months", "近3个月代发工资及养老金"),
    description="Salaries and pensions booked in over M0-2 to M0. Missing where the earliest"
    " booking known comes after the first day of M0-2, and the customer's first account"
    " before it.",
    unit=REPORTING_CURRENCY,
    source=TRANSACTIONS,
    minimum=0,
    freshness=Freshness.MONTH_END,
)
salary_stopped = Fact(
    "salary_stopped",
    Kind.FLAG,
    label=Text("salary stopped", "工资中断"),
    description="Whether a salary or pension came in each of the months M0-5, M0-4 and M0-3, and"
    " none from the first day of M0 to the review date. Missing where the earliest"
    " booking known comes after the first day of M0-5 (the customer's first account"
    " before it), and what is known decides neither way.",
    source=TRANSACTIONS,
)
outflow_30d = Fact(
    "outflow_30d",
    Kind.MONEY,
    label=Text("outflow in 30 days", "近30天流出金额"),
    description="Own acts that took money out, in the 30 days that end with the review date, as a"
    " positive amount. Booked transactions, where given, are taken to cover these days.",
    unit=REPORTING_CURRENCY,
    source=TRANSACTIONS,
    minimum=0,
)
_outflow_to_other_banks_30d = Fact(
    "outflow_to_other_banks_30d",
    Kind.MONEY,
    label=Text("outflow to other banks in 30 days", "近30天流向他行金额"),
    description="The part of that outflow whose other side is at another bank.",
    unit=REPORTING_CURRENCY,
    source=TRANSACTIONS,
    minimum=0,
)
outflow_to_other_banks_30d = related(
    _outflow_to_other_banks_30d, _outflow_to_other_banks_30d <= outflow_30d
)
largest_movement_30d = Fact(
    "largest_movement_30d",
    Kind.MONEY,
    label=Text("largest movement in 30 days", "近30天最大单笔变动"),
    description="The largest single own act, in or out, in the 30 days that end with the review"
    " date, without its sign; 0 where there was none.",
    unit=REPORTING_CURRENCY,
    source=TRANSACTIONS,
    minimum=0,
)

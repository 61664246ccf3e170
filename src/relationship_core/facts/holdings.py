"""Facts about what the customer holds and owes: products, balances, maturities, arrears.

Amounts are the customer's share of each account, in the reporting currency at the month's rate.
M0 is the latest month that has ended by the review date; a fact of a window is missing where an
account lacks a position it owes for one of the window's months, or a foreign amount its rate.
"""

from __future__ import annotations

from relationship_core.facts.sources import (
    ACCOUNTS,
    CHANGE,
    POSITIONS,
    REPORTING_CURRENCY,
    SHARE,
    related,
)
from relationship_core.rules import Fact, Freshness, Kind, Text

product_count = Fact(
    "product_count",
    Kind.COUNT,
    label=Text("products held", "持有产品数"),
    description="Different products among the accounts that the customer owns and that are open on"
    " the day.",
    unit="products",
    source=ACCOUNTS,
    minimum=0,
)
_product_count_change_6m = Fact(
    "product_count_change_6m",
    Kind.COUNT,
    label=Text("change in products held over six months", "近6个月产品数变化"),
    description="Products held on the day less those held six months before.",
    unit="products",
    source=ACCOUNTS,
)
product_count_change_6m = related(
    _product_count_change_6m, _product_count_change_6m <= product_count
)
aum = Fact(
    "aum",
    Kind.MONEY,
    label=Text("assets under management", "管理资产 (AUM)"),
    description="Closing balances at the end of M0 in the customer's favour: deposits, wealth"
    " products, funds and insurance; debit balances count as nothing.",
    unit=REPORTING_CURRENCY,
    source=POSITIONS,
    minimum=0,
    freshness=Freshness.MONTH_END,
)
deposits_average_3m = Fact(
    "deposits_average_3m",
    Kind.MONEY,
    label=Text("average deposits over three months", "近3个月日均存款"),
    description="Mean of the monthly average credit balances of deposits over M0-2 to M0; a month"
    " before an account was opened counts as zero.",
    unit=REPORTING_CURRENCY,
    source=POSITIONS,
    minimum=0,
    freshness=Freshness.MONTH_END,
)
loans_average_3m = Fact(
    "loans_average_3m",
    Kind.MONEY,
    label=Text("average borrowing over three months", "近3个月日均贷款"),
    description="Mean of the monthly average debit balances of all accounts, overdrawn ones"
    " included, over M0-2 to M0.",
    unit=REPORTING_CURRENCY,
    source=POSITIONS,
    minimum=0,
    freshness=Freshness.MONTH_END,
)
undrawn_limits = Fact(
    "undrawn_limits",
    Kind.MONEY,
    label=Text("undrawn limits and guarantees", "未用额度及担保"),
    description="Limits not drawn and amounts guaranteed at the end of M0.",
    unit=REPORTING_CURRENCY,
    source=POSITIONS,
    minimum=0,
    freshness=Freshness.MONTH_END,
)
balance_change_3m = Fact(
    "balance_change_3m",
    Kind.RATIO,
    label=Text("change of balances over three months", "近3个月资产变化率"),
    description="Average credit balances of what counts in assets under management over M0-2 to M0,"
    " against M0-5 to M0-3. Missing where the first account was opened after M0-5, or"
    " those balances were zero.",
    unit=CHANGE,
    source=POSITIONS,
    minimum=-1,
    freshness=Freshness.MONTH_END,
)
balance_change_12m = Fact(
    "balance_change_12m",
    Kind.RATIO,
    label=Text("change of balances year on year", "资产同比变化率"),
    description="The same averages over M0-2 to M0, against M0-14 to M0-12. Missing where the first"
    " account was opened after M0-14, or those balances were zero.",
    unit=CHANGE,
    source=POSITIONS,
    minimum=-1,
    freshness=Freshness.MONTH_END,
)
days_to_next_maturity = Fact(
    "days_to_next_maturity",
    Kind.DAYS,
    label=Text("days to the next deposit's maturity", "最近存款到期天数"),
    description="Days to the first maturity, today's included, of an open term deposit; missing"
    " without one.",
    unit="days",
    source=ACCOUNTS,
    minimum=0,
)
days_to_loan_maturity = Fact(
    "days_to_loan_maturity",
    Kind.DAYS,
    label=Text("days to the next loan's maturity", "最近贷款到期天数"),
    description="Days to the first maturity, today's included, of an open loan; missing without"
    " one.",
    unit="days",
    source=ACCOUNTS,
    minimum=0,
)
_maturing_30d = Fact(
    "maturing_30d",
    Kind.MONEY,
    label=Text("deposits maturing within 30 days", "30天内到期存款"),
    description="Closing balances at the end of M0 of open term deposits that mature on the day or"
    " within 30 days after it. Missing where one of them was opened after M0.",
    unit=REPORTING_CURRENCY,
    source=f"{ACCOUNTS}; {POSITIONS}",
    minimum=0,
)
maturing_30d = related(_maturing_30d, (_maturing_30d <= 0) | (days_to_next_maturity <= 30))
days_past_due = Fact(
    "days_past_due",
    Kind.DAYS,
    label=Text("days past due", "逾期天数"),
    description="The most among the accounts at the end of M0, 0 where nothing is late.",
    unit="days",
    source=POSITIONS,
    minimum=0,
    freshness=Freshness.MONTH_END,
)
probability_of_default = Fact(
    "probability_of_default",
    Kind.RATIO,
    label=Text("probability of default", "违约概率"),
    description="The highest among the positions of M0, over the next year; missing where none has"
    " one.",
    unit=SHARE,
    source=POSITIONS,
    minimum=0,
    maximum=1,
    freshness=Freshness.MONTH_END,
)

"""Facts about how the bank and the customer get on."""

from __future__ import annotations

from relationship_core.facts.sources import INTERACTIONS, SHARE, SUPPLIED, related
from relationship_core.rules import Fact, Kind, Text

open_complaints = Fact(
    "open_complaints",
    Kind.COUNT,
    label=Text("open complaints", "未结投诉数"),
    description="Complaints that were not resolved by the end of the day.",
    unit="complaints",
    source=INTERACTIONS,
    minimum=0,
)
_overdue_complaints = Fact(
    "overdue_complaints",
    Kind.COUNT,
    label=Text("overdue complaints", "逾期未结投诉数"),
    description="Open complaints that were due before the day.",
    unit="complaints",
    source=INTERACTIONS,
    minimum=0,
)
overdue_complaints = related(_overdue_complaints, _overdue_complaints <= open_complaints)
complaints_12m = Fact(
    "complaints_12m",
    Kind.COUNT,
    label=Text("complaints in twelve months", "近12个月投诉数"),
    description="Complaints made in the twelve months that end with the day, resolved or not.",
    unit="complaints",
    source=INTERACTIONS,
    minimum=0,
)
days_since_contact = Fact(
    "days_since_contact",
    Kind.DAYS,
    label=Text("days since the last contact", "距上次联系天数"),
    description="Days since the latest contact or visit; missing where there was none. Campaigns,"
    " surveys and complaints are no contact by a manager.",
    unit="days",
    source=INTERACTIONS,
    minimum=0,
)
satisfaction = Fact(
    "satisfaction",
    Kind.NUMBER,
    label=Text("satisfaction", "满意度"),
    description="Score of the latest survey that has one, on the bank's own scale; of several on"
    " one day the lowest.",
    unit="score",
    source=INTERACTIONS,
)
loyalty = Fact(
    "loyalty",
    Kind.RATIO,
    label=Text("loyalty", "忠诚度"),
    description="How surely the customer buys here again whatever the market does: 0 not at all, 1"
    " certainly.",
    unit=SHARE,
    source=SUPPLIED,
    minimum=0,
    maximum=1,
)
competitor_rate_gap = Fact(
    "competitor_rate_gap",
    Kind.RATIO,
    label=Text("competitor's rate advantage", "竞争对手利率优势"),
    description="By how much the best offer known of a competitor is better than the bank's, a"
    " year: 0.0025 is a quarter of a per cent; negative where the bank's is better.",
    unit="a year",
    source=SUPPLIED,
    minimum=-1,
    maximum=1,
)
manager_left = Fact(
    "manager_left",
    Kind.FLAG,
    label=Text("manager left", "客户经理离任"),
    description="Whether the customer's manager has left and nobody has taken over in person.",
    source=SUPPLIED,
)
bank_led_cut = Fact(
    "bank_led_cut",
    Kind.FLAG,
    label=Text("business cut by the bank", "银行主动压缩"),
    description="Whether the bank itself reduced the business, by a lower limit or a loan called"
    " in.",
    source=SUPPLIED,
)

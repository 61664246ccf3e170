"""Facts about what the customer is worth to the bank.

12m is the twelve whole months M0-11 to M0; M0 is the latest month that has ended by the review
date.
"""

from __future__ import annotations

from relationship_core.facts.sources import (
    BENCHMARKS,
    CHANGE,
    CONTRIBUTION,
    REPORTING_CURRENCY,
    SHARE,
    SUPPLIED,
)
from relationship_core.rules import Fact, Freshness, Kind, Text

contribution_12m = Fact(
    "contribution_12m",
    Kind.MONEY,
    label=Text("contribution in twelve months", "近12个月贡献度"),
    description="Net interest and fees less operating cost, expected loss and capital charge, M0-11"
    " to M0.",
    unit=REPORTING_CURRENCY,
    source=CONTRIBUTION,
    freshness=Freshness.MONTH_END,
)
contribution_previous_12m = Fact(
    "contribution_previous_12m",
    Kind.MONEY,
    label=Text("contribution in the twelve months before", "前12个月贡献度"),
    description="The same over M0-23 to M0-12.",
    unit=REPORTING_CURRENCY,
    source=CONTRIBUTION,
    freshness=Freshness.MONTH_END,
)
contribution_growth = Fact(
    "contribution_growth",
    Kind.RATIO,
    label=Text("growth of contribution", "贡献度增长率"),
    description="Contribution less that of the twelve months before, as a part of the latter's"
    " size; missing with less than 24 months of history or an unknown beginning, or where that"
    " was nothing.",
    unit=CHANGE,
    source=CONTRIBUTION,
    freshness=Freshness.MONTH_END,
)
contribution_percentile = Fact(
    "contribution_percentile",
    Kind.RATIO,
    label=Text("percentile of contribution", "贡献度百分位"),
    description="Where the contribution stands among customers of the same kind whose"
    " contribution is positive: 0.95 and above are the best five per cent, 0 is a contribution of"
    " nothing or below.",
    unit=SHARE,
    source=BENCHMARKS,
    minimum=0,
    maximum=1,
    freshness=Freshness.MONTH_END,
)
raroc_12m = Fact(
    "raroc_12m",
    Kind.RATIO,
    label=Text("risk-adjusted return on capital", "风险调整资本回报率 (RAROC)"),
    description="Net interest and fees less operating cost and expected loss, over capital times"
    " years, M0-11 to M0; missing where there is no capital.",
    unit="a year",
    source=CONTRIBUTION,
    freshness=Freshness.MONTH_END,
)
fee_income_12m = Fact(
    "fee_income_12m",
    Kind.MONEY,
    label=Text("fees in twelve months", "近12个月中间业务收入"),
    description="Fees, net of tax, M0-11 to M0.",
    unit=REPORTING_CURRENCY,
    source=CONTRIBUTION,
    freshness=Freshness.MONTH_END,
)
wallet_share = Fact(
    "wallet_share",
    Kind.RATIO,
    label=Text("share of wallet", "钱包份额"),
    description="Part of the customer's business with all banks that is done here.",
    unit=SHARE,
    source=SUPPLIED,
    minimum=0,
    maximum=1,
)
service_ability = Fact(
    "service_ability",
    Kind.RATIO,
    label=Text("ability to serve", "服务能力"),
    description="How well the bank can serve what this customer needs: 0 not at all, 1 fully.",
    unit=SHARE,
    source=SUPPLIED,
    minimum=0,
    maximum=1,
)

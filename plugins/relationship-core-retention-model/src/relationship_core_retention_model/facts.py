"""The facts that Lantern Bank adds: how likely somebody leaves, and what goes with them."""

from __future__ import annotations

from typing import Final

from relationship_core import Fact, Kind, Text
from relationship_core.facts import aum, contribution_12m, deposits_average_3m

probability: Final = Fact(
    "churn.probability",
    Kind.RATIO,
    label=Text("probability of leaving", "流失概率"),
    description="How likely the customer closes, falls silent or takes away 30 per cent of the"
    " assets within three months. Missing where an input is that the model can't do without.",
    unit="share of one",
    source="scored by the model `churn.logistic`",
    minimum=0,
    maximum=1,
)
closing_share: Final = Fact(
    "churn.closing_share",
    Kind.RATIO,
    label=Text("assets at the month's end beside average deposits", "期末资产与日均存款之比"),
    description="Assets under management at the end of M0 over the average deposits of three"
    " months: well below 1 where money has just left. Missing without deposits.",
    unit="ratio",
    minimum=0,
    derived=aum / deposits_average_3m,
)
contribution_at_risk: Final = Fact(
    "churn.contribution_at_risk",
    Kind.MONEY,
    label=Text("contribution at risk", "风险贡献度"),
    description="The contribution of twelve months times the probability of leaving.",
    unit="reporting currency",
    derived=contribution_12m * probability,
)

FACTS: Final = (closing_share, probability, contribution_at_risk)

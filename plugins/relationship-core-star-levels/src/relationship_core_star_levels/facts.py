"""What Seven Star Bank asks of a customer beyond the built-in facts."""

from __future__ import annotations

from typing import Final

from relationship_core import Fact, Kind, Text
from relationship_core.facts import aum, deposits_average_3m

deposits_share: Final = Fact(
    "star.deposits_share",
    Kind.RATIO,
    label=Text("deposits beside all assets", "存款占管理资产比例"),
    description="Average deposits over three months, as a part of the assets at the end of the"
    " latest month; above 1 where deposits have fallen since. Missing without assets.",
    unit="share of one",
    minimum=0,
    derived=deposits_average_3m / aum,
)
event_points: Final = Fact(
    "star.event_points",
    Kind.COUNT,
    label=Text("points collected at events", "活动积分"),
    description="Points that the customer has collected at the bank's events this year.",
    unit="points",
    source="supplied by the bank's event system",
    minimum=0,
)

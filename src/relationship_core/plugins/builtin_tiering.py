"""The built-in tiering: the customer pyramid by percentile of contribution.

The cut-offs are judgement to start from; a bank calibrates every one of them.
"""

from __future__ import annotations

from decimal import Decimal

from attrs import field, frozen

from relationship_core.decisions.tier import Downgrade
from relationship_core.decisions.tiering import Tiering
from relationship_core.errors import RuleBookError
from relationship_core.facts import contribution_12m, contribution_percentile, kind
from relationship_core.plugins.builtin_lifecycle import earns_its_capital
from relationship_core.rules import Expression, Rule, Text


@frozen
class Cutoff:
    """Where a tier begins, and below what it is lost.

    Args:
        enters: The least percentile that earns it, a fraction: 0.95 is the best 5 %.
        leaves: The percentile below which a holder no longer keeps it.

    Raises:
        RuleBookError: They aren't 0 <= leaves <= enters <= 1.
    """

    enters: Decimal
    leaves: Decimal = field()

    def __attrs_post_init__(self) -> None:
        if not 0 <= self.leaves <= self.enters <= 1:
            raise RuleBookError(
                "a tier is left at or below where it is entered, both from 0 to 1", where="Cutoff"
            )


_VIP = Cutoff(Decimal("0.99"), Decimal("0.98"))
_KEY = Cutoff(Decimal("0.95"), Decimal("0.93"))
_SECONDARY = Cutoff(Decimal("0.80"), Decimal("0.78"))
_ORDINARY = Cutoff(Decimal("0.50"), Decimal("0.48"))
_DOWNGRADE = Downgrade(reviews=2, days_apart=20, minimum_hold_months=6)
_HURDLE = Decimal("0.10")


def default_tiering(
    *,
    vip: Cutoff = _VIP,
    key: Cutoff = _KEY,
    secondary: Cutoff = _SECONDARY,
    ordinary: Cutoff = _ORDINARY,
    hurdle: Decimal = _HURDLE,
    downgrade: Downgrade | None = _DOWNGRADE,
) -> Tiering:
    """The pyramid: key customers are the best 5 %, VIP the best 1 %, both of the same kind.

    Secondary are the next 15 %, ordinary the next 30 %, small the rest and whoever brings in
    nothing.

    Args:
        vip: The cut-off of VIP customers, the first part of the key ones.
        key: Of key customers.
        secondary: Of secondary customers.
        ordinary: Of ordinary customers.
        hurdle: Least RAROC of a corporate or institutional key customer, a fraction a year.
        downgrade: How slowly a tier is lost; None for at once.
    """
    earns = (kind == "personal") | earns_its_capital(hurdle)
    tiers = {
        "vip": (vip, earns, Text("Among the best of the key customers.", "关键客户中的最优者。")),
        "key": (key, earns, Text("Among the best by contribution.", "贡献度居前。")),
        "secondary": (secondary, None, Text("Next to the best by contribution.", "贡献度较高。")),
        "ordinary": (
            ordinary,
            None,
            Text("In the upper half by contribution.", "贡献度中等偏上。"),
        ),
    }
    return Tiering(
        ladder=[*tiers, "small"],
        rules=[
            Rule(tier, _reaches(cutoff.enters, also), reason=reason)
            for tier, (cutoff, also, reason) in tiers.items()
        ],
        keep=[
            Rule(tier, _reaches(cutoff.leaves, also), reason=reason)
            for tier, (cutoff, also, reason) in tiers.items()
        ],
        downgrade=downgrade,
        labels={
            "vip": Text("VIP customer", "VIP客户"),
            "key": Text("Key customer", "关键客户"),
            "secondary": Text("Secondary customer", "次要客户"),
            "ordinary": Text("Ordinary customer", "普通客户"),
            "small": Text("Small customer", "小客户"),
        },
        gold=["vip", "key"],
    )


def _reaches(percentile: Decimal, also: Expression | None) -> Expression:
    # A percentile is unknown without benchmarks, but nothing brought in is never among the best.
    reached = (contribution_12m > 0) & (contribution_percentile >= percentile)
    return reached if also is None else reached & also

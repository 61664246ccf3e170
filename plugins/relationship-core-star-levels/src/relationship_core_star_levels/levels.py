"""The seven star levels: what earns each, what keeps it, and the town where one comes sooner."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from attrs import frozen

from relationship_core import Downgrade, Expression, Rule, Text, Tiering
from relationship_core.decisions.treatment import treatments
from relationship_core.facts import (
    aum,
    balance_change_3m,
    contribution_12m,
    kind,
    months_inactive,
    product_count,
    tenure_months,
)


@frozen
class Level:
    """A star level and what it asks for.

    Args:
        stars: Its number of stars.
        aum: Least assets under management of a person, in CNY.
        contribution: Least contribution of an organisation in twelve months, in CNY.
    """

    stars: int
    aum: int
    contribution: int

    @property
    def tier(self) -> str:
        """Its name on the ladder."""
        return f"star-{self.stars}"


LEVELS: Final = (
    Level(7, 8_000_000, 2_000_000),
    Level(6, 3_000_000, 800_000),
    Level(5, 1_000_000, 300_000),
    Level(4, 300_000, 100_000),
    Level(3, 50_000, 30_000),
    Level(2, 5_000, 5_000),
)
"""Best first; whoever reaches none of them has one star."""
ONE_STAR: Final = "star-1"
GOLD: Final = ("star-7", "star-6", "star-5")
GROWING_TIERS: Final = ("star-4", "star-3", "star-2")

NORTH_RIVER: Final = ("P1", "P1C3")
"""A town with lower incomes, where four stars begin at 200,000."""
NORTH_RIVER_LEVEL: Final = Level(4, 200_000, 100_000)

LOYAL_PART: Final = Decimal("0.8")
KEEPING_PART: Final = Decimal("0.9")

# Money that comes in faster than before, from somebody who uses the bank for more than one thing.
IS_GROWING: Final = (balance_change_3m >= 0.1) & (product_count >= 2) & (months_inactive == 0)


def star_tiering(loyal_months: int) -> Tiering:
    """The ladder of seven star levels.

    A person's assets count, an organisation's contribution. Who has been a customer for long needs
    four fifths of it, and whoever has a level keeps it with nine tenths. Nobody ever needs more.

    Args:
        loyal_months: From how many months on somebody counts as a customer for long.
    """
    is_loyal = tenure_months >= loyal_months
    return Tiering(
        ladder=[*(level.tier for level in LEVELS), ONE_STAR],
        rules=[
            *(_rule(level, is_loyal) for level in LEVELS),
            _rule(NORTH_RIVER_LEVEL, is_loyal, scope=NORTH_RIVER),
        ],
        keep=[
            *(_rule(level, is_loyal, part=KEEPING_PART) for level in LEVELS),
            _rule(NORTH_RIVER_LEVEL, is_loyal, part=KEEPING_PART, scope=NORTH_RIVER),
        ],
        downgrade=Downgrade(reviews=2, days_apart=20, minimum_hold_months=3),
        labels={
            ONE_STAR: Text("One star", "一星级"),
            **{level.tier: _label(level) for level in LEVELS},
        },
        gold=GOLD,
        treatments=treatments(growing=IS_GROWING),
    )


def _rule(
    level: Level,
    is_loyal: Expression,
    *,
    part: Decimal = Decimal(1),
    scope: tuple[str, ...] = (),
) -> Rule:
    reaches = _reaches(level, part) | (is_loyal & _reaches(level, part * LOYAL_PART))
    return Rule(
        level.tier,
        when=reaches,
        reason=Text(
            f"Assets from {level.aum:,} or, for an organisation, a contribution from"
            f" {level.contribution:,} a year; less for those who have been with us for long.",
            f"管理资产达到{level.aum:,}元；机构客户年贡献度达到{level.contribution:,}元；老客户门槛更低。",
        ),
        scope=scope,
        overridable=level.stars == NORTH_RIVER_LEVEL.stars,
    )


def _reaches(level: Level, part: Decimal) -> Expression:
    is_person = kind == "personal"
    wealthy = aum >= level.aum * part
    worthwhile = contribution_12m >= level.contribution * part
    return (is_person & wealthy) | (~is_person & worthwhile)


_NUMERALS: Final = {
    2: ("Two", "二"),
    3: ("Three", "三"),
    4: ("Four", "四"),
    5: ("Five", "五"),
    6: ("Six", "六"),
    7: ("Seven", "七"),
}


def _label(level: Level) -> Text:
    en, zh = _NUMERALS[level.stars]
    return Text(f"{en} stars", f"{zh}星级")

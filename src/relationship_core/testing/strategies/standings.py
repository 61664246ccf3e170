"""Where a relationship stands before a review."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from relationship_core.domain import Pending, Standing, TierOverride
from relationship_core.plugins.builtin_ladder import LADDER
from relationship_core.testing.strategies.noun import Noun
from relationship_core.testing.strategies.values import (
    AS_OF,
    DAY,
    NOT_A_DAY,
    NOT_AN_ID,
    NOT_SEVERAL,
    NOT_TEXT,
    PAST,
    TEXT,
)

STAGES: Final = ("prospect", "exploration", "formation", "stable", "decline", "lost")
"""The built-in stages that a customer comes back from."""

TIERS: Final = LADDER
"""The built-in tiers, best first."""

pendings = Noun(
    st.builds(
        Pending,
        st.sampled_from([*STAGES, *TIERS]),
        st.lists(PAST, min_size=1, max_size=3, unique=True).map(lambda days: tuple(sorted(days))),
    ),
    wrong={"target": NOT_AN_ID, "seen": NOT_SEVERAL | st.just(())},
    clashing=(
        lambda pending: {"seen": (pending.seen[0], pending.seen[0])},
        lambda pending: {"seen": (pending.seen[0], pending.seen[0] - DAY)},
    ),
)
"""Moves that wait."""


@st.composite
def _tier_overrides(draw: DrawFn, tiers: Sequence[str] = TIERS) -> TierOverride:
    asked, approved = draw(st.permutations(["manager-1", "manager-2"]))
    starts = draw(st.dates(date(2026, 1, 1), date(2026, 8, 1)))
    ends = draw(st.dates(starts + DAY, starts + 200 * DAY))
    return TierOverride(draw(st.sampled_from(tiers)), draw(TEXT), asked, approved, starts, ends)


tier_overrides = Noun(
    _tier_overrides(),
    wrong={
        "tier": NOT_AN_ID,
        "reason": NOT_TEXT | st.none(),
        **dict.fromkeys(("requested_by", "approved_by"), NOT_AN_ID),
        **dict.fromkeys(("starts", "ends"), NOT_A_DAY | st.none()),
    },
    clashing=(
        lambda override: {"approved_by": override.requested_by},
        lambda override: {"ends": override.starts},
    ),
)
"""Tiers that a person set."""


@st.composite
def standings_of(
    draw: DrawFn,
    stages: Sequence[str] = STAGES,
    tiers: Sequence[str] = TIERS,
    *,
    as_of: date = AS_OF,
) -> Standing:
    """Standings that a review on a day can start from.

    Args:
        stages: The stages of the lifecycle.
        tiers: The ladder, best first.
        as_of: The day of the review; nothing in them is later.
    """
    before = st.dates(as_of - 500 * DAY, as_of - DAY)
    stage, tier = draw(st.sampled_from(stages)), draw(st.sampled_from(tiers))
    lower = tiers[tiers.index(tier) + 1 :]
    waits = draw(st.booleans())
    return Standing(
        stage,
        draw(before),
        tier,
        draw(before),
        draw(st.dates(as_of - 40 * DAY, as_of)),
        stage_pending=_waiting(draw(st.sampled_from(stages)), draw(before)) if waits else None,
        tier_pending=_waiting(draw(st.sampled_from(lower)), draw(before)) if lower else None,
        overrides=tuple(draw(st.lists(_tier_overrides(tiers), max_size=1))),
        stages_passed=(stage,),
    )


def _waiting(target: str, seen: date) -> Pending:
    return Pending(target, (seen,))


standings = Noun(
    standings_of(),
    wrong={
        **dict.fromkeys(("stage", "tier"), NOT_AN_ID.filter(bool)),
        **dict.fromkeys(("stage_since", "tier_since", "reviewed"), NOT_A_DAY),
        **dict.fromkeys(("stage_pending", "tier_pending"), st.sampled_from(["decline", 7])),
        "overrides": NOT_SEVERAL,
        "stages_passed": st.sampled_from([("",), (None,), 7, "stable"]),
    },
    clashing=(
        lambda _: {"stage": None, "stage_since": date(2026, 1, 1)},
        lambda _: {"tier": None, "tier_since": date(2026, 1, 1)},
    ),
)
"""Standings by the built-in stages and tiers."""

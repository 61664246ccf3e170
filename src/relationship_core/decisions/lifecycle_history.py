"""The pattern of a whole relationship: where in its course it ended, if it has."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from itertools import pairwise

from attrs import frozen

from relationship_core.decisions.lifecycle import Lifecycle
from relationship_core.decisions.stage import ROLE_ORDER, StageEvent, StageRole
from relationship_core.decisions.window import months_between
from relationship_core.errors import ReviewError
from relationship_core.rules import Text


class Pattern(StrEnum):
    """How a relationship ended."""

    EARLY_ABORTION = "early_abortion"
    PREMATURE_END = "premature_end"
    EARLY_EXIT = "early_exit"
    LONG_LASTING = "long_lasting"

    @property
    def label(self) -> Text:
        """Words for people."""
        return _LABELS[self]


_LABELS = {
    Pattern.EARLY_ABORTION: Text("early abortion", "早期流产型"),
    Pattern.PREMATURE_END: Text("premature end", "中途夭折型"),
    Pattern.EARLY_EXIT: Text("early exit", "提前退出型"),
    Pattern.LONG_LASTING: Text("long-lasting", "长久保持型"),
}


@frozen
class History:
    """A whole relationship at a glance.

    Args:
        pattern: How it ended; of an open one long-lasting where it has been that already, else
            None. None too where no business was ever done.
        is_open: Whether it still runs.
        furthest: The latest of exploration, formation and stable that it reached; None without any.
        months_stable: Completed months in stable, stretch by stretch, one after the other.
    """

    pattern: Pattern | None
    is_open: bool
    furthest: StageRole | None
    months_stable: int

    def __str__(self) -> str:
        """The pattern's English name, or that it is open."""
        if self.pattern is None:
            return "open" if self.is_open else "no business"
        return f"{self.pattern.label.en} so far" if self.is_open else self.pattern.label.en


def history(
    events: Iterable[StageEvent],
    lifecycle: Lifecycle,
    as_of: date,
    *,
    long_lasting_months: int = 36,
) -> History:
    """The pattern of a customer's changes of stage.

    A relationship that was lost and won back is judged over its whole course, as one.

    Args:
        events: Every change of stage in order, each starting where the one before led.
        lifecycle: The stages they are of.
        as_of: The day up to which an open stage is counted; later events are left out.
        long_lasting_months: Months in stable from which on a relationship is long-lasting.

    Raises:
        ReviewError: An event doesn't start where the one before led, or comes before it, or is of
            no stage of the lifecycle.
    """
    seen = [event for event in events if event.effective <= as_of]
    _require_chain(seen)
    roles = [lifecycle.stage(event.to_stage).role for event in seen]
    ends = [event.effective for event in seen[1:]] + [as_of]
    months = sum(
        months_between(event.effective, end)
        for event, role, end in zip(seen, roles, ends, strict=False)
        if role is StageRole.STABLE
    )
    active = [role for role in roles if role in _PATTERN_WHEN_ENDED]
    furthest = max(active, key=ROLE_ORDER.__getitem__, default=None)
    is_open = not (seen and lifecycle.stage(seen[-1].to_stage).is_ended)
    if months >= long_lasting_months and furthest is StageRole.STABLE:
        return History(Pattern.LONG_LASTING, is_open, furthest, months)
    ended = None if is_open or furthest is None else _PATTERN_WHEN_ENDED[furthest]
    return History(ended, is_open, furthest, months)


_PATTERN_WHEN_ENDED = {
    StageRole.EXPLORATION: Pattern.EARLY_ABORTION,
    StageRole.FORMATION: Pattern.PREMATURE_END,
    StageRole.STABLE: Pattern.EARLY_EXIT,
}


def _require_chain(events: list[StageEvent]) -> None:
    for before, after in pairwise(events):
        if after.from_stage != before.to_stage or after.effective < before.effective:
            raise ReviewError(
                "an event doesn't start where the one before led",
                where=f"event of {after.effective}",
                mend="give every change of stage, in the order in which they came",
            )

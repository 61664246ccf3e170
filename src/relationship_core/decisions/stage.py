"""The words of a lifecycle: stages, the moves between them, what a review decides and records."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from enum import StrEnum

from attrs import Factory, evolve, field, frozen

from relationship_core.decisions.hysteresis import Confirmation
from relationship_core.domain.standing import Pending, Standing
from relationship_core.domain.validation import require_id
from relationship_core.errors import RuleBookError
from relationship_core.rules import FactValue, Text
from relationship_core.rules.text import as_text


class StageRole(StrEnum):
    """What a stage is in the course of a relationship, in that course's order."""

    PROSPECT = "prospect"
    EXPLORATION = "exploration"
    FORMATION = "formation"
    STABLE = "stable"
    DECLINE = "decline"
    LOST = "lost"
    EXITED = "exited"


ROLE_ORDER = {role: place for place, role in enumerate(StageRole)}
_ACTIVE = frozenset({StageRole.EXPLORATION, StageRole.FORMATION, StageRole.STABLE})
_ENDED = frozenset({StageRole.LOST, StageRole.EXITED})


def _own_role(stage: Stage) -> StageRole:
    try:
        return StageRole(stage.id)
    except ValueError:
        raise RuleBookError(
            f"the stage {stage.id!r} has no role",
            where=f"stage {stage.id}",
            mend="give it one of StageRole: role=StageRole.FORMATION, say",
        ) from None


def _own_label(stage: Stage) -> Text:
    return Text(stage.id.replace("_", " "))


@frozen
class Stage:
    """A stage of the lifecycle.

    Args:
        id: Its stable name.
        label: Words for people.
        role: What it is in the course of a relationship; a stage named after a role has that role.

    Raises:
        RuleBookError: It has no role.
        InvalidValueError: Its name is malformed.
    """

    id: str
    label: Text = field(default=Factory(_own_label, takes_self=True), converter=as_text)
    role: StageRole = field(default=Factory(_own_role, takes_self=True), converter=StageRole)

    def __attrs_post_init__(self) -> None:
        require_id(self.id, "Stage.id")

    @property
    def is_active(self) -> bool:
        """Whether business is done and not in decline: exploration, formation, stable."""
        return self.role in _ACTIVE

    @property
    def is_ended(self) -> bool:
        """Whether the relationship is over here, be it that it can be won back."""
        return self.role in _ENDED

    @property
    def is_final(self) -> bool:
        """Whether nothing leads out of it by itself."""
        return self.role is StageRole.EXITED


class TransitionKind(StrEnum):
    """What a change of stage means."""

    OPENED = "opened"
    EXIT = "exit"
    LOST = "lost"
    DECLINE = "decline"
    FORWARD = "forward"
    RECOVERY = "recovery"
    WIN_BACK = "win_back"


_BY_TARGET = {
    StageRole.EXITED: TransitionKind.EXIT,
    StageRole.LOST: TransitionKind.LOST,
    StageRole.DECLINE: TransitionKind.DECLINE,
}
_BY_SOURCE = {
    StageRole.LOST: TransitionKind.WIN_BACK,
    StageRole.DECLINE: TransitionKind.RECOVERY,
}


def kind_of_move(source: Stage, target: Stage | None) -> TransitionKind:
    """What a move means; back to an earlier active stage is decline, to an open target a return."""
    if target is None:
        return _BY_SOURCE[source.role]
    if target.role in _BY_TARGET:
        return _BY_TARGET[target.role]
    if source.role in _BY_SOURCE:
        return _BY_SOURCE[source.role]
    is_back = ROLE_ORDER[target.role] < ROLE_ORDER[source.role]
    return TransitionKind.DECLINE if is_back else TransitionKind.FORWARD


def _sources(source: str | Iterable[str]) -> tuple[str, ...]:
    # Sorted, as a set of stages comes in another order in every process.
    return (source,) if isinstance(source, str) else tuple(sorted(source))


@frozen
class Transition:
    """A move between stages: what a rule of a lifecycle leads to when it fires.

    Args:
        source: The stage or stages it starts from.
        target: The stage it leads to; None for the one that the entry rules give, made only where
            that is an active stage: the way back from decline or loss.
        confirm: How often it must be indicated before it is made; None for at once.
    """

    source: tuple[str, ...] = field(converter=_sources)
    target: str | None = None
    confirm: Confirmation | None = None


@frozen
class StageEvent:
    """A change of stage.

    Args:
        from_stage: The stage before; None where the customer is classified for the first time.
        to_stage: The stage after.
        effective: The day from which it is true.
        kind: What the change means.
        rule: The rule that asked for it; None where no entry rule fired and the first stage stands.
        origin: The plugin that rule came from.
        facts: Name and value of every fact that rule saw; without a rule, of all that were asked.
            Kept out of `repr`.
        scope: The node of the organisation whose rule it is; empty for the head office.
    """

    from_stage: str | None
    to_stage: str
    effective: date
    kind: TransitionKind
    rule: str | None = None
    origin: str = ""
    facts: tuple[tuple[str, FactValue | None], ...] = field(default=(), repr=False)
    scope: tuple[str, ...] = ()


@frozen
class StageDecision:
    """Where one customer stands in the lifecycle after a review.

    Args:
        stage: The stage.
        previous: The stage before; None on a first day.
        since: The day the stage began; where nobody knows, the first day it was reviewed in it.
        reviewed: The day of the review.
        event: The change of stage; None where there was none.
        rule: The rule that moved the customer, or asks for a move that waits.
        origin: The plugin that rule came from.
        reason: That rule's reason.
        scope: The node of the organisation whose rule it is; empty for the head office.
        is_undetermined: Whether missing facts left it open; the stage before then holds.
        is_provisional: Whether there was no stage before to hold, so that the best guess stands.
        missing: The names of those facts.
        pending: The move that waits, with the days that indicated it.
        before: The standing that the review started from; no part of what was decided.
    """

    stage: str
    previous: str | None
    since: date
    reviewed: date
    event: StageEvent | None = None
    rule: str | None = None
    origin: str = ""
    reason: Text | None = None
    scope: tuple[str, ...] = ()
    is_undetermined: bool = False
    is_provisional: bool = False
    missing: tuple[str, ...] = ()
    pending: Pending | None = None
    before: Standing | None = field(default=None, eq=False, repr=False)

    def __str__(self) -> str:
        """The stage's id."""
        return self.stage

    @property
    def standing(self) -> Standing:
        """The standing after the review; worked out when asked."""
        return self.applied_to(self.before)

    def applied_to(self, standing: Standing | None) -> Standing:
        """A standing with this decision in it; its tier stays as it is."""
        return evolve(
            Standing() if standing is None else standing,
            stage=self.stage,
            stage_since=self.since,
            stage_pending=self.pending,
            reviewed=self.reviewed,
            stages_passed=self.passed_after(standing),
        )

    def passed_after(self, standing: Standing | None) -> tuple[str, ...]:
        """Every stage reached up to and with this decision."""
        passed = () if standing is None else standing.stages_passed
        if self.event is None:
            return passed
        known = passed or (() if self.previous is None else (self.previous,))
        return (*known, self.stage)

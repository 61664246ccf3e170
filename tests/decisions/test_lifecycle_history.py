from __future__ import annotations

from datetime import date

import pytest

from relationship_core.decisions.lifecycle import StageEvent, StageRole, TransitionKind
from relationship_core.decisions.lifecycle_history import History, Pattern, history
from relationship_core.errors import ReviewError
from tests.decisions.small_lifecycle import small_lifecycle

LIFECYCLE = small_lifecycle()
TODAY = date(2026, 6, 30)


def course(*steps: tuple[str, int]) -> list[StageEvent]:
    """Stages with the year in whose first day each began."""
    events: list[StageEvent] = []
    before: str | None = None
    for stage, year in steps:
        events.append(StageEvent(before, stage, date(year, 1, 1), TransitionKind.FORWARD))
        before = stage
    return events


EXPLORED = ("prospect", 2010), ("exploration", 2011)
FORMED = (*EXPLORED, ("formation", 2012))
SETTLED = (*FORMED, ("stable", 2013))


@pytest.mark.parametrize(
    ("steps", "pattern", "words"),
    [
        ((*EXPLORED, ("lost", 2013)), Pattern.EARLY_ABORTION, "early abortion"),
        (
            (*FORMED, ("decline", 2013), ("exited", 2014)),
            Pattern.PREMATURE_END,
            "premature end",
        ),
        ((*SETTLED, ("decline", 2015), ("lost", 2016)), Pattern.EARLY_EXIT, "early exit"),
        ((*SETTLED, ("decline", 2016), ("lost", 2017)), Pattern.LONG_LASTING, "long-lasting"),
        ((("prospect", 2010), ("exited", 2011)), None, "no business"),
    ],
)
def test_an_ended_history_has_a_pattern(
    steps: tuple[tuple[str, int], ...], pattern: Pattern | None, words: str
) -> None:
    seen = history(course(*steps), LIFECYCLE, TODAY)
    assert (seen.pattern, seen.is_open, str(seen)) == (pattern, False, words)


@pytest.mark.parametrize(
    ("steps", "pattern", "words"),
    [
        ((), None, "open"),
        (EXPLORED, None, "open"),
        ((*SETTLED[:-1], ("stable", 2024)), None, "open"),
        (SETTLED, Pattern.LONG_LASTING, "long-lasting so far"),
        ((*SETTLED, ("decline", 2025)), Pattern.LONG_LASTING, "long-lasting so far"),
        ((*EXPLORED, ("lost", 2012), ("exploration", 2014)), None, "open"),
    ],
)
def test_a_running_history_is_open(
    steps: tuple[tuple[str, int], ...], pattern: Pattern | None, words: str
) -> None:
    seen = history(course(*steps), LIFECYCLE, TODAY)
    assert (seen.pattern, seen.is_open, str(seen)) == (pattern, True, words)


def test_who_was_won_back_is_judged_over_the_whole_course() -> None:
    steps = (*SETTLED, ("lost", 2015), ("exploration", 2016), ("stable", 2017), ("lost", 2019))
    assert history(course(*steps), LIFECYCLE, TODAY) == History(
        Pattern.LONG_LASTING, False, StageRole.STABLE, 48
    )


def test_how_long_is_long_is_the_bank_s_to_say() -> None:
    steps = course(*SETTLED, ("lost", 2016))
    assert history(steps, LIFECYCLE, TODAY).pattern is Pattern.LONG_LASTING
    patient = history(steps, LIFECYCLE, TODAY, long_lasting_months=37)
    assert patient.pattern is Pattern.EARLY_EXIT
    hasty = history(course(*FORMED), LIFECYCLE, TODAY, long_lasting_months=0)
    assert hasty.pattern is None


def test_what_came_later_is_left_out() -> None:
    steps = course(*SETTLED, ("lost", 2016))
    assert history(steps, LIFECYCLE, date(2014, 1, 1)) == History(None, True, StageRole.STABLE, 12)


@pytest.mark.parametrize(
    "events",
    [
        course(*SETTLED)[:2] + course(*SETTLED)[3:],
        [course(("prospect", 2012))[0], *course(("prospect", 2010), ("exploration", 2011))[1:]],
    ],
)
def test_events_that_make_no_chain_are_refused(events: list[StageEvent]) -> None:
    with pytest.raises(ReviewError, match="doesn't start where the one before led"):
        history(events, LIFECYCLE, TODAY)


def test_patterns_have_words_in_both_languages() -> None:
    assert [pattern.label.zh for pattern in Pattern] == [
        "早期流产型",
        "中途夭折型",
        "提前退出型",
        "长久保持型",
    ]

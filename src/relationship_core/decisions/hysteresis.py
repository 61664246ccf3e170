"""Hysteresis: a move waits until it was indicated often enough, on days far enough apart."""

from __future__ import annotations

from datetime import date

from attrs import field, frozen

from relationship_core.domain.standing import Pending, Standing
from relationship_core.errors import ReviewError, RuleBookError


@frozen
class Confirmation:
    """How often, and on days how far apart, a move must be indicated in a row before it is made.

    Days are counted, not runs: a second review on one day, or within the days apart, adds nothing.

    Args:
        reviews: Days that must have indicated it, at least 1.
        days_apart: Least days from one that counts to the next, at least 1.

    Raises:
        RuleBookError: A number is below 1, or no whole number.
    """

    reviews: int = field(default=2)
    days_apart: int = field(default=20)

    def __attrs_post_init__(self) -> None:
        require_whole(self.reviews, self.days_apart)
        if self.reviews < 1 or self.days_apart < 1:
            raise RuleBookError(
                "a confirmation needs at least one review and one day",
                mend="leave it out where a move needs none",
            )

    def days_seen(self, pending: Pending | None, as_of: date) -> tuple[date, ...]:
        """The days that count once the move is indicated on this one too.

        Args:
            pending: The same move as it waited before; None where it is new.
            as_of: The day of the review.
        """
        if pending is None:
            return (as_of,)
        seen = pending.seen
        is_enough = len(seen) >= self.reviews
        return seen if is_enough or (as_of - seen[-1]).days < self.days_apart else (*seen, as_of)


def require_whole(*numbers: object) -> None:
    """Refuse what is no whole number in how slowly a move is made.

    Raises:
        RuleBookError: One isn't.
    """
    for number in numbers:
        if not isinstance(number, int) or isinstance(number, bool):
            raise RuleBookError(
                f"a {type(number).__name__} where a whole number belongs",
                mend="count in whole reviews, days and months",
            )


def waiting(target: str, seen: tuple[date, ...], before: Pending | None) -> Pending:
    """The pending move with these days; the very same one where nothing has changed."""
    if before is not None and before.target == target and before.seen == seen:
        return before
    return Pending(target, seen)


def require_in_time(standing: Standing, since: date | None, as_of: date) -> None:
    """Refuse a review of a day before the standing that it starts from.

    Raises:
        ReviewError: The standing was reviewed, or what it stands at began, after the day.
    """
    reviewed = standing.reviewed
    if (reviewed is None or reviewed <= as_of) and (since is None or since <= as_of):
        return
    raise ReviewError(
        f"the standing is of a later day than {as_of}",
        where="Standing.reviewed",
        mend="give the standing as it was before that day",
    )

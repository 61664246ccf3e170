"""What a customer allows the bank to do with their data."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

import attrs

from relationship_core.domain.validation import (
    require_date,
    require_member,
    require_order,
    require_text,
)


class Purpose(StrEnum):
    """What data may be used for."""

    SERVICE = "service"
    MARKETING = "marketing"
    PROFILING = "profiling"
    SHARING = "sharing"


@attrs.frozen
class Consent:
    """One consent, given on a day and perhaps withdrawn on another.

    Args:
        purpose: What it allows.
        given: The first day it holds.
        withdrawn: The first day it no longer holds; None while it stands.
        channel: Where it was given, in the bank's own words.

    Raises:
        InvalidValueError: A field is of the wrong kind, or it is withdrawn before it is given.
    """

    purpose: Purpose
    given: date
    withdrawn: date | None = None
    channel: str | None = None

    def __attrs_post_init__(self) -> None:
        require_member(self.purpose, Purpose, "Consent.purpose")
        require_date(self.given, "Consent.given")
        if self.withdrawn is not None:
            require_date(self.withdrawn, "Consent.withdrawn")
        require_order(self.given, self.withdrawn, "withdrawn before given", "Consent.withdrawn")
        if self.channel is not None:
            require_text(self.channel, "Consent.channel")

    def holds(self, on: date) -> bool:
        """Say whether it stands on a day; on the day of its withdrawal it no longer does."""
        return self.given <= on and (self.withdrawn is None or on < self.withdrawn)

"""What a contract raises where a plugin breaks one of its laws."""

from __future__ import annotations

from relationship_core.errors import RelationshipError


class BrokenLaw(RelationshipError, AssertionError):  # noqa: N818 - it is a finding, told as one
    """A plugin does what none may do; the customer who shows it stands beside the message."""

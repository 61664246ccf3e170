"""Who a customer is related to."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import StrEnum

import attrs

from relationship_core.domain.validation import (
    ONE,
    ZERO,
    refuse,
    require_date,
    require_decimal,
    require_id,
    require_member,
    require_order,
)


class RelationKind(StrEnum):
    """What the customer is to the other: `GUARANTOR` reads "customer is guarantor of other"."""

    HOUSEHOLD = "household"
    GUARANTOR = "guarantor"
    GROUP_PARENT = "group_parent"
    SUPPLIER = "supplier"
    BUYER = "buyer"
    BENEFICIAL_OWNER = "beneficial_owner"
    REFERRER = "referrer"


@attrs.frozen
class Relation:
    """A directed, dated tie: the customer is `kind` of the other.

    Args:
        customer_id: The one who is guarantor, parent, supplier and so on.
        other_id: The one it is that to.
        kind: What the tie is.
        since: The first day it holds; None if it has held as long as anybody knows.
        until: The first day it no longer holds; None while it stands.
        share: The part owned, above 0 and at most 1, where ownership is meant.

    Raises:
        InvalidValueError: A field is of the wrong kind or out of range, it ends before it begins,
            or it ties a customer to itself.
    """

    customer_id: str
    other_id: str
    kind: RelationKind
    since: date | None = None
    until: date | None = None
    share: Decimal | None = None

    def __attrs_post_init__(self) -> None:
        require_id(self.customer_id, "Relation.customer_id")
        require_id(self.other_id, "Relation.other_id")
        if self.customer_id == self.other_id:
            refuse(
                "a customer is related to itself", "Relation.other_id", "name two different ones"
            )
        require_member(self.kind, RelationKind, "Relation.kind")
        if self.since is not None:
            require_date(self.since, "Relation.since")
        if self.until is not None:
            require_date(self.until, "Relation.until")
        require_order(self.since, self.until, "ends before it begins", "Relation.until")
        if self.share is not None:
            share = require_decimal(self.share, "Relation.share")
            if not ZERO < share <= ONE:
                refuse(
                    "the share is not above 0 and at most 1",
                    "Relation.share",
                    "a quarter is Decimal('0.25')",
                )

    def holds(self, on: date) -> bool:
        """Say whether it stands on a day; on the day it ends it no longer does."""
        return (self.since is None or self.since <= on) and (self.until is None or on < self.until)

"""What passed between the bank and a customer besides business."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import StrEnum

import attrs

from relationship_core.domain.channel import Channel
from relationship_core.domain.validation import (
    require_amount,
    require_date,
    require_id,
    require_member,
    require_order,
)


class InteractionKind(StrEnum):
    """What it was."""

    CONTACT = "contact"
    VISIT = "visit"
    COMPLAINT = "complaint"
    SURVEY = "survey"
    CAMPAIGN = "campaign"


@attrs.frozen
class Interaction:
    """One contact, visit, complaint, survey answer or campaign touch.

    Args:
        id: The bank's number for it.
        customer_id: The customer.
        occurred: The day.
        kind: What it was.
        channel: Where; None if unknown.
        due: The day by which a complaint or promise must be settled.
        resolved: The day it was settled; None while open.
        score: A survey's score, on the bank's own scale.

    Raises:
        InvalidValueError: A field is of the wrong kind, or it is due or resolved too early.
    """

    id: str
    customer_id: str
    occurred: date
    kind: InteractionKind
    channel: Channel | None = None
    due: date | None = None
    resolved: date | None = None
    score: Decimal | None = None

    def __attrs_post_init__(self) -> None:
        require_id(self.id, "Interaction.id")
        require_id(self.customer_id, "Interaction.customer_id")
        require_date(self.occurred, "Interaction.occurred")
        require_member(self.kind, InteractionKind, "Interaction.kind")
        if self.channel is not None:
            require_member(self.channel, Channel, "Interaction.channel")
        if self.due is not None:
            require_date(self.due, "Interaction.due")
            require_order(self.occurred, self.due, "due before it occurred", "Interaction.due")
        if self.resolved is not None:
            require_date(self.resolved, "Interaction.resolved")
            require_order(
                self.occurred, self.resolved, "resolved before it occurred", "Interaction.resolved"
            )
        if self.score is not None:
            require_amount(self.score, "Interaction.score")

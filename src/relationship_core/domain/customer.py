"""Who a customer is."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

import attrs

from relationship_core.domain.consent import Consent
from relationship_core.domain.identifiers import Identifier
from relationship_core.domain.resident_id import Sex
from relationship_core.domain.validation import (
    freeze_items,
    refuse,
    require_date,
    require_each,
    require_id,
    require_member,
    require_order,
    require_text,
)

__all__ = ["Customer", "CustomerKind", "CustomerStatus", "Sex"]


class CustomerKind(StrEnum):
    """The three kinds of customer; an institution is a government body, a school, a hospital."""

    PERSONAL = "personal"
    CORPORATE = "corporate"
    INSTITUTIONAL = "institutional"


class CustomerStatus(StrEnum):
    """A status beside the stage of the lifecycle, never a stage itself."""

    ACTIVE = "active"
    DORMANT = "dormant"
    FROZEN = "frozen"
    DECEASED = "deceased"
    MINOR = "minor"


@attrs.frozen
class Customer:
    """One customer of the bank. Nothing that identifies a person shows in `repr`.

    Args:
        id: The bank's number for the customer.
        kind: Personal, corporate or institutional.
        name: As in the bank's records.
        identifiers: Documents and numbers, the leading one first.
        born: Day of birth, or of founding.
        sex: Known to the proofs of fairness only, never a ground to decide on.
        industry: Code by ISIC Rev. 4 or GB/T 4754-2017.
        system: The group or line of authority it belongs to.
        branch: Id of the branch that keeps the relationship.
        manager: Id of the lead manager.
        since: First day as a customer; None for a prospect.
        closed: The day the relationship was closed.
        status: Beside the stage.
        risk_tolerance: 1, the most cautious, to 5.
        phone: As in the bank's records.
        email: As in the bank's records.
        consents: Past ones included.

    Raises:
        InvalidValueError: A field is of the wrong kind or out of range, or it is closed before it
            begins.
    """

    id: str
    kind: CustomerKind
    name: str | None = attrs.field(default=None, repr=False)
    identifiers: tuple[Identifier, ...] = ()
    born: date | None = attrs.field(default=None, repr=False)
    sex: Sex | None = attrs.field(default=None, repr=False)
    industry: str | None = None
    system: str | None = None
    branch: str | None = None
    manager: str | None = None
    since: date | None = None
    closed: date | None = None
    status: CustomerStatus = CustomerStatus.ACTIVE
    risk_tolerance: int | None = None
    phone: str | None = attrs.field(default=None, repr=False)
    email: str | None = attrs.field(default=None, repr=False)
    consents: tuple[Consent, ...] = ()

    def __attrs_post_init__(self) -> None:
        require_id(self.id, "Customer.id")
        require_member(self.kind, CustomerKind, "Customer.kind")
        freeze_items(self, "identifiers")
        require_each(self.identifiers, Identifier, "Customer.identifiers")
        for name in ("name", "phone", "email"):
            text = getattr(self, name)
            if text is not None:
                require_text(text, f"Customer.{name}")
        for name in ("industry", "system", "branch", "manager"):
            code = getattr(self, name)
            if code is not None:
                require_id(code, f"Customer.{name}")
        for name in ("born", "since", "closed"):
            day = getattr(self, name)
            if day is not None:
                require_date(day, f"Customer.{name}")
        require_order(self.since, self.closed, "closed before it began", "Customer.closed")
        if self.sex is not None:
            require_member(self.sex, Sex, "Customer.sex")
        require_member(self.status, CustomerStatus, "Customer.status")
        tolerance = self.risk_tolerance
        if tolerance is not None and (type(tolerance) is not int or not 1 <= tolerance <= 5):
            refuse(
                "not a whole number from 1 to 5",
                "Customer.risk_tolerance",
                "leave it out if it was never assessed",
            )
        freeze_items(self, "consents")
        require_each(self.consents, Consent, "Customer.consents")

"""What passes between the sample's customers and the bank beside money."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from relationship_core.domain import Channel, Consent, Interaction, InteractionKind, Purpose
from relationship_core.portfolio.sample.chance import Chance
from relationship_core.portfolio.sample.months import FIRST_DAY, LAST_DAY
from relationship_core.portfolio.sample.numbering import Numbering

_ANSWER_WITHIN = timedelta(days=15)


def contacts(
    chance: Chance, numbering: Numbering, customer_id: str, since: date, often: float
) -> Iterator[Interaction]:
    """Contacts and visits of a manager, `often` times in the covered months, rarely a complaint."""
    first = max(since, FIRST_DAY)
    for _ in range(chance.count(often)):
        is_visit = chance.happens(0.3)
        yield Interaction(
            numbering.contact(),
            customer_id,
            chance.day(first, LAST_DAY),
            InteractionKind.VISIT if is_visit else InteractionKind.CONTACT,
            Channel.COUNTER if is_visit else Channel.PHONE,
        )
    if chance.happens(0.03):
        yield _complaint(chance, numbering, customer_id, first)
    if chance.happens(0.05):
        yield Interaction(
            numbering.contact(),
            customer_id,
            chance.day(first, LAST_DAY),
            InteractionKind.SURVEY,
            Channel.MOBILE,
            score=Decimal(chance.weighted(((9, 0.3), (8, 0.3), (7, 0.2), (5, 0.1), (3, 0.1)))),
        )


def _complaint(chance: Chance, numbering: Numbering, customer_id: str, first: date) -> Interaction:
    occurred = chance.day(first, LAST_DAY)
    resolved = occurred + timedelta(days=chance.whole(1, 20))
    return Interaction(
        numbering.contact(),
        customer_id,
        occurred,
        InteractionKind.COMPLAINT,
        Channel.PHONE if chance.happens(0.6) else Channel.MOBILE,
        due=occurred + _ANSWER_WITHIN,
        resolved=resolved if resolved <= LAST_DAY and chance.happens(0.85) else None,
    )


def consents(chance: Chance, since: date) -> tuple[Consent, ...]:
    """A consent to marketing, often given, sometimes withdrawn."""
    if not chance.happens(0.6):
        return ()
    given = chance.day(since, LAST_DAY)
    withdrawn = chance.day(given, LAST_DAY) if chance.happens(0.06) else None
    return (Consent(Purpose.MARKETING, given, withdrawn),)

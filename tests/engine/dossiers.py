"""Dossiers drawn at random: any kind of record, known on the review date or dated after it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, NamedTuple

import attrs
from hypothesis import strategies as st

from relationship_core import Account, Consent, Dossier, Owner, Purpose, Relation, RelationKind
from relationship_core.testing import strategies as kit
from relationship_core.testing.strategies.dossiers import bookings, contacts, months_of
from relationship_core.testing.strategies.standings import STAGES
from tests.decisions.observed_customer import AS_OF, SAVINGS

__all__ = ["RECORDS", "STAGES", "Later", "dossiers", "with_later_records"]

RECORDS = ("accounts", "positions", "transactions", "interactions", "relations")

_FUTURE = st.dates(AS_OF + timedelta(days=1), date(2027, 6, 30))
_SCOPES = ((), ("north",), ("north", "harbour"))


def dossiers() -> st.SearchStrategy[Dossier]:
    """What is known on the review date: nothing in it is dated later."""
    return kit.dossiers(as_of=AS_OF, scopes=_SCOPES)


class Later(NamedTuple):
    """A dossier, and the same one with all that came after the review date."""

    known: Dossier
    with_later: Dossier


@st.composite
def with_later_records(draw: st.DrawFn) -> Later:
    """Two dossiers that are the same on the review date."""
    known = draw(dossiers())
    who = known.customer
    customer = attrs.evolve(
        who,
        closed=who.closed or draw(_FUTURE),
        consents=(
            *(attrs.evolve(one, withdrawn=one.withdrawn or draw(_FUTURE)) for one in who.consents),
            Consent(Purpose.MARKETING, draw(_FUTURE)),
        ),
    )
    later: dict[str, Any] = {}
    if known.accounts is not None:
        new = Account("new", SAVINGS, "CNY", (Owner(who.id),), draw(_FUTURE))
        kept = [attrs.evolve(one, closed=one.closed or draw(_FUTURE)) for one in known.accounts]
        later["accounts"] = (*kept, new)
        ids = [one.id for one in later["accounts"]]
        if known.positions is not None:
            rows = [draw(months_of(one, range(-4, 0), as_of=AS_OF)) for one in later["accounts"]]
            later["positions"] = (*known.positions, *(row for of_one in rows for row in of_one))
        if known.transactions is not None:
            booked = draw(bookings(ids, _FUTURE, "later"))
            later["transactions"] = (*known.transactions, *booked)
    if known.interactions is not None:
        resolved = [
            attrs.evolve(one, resolved=one.resolved or draw(_FUTURE)) for one in known.interactions
        ]
        later["interactions"] = (*resolved, *draw(contacts(who.id, _FUTURE, "later")))
    if known.relations is not None:
        ended = [attrs.evolve(one, until=one.until or draw(_FUTURE)) for one in known.relations]
        begins = Relation(who.id, "later?", RelationKind.HOUSEHOLD, draw(_FUTURE))
        later["relations"] = (*ended, begins)
    return Later(known, attrs.evolve(known, customer=customer, **later))

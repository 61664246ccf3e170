"""Customers, their consents and relations, and what passes between them and the bank."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from relationship_core.domain import (
    Channel,
    Consent,
    Customer,
    CustomerKind,
    CustomerStatus,
    Interaction,
    InteractionKind,
    Purpose,
    Relation,
    RelationKind,
    Sex,
)
from relationship_core.testing.strategies.identifiers import identifiers
from relationship_core.testing.strategies.noun import Noun
from relationship_core.testing.strategies.values import (
    DAY,
    IDS,
    NOT_A_DAY,
    NOT_A_NUMBER,
    NOT_AN_AMOUNT,
    NOT_AN_ID,
    NOT_SEVERAL,
    NOT_TEXT,
    PAST,
    TEXT,
    days_from,
    no_day_or,
    not_a_member,
)

_INDUSTRIES = st.sampled_from(["C10", "F51", "K64", "P82"])


@st.composite
def _consents(draw: DrawFn) -> Consent:
    given = draw(PAST)
    withdrawn = draw(no_day_or(days_from(given)))
    channel = draw(st.sampled_from([None, "counter"]))
    return Consent(draw(st.sampled_from(Purpose)), given, withdrawn, channel)


consents = Noun(
    _consents(),
    wrong={
        "purpose": not_a_member(Purpose),
        "given": NOT_A_DAY | st.none(),
        "withdrawn": NOT_A_DAY,
        "channel": NOT_TEXT,
    },
    clashing=(lambda consent: {"withdrawn": consent.given - DAY},),
)
"""Consents, withdrawn or standing."""


@st.composite
def _customers(draw: DrawFn) -> Customer:
    kind = draw(st.sampled_from(CustomerKind))
    since = draw(no_day_or(PAST))
    is_person = kind is CustomerKind.PERSONAL
    return Customer(
        draw(IDS),
        kind,
        name=draw(st.none() | TEXT),
        identifiers=tuple(draw(st.lists(identifiers(), max_size=2))),
        born=draw(no_day_or(st.dates(date(1930, 1, 1), date(2020, 12, 31)))),
        sex=draw(st.none() | st.sampled_from(Sex)) if is_person else None,
        industry=None if is_person else draw(st.none() | _INDUSTRIES),
        system=None if is_person else draw(st.none() | IDS),
        branch=draw(st.none() | IDS),
        manager=draw(st.none() | IDS),
        since=since,
        closed=None if since is None else draw(no_day_or(days_from(since))),
        status=draw(st.sampled_from(CustomerStatus)),
        risk_tolerance=draw(st.none() | st.integers(1, 5)),
        phone=draw(st.none() | st.just("13800138000")),
        email=draw(st.none() | st.just("somebody@example.com")),
        consents=tuple(draw(st.lists(consents(), max_size=2))),
    )


customers = Noun(
    _customers(),
    wrong={
        "id": NOT_AN_ID,
        "kind": not_a_member(CustomerKind),
        **dict.fromkeys(("name", "phone", "email"), NOT_TEXT),
        **dict.fromkeys(("industry", "system", "branch", "manager"), NOT_AN_ID.filter(bool)),
        **dict.fromkeys(("born", "since", "closed"), NOT_A_DAY),
        "sex": st.sampled_from(["female", "F", 1]),
        "status": not_a_member(CustomerStatus),
        "risk_tolerance": st.sampled_from([0, 6, True, "3", Decimal(3)]),
        **dict.fromkeys(("identifiers", "consents"), NOT_SEVERAL),
    },
    clashing=(lambda _: {"closed": date(2020, 1, 1), "since": date(2020, 1, 2)},),
)
"""Customers of every kind and status."""


@st.composite
def _relations(draw: DrawFn) -> Relation:
    one, other = draw(st.lists(IDS, min_size=2, max_size=2, unique=True))
    return draw(relations_of(one, st.just(other)))


@st.composite
def relations_of(
    draw: DrawFn,
    customer_id: str,
    others: SearchStrategy[str],
    *,
    days: SearchStrategy[date] = PAST,
) -> Relation:
    """Relations of one customer, who may stand on either side.

    Args:
        customer_id: The customer.
        others: Those they are related to; never the customer.
        days: The days since which they hold.
    """
    one, other = draw(st.permutations([customer_id, draw(others)]))
    since = draw(no_day_or(days))
    until = None if since is None else draw(no_day_or(days_from(since)))
    kind = draw(st.sampled_from(RelationKind))
    owns = kind is RelationKind.BENEFICIAL_OWNER
    share = draw(st.none() | st.sampled_from([Decimal("0.25"), Decimal(1)])) if owns else None
    return Relation(one, other, kind, since, until, share)


relations = Noun(
    _relations(),
    wrong={
        **dict.fromkeys(("customer_id", "other_id"), NOT_AN_ID),
        "kind": not_a_member(RelationKind),
        **dict.fromkeys(("since", "until"), NOT_A_DAY),
        "share": NOT_A_NUMBER | st.sampled_from([Decimal(0), Decimal("1.01"), Decimal(-1)]),
    },
    clashing=(
        lambda relation: {"other_id": relation.customer_id},
        lambda _: {"until": date(2020, 1, 1), "since": date(2020, 1, 2)},
    ),
)
"""Ties between two customers."""


@st.composite
def interactions_of(
    draw: DrawFn,
    customer_id: str,
    *,
    ids: SearchStrategy[str] = IDS,
    days: SearchStrategy[date] = PAST,
) -> Interaction:
    """Interactions with one customer.

    Args:
        customer_id: The customer.
        ids: The numbers they bear.
        days: The days on which they occurred.
    """
    occurred = draw(days)
    kind = draw(st.sampled_from(InteractionKind))
    is_survey = kind is InteractionKind.SURVEY
    return Interaction(
        draw(ids),
        customer_id,
        occurred,
        kind,
        draw(st.none() | st.sampled_from(Channel)),
        due=draw(no_day_or(days_from(occurred, within=30))),
        resolved=draw(no_day_or(days_from(occurred, within=60))),
        score=draw(st.none() | st.decimals(0, 10, places=1)) if is_survey else None,
    )


interactions = Noun(
    IDS.flatmap(interactions_of),
    wrong={
        **dict.fromkeys(("id", "customer_id"), NOT_AN_ID),
        "occurred": NOT_A_DAY | st.none(),
        "kind": not_a_member(InteractionKind),
        "channel": st.sampled_from(["counter", 1]),
        **dict.fromkeys(("due", "resolved"), NOT_A_DAY),
        "score": NOT_AN_AMOUNT,
    },
    clashing=(
        lambda each: {"due": each.occurred - DAY},
        lambda each: {"resolved": each.occurred - DAY},
    ),
)
"""Contacts, visits, complaints, answers and campaigns."""

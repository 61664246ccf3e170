"""Dossiers that hang together: each record belongs to the customer, none is dated too late."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Literal, TypeVar, cast, overload

import attrs
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from relationship_core.decisions.window import first_day, latest_month
from relationship_core.domain import (
    Account,
    Consent,
    Dossier,
    FactValue,
    Interaction,
    InteractionKind,
    Position,
    Relation,
    RelationKind,
    Standing,
    Transaction,
)
from relationship_core.testing.strategies.accounts import (
    accounts_of,
    positions_of,
    transactions_of,
)
from relationship_core.testing.strategies.customers import (
    customers,
    interactions_of,
    relations_of,
)
from relationship_core.testing.strategies.noun import Noun, Refused
from relationship_core.testing.strategies.standings import standings_of
from relationship_core.testing.strategies.values import AMOUNTS, AS_OF, DAY, NOT_SEVERAL

R = TypeVar("R", Consent, Interaction, Relation)

Supplies = SearchStrategy[Mapping[str, FactValue]]

SUPPLIED: Supplies = st.fixed_dictionaries(
    {},
    optional={
        "service_ability": st.sampled_from([Decimal("0.2"), Decimal("0.9")]),
        "competitor_rate_gap": st.sampled_from([Decimal(0), Decimal("0.01")]),
        "exit_approved": st.booleans(),
        "contribution_12m": AMOUNTS,
    },
)
"""A few facts that a host may supply."""


@overload
def dossiers(
    *,
    as_of: date = AS_OF,
    standings: SearchStrategy[Standing] | None = None,
    supplied: Supplies = SUPPLIED,
    scopes: Sequence[tuple[str, ...]] = ((),),
    invalid: Literal[False] = False,
) -> SearchStrategy[Dossier]: ...
@overload
def dossiers(
    *,
    as_of: date = AS_OF,
    standings: SearchStrategy[Standing] | None = None,
    supplied: Supplies = SUPPLIED,
    scopes: Sequence[tuple[str, ...]] = ((),),
    invalid: Literal[True],
) -> SearchStrategy[Refused]: ...
def dossiers(
    *,
    as_of: date = AS_OF,
    standings: SearchStrategy[Standing] | None = None,
    supplied: Supplies = SUPPLIED,
    scopes: Sequence[tuple[str, ...]] = ((),),
    invalid: bool = False,
) -> SearchStrategy[Dossier] | SearchStrategy[Refused]:
    """What may be known of a customer on a day; a kind of record is left out now and then.

    Args:
        as_of: The day; what has happened in them has happened by then.
        standings: Where the relationship stands; by default among the built-in stages and tiers.
            Some dossiers have no standing.
        supplied: The facts that the host supplies.
        scopes: The nodes of the organisation they may belong to.
        invalid: Draw `Refused` builders instead: each raises when it is called.
    """
    stands = standings_of(as_of=as_of) if standings is None else standings
    valid = _dossiers(as_of, stands, supplied, st.sampled_from(scopes))
    return Noun(valid, _WRONG, _CLASHING)(invalid=True) if invalid else valid


@st.composite
def _dossiers(
    draw: DrawFn,
    as_of: date,
    standings: SearchStrategy[Standing],
    supplied: Supplies,
    scopes: SearchStrategy[tuple[str, ...]],
) -> Dossier:
    who = draw(customers())
    past, recent = st.dates(as_of - 1100 * DAY, as_of), st.dates(as_of - 120 * DAY, as_of)
    since = draw(st.none() | past)
    who = attrs.evolve(
        who,
        since=since,
        closed=None if since is None else draw(st.none() | st.dates(since, as_of)),
        consents=tuple(_by(as_of, one, "withdrawn") for one in who.consents if one.given <= as_of),
    )
    held = draw(accounts_held(who.id, past, as_of))
    ids = [one.id for one in held]
    records: dict[str, Any] = {
        "accounts": held,
        "positions": tuple(
            row
            for one in held
            for row in draw(months_of(one, range(draw(st.integers(0, 30))), as_of=as_of))
        ),
        "transactions": draw(bookings(ids, recent, "t")),
        "interactions": tuple(
            _by(as_of, one, "resolved") for one in draw(contacts(who.id, recent, "i"))
        ),
        "relations": tuple(
            _by(
                as_of, draw(relations_of(who.id, st.just(f"{who.id}-{number}"), days=past)), "until"
            )
            for number in range(draw(st.integers(0, 2)))
        ),
    }
    given = {name: value for name, value in records.items() if draw(st.integers(0, 9)) > 0}
    if "accounts" not in given:
        given = {}
    return Dossier(
        who,
        **given,
        standing=draw(st.none() | standings),
        supplied=draw(supplied),
        scope=draw(scopes),
    )


def _by(as_of: date, record: R, name: str) -> R:
    """The record as it is known on a day: what ends it later hasn't happened."""
    day = getattr(record, name)
    if day is None or day <= as_of:
        return record
    changed: R = attrs.evolve(cast(Any, record), **{name: None})
    return changed


@st.composite
def accounts_held(
    draw: DrawFn, customer_id: str, opened: SearchStrategy[date], as_of: date
) -> tuple[Account, ...]:
    """Up to three accounts of one customer, none closed after a day."""
    return tuple(
        draw(accounts_of(customer_id, f"a{number}", opened=opened, closed_within=as_of))
        for number in range(draw(st.integers(0, 3)))
    )


@st.composite
def months_of(
    draw: DrawFn, account: Account, ages: range, *, as_of: date = AS_OF
) -> tuple[Position, ...]:
    """The months of an account, one of them missing now and then.

    Args:
        account: The account.
        ages: Which months, counted back from the latest that has ended; below 0 is later.
        as_of: The day from which is counted.
    """
    absent = draw(st.sets(st.sampled_from([*ages][:6]), max_size=1)) if ages else set()
    latest = latest_month(as_of)
    # Two of them in turn: what matters is which months there are, and that they differ.
    turns = [draw(positions_of(account.id, first_day(latest))) for _ in range(2)] if ages else []
    return tuple(
        attrs.evolve(turns[age % 7 % 2], month=first_day(latest - age))
        for age in ages
        if age not in absent
    )


@st.composite
def bookings(
    draw: DrawFn, account_ids: Sequence[str], days: SearchStrategy[date], name: str
) -> tuple[Transaction, ...]:
    """Up to six bookings on some accounts, numbered after a name."""
    return tuple(
        draw(transactions_of(account_ids, ids=st.just(f"{name}{number}"), days=days))
        for number in range(draw(st.integers(0, 6)) if account_ids else 0)
    )


@st.composite
def contacts(
    draw: DrawFn, customer_id: str, days: SearchStrategy[date], name: str
) -> tuple[Interaction, ...]:
    """Up to three interactions with a customer, numbered after a name."""
    return tuple(
        draw(interactions_of(customer_id, ids=st.just(f"{name}{number}"), days=days))
        for number in range(draw(st.integers(0, 3)))
    )


_MONTH = date(2026, 5, 1)


def _stranger(dossier: Dossier) -> Interaction:
    return Interaction("i", f"{dossier.customer.id}?", AS_OF, InteractionKind.VISIT)


def _twice(name: str) -> Callable[[Dossier], dict[str, Any]]:
    """The same record twice, or where there is none, one that belongs to nobody here."""

    def doubled(dossier: Dossier) -> dict[str, Any]:
        records = getattr(dossier, name)
        return {name: (*records, records[0])} if records else {"positions": (_LOST,)}

    return doubled


_LOST = Position("of no account here", _MONTH)

_WRONG: Mapping[str, SearchStrategy[Any]] = {
    "customer": st.sampled_from(["c", None]),
    **dict.fromkeys(
        ("accounts", "positions", "transactions", "interactions", "relations"), NOT_SEVERAL
    ),
    "standing": st.sampled_from(["stable", 7]),
    "supplied": st.sampled_from(
        [{"aum": None}, {"aum": 1.5}, {"aum": Decimal("NaN")}, {"": 1}, {"aum": ""}, [("aum", 1)]]
    ),
    "scope": st.sampled_from([("north", "north"), ("",), (None,), 7, "north"]),
}
_CLASHING: Sequence[Callable[[Dossier], Mapping[str, Any]]] = (
    lambda _: {"positions": (_LOST,)},
    lambda dossier: {"interactions": (_stranger(dossier),)},
    lambda _: {"relations": (Relation("x?", "y?", RelationKind.HOUSEHOLD),)},
    _twice("accounts"),
    _twice("positions"),
    _twice("transactions"),
    _twice("interactions"),
)

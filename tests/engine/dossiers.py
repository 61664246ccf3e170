"""Dossiers drawn at random: any kind of record, known on the review date or dated after it."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

import attrs
from hypothesis import strategies as st

from relationship_core import (
    Account,
    Channel,
    Consent,
    Customer,
    CustomerKind,
    CustomerStatus,
    Dossier,
    Identifier,
    IdentifierScheme,
    Interaction,
    InteractionKind,
    Owner,
    Pending,
    Position,
    Purpose,
    Relation,
    RelationKind,
    Sex,
    Standing,
    TierOverride,
    Transaction,
    TransactionPurpose,
)
from relationship_core.decisions.window import first_day, latest_month
from tests.decisions.observed_customer import AS_OF, CURRENT, FUND, LOAN, SAVINGS, TERM

STAGES = ("prospect", "exploration", "formation", "stable", "decline", "lost")
TIERS = ("vip", "key", "secondary", "ordinary", "small")
RECORDS = ("accounts", "positions", "transactions", "interactions", "relations")

_DAY = timedelta(days=1)
_LATEST = latest_month(AS_OF)
_PAST = st.dates(date(2023, 6, 1), AS_OF)
_RECENT = st.dates(date(2026, 3, 1), AS_OF)
_FUTURE = st.dates(AS_OF + _DAY, date(2027, 6, 30))
_AMOUNTS = st.sampled_from([Decimal(n) for n in ("0", "80.05", "12000", "450000.75", "9000000")])
_RATES = st.sampled_from([None, Decimal("0.0005"), Decimal("0.03")])


@st.composite
def _customers(draw: st.DrawFn) -> Customer:
    since = draw(st.none() | _PAST)
    given = draw(st.lists(_PAST, max_size=2))
    expires = draw(st.none() | st.dates(date(2026, 1, 1), date(2030, 1, 1)))
    return Customer(
        "c",
        draw(st.sampled_from(CustomerKind)),
        name="Wang Xiaoming",
        identifiers=(Identifier(IdentifierScheme.PASSPORT, "E81234567", expires=expires),),
        born=draw(st.none() | st.dates(date(1950, 1, 1), date(2004, 12, 31))),
        sex=draw(st.none() | st.sampled_from(Sex)),
        since=since,
        closed=draw(st.none() | st.dates(since or AS_OF, AS_OF)),
        status=draw(st.sampled_from(CustomerStatus)),
        risk_tolerance=draw(st.none() | st.integers(1, 5)),
        phone="13800138000",
        email="xiaoming@example.com",
        consents=tuple(Consent(draw(st.sampled_from(Purpose)), day) for day in given),
    )


@st.composite
def _accounts(draw: st.DrawFn) -> tuple[Account, ...]:
    held = []
    for number in range(draw(st.integers(0, 3))):
        opened = draw(_PAST)
        owners = draw(st.sampled_from([("c",), ("c",), ("c", "d"), ("d",)]))
        held.append(
            Account(
                f"a{number}",
                draw(st.sampled_from([CURRENT, SAVINGS, TERM, LOAN, FUND])),
                draw(st.sampled_from(["CNY", "CNY", "USD"])),
                tuple(Owner(name, Decimal(draw(st.integers(1, 3)))) for name in owners),
                opened,
                authorised=() if "c" in owners else ("c",),
                closed=draw(st.none() | st.none() | st.dates(opened, AS_OF)),
                maturity=draw(st.none() | st.dates(opened, date(2027, 6, 30))),
            )
        )
    return tuple(held)


@st.composite
def _positions(draw: st.DrawFn, held: Account, ages: range) -> list[Position]:
    absent = draw(st.sets(st.sampled_from([*ages][:6]), max_size=1)) if ages else set()
    turns = [
        {
            "credit_average": draw(_AMOUNTS),
            "debit_average": draw(_AMOUNTS),
            "closing_balance": draw(_AMOUNTS),
            "credit_rate": draw(_RATES),
            "fees": draw(_AMOUNTS),
            "days_past_due": draw(st.integers(0, 40)),
            "transactions": ((draw(st.sampled_from(Channel)), draw(st.integers(0, 9))),),
        }
        for _ in range(2)
    ]
    return [
        Position(held.id, first_day(_LATEST - age), **turns[age % 7 % 2])
        for age in ages
        if age not in absent
    ]


@st.composite
def _transactions(
    draw: st.DrawFn, ids: list[str], days: st.SearchStrategy[date], name: str
) -> tuple[Transaction, ...]:
    return tuple(
        Transaction(
            f"{name}{number}",
            draw(st.sampled_from(ids)),
            draw(days),
            draw(_AMOUNTS) * draw(st.sampled_from([1, -1])),
            draw(st.sampled_from(Channel)),
            draw(st.sampled_from(TransactionPurpose)),
            draw(st.sampled_from([None, "OTHERBANK"])),
        )
        for number in range(draw(st.integers(0, 6)) if ids else 0)
    )


@st.composite
def _interactions(
    draw: st.DrawFn, days: st.SearchStrategy[date], name: str
) -> tuple[Interaction, ...]:
    drawn = []
    for number in range(draw(st.integers(0, 3))):
        occurred = draw(days)
        kind = draw(st.sampled_from(InteractionKind))
        due = draw(st.none() | st.dates(occurred, occurred + 30 * _DAY))
        score = draw(st.none() | st.decimals(0, 10, places=1))
        drawn.append(Interaction(f"{name}{number}", "c", occurred, kind, due=due, score=score))
    return tuple(drawn)


@st.composite
def _standings(draw: st.DrawFn) -> Standing | None:
    if draw(st.booleans()):
        return None
    before = st.dates(date(2025, 1, 1), AS_OF - _DAY)
    pending = st.none() | before.map(lambda day: Pending("decline", (day,)))
    lower = st.none() | before.map(lambda day: Pending("small", (day,)))
    starts = draw(st.dates(date(2026, 1, 1), date(2026, 8, 1)))
    override = TierOverride(
        draw(st.sampled_from(TIERS)), "a reason", "one", "another", starts, starts + 60 * _DAY
    )
    return Standing(
        draw(st.sampled_from(STAGES)),
        draw(before),
        draw(st.sampled_from(TIERS)),
        draw(before),
        draw(st.dates(AS_OF - 40 * _DAY, AS_OF)),
        stage_pending=draw(pending),
        tier_pending=draw(lower),
        overrides=draw(st.sampled_from([(), (), (override,)])),
    )


_SUPPLIED = st.fixed_dictionaries(
    {},
    optional={
        "service_ability": st.sampled_from([Decimal("0.2"), Decimal("0.9")]),
        "competitor_rate_gap": st.sampled_from([Decimal(0), Decimal("0.01")]),
        "exit_approved": st.booleans(),
        "contribution_12m": _AMOUNTS,
    },
)


@st.composite
def dossiers(draw: st.DrawFn) -> Dossier:
    """What is known on the review date: nothing in it is dated later."""
    held = draw(_accounts())
    ids = [one.id for one in held]
    records: dict[str, Any] = {
        "accounts": held,
        "positions": tuple(
            row for one in held for row in draw(_positions(one, range(draw(st.integers(0, 30)))))
        ),
        "transactions": draw(_transactions(ids, _RECENT, "t")),
        "interactions": draw(_interactions(_RECENT, "i")),
        "relations": tuple(
            Relation("c", f"r{number}", RelationKind.HOUSEHOLD, draw(st.none() | _PAST))
            for number in range(draw(st.integers(0, 2)))
        ),
    }
    given = {name: value for name, value in records.items() if draw(st.integers(0, 9)) > 0}
    if "accounts" not in given:
        given = {}
    return Dossier(
        draw(_customers()),
        **given,
        standing=draw(_standings()),
        supplied=draw(_SUPPLIED),
        scope=draw(st.sampled_from([(), ("north",), ("north", "harbour")])),
    )


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
            *(attrs.evolve(one, withdrawn=draw(_FUTURE)) for one in who.consents),
            Consent(Purpose.MARKETING, draw(_FUTURE)),
        ),
    )
    later: dict[str, Any] = {}
    if known.accounts is not None:
        new = Account("new", SAVINGS, "CNY", (Owner("c"),), draw(_FUTURE))
        kept = [attrs.evolve(one, closed=one.closed or draw(_FUTURE)) for one in known.accounts]
        later["accounts"] = (*kept, new)
        ids = [one.id for one in later["accounts"]]
        if known.positions is not None:
            rows = [draw(_positions(one, range(-4, 0))) for one in later["accounts"]]
            later["positions"] = (*known.positions, *(row for of_one in rows for row in of_one))
        if known.transactions is not None:
            booked = draw(_transactions(ids, _FUTURE, "later"))
            later["transactions"] = (*known.transactions, *booked)
    if known.interactions is not None:
        resolved = [attrs.evolve(one, resolved=draw(_FUTURE)) for one in known.interactions]
        later["interactions"] = (*resolved, *draw(_interactions(_FUTURE, "later")))
    if known.relations is not None:
        ended = [attrs.evolve(one, until=draw(_FUTURE)) for one in known.relations]
        begins = Relation("c", "later", RelationKind.HOUSEHOLD, draw(_FUTURE))
        later["relations"] = (*ended, begins)
    return Later(known, attrs.evolve(known, customer=customer, **later))

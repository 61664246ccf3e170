"""Laws of observing: order, later records and the host's arithmetic never show."""

from __future__ import annotations

import decimal
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from relationship_core.decisions.observe import Exchange, observe
from relationship_core.domain import (
    Account,
    Channel,
    Consent,
    Customer,
    CustomerKind,
    Dossier,
    Interaction,
    InteractionKind,
    Owner,
    Position,
    Product,
    ProductFamily,
    Purpose,
    Relation,
    RelationKind,
    Standing,
    Transaction,
    TransactionPurpose,
)
from relationship_core.facts import CATALOGUE
from relationship_core.rules import FactValue, quantise, truth
from tests.decisions.observed_customer import account, customer, month, rows, seen

REVIEWS = st.sampled_from([date(2026, 6, 30), date(2026, 6, 29), date(2026, 7, 15)])
NEAR = st.dates(date(2025, 1, 1), date(2026, 9, 30))
OPENINGS = st.one_of(NEAR, st.dates(date(2023, 1, 1), date(2025, 3, 1)))
CENTS = st.decimals(0, 100_000, places=2)
SIGNED = st.decimals(-100_000, 100_000, places=2)
MONTHS = st.fixed_dictionaries(
    {
        "credit_average": CENTS,
        "debit_average": CENTS,
        "closing_balance": SIGNED,
        "undrawn": CENTS,
        "days_past_due": st.integers(0, 99),
        "probability_of_default": st.sampled_from([None, Decimal("0.1234567")]),
        "transactions": st.sampled_from([(), ((Channel.MOBILE, 2), (Channel.ATM, 1)), None]),
    }
)
PEOPLE = ("c", "d", "e")
PRODUCTS = [Product(family.value, family) for family in ProductFamily]
EXCHANGE = Exchange("CNY", {("USD", month(age)): Decimal("7.1234") for age in range(10)})


@st.composite
def owners(draw: st.DrawFn) -> tuple[Owner, ...]:
    ids = draw(
        st.one_of(st.just(["c"]), st.lists(st.sampled_from(PEOPLE), min_size=1, unique=True))
    )
    return tuple(Owner(one, Decimal(draw(st.integers(1, 3)))) for one in ids)


@st.composite
def accounts(draw: st.DrawFn) -> tuple[Account, ...]:
    held = []
    for number in range(draw(st.integers(0, 3))):
        opened = draw(OPENINGS)
        later = st.none() | st.dates(opened, date(2027, 1, 1))
        held.append(
            Account(
                f"a{number}",
                draw(st.sampled_from(PRODUCTS)),
                draw(st.sampled_from(["CNY", "CNY", "USD"])),
                draw(owners()),
                opened,
                closed=draw(later),
                maturity=draw(later),
            )
        )
    return tuple(held)


@st.composite
def positions(draw: st.DrawFn, account_id: str) -> list[Position]:
    absent = draw(st.sets(st.integers(-3, 18), max_size=2))
    first = draw(st.integers(-3, 40))
    shared = draw(st.integers(-3, 60))
    # Few amounts, taken in turn: what matters is which months there are, and how they differ.
    turns = draw(st.lists(MONTHS, min_size=1, max_size=3))
    return [
        Position(
            account_id,
            month(age),
            owners=(Owner("c"), Owner("d")) if age == shared else (),
            **turns[age % len(turns)],
        )
        for age in range(-3, first + 1)
        if age not in absent
    ]


@st.composite
def transactions(draw: st.DrawFn, ids: list[str]) -> tuple[Transaction, ...]:
    return tuple(
        Transaction(
            f"t{number}",
            draw(st.sampled_from(ids)),
            draw(NEAR),
            draw(SIGNED),
            draw(st.sampled_from(Channel)),
            draw(st.sampled_from(TransactionPurpose)),
            draw(st.sampled_from([None, "other"])),
        )
        for number in range(draw(st.integers(0, 12)) if ids else 0)
    )


@st.composite
def interactions(draw: st.DrawFn) -> tuple[Interaction, ...]:
    drawn = []
    for number in range(draw(st.integers(0, 4))):
        occurred = draw(NEAR)
        later = st.none() | st.dates(occurred, date(2027, 1, 1))
        drawn.append(
            Interaction(
                f"i{number}",
                "c",
                occurred,
                draw(st.sampled_from(InteractionKind)),
                due=draw(later),
                resolved=draw(later),
                score=draw(st.none() | st.decimals(0, 10, places=1)),
            )
        )
    return tuple(drawn)


@st.composite
def relations(draw: st.DrawFn) -> tuple[Relation, ...]:
    drawn = []
    for number in range(draw(st.integers(0, 4))):
        since = draw(st.none() | NEAR)
        until = draw(st.none() | st.dates(since or date(2025, 1, 1), date(2027, 1, 1)))
        sides = draw(st.permutations(["c", f"r{number // 2}"]))
        drawn.append(Relation(*sides, RelationKind.HOUSEHOLD, since, until))
    return tuple(drawn)


@st.composite
def customers(draw: st.DrawFn) -> Customer:
    consents = []
    for _ in range(draw(st.integers(0, 3))):
        granted = draw(NEAR)
        withdrawn = draw(st.none() | st.dates(granted, date(2027, 1, 1)))
        consents.append(Consent(draw(st.sampled_from(Purpose)), granted, withdrawn))
    since = draw(st.none() | NEAR)
    return Customer(
        "c",
        draw(st.sampled_from(CustomerKind)),
        born=draw(st.none() | st.dates(date(1950, 1, 1), date(2026, 9, 30))),
        since=since,
        closed=draw(st.none() | st.dates(since or date(2026, 1, 1), date(2027, 1, 1))),
        consents=tuple(consents),
    )


@st.composite
def dossiers(draw: st.DrawFn) -> Dossier:
    held = draw(accounts())
    ids = [one.id for one in held]
    stage_since, tier_since = draw(NEAR), draw(NEAR)
    records = {
        "positions": tuple(row for one in ids for row in draw(positions(one))),
        "transactions": draw(transactions(ids)),
        "interactions": draw(interactions()),
        "relations": draw(relations()),
    }
    given_records = {name: value for name, value in records.items() if draw(st.integers(0, 9)) > 0}
    return Dossier(
        draw(customers()),
        accounts=held,
        standing=draw(st.none() | st.just(Standing("stable", stage_since, "gold", tier_since))),
        **given_records,
    )


@given(dossiers(), REVIEWS, st.randoms(use_true_random=False))
def test_the_order_of_records_plays_no_part(dossier: Dossier, as_of: date, random: Any) -> None:
    def shuffled(items: tuple[Any, ...] | None) -> tuple[Any, ...] | None:
        return None if items is None else tuple(random.sample(items, len(items)))

    names = ("accounts", "positions", "transactions", "interactions", "relations")
    other = attrs.evolve(dossier, **{name: shuffled(getattr(dossier, name)) for name in names})
    expected = observe(dossier, as_of, exchange=EXCHANGE)
    assert observe(other, as_of, exchange=EXCHANGE) == expected


def known_on(dossier: Dossier, as_of: date) -> Dossier:
    """The dossier as it was on a day: what is dated later isn't there, or hasn't happened."""

    def past(day: date | None) -> date | None:
        return day if day is not None and day <= as_of else None

    def those(items: tuple[Any, ...] | None, dated: str) -> tuple[Any, ...] | None:
        if items is None:
            return None
        return tuple(
            one for one in items if getattr(one, dated) is None or getattr(one, dated) <= as_of
        )

    held = those(dossier.accounts, "opened") or ()
    ids = {one.id for one in held}
    of_these = {
        name: None
        if getattr(dossier, name) is None
        else tuple(one for one in getattr(dossier, name) if one.account_id in ids)
        for name in ("positions", "transactions")
    }
    who = dossier.customer
    standing = dossier.standing
    if standing is not None:
        standing = Standing(
            *(
                (standing.stage, standing.stage_since)
                if past(standing.stage_since)
                else (None, None)
            ),
            *((standing.tier, standing.tier_since) if past(standing.tier_since) else (None, None)),
        )
    return Dossier(
        attrs.evolve(
            who,
            born=past(who.born),
            since=past(who.since),
            closed=past(who.closed),
            consents=tuple(
                attrs.evolve(one, withdrawn=past(one.withdrawn))
                for one in those(who.consents, "given") or ()
            ),
        ),
        accounts=tuple(attrs.evolve(one, closed=past(one.closed)) for one in held),
        positions=those(of_these["positions"], "month_end"),
        transactions=those(of_these["transactions"], "booked"),
        interactions=None
        if dossier.interactions is None
        else tuple(
            attrs.evolve(one, resolved=past(one.resolved))
            for one in those(dossier.interactions, "occurred") or ()
        ),
        relations=None
        if dossier.relations is None
        else tuple(
            attrs.evolve(one, until=past(one.until))
            for one in those(dossier.relations, "since") or ()
        ),
        standing=standing,
    )


@given(dossiers(), REVIEWS, st.booleans())
def test_what_is_dated_later_changes_nothing(
    dossier: Dossier,
    as_of: date,
    rated: bool,
) -> None:
    exchange = EXCHANGE if rated else None
    expected = observe(known_on(dossier, as_of), as_of, exchange=exchange)
    assert observe(dossier, as_of, exchange=exchange) == expected


@given(dossiers(), REVIEWS, st.data())
def test_counts_that_are_lost_turn_no_fact_into_another(
    dossier: Dossier, as_of: date, data: st.DataObject
) -> None:
    positions = dossier.positions or ()
    lost = data.draw(st.sets(st.sampled_from(positions))) if positions else set()
    poorer = attrs.evolve(
        dossier,
        positions=None
        if dossier.positions is None
        else tuple(
            attrs.evolve(one, transactions=None) if one in lost else one for one in positions
        ),
    )
    before = observe(dossier, as_of, exchange=EXCHANGE)
    for name, value in observe(poorer, as_of, exchange=EXCHANGE).items():
        assert value is None or value == before[name], name


@given(dossiers(), REVIEWS)
def test_every_value_is_one_its_fact_can_have(dossier: Dossier, as_of: date) -> None:
    values = observe(dossier, as_of, exchange=EXCHANGE)
    assert set(values) == set(CATALOGUE)
    for name, value in values.items():
        if value is not None:
            fact = CATALOGUE[name]
            settled = quantise(value, fact.kind)
            assert (str(settled), type(settled)) == (str(value), type(value)), name
            assert fact.admits(value), name


@given(dossiers(), REVIEWS)
def test_what_always_holds_between_facts_holds(dossier: Dossier, as_of: date) -> None:
    values = observe(dossier, as_of, exchange=EXCHANGE)
    for fact in CATALOGUE.values():
        for relation in fact.relations:
            assert truth(relation, values) is not False, relation


@given(dossiers(), REVIEWS)
def test_the_hosts_arithmetic_does_not_show(dossier: Dossier, as_of: date) -> None:
    expected = observe(dossier, as_of, exchange=EXCHANGE)
    hostile = decimal.Context(prec=2, rounding=decimal.ROUND_UP, traps=[decimal.Inexact])
    with decimal.localcontext(hostile):
        values = observe(dossier, as_of, exchange=EXCHANGE)
        assert decimal.getcontext().prec == 2
    assert {name: str(value) for name, value in values.items()} == {
        name: str(value) for name, value in expected.items()
    }


@given(
    st.lists(st.tuples(SIGNED, CENTS), min_size=1, max_size=4),
    st.lists(st.integers(1, 9), min_size=2, max_size=4),
    st.sampled_from(["CNY", "USD", "JPY"]),
)
def test_the_owners_shares_sum_to_the_whole(
    amounts: list[tuple[Decimal, Decimal]], weights: list[int], currency: str
) -> None:
    exchange = Exchange(
        "CNY", {("USD", month(0)): Decimal("7.1234"), ("JPY", month(0)): Decimal("0.05")}
    )
    ids = [f"o{number}" for number in range(len(weights))]
    together = tuple(Owner(one, Decimal(weight)) for one, weight in zip(ids, weights, strict=True))

    def of(who: str, held_by: tuple[Owner, ...]) -> dict[str, FactValue | None]:
        return seen(
            of=attrs.evolve(customer(), id=who),
            exchange=exchange,
            accounts=tuple(
                account(str(number), currency=currency, owners=held_by)
                for number in range(len(amounts))
            ),
            positions=tuple(
                row
                for number, (closing, undrawn) in enumerate(amounts)
                for row in rows([0], str(number), closing_balance=closing, undrawn=undrawn)
            ),
        )

    for name in ("aum", "undrawn_limits"):
        parts: Any = [of(one, together)[name] for one in ids]
        whole: Any = of("alone", (Owner("alone"),))[name]
        assert sum(parts) == whole


WINDOWS = {
    "aum": range(1),
    "undrawn_limits": range(1),
    "days_past_due": range(1),
    "deposits_average_3m": range(3),
    "loans_average_3m": range(3),
    "transactions_3m": range(3),
    "digital_share_3m": range(3),
    "balance_change_3m": range(6),
    "transactions_change_3m": range(6),
    "balance_change_12m": (0, 1, 2, 12, 13, 14),
    "transactions_change_12m": (0, 1, 2, 12, 13, 14),
}


@pytest.mark.parametrize("name", WINDOWS)
@given(absent=st.sets(st.integers(0, 16), max_size=2))
def test_missing_is_not_zero(name: str, absent: set[int]) -> None:
    known = [age for age in range(30) if age not in absent]
    act = ((Channel.MOBILE, 1),)
    values = seen(
        accounts=(account(), account("b", opened=date(2026, 6, 30))),
        positions=(
            *rows(known, credit_average=Decimal(1), transactions=act),
            *rows([0], "b"),
        ),
    )
    assert (values[name] is None) == (not absent.isdisjoint(WINDOWS[name]))


@given(dossiers(), REVIEWS)
def test_a_day_later_nothing_of_the_same_month_is_forgotten(dossier: Dossier, as_of: date) -> None:
    # Only the calendar moves: months known stay known, so month-end facts stay as they were.
    later = as_of + timedelta(days=1)
    if later.day == 30:
        return
    before = observe(dossier, as_of, exchange=EXCHANGE)
    after = observe(dossier, later, exchange=EXCHANGE)
    if not any(one.opened == later for one in dossier.accounts or ()):
        for name in ("aum", "deposits_average_3m", "balance_change_3m", "transactions_3m"):
            assert after[name] == before[name]

"""Products, the accounts in them, their months and their bookings; and plain money."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Final

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from relationship_core.domain import (
    Account,
    Channel,
    DayCount,
    Money,
    Owner,
    Position,
    Product,
    ProductFamily,
    Transaction,
    TransactionPurpose,
    minor_units,
)
from relationship_core.testing.strategies.noun import Noun
from relationship_core.testing.strategies.values import (
    AMOUNTS,
    CURRENCIES,
    DAY,
    IDS,
    NOT_A_COUNT,
    NOT_A_CURRENCY,
    NOT_A_DAY,
    NOT_A_FLAG,
    NOT_A_NUMBER,
    NOT_A_PROBABILITY,
    NOT_A_RATE,
    NOT_A_SUM,
    NOT_AN_AMOUNT,
    NOT_AN_ID,
    NOT_IDS,
    NOT_SEVERAL,
    PAST,
    PROBABILITIES,
    RATES,
    SHARES,
    SIGNED,
    TEXT,
    days_from,
    no_day_or,
    not_a_member,
)


@st.composite
def _money(draw: DrawFn) -> Money:
    currency = draw(CURRENCIES)
    units = draw(st.integers(-(10**12), 10**12))
    return Money(Decimal(units).scaleb(-minor_units(currency)), currency)


money = Noun(
    _money(),
    wrong={
        "currency": NOT_A_CURRENCY,
        "amount": NOT_AN_AMOUNT | st.sampled_from([Decimal("0.00001"), Decimal("7.12345")]),
    },
)
"""Amounts in whole minor units of their currency."""

products = Noun(
    st.builds(
        Product,
        IDS,
        st.sampled_from(ProductFamily),
        name=st.just("") | TEXT,
        day_count=st.sampled_from(DayCount),
    ),
    wrong={
        "id": NOT_AN_ID,
        "family": not_a_member(ProductFamily),
        "name": st.sampled_from([None, 7]),
        "day_count": not_a_member(DayCount),
    },
)
"""Products of every family."""

owners = Noun(
    st.builds(Owner, IDS, SHARES),
    wrong={
        "customer_id": NOT_AN_ID,
        "share": NOT_A_NUMBER
        | st.sampled_from([Decimal(0), Decimal(-1), Decimal("1e-12"), Decimal("1e12")]),
    },
)
"""Owners with a relative share."""

CATALOGUE: Final = tuple(Product(family.value, family) for family in ProductFamily)
"""One product of each family."""


@st.composite
def accounts_of(
    draw: DrawFn,
    customer_id: str,
    account_id: str,
    *,
    opened: SearchStrategy[date] = PAST,
    closed_within: date | None = None,
) -> Account:
    """Accounts that a customer owns, alone or with another, or may only operate.

    Args:
        customer_id: The customer.
        account_id: The account's number.
        opened: The days on which it was opened.
        closed_within: The last day on which it may have been closed; None for any.
    """
    first = draw(opened)
    another = f"{customer_id}+"
    held_by = draw(st.sampled_from([[customer_id], [customer_id, another], [another]]))
    until = closed_within or date(2027, 12, 31)
    return Account(
        account_id,
        draw(st.sampled_from(CATALOGUE)),
        draw(st.sampled_from(["CNY", "CNY", "CNY", "USD"])),
        tuple(Owner(each, draw(SHARES)) for each in held_by),
        first,
        authorised=() if customer_id in held_by else (customer_id,),
        closed=draw(st.none() | st.none() | st.dates(first, max(first, until))),
        maturity=draw(no_day_or(days_from(first))),
        repriced=draw(no_day_or(st.dates(first, max(first, until)))),
        branch=draw(st.none() | IDS),
    )


accounts = Noun(
    st.tuples(IDS, IDS).flatmap(lambda ids: accounts_of(*ids)),
    wrong={
        "id": NOT_AN_ID,
        "product": st.sampled_from(["current", None, ProductFamily.CURRENT]),
        "currency": NOT_A_CURRENCY,
        "owners": NOT_SEVERAL | st.just(()),
        "opened": NOT_A_DAY | st.none(),
        "authorised": NOT_IDS,
        **dict.fromkeys(("closed", "maturity", "repriced"), NOT_A_DAY),
        "branch": NOT_AN_ID.filter(bool),
    },
    clashing=(
        lambda account: {"closed": account.opened - DAY},
        lambda account: {"maturity": account.opened - DAY},
        lambda account: {"repriced": account.opened - DAY},
        lambda account: {"owners": (account.owners[0], account.owners[0])},
        lambda account: {"authorised": (account.owners[0].customer_id,)},
    ),
)
"""Accounts in one product of each family."""

COUNTS: Final[SearchStrategy[tuple[tuple[Channel, int], ...]]] = st.dictionaries(
    st.sampled_from(Channel), st.integers(0, 9), max_size=3
).map(lambda counts: tuple(counts.items()))
"""A customer's own acts in a month, by channel."""


@st.composite
def positions_of(draw: DrawFn, account_id: str, month: date) -> Position:
    """What an account may have been in a month.

    Args:
        account_id: The account.
        month: The month's first day.
    """
    return Position(
        account_id,
        month,
        credit_average=draw(AMOUNTS),
        debit_average=draw(AMOUNTS),
        closing_balance=draw(SIGNED),
        credit_rate=draw(st.none() | RATES),
        debit_rate=draw(st.none() | RATES),
        undrawn=draw(AMOUNTS),
        cash_margin=draw(AMOUNTS),
        fees=draw(SIGNED),
        impairment=draw(st.none() | SIGNED),
        defaulted=draw(st.booleans()),
        probability_of_default=draw(st.none() | PROBABILITIES),
        days_past_due=draw(st.integers(0, 120)),
        transactions=draw(st.none() | COUNTS),
        owners=draw(st.just(()) | st.tuples(owners())),
    )


positions = Noun(
    st.tuples(IDS, PAST.map(lambda day: day.replace(day=1))).flatmap(
        lambda given: positions_of(*given)
    ),
    wrong={
        "account_id": NOT_AN_ID,
        "month": NOT_A_DAY | st.none() | st.just(date(2026, 6, 2)),
        **dict.fromkeys(("credit_average", "debit_average", "undrawn", "cash_margin"), NOT_A_SUM),
        **dict.fromkeys(("closing_balance", "fees", "impairment"), NOT_AN_AMOUNT),
        **dict.fromkeys(("credit_rate", "debit_rate"), NOT_A_RATE),
        "defaulted": NOT_A_FLAG,
        "probability_of_default": NOT_A_PROBABILITY,
        "days_past_due": NOT_A_COUNT,
        "transactions": st.sampled_from(
            [((Channel.ATM, 1), (Channel.ATM, 2)), ((Channel.ATM, -1),), (("atm", 1),), (1,), 7]
        ),
        "owners": NOT_SEVERAL | st.just((Owner("o"), Owner("o"))),
    },
)
"""Account-months."""


@st.composite
def transactions_of(
    draw: DrawFn,
    account_ids: Sequence[str],
    *,
    ids: SearchStrategy[str] = IDS,
    days: SearchStrategy[date] = PAST,
) -> Transaction:
    """Bookings on some accounts.

    Args:
        account_ids: The accounts, at least one.
        ids: The numbers they bear.
        days: The days on which they were booked.
    """
    return Transaction(
        draw(ids),
        draw(st.sampled_from(account_ids)),
        draw(days),
        draw(SIGNED),
        draw(st.sampled_from(Channel)),
        draw(st.sampled_from(TransactionPurpose)),
        draw(st.sampled_from([None, "OTHERBANK"])),
    )


transactions = Noun(
    st.lists(IDS, min_size=1, max_size=2).flatmap(transactions_of),
    wrong={
        **dict.fromkeys(("id", "account_id"), NOT_AN_ID),
        "booked": NOT_A_DAY | st.none(),
        "amount": NOT_AN_AMOUNT,
        "channel": not_a_member(Channel),
        "purpose": not_a_member(TransactionPurpose),
        "counterparty_bank": NOT_AN_ID.filter(bool),
    },
)
"""Bookings in and out."""

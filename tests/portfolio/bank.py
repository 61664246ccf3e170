"""Small banks for the tests of portfolio folders."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

from hypothesis import strategies as st

from relationship_core.domain import (
    Account,
    Branch,
    BranchTree,
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
    Level,
    Owner,
    Pending,
    Position,
    Product,
    ProductFamily,
    Purpose,
    Relation,
    RelationKind,
    Sex,
    Standing,
    Transaction,
    TransactionPurpose,
)

Rows = Mapping[str, Sequence[Sequence[str]]]

SMALL: dict[str, list[list[str]]] = {
    "customers": [
        ["customer_id", "kind", "name", "born", "branch"],
        ["C1", "personal", "Wang Fang", "1980-02-03", "B1"],
        ["C2", "personal", "Li Wei", "1979-05-06", "B1"],
        ["C3", "corporate", "Star Textiles", "2001-01-01", "B2"],
    ],
    "branches": [
        ["branch_id", "name", "level", "parent"],
        ["H", "Head office", "head_office", ""],
        ["P", "North", "province", "H"],
        ["B1", "Harbour", "branch", "P"],
        ["B2", "Market", "branch", "P"],
    ],
    "products": [
        ["product_id", "family"],
        ["CUR", "current"],
        ["LOAN", "loan"],
    ],
    "accounts": [
        ["account_id", "product_id", "currency", "opened"],
        ["A1", "CUR", "CNY", "2020-01-01"],
        ["A2", "CUR", "CNY", "2020-01-01"],
        ["A3", "LOAN", "CNY", "2021-01-01"],
    ],
    "owners": [
        ["account_id", "customer_id", "role", "share"],
        ["A1", "C1", "owner", "1"],
        ["A1", "C2", "owner", "2"],
        ["A2", "C2", "", ""],
        ["A3", "C3", "", ""],
        ["A3", "C1", "authorised", ""],
    ],
    "positions": [
        ["account_id", "month", "credit_average", "debit_average", "transactions_mobile"],
        ["A1", "2026-05-01", "100.00", "", "3"],
        ["A1", "2026-06-01", "120.00", "", ""],
        ["A2", "2026-06-01", "50.5", "", "1"],
        ["A3", "2026-06-01", "", "5000", ""],
    ],
    "transactions": [
        ["transaction_id", "account_id", "booked", "amount", "channel", "purpose"],
        ["T1", "A1", "2026-06-03", "-20.00", "mobile", "purchase"],
        ["T2", "A3", "2026-06-04", "-90.00", "automatic", "interest"],
    ],
    "interactions": [
        ["interaction_id", "customer_id", "occurred", "kind"],
        ["I1", "C1", "2026-06-01", "contact"],
    ],
    "relations": [
        ["customer_id", "other_id", "kind"],
        ["C1", "C2", "household"],
    ],
    "supplied": [
        ["customer_id", "fact", "value"],
        ["C3", "service_ability", "0.5"],
    ],
}


def write_csv(folder: Path, tables: Rows) -> Path:
    """Write tables, each with its header first, as CSV files."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in tables.items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream, lineterminator="\n").writerows(rows)
    return folder


def small(**changes: list[list[str]] | None) -> dict[str, list[list[str]]]:
    """The small bank with whole tables replaced, or taken out by None."""
    tables = {name: [list(row) for row in rows] for name, rows in SMALL.items()}
    for name, rows in changes.items():
        if rows is None:
            del tables[name]
        else:
            tables[name] = rows
    return tables


def with_row(table: str, *row: str) -> dict[str, list[list[str]]]:
    """The small bank with one row more."""
    return small(**{table: [*SMALL[table], list(row)]})


TREE = BranchTree(
    [
        Branch("H", "Head office", Level.HEAD_OFFICE, None),
        Branch("P", "North", Level.PROVINCE, "H"),
        Branch("B1", "Harbour", Level.BRANCH, "P"),
    ]
)

DAYS = st.dates(date(1950, 1, 1), date(2026, 6, 30))
LATE_DAYS = st.dates(date(2026, 7, 1), date(2031, 12, 31))
TEXTS = st.text(
    st.characters(categories=("L", "N", "P", "S"), include_characters=" ,\"';"), min_size=1
).filter(lambda text: text.strip() == text and text.isprintable())
CODES = st.text("ABCXYZ0189.-é中", min_size=1, max_size=6)
AMOUNTS = st.decimals(-(10**14), 10**14, places=2)
SIZES = st.decimals(0, 10**14, places=2)
RATES = st.decimals(-1, 1, places=6)
SHARES = st.decimals(Decimal("0.001"), 1, places=3)


def maybe(values: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    return st.none() | values


IDENTIFIERS = st.builds(
    Identifier,
    scheme=st.just(IdentifierScheme.TAX_NUMBER),
    value=st.text("ABCDEF0123456789", min_size=3, max_size=15).map(lambda text: f"1{text}"),
    country=st.sampled_from(["CN", "DE", "SG"]),
    expires=maybe(LATE_DAYS),
    verified=st.booleans(),
)
CONSENTS = st.builds(
    Consent, purpose=st.just(Purpose.MARKETING), given=DAYS, withdrawn=maybe(LATE_DAYS)
)
PRODUCTS = [
    Product("CUR", ProductFamily.CURRENT, "Everyday, plain"),
    Product("LOAN", ProductFamily.LOAN),
    Product("FUND", ProductFamily.FUND, 'Growth "A"'),
]


def customers(customer_id: str) -> st.SearchStrategy[Customer]:
    return st.builds(
        Customer,
        id=st.just(customer_id),
        kind=st.sampled_from(CustomerKind),
        name=maybe(TEXTS),
        identifiers=st.lists(IDENTIFIERS, max_size=1).map(tuple),
        born=maybe(DAYS),
        sex=maybe(st.sampled_from(Sex)),
        industry=maybe(CODES),
        system=maybe(CODES),
        branch=maybe(st.sampled_from(["H", "P", "B1"])),
        manager=maybe(CODES),
        since=maybe(DAYS),
        closed=maybe(LATE_DAYS),
        status=st.sampled_from(CustomerStatus),
        risk_tolerance=maybe(st.integers(1, 5)),
        phone=maybe(TEXTS),
        email=maybe(TEXTS),
        consents=st.lists(CONSENTS, max_size=1).map(tuple),
    )


def positions(
    account_id: str, *, are_acts_counted: bool
) -> st.SearchStrategy[tuple[Position, ...]]:
    one = st.builds(
        Position,
        account_id=st.just(account_id),
        month=DAYS.map(lambda day: day.replace(day=1)),
        credit_average=SIZES,
        debit_average=SIZES,
        closing_balance=AMOUNTS,
        credit_rate=maybe(RATES),
        debit_rate=maybe(RATES),
        undrawn=SIZES,
        cash_margin=SIZES,
        fees=AMOUNTS,
        impairment=maybe(AMOUNTS),
        defaulted=st.booleans(),
        probability_of_default=maybe(st.decimals(0, 1, places=8)),
        days_past_due=st.integers(0, 4000),
        transactions=st.none()
        if not are_acts_counted
        else st.dictionaries(st.sampled_from(Channel), st.integers(0, 10**6)).map(
            lambda acts: tuple((channel, acts[channel]) for channel in Channel if channel in acts)
        ),
    )
    return st.lists(one, max_size=3, unique_by=lambda position: position.month).map(
        lambda found: tuple(sorted(found, key=lambda position: position.month))
    )


@st.composite
def accounts(draw: st.DrawFn, number: int, people: Sequence[str]) -> Account:
    named = draw(st.lists(st.sampled_from(people), min_size=1, max_size=3, unique=True))
    owning = draw(st.integers(1, len(named)))
    return Account(
        id=f"A{number}",
        product=draw(st.sampled_from(PRODUCTS)),
        currency=draw(st.sampled_from(["CNY", "USD", "JPY"])),
        owners=tuple(Owner(id_, draw(st.just(Decimal(1)) | SHARES)) for id_ in named[:owning]),
        opened=draw(DAYS),
        authorised=tuple(named[owning:]),
        closed=draw(maybe(LATE_DAYS)),
        maturity=draw(maybe(LATE_DAYS)),
        repriced=draw(maybe(LATE_DAYS)),
        branch=draw(maybe(st.sampled_from(["P", "B1"]))),
    )


STANDINGS = st.builds(
    Standing,
    stage=st.just("stable"),
    stage_since=maybe(DAYS),
    tier=st.just("gold"),
    tier_since=maybe(DAYS),
    reviewed=maybe(DAYS),
    stage_pending=maybe(
        st.builds(
            Pending,
            target=CODES,
            seen=st.lists(DAYS, min_size=1, unique=True).map(lambda days: tuple(sorted(days))),
        )
    ),
    tier_pending=maybe(st.builds(Pending, target=CODES, seen=DAYS.map(lambda day: (day,)))),
    stages_passed=st.lists(CODES, max_size=3).map(tuple),
)
SUPPLIED = st.fixed_dictionaries(
    {},
    optional={
        "service_ability": st.decimals(0, 1, places=6),
        "wallet_share": st.decimals(0, 1, places=6),
        "manager_left": st.booleans(),
    },
)


@st.composite
def banks(draw: st.DrawFn) -> list[Dossier]:
    """Some customers, whose accounts and relations tie them together."""
    people = sorted(draw(st.sets(CODES, min_size=1, max_size=4)))
    held = [draw(accounts(number, people)) for number in range(draw(st.integers(0, 3)))]
    are_acts_counted = draw(st.booleans())
    months = {
        account.id: draw(positions(account.id, are_acts_counted=are_acts_counted))
        for account in held
    }
    booked = {
        account.id: tuple(
            draw(
                st.lists(
                    st.builds(
                        Transaction,
                        id=st.integers(0, 999).map(lambda n, a=account: f"{a.id}T{n}"),
                        account_id=st.just(account.id),
                        booked=DAYS,
                        amount=AMOUNTS,
                        channel=st.sampled_from(Channel),
                        purpose=st.sampled_from(TransactionPurpose),
                        counterparty_bank=maybe(CODES),
                    ),
                    max_size=3,
                    unique_by=lambda booking: booking.id,
                )
            )
        )
        for account in held
    }
    ties = [
        Relation(one, other, draw(st.sampled_from(RelationKind)), draw(maybe(DAYS)))
        for one in people
        for other in people
        if one != other and draw(st.booleans())
    ]
    return [draw(_dossier(customer_id, held, months, booked, ties)) for customer_id in people]


@st.composite
def _dossier(
    draw: st.DrawFn,
    customer_id: str,
    held: list[Account],
    months: dict[str, tuple[Position, ...]],
    booked: dict[str, tuple[Transaction, ...]],
    ties: list[Relation],
) -> Dossier:
    customer = draw(customers(customer_id))
    own = [
        account
        for account in held
        if customer_id in {*(owner.customer_id for owner in account.owners), *account.authorised}
    ]
    contacts = draw(
        st.lists(
            st.builds(
                Interaction,
                id=st.integers(0, 99).map(lambda n: f"I{n}"),
                customer_id=st.just(customer_id),
                occurred=DAYS,
                kind=st.sampled_from(InteractionKind),
                channel=maybe(st.sampled_from(Channel)),
                due=maybe(LATE_DAYS),
                resolved=maybe(LATE_DAYS),
                score=maybe(AMOUNTS),
            ),
            max_size=2,
            unique_by=lambda contact: contact.id,
        )
    )
    return Dossier(
        customer=customer,
        accounts=tuple(own),
        positions=tuple(month for account in own for month in months[account.id]),
        transactions=tuple(booking for account in own for booking in booked[account.id]),
        interactions=tuple(contacts),
        relations=tuple(tie for tie in ties if customer_id in {tie.customer_id, tie.other_id}),
        standing=draw(maybe(STANDINGS)),
        supplied=draw(SUPPLIED),
        scope=() if customer.branch is None else TREE.path(customer.branch),
    )

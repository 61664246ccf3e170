"""A dossier holds one customer's records, all of them consistent, and has one digest."""

from __future__ import annotations

import pickle
import subprocess
import sys
from datetime import date
from decimal import Decimal
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

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
    Supplied,
    Transaction,
    TransactionPurpose,
)
from relationship_core.errors import InvalidValueError

DAY = date(2026, 2, 3)
CUSTOMER = Customer(
    "C1",
    CustomerKind.PERSONAL,
    "Wang Fang",
    born=date(1949, 12, 31),
    consents=(Consent(Purpose.SERVICE, DAY), Consent(Purpose.MARKETING, DAY)),
)
SAVINGS = Product("P1", ProductFamily.SAVINGS)
ACCOUNTS = tuple(
    Account(id_, SAVINGS, "CNY", (Owner("C1"), Owner("C2")), date(2020, 1, 1), ("C3", "C4"))
    for id_ in ("A1", "A2")
)
POSITIONS = tuple(
    Position(
        account,
        date(2026, month, 1),
        Decimal("10.5"),
        transactions=((Channel.ATM, 1), (Channel.PHONE, 2)),
    )
    for account in ("A1", "A2")
    for month in (1, 2, 3)
)
TRANSACTIONS = tuple(
    Transaction(id_, "A1", DAY, Decimal(5), Channel.ATM, TransactionPurpose.CASH)
    for id_ in ("T1", "T2")
)
INTERACTIONS = tuple(Interaction(id_, "C1", DAY, InteractionKind.VISIT) for id_ in ("I1", "I2"))
RELATIONS = (
    Relation("C1", "C2", RelationKind.HOUSEHOLD),
    Relation("C3", "C1", RelationKind.GUARANTOR),
)
WHOLE: dict[str, Any] = {
    "customer": CUSTOMER,
    "accounts": ACCOUNTS,
    "positions": POSITIONS,
    "transactions": TRANSACTIONS,
    "interactions": INTERACTIONS,
    "relations": RELATIONS,
    "standing": Standing("stable", DAY),
    "supplied": {"loyalty": Decimal("0.5"), "segment": "farmers"},
    "scope": ("north", "n-city"),
}


def dossier(**changed: Any) -> Dossier:
    return Dossier(**{**WHOLE, **changed})


def test_nothing_given_differs_from_known_to_be_none() -> None:
    unknown = Dossier(CUSTOMER)
    none = Dossier(CUSTOMER, (), (), (), (), ())
    assert unknown.accounts is None is unknown.relations
    assert none.positions == ()
    assert unknown != none
    assert unknown.digest() != none.digest()


def test_lists_and_mappings_are_frozen() -> None:
    lists: dict[str, Any] = {k: list(v) if isinstance(v, tuple) else v for k, v in WHOLE.items()}
    assert Dossier(**lists) == dossier()
    assert isinstance(dossier().supplied, Supplied)
    ready = Supplied({"loyalty": 1})
    assert dossier(supplied=ready).supplied is ready


def test_it_shows_the_customers_id_and_counts() -> None:
    assert repr(dossier(relations=None)) == (
        "Dossier(customer='C1', accounts=2, positions=6, transactions=2, interactions=2,"
        " relations=None, supplied=2)"
    )


def test_equal_ones_have_one_hash() -> None:
    customer = Customer("C1", CustomerKind.PERSONAL)
    one, other = (Dossier(customer, supplied={"wallet_share": Decimal(1)}) for _ in range(2))
    assert {one: "seen"}[other] == "seen"


def test_it_pickles() -> None:
    assert pickle.loads(pickle.dumps(dossier())) == dossier()


STRANGE_POSITION = Position("A9", date(2026, 1, 1))
STRANGE_TRANSACTION = attrs.evolve(TRANSACTIONS[0], id="T9", account_id="A9")


@pytest.mark.parametrize(
    ("changed", "where", "phrase"),
    [
        ({"customer": "C1"}, "customer", "a str where a Customer belongs"),
        ({"accounts": ("A1",)}, "accounts", "a str where an Account belongs"),
        ({"accounts": (*ACCOUNTS, ACCOUNTS[0])}, "accounts", "an id is given twice"),
        ({"accounts": 2}, "accounts", "an int where several items"),
        ({"accounts": ()}, "positions[0]", "the account isn't in the dossier"),
        ({"accounts": None}, "positions[0]", "the account isn't in the dossier"),
        ({"positions": (*POSITIONS, STRANGE_POSITION)}, "positions[6]", "isn't in the dossier"),
        ({"positions": (*POSITIONS, POSITIONS[0])}, "positions", "two positions in one month"),
        ({"positions": ACCOUNTS}, "positions", "an Account where a Position belongs"),
        ({"transactions": (STRANGE_TRANSACTION,)}, "transactions[0]", "isn't in the dossier"),
        ({"transactions": TRANSACTIONS * 2}, "transactions", "an id is given twice"),
        ({"transactions": POSITIONS}, "transactions", "a Position where a Transaction"),
        ({"interactions": INTERACTIONS * 2}, "interactions", "an id is given twice"),
        ({"interactions": RELATIONS}, "interactions", "a Relation where an Interaction"),
        (
            {"interactions": (attrs.evolve(INTERACTIONS[0], customer_id="C2"),)},
            "interactions[0].customer_id",
            "another customer",
        ),
        (
            {"relations": (Relation("C2", "C3", RelationKind.BUYER),)},
            "relations[0]",
            "another customer",
        ),
        ({"relations": INTERACTIONS}, "relations", "an Interaction where a Relation"),
        ({"standing": "stable"}, "standing", "a str where a Standing belongs"),
        ({"supplied": [("a", 1)]}, "supplied", "not a mapping"),
        ({"supplied": {"a": 1.5}}, "supplied['a']", "a float"),
        ({"scope": "north"}, "scope", "a str where several items"),
        ({"scope": ("north", "")}, "scope[1]", "id is empty"),
    ],
)
def test_what_does_not_belong_is_refused(changed: dict[str, Any], where: str, phrase: str) -> None:
    with pytest.raises(InvalidValueError, match=phrase) as caught:
        dossier(**changed)
    assert caught.value.where.startswith(f"Dossier.{where}")
    assert caught.value.mend


@given(st.randoms())
def test_the_digest_does_not_depend_on_the_order_of_records(random: Any) -> None:
    def shuffled(items: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(random.sample(items, len(items)))

    other = Dossier(
        attrs.evolve(CUSTOMER, consents=shuffled(CUSTOMER.consents)),
        tuple(
            attrs.evolve(a, owners=shuffled(a.owners), authorised=shuffled(a.authorised))
            for a in shuffled(ACCOUNTS)
        ),
        tuple(attrs.evolve(p, transactions=shuffled(p.transactions)) for p in shuffled(POSITIONS)),
        shuffled(TRANSACTIONS),
        shuffled(INTERACTIONS),
        shuffled(RELATIONS),
        WHOLE["standing"],
        dict(shuffled(tuple(WHOLE["supplied"].items()))),
        WHOLE["scope"],
    )
    assert other.digest() == dossier().digest()


def test_the_digest_keeps_the_order_where_it_means_something() -> None:
    assert dossier(scope=("n-city", "north")).digest() != dossier().digest()


@pytest.mark.parametrize(
    "changed",
    [
        {"customer": attrs.evolve(CUSTOMER, name="Wang Fen")},
        {"accounts": (*ACCOUNTS, attrs.evolve(ACCOUNTS[0], id="A3"))},
        {"accounts": (attrs.evolve(ACCOUNTS[0], authorised=("C3",)), ACCOUNTS[1])},
        {"positions": POSITIONS[1:]},
        {"positions": ()},
        {"positions": None},
        {"positions": (attrs.evolve(POSITIONS[0], transactions=()), *POSITIONS[1:])},
        {"transactions": TRANSACTIONS[1:]},
        {"interactions": ()},
        {"relations": (attrs.evolve(RELATIONS[0], until=DAY), RELATIONS[1])},
        {"standing": None},
        {"standing": Standing("stable")},
        {"supplied": {}},
        {"supplied": {"loyalty": Decimal("0.5"), "segment": "fishers"}},
        {"supplied": {"loyalty": "0.5", "segment": "farmers"}},
        {"supplied": {"loyalties": Decimal("0.5"), "segment": "farmers"}},
        {"scope": ()},
    ],
)
def test_the_digest_changes_with_anything_in_the_dossier(changed: dict[str, Any]) -> None:
    assert dossier(**changed).digest() != dossier().digest()


def test_the_digest_is_the_same_on_every_platform() -> None:
    assert dossier().digest() == (
        "3415db6e077bff9d07fa8fd6ff94451fbd99cd8063ad367933ad7f89eed8acc8"
    )


@pytest.mark.parametrize("seed", ["0", "1", "4242"])
def test_the_digest_is_the_same_in_every_process(seed: str) -> None:
    asked = "import pickle, sys; print(pickle.load(sys.stdin.buffer).digest())"
    answer = subprocess.run(
        [sys.executable, "-c", asked],
        input=pickle.dumps(dossier()),
        capture_output=True,
        check=True,
        env={"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(sys.path)},
    )
    assert answer.stdout.decode().strip() == dossier().digest()

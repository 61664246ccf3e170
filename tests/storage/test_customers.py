"""Customers are stored whole, and told apart by their ids."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relationship_core import (
    Consent,
    Customer,
    CustomerKind,
    CustomerStatus,
    Identifier,
    IdentifierScheme,
    Purpose,
    Sex,
)
from relationship_core.errors import StorageError
from relationship_core.storage import Database, open_database
from tests.storage.bank import RESIDENT, address, person, tamper

DAYS = st.dates(date(1900, 1, 1), date(2100, 1, 1))
MAYBE_DAY = st.none() | DAYS
# Halves of surrogate pairs and zero bytes too: dirty records hold them, and some databases don't.
TEXTS = st.text(st.characters(), min_size=1).filter(str.strip)
CODES = st.text(st.characters(codec="utf-8", categories=["L", "N"]), min_size=1)
IDENTIFIERS = st.builds(
    Identifier,
    st.just(IdentifierScheme.RESIDENT_ID),
    st.just(RESIDENT),
    expires=MAYBE_DAY,
    verified=st.booleans(),
) | st.builds(
    Identifier,
    st.just(IdentifierScheme.TAX_NUMBER),
    st.from_regex(r"[0-9]{4,20}", fullmatch=True),
    st.just("DE"),
)
CONSENTS = st.builds(Consent, st.sampled_from(Purpose), DAYS, channel=st.none() | TEXTS)


@st.composite
def customers(draw: st.DrawFn) -> Customer:
    since, closed = sorted([draw(DAYS), draw(DAYS)])
    return Customer(
        draw(CODES),
        draw(st.sampled_from(CustomerKind)),
        name=draw(st.none() | TEXTS),
        identifiers=draw(st.tuples() | st.tuples(IDENTIFIERS)),
        born=draw(MAYBE_DAY),
        sex=draw(st.none() | st.sampled_from(Sex)),
        industry=draw(st.none() | CODES),
        system=draw(st.none() | CODES),
        branch=draw(st.none() | CODES),
        manager=draw(st.none() | CODES),
        since=since,
        closed=draw(st.sampled_from([None, closed])),
        status=draw(st.sampled_from(CustomerStatus)),
        risk_tolerance=draw(st.none() | st.integers(1, 5)),
        phone=draw(st.none() | TEXTS),
        email=draw(st.none() | TEXTS),
        consents=draw(st.tuples() | st.tuples(CONSENTS, CONSENTS)),
    )


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    with open_database(address(tmp_path_factory.mktemp("shared"))) as opened:
        yield opened


@given(customers())
def test_a_customer_comes_back_as_it_was_saved(shared: Database, customer: Customer) -> None:
    with shared.unit_of_work() as work:
        work.customers.save(customer)
    with shared.reading() as work:
        assert work.customers.load(customer.id) == customer
        assert customer.id in work.customers.ids()


def test_saving_again_replaces_the_record(database: Database) -> None:
    for branch in ("B1", "B2"):
        with database.unit_of_work() as work:
            work.customers.save(person(branch=branch))
    with database.reading() as work:
        assert work.customers.load("C1").branch == "B2"
        assert work.customers.ids() == ("C1",)


def test_ids_are_in_order_and_none_is_left_out(database: Database) -> None:
    with database.unit_of_work() as work:
        assert work.customers.ids() == ()
        for id_ in ("C2", "C10", "C1"):
            work.customers.add(person(id_))
        assert work.customers.ids() == ("C1", "C10", "C2")


def test_adding_a_customer_that_is_there_is_refused(database: Database) -> None:
    with database.unit_of_work() as work:
        work.customers.add(person(branch="B1"))
        with pytest.raises(StorageError) as caught:
            work.customers.add(person(branch="B2"))
    error = caught.value
    assert error.where == "customer C1"
    assert "stored already" in error.what
    assert "save" in error.mend
    with database.reading() as work:
        assert work.customers.load("C1").branch == "B1"


def test_loading_a_customer_that_is_not_there_is_refused(database: Database) -> None:
    with database.reading() as work, pytest.raises(StorageError) as caught:
        work.customers.load("C9")
    assert caught.value.where == "customer C9"
    assert "no customer" in caught.value.what
    assert caught.value.mend


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        ("UPDATE rc_customers SET document = replace(document, 'Fang', 'Fong')", "digest"),
        ("UPDATE rc_customers SET document = CAST(document AS BLOB)", "digest"),
        ("UPDATE rc_customers SET document = CAST(document || x'ff' AS TEXT)", "refused"),
    ],
)
def test_a_record_that_was_changed_is_not_believed(
    database: Database, tmp_path: Path, statement: str, what: str
) -> None:
    with database.unit_of_work() as work:
        work.customers.add(person())
    tamper(tmp_path, statement)
    with database.reading() as work, pytest.raises(StorageError, match=what) as caught:
        work.customers.load("C1")
    assert caught.value.where == "customer C1"
    assert "Wang" not in str(caught.value)

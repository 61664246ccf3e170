"""What is stored of a person shows nowhere but in the database."""

from __future__ import annotations

import logging
import pickle
import traceback
from pathlib import Path

import pytest

from relationship_core.errors import StorageError
from relationship_core.storage import Database
from relationship_core.storage.mapping import customer_row, review_row
from relationship_core.storage.rows import CustomerRow
from tests.storage.bank import RESIDENT, SECRETS, address, moment, person, reviewed, tamper


def told(shown: str) -> list[str]:
    return [secret for secret in SECRETS if secret in shown]


def test_they_are_stored(database: Database, tmp_path: Path) -> None:
    with database.unit_of_work() as work:
        work.customers.add(person())
    database.close()
    assert RESIDENT.encode() in (tmp_path / "bank.db").read_bytes()


def test_no_repr_shows_them(database: Database) -> None:
    with database.unit_of_work() as work:
        work.customers.add(person())
        work.reviews.save(reviewed(), recorded_at=moment(1))
        shown = [
            database,
            work,
            work.customers,
            customer_row(person()),
            review_row(reviewed(), moment(1)),
            work.customers.load("C1"),
            work.reviews.history("C1"),
            work.session.get(CustomerRow, "C1"),
        ]
    assert told("".join(f"{each!r}{each}" for each in shown)) == []


def test_no_log_shows_them_however_much_is_logged(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG), caplog.at_level(logging.DEBUG, "sqlalchemy"):
        with database.unit_of_work() as work:
            work.customers.add(person())
            work.reviews.save(reviewed(), recorded_at=moment(1))
        with database.reading() as work:
            work.customers.load("C1")
            work.reviews.history("C1")
    assert "INSERT INTO rc_customers" in caplog.text
    assert told(caplog.text) == []


def test_no_error_shows_them(database: Database, tmp_path: Path) -> None:
    with database.unit_of_work() as work:
        work.customers.add(person())
    duplicate = customer_row(person())
    with pytest.raises(StorageError) as refused, database.unit_of_work() as work:
        work.session.add(duplicate)
    tamper(tmp_path, "UPDATE rc_customers SET document = CAST(document || x'ff' AS TEXT)")
    with pytest.raises(StorageError) as unreadable, database.reading() as work:
        work.customers.load("C1")
    for error in (refused.value, unreadable.value):
        shown = "".join(traceback.format_exception(error))
        assert told(shown) == []
        assert told(pickle.dumps(error).decode("latin-1")) == []
    assert "SQLITE_CONSTRAINT_PRIMARYKEY" in str(refused.value)
    assert address(tmp_path) not in str(refused.value)

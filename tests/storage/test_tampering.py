"""A stored review can't be changed in passing, and one that was changed by force isn't believed."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import traceback
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from relationship_core.errors import StorageError
from relationship_core.storage import Database
from tests.storage.bank import moment, person, reviewed, tamper

PLACE = "customer C1, review of 2026-06-30"


@pytest.fixture
def reviewed_bank(database: Database) -> Database:
    with database.unit_of_work() as work:
        work.customers.add(person())
        work.reviews.save(reviewed(), recorded_at=moment(1))
    return database


def forge(folder: Path, document: str, table: str = "rc_reviews") -> None:
    """Put a document in place of the stored one, with a digest that fits."""
    digest = hashlib.sha256(document.encode()).hexdigest()
    quoted = document.replace("'", "''")
    tamper(folder, f"UPDATE {table} SET document = '{quoted}', digest = '{digest}'")


def refusal(database: Database) -> StorageError:
    with database.reading() as work, pytest.raises(StorageError) as caught:
        work.reviews.latest("C1")
    return caught.value


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE rc_reviews SET tier = 'private'",
        "DELETE FROM rc_reviews",
        "REPLACE INTO rc_reviews SELECT * FROM rc_reviews",
    ],
)
def test_the_database_itself_refuses_to_change_a_review(
    reviewed_bank: Database, tmp_path: Path, statement: str
) -> None:
    with closing(sqlite3.connect(tmp_path / "bank.db")) as stranger:
        stranger.execute("PRAGMA recursive_triggers = ON")
        with pytest.raises(sqlite3.IntegrityError, match="never changed"):
            stranger.execute(statement)
    with reviewed_bank.reading() as work:
        assert work.reviews.latest("C1") == reviewed()


@pytest.mark.parametrize(
    "statement",
    [
        """UPDATE rc_reviews SET document = replace(document, '100.00', '999.00')""",
        "UPDATE rc_reviews SET digest = 'd'",
        "UPDATE rc_reviews SET document = CAST(document AS BLOB)",
    ],
)
def test_a_document_that_does_not_match_its_digest_is_not_believed(
    reviewed_bank: Database, tmp_path: Path, statement: str
) -> None:
    tamper(tmp_path, statement)
    error = refusal(reviewed_bank)
    assert "digest" in error.what
    assert error.where == PLACE
    assert error.mend


@pytest.mark.parametrize("column", ["stage", "tier", "risk", "rule_book"])
def test_a_column_that_says_otherwise_than_the_document_is_named(
    reviewed_bank: Database, tmp_path: Path, column: str
) -> None:
    tamper(tmp_path, f"UPDATE rc_reviews SET {column} = 'elsewhere'")
    error = refusal(reviewed_bank)
    assert error.what.endswith(f"than {column}")
    assert error.where == PLACE


def test_a_review_under_another_customers_name_is_not_believed(
    reviewed_bank: Database, tmp_path: Path
) -> None:
    with reviewed_bank.unit_of_work() as work:
        work.customers.add(person("C2"))
    tamper(tmp_path, "UPDATE rc_reviews SET customer_id = 'C2'")
    with reviewed_bank.reading() as work, pytest.raises(StorageError, match="customer_id"):
        work.reviews.latest("C2")


def _without(name: str) -> dict[str, Any]:
    data = reviewed().to_json()
    del data[name]
    return data


@pytest.mark.parametrize(
    ("document", "what"),
    [
        ("{", "no review"),
        ("[]", "no review"),
        (json.dumps(_without("stage")), "no review"),
        (json.dumps(_without("explanation")), "no review"),
        (json.dumps({**reviewed().to_json(), "as_of": "Wang Fang"}), "no review"),
        (json.dumps({**reviewed().to_json(), "schema": 99}), "schema 99"),
    ],
)
def test_a_document_that_is_no_review_is_refused_without_quoting_it(
    reviewed_bank: Database, tmp_path: Path, document: str, what: str
) -> None:
    forge(tmp_path, document)
    error = refusal(reviewed_bank)
    assert what in error.what
    assert error.where == PLACE
    assert error.mend
    assert "Wang" not in "".join(traceback.format_exception(error))


@pytest.mark.parametrize(
    ("document", "what"),
    [
        ("{", "no customer"),
        ('{"id": "C1"}', "no customer"),
        ('{"id": "C2", "kind": "personal"}', "another customer"),
        ('{"id": "C1", "kind": "Wang Fang"}', "no customer"),
        ('{"id": "C1", "kind": "personal", "risk_tolerance": 9}', "from 1 to 5"),
    ],
)
def test_a_document_that_is_no_such_customer_is_refused_without_quoting_it(
    reviewed_bank: Database, tmp_path: Path, document: str, what: str
) -> None:
    forge(tmp_path, document, table="rc_customers")
    with reviewed_bank.reading() as work, pytest.raises(StorageError, match=what) as caught:
        work.customers.load("C1")
    assert caught.value.where == "customer C1"
    assert caught.value.mend
    assert "Wang" not in "".join(traceback.format_exception(caught.value))


def test_a_moment_that_is_none_is_refused(reviewed_bank: Database, tmp_path: Path) -> None:
    tamper(tmp_path, "UPDATE rc_reviews SET recorded_at = 'yesterday'")
    error = refusal(reviewed_bank)
    assert error.what.startswith("the database refused")
    assert error.where == "customer C1"

"""Transactions keep everything or nothing, and the file belongs to more than one reader."""

from __future__ import annotations

import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Field, SQLModel, text

from relationship_core.errors import StorageError
from relationship_core.storage import Database, UnitOfWork, open_database
from relationship_core.storage.mapping import customer_row
from tests.storage.bank import address, moment, person, reviewed


class HostRow(SQLModel, table=True):
    """A table of the bank's own, which is no business of ours."""

    id: int = Field(primary_key=True)


class HostError(Exception):
    """What a host raises in the middle of its work."""


@contextmanager
def failing(database: Database) -> Iterator[UnitOfWork]:
    """A unit of work that the host breaks off, and whose error comes out as it was raised."""
    broken_off, seen = HostError(), None
    try:
        with database.unit_of_work() as work:
            yield work
            raise broken_off
    except HostError as error:
        seen = error
    assert seen is broken_off


def add_what_is_refused_and_go_on(database: Database) -> None:
    with database.unit_of_work() as work:
        work.customers.add(person("C2"))
        work.session.add(customer_row(person("C1")))
        with pytest.raises(StorageError, match="SQLITE_CONSTRAINT"):
            work.customers.add(person("C3"))


def ids(database: Database) -> tuple[str, ...]:
    with database.reading() as work:
        return work.customers.ids()


def test_a_unit_of_work_that_raises_leaves_nothing(database: Database) -> None:
    with failing(database) as work:
        work.customers.add(person())
        work.reviews.save(reviewed(), recorded_at=moment(1))
        assert work.customers.ids() == ("C1",)
    assert ids(database) == ()


def test_a_unit_of_work_that_raises_leaves_what_was_there(database: Database) -> None:
    with database.unit_of_work() as work:
        work.customers.add(person(branch="B1"))
    with failing(database) as work:
        work.customers.save(person(branch="B2"))
        work.reviews.save(reviewed(), recorded_at=moment(1))
    with database.reading() as work:
        assert work.customers.load("C1").branch == "B1"
        assert work.reviews.history("C1") == ()


def test_a_refusal_that_is_swallowed_still_keeps_nothing(database: Database) -> None:
    with database.unit_of_work() as work:
        work.customers.add(person("C1"))
    with pytest.raises(StorageError, match="PendingRollback"):
        add_what_is_refused_and_go_on(database)
    assert ids(database) == ("C1",)


def test_what_was_kept_is_there_when_the_file_is_opened_again(tmp_path: Path) -> None:
    with open_database(address(tmp_path)) as database, database.unit_of_work() as work:
        work.customers.add(person())
        work.reviews.save(reviewed(), recorded_at=moment(1))
    with open_database(address(tmp_path)) as database, database.reading() as work:
        assert work.customers.load("C1") == person()
        assert work.reviews.latest("C1") == reviewed()


def test_a_database_in_memory_works_like_a_file() -> None:
    with open_database("sqlite://") as database:
        with database.unit_of_work() as work:
            work.customers.add(person())
        assert ids(database) == ("C1",)


def test_a_reader_sees_one_state_while_another_writes(database: Database) -> None:
    with database.unit_of_work() as work:
        work.customers.add(person("C1"))
    with database.reading() as reader:
        assert reader.customers.ids() == ("C1",)
        with database.unit_of_work() as writer:
            writer.customers.add(person("C2"))
            assert reader.customers.ids() == ("C1",)
        assert reader.customers.ids() == ("C1",)
    assert ids(database) == ("C1", "C2")


def test_of_two_that_write_one_is_asked_to_come_again(database: Database) -> None:
    with database.unit_of_work() as first:
        first.customers.add(person("C1"))
        with (
            pytest.raises(StorageError, match="SQLITE_BUSY") as caught,
            database.unit_of_work() as second,
        ):
            second.customers.add(person("C2"))
        assert "run this one again" in caught.value.mend
    with database.unit_of_work() as second:
        second.customers.add(person("C2"))
    assert ids(database) == ("C1", "C2")


def test_what_was_read_before_writing_still_holds_when_it_is_written(database: Database) -> None:
    with database.unit_of_work() as first:
        assert first.customers.ids() == ()
        with pytest.raises(StorageError, match="SQLITE_BUSY"), database.unit_of_work() as second:
            second.customers.ids()
        first.customers.add(person())


def test_nothing_is_saved_while_reading(database: Database) -> None:
    with database.reading() as work, pytest.raises(StorageError, match="READONLY") as caught:
        work.customers.add(person())
    assert "unit_of_work" in caught.value.mend
    assert ids(database) == ()
    with database.unit_of_work() as work:
        work.customers.add(person())
    assert ids(database) == ("C1",)


def test_a_review_without_its_customer_is_refused_by_the_database_too(database: Database) -> None:
    statement = text(
        "INSERT INTO rc_reviews VALUES ('C9', '2026-06-30', '2026-08-01', 's', 't', 'r', 'b', '{}',"
        " 'd')"
    )
    with database.unit_of_work() as work, pytest.raises(Exception, match="FOREIGN KEY"):
        work.session.exec(statement)  # type: ignore[call-overload]


def test_a_customer_who_was_reviewed_cannot_be_removed(database: Database) -> None:
    with database.unit_of_work() as work:
        work.customers.add(person())
        work.reviews.save(reviewed(), recorded_at=moment(1))
    with database.unit_of_work() as work, pytest.raises(Exception, match="FOREIGN KEY"):
        work.session.exec(text("DELETE FROM rc_customers"))  # type: ignore[call-overload]
    assert ids(database) == ("C1",)


def test_only_tables_of_our_own_are_made(database: Database, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "bank.db")) as connection:
        names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    assert {name for (name,) in names} == {"rc_customers", "rc_reviews"}
    assert HostRow.metadata.tables.keys().isdisjoint({"rc_customers", "rc_reviews"})


def test_a_host_may_work_in_the_same_transaction(database: Database) -> None:
    with failing(database) as work:
        work.session.connection().exec_driver_sql("CREATE TABLE host (id INTEGER)")
        work.customers.add(person())
    with database.unit_of_work() as work:
        work.session.connection().exec_driver_sql("CREATE TABLE host (id INTEGER)")


@pytest.mark.parametrize("url", ["", "bank.db", None, 7])
def test_what_is_no_address_is_refused(url: Any) -> None:
    with pytest.raises(StorageError, match="not the address") as caught:
        open_database(url)
    assert "sqlite:///" in caught.value.mend


@pytest.mark.parametrize("driver", ["postgresql", "sqlite+aiosqlite"])
def test_another_kind_of_database_is_refused_without_telling_its_password(driver: str) -> None:
    with pytest.raises(StorageError, match=re.escape(f"{driver} is not supported")) as caught:
        open_database(f"{driver}://teller:hunter2@vault/bank")
    assert "hunter2" not in str(caught.value)


def test_a_folder_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="SQLITE_CANTOPEN") as caught:
        open_database(address(tmp_path / "nowhere"))
    assert "folder" in caught.value.mend


def test_a_file_that_is_no_database_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "bank.db"
    file.write_text("customer_id,name\n" * 100, encoding="utf-8")
    with pytest.raises(StorageError, match="SQLITE_NOTADB"):
        open_database(address(tmp_path))
    assert file.read_text(encoding="utf-8") == "customer_id,name\n" * 100


def test_without_the_extra_the_error_names_the_command_that_installs_it() -> None:
    script = (
        "import sys; sys.modules['sqlmodel'] = None\n"
        "from relationship_core.errors import MissingExtraError\n"
        "try:\n    import relationship_core.storage\n"
        "except MissingExtraError as error:\n    print(error)\n"
    )
    printed = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, check=True, text=True
    ).stdout
    assert 'pip install "relationship-core[sql]"' in printed
    assert "storage" in printed

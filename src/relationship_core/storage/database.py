"""A database, and the transactions in which it is read and written."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Self

from attrs import field, frozen
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError
from sqlmodel import Session

from relationship_core.errors import StorageError
from relationship_core.storage.faults import told_as_storage_errors
from relationship_core.storage.repository import CustomerRepository, ReviewRepository
from relationship_core.storage.rows import Row

_READING = "relationship_core_reading"
_LOGGER = "relationship_core"
_DRIVERS = frozenset({"sqlite", "sqlite+pysqlite"})


@frozen
class UnitOfWork:
    """One transaction, with the repositories that work in it.

    Args:
        session: Of the transaction; a host can do work of its own in it.
        customers: The customers.
        reviews: Their reviews.
    """

    session: Session = field(repr=False)
    customers: CustomerRepository
    reviews: ReviewRepository


class Database:
    """An open database of customers and reviews.

    A file serves as many threads as need it, a database in memory the one that opened it.
    `open_database` opens one. Close it when done, or use it in a `with` statement.
    """

    __slots__ = ("_engine",)

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def __repr__(self) -> str:
        return f"Database({self._engine.url.render_as_string(hide_password=True)!r})"

    @contextmanager
    def unit_of_work(self) -> Iterator[UnitOfWork]:
        """A transaction that keeps everything or, if anything raises, nothing.

        One unit of work writes at a time; another waits for it.

        Raises:
            StorageError: The database refused.
        """
        with Session(self._engine) as session:
            yield _unit_of(session)
            with told_as_storage_errors("unit of work"):
                session.commit()

    @contextmanager
    def reading(self) -> Iterator[UnitOfWork]:
        """A transaction that sees one state of the database and saves nothing.

        It waits for no unit of work, and none waits for it. Saving in it raises a StorageError.
        """
        engine = self._engine.execution_options(**{_READING: True})
        with Session(engine) as session:
            yield _unit_of(session)

    def close(self) -> None:
        """Close every connection that isn't in use."""
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def open_database(url: str) -> Database:
    """Open a database, making whatever table it lacks.

    Args:
        url: "sqlite:///reviews.db" is a file in the working folder; "sqlite://" is in memory, gone
            when it is closed, and not seen by other threads.

    Raises:
        StorageError: The address is none, it is that of another kind of database or driver than
            Python's own of SQLite, or the file can't be opened.
    """
    engine = create_engine(
        _checked(url),
        # An error or a log that quotes a row would carry a customer's name out of the bank.
        hide_parameters=True,
        logging_name=_LOGGER,
    )
    logging.getLogger(f"sqlalchemy.engine.Engine.{_LOGGER}").addFilter(_holds_no_rows)
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    try:
        with told_as_storage_errors("database"):
            Row.metadata.create_all(engine)
    except StorageError:
        engine.dispose()
        raise
    return Database(engine)


def _checked(url: str) -> URL:
    try:
        address = make_url(url)
    except ArgumentError:
        raise StorageError(
            "not the address of a database",
            where="open_database",
            mend='write it like "sqlite:///reviews.db"',
        ) from None
    if address.drivername not in _DRIVERS:
        raise StorageError(
            f"{address.drivername} is not supported",
            where="open_database",
            mend="use SQLite",
        )
    return address


def _unit_of(session: Session) -> UnitOfWork:
    return UnitOfWork(session, CustomerRepository(session), ReviewRepository(session))


def _prepare(connection: Any, _record: object) -> None:
    connection.execute("PRAGMA foreign_keys = ON")
    # Readers and the writer don't wait for each other, and a reader sees one state throughout.
    connection.execute("PRAGMA journal_mode = WAL")


def _begin(connection: Connection) -> None:
    # The driver would begin on its own too late, when something was read already.
    if connection.get_execution_options().get(_READING, False):
        connection.exec_driver_sql("PRAGMA query_only = ON")
        connection.exec_driver_sql("BEGIN")
    else:
        connection.exec_driver_sql("PRAGMA query_only = OFF")
        # At once: a reader that turns writer halfway fails as soon as another one has written.
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def _holds_no_rows(record: logging.LogRecord) -> bool:
    """SQLAlchemy logs every row that it reads at this level, whatever its parameters."""
    return record.levelno > logging.DEBUG

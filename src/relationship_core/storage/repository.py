"""Customers and reviews by their ids, within one transaction."""

from __future__ import annotations

from datetime import date, datetime

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from relationship_core.decisions.review import Review
from relationship_core.domain.customer import Customer
from relationship_core.domain.standing import Standing
from relationship_core.domain.validation import require_date
from relationship_core.errors import StorageError
from relationship_core.storage.faults import told_as_storage_errors
from relationship_core.storage.mapping import (
    RecordedReview,
    customer_row,
    in_utc,
    place_of_customer,
    read_customer,
    read_review,
    review_row,
)
from relationship_core.storage.rows import CustomerRow, ReviewRow


class CustomerRepository:
    """The customers of a bank, each as last saved.

    Args:
        session: Of the transaction that all of it belongs to.
    """

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, customer: Customer) -> None:
        """Keep a customer who isn't there yet.

        Raises:
            StorageError: A customer of this id is there already, or the database refused.
        """
        where = place_of_customer(customer.id)
        if self._found(customer.id) is not None:
            raise StorageError(
                "a customer of this id is stored already",
                where=where,
                mend="use save to replace the record, or give the new customer another id",
            )
        _keep(self._session, customer_row(customer), where)

    def save(self, customer: Customer) -> None:
        """Keep a customer, in place of the record of the same id if there is one.

        Raises:
            StorageError: The database refused.
        """
        row, stored = customer_row(customer), self._found(customer.id)
        if stored is not None:
            stored.document, stored.digest = row.document, row.digest
            row = stored
        _keep(self._session, row, place_of_customer(customer.id))

    def load(self, customer_id: str) -> Customer:
        """The customer of an id.

        Raises:
            StorageError: There is none, or the record isn't what was saved.
        """
        row = self._found(customer_id)
        if row is None:
            raise _unknown(customer_id)
        return read_customer(row)

    def ids(self) -> tuple[str, ...]:
        """The ids of all customers, ascending.

        Raises:
            StorageError: The database refused.
        """
        with told_as_storage_errors("customers"):
            return tuple(self._session.exec(select(CustomerRow.id).order_by(CustomerRow.id)))

    def _found(self, customer_id: str) -> CustomerRow | None:
        with told_as_storage_errors(place_of_customer(customer_id)):
            return self._session.get(CustomerRow, customer_id)


class ReviewRepository:
    """The reviews of a bank's customers: facts that are added to and never changed.

    A review has two dates: the day it speaks of, and the moment it was recorded. Reviews of one
    customer and day that say different things stand side by side; the one recorded last is in
    force.

    Args:
        session: Of the transaction that all of it belongs to.
    """

    def __init__(self, session: Session) -> None:
        self._session = session

    def save(self, review: Review, *, recorded_at: datetime) -> bool:
        """Keep a review beside those that are there.

        What is in force already, and what was recorded at this very moment before, isn't kept
        twice: a run can be repeated.

        Args:
            review: What was decided.
            recorded_at: When it came to be known, with a time zone.

        Returns:
            Whether it was kept; False if it was there.

        Raises:
            StorageError: The customer isn't stored; another review of that customer and day was
                recorded at that moment, or any review of the customer after it; the moment has no
                time zone; or the database refused.
        """
        row = review_row(review, recorded_at)
        where = f"{place_of_customer(row.customer_id)}, review of {row.as_of}"
        self._require_customer(row.customer_id)
        with told_as_storage_errors(where):
            versions = self._session.exec(
                select(ReviewRow.recorded_at, ReviewRow.digest)
                .where(ReviewRow.customer_id == row.customer_id, ReviewRow.as_of == row.as_of)
                .order_by(col(ReviewRow.recorded_at).desc())
            ).all()
            last = self._session.exec(
                select(ReviewRow.recorded_at)
                .where(ReviewRow.customer_id == row.customer_id)
                .order_by(col(ReviewRow.recorded_at).desc())
            ).first()
        if versions and versions[0][1] == row.digest:
            return False
        for moment, digest in versions:
            if moment == row.recorded_at:
                if digest == row.digest:
                    return False
                raise StorageError(
                    "another review of that day was recorded at that moment",
                    where=where,
                    mend="record a correction later than what it corrects",
                )
        if last is not None and row.recorded_at < last:
            raise StorageError(
                "a review of the customer was recorded after that moment",
                where=where,
                mend="record a review at the moment it is saved, so that what was known at a"
                " moment stays what it was",
            )
        _keep(self._session, row, where)
        return True

    def history(
        self, customer_id: str, *, known_at: datetime | None = None
    ) -> tuple[RecordedReview, ...]:
        """All reviews of a customer by day and moment recorded, corrected ones included.

        Args:
            customer_id: The customer.
            known_at: Leave out what was recorded after this moment; None for all.

        Raises:
            StorageError: The customer isn't stored, or a record isn't what was saved.
        """
        self._require_customer(customer_id)
        statement = _reviews(customer_id, known_at).order_by(
            col(ReviewRow.as_of), col(ReviewRow.recorded_at)
        )
        with told_as_storage_errors(place_of_customer(customer_id)):
            rows = self._session.exec(statement).all()
        return tuple(read_review(row) for row in rows)

    def latest(
        self,
        customer_id: str,
        *,
        before: date | None = None,
        known_at: datetime | None = None,
    ) -> Review | None:
        """The review in force of the latest day; None if there is none.

        Args:
            customer_id: The customer.
            before: Look at earlier days only; None for any day.
            known_at: As it was known at this moment; None for all that is known.

        Raises:
            StorageError: The customer isn't stored, or the record isn't what was saved.
        """
        self._require_customer(customer_id)
        statement = _reviews(customer_id, known_at).order_by(
            col(ReviewRow.as_of).desc(), col(ReviewRow.recorded_at).desc()
        )
        if before is not None:
            require_date(before, "before")
            statement = statement.where(ReviewRow.as_of < before)
        with told_as_storage_errors(place_of_customer(customer_id)):
            row = self._session.exec(statement.limit(1)).first()
        return None if row is None else read_review(row).review

    def standing_of(
        self,
        customer_id: str,
        *,
        before: date | None = None,
        known_at: datetime | None = None,
    ) -> Standing | None:
        """Where the relationship stands for the next review; None before the first one.

        Args:
            customer_id: The customer.
            before: The day of the next review. A day that is reviewed anew must start from what
                stood before that day, not from the review that it corrects.
            known_at: As it was known at this moment; None for all that is known.

        Raises:
            StorageError: The customer isn't stored, or the record isn't what was saved.
        """
        review = self.latest(customer_id, before=before, known_at=known_at)
        return None if review is None else review.standing

    def _require_customer(self, customer_id: str) -> None:
        with told_as_storage_errors(place_of_customer(customer_id)):
            found = self._session.exec(
                select(CustomerRow.id).where(CustomerRow.id == customer_id)
            ).first()
        if found is None:
            raise _unknown(customer_id)


def _reviews(customer_id: str, known_at: datetime | None) -> SelectOfScalar[ReviewRow]:
    statement = select(ReviewRow).where(ReviewRow.customer_id == customer_id)
    if known_at is None:
        return statement
    return statement.where(ReviewRow.recorded_at <= in_utc(known_at, "known_at"))


def _keep(session: Session, row: CustomerRow | ReviewRow, where: str) -> None:
    with told_as_storage_errors(where):
        session.add(row)
        session.flush()


def _unknown(customer_id: str) -> StorageError:
    return StorageError(
        "no customer of this id is stored",
        where=place_of_customer(customer_id),
        mend="save the customer first, or check the id",
    )

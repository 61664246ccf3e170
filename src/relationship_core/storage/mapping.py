"""From noun to row and back, exactly.

A noun is kept as its JSON text; decimals and dates are text in it, so that no database can round
them. The text is ASCII, so that no database can spell it otherwise.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from typing import Any

from attrs import frozen
from cattrs import Converter

from relationship_core.decisions.json_form import converter_for, reading
from relationship_core.decisions.review import Review
from relationship_core.domain.customer import Customer
from relationship_core.errors import RelationshipError, StorageError
from relationship_core.storage.rows import CustomerRow, ReviewRow

_MEND = "restore it from a copy; what wrote to the table wasn't this library"


@frozen
class RecordedReview:
    """A review and the moment at which it was recorded.

    Args:
        review: What was decided.
        recorded_at: In UTC.
    """

    review: Review
    recorded_at: datetime


def customer_row(customer: Customer) -> CustomerRow:
    """The row that keeps a customer."""
    document, digest = _written(_converter().unstructure(customer))
    return CustomerRow(id=customer.id, document=document, digest=digest)


def read_customer(row: CustomerRow) -> Customer:
    """The customer that a row keeps.

    Raises:
        StorageError: The row isn't what was saved.
    """
    where = place_of_customer(row.id)
    document = _believed(row, where)
    with _said_of(where), reading("customer", StorageError):
        customer: Customer = _converter().structure(json.loads(document), Customer)
    if customer.id != row.id:
        raise StorageError("its document is that of another customer", where=where, mend=_MEND)
    return customer


def review_row(review: Review, recorded_at: datetime) -> ReviewRow:
    """The row that keeps a review.

    Raises:
        StorageError: The moment has no time zone.
        ReviewError: The review no longer knows what it was made from.
    """
    document, digest = _written(review.to_json())
    return ReviewRow(
        **_keys(review),
        recorded_at=in_utc(recorded_at, "recorded_at"),
        document=document,
        digest=digest,
    )


def read_review(row: ReviewRow) -> RecordedReview:
    """The review that a row keeps, and when it was recorded.

    Raises:
        StorageError: The row isn't what was saved, or another version of the library wrote it.
    """
    where = f"{place_of_customer(row.customer_id)}, review of {row.as_of}"
    document = _believed(row, where)
    with _said_of(where):
        review = Review.from_json(document)
    differing = [name for name, value in _keys(review).items() if getattr(row, name) != value]
    if differing:
        raise StorageError(
            f"its document says otherwise than {', '.join(differing)}", where=where, mend=_MEND
        )
    return RecordedReview(review, row.recorded_at)


def in_utc(moment: datetime, where: str) -> datetime:
    """A moment in UTC.

    Raises:
        StorageError: It is no moment, or has no time zone.
    """
    if not isinstance(moment, datetime) or moment.utcoffset() is None:
        raise StorageError(
            "not a moment with a time zone", where=where, mend="give an aware datetime"
        )
    return moment.astimezone(UTC)


def place_of_customer(customer_id: str) -> str:
    """How an error names a customer."""
    return f"customer {customer_id}"


def _keys(review: Review) -> dict[str, Any]:
    return {
        "customer_id": review.customer_id,
        "as_of": review.as_of,
        "stage": review.stage.stage,
        "tier": review.tier.tier,
        "risk": review.retention.risk,
        "rule_book": review.rule_book,
    }


@cache
def _converter() -> Converter:
    return converter_for({})


def _written(data: Any) -> tuple[str, str]:
    text = json.dumps(data, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return text, _digest(text)


def _believed(row: CustomerRow | ReviewRow, where: str) -> str:
    # SQLite keeps bytes in a column of text without a word.
    if not isinstance(row.document, str) or _digest(row.document) != row.digest:
        raise StorageError("its document doesn't match its digest", where=where, mend=_MEND)
    return row.document


@contextmanager
def _said_of(where: str) -> Iterator[None]:
    try:
        yield
    except RelationshipError as error:
        # Its cause may hold what was read, which may be a name or a number of a person.
        raise StorageError(error.what, where=where, mend=error.mend) from None


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()

"""The tables. A row is how a noun is kept, never the noun itself."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import DDL, MetaData, Text, event
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel, UTCDateTime

# Migrations can only change a constraint that has a name, the same one in every database.
_NAMES = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Row(SQLModel, registry=registry(metadata=MetaData(naming_convention=_NAMES))):
    """Root of our rows; tables of their own, apart from those that a host keeps in SQLModel."""


class CustomerRow(Row, table=True):
    """A customer as last saved.

    Args:
        id: The bank's number for the customer.
        document: The customer as JSON.
        digest: SHA-256 of the document, in hexadecimal.
    """

    __tablename__ = "rc_customers"

    id: str = Field(primary_key=True)
    document: str = Field(sa_type=Text, repr=False)
    digest: str


class ReviewRow(Row, table=True):
    """One review of a customer and day, as it was recorded at one moment.

    Args:
        customer_id: The customer.
        as_of: The review date.
        recorded_at: When the bank came to know it, in UTC.
        stage: The stage decided.
        tier: The tier decided.
        risk: The risk of leaving.
        rule_book: The fingerprint of the rule book in force.
        document: The whole review as JSON.
        digest: SHA-256 of the document, in hexadecimal.
    """

    __tablename__ = "rc_reviews"

    customer_id: str = Field(primary_key=True, foreign_key="rc_customers.id")
    as_of: date = Field(primary_key=True)
    recorded_at: datetime = Field(primary_key=True, sa_type=UTCDateTime)
    stage: str
    tier: str
    risk: str
    rule_book: str
    document: str = Field(sa_type=Text, repr=False)
    digest: str


# Whoever opens the file, with our code or without, can only add to what was decided.
for _act in ("UPDATE", "DELETE"):
    event.listen(
        Row.metadata.tables[ReviewRow.__tablename__],
        "after_create",
        DDL(  # type: ignore[no-untyped-call] # SQLAlchemy left it untyped
            f"CREATE TRIGGER rc_reviews_refuse_{_act.lower()} BEFORE {_act} ON rc_reviews "
            "BEGIN SELECT RAISE(ABORT, 'a review is never changed'); END"
        ).execute_if(dialect="sqlite"),
    )

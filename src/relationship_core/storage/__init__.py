"""Storage: customers and reviews in a database, reviews as facts that are never changed."""

from __future__ import annotations

from relationship_core.errors import MissingExtraError

try:
    import sqlmodel as _sqlmodel  # noqa: F401 - only whether it is there
except ImportError as missing:
    raise MissingExtraError("sql", needed_for="storage") from missing

from relationship_core.storage.database import Database, UnitOfWork, open_database
from relationship_core.storage.mapping import RecordedReview
from relationship_core.storage.repository import CustomerRepository, ReviewRepository

__all__ = [
    "CustomerRepository",
    "Database",
    "RecordedReview",
    "ReviewRepository",
    "UnitOfWork",
    "open_database",
]

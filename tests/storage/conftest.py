"""A database in a file of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from relationship_core.storage import Database, open_database
from tests.storage.bank import address


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """An empty database, with no patience for others that write."""
    with open_database(address(tmp_path, "timeout=0")) as opened:
        yield opened

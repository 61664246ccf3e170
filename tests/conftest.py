"""What every test may count on: the real bank's records."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def berka_dir() -> Path:
    """The folder of the Czech bank's eight files; tests of it are skipped where it isn't given."""
    named = os.environ.get("BERKA_DIR", "")
    if not named:
        pytest.skip("BERKA_DIR doesn't name the folder of the Czech bank's records")
    folder = Path(named)
    if not (folder / "trans.asc").is_file():
        pytest.skip("BERKA_DIR names a folder without the Czech bank's records")
    return folder

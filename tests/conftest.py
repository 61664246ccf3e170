"""What every test may count on: laws tried on repeatable examples, the real bank's records."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile(
    "gate",
    derandomize=True,
    deadline=None,
    max_examples=60,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile(
    "soak",
    deadline=None,
    max_examples=3_000,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "gate"))


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

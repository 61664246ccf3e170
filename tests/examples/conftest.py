"""The small invented bank, and one run of the example on the real records."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from attrs import frozen

from tests.examples.czech_records import AS_OF, files_of, write_small_bank

SCRIPT = Path(__file__).resolve().parents[2] / "examples" / "berka.py"


@frozen
class Run:
    """What the script wrote, and what it printed."""

    folder: dict[str, bytes]
    reviews: dict[str, bytes]
    out: Path
    told: str


@pytest.fixture
def small(tmp_path: Path) -> Path:
    return write_small_bank(tmp_path / "source")


@pytest.fixture(scope="session")
def real(berka_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    out = tmp_path_factory.mktemp("berka")
    done = subprocess.run(
        [sys.executable, SCRIPT, berka_dir, out, "--as-of", AS_OF.isoformat()],
        check=True,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    return Run(files_of(out / "folder"), files_of(out / "reviews"), out, done.stdout)

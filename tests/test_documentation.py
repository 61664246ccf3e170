"""The documentation tells the truth: its examples run, and print what they say they print."""

from __future__ import annotations

import doctest
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
WITH_EXAMPLES = [page for page in PAGES if ">>> " in page.read_text(encoding="utf-8")]


@pytest.mark.parametrize("page", WITH_EXAMPLES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_the_examples_of_a_page_run(page: Path) -> None:
    outcome = doctest.testfile(
        str(page),
        module_relative=False,
        encoding="utf-8",
        optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE,
    )
    assert outcome.attempted > 0
    assert outcome.failed == 0


def test_every_page_of_a_part_is_reached_from_the_part() -> None:
    lost = [
        page.relative_to(ROOT).as_posix()
        for page in PAGES
        if page.name != "index.md"
        and (index := page.with_name("index.md")).exists()
        and page.parent != ROOT
        and page.name not in index.read_text(encoding="utf-8")
    ]
    assert not lost

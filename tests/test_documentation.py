"""The documentation tells the truth: its examples run, and print what they say they print."""

from __future__ import annotations

import doctest
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
WITH_EXAMPLES = [page for page in PAGES if ">>> " in page.read_text(encoding="utf-8")]


FENCE = re.compile(r"^```.*$", re.MULTILINE)


@pytest.mark.parametrize("page", WITH_EXAMPLES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_the_examples_of_a_page_run(page: Path) -> None:
    # A fence would be taken for a line that the example should have printed.
    text = FENCE.sub("", page.read_text(encoding="utf-8"))
    examples = doctest.DocTestParser().get_doctest(text, {}, page.name, str(page), 0)
    report: list[str] = []
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS | doctest.IGNORE_EXCEPTION_DETAIL)
    outcome = runner.run(examples, out=report.append)
    assert outcome.failed == 0, "".join(report)


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

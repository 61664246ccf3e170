"""The page of findings is the command's: run with WRITE_CHECK=1 to write its output anew."""

from __future__ import annotations

import os
import re
import textwrap
from pathlib import Path

import pytest
from typer.testing import CliRunner

from relationship_core.cli.app import app

PAGE = Path(__file__).resolve().parents[1] / "docs" / "reference" / "rules-check-example.md"
COMMAND = "relationship-core rules check --plugin eight-faults"
BLOCK = re.compile(
    rf"^```console\n\$ {re.escape(COMMAND)}\n(?P<output>.*?)^```$", re.MULTILINE | re.DOTALL
)
WIDTH = 120
INDENT = 4


def printed() -> str:
    """What the command prints, folded, without what is of one machine or one day."""
    told = CliRunner(env={"COLUMNS": "10000", "NO_COLOR": "1"}).invoke(app, COMMAND.split()[1:])
    assert told.exit_code == 1, told.output
    # Where a file lies is the machine's affair, and a fingerprint changes with any rule.
    text = re.sub(r"\S*[/\\](relationship_core\w*)[/\\]", r"\1/", told.stdout)
    text = re.sub(r"\b[0-9a-f]{16,}\b", "...", text)
    return "".join(f"{line}\n" for each in text.splitlines() for line in folded(each))


def folded(line: str) -> list[str]:
    """A line as it would be folded by hand, between words and indented."""
    margin = " " * (len(line) - len(line.lstrip()) + INDENT)
    return textwrap.wrap(
        line, WIDTH, subsequent_indent=margin, break_long_words=False, break_on_hyphens=False
    ) or [""]


@pytest.fixture(scope="module")
def output() -> str:
    return printed()


def test_the_page_shows_what_the_command_prints(output: str) -> None:
    page = PAGE.read_text(encoding="utf-8")
    if os.environ.get("WRITE_CHECK") == "1":
        page = BLOCK.sub(lambda _: f"```console\n$ {COMMAND}\n{output}```", page)
        PAGE.write_text(page, encoding="utf-8", newline="\n")
    (block,) = BLOCK.finditer(page)
    assert block["output"] == output, "WRITE_CHECK=1 writes it anew"


def test_the_page_explains_each_finding_and_no_other(output: str) -> None:
    found = re.findall(r"^(?:error|warning) (RC\d+ [\w-]+):", output, re.MULTILINE)
    explained = re.findall(r"^## (RC\d+ [\w-]+):", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert explained == sorted(found)
    assert len(found) == 8

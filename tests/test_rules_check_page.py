"""The page of findings is the command's: run with WRITE_CHECK=1 to write its output anew."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from relationship_core.cli.app import app

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "reference" / "rules-check-example.md"
COMMAND = "relationship-core rules check --plugin eight-faults"
BLOCK = re.compile(
    rf"^```console\n\$ {re.escape(COMMAND)}\n(?P<output>.*?)^```$", re.MULTILINE | re.DOTALL
)


@pytest.fixture
def output(monkeypatch: pytest.MonkeyPatch) -> str:
    """What the command prints to somebody in the repository's folder."""
    monkeypatch.chdir(ROOT)
    told = CliRunner(env={"COLUMNS": "100", "NO_COLOR": "1"}).invoke(app, COMMAND.split()[1:])
    assert told.exit_code == 1, told.output
    # Fingerprints change with any built-in rule, and say nothing to a reader.
    return re.sub(r"\b[0-9a-f]{64}\b", "...", told.stdout.replace(os.sep, "/"))


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

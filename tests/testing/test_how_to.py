"""The page on testing a plugin: its commands print what it says, its table names every law."""

from __future__ import annotations

import doctest
import re
import subprocess
import sys
from pathlib import Path

import pytest

from relationship_core.testing import LifecycleContract, ModelContract, TieringContract
from tests.plugins.test_how_to import BLOCK, commands, environment

__all__ = ["environment"]

PAGE = Path(__file__).resolve().parents[2] / "docs" / "how-to" / "test-a-plugin.md"
TEXT = PAGE.read_text(encoding="utf-8")


@pytest.mark.skipif(sys.platform == "win32", reason="the page is written for a POSIX shell")
def test_the_commands_print_what_the_page_says(environment: dict[str, str], tmp_path: Path) -> None:
    checker = doctest.OutputChecker()
    options = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    followed = []
    for block in BLOCK.finditer(TEXT):
        for command in commands(block["text"]) if block["language"] == "console" else ():
            # What make does is followed, step by step, in test_new_plugin.
            if not command.line.startswith("make"):
                outcome = subprocess.run(
                    ["sh", "-c", command.line],
                    cwd=tmp_path,
                    env=environment,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.STDOUT,
                    check=False,
                    text=True,
                )
                told = f"$ {command.line}\n{outcome.stdout}"
                assert outcome.returncode == 0, told
                assert checker.check_output(command.printed, outcome.stdout, options), told
                followed.append(command.line.split()[0])
    assert followed == ["relationship-core", "python", *["relationship-core"] * 3]


def test_the_table_names_every_law() -> None:
    told = set(re.findall(r"^\| `(test_\w+)` \|", TEXT, re.MULTILINE))
    laws = {
        name
        for contract in (TieringContract, LifecycleContract, ModelContract)
        for name in dir(contract)
        if name.startswith("test_")
    }
    assert told == laws

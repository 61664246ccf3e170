"""The page on writing a plugin, followed to the letter in an environment of its own."""

from __future__ import annotations

import doctest
import os
import re
import subprocess
import sys
import sysconfig
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "how-to" / "write-a-plugin.md"
EXAMPLES = sorted(
    name
    for project in (ROOT / "plugins").glob("*/pyproject.toml")
    for name in tomllib.loads(project.read_text(encoding="utf-8"))["project"]["entry-points"][
        "relationship_core"
    ]
)
OF_AN_EXAMPLE = re.compile(rf"^.*\b(?:{'|'.join(map(re.escape, EXAMPLES))}) .*\n", re.MULTILINE)
BLOCK = re.compile(
    r"^```(?P<language>\w+)(?: title=\"(?P<file>[^\"\n]+)\")?\n(?P<text>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)


class Command(NamedTuple):
    """A line to type, and what the page says it prints."""

    line: str
    printed: str


def commands(text: str) -> Iterator[Command]:
    """The commands of a console block."""
    for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        line, _, printed = part.partition("\n")
        yield Command(line, printed)


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """A virtual environment beside ours: it sees what is installed here, and keeps its own."""
    home = tmp_path / "environment"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(home)], check=True)
    layout = {"base": str(home), "platbase": str(home)}
    own = Path(sysconfig.get_path("purelib", "venv", vars=layout))
    ours = sysconfig.get_path("purelib")
    (own / "beside.pth").write_text(f"import site; site.addsitedir({ours!r})\n", encoding="utf-8")
    commands = Path(sysconfig.get_path("scripts", "venv", vars=layout))
    script = commands / "relationship-core"
    script.write_text(
        f"#!{commands / 'python'}\nfrom relationship_core.cli import main\nmain()\n",
        encoding="utf-8",
    )
    script.chmod(0o755)
    return {
        "PATH": os.pathsep.join([str(commands), os.environ["PATH"]]),
        "HOME": str(tmp_path),
        "LANG": "C.UTF-8",
        "COLUMNS": "200",
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "PIP_NO_BUILD_ISOLATION": "0",
        "PIP_NO_INDEX": "1",
    }


@pytest.mark.skipif(sys.platform == "win32", reason="the page is written for a POSIX shell")
def test_every_file_and_command_of_the_page(environment: dict[str, str], tmp_path: Path) -> None:
    checker = doctest.OutputChecker()
    options = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    followed = 0
    for block in BLOCK.finditer(PAGE.read_text(encoding="utf-8")):
        if block["file"]:
            file = tmp_path / block["file"]
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(block["text"], encoding="utf-8")
        elif block["language"] == "console":
            for command in commands(block["text"]):
                outcome = subprocess.run(
                    ["sh", "-c", command.line],
                    cwd=tmp_path,
                    env=environment,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.STDOUT,
                    check=False,
                    text=True,
                )
                # The reader of the page hasn't installed the examples of this repository.
                printed = OF_AN_EXAMPLE.sub("", outcome.stdout)
                told = f"$ {command.line}\n{printed}"
                assert checker.check_output(command.printed, printed, options), told
                failed = command.printed.startswith("failed")
                assert (outcome.returncode != 0) is failed, told
                followed += 1
    assert followed == 9

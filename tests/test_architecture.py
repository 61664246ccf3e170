"""The house keeps its plan: arrows, sizes and names, and nothing that belongs to one machine."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "relationship_core"
MODULES = sorted(SOURCE.rglob("*.py"))
LONGEST = 400
NAMES_THAT_SAY_NOTHING = {"util", "utils", "helper", "helpers", "common", "misc", "base"}

# Spelt in pieces, so that this file may be read by its own test.
OF_ONE_MACHINE = re.compile(
    "|".join(
        [
            r"/(?:home|Users|root|work|opt|usr/local)/" + r"[\w.-]",
            r"[A-Z]:\\" + r"Users",
            r"(?:index|find)-" + r"(?:url|links)",
            r"(?:pypi|pythonhosted)\." + r"org",
            r"file:" + r"//",
            r"--hash" + r"=",
        ]
    )
)


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def committed_text() -> dict[str, str]:
    git = shutil.which("git")
    if git is None or not (ROOT / ".git").exists():
        pytest.skip("not a clone: there is no list of committed files")
    listed = subprocess.run(
        [git, "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True
    ).stdout
    texts = {}
    for name in filter(None, listed.split("\0")):
        try:
            texts[name] = (ROOT / name).read_text(encoding="utf-8")
        except (UnicodeDecodeError, FileNotFoundError):
            continue
    return texts


def test_the_arrows_hold() -> None:
    outcome = subprocess.run(
        # Its cache outlives the arrival of a new module, and then sees arrows that aren't there.
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        check=False,
        text=True,
    )
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr


@pytest.mark.parametrize("path", MODULES, ids=relative)
def test_a_module_is_one_idea_and_says_which(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= LONGEST, "longer than one idea: split it"
    assert path.stem not in NAMES_THAT_SAY_NOTHING
    assert path.parent.name not in NAMES_THAT_SAY_NOTHING
    assert ast.get_docstring(ast.parse(text)), "a module says first what it is"


def test_no_committed_file_names_a_machine_or_a_registry() -> None:
    found = [
        f"{name}:{number}: {line.strip()}"
        for name, text in committed_text().items()
        if name != "LICENSE"
        for number, line in enumerate(text.splitlines(), start=1)
        if OF_ONE_MACHINE.search(line)
    ]
    assert not found, "\n".join(found)


def test_every_pin_is_a_name_and_a_version() -> None:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = [line for line in lines if line and not line.startswith("#")]
    assert pins
    assert [pin for pin in pins if not re.fullmatch(r"[A-Za-z0-9._-]+==[\w.!+]+", pin)] == []

"""A new plugin is made, installed and tested for real, and its first wrong edit is caught."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from relationship_core.cli.app import app
from relationship_core.errors import InvalidValueError, MissingExtraError
from relationship_core.testing import new_plugin
from relationship_core.testing.new_plugin import REQUIREMENT, installed_from, make_plugin

ROOT = Path(__file__).resolve().parents[2]
SOURCE = Path("src", "relationship_core_northern_bank", "rules.py")

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="its Makefile is for POSIX")


def beside(home: Path) -> None:
    """A virtual environment that sees what is installed here, and keeps its own."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(home)], check=True)
    layout = {"base": str(home), "platbase": str(home)}
    own = Path(sysconfig.get_path("purelib", "venv", vars=layout))
    ours = sysconfig.get_path("purelib")
    (own / "beside.pth").write_text(f"import site; site.addsitedir({ours!r})\n", encoding="utf-8")


OFFLINE = {
    "PIP_CONFIG_FILE": os.devnull,
    "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    "PIP_NO_BUILD_ISOLATION": "0",
    "PIP_NO_DEPS": "1",
    "PIP_NO_INDEX": "1",
}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new plugin, its environment ready but for what its Makefile installs."""
    library = f"{REQUIREMENT} @ {ROOT.as_uri()}"
    folder = make_plugin("northern-bank", tmp_path_factory.mktemp("made"), library=library)
    beside(folder / ".venv")
    return folder


def make(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, **OFFLINE, "HYPOTHESIS_PROFILE": ""}
    environment.pop("PYTHONPATH", None)
    command = ["make", "--no-print-directory", f"PYTHON={sys.executable} -S", *arguments]
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, check=False, text=True
    )


@pytest.fixture(scope="module")
def tested(made: Path) -> subprocess.CompletedProcess[str]:
    if shutil.which("make") is None:
        pytest.skip("there is no make")
    return make(made, "test")


def test_its_own_tests_pass_at_once(tested: subprocess.CompletedProcess[str]) -> None:
    assert tested.returncode == 0, tested.stdout + tested.stderr
    assert re.search(r"=+ \d+ passed in", tested.stdout), tested.stdout
    assert " skipped" not in tested.stdout


def edited(made: Path, before: str, after: str, *arguments: str) -> str:
    """What its own tests say after an edit; they must not pass."""
    source = made / SOURCE
    text = source.read_text(encoding="utf-8")
    assert before in text
    try:
        source.write_text(text.replace(before, after), encoding="utf-8")
        command = [
            made / ".venv" / "bin" / "python",
            "-m",
            "pytest",
            "-q",
            "-p",
            "no:cacheprovider",
            # The same customers each time; without a seed others find it, if not at once.
            "--hypothesis-seed=7",
        ]
        outcome = subprocess.run(
            [*map(str, command), *arguments], cwd=made, capture_output=True, check=False, text=True
        )
    finally:
        source.write_text(text, encoding="utf-8")
    assert outcome.returncode != 0, outcome.stdout
    return outcome.stdout


@pytest.mark.usefixtures("tested")
class TestItsFirstEdit:
    """Whatever is wrong with it, the tests that came with the plugin say so."""

    def test_a_tier_that_nobody_reaches(self, made: Path) -> None:
        wrong = "(contribution_12m >= 5_000) & (tenure_months >= 12) & (aum >= 9_000_000)"
        right = "(contribution_12m >= 5_000) & (tenure_months >= 12)"
        said = edited(made, right, wrong, "-k", "reachable")
        assert "nobody was found for whom 'preferred' of tiering.rules decides" in said
        assert "whoever meets it meets one of premium first" in said

    def test_a_threshold_that_moved(self, made: Path) -> None:
        said = edited(made, ">= 5_000", ">= 2_000_000", "-k", "both_sides")
        assert "'standard' == 'preferred'" in said

    def test_a_better_customer_who_gets_a_worse_tier(self, made: Path) -> None:
        said = edited(made, "tenure_months >= 12", "tenure_months < 12", "-k", "monotone")
        assert "the tier falls as tenure_months rises from" in said

    def test_a_misspelt_fact(self, made: Path) -> None:
        said = edited(made, "contribution_12m", "contributon_12m")
        assert "cannot import name 'contributon_12m'" in said

    def test_an_outcome_of_another_type(self, made: Path) -> None:
        said = edited(made, "then=call)", "then='call')", "-k", "loads or reachable")
        assert "its outcome is a str" in said
        assert "then=RetentionAction(...)" in said
        assert "the plugin doesn't load: test_loads says why" in said


@pytest.mark.parametrize("name", ["", "Northern", "northern_bank", "-bank", "7stars"])
def test_a_bad_name_is_refused_before_anything_is_made(name: str, tmp_path: Path) -> None:
    with pytest.raises(InvalidValueError, match="no name for a new plugin"):
        make_plugin(name, tmp_path)
    assert not [*tmp_path.iterdir()]


def test_the_built_in_plugin_s_name_is_taken(tmp_path: Path) -> None:
    with pytest.raises(InvalidValueError, match="'builtin' is the name of what is built in"):
        make_plugin("builtin", tmp_path)


def test_what_is_there_is_left_as_it_is(tmp_path: Path) -> None:
    there = tmp_path / "relationship-core-bank"
    there.mkdir()
    with pytest.raises(InvalidValueError, match="it is there already"):
        make_plugin("bank", tmp_path)
    assert not [*there.iterdir()]


def test_where_the_library_comes_from_stays_on_the_machine(tmp_path: Path) -> None:
    elsewhere = make_plugin("one", tmp_path, library="the-clone[testing]")
    assert "LIBRARY := the-clone[testing]" in (elsewhere / "local.mk").read_text("utf-8")
    assert "local.mk" in (elsewhere / ".gitignore").read_text("utf-8")
    assert "the-clone" not in (elsewhere / "Makefile").read_text("utf-8")
    indexed = make_plugin("two", tmp_path, library=REQUIREMENT)
    assert not (indexed / "local.mk").exists()


class Recorded:
    """A distribution of which pip recorded this."""

    def __init__(self, text: str | None) -> None:
        self.text = text

    def read_text(self, _: str) -> str | None:
        return self.text


@pytest.mark.parametrize(
    ("recorded", "requirement"),
    [
        (None, REQUIREMENT),
        ('{"url": "the clone"}', f"{REQUIREMENT} @ the clone"),
        (
            '{"url": "https://host/core", "vcs_info": {"vcs": "git", "commit_id": "abc"}}',
            f"{REQUIREMENT} @ git+https://host/core@abc",
        ),
    ],
)
def test_the_library_is_installed_again_as_it_was(
    recorded: str | None, requirement: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(new_plugin, "distribution", lambda _: Recorded(recorded))
    assert installed_from() == requirement


def test_a_library_that_is_not_installed_is_asked_of_an_index(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def missing(name: str) -> Any:
        raise new_plugin.PackageNotFoundError(name)

    monkeypatch.setattr(new_plugin, "distribution", missing)
    assert installed_from() == REQUIREMENT


def test_without_copier_the_extra_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "copier", None)
    with pytest.raises(MissingExtraError, match="'testing'"):
        make_plugin("bank", tmp_path)


def test_the_command_makes_one_and_says_where(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["plugins", "new", "bank", "--into", str(tmp_path)])
    assert result.exit_code == 0, result.output
    assert "relationship-core-bank" in result.stdout
    assert (tmp_path / "relationship-core-bank" / "pyproject.toml").is_file()
    again = CliRunner().invoke(app, ["plugins", "new", "bank", "--into", str(tmp_path)])
    assert again.exit_code == 1
    assert "it is there already" in again.stderr


def test_the_wheel_holds_the_template() -> None:
    template = Path(new_plugin.__file__).with_name("template")
    assert (template / "copier.yml").is_file()
    assert len([*template.rglob("*.jinja")]) == 9

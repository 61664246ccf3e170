from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from relationship_core import __version__
from relationship_core.cli.app import app
from relationship_core.portfolio import OUTPUT_FILES
from relationship_core.portfolio.sample import write_sample
from tests.portfolio.bank import with_row, write_csv

DAY = ("--as-of", "2026-06-30")


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("cli") / "bank"
    write_sample(path, customers=120, seed=3)
    return path


@pytest.fixture(scope="module")
def reviewed(bank: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Result]:
    out = tmp_path_factory.mktemp("cli") / "out"
    return out, run("review", bank, *DAY, "--out", out)


def test_sample_writes_the_same_bank_for_the_same_seed(bank: Path, tmp_path: Path) -> None:
    result = run("sample", tmp_path / "bank", "--customers", "120", "--seed", "3")
    assert result.exit_code == 0, result.output
    assert "120 customers, 1 dirty rows" in result.stdout
    for path in bank.iterdir():
        assert path.read_bytes() == (tmp_path / "bank" / path.name).read_bytes()


def test_sample_overwrites_nothing(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("precious", encoding="utf-8")
    result = run("sample", tmp_path, "--customers", "5")
    assert result.exit_code == 1
    assert result.stderr.startswith("error: ")
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_review_writes_its_files_and_says_what_it_found(reviewed: tuple[Path, Result]) -> None:
    out, result = reviewed
    assert result.exit_code == 0, result.output
    assert sorted(path.name for path in out.iterdir()) == sorted(OUTPUT_FILES)
    assert "120 customers reviewed as of 2026-06-30" in result.stdout
    for words in ("Stage", "Tier", "Risk of leaving", "total", "left out: 1 in customers.csv"):
        assert words in result.stdout
    assert result.stderr == ""


def test_review_replaces_what_an_earlier_one_wrote_and_nothing_else(
    bank: Path, reviewed: tuple[Path, Result], tmp_path: Path
) -> None:
    first = {path.name: path.read_bytes() for path in reviewed[0].iterdir()}
    assert run("review", bank, *DAY, "--out", reviewed[0]).exit_code == 0
    assert {path.name: path.read_bytes() for path in reviewed[0].iterdir()} == first
    (tmp_path / "notes.txt").touch()
    refused = run("review", bank, *DAY, "--out", tmp_path)
    assert refused.exit_code == 1
    assert "holds something else already: notes.txt" in refused.stderr


def test_strict_review_of_a_dirty_folder_fails_and_writes_nothing(tmp_path: Path) -> None:
    write_csv(tmp_path / "bank", with_row("customers", "C4", "alien", "Wang Fang", "", ""))
    result = run("review", tmp_path / "bank", *DAY, "--out", tmp_path / "out", "--strict")
    assert result.exit_code == 1
    assert "customers.csv, line 5, kind: is none of" in result.stderr
    assert "Wang" not in result.output
    assert not (tmp_path / "out").exists()


def test_explain_says_why(bank: Path, reviewed: tuple[Path, Result]) -> None:
    alone = run("explain", bank, "C0000001", *DAY)
    against = run(
        "explain", bank, "C0000001", *DAY, "--benchmarks", reviewed[0] / "benchmarks.json"
    )
    for result in (alone, against):
        assert result.exit_code == 0, result.output
        assert result.stdout.startswith("Customer C0000001, reviewed on 2026-06-30")
    assert alone.stdout != against.stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("C9999999", *DAY), "there is no customer of that id"),
        (("", *DAY), "there is no customer of that id"),
        (("C0000001\n", *DAY), "there is no customer of that id"),
        (("C0000001", *DAY, "--benchmarks", "nowhere.json"), "no file of cut-offs"),
        (("C0000001", *DAY, "--plugin", "nobody"), "isn't installed"),
    ],
)
def test_explain_fails_in_one_line(bank: Path, arguments: tuple[str, ...], message: str) -> None:
    result = run("explain", bank, *arguments)
    assert result.exit_code == 1
    assert message in result.stderr
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize(
    "arguments", [("review", "{bank}", *DAY, "--out"), ("sample", "--customers", "3")]
)
def test_where_nothing_can_be_written_a_command_fails_in_one_line(
    bank: Path, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    (tmp_path / "file").touch()
    result = run(*[word.format(bank=bank) for word in arguments], tmp_path / "file" / "out")
    assert result.exit_code == 1
    assert result.stderr.startswith("error: ")
    assert result.stderr.count("\n") == 1


def test_a_path_is_told_as_it_is(tmp_path: Path) -> None:
    place = tmp_path / "[bold]"
    assert str(place) in run("sample", place, "--customers", "1").stdout
    assert "[bold]: the folder holds" in run("sample", place, "--customers", "1").stderr


def test_a_folder_that_is_no_portfolio_fails_in_one_line(tmp_path: Path) -> None:
    result = run("review", tmp_path, *DAY, "--out", tmp_path / "out")
    assert result.exit_code == 1
    assert result.stderr == "error: customers.csv: the file is missing (it is required)\n"


@pytest.mark.parametrize(
    "arguments",
    [
        ("review",),
        ("review", ".", "--as-of", "2026-02-30", "--out", "out"),
        ("review", ".", "--as-of", "30.06.2026", "--out", "out"),
        ("review", ".", "--as-of", "20260630", "--out", "out"),
        ("review", ".", "--out", "out"),
        ("sample", "bank", "--customers", "0"),
        ("sample", "bank", "--customers", "many"),
        ("explain", "."),
        ("lifecycle", "diagram", "--format", "svg"),
        ("nothing",),
    ],
)
def test_wrong_usage_gives_two(arguments: tuple[str, ...]) -> None:
    assert run(*arguments).exit_code == 2


def test_plugins_that_are_not_named_are_listed_and_not_loaded() -> None:
    result = run("plugins", "--json")
    assert result.exit_code == 0
    reports = json.loads(result.stdout)
    assert {report["status"] for report in reports} <= {"not allowed"}
    in_words = run("plugins")
    assert all(report["plugin"] in in_words.stdout for report in reports)


def test_a_plugin_that_fails_is_reported_with_the_reason() -> None:
    result = run("plugins", "--json", "--plugin", "nobody")
    assert result.exit_code == 1
    (failed,) = (one for one in json.loads(result.stdout) if one["plugin"] == "nobody")
    assert failed["status"] == "failed"
    assert "isn't installed" in failed["reason"]
    assert "nobody" in run("plugins", "--plugin", "nobody").stdout


@pytest.mark.parametrize(
    ("format_", "beginning"), [("mermaid", "stateDiagram-v2\n"), ("dot", "digraph lifecycle {\n")]
)
def test_the_lifecycle_is_drawn(format_: str, beginning: str) -> None:
    result = run("lifecycle", "diagram", "--format", format_)
    assert result.exit_code == 0
    assert result.stdout.startswith(beginning)
    assert run("lifecycle", "diagram").stdout.startswith("stateDiagram-v2\n")


def test_the_version_is_told() -> None:
    result = run("--version")
    assert (result.exit_code, result.stdout) == (0, f"relationship-core {__version__}\n")


def test_the_built_in_lifecycle_has_no_fault() -> None:
    result = run("lifecycle", "check")
    assert (result.exit_code, result.stdout) == (0, "no fault found\n")


@pytest.mark.parametrize(
    ("module", "extra"),
    [("typer", "cli"), ("rich", "cli"), ("duckdb", "batch"), ("pyarrow", "batch")],
)
def test_a_missing_extra_is_told_with_how_to_install_it(module: str, extra: str) -> None:
    program = (
        f"import sys; sys.modules[{module!r}] = None\n"
        "from relationship_core.cli import main\n"
        "main()"
    )
    result = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert result.returncode == 1
    assert f'pip install "relationship-core[{extra}]"' in result.stderr
    assert result.stderr.count("\n") == 1


def test_a_run_that_is_stopped_leaves_nothing_on_the_disk(bank: Path, tmp_path: Path) -> None:
    program = (
        "import os, signal\n"
        "from relationship_core.cli import main\n"
        "from relationship_core.portfolio.summary import Tally\n"
        "Tally.add = lambda *_: os.kill(os.getpid(), signal.SIGTERM)\n"
        "main()"
    )
    (tmp_path / "temporary").mkdir()
    result = subprocess.run(
        [sys.executable, "-c", program, "review", bank, *DAY, "--out", tmp_path / "out"],
        env={**os.environ, "TMPDIR": str(tmp_path / "temporary")},
        check=False,
    )
    assert result.returncode == 143
    assert sorted(tmp_path.rglob("*")) == [tmp_path / "temporary"]


def test_the_command_is_installed() -> None:
    command = Path(sys.executable).with_name("relationship-core")
    result = subprocess.run([command, "--help"], capture_output=True, text=True, check=False)
    assert result.returncode == 0
    assert all(name in result.stdout for name in ("sample", "review", "explain", "plugins"))

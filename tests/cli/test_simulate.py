from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from relationship_core.cli.app import app
from relationship_core.portfolio import write_folder
from relationship_core.portfolio.sample import write_sample
from relationship_core.simulation import OUTPUT_FILES, Simulation, simulate
from tests.simulation.books import AS_OF, built_in, other_cutoffs, person, with_ladder

DAY = ("--as-of", "2026-06-30")


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, ["simulate", *(str(argument) for argument in arguments)])


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("cli") / "bank"
    write_sample(path, customers=120, seed=3)
    return path


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("cli") / "proposed.json"
    path.write_text(json.dumps(other_cutoffs().to_json()), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def simulated(
    bank: Path, book: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, Result]:
    place = tmp_path_factory.mktemp("cli")
    picture = place / "tiers.svg"
    given = ("--months", "2", "--sample", "10", "--picture", picture)
    return place, run(bank, *DAY, "--proposed", book, "--out", place / "out", *given)


def test_it_writes_what_the_library_finds(simulated: tuple[Path, Result], bank: Path) -> None:
    place, result = simulated
    assert result.exit_code == 0, result.output
    assert result.stderr == ""
    written = Simulation.from_json((place / "out" / "simulation.json").read_bytes())
    assert written == simulate(bank, built_in(), other_cutoffs(), as_of=AS_OF, months=2, sample=10)
    assert sorted(path.name for path in (place / "out").iterdir()) == sorted(OUTPUT_FILES)
    assert (place / "tiers.svg").read_text(encoding="utf-8").startswith("<svg")
    assert f"digest {written.digest}; written to {place / 'out'}" in result.stdout


def test_it_says_what_it_found(simulated: tuple[Path, Result]) -> None:
    for words in (
        "120 customers reviewed twice as of 2026-06-30: ",
        "Tiers, current down and proposed across",
        "exploration",
        "Why customers change tier",
        "Changes of tier by region",
        "Tiers that went and came back in 2 months, 10 of 120 customers",
        "rows and cells left out: 1 in customers.csv",
    ):
        assert words in simulated[1].stdout


def test_a_name_is_told_as_it_is_written(tmp_path: Path) -> None:
    write_folder(tmp_path / "bank", [person("C1", 700, branch="[bold]"), person("C2", 700)])
    books = [tmp_path / "current.json", tmp_path / "proposed.json"]
    for file, book in zip(books, (with_ladder(500, 50), with_ladder(800, 50)), strict=True):
        file.write_text(json.dumps(book.to_json()), encoding="utf-8")
    given = ("--current", books[0], "--proposed", books[1], "--months", "0")
    result = run(tmp_path / "bank", *DAY, *given)
    assert result.exit_code == 0, result.output
    assert "\n [bold] " in result.stdout


def test_files_of_both_books_can_be_named_and_everybody_replayed(bank: Path, book: Path) -> None:
    for current, moves in ((book, False), ("builtin", True)):
        given = ("--current", current, "--proposed", book, "--months", "1", "--sample", "0")
        result = run(bank, *DAY, *given)
        assert result.exit_code == 0, result.output
        assert ("0 change tier, 0 change stage" not in result.stdout) is moves
        assert "in one month, 120 of 120 customers" in result.stdout


def test_an_earlier_simulation_is_replaced_and_nothing_else(
    bank: Path, book: Path, tmp_path: Path
) -> None:
    given = (bank, *DAY, "--proposed", book, "--months", "0", "--movers", "1")
    out = tmp_path / "out"
    for _ in range(2):
        assert run(*given, "--out", out).exit_code == 0
    movers = (out / "tier_movers.csv").read_text(encoding="utf-8")
    assert movers.count("\n") == 2
    (out / "notes.txt").touch()
    refused = run(*given, "--out", out)
    assert refused.exit_code == 1
    assert "holds something else already: notes.txt" in refused.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--proposed", "nobody"), "isn't installed"),
        (("--proposed", "nowhere.json"), "nowhere.json: No such file"),
        (("--proposed", "{book}", "--current", "builtin,nobody"), "isn't installed"),
        (("--proposed", "{book}", "--picture", "tiers.pdf"), "a picture's name ends in one of"),
    ],
)
def test_it_fails_in_one_line(
    bank: Path, book: Path, arguments: tuple[str, ...], message: str
) -> None:
    result = run(bank, *DAY, *(each.format(book=book, bank=bank) for each in arguments))
    assert result.exit_code == 1
    assert message in result.stderr
    assert result.stderr.count("\n") == 1
    assert result.stdout == ""


def test_a_file_that_is_no_rule_book_is_refused(bank: Path, tmp_path: Path) -> None:
    (tmp_path / "book.json").write_text("{}", encoding="utf-8")
    result = run(bank, *DAY, "--proposed", tmp_path / "book.json")
    assert result.exit_code == 1
    assert result.stderr.startswith("error: rule book: ")


@pytest.mark.parametrize(
    "arguments",
    [
        (".", *DAY),
        (".", "--proposed", "a.json"),
        (".", *DAY, "--proposed", "a.json", "--months", "-1"),
        (".", "--as-of", "30.06.2026", "--proposed", "a.json"),
    ],
)
def test_wrong_usage_gives_two(arguments: tuple[str, ...]) -> None:
    assert run(*arguments).exit_code == 2


def test_without_its_extra_a_picture_is_refused_before_anything_is_reviewed(book: Path) -> None:
    program = (
        "import sys; sys.modules['altair'] = None\nfrom relationship_core.cli import main\nmain()"
    )
    command = ["simulate", "nowhere", *DAY, "--proposed", str(book), "--picture", "a.svg"]
    result = subprocess.run(
        [sys.executable, "-c", program, *command], capture_output=True, text=True, check=False
    )
    assert result.returncode == 1
    assert 'pip install "relationship-core[report]"' in result.stderr
    assert result.stderr.count("\n") == 1

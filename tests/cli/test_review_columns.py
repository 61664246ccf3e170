from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from relationship_core.cli.app import app
from relationship_core.portfolio.sample import write_sample

DAY = ("--as-of", "2026-06-30")


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("columns") / "bank"
    write_sample(path, customers=30, seed=3)
    return path


@pytest.fixture(scope="module")
def reviewed(bank: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Result]:
    out = tmp_path_factory.mktemp("columns") / "out"
    return out, run("review", bank, *DAY, "--out", out, "--engine", "polars")


def test_a_review_with_columns_says_what_it_found(reviewed: tuple[Path, Result]) -> None:
    out, result = reviewed
    assert result.exit_code == 0, result.output
    assert (out / "_SUCCESS").is_file()
    assert "30 customers reviewed as of 2026-06-30" in result.stdout
    assert result.stderr == ""


def test_a_customer_is_explained_from_what_it_left(reviewed: tuple[Path, Result]) -> None:
    result = run("explain", reviewed[0], "C0000001")
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith("Customer C0000001, reviewed on 2026-06-30")
    other = run("explain", reviewed[0], "C0000001", *DAY)
    assert other.exit_code == 2
    assert "a run knows its day" in other.stderr


def test_a_portfolio_folder_is_explained_as_of_a_day(bank: Path) -> None:
    result = run("explain", bank, "C0000001")
    assert result.exit_code == 2
    assert "give --as-of" in result.stderr


def test_an_increment_needs_an_engine_of_columns(bank: Path, tmp_path: Path) -> None:
    result = run("review", bank, *DAY, "--out", tmp_path / "out", "--since", tmp_path)
    assert result.exit_code == 2
    assert "--engine duckdb" in result.stderr


def test_there_must_be_a_run_to_go_on_from(bank: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    result = run("review", bank, *DAY, "--out", out, "--engine", "duckdb", "--since", tmp_path)
    assert result.exit_code == 1
    assert "no run with columns was finished there" in result.stderr
    assert [*tmp_path.iterdir()] == []

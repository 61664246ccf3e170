from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from relationship_core import Engine, RuleBook
from relationship_core.cli.app import app
from tests.decisions.listed_book import EARLIER, LATER, LOCAL, NORTH, book
from tests.decisions.signed_books import FIRST, SECOND


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, ["rules", *map(str, arguments)])


def written(path: Path, rule_book: RuleBook) -> Path:
    path.write_text(json.dumps(rule_book.to_json()), encoding="utf-8")
    return path


@pytest.fixture
def old(tmp_path: Path) -> Path:
    return written(tmp_path / "old.json", FIRST)


@pytest.fixture
def new(tmp_path: Path) -> Path:
    return written(tmp_path / "new.json", SECOND)


class TestShow:
    def test_tells_every_rule_of_a_file(self, tmp_path: Path) -> None:
        shown = book(LOCAL)
        result = run("show", written(tmp_path / "book.json", shown))
        assert result.exit_code == 0, result.output
        lines = result.stdout.splitlines()
        assert lines[:2] == [f"rule book {shown.fingerprint}", "plugins: none"]
        assert "tiering.rules" in lines
        assert "  gold of the head office, from bank 1.0" in lines
        assert "  desk of north > harbour" in lines
        assert "    reason: Worth it. (值得。)" in lines

    def test_tells_the_built_in_rules_without_a_file(self) -> None:
        result = run("show")
        assert result.exit_code == 0, result.output
        for rule in Engine.from_plugins().rule_book.rules():
            assert f"\n  {rule.id} of the head office, from builtin\n" in result.stdout

    @pytest.mark.parametrize(
        ("scope", "is_told"), [("north/harbour", True), ("/", False), ("south", False)]
    )
    def test_tells_what_holds_at_a_node(self, tmp_path: Path, scope: str, is_told: bool) -> None:
        path = written(tmp_path / "book.json", book(LOCAL))
        result = run("show", path, "--scope", scope, "--json")
        assert result.exit_code == 0, result.output
        nodes = {tuple(rule["node"]) for rule in json.loads(result.stdout)["rules"]}
        assert nodes == ({(), NORTH} if is_told else {()})

    def test_tells_what_holds_on_a_day(self, tmp_path: Path) -> None:
        path = written(tmp_path / "book.json", book(LATER, EARLIER))
        result = run("show", path, "--as-of", "2025-06-30")
        assert "valid: until 2025-12-31" in result.stdout
        assert "valid: from 2026-01-01\n" not in result.stdout
        without_a_day = run("show", path, "--scope", "/")
        assert without_a_day.exit_code == 1
        assert "has several versions" in without_a_day.stderr

    def test_tells_it_to_programs_too(self, old: Path) -> None:
        data = json.loads(run("show", old, "--json").stdout)
        assert data["fingerprint"] == FIRST.fingerprint
        assert data["plugins"] == []
        assert [rule["id"] for rule in data["rules"]][:2] == ["customer", "gold"]

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            (("nowhere.json",), "nowhere.json: No such file"),
            (("{old}", "--plugin", "nobody"), "nothing goes with it"),
            (("--plugin", "nobody"), "isn't installed"),
        ],
    )
    def test_fails_in_one_line(self, old: Path, arguments: tuple[str, ...], message: str) -> None:
        result = run("show", *[each.format(old=old) for each in arguments])
        assert result.exit_code == 1
        assert message in result.stderr
        assert result.stderr.count("\n") == 1


class TestDiff:
    def test_tells_what_differs_and_says_so_by_its_exit_code(self, old: Path, new: Path) -> None:
        result = run("diff", old, new)
        assert result.exit_code == 1
        assert result.stdout == "~ gold: aum threshold 50,000.00 -> 60,000.00 (tiering.rules)\n"
        assert result.stderr == ""

    def test_tells_nothing_where_nothing_differs(self, old: Path) -> None:
        result = run("diff", old, old)
        assert (result.exit_code, result.output) == (0, "")

    def test_takes_plugins_for_a_side(self, old: Path) -> None:
        assert run("diff", "builtin", "builtin").exit_code == 0
        result = run("diff", "builtin", old)
        assert result.exit_code == 1
        assert "+ rule gold: assets under management at least 50,000.00" in result.stdout

    def test_tells_it_to_programs_too(self, old: Path, new: Path) -> None:
        result = run("diff", old, new, "--json")
        assert result.exit_code == 1
        data = json.loads(result.stdout)
        assert (data["old"], data["new"]) == (FIRST.fingerprint, SECOND.fingerprint)
        same = run("diff", old, old, "--json")
        assert same.exit_code == 0
        assert json.loads(same.stdout)["changes"] == []

    @pytest.mark.parametrize(
        ("other", "message"),
        [
            ("nowhere.json", "nowhere.json: No such file"),
            ("builtin,nobody", "isn't installed"),
        ],
    )
    def test_that_fails_is_no_difference(self, old: Path, other: str, message: str) -> None:
        result = run("diff", old, other)
        assert result.exit_code == 2
        assert message in result.stderr
        assert result.stderr.count("\n") == 1

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve
from typer.testing import CliRunner, Result

from relationship_core import Engine, RuleBook
from relationship_core.cli.app import app
from relationship_core.decisions.book_tables import book_table
from relationship_core.rules.tables import read_table, write_dmn, write_table
from tests.decisions.listed_book import EARLIER, LATER, LOCAL, book
from tests.decisions.tabled_book import BOOK, SETS

BUILT_IN = Engine.from_plugins().rule_book
FORMS = (".csv", ".xlsx", ".dmn")


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, ["rules", *map(str, arguments)])


def succeeded(*arguments: str | Path) -> str:
    result = run(*arguments)
    assert result.exit_code == 0, result.output
    return result.stdout


def refused(*arguments: str | Path) -> str:
    result = run(*arguments)
    assert result.exit_code == 1, result.output
    assert result.stderr.startswith("error: ")
    return result.stderr.removeprefix("error: ")


def read(path: Path) -> RuleBook:
    return RuleBook.from_json(path.read_bytes())


def names(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.iterdir())


@pytest.fixture
def old(tmp_path: Path) -> Path:
    path = tmp_path / "old.json"
    path.write_text(json.dumps(BOOK.to_json()), encoding="utf-8")
    return path


@pytest.fixture
def tiers(tmp_path: Path) -> Path:
    """The tiers of the book, with a threshold that an analyst changed."""
    path = tmp_path / "tiers.csv"
    write_table(book_table(BOOK, "tiering.rules"), path)
    path.write_text(path.read_text("utf-8").replace(">= 12", ">= 18"), encoding="utf-8")
    return path


class TestExport:
    def test_writes_the_book_in_force(self, tmp_path: Path) -> None:
        assert succeeded("export", "--out", tmp_path / "book.json") == ""
        assert read(tmp_path / "book.json") == BUILT_IN
        assert names(tmp_path) == ["book.json"]

    def test_writes_a_book_again_in_the_same_bytes(self, old: Path, tmp_path: Path) -> None:
        for name in ("one.json", "two.json"):
            succeeded("export", old, "--out", tmp_path / name)
        assert read(tmp_path / "one.json") == BOOK
        assert (tmp_path / "one.json").read_bytes() == (tmp_path / "two.json").read_bytes()

    @pytest.mark.parametrize("form", FORMS)
    @pytest.mark.parametrize("name", SETS)
    def test_writes_any_set_as_a_table(
        self, old: Path, tmp_path: Path, name: str, form: str
    ) -> None:
        path = tmp_path / f"table{form}"
        assert succeeded("export", old, "--set", name, "--out", path) == ""
        assert read_table(path, facts=BOOK.catalogue) == book_table(BOOK, name)

    def test_writes_what_holds_at_a_node_and_on_a_day(self, tmp_path: Path) -> None:
        path, table = tmp_path / "book.json", tmp_path / "t.csv"
        path.write_text(json.dumps(book(LOCAL).to_json()), encoding="utf-8")
        service = ("export", path, "--set", "service.entitlements", "--out", table)
        assert "the node north > harbour isn't supported" in refused(*service)
        succeeded(*service, "--scope", "north/harbour")
        assert "desk" in table.read_text(encoding="utf-8")
        succeeded(*service, "--scope", "/")
        assert "desk" not in table.read_text(encoding="utf-8")
        path.write_text(json.dumps(book(LATER, EARLIER).to_json()), encoding="utf-8")
        succeeded(*service, "--as-of", "2025-06-30")
        assert ">= 2" in table.read_text(encoding="utf-8")

    def test_writes_in_the_encoding_that_is_asked_for(self, old: Path, tmp_path: Path) -> None:
        path = tmp_path / "t.csv"
        export = ("export", old, "--set", "tiering.rules", "--out", path, "--encoding")
        succeeded(*export, "gb18030")
        assert "资产" in path.read_bytes().decode("gb18030")
        path.unlink()
        assert refused(*export, "latin-1") == f"{path}: latin-1 has no '资' (use utf-8)\n"
        assert names(tmp_path) == ["old.json"]

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            (["--out", "{}/t.csv"], "a table holds one set of rules (say which: --set"),
            (["--out", "{}/t.txt", "--set", "tiering.rules"], "its ending says nothing (end it in"),
            (["--out", "{}/t.json", "--set", "tiering.rules"], "is written with all its sets"),
            (["--out", "{}/t.json", "--scope", "/"], "is written with all its sets, nodes and"),
            (["--out", "{}/t.json", "--as-of", "2026-01-01"], "is written with all its sets"),
            (["--out", "{}/no/t.json"], "no/t.json: No such file or directory"),
            (["--out", "{}/t.csv", "--set", "tiers"], "tiers: there is no such set of rules"),
            (
                ["--out", "{}/t.csv", "--set", "retention.risks"],
                "rule high of retention.risks: in a cell, (outflow_to_other_banks_30d >=",
            ),
        ],
    )
    def test_writes_nothing_where_something_is_wrong(
        self, arguments: list[str], message: str, tmp_path: Path
    ) -> None:
        told = refused("export", *(each.format(tmp_path) for each in arguments))
        assert message in told
        assert names(tmp_path) == []


class TestImport:
    def test_writes_the_new_book_and_tells_what_changes(
        self, old: Path, tiers: Path, tmp_path: Path
    ) -> None:
        new = tmp_path / "new.json"
        told = succeeded("import", tiers, "--set", "tiering.rules", old, "--out", new)
        assert told == "~ gold: tenure_months threshold 12 -> 18 (tiering.rules)\n"
        assert run("diff", old, new).stdout == told
        assert read(old) == BOOK

    @pytest.mark.parametrize("form", FORMS)
    def test_changes_nothing_of_what_was_exported(self, tmp_path: Path, form: str) -> None:
        for name in ("tiering.rules", "service.entitlements"):
            table, new = tmp_path / f"t{form}", tmp_path / "new.json"
            succeeded("export", "--set", name, "--out", table)
            told = succeeded("import", table, "--set", name, "--out", new)
            assert told == "nothing changes\n"
            assert read(new).fingerprint == BUILT_IN.fingerprint

    def test_takes_another_ladder(self, old: Path, tmp_path: Path, tiers: Path) -> None:
        text = tiers.read_text("utf-8").replace('""honorary"", ', "")
        tiers.write_text(text, encoding="utf-8")
        new = tmp_path / "new.json"
        command = ("import", tiers, old, "--set", "tiering.rules", "--out", new)
        succeeded(*command)
        assert read(new).tiering.ladder == ("gold", "silver", "rest")
        assert "no row answers 'top'" in refused(*command, "--ladder", "top, gold, silver, rest")

    def test_takes_the_table_of_a_model_that_is_named_like_the_set(
        self, old: Path, tmp_path: Path
    ) -> None:
        model, new = tmp_path / "model.dmn", tmp_path / "new.json"
        write_dmn([book_table(BOOK, "tiering.rules"), book_table(BOOK, "retention.risks")], model)
        command = ("import", model, old, "--out", new, "--set")
        assert succeeded(*command, "retention.risks") == "nothing changes\n"
        assert refused(*command, "tiering.keep") == (
            f"{model}: it holds 2 tables: tiering.rules, retention.risks (name one of them"
            " tiering.keep)\n"
        )

    def test_reads_what_an_excel_of_another_country_wrote(
        self, old: Path, tmp_path: Path, tiers: Path
    ) -> None:
        tiers.write_bytes(tiers.read_text("utf-8").encode("gb18030"))
        command = ("import", tiers, old, "--set", "tiering.rules", "--out", tmp_path / "new.json")
        assert "it can't be read as utf-8" in refused(*command)
        assert "12 -> 18" in succeeded(*command, "--encoding", "gb18030")

    @pytest.mark.parametrize(
        ("change", "message"),
        [
            (
                (">= 18", ">= eighteen"),
                "tiers.csv, line 10, column tenure_months: there is no fact",
            ),
            (
                ('"""silver"""', '"""silber"""'),
                "tiers.csv, line 11, column tier: 'silber' is none of",
            ),
            (
                ("policy,first", "policy,collect"),
                "its policy is collect, but tiering.rules is asked",
            ),
            (("name,aum", "name,aumm"), "tiers.csv, line 4, column aumm: there is no fact 'aumm'"),
        ],
    )
    def test_names_row_and_column_and_writes_nothing(
        self, old: Path, tiers: Path, tmp_path: Path, change: tuple[str, str], message: str
    ) -> None:
        tiers.write_text(tiers.read_text("utf-8").replace(*change), encoding="utf-8")
        new = tmp_path / "new.json"
        assert message in refused("import", tiers, old, "--set", "tiering.rules", "--out", new)
        assert not new.exists()

    def test_writes_rule_books_alone(self, old: Path, tiers: Path, tmp_path: Path) -> None:
        told = refused("import", tiers, old, "--set", "tiering.rules", "--out", tmp_path / "t.csv")
        assert told.endswith("what is written is a rule book (end its name in .json)\n")


class TestCheck:
    """What a proof finds of a table leads back to the row."""

    def found(self, path: Path) -> dict[str, Any]:
        result = run("check", path, "--format", "json")
        assert result.exit_code == 1, result.output
        [finding] = [
            each for each in json.loads(result.stdout)["findings"] if each["severity"] == "error"
        ]
        return {"code": finding["code"], **finding["place"]}

    @pytest.mark.parametrize("form", FORMS)
    def test_an_exported_table_stands(self, tmp_path: Path, form: str) -> None:
        pytest.importorskip("z3")
        path = tmp_path / f"t{form}"
        succeeded("export", "--set", "tiering.rules", "--out", path)
        succeeded("check", path)

    @pytest.mark.parametrize("form", FORMS)
    def test_a_row_that_never_decides_is_told_by_its_line(self, tmp_path: Path, form: str) -> None:
        pytest.importorskip("z3")
        path = tmp_path / f"t{form}"
        table = book_table(BUILT_IN, "tiering.rules")
        first, *_, last = table.rows
        write_table(evolve(table, rows=[evolve(first, when=last.when), last]), path)
        line = read_table(path, facts=BUILT_IN.catalogue).rows[1].place.line
        assert self.found(path) == {"code": "RC103", "file": str(path), "line": line}

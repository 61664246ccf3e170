from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from relationship_core.cli.app import app
from relationship_core.decisions.proof import prove_rule_book
from relationship_core.decisions.rule_book import RuleBook
from tests.decisions.proof.sound_book import GOLD, sound_book, tiering
from tests.decisions.proof.test_rule_book_proof import FAULTY, TestDays
from tests.rules.analysis.test_sarif import require_sarif


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, ["rules", "check", *map(str, arguments)])


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "90")
    return tmp_path


def written(path: Path, book: RuleBook) -> Path:
    path.write_text(json.dumps(book.to_json()), encoding="utf-8")
    return path


@pytest.fixture
def faulty(here: Path) -> Path:
    return written(here / "faulty.json", FAULTY)


@pytest.fixture
def sound(here: Path) -> Path:
    return written(here / "sound.json", sound_book())


class TestText:
    def test_a_sound_book_is_told_in_three_lines(self, sound: Path) -> None:
        result = run(sound)
        assert result.exit_code == 0, result.output
        proof = prove_rule_book(sound_book())
        first, second, third = result.stdout.splitlines()
        assert first.startswith("15 rules in 11 sets: 0 errors, 0 warnings, ")
        assert first.endswith("; --notes tells the notes")
        assert second == f"rule book {sound_book().fingerprint}"
        assert third == f"proof     {proof.digest}"

    def test_faults_are_told_with_customers_and_how_to_mend_them(self, faulty: Path) -> None:
        result = run(faulty)
        assert result.exit_code == 1
        assert result.stderr == ""
        told = result.stdout
        assert "error RC109 disloyal: of two customers alike but for tenure_months" in told
        assert "\n  in service.entitlements\n" in told
        assert "\n  witness: tenure_months 0; decides grant\n" in told
        assert "\n  against: tenure_months 13\n" in told
        assert "\n  mend: look at how the rules ask for tenure_months\n" in told
        assert "warning RC123 oscillation" in told
        assert "\n  against: all else alike; decides recover\n" in told
        assert "note " not in told
        assert max(map(len, told.splitlines()[:-2])) <= 90

    def test_of_a_customer_what_the_rules_read_is_told_and_the_rest_counted(
        self, faulty: Path
    ) -> None:
        told, in_full = (" ".join(run(faulty, *more).stdout.split()) for more in ([], ["--notes"]))
        assert "product_count 1; 2 further facts; decides fall" in told
        assert "further fact" not in in_full
        assert "note RC112 open-when-missing: where aum is missing" in in_full
        assert "--notes" not in in_full

    def test_a_fault_that_nobody_shows_is_told_without(self, here: Path) -> None:
        (here / "broken.json").write_text("{}", encoding="utf-8")
        result = run("broken.json")
        assert result.exit_code == 1
        assert result.stdout.startswith("error RC100 broken: ")
        assert "witness" not in result.stdout
        assert "proof" not in result.stdout

    def test_what_holds_on_a_day_alone_is_told_with_the_day(self, here: Path) -> None:
        book = written(
            here / "dated.json",
            sound_book(tiering=tiering(GOLD, TestDays.THIS_YEAR, TestDays.THEN)),
        )
        result = run(book)
        assert result.exit_code == 1
        assert "on 2026-12-31" in result.stdout
        assert run(book, "--as-of", "2027-01-01").exit_code == 0
        assert "on 2025-05-05" in run(book, "--as-of", "2025-05-05").stdout

    def test_without_a_file_the_rules_in_force_are_proved(self, here: Path) -> None:
        result = run()
        assert result.exit_code == 0, result.output
        assert ": 0 errors, 0 warnings, " in result.stdout

    def test_what_the_solver_leaves_open_is_an_error(self, sound: Path) -> None:
        result = run(sound, "--steps", "1")
        assert result.exit_code == 1
        assert "error RC199 undecided" in result.stdout


class TestForPrograms:
    def test_json_holds_the_whole_proof(self, faulty: Path) -> None:
        result = run(faulty, "--format", "json")
        assert result.exit_code == 1
        proof = prove_rule_book(RuleBook.from_json(faulty.read_bytes()))
        assert json.loads(result.stdout) == {**proof.to_json(), "digest": proof.digest}

    @pytest.mark.parametrize("notes", [False, True])
    def test_sarif_is_as_it_should_be(self, faulty: Path, notes: bool) -> None:
        result = run(faulty, "--format", "sarif", *(["--notes"] if notes else []))
        assert result.exit_code == 1
        log = json.loads(result.stdout)
        require_sarif(log)
        levels = {each["level"] for each in log["runs"][0]["results"]}
        assert ("note" in levels) is notes
        assert "error" in levels

    def test_sarif_of_what_makes_no_book_too(self, here: Path) -> None:
        result = run("--plugin", "nobody", "--format", "sarif")
        assert result.exit_code == 1
        log = json.loads(result.stdout)
        require_sarif(log)
        assert [each["ruleId"] for each in log["runs"][0]["results"]] == ["RC100"]

    def test_paths_in_sarif_are_relative_to_the_current_folder(
        self, here: Path, plugged: Callable[[str, str], Path]
    ) -> None:
        place = plugged("Odd bank", SHADOWED)
        result = run("--plugin", "odd-bank", "--format", "sarif")
        [shadowed] = [
            each
            for each in json.loads(result.stdout)["runs"][0]["results"]
            if each["ruleId"] == "RC103"
        ]
        [location] = shadowed["locations"]
        physical = location["physicalLocation"]
        assert physical["artifactLocation"]["uri"] == place.relative_to(here).as_posix()
        assert physical["region"]["startLine"] == 7
        assert location["logicalLocations"] == [{"fullyQualifiedName": "tiering.rules/silver"}]


class TestOut:
    @pytest.mark.parametrize("format_", ["text", "json", "sarif"])
    def test_a_file_holds_what_else_is_printed(self, faulty: Path, format_: str) -> None:
        result = run(faulty, "--format", format_, "--out", "found")
        assert result.exit_code == 1
        content = Path("found").read_text(encoding="utf-8")
        if format_ == "text":
            assert "RC109" in content
        else:
            assert content == run(faulty, "--format", format_).stdout
        assert "RC109" not in result.stdout
        assert result.stdout.splitlines()[0].startswith("17 rules in 11 sets: ")

    def test_a_file_is_replaced(self, sound: Path) -> None:
        Path("found").write_text("old", encoding="utf-8")
        assert run(sound, "--out", "found").exit_code == 0
        assert "old" not in Path("found").read_text(encoding="utf-8")
        assert sorted(path.name for path in Path().iterdir()) == ["found", "sound.json"]

    def test_one_that_can_t_be_written_is_named_and_nothing_is_left(self, sound: Path) -> None:
        Path("found").mkdir()
        result = run(sound, "--out", "found")
        assert result.exit_code == 2
        assert result.stderr.startswith("error: found: ")
        missing = run(sound, "--out", "nowhere/found")
        assert missing.exit_code == 2
        assert "nowhere/found: No such file" in missing.stderr
        assert sorted(path.name for path in Path().iterdir()) == ["found", "sound.json"]


class TestWhatCannotBeTried:
    def test_a_file_that_is_not_there(self, here: Path) -> None:
        result = run("nowhere.json")
        assert (result.exit_code, result.stdout) == (2, "")
        assert result.stderr == "error: nowhere.json: No such file or directory\n"

    def test_a_book_beside_plugins(self, sound: Path) -> None:
        result = run(sound, "--plugin", "star-levels")
        assert (result.exit_code, result.stdout) == (2, "")
        assert "holds all rules" in result.stderr

    def test_without_the_solver(self, sound: Path, without: Callable[[str], None]) -> None:
        without("z3")
        result = run(sound)
        assert (result.exit_code, result.stdout) == (2, "")
        assert 'pip install "relationship-core[verify]"' in result.stderr
        assert result.stderr.count("\n") == 1

    def test_rules_that_make_no_book_are_told_without_the_solver_too(
        self, here: Path, without: Callable[[str], None]
    ) -> None:
        without("z3")
        (here / "broken.json").write_text("{}", encoding="utf-8")
        assert run("broken.json").exit_code == 1

    def test_nor_a_law_that_is_declared_of_no_fact(self, here: Path) -> None:
        book = sound_book(tiering=tiering(monotone=["contribution_12"]))
        result = run(written(here / "book.json", book))
        assert result.exit_code == 1
        assert "there is no fact 'contribution_12'" in result.stdout
        assert "did you mean 'contribution_12m'?" in result.stdout
        assert "in Tiering.monotone" in result.stdout


@pytest.fixture
def without(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Take a module away for as long as the test runs."""

    def take(name: str) -> None:
        monkeypatch.setitem(sys.modules, name, None)

    return take


SHADOWED = """
from relationship_core import Rule, Tiering, hookimpl
from relationship_core.facts import aum
class Bank:
    @hookimpl
    def rc_tiering(self):
        rules = [Rule("gold", aum >= 100), Rule("silver", aum >= 200)]
        return Tiering(["gold", "silver", "rest"], rules)
"""


@pytest.fixture
def plugged(here: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str, str], Path]]:
    """Installs plugins of one module each, for as long as the test runs."""
    installed = here / "plugins"
    installed.mkdir()
    monkeypatch.syspath_prepend(installed)
    modules: list[str] = []

    def plug(title: str, code: str) -> Path:
        module = title.lower().replace(" ", "_")
        name = module.replace("_", "-")
        place = installed / f"{module}.py"
        place.write_text(dedent(code), encoding="utf-8")
        about = installed / f"{module}-1.5.dist-info"
        about.mkdir()
        (about / "METADATA").write_text(
            f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.5\n", encoding="utf-8"
        )
        (about / "entry_points.txt").write_text(
            f"[relationship_core]\n{name} = {module}:Bank\n", encoding="utf-8"
        )
        modules.append(module)
        return place

    yield plug
    for module in modules:
        sys.modules.pop(module, None)


def broken(*names: str) -> dict[str, Any]:
    result = run(*(each for name in names for each in ("--plugin", name)), "--format", "json")
    assert result.exit_code == 1, result.output
    [finding] = json.loads(result.stdout)["findings"]
    assert finding["code"] == "RC100"
    return dict(finding)


class TestAPluginThatMakesNoBook:
    def test_that_raises_is_told_with_hook_and_line(
        self, plugged: Callable[[str, str], Path]
    ) -> None:
        place = plugged(
            "rude bank",
            """
            from relationship_core import hookimpl
            class Bank:
                @hookimpl
                def rc_tiering(self):
                    return ladder()
            def ladder():
                raise RuntimeError("no ladder today")
            """,
        )
        finding = broken("rude-bank")
        assert "RuntimeError: no ladder today" in finding["message"]
        assert (finding["origin"], finding["rule_set"]) == ("rude-bank 1.5", "rc_tiering")
        assert finding["place"] == {"file": str(place), "line": 8}

    def test_whose_rule_means_nothing_too(self, plugged: Callable[[str, str], Path]) -> None:
        place = plugged("wrong bank", SHADOWED.replace('Rule("gold"', 'Rule("platinum"'))
        finding = broken("wrong-bank")
        assert "'platinum' is no tier of the ladder" in finding["message"]
        assert finding["place"] == {"file": str(place), "line": 8}

    def test_that_can_t_be_imported_is_told_with_the_line(
        self, plugged: Callable[[str, str], Path]
    ) -> None:
        place = plugged("lost bank", "\nimport nowhere_to_be_found\n")
        finding = broken("lost-bank")
        assert "can't be imported" in finding["message"]
        assert (finding["origin"], finding["rule_set"]) == ("lost-bank 1.5", "")
        assert finding["place"] == {"file": str(place), "line": 2}

    def test_that_is_no_python_too(self, plugged: Callable[[str, str], Path]) -> None:
        place = plugged("odd spelling", "\n\nclass Bank\n")
        assert broken("odd-spelling")["place"] == {"file": str(place), "line": 3}

    def test_that_leads_nowhere_has_no_line(self, plugged: Callable[[str, str], Path]) -> None:
        plugged("empty bank", "")
        assert broken("empty-bank")["place"] is None

    def test_that_isn_t_installed_is_told_by_name(self, here: Path) -> None:
        finding = broken("nobody")
        assert "isn't installed" in finding["message"]
        assert finding["origin"] == "nobody"

    def test_beside_whose_limits_another_goes_is_told_with_both(
        self, plugged: Callable[[str, str], Path]
    ) -> None:
        plugged(
            "head office",
            """
            from relationship_core import Rule, Tiering, between, hookimpl
            from relationship_core.facts import aum
            class Bank:
                @hookimpl
                def rc_tiering(self):
                    limits = between(40_000, 80_000)
                    return Tiering(["gold", "rest"], [
                        Rule("gold", aum >= 50_000, overridable=limits)])
            """,
        )
        plugged(
            "harbour",
            """
            from relationship_core import Rule, extend, hookimpl
            from relationship_core.facts import aum
            class Bank:
                @hookimpl
                def rc_tiering(self):
                    return extend(rules=[Rule("gold", aum >= 90_000, scope=("north", "harbour"))])
            """,
        )
        finding = broken("head-office", "harbour")
        said = finding["message"]
        for part in ("north > harbour", "the head office", "head-office 1.5", "harbour 1.5"):
            assert part in said

    def test_a_protected_fact_without_a_lawful_ground_is_told(
        self, plugged: Callable[[str, str], Path]
    ) -> None:
        asks = SHADOWED.replace("aum >= 200", "aum >= 20").replace("aum >= 100", "age_years >= 60")
        plugged("unlawful bank", asks.replace("import aum", "import age_years, aum"))
        finding = broken("unlawful-bank")
        assert "age_years, which is protected" in finding["message"]
        assert finding["origin"] == "unlawful-bank 1.5"


class TestTables:
    def test_are_proved_by_their_policy_row_by_row(self, here: Path) -> None:
        table = here / "fee.csv"
        rows = ["1,>= 100,-,1.50", "2,<= 100,gold,1.00", "3,< 100,silver,0.50"]
        table.write_text(
            "table,Fee,,\npolicy,unique,,\ncolumn,input,input,output\nname,aum,tier,fee\n"
            "kind,money,category,money\n" + "\n".join(rows) + "\n",
            encoding="utf-8",
        )
        result = run(table)
        assert result.exit_code == 1, result.output
        told = " ".join(result.stdout.split())
        assert "error RC102 conflict: the rules 'Fee.1' and 'Fee.2' both fire" in told
        assert "in Fee, fee.csv:7 " in told
        assert "error RC101 gap" in told
        assert "rule book" not in told
        assert "proof " in told

    def test_a_default_that_nobody_needs_is_no_fault(self, here: Path) -> None:
        (here / "fee.csv").write_text(
            "table,Fee,\npolicy,first,\ncolumn,input,output\nname,aum,fee\nkind,money,money\n"
            "default,,9\n1,>= 100,1\n2,< 100,2\n",
            encoding="utf-8",
        )
        result = run("fee.csv")
        assert result.exit_code == 0, result.output
        assert "0 errors, 0 warnings" in result.stdout

    @pytest.mark.parametrize(("policy", "warnings"), [("collect sum", 0), ("collect max", 1)])
    def test_where_each_row_counts_none_is_in_vain(
        self, here: Path, policy: str, warnings: int
    ) -> None:
        (here / "fee.csv").write_text(
            f"table,Fee,\npolicy,{policy},\ncolumn,input,output\nname,aum,fee\nkind,money,money\n"
            "1,>= 100,2\n2,>= 200,2\n",
            encoding="utf-8",
        )
        result = run("fee.csv")
        assert f"0 errors, {warnings} warning" in result.stdout

    def test_what_a_column_does_not_allow_nobody_is_asked_about(self, here: Path) -> None:
        (here / "fee.csv").write_text(
            "table,Fee,\npolicy,unique,\ncolumn,input,output\nname,aum,fee\nkind,money,money\n"
            "values,>= 1000,\n1,>= 1000,1\n",
            encoding="utf-8",
        )
        assert run("fee.csv").exit_code == 0

    def test_facts_of_their_own_are_theirs_to_declare(self, here: Path) -> None:
        (here / "age.csv").write_text(
            "table,Age,\npolicy,first,\ncolumn,input,output\nname,years,class\nkind,number,count\n"
            "values,>= 0,\n1,>= 18,1\n2,< 0,2\n3,-,3\n",
            encoding="utf-8",
        )
        result = run("age.csv")
        assert result.exit_code == 1, result.output
        assert "RC110 out-of-range" in result.stdout or "RC104 impossible" in result.stdout

    def test_where_plugins_are_named_a_column_of_no_known_fact_is_a_slip(self, here: Path) -> None:
        (here / "fee.csv").write_text(
            "table,Fee,\npolicy,first,\ncolumn,input,output\nname,amu,fee\nkind,money,money\n"
            "1,>= 5,1\n2,-,2\n",
            encoding="utf-8",
        )
        assert run("fee.csv").exit_code == 0
        result = run("fee.csv", "--plugin", "star-levels")
        assert result.exit_code == 1, result.output
        assert "RC100" in result.stdout
        assert "'amu'" in result.stdout

    def test_one_that_can_t_be_read_is_told_with_its_row(self, here: Path) -> None:
        (here / "fee.csv").write_text(
            "table,Fee,\npolicy,unique,\ncolumn,input,output\nname,aum,fee\nkind,money,money\n"
            "1,rather much,1\n",
            encoding="utf-8",
        )
        result = run("fee.csv", "--format", "json")
        assert result.exit_code == 1
        [finding] = json.loads(result.stdout)["findings"]
        assert finding["code"] == "RC100"
        assert finding["place"] == {"file": "fee.csv", "line": 6}
        told = " ".join(run("fee.csv").stdout.split())
        assert "in column aum, fee.csv:6 mend:" in told

    def test_kinds_of_known_facts_may_be_left_out(self, here: Path) -> None:
        (here / "fee.csv").write_text(
            "table,Fee,\npolicy,first,\ncolumn,input,output\nname,aum,fee\nkind,,money\n"
            "1,>= 100,1\n2,-,2\n",
            encoding="utf-8",
        )
        result = run("fee.csv")
        assert result.exit_code == 0, result.output
        (here / "own.csv").write_text(
            "table,Fee,\npolicy,first,\ncolumn,input,output\nname,own,fee\nkind,,money\n1,-,1\n",
            encoding="utf-8",
        )
        assert "its kind isn't told" in run("own.csv").stdout

    def test_it_may_be_encoded_as_the_bank_does(self, here: Path) -> None:
        (here / "fee.csv").write_text(
            "table,费用,\npolicy,first,\ncolumn,input,output\nname,aum,fee\nkind,money,money\n"
            "1,-,1\n",
            encoding="gb18030",
        )
        assert run("fee.csv").exit_code == 1
        assert run("fee.csv", "--encoding", "gb18030").exit_code == 0

    def test_one_that_is_not_there_can_t_be_tried(self, here: Path) -> None:
        assert run("nowhere.dmn").exit_code == 2

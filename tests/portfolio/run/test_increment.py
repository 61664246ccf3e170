from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings

from relationship_core import Rule, Tiering, hookimpl
from relationship_core.engine import Engine
from relationship_core.errors import DataError
from relationship_core.facts import product_count
from relationship_core.portfolio.run.job import Job
from relationship_core.portfolio.run.manifest import Manifest
from relationship_core.portfolio.run.review import carry_out
from tests.portfolio.bank import SMALL, Rows, small, write_csv
from tests.portfolio.run.loaded import changed_banks
from tests.portfolio.run.toy import AS_OF, Toy


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine.from_plugins()


@pytest.fixture(scope="module")
def earlier(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("earlier")
    bank = write_csv(folder / "bank", SMALL)
    carry_out(Job(bank, folder / "out", engine, AS_OF, part_customers=1), Toy())
    return folder / "out"


def run(
    tables: Rows, folder: Path, engine: Engine, since: Path | None = None, day: date = AS_OF
) -> tuple[Manifest, list[str]]:
    bank = write_csv(folder / "bank", tables)
    toy = Toy()
    job = Job(bank, folder / "out", engine, day, since=since, part_customers=1)
    return carry_out(job, toy), toy.asked


def test_nobody_is_reviewed_again_if_nothing_changed(
    earlier: Path, engine: Engine, tmp_path: Path
) -> None:
    upside_down = {name: [rows[0], *rows[:0:-1]] for name, rows in SMALL.items()}
    manifest, asked = run(upside_down, tmp_path, engine, since=earlier)
    assert asked == ["benchmarks"]
    assert manifest.reviewed_again == 0
    assert manifest.since == manifest.content


# A run takes a second or two, whatever its size.
@settings(max_examples=max(2, settings().max_examples // 40))
@given(changed_banks())
def test_an_increment_equals_a_full_run(
    earlier: Path, engine: Engine, tmp_path_factory: pytest.TempPathFactory, tables: Rows
) -> None:
    increment, _ = run(tables, tmp_path_factory.mktemp("increment"), engine, since=earlier)
    full, _ = run(tables, tmp_path_factory.mktemp("full"), engine)
    assert increment.content == full.content
    assert increment.customers == full.customers


def test_who_is_new_or_gone_is_seen(earlier: Path, engine: Engine, tmp_path: Path) -> None:
    tables = small()
    tables["customers"][3][0] = "C4"
    manifest, asked = run(tables, tmp_path, engine, since=earlier)
    full, _ = run(tables, tmp_path / "full", engine)
    assert manifest.content == full.content
    assert asked == ["observe", "benchmarks", "decide"]


def test_a_cut_off_that_moved_decides_anew_on_those_whom_it_moves(
    earlier: Path, engine: Engine, tmp_path: Path
) -> None:
    tables = small()
    # Only C1 is named on an account of their own, and overtakes C2.
    tables["accounts"].append(["A9", "CUR", "CNY", "2020-01-01"])
    tables["owners"].append(["A9", "C1", "", ""])
    tables["positions"].append(["A9", "2026-06-01", "99999", "", ""])
    manifest, asked = run(tables, tmp_path, engine, since=earlier)
    assert asked == ["observe", "benchmarks", "decide", "decide"]
    assert manifest.reviewed_again == 2
    full, _ = run(tables, tmp_path / "full", engine)
    assert manifest.content == full.content


class OtherTiers:
    @hookimpl
    def rc_tiering(self, settings: object) -> Tiering:
        return Tiering(ladder=["gold", "plain"], rules=[Rule("gold", when=product_count >= 2)])


@pytest.mark.parametrize("what", ["day", "rule book", "tables"])
def test_another_day_rule_book_or_set_of_tables_concerns_everybody(
    what: str, earlier: Path, engine: Engine, tmp_path: Path
) -> None:
    day = date(2026, 7, 1) if what == "day" else AS_OF
    rules = Engine.from_plugins(OtherTiers()) if what == "rule book" else engine
    tables = {**SMALL, "standings": [["customer_id", "stage"]]} if what == "tables" else SMALL
    manifest, asked = run(tables, tmp_path, rules, since=earlier, day=day)
    assert asked.count("observe") == 3
    assert manifest.reviewed_again == 3
    assert manifest.since is None


def test_what_it_is_to_go_on_from_must_be_a_finished_run(engine: Engine, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no run with columns was finished there"):
        run(SMALL, tmp_path, engine, since=tmp_path / "nothing")

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import pytest
from attrs import evolve
from hypothesis import Phase, example, given, settings

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

IS_SOAK = os.environ.get("HYPOTHESIS_PROFILE") == "soak"


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
    tables: Rows, folder: Path, engine: Engine, since: Path | None = None
) -> tuple[Manifest, list[str]]:
    bank = write_csv(folder / "bank", tables)
    toy = Toy()
    job = Job(bank, folder / "out", engine, AS_OF, since=since, part_customers=1)
    return carry_out(job, toy), toy.asked


def test_nobody_is_reviewed_again_if_nothing_changed(
    earlier: Path, engine: Engine, tmp_path: Path
) -> None:
    upside_down = {name: [rows[0], *rows[:0:-1]] for name, rows in SMALL.items()}
    manifest, asked = run(upside_down, tmp_path, engine, since=earlier)
    assert asked == ["benchmarks"]
    assert manifest.reviewed_again == 0
    assert manifest.since == manifest.content


def much_changed() -> dict[str, list[list[str]]]:
    """The small bank after a customer came and one went, and something changed of each other."""
    tables = small()
    tables["customers"][3][0] = "C4"
    tables["owners"][3][1] = "C4"
    tables["positions"][2][2] = "9000.00"
    tables["products"][2][1] = "overdraft"
    tables["branches"][3][3] = "H"
    del tables["relations"][1]
    return tables


# A run takes a second, whatever its size.
@settings(
    max_examples=max(1, settings().max_examples // 60),
    phases=[*Phase] if IS_SOAK else [Phase.explicit],
)
@example(much_changed())
@given(changed_banks(may_replace=True))
def test_an_increment_equals_a_full_run(
    earlier: Path, engine: Engine, tmp_path_factory: pytest.TempPathFactory, tables: Rows
) -> None:
    increment, _ = run(tables, tmp_path_factory.mktemp("increment"), engine, since=earlier)
    full, _ = run(tables, tmp_path_factory.mktemp("full"), engine)
    assert increment.content == full.content
    assert increment.customers == full.customers


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


class OtherTiers:
    @hookimpl
    def rc_tiering(self, settings: object) -> Tiering:
        return Tiering(ladder=["gold", "plain"], rules=[Rule("gold", when=product_count >= 2)])


def test_another_set_of_tables_concerns_everybody(
    earlier: Path, engine: Engine, tmp_path: Path
) -> None:
    tables = {**SMALL, "standings": [["customer_id", "stage"]]}
    manifest, asked = run(tables, tmp_path, engine, since=earlier)
    assert asked.count("observe") == 3
    assert manifest.reviewed_again == 3
    assert manifest.since is None


def test_a_day_and_a_rule_book_are_what_everybody_rests_on(engine: Engine) -> None:
    job = Job(Path("bank"), Path("out"), engine, AS_OF)
    others = [
        evolve(job, as_of=date(2026, 7, 1)),
        evolve(job, engine=Engine.from_plugins(OtherTiers())),
    ]
    assert all(other.basis("shape") != job.basis("shape") for other in others)
    assert job.basis("another shape") != job.basis("shape")
    assert evolve(job, part_customers=7, out=Path("other")).basis("shape") == job.basis("shape")


def test_what_it_is_to_go_on_from_must_be_a_finished_run(engine: Engine, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no run with columns was finished there"):
        run(SMALL, tmp_path, engine, since=tmp_path / "nothing")

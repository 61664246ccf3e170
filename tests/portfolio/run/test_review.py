from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import attrs
import duckdb
import pyarrow.parquet as pq
import pytest

from relationship_core.decisions.benchmarks import Benchmarks
from relationship_core.decisions.provenance import PluginReport, PluginStatus
from relationship_core.domain import BranchTree
from relationship_core.engine import Engine
from relationship_core.errors import DataError, ReviewError
from relationship_core.portfolio import read_benchmarks
from relationship_core.portfolio.run.inputs import INPUTS
from relationship_core.portfolio.run.job import Job
from relationship_core.portfolio.run.journal import Journal
from relationship_core.portfolio.run.manifest import Manifest, read_manifest
from relationship_core.portfolio.run.opening import PartTables
from relationship_core.portfolio.run.publishing import put_in_place
from relationship_core.portfolio.run.review import carry_out
from relationship_core.portfolio.run.snapshot import Snapshot, sha256_of
from relationship_core.portfolio.run.stages import FACTS, REVIEWS, STANDINGS
from tests.portfolio.bank import SMALL, small, with_row, write_csv
from tests.portfolio.run.toy import AS_OF, Toy, WholeToy

ROOT = Path(__file__).resolve().parents[3]
TABLES = (INPUTS, FACTS, REVIEWS, STANDINGS)
IS_SOAK = os.environ.get("HYPOTHESIS_PROFILE") == "soak"


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine.from_plugins()


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_csv(tmp_path_factory.mktemp("run") / "bank", SMALL)


@pytest.fixture(scope="module")
def undisturbed(
    bank: Path, engine: Engine, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, Manifest]:
    out = tmp_path_factory.mktemp("run") / "out"
    return out, carry_out(Job(bank, out, engine, AS_OF, part_customers=1), Toy())


@attrs.define
class Failing(Toy):
    """Stages that fail when they are asked for the Nth time."""

    at: int = 0

    def observe(self, tables: PartTables, to: Path) -> None:
        self._fail(to)
        super().observe(tables, to)

    def decide(
        self, facts: Path, tree: BranchTree | None, benchmarks: Benchmarks, to: Mapping[str, Path]
    ) -> None:
        self._fail(to[REVIEWS])
        super().decide(facts, tree, benchmarks, to)

    def _fail(self, to: Path) -> None:
        if len(self.asked) == self.at:
            to.write_bytes(b"PAR1 and half of it")
            raise ArithmeticError


def test_a_run_leaves_every_customer_once_and_says_what_it_left(
    undisturbed: tuple[Path, Manifest],
) -> None:
    out, manifest = undisturbed
    assert (manifest.customers, manifest.parts, manifest.reviewed_again) == (3, 3, 3)
    for name in TABLES:
        ids = pq.read_table(out / name)["customer_id"].to_pylist()
        assert sorted(ids) == ["C1", "C2", "C3"]
        assert manifest.rows(name) == 3
    listed = {out / file.file for file in manifest.files}
    assert listed == {path for name in TABLES for path in (out / name).iterdir()}
    for file in manifest.files:
        assert sha256_of(out / file.file) == file.sha256
    for name, sha256 in manifest.beside.items():
        assert sha256_of(out / name) == sha256
    assert {*manifest.beside, *TABLES, "manifest.json", "_SUCCESS"} == {
        path.name for path in out.iterdir()
    }
    assert {file["file"] for file in manifest.source} == {f"{name}.csv" for name in SMALL}
    report = PluginReport("northern", "1.0", PluginStatus.FAILED, "rc_facts", "it raised")
    manifest = attrs.evolve(manifest, skipped=(report,))
    assert Manifest.from_json(json.loads(json.dumps(manifest.to_json()))) == manifest
    summary = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    assert summary["customers"] == 3
    assert summary["counts"]["kind"] == {"personal": 2, "corporate": 1, "institutional": 0}
    assert summary["counts"]["undetermined"] == {"stage": 0, "tier": 0, "retention": 3}
    assert read_benchmarks(out / "benchmarks.json").as_of == AS_OF


def test_the_content_is_the_same_whatever_the_parts(
    undisturbed: tuple[Path, Manifest], bank: Path, engine: Engine, tmp_path: Path
) -> None:
    manifest = carry_out(Job(bank, tmp_path / "out", engine, AS_OF), Toy())
    assert manifest.parts == 1
    assert manifest.content == undisturbed[1].content


def test_an_engine_that_divides_the_work_itself_leaves_the_same(
    undisturbed: tuple[Path, Manifest], bank: Path, engine: Engine, tmp_path: Path
) -> None:
    job = Job(bank, tmp_path / "out", engine, AS_OF, since=undisturbed[0], part_customers=1)
    manifest = carry_out(job, WholeToy())
    assert manifest.content == undisturbed[1].content
    assert (manifest.parts, manifest.since, manifest.engines) == (1, None, ("whole 1",))
    assert [file.file for file in manifest.files_of(REVIEWS)] == ["reviews/part-00000.parquet"]


@pytest.mark.parametrize("at", [1, 4], ids=["while observing", "while deciding"])
def test_a_run_goes_on_where_it_ended_and_repeats_nothing(
    at: int, undisturbed: tuple[Path, Manifest], bank: Path, engine: Engine, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    job = Job(bank, out, engine, AS_OF, part_customers=1)
    failing = Failing(at=at)
    with pytest.raises(ArithmeticError):
        carry_out(job, failing)
    assert not out.exists()
    again = Toy("toy 2")
    manifest = carry_out(job, again)
    done = ["observe", "observe", "observe", "benchmarks", "decide", "decide", "decide"]
    assert [*failing.asked, *again.asked] == done
    assert manifest.content == undisturbed[1].content
    assert manifest.engines == ("toy 1", "toy 2")
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_other_files_and_parts_make_another_run(bank: Path, engine: Engine, tmp_path: Path) -> None:
    job = Job(bank, tmp_path / "out", engine, AS_OF)
    changed = write_csv(tmp_path / "bank", with_row("supplied", "C2", "service_ability", "0.1"))

    def identity(job: Job, *, is_whole: bool = False) -> object:
        return job.identity(Snapshot.of(job.source), None, is_whole=is_whole)

    assert identity(job) == identity(attrs.evolve(job, memory="1GB"))
    others = [
        identity(attrs.evolve(job, source=changed)),
        identity(attrs.evolve(job, part_customers=7)),
        identity(attrs.evolve(job, is_strict=True)),
        identity(job, is_whole=True),
    ]
    assert identity(job) not in others


def killed(bank: Path, out: Path, moment: str) -> bool:
    """Whether a run that is to die at a moment came so far."""
    child = subprocess.run(
        [sys.executable, "-m", "tests.portfolio.run.dying", bank, out, "1", moment],
        cwd=ROOT,
        check=False,
        capture_output=True,
    )
    assert -child.returncode in {0, signal.SIGKILL, signal.SIGALRM}, child.stderr
    return child.returncode != 0


def moments() -> list[tuple[str, ...]]:
    """When to kill one run after the other, before one is left alone."""
    often: list[tuple[str, ...]] = []
    if IS_SOAK:
        chance = random.Random(41)
        often += [(str(chance.randint(1, 290)),) for _ in range(25)]
        often += [(f"{chance.randint(1, 2500)}ms",) for _ in range(25)]
    return [*often, ("190",)]


@pytest.mark.parametrize("struck", moments(), ids=str)
def test_a_run_killed_at_any_moment_ends_with_what_an_undisturbed_one_leaves(
    struck: tuple[str, ...],
    undisturbed: tuple[Path, Manifest],
    bank: Path,
    engine: Engine,
    tmp_path: Path,
) -> None:
    out = tmp_path / "out"
    for moment in struck:
        if killed(bank, out, moment) and out.exists():
            read_manifest(out)
    manifest = carry_out(Job(bank, out, engine, AS_OF, part_customers=1), Toy())
    assert manifest.content == undisturbed[1].content
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


@pytest.mark.parametrize("moment", ["before", "between", "after"])
def test_a_move_into_place_goes_on_wherever_it_ended(moment: str, tmp_path: Path) -> None:
    work, out = tmp_path / "work", tmp_path / "out"
    for folder in (work / "made", work / "old" if moment == "between" else out):
        folder.mkdir(parents=True)
        (folder / folder.name).touch()
    for _ in range(2 if moment == "after" else 1):
        put_in_place(work, out)
    assert [path.name for path in out.iterdir()] == ["made"]


def test_an_outcome_that_was_taken_away_is_made_again(
    bank: Path, engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = Job(bank, tmp_path / "out", engine, AS_OF)
    again = Toy()
    with monkeypatch.context() as patch:
        # As if it were killed each time before its work folder is gone.
        patch.setattr(Journal, "remove", lambda _: None)
        carry_out(job, Toy())
        assert carry_out(job, again).customers == 3
    assert again.asked == []
    shutil.rmtree(job.out)
    assert carry_out(job, again).customers == 3
    assert again.asked == ["observe", "benchmarks", "decide"]


def test_a_second_run_into_one_folder_is_refused(
    bank: Path, engine: Engine, tmp_path: Path
) -> None:
    job = Job(bank, tmp_path / "out", engine, AS_OF)

    def run_too(doing: str, done: int, total: int) -> None:
        with pytest.raises(DataError, match="out: another run is writing it"):
            carry_out(job, Toy())
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        carry_out(job, Toy(), run_too)


def test_what_stands_in_the_way_is_left_alone(bank: Path, engine: Engine, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").touch()
    with pytest.raises(DataError, match=r"holds something else already: notes\.txt"):
        carry_out(Job(bank, tmp_path, engine, AS_OF), Toy())
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "reviews").mkdir()
    with pytest.raises(DataError, match=r"mine: the folder holds something else already: reviews"):
        carry_out(Job(bank, tmp_path / "mine", engine, AS_OF), Toy())


def test_a_path_that_engines_would_take_for_a_pattern_is_refused(
    bank: Path, engine: Engine, tmp_path: Path
) -> None:
    with pytest.raises(DataError, match=r"out\[1\]: its path holds a character"):
        carry_out(Job(bank, tmp_path / "out[1]", engine, AS_OF), Toy())
    assert [*tmp_path.iterdir()] == []


def test_a_folder_without_its_mark_is_no_run(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no run with columns was finished there"):
        read_manifest(tmp_path)
    (tmp_path / "_SUCCESS").touch()
    with pytest.raises(DataError, match=r"manifest\.json: it is no manifest"):
        read_manifest(tmp_path)


def test_a_file_that_was_cut_is_named(undisturbed: tuple[Path, Manifest], tmp_path: Path) -> None:
    shutil.copytree(undisturbed[0], tmp_path / "out")
    (tmp_path / "out" / FACTS / "part-00001.parquet").write_bytes(b"PAR1")
    with pytest.raises(DataError, match=r"facts/part-00001\.parquet: it isn't as the run left it"):
        read_manifest(tmp_path / "out")


def test_a_strict_run_of_a_dirty_folder_leaves_nothing(engine: Engine, tmp_path: Path) -> None:
    dirty = write_csv(tmp_path / "bank", with_row("customers", "C4", "alien", "", "", ""))
    job = Job(dirty, tmp_path / "out", engine, AS_OF, is_strict=True)
    with pytest.raises(DataError, match=r"customers\.csv, line 5, kind: is none of"):
        carry_out(job, Toy())
    assert [path.name for path in tmp_path.iterdir()] == ["bank"]


class Stumbling(Toy):
    def observe(self, tables: PartTables, to: Path) -> None:
        with duckdb.connect() as connection:
            connection.execute("SELECT CAST('Wang Fang' AS DATE)")


def test_an_engine_that_gives_up_tells_no_cell(bank: Path, engine: Engine, tmp_path: Path) -> None:
    with pytest.raises(ReviewError) as caught:
        carry_out(Job(bank, tmp_path / "out", engine, AS_OF), Stumbling())
    assert str(caught.value) == "DuckDB: it ended with ConversionException"
    assert caught.value.__suppress_context__


def test_files_that_change_meanwhile_are_named(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bank = write_csv(tmp_path / "bank", small())

    def meddle(doing: str, done: int, total: int) -> None:
        if doing == "reading the folder":
            with (bank / "supplied.csv").open("a", encoding="utf-8") as stream:
                stream.write("C1,service_ability,0.2\n")

    with pytest.raises(DataError, match=r"supplied\.csv: it changed while it was being read"):
        carry_out(Job(bank, tmp_path / "out", engine, AS_OF), Toy(), meddle)
    assert not (tmp_path / "out").exists()

from __future__ import annotations

import csv
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from relationship_core import Rule, Tiering, hookimpl
from relationship_core.decisions.model import Model
from relationship_core.engine import Engine
from relationship_core.errors import DataError, InvalidValueError
from relationship_core.facts import contribution_12m, contribution_percentile
from relationship_core.portfolio import Summary, read_benchmarks, read_folder, review_folder
from relationship_core.portfolio.row_writer import as_cell
from relationship_core.portfolio.run import Outcome, run_review, stored_review
from relationship_core.portfolio.sample import write_sample
from relationship_core.portfolio.schema import STANDINGS
from relationship_core.rules import Fact, Kind

AS_OF = date(2026, 6, 30)
ENGINES = ("duckdb", "polars")


LEAVING = Fact("north.leaving", Kind.RATIO, minimum=0, maximum=1)


def likelihood(batch: pa.RecordBatch) -> pa.Array:
    held = pc.fill_null(batch["contribution_percentile"], 0.0)
    return pc.subtract(1.0, pc.multiply(held, 0.7))


class Bank:
    """A bank whose model rests on the cut-offs, and whose rules rest on the model."""

    @hookimpl
    def rc_facts(self, settings: object) -> list[Fact]:
        return [LEAVING]

    @hookimpl
    def rc_models(self, settings: object) -> list[Model]:
        inputs = (contribution_percentile,)
        return [Model("north.model", "1", "digest", LEAVING, inputs, predict=likelihood)]

    @hookimpl
    def rc_tiering(self, settings: object) -> Tiering:
        faithful = Rule("faithful", when=LEAVING <= 0.45)
        return Tiering(ladder=["gold", "faithful", "plain"], rules=[GOLD, faithful])


GOLD = Rule("gold", when=(contribution_12m >= 2_000) & (contribution_percentile >= 0.9))


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine.from_plugins(Bank())


@pytest.fixture(scope="module")
def place(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a bank that was reviewed a quarter of a year before."""
    path = tmp_path_factory.mktemp("engines")
    write_sample(path / "bank", customers=120, seed=3)
    review_folder(path / "bank", path / "before", engine=engine, as_of=date(2026, 3, 31))
    (path / "before" / "standings.csv").rename(path / "bank" / "standings.csv")
    return path


@pytest.fixture(scope="module")
def one_by_one(place: Path, engine: Engine) -> Summary:
    return review_folder(place / "bank", place / "python", engine=engine, as_of=AS_OF)


@pytest.fixture(scope="module")
def runs(place: Path, engine: Engine) -> Mapping[str, Outcome]:
    return {
        on: run_review(place / "bank", place / on, engine=engine, as_of=AS_OF, on=on)
        for on in ENGINES
    }


def rows(path: Path) -> list[dict[str, Any]]:
    found = pq.read_table(path, partitioning=None).to_pylist()
    return sorted(found, key=lambda row: str(row["customer_id"]))


def types(path: Path) -> list[tuple[str, str]]:
    """The columns of a file; how long a text may be is each writer's own affair."""
    return [(one.name, str(one.type).removeprefix("large_")) for one in pq.read_schema(path)]


@pytest.mark.parametrize("on", ENGINES)
def test_a_run_says_of_everybody_what_is_said_of_them_one_by_one(
    on: str, runs: Mapping[str, Outcome], one_by_one: Summary, place: Path
) -> None:
    assert rows(place / on / "reviews") == rows(place / "python" / "reviews.parquet")
    own = types(place / on / "reviews" / "part-00000.parquet")
    assert own == types(place / "python" / "reviews.parquet")
    assert runs[on].summary() == one_by_one
    for name in ("summary.json", "benchmarks.json", "rejected.csv"):
        assert (place / on / name).read_bytes() == (place / "python" / name).read_bytes()


@pytest.mark.parametrize("on", ENGINES)
def test_the_standings_are_a_table_of_the_next_folder(
    on: str, runs: Mapping[str, Outcome], one_by_one: Summary, place: Path
) -> None:
    with (place / "python" / "standings.csv").open(encoding="utf-8", newline="") as stream:
        expected = list(csv.DictReader(stream))
    found = [
        {name: str("" if cell is None else as_cell(cell)) for name, cell in row.items()}
        for row in rows(place / on / "standings")
    ]
    assert found == expected
    assert list(found[0]) == list(STANDINGS.column_names)


def test_the_content_is_the_same_whatever_the_engine(runs: Mapping[str, Outcome]) -> None:
    one, other = (runs[on].manifest for on in ENGINES)
    assert [file.content for file in one.files] == [file.content for file in other.files]
    assert one.content == other.content
    assert one.engines != other.engines


def test_what_was_stored_explains_as_the_review_does(
    runs: Mapping[str, Outcome], place: Path, engine: Engine
) -> None:
    benchmarks = read_benchmarks(place / "duckdb" / "benchmarks.json")
    with read_folder(place / "bank", as_of=AS_OF) as folder:
        dossiers = list(folder.dossiers())[::12]
    for dossier in dossiers:
        review = engine.review(dossier, AS_OF, benchmarks)
        stored = stored_review(place / "duckdb", dossier.customer.id)
        assert stored.facts == review.facts
        assert stored.standing == review.standing
        assert told(stored.explain()) == told(review.explain())
        assert stored.inputs.benchmarks == review.inputs.benchmarks


def told(text: str) -> list[str]:
    """The lines but for the dossier's digest and the accounts that something is unknown of."""
    return [
        line for line in text.splitlines() if not line.startswith(("  dossier ", "  not known: "))
    ]


def test_who_is_not_stored_is_not_explained(runs: Mapping[str, Outcome], place: Path) -> None:
    with pytest.raises(DataError, match="there is no customer of that id"):
        stored_review(place / "duckdb", "nobody")


def test_there_is_no_other_engine(place: Path, engine: Engine) -> None:
    with pytest.raises(InvalidValueError, match="there is no such engine"):
        run_review(place / "bank", place / "out", engine=engine, as_of=AS_OF, on="abacus")

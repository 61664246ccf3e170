from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from relationship_core import Rule, Tiering, hookimpl
from relationship_core.domain import Dossier, ProductFamily
from relationship_core.engine import Engine
from relationship_core.errors import DataError, ParameterError, ReviewError
from relationship_core.facts import product_count
from relationship_core.portfolio import (
    OUTPUT_FILES,
    Summary,
    read_benchmarks,
    read_folder,
    review_folder,
    write_sample,
)
from tests.portfolio.bank import SMALL, small, with_row, write_csv

AS_OF = date(2026, 6, 30)
CUSTOMERS = 250


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine.from_plugins()


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("run") / "bank"
    write_sample(path, customers=CUSTOMERS, seed=7)
    return path


@pytest.fixture(scope="module")
def run(
    bank: Path, engine: Engine, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, Summary]:
    out = tmp_path_factory.mktemp("run") / "out"
    return out, review_folder(bank, out, engine=engine, as_of=AS_OF)


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def printed(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def test_every_customer_is_reviewed_once_in_order(run: tuple[Path, Summary]) -> None:
    ids = [row["customer_id"] for row in rows_of(run[0] / "reviews.csv")]
    assert ids == sorted(set(ids))
    assert len(ids) == CUSTOMERS == run[1].customers


def test_csv_and_parquet_say_the_same(run: tuple[Path, Summary]) -> None:
    table = pq.read_table(run[0] / "reviews.parquet")
    printed_rows = [
        {name: printed(value) for name, value in row.items()} for row in table.to_pylist()
    ]
    assert printed_rows == rows_of(run[0] / "reviews.csv")
    assert table.schema.field("contribution_12m").type == pa.decimal128(38, 2)


def test_a_row_says_what_the_engine_decided(
    run: tuple[Path, Summary], bank: Path, engine: Engine
) -> None:
    rows = {row["customer_id"]: row for row in rows_of(run[0] / "reviews.csv")}
    benchmarks = read_benchmarks(run[0] / "benchmarks.json")
    with read_folder(bank, as_of=AS_OF) as folder:
        for dossier in list(folder.dossiers())[:40]:
            review = engine.review(dossier, AS_OF, benchmarks)
            row = rows[review.customer_id]
            assert row["stage"] == review.stage.stage
            assert row["tier"] == review.tier.tier
            assert row["retention_risk"] == review.retention.risk
            assert row["contribution_12m"] == printed(review.contribution.total_12m)
            assert row["aum"] == printed(review.facts["aum"])
            assert row["action"] == printed(
                review.retention.action and review.retention.action.code
            )
            assert row["kind"] == dossier.customer.kind
            for name, decision in (
                ("stage", review.stage),
                ("tier", review.tier),
                ("retention", review.retention),
            ):
                node = "the head office" if decision.rule else ""
                assert (row[f"{name}_rule"], row[f"{name}_rule_node"]) == (
                    printed(decision.rule),
                    node,
                )


def test_the_summary_counts_and_adds_up_what_the_reviews_say(run: tuple[Path, Summary]) -> None:
    rows = rows_of(run[0] / "reviews.csv")
    summary = json.loads((run[0] / "summary.json").read_text(encoding="utf-8"))
    assert summary == run[1].to_json()
    for name in ("kind", "stage", "tier", "retention_risk"):
        counted = {outcome: n for outcome, n in summary["counts"][name].items() if n}
        assert counted == Counter(row[name] for row in rows)
    known = [row for row in rows if row["contribution_12m"]]
    told = summary["contribution_12m"]
    assert told["customers"] + told["unknown"] == CUSTOMERS
    assert told["customers"] == len(known)
    assert Decimal(told["total"]) == sum(Decimal(row["contribution_12m"]) for row in known)
    for component, amount in told["components"].items():
        assert Decimal(amount) == sum(Decimal(row[component]) for row in known)
    by_kind = summary["contribution_12m_by_kind"].values()
    assert sum(Decimal(one["total"]) for one in by_kind) == Decimal(told["total"])


def test_rejected_rows_are_listed_and_counted(run: tuple[Path, Summary], bank: Path) -> None:
    with read_folder(bank, as_of=AS_OF) as folder:
        expected = [(one.file, str(one.line), one.field, one.reason) for one in folder.rejections]
    listed = [tuple(row.values()) for row in rows_of(run[0] / "rejected.csv")]
    assert listed == expected
    assert dict(run[1].rejected) == Counter(file for file, *_ in expected)


def test_the_same_run_gives_the_same_bytes(
    run: tuple[Path, Summary], bank: Path, engine: Engine, tmp_path: Path
) -> None:
    review_folder(bank, tmp_path / "again", engine=engine, as_of=AS_OF)
    assert sorted(path.name for path in run[0].iterdir()) == sorted(OUTPUT_FILES)
    for name in OUTPUT_FILES:
        assert (run[0] / name).read_bytes() == (tmp_path / "again" / name).read_bytes()


def test_a_row_names_the_branch_whose_rule_decided(tmp_path: Path) -> None:
    rules = [
        Rule("gold", product_count >= 1, overridable=True),
        Rule("gold", product_count >= 0, scope=["P", "B1"]),
    ]

    class Bank:
        @hookimpl
        def rc_tiering(self) -> Tiering:
            return Tiering(["gold", "rest"], rules)

    bank = write_csv(tmp_path / "bank", SMALL)
    review_folder(bank, tmp_path / "out", engine=Engine.from_plugins(Bank()), as_of=AS_OF)
    nodes = [row["tier_rule_node"] for row in rows_of(tmp_path / "out" / "reviews.csv")]
    assert nodes == ["P > B1", "P > B1", "the head office"]


def test_the_next_review_starts_from_the_standings(
    run: tuple[Path, Summary], bank: Path, engine: Engine, tmp_path: Path
) -> None:
    for path in (*bank.iterdir(), run[0] / "standings.csv"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    summary = review_folder(tmp_path, tmp_path / "out", engine=engine, as_of=AS_OF)
    assert dict(summary.counts)["stage"] == dict(run[1].counts)["stage"]
    rows = rows_of(tmp_path / "out" / "reviews.csv")
    assert all(row["stage_previous"] for row in rows)
    with pytest.raises(ReviewError, match="later day"):
        review_folder(tmp_path, tmp_path / "before", engine=engine, as_of=date(2026, 5, 31))
    assert not (tmp_path / "before").exists()


def test_a_strict_run_writes_nothing_where_anything_is_bad(engine: Engine, tmp_path: Path) -> None:
    dirty = write_csv(tmp_path / "dirty", with_row("positions", "A1", "2026-04-01", "-1", "", ""))
    with pytest.raises(DataError, match=r"line 6, credit_average: is negative; the first of 1 "):
        review_folder(dirty, tmp_path / "out", engine=engine, as_of=AS_OF, is_strict=True)
    assert [path.name for path in tmp_path.iterdir()] == ["dirty"]
    clean = write_csv(tmp_path / "clean", SMALL)
    review_folder(clean, tmp_path / "out", engine=engine, as_of=AS_OF, is_strict=True)
    assert rows_of(tmp_path / "out" / "rejected.csv") == []


def test_a_run_that_fails_leaves_nothing(engine: Engine, tmp_path: Path) -> None:
    accounts = [*SMALL["accounts"][:-1], ["A3", "LOAN", "JPY", "2021-01-01"]]
    bank = write_csv(tmp_path / "bank", small(accounts=accounts))
    with pytest.raises(ParameterError, match="no exchange rate of JPY"):
        review_folder(bank, tmp_path / "out", engine=engine, as_of=AS_OF)
    assert [path.name for path in tmp_path.iterdir()] == ["bank"]


def test_a_contribution_that_is_not_known_is_in_no_sum(engine: Engine, tmp_path: Path) -> None:
    # Months of the first three customers' accounts are missing; the fourth has no account.
    write_csv(tmp_path, with_row("customers", "C4", "corporate", "Moon", "2001-01-01", "B2"))
    summary = review_folder(tmp_path, tmp_path / "out", engine=engine, as_of=AS_OF)
    amounts = [row["contribution_12m"] for row in rows_of(tmp_path / "out" / "reviews.csv")]
    assert amounts[:3] == ["", "", ""]
    assert (summary.waterfall.customers, summary.waterfall.unknown) == (1, 3)
    assert summary.waterfall.total == Decimal(amounts[3])


def test_a_run_of_nobody_is_a_run(engine: Engine, tmp_path: Path) -> None:
    write_csv(tmp_path, {"customers": [["customer_id", "kind"]]})
    summary = review_folder(tmp_path, tmp_path / "out", engine=engine, as_of=AS_OF)
    assert summary.customers == 0
    assert summary.waterfall.total == 0
    assert rows_of(tmp_path / "out" / "reviews.csv") == []
    assert pq.read_table(tmp_path / "out" / "reviews.parquet").num_rows == 0


def test_each_pass_can_be_watched(engine: Engine, tmp_path: Path) -> None:
    seen: list[tuple[str, int, list[str]]] = []

    def watch(doing: str, total: int, dossiers: Iterator[Dossier]) -> Iterator[Dossier]:
        ids: list[str] = []
        seen.append((doing, total, ids))
        for dossier in dossiers:
            ids.append(dossier.customer.id)
            yield dossier

    write_csv(tmp_path, SMALL)
    review_folder(tmp_path, tmp_path / "out", engine=engine, as_of=AS_OF, watch=watch)
    assert [(total, ids) for _, total, ids in seen] == [(3, ["C1", "C2", "C3"])] * 2
    assert len({doing for doing, *_ in seen}) == 2


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"schema": 1}',
        '{"schema": 1, "as_of": "x", "kinds": []}',
        '{"schema": 1, "as_of": "2026-06-30", "kinds": [{"kind": "personal", "population": 1,'
        ' "positive": 2, "cutoffs": ["1"]}]}',
    ],
)
def test_what_are_no_cutoffs_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "benchmarks.json").write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=r"benchmarks\.json: there is no file of cut-offs"):
        read_benchmarks(tmp_path / "benchmarks.json")


def test_cutoffs_of_another_schema_are_refused(tmp_path: Path) -> None:
    (tmp_path / "benchmarks.json").write_text('{"schema": 2}', encoding="utf-8")
    with pytest.raises(DataError, match="written in schema 2, not 1"):
        read_benchmarks(tmp_path / "benchmarks.json")


def test_the_sample_bank_uses_what_the_rules_can_tell_apart(run: tuple[Path, Summary]) -> None:
    counts = {name: dict(found) for name, found in run[1].counts}
    for stage in ("prospect", "exploration", "formation", "stable", "decline"):
        assert counts["stage"][stage] > 0
    assert all(counts["tier"].values())
    assert all(counts["retention_risk"].values())
    assert ProductFamily.LOAN == "loan"
    assert run[1].waterfall.total > 0

"""The Czech bank reviewed: everybody, to the heller, the same again, blind to what came later."""

from __future__ import annotations

import io
import json
from collections import Counter
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from examples.berka_bank.command import main
from examples.berka_bank.figures import Reconciliation, ranked, reconcile, total
from examples.berka_bank.prices import UNIT_COSTS
from examples.berka_bank.rule_book import CzechBank
from relationship_core import Engine
from relationship_core.decisions.accrual import Component
from relationship_core.portfolio import OUTPUT_FILES
from tests.examples.conftest import Run
from tests.examples.czech_records import (
    AS_OF,
    files_of,
    table,
    with_garbage,
    without_later,
)

ENGINE = Engine.from_plugins(CzechBank())
HELLER = Decimal("0.01")


@pytest.fixture
def peopled(small: Path) -> Path:
    """The small bank, and somebody who may act on an account and has nothing, not even a card."""
    for name, row in (("client", '5;"700707";1'), ("disp", '5;5;20;"DISPONENT"')):
        with (small / f"{name}.asc").open("a", encoding="utf-8", newline="") as lines:
            lines.write(row + "\r\n")
    return small


def reviews_of(source: Path, out: Path, as_of: date = AS_OF) -> dict[str, bytes]:
    assert main([str(source), str(out), "--as-of", as_of.isoformat()]) == 0
    return files_of(out / "reviews")


def assert_same(one: dict[str, bytes], other: dict[str, bytes]) -> None:
    """The same bytes in both; of Parquet, the same content."""
    assert set(one) == set(other) == set(OUTPUT_FILES)
    assert [name for name in one if name[-8:] != ".parquet" and one[name] != other[name]] == []
    content, again = (pq.read_table(io.BytesIO(run["reviews.parquet"])) for run in (one, other))
    assert content.equals(again, check_metadata=True)


def by_customer(reviews: dict[str, bytes]) -> dict[str, dict[str, str]]:
    return {row["customer_id"]: row for row in table(reviews, "reviews")}


def reconciled(out: Path) -> Reconciliation:
    return reconcile(out / "folder", out / "reviews", ENGINE, AS_OF)


def test_everybody_with_a_right_over_an_account_is_reviewed(peopled: Path, tmp_path: Path) -> None:
    rows = by_customer(reviews_of(peopled, tmp_path / "out"))
    assert {name: (row["stage"], row["tier"]) for name, row in rows.items()} == {
        "1": ("exploration", "vip"),
        "2": ("prospect", "small"),
        "3": ("exploration", "small"),
        "5": ("prospect", "small"),
    }
    # The holder of a card pays for nothing yet; who may only act on an account owns nothing.
    assert rows["2"]["contribution_12m"] == "-10.00"
    assert rows["5"]["contribution_12m"] == "0.00"
    assert rows["5"]["entitlements"] == ""


def test_a_folder_that_holds_something_else_is_left_alone(
    small: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    notes = tmp_path / "out" / "folder" / "notes.txt"
    notes.parent.mkdir(parents=True)
    notes.touch()
    assert main([str(small), str(tmp_path / "out"), "--as-of", AS_OF.isoformat()]) == 1
    assert capsys.readouterr().err.startswith("berka.py: folder: the folder holds something else")
    assert list(notes.parent.iterdir()) == [notes]


def test_where_nothing_can_be_written_it_says_so(
    small: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").touch()
    assert main([str(small), str(tmp_path / "file"), "--as-of", AS_OF.isoformat()]) == 1
    assert capsys.readouterr().err.startswith("berka.py: ")


def test_customers_sum_to_accounts(peopled: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    rows = by_customer(reviews_of(peopled, out))
    sums = reconciled(out)
    assert sums.number_of_accounts == 4
    assert sums.residual == 0
    assert set(sums.residuals.values()) == {Decimal(0)}
    assert total(sums.accounts) == sum(Decimal(row["contribution_12m"]) for row in rows.values())


def test_a_residual_is_found_and_named(
    peopled: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    reviews = reviews_of(peopled, out)
    assert "residual 0.00 CZK" in capsys.readouterr().out
    text = reviews["reviews.csv"].decode("utf-8")
    (out / "reviews" / "reviews.csv").write_text(text.replace(",-10.00,", ",-9.99,"), "utf-8")
    sums = reconciled(out)
    assert sums.residual == HELLER
    assert sums.residuals[Component.ACCOUNT_UPKEEP] == HELLER


def test_a_second_run_writes_the_same(peopled: Path, tmp_path: Path) -> None:
    first = reviews_of(peopled, tmp_path / "one")
    assert_same(reviews_of(peopled, tmp_path / "two"), first)
    assert_same(reviews_of(peopled, tmp_path / "one"), first)


@pytest.mark.parametrize("as_of", [AS_OF, date(1994, 2, 11), date(1993, 1, 31), date(1994, 4, 1)])
def test_what_comes_later_changes_no_review(peopled: Path, tmp_path: Path, as_of: date) -> None:
    known = reviews_of(peopled, tmp_path / "known", as_of)
    dropped = without_later(peopled, tmp_path / "dropped", as_of)
    assert_same(reviews_of(dropped, tmp_path / "one", as_of), known)
    spoilt = with_garbage(peopled, tmp_path / "spoilt", as_of)
    assert_same(reviews_of(spoilt, tmp_path / "two", as_of), known)


def test_what_was_known_changes_reviews(peopled: Path, tmp_path: Path) -> None:
    known = reviews_of(peopled, tmp_path / "known")
    earlier = without_later(peopled, tmp_path / "earlier", date(1994, 3, 1))
    # The log must reach into the month of the review: what came in it was no act of a customer's.
    with (earlier / "trans.asc").open("a", encoding="utf-8", newline="") as lines:
        lines.write('99;10;940331;"VYDAJ";"VYBER";14.60;3385.60;"SLUZBY";;\r\n')
    assert reviews_of(earlier, tmp_path / "out")["reviews.csv"] != known["reviews.csv"]


def test_something_else_in_the_way_is_left_alone(
    peopled: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stranger = tmp_path / "out" / "reviews" / "letter.txt"
    stranger.parent.mkdir(parents=True)
    stranger.touch()
    assert main([str(peopled), str(tmp_path / "out"), "--as-of", AS_OF.isoformat()]) == 1
    assert "something else already" in capsys.readouterr().err
    assert [path.name for path in stranger.parent.iterdir()] == ["letter.txt"]


def test_every_owner_and_authorised_user_of_the_real_bank_is_reviewed(real: Run) -> None:
    rows = by_customer(real.reviews)
    roles = {row["customer_id"]: row["role"] for row in table(real.folder, "owners")}
    assert len(rows) == 1_489
    assert set(rows) == set(roles)
    assert Counter(roles.values()) == {"owner": 1_229, "authorised": 260}
    assert {rows[name]["stage"] for name, role in roles.items() if role == "owner"} == {
        *("exploration", "formation", "stable", "decline")
    }
    users = [rows[name] for name, role in roles.items() if role == "authorised"]
    assert {(row["stage"], row["tier"], row["contribution_12m"]) for row in users} == {
        ("prospect", "small", "0.00")
    }
    assert real.reviews["rejected.csv"] == b"file,line,field,reason\n"


def test_the_real_figures_are_those_told(real: Run) -> None:
    """Pinned, so that whoever changes a rule, a price or a fact sees what it does to a bank."""
    summary = json.loads(real.reviews["summary.json"])
    assert summary["counts"] == {
        "kind": {"personal": 1_489, "corporate": 0, "institutional": 0},
        "stage": {
            "prospect": 260,
            "exploration": 200,
            "formation": 799,
            "stable": 219,
            "decline": 11,
            "lost": 0,
            "exited": 0,
        },
        "tier": {"vip": 12, "key": 45, "secondary": 169, "ordinary": 339, "small": 924},
        "match": {"none": 1_489},
        "treatment": {"none": 57, "nurture": 17, "self_service": 1_415},
        "retention_risk": {"high": 27, "medium": 133, "low": 1_329},
        "undetermined": {"stage": 0, "tier": 0, "retention": 0},
    }
    assert summary["contribution_12m"] == {
        "customers": 1_489,
        "unknown": 0,
        "components": {
            "deposit_margin": "628831.18",
            "lending_margin": "72819.11",
            "fees": "93281.20",
            "channel_cost": "-293911.50",
            "account_upkeep": "-86055.00",
            "expected_loss": "-17188.44",
            "impairment": "-39763.26",
            "capital_charge": "-15831.01",
            "capital_income": "0.00",
            "relationship_upkeep": "0.00",
        },
        "total": "342182.28",
    }
    ranking = [amount for amount, _ in ranked(real.out / "reviews")]
    assert len(ranking) == 1_229
    assert [str(amount) for amount in (*ranking[:2], *ranking[-2:])] == [
        *("6067.24", "5876.45", "-107.12", "-43003.74")
    ]
    assert sum(amount > 0 for amount in ranking) == 1_129


def test_real_customers_sum_to_real_accounts(real: Run) -> None:
    sums = reconciled(real.out)
    assert sums.number_of_accounts == 1_273
    assert set(sums.residuals.values()) == {Decimal(0)}
    assert total(sums.accounts) == Decimal("342182.28")
    assert "over 1,273 accounts 342,182.28, residual 0.00 CZK" in real.told
    assert "1,229 accounts, 1,229 of them with transactions" in real.told


def test_the_real_waterfall_is_what_a_loop_over_the_positions_adds_up(real: Run) -> None:
    """Four components again, from the folder and the prices alone."""
    year = [row for row in table(real.folder, "positions") if row["month"] >= "1993-04-01"]
    current = [row for row in year if row["account_id"].isdecimal()]
    expected = {
        "deposit_margin": sum(map(deposit_margin, current)),
        "fees": sum(Decimal(row["fees"]) for row in current),
        "channel_cost": -sum(
            int(row[f"transactions_{channel}"]) * cost
            for row in year
            for channel, cost in UNIT_COSTS.items()
        ),
        "account_upkeep": -sum(upkeep(row["account_id"]) for row in year),
    }
    told = json.loads(real.reviews["summary.json"])["contribution_12m"]["components"]
    assert {name: Decimal(told[name]) for name in expected} == expected


def deposit_margin(row: dict[str, str]) -> Decimal:
    discount_rate = "0.095" if row["month"] <= "1993-06-01" else "0.08"
    spread = Decimal(discount_rate) * Decimal("0.91") - Decimal("0.05")
    return (Decimal(row["credit_average"]) * spread / 12).quantize(HELLER, ROUND_HALF_EVEN)


def upkeep(account_id: str) -> int:
    return {"loan": 20, "card": 5}.get(account_id.partition("-")[0], 8)


def test_the_real_reviews_are_the_same_again_whatever_came_later(
    berka_dir: Path, real: Run, tmp_path: Path
) -> None:
    spoilt = with_garbage(berka_dir, tmp_path / "spoilt", AS_OF)
    assert_same(reviews_of(spoilt, tmp_path / "out"), real.reviews)
    assert files_of(tmp_path / "out" / "folder") == real.folder

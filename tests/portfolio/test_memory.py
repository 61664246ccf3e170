from __future__ import annotations

import tracemalloc
import weakref
from pathlib import Path

import pytest

from relationship_core.portfolio import read_folder
from tests.portfolio.bank import SMALL, small, write_csv


def peak_of_loading(folder: Path, bookings: int) -> int:
    booked = [f"2026-06-{day:02d}" for day in range(1, 31)]
    rows = [
        [f"T{number}", "A1", booked[number % 30], f"{number}.50", "mobile", "other"]
        for number in range(bookings)
    ]
    write_csv(folder, small(transactions=[SMALL["transactions"][0], *rows]))
    del rows
    tracemalloc.start()
    with read_folder(folder) as portfolio:
        assert portfolio.customer_count == 3
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


def test_loading_holds_a_batch_of_rows_however_many_there_are(tmp_path: Path) -> None:
    few, many = (peak_of_loading(tmp_path / f"{n}", n) for n in (25_000, 100_000))
    assert many < 1.3 * few


def test_loading_holds_few_of_many_rejections(tmp_path: Path) -> None:
    rows = [["A1", "2026-06-01", "-1", "", ""] for _ in range(25_000)]
    write_csv(tmp_path, small(positions=[SMALL["positions"][0], *rows]))
    with read_folder(tmp_path) as portfolio:
        assert len(portfolio.rejections) == 25_000
        lines = [one.line for one in portfolio.rejections]
    assert lines == list(range(2, 25_002))


def test_dossiers_are_let_go_once_they_are_passed(tmp_path: Path) -> None:
    customers = [["customer_id", "kind"], *([f"C{n:05d}", "personal"] for n in range(4_000))]
    write_csv(tmp_path, {"customers": customers})
    alive: weakref.WeakSet[object] = weakref.WeakSet()
    most = count = 0
    with read_folder(tmp_path) as portfolio:
        for dossier in portfolio.dossiers():
            alive.add(dossier.customer)
            most = max(most, len(alive))
            count += 1
    assert count == 4_000
    assert most < 1_500


def test_a_large_folder_is_put_in_order_on_disk_and_read_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "temporary"
    place.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(place))
    header = [*SMALL["transactions"][0], "counterparty_bank"]
    bank = "B" * 600
    rows = [
        [f"T{number:05d}", "A1", "2026-06-01", "-1.50", "mobile", "other", bank]
        for number in range(30_000)
    ]
    write_csv(tmp_path / "bank", small(transactions=[header, *rows]))
    with read_folder(tmp_path / "bank") as portfolio:
        first, *_ = portfolio.dossiers()
        assert len(list(place.glob("*/portfolio.duckdb"))) == 1
        assert len(portfolio.rejections) == 0
        assert portfolio.dossier("C1") == first
    assert [booking.id for booking in first.transactions or ()] == [row[0] for row in rows]
    assert list(place.iterdir()) == []

from __future__ import annotations

import copy
import csv
import hashlib
import json
import pickle
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

from relationship_core import Customer, CustomerKind
from relationship_core.errors import DataError, InvalidValueError, MissingExtraError, ReviewError
from relationship_core.simulation import OUTPUT_FILES, Simulation, simulate
from tests.simulation.books import (
    AS_OF,
    another_ladder,
    another_lifecycle,
    bank,
    built_in,
    other_cutoffs,
    person,
    standing_bank,
    with_ladder,
)


@pytest.fixture(scope="module")
def found() -> Simulation:
    proposed = evolve(another_ladder(), lifecycle=another_lifecycle().lifecycle)
    return simulate(standing_bank()[:150], built_in(), proposed, as_of=AS_OF, months=2, sample=20)


def test_it_comes_back_from_json_whole(found: Simulation) -> None:
    text = json.dumps(found.to_json())
    again = Simulation.from_json(text)
    assert again == found == Simulation.from_json(found.to_json())
    assert again.digest == found.digest
    assert json.dumps(again.to_json()) == text
    assert pickle.loads(pickle.dumps(found)) == found


def test_it_names_both_books_and_the_day(found: Simulation) -> None:
    written = found.to_json()
    assert written["schema"] == 1
    assert written["as_of"] == "2026-06-30"
    assert written["current"]["fingerprint"] == built_in().fingerprint
    assert written["proposed"]["fingerprint"] == found.proposed.fingerprint
    assert found.proposed.fingerprint != found.current.fingerprint


def test_the_digest_is_that_of_all_else_that_is_written(found: Simulation) -> None:
    written = found.to_json()
    digest = written.pop("digest")
    text = json.dumps(written, sort_keys=True, separators=(",", ":"))
    assert digest == hashlib.sha256(text.encode()).hexdigest() == found.digest
    assert evolve(found, restarted=found.restarted + 1).digest != digest


def tampered(data: Any, path: tuple[Any, ...], value: Any) -> Any:
    changed = copy.deepcopy(data)
    inner = changed
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value
    return changed


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("customers",), 1),
        (("total", "proposed", "cost"), "1"),
        (("tiers", "customers", 0, 0), 77),
        (("tier_moves", "listed", 0, 0), "somebody else"),
        (("digest",), "0" * 64),
        (("remark",), "approved"),
    ],
)
def test_what_was_changed_is_refused(found: Simulation, path: tuple[Any, ...], value: Any) -> None:
    with pytest.raises(ReviewError, match="digest"):
        Simulation.from_json(tampered(found.to_json(), path, value))


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ("[]", "is no simulation"),
        ("{", "is no simulation"),
        ('{"schema": 1}', "is no simulation"),
        ('{"schema": 2}', "written in schema 2, not 1"),
    ],
)
def test_what_is_no_simulation_is_refused(data: str, message: str) -> None:
    with pytest.raises(ReviewError, match=message):
        Simulation.from_json(data)


def test_nothing_personal_is_in_it_but_the_ids_of_listed_movers() -> None:
    customer = Customer(
        "C-secret", CustomerKind.PERSONAL, name="王芳", born=date(1990, 5, 4), phone="555-0101"
    )
    dossier = evolve(person("x", 70), customer=customer)
    books = with_ladder(500, 80), with_ladder(500, 50)
    listed = simulate([dossier], *books, as_of=AS_OF, months=1)
    unlisted = simulate([dossier], *books, as_of=AS_OF, months=1, movers=0)
    assert listed.tier_moves.customers == unlisted.tier_moves.customers == 1
    assert "C-secret" in json.dumps(listed.to_json())
    told = repr(listed), repr(listed.tier_moves)
    for text in (json.dumps(unlisted.to_json()), str(listed), *told):
        for secret in ("C-secret", "王芳", "1990", "555-0101"):
            assert secret not in text


def test_tables_hold_what_the_object_holds(found: Simulation) -> None:
    tables = found.tables()
    assert {(row["from"], row["to"]): row["customers"] for row in tables["tiers"]} == {
        (source, target): found.tiers.count(source, target)
        for source in found.tiers.sources
        for target in found.tiers.targets
    }
    assert sum(row["undetermined"] for row in tables["stages"]) == sum(
        map(sum, found.stages.undetermined)
    )
    for name, moves in (("tier", found.tier_moves), ("stage", found.stage_moves)):
        assert moves.customers > 0
        assert sum(row["customers"] for row in tables[f"{name}_causes"]) == moves.customers
        movers = tables[f"{name}_movers"]
        assert [row["customer_id"] for row in movers] == [one.customer_id for one in moves.listed]
        assert all(row["turn"] and row["from"] != row["to"] for row in movers)
    for name in ("effect_by_tier", "effect_by_branch", "effect_by_industry"):
        *parts, whole = tables[name]
        assert whole["group"] == "(all)"
        for column in set(whole) - {"group"}:
            assert sum(row[column] for row in parts) == whole[column]
    for name in ("fairness_by_age", "fairness_by_region"):
        *parts, whole = tables[name]
        assert sum(row["customers"] for row in parts) == whole["customers"]
        assert whole["promoted_ratio"] in (None, Decimal(1))
    assert [(row["book"], row["hysteresis"]) for row in tables["flapping"]] == [
        ("current", "with"),
        ("current", "without"),
        ("proposed", "with"),
        ("proposed", "without"),
    ]
    assert all(row["replayed"] == 20 for row in tables["flapping"])


def test_files_hold_the_tables_and_the_whole(found: Simulation, tmp_path: Path) -> None:
    found.write(tmp_path / "out")
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == sorted(OUTPUT_FILES)
    text = (tmp_path / "out" / "simulation.json").read_text(encoding="utf-8")
    assert Simulation.from_json(text) == found
    for name, rows in found.tables().items():
        with (tmp_path / "out" / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
            read = list(csv.DictReader(stream))
        assert read == [
            {column: "" if value is None else format_cell(value) for column, value in row.items()}
            for row in rows
        ]


def format_cell(value: object) -> str:
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def test_the_same_simulation_gives_the_same_bytes(found: Simulation, tmp_path: Path) -> None:
    found.write(str(tmp_path / "a"))
    again = simulate(
        standing_bank()[149::-1],
        built_in(),
        evolve(another_ladder(), lifecycle=another_lifecycle().lifecycle),
        as_of=AS_OF,
        months=2,
        sample=20,
    )
    again.write(tmp_path / "b")
    for name in OUTPUT_FILES:
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


def test_files_replace_an_earlier_simulation_and_nothing_else(
    found: Simulation, tmp_path: Path
) -> None:
    found.write(tmp_path / "out")
    found.write(tmp_path / "out")
    (tmp_path / "out" / "notes.txt").touch()
    with pytest.raises(DataError, match=r"notes\.txt"):
        found.write(tmp_path / "out")


def test_a_table_that_fails_leaves_no_folder(
    found: Simulation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: object) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr("relationship_core.simulation.tables.tables_of", fail)
    with pytest.raises(OSError, match="full"):
        found.write(tmp_path / "out")
    assert list(tmp_path.iterdir()) == []


def test_plain_text_tells_what_matters(found: Simulation) -> None:
    text = str(found)
    lines = text.splitlines()
    assert lines[0] == (
        f"150 customers reviewed twice as of 2026-06-30: {found.tiers.moved} change tier,"
        f" {found.stages.moved} change stage"
    )
    for words in (
        "Tiers, current down and proposed across",
        "Stages, current down and proposed across",
        "Why customers change tier",
        "Why customers change stage",
        "Entitlements a year and contribution of twelve months, CNY",
        "Changes of tier by age",
        "Changes of tier by region",
        "Tiers that went and came back in 2 months, 20 of 150 customers",
        "left open by missing facts, tier",
        "customers stood in a stage or tier that the proposed book lacks",
        "waits to be confirmed",
        "of the months replayed some are left open",
    ):
        assert words in text, words
    assert not any(line.endswith(" ") for line in lines)


def test_plain_text_tells_the_most_frequent_causes_and_counts_the_others(
    found: Simulation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("relationship_core.simulation.words.MOST_CAUSES", 1)
    (first, most), *others = found.tier_moves.by_condition
    lines = [" ".join(line.split()) for line in str(found).splitlines()]
    assert f"{first} {most}" in lines
    assert f"{len(others)} other causes {sum(n for _, n in others)}" in lines


def test_plain_text_of_no_change_says_so_and_tells_no_causes() -> None:
    found = simulate(bank()[:10], built_in(), built_in(), as_of=AS_OF, months=0)
    assert "0 change tier, 0 change stage" in str(found)
    for words in ("Why customers change", "by age", "came back"):
        assert words not in str(found)
    assert repr(found) == ("<Simulation of 10 customers as of 2026-06-30: 0 change tier, 0 stage>")


@pytest.mark.parametrize(
    ("ending", "beginning"), [("svg", b"<svg"), ("png", b"\x89PNG"), ("html", b"<!DOCTYPE html>")]
)
def test_a_picture_is_drawn_the_same_each_time(
    found: Simulation, tmp_path: Path, ending: str, beginning: bytes
) -> None:
    for name in ("a", "b"):
        found.draw(tmp_path / f"{name}.{ending}")
    drawn = (tmp_path / f"a.{ending}").read_bytes()
    assert drawn.strip().startswith(beginning)
    assert drawn == (tmp_path / f"b.{ending}").read_bytes()


def test_a_picture_shows_the_matrix_and_fetches_nothing(found: Simulation, tmp_path: Path) -> None:
    found.draw(str(tmp_path / "a.svg"))
    svg = (tmp_path / "a.svg").read_text(encoding="utf-8")
    for source in found.tiers.sources:
        for target in found.tiers.targets:
            count = found.tiers.count(source, target)
            told = f"proposed tier: {target}; current tier: {source}; customers: {count}"
            assert told in svg
    found.draw(tmp_path / "a.HTML")
    page = (tmp_path / "a.HTML").read_text(encoding="utf-8")
    assert "<script src=" not in page
    assert "jsdelivr" not in page


def test_what_cannot_be_drawn_is_refused(
    found: Simulation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(InvalidValueError, match=r"\.svg, \.png, \.html"):
        found.draw(tmp_path / "a.pdf")
    monkeypatch.setitem(__import__("sys").modules, "altair", None)
    with pytest.raises(MissingExtraError, match="report"):
        found.draw(tmp_path / "a.svg")
    assert list(tmp_path.iterdir()) == []


def test_an_empty_ladder_of_customers_can_be_drawn(tmp_path: Path) -> None:
    simulate([], built_in(), other_cutoffs(), as_of=AS_OF).draw(tmp_path / "a.svg")
    assert (tmp_path / "a.svg").exists()

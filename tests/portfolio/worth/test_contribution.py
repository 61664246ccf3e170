"""Contributions over tables are those of dossiers, to the last unit, on every engine."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import attrs
import pytest

from relationship_core.decisions.contribution import Contribution, contribute, contribution_facts
from relationship_core.decisions.parameters import ContributionParameters
from relationship_core.domain import Dossier
from relationship_core.portfolio import read_folder, write_folder
from relationship_core.portfolio.tables import FrameEngine, read_tables
from relationship_core.portfolio.worth import contribution
from relationship_core.rules import EXACT
from tests.portfolio.worth.bank import AS_OF, Bank, parameters

SCALES = {
    "contribution_12m": 2,
    "contribution_previous_12m": 2,
    "contribution_growth": 6,
    "raroc_12m": 6,
    "fee_income_12m": 2,
    "capital_12m": 6,
}


def expected(one: Contribution) -> dict[str, Decimal | None]:
    facts: dict[str, Any] = contribution_facts(one, None)
    del facts["contribution_percentile"]
    components = {str(name): amount for name, amount in one.components_12m.items()}
    return facts | components | {"capital_12m": one.capital_12m}


def found(
    folder: Path,
    engine: FrameEngine,
    sets: Sequence[ContributionParameters],
    as_of: date,
    scale: int,
) -> dict[str, dict[str, Decimal | None]]:
    with read_tables(folder, as_of=as_of, engine=engine) as opened:
        frame = contribution(opened.tables.measured(), as_of, sets)
        rows = list(frame.collect("polars").rows(named=True))
    return {
        row.pop("customer_id"): {
            name: None
            if units is None
            else EXACT.scaleb(Decimal(int(units)), -SCALES.get(name, scale))
            for name, units in row.items()
        }
        for row in rows
    }


def compare(
    folder: Path,
    engine: FrameEngine,
    sets: Sequence[ContributionParameters],
    as_of: date = AS_OF,
    scale: int = 2,
) -> list[Contribution]:
    """Hold the columns to what dossiers give, and return that."""
    by_columns = found(folder, engine, sets, as_of, scale)
    with read_folder(folder, as_of=as_of) as dossiers:
        reckoned = [contribute(one, as_of, sets) for one in dossiers.dossiers()]
    assert by_columns == {one.customer_id: expected(one) for one in reckoned}
    return reckoned


def written(folder: Path, dossiers: Sequence[Dossier]) -> Path:
    write_folder(folder, dossiers)
    return folder


RANDOM: dict[str, tuple[FrameEngine, str, int]] = {
    "hundredths on Polars": ("polars", "CNY", 2),
    "hundredths on DuckDB": ("duckdb", "CNY", 2),
    "whole units": ("polars", "JPY", 2),
    "thousandths": ("polars", "KWD", 3),
}


@pytest.mark.parametrize("case", RANDOM)
def test_of_random_banks(tmp_path: Path, case: str) -> None:
    engine, currency, scale = RANDOM[case]
    folder = written(tmp_path / "bank", Bank(Random(f"{currency} 1")).dossiers(60))
    reckoned = compare(folder, engine, parameters(currency), scale=scale)
    assert sum(one.total_12m is not None for one in reckoned) > 5
    assert sum(one.total_12m is None for one in reckoned) > 5
    assert sum(one.growth is not None for one in reckoned) > 1


@pytest.mark.parametrize("is_free", [False, True])
def test_where_nobody_counted_acts(tmp_path: Path, is_free: bool) -> None:
    dossiers = Bank(Random(5), are_acts_counted=False, is_complete=True).dossiers(25)
    changes = {"unit_costs": ()} if is_free else {}
    folder = written(tmp_path / "bank", dossiers)
    reckoned = compare(folder, "polars", parameters("CNY", **changes))
    assert any(one.parts and one.total_12m is not None for one in reckoned) is is_free


@pytest.mark.parametrize("left", ["accounts", "positions"])
def test_records_that_were_not_given(tmp_path: Path, left: str) -> None:
    dossiers = Bank(Random(6), is_complete=True).dossiers(12)
    gone = {"positions": None, left: None}
    folder = written(tmp_path / "bank", [attrs.evolve(one, **gone) for one in dossiers])
    reckoned = compare(folder, "polars", parameters("CNY"))
    if left == "accounts":
        assert all(one.total_12m is None for one in reckoned)
    else:
        assert {one.total_12m is None for one in reckoned} == {True, False}


def test_long_numbers_are_computed_in_128_bits(tmp_path: Path) -> None:
    dossiers = [
        attrs.evolve(
            one,
            positions=tuple(
                attrs.evolve(
                    row,
                    credit_average=row.credit_average * 10**6 + Decimal("0.123456"),
                    debit_rate=Decimal("0.0123456789"),
                    undrawn=row.undrawn + Decimal("0.0000001"),
                )
                for row in one.positions or ()
            ),
        )
        for one in Bank(Random(7), is_complete=True).dossiers(12)
    ]
    folder = written(tmp_path / "bank", dossiers)
    compare(folder, "polars", parameters("CNY"))

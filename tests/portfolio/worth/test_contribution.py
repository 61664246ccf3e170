"""Contributions over tables are those of dossiers, to the last unit, on every engine."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

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


@pytest.mark.parametrize("engine", ["polars", "duckdb"])
@pytest.mark.parametrize(("currency", "scale"), [("CNY", 2), ("JPY", 2), ("KWD", 3)])
def test_of_random_banks(tmp_path: Path, engine: FrameEngine, currency: str, scale: int) -> None:
    bank = Bank(Random(f"{currency} 1"))
    folder = written(tmp_path / "bank", bank.dossiers(120))
    reckoned = compare(folder, engine, parameters(currency), scale=scale)
    assert sum(one.total_12m is not None for one in reckoned) > 10
    assert sum(one.total_12m is None for one in reckoned) > 10
    assert sum(one.growth is not None for one in reckoned) > 5

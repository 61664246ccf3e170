"""Values stand in cells as whole units, and come back as they were."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relationship_core.errors import KindError, RuleError
from relationship_core.rules import FactValue, Kind
from relationship_core.rules.compile_frame import FactColumn, as_cell, as_value, fact_columns
from tests.rules.strategies import aum, branch, opened, salaried, values, visits


@given(st.data(), st.sampled_from(Kind))
def test_a_value_comes_back_as_it_was(data: st.DataObject, kind: Kind) -> None:
    value = data.draw(values(kind))
    again = as_value(as_cell(value, kind), kind)
    assert again == value
    assert type(again) is type(value)


def test_each_kind_has_its_column() -> None:
    assert fact_columns([aum, visits, salaried, branch, opened]) == (
        FactColumn("aum", Kind.MONEY, "Int64"),
        FactColumn("visits", Kind.COUNT, "Int64"),
        FactColumn("salaried", Kind.FLAG, "Boolean"),
        FactColumn("northern.branch", Kind.CATEGORY, "String"),
        FactColumn("opened", Kind.DATE, "Date"),
    )


def test_amounts_are_cells_of_whole_units_rounded_half_even() -> None:
    assert as_cell(Decimal("12.5"), Kind.MONEY) == 1_250
    assert as_cell(Decimal("0.005"), Kind.MONEY) == 0
    assert as_cell(Decimal("-0.015"), Kind.MONEY) == -2
    assert as_cell(7, Kind.DAYS) == 7
    assert as_cell(None, Kind.MONEY) is None
    assert as_value(None, Kind.MONEY) is None
    assert repr(as_value(Decimal(5), Kind.RATIO)) == "Decimal('0.000005')"
    assert as_value(Decimal(5), Kind.COUNT) == 5


@pytest.mark.parametrize("sign", [1, -1])
def test_what_no_column_holds_is_refused(sign: int) -> None:
    most = sign * Decimal(2**63 - 1).scaleb(-2)
    assert as_cell(most, Kind.MONEY) == sign * (2**63 - 1)
    with pytest.raises(RuleError, match="can't hold so large a money"):
        as_cell(most + sign * Decimal("0.01"), Kind.MONEY)


@pytest.mark.parametrize(
    ("value", "kind"),
    [(0.5, Kind.RATIO), (datetime(2026, 6, 30, tzinfo=UTC), Kind.DATE), (1, Kind.FLAG)],
)
def test_a_value_of_another_kind_is_refused(value: FactValue, kind: Kind) -> None:
    with pytest.raises(KindError):
        as_cell(value, kind)

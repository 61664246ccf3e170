"""Joint accounts are shared out in columns as they are one by one, on every engine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from relationship_core.domain.money import divide_units, whole_weights
from relationship_core.errors import DataError
from relationship_core.portfolio.tables import Tables
from relationship_core.portfolio.worth.shares import Ownership
from tests.portfolio.worth.engines import ENGINES, frame_of

Owners = Mapping[str, Mapping[str, Decimal]]
Amounts = Sequence[tuple[str, int, int | None]]


def shared(
    engine: str, owners: Owners, amounts: Amounts, bound: int = 10**12
) -> dict[tuple[str, int, str], int | None]:
    """The parts by account, row and owner, as columns give them."""
    tables = tables_of(engine, owners)
    rows = pa.table(
        {
            "account_id": [account for account, _, _ in amounts],
            "row": pa.array([row for _, row, _ in amounts], pa.int64()),
            "amount": pa.array([units for _, _, units in amounts], pa.int64()),
        }
    )
    frame = frame_of(engine, rows)
    parts = Ownership.of(tables).share(frame, {"amount": bound}, ["row"]).collect()
    return {
        (row["account_id"], row["row"], row["customer_id"]): row["amount"]
        for row in parts.rows(named=True)
    }


def tables_of(engine: str, owners: Owners, authorised: str | None = None) -> Tables:
    rows = [(account, who, share) for account in owners for who, share in owners[account].items()]
    accounts = pa.table(
        {
            "account_id": [*owners],
            "product_id": ["p"] * len(owners),
            "currency": ["CNY"] * len(owners),
            "opened": pa.array([None] * len(owners), pa.date32()),
        }
    )
    named = pa.table(
        {
            "account_id": [account for account, _, _ in rows],
            "customer_id": [who for _, who, _ in rows],
            "role": pa.array(["authorised" if who == authorised else None for _, who, _ in rows]),
            "share": pa.array([share for _, _, share in rows]),
        }
    )
    given = {
        "customers": pa.table({"customer_id": ["c"], "kind": ["personal"]}),
        "products": pa.table({"product_id": ["p"], "family": ["current"]}),
        "accounts": accounts,
        "owners": named,
    }
    return Tables.of({name: ENGINES[engine](table) for name, table in given.items()}).measured()


def expected(owners: Owners, amounts: Amounts) -> dict[tuple[str, int, str], int | None]:
    parts: dict[tuple[str, int, str], int | None] = {}
    for account, row, units in amounts:
        weights = whole_weights(owners[account])
        if len(weights) > 1:
            divided = {} if units is None else divide_units(units, weights)
            parts |= {(account, row, who): divided.get(who) for who in weights}
    return parts


SHARES = st.sampled_from(
    [Decimal(1), Decimal(2), Decimal("0.5"), Decimal("0.333"), Decimal("66.67"), Decimal("1e-3")]
)
OWNERS = st.dictionaries(
    st.sampled_from(["a", "b", "c", "d", "é", "z", "Z", "10", "9"]), SHARES, min_size=1, max_size=5
)
UNITS = st.none() | st.integers(-20, 20) | st.integers(-(10**12), 10**12)


@pytest.mark.parametrize("engine", ENGINES)
@settings(max_examples=25, deadline=None)
@given(st.data())
def test_as_one_by_one(engine: str, data: st.DataObject) -> None:
    owners = data.draw(st.dictionaries(st.sampled_from("XYZ"), OWNERS, min_size=1))
    amounts = [(account, row, data.draw(UNITS)) for account in owners for row in range(3)]
    assert shared(engine, owners, amounts) == expected(owners, amounts)


THIRDS = {"X": dict.fromkeys("cab", Decimal(1) / 3) | {"d": Decimal("0.1")}}


@pytest.mark.parametrize("engine", ENGINES)
def test_shares_of_many_digits(engine: str) -> None:
    amounts = [("X", row, units) for row, units in enumerate([1, 2, -5, 10**18 - 1, 10**18 + 7])]
    assert shared(engine, THIRDS, amounts, 10**19) == expected(THIRDS, amounts)


@pytest.mark.parametrize("engine", ENGINES)
def test_weights_too_large_for_64_bits_beside_the_amount(engine: str) -> None:
    owners = {"X": {"a": Decimal(10**9), "b": Decimal("123456789.123456"), "c": Decimal(3)}}
    amounts = [("X", 0, 9_223_372_036_854_775_807), ("X", 1, -999_999_999_999_999_999)]
    assert shared(engine, owners, amounts, 2**63 - 1) == expected(owners, amounts)


@pytest.mark.parametrize("engine", ENGINES)
def test_who_is_authorised_owns_nothing(engine: str) -> None:
    owners = {"X": {"a": Decimal(1), "b": Decimal(1)}, "Y": {"c": Decimal(1)}}
    ownership = Ownership.of(tables_of(engine, owners, authorised="b"))
    sole = ownership.sole.collect("pyarrow").to_native().to_pylist()
    assert sorted((row["account_id"], row["customer_id"]) for row in sole) == [
        ("X", "a"),
        ("Y", "c"),
    ]
    assert ownership.joint.collect("pyarrow").shape[0] == 0


def test_shares_beyond_every_engine_are_refused() -> None:
    tables = tables_of("polars", {"X": {"a": Decimal("0." + "3" * 36), "b": Decimal(1)}})
    with pytest.raises(DataError, match="too many digits"):
        Ownership.of(tables)

"""Exchange rates as a small frame, beside the large ones that are converted."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import narwhals as nw

from relationship_core.portfolio.tables import Frame


def rate_frame(beside: Frame, rates: Mapping[tuple[str, date], int]) -> Frame:
    """Rates as a frame of the engine of another, to be joined with it.

    Args:
        beside: The other frame; if it has no rows, this may have none either.
        rates: Whole units, by currency and the month's first day; at least one.

    Returns:
        `currency`, `rated` (the month's first day) and `rate`, as text, since units may be many.
    """
    if beside.implementation.is_polars():
        return _on_polars(rates)
    return _on_duckdb(beside.to_native(), nw.get_native_namespace(beside), rates)


def _on_polars(rates: Mapping[tuple[str, date], int]) -> Frame:
    columns = {
        "currency": [currency for currency, _ in rates],
        "rated": [month for _, month in rates],
        "rate": [str(units) for units in rates.values()],
    }
    schema = {"currency": nw.String(), "rated": nw.Date(), "rate": nw.String()}
    return nw.from_dict(columns, schema, backend="polars").lazy()


def _on_duckdb(native: Any, duckdb: Any, rates: Mapping[tuple[str, date], int]) -> Frame:
    # Drawn from the other relation, so that it belongs to the same connection and leaves no view.
    rows = ", ".join(
        f"{{currency: '{currency}', rated: date '{month}', rate: '{units}'}}"
        for (currency, month), units in rates.items()
    )
    listed = duckdb.SQLExpression(f"unnest([{rows}], recursive := true)")
    held: Frame = nw.from_native(native.limit(1).select(listed))
    return held

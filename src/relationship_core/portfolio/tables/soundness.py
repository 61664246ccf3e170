"""Which rows of typed columns need no closer look, in SQL.

A row that meets its condition is good as it stands. One that doesn't may still be good: whoever
examines rows one by one decides. So a condition may ask for more than the rules do, never for less.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

from relationship_core.portfolio.cells import SURELY_GOOD, CellKind
from relationship_core.portfolio.database import sql_text
from relationship_core.portfolio.schema import Column, Table

# Letters, marks and ideographs that every version of Unicode since 3.0 knows as such.
_SEEN: Final = (
    r"!-~\x{A1}-\x{AC}\x{AE}-\x{233}\x{3001}-\x{3003}\x{3008}-\x{3011}\x{4E00}-\x{9FA5}"
    r"\x{FF01}-\x{FF5E}"
)
_TEXT: Final = f"[{_SEEN}]([ {_SEEN}]*[{_SEEN}])?"
_DAY: Final = SURELY_GOOD[CellKind.DATE]
_PATTERNS: Final[Mapping[CellKind, str]] = {
    CellKind.ID: _TEXT,
    CellKind.TEXT: _TEXT,
    CellKind.DATES: f"{_DAY}(;{_DAY})*",
    CellKind.IDS: "[!-:<-~]+(;[!-:<-~]+)*",
}
_LIMITS: Final[Mapping[CellKind, tuple[str, str]]] = {
    CellKind.AMOUNT: (f"-1{'0' * 24}", f"1{'0' * 24}"),
    CellKind.SIZE: ("0", f"1{'0' * 24}"),
    CellKind.RATE: ("-1", "1"),
    CellKind.PROBABILITY: ("0", "1"),
    CellKind.COUNT: ("0", "9" * 18),
}
_LARGEST_SHARE: Final = f"1{'0' * 9}"
_SMALLEST_SHARE: Final = "0.000000001"

_ORDERED: Final = "{0} IS NULL OR {1} IS NULL OR {0} <= {1}"
_PENDING: Final = (
    "{0}_pending IS NULL OR {0}_pending_seen IS NOT NULL AND string_split({0}_pending_seen, ';')"
    " = list_sort(list_distinct(string_split({0}_pending_seen, ';')))"
)
_ROWS: Final[Mapping[str, tuple[str, ...]]] = {
    "customers": (
        "risk_tolerance IS NULL OR risk_tolerance BETWEEN 1 AND 5",
        _ORDERED.format("since", "closed"),
        _ORDERED.format("marketing_consent_given", "marketing_consent_withdrawn"),
    ),
    "accounts": (
        "regexp_full_match(currency, '[A-Z]{3}')",
        _ORDERED.format("opened", "closed"),
        _ORDERED.format("opened", "maturity"),
        _ORDERED.format("opened", "repriced"),
    ),
    "interactions": (
        _ORDERED.format("occurred", "due"),
        _ORDERED.format("occurred", "resolved"),
    ),
    "relations": (
        "customer_id <> other_id",
        _ORDERED.format("since", "until"),
        "share IS NULL OR share <= 1",
    ),
    "standings": (
        "stage_since IS NULL OR stage IS NOT NULL",
        "tier_since IS NULL OR tier IS NOT NULL",
        _PENDING.format("stage"),
        _PENDING.format("tier"),
    ),
}
"""By table, what holds of several cells of a row together."""


def ends_in_range(table: Table, types: Mapping[str, str]) -> Mapping[str, str]:
    """Whether the least and the largest of a column are in range, in SQL: then all its cells are.

    Args:
        table: The table.
        types: The SQL types of the columns that its files have.
    """
    found = {}
    for column in table.columns:
        ranges = _ranges(column, types[column.name]) if column.name in types else []
        if ranges:
            found[column.name] = " AND ".join(
                f"coalesce({one.format(end)}, true)"
                for one in ranges
                for end in (f'min("{column.name}")', f'max("{column.name}")')
            )
    return found


def sound_cells(
    table: Table, types: Mapping[str, str], seen: Collection[str], in_range: Collection[str]
) -> list[str]:
    """Conditions of a table's cells and of those of one row together.

    Args:
        table: The table.
        types: The SQL types of the columns that its files have.
        seen: Columns whose texts are known to be those of sound cells elsewhere.
        in_range: Columns all of whose cells are known to be in range.
    """
    conditions = []
    for column in table.columns:
        if column.name not in types:
            continue
        own = [] if column.name in seen else _forms(column)
        own += [] if column.name in in_range else _ranges(column, types[column.name])
        own = [condition.format(f'"{column.name}"') for condition in own]
        if column.required:
            conditions += [f'"{column.name}" IS NOT NULL', *own]
        else:
            conditions += [f'("{column.name}" IS NULL OR {one})' for one in own]
    return [*conditions, *(f"({condition})" for condition in _ROWS.get(table.name, ()))]


def _forms(column: Column) -> list[str]:
    if column.choices is not None:
        return [f"{{}} IN ({', '.join(map(sql_text, column.choices))})"]
    if column.kind in _PATTERNS:
        return [f"regexp_full_match({{}}, {sql_text(_escaped(_PATTERNS[column.kind]))})"]
    return ["day({}) = 1"] if column.kind is CellKind.MONTH else []


def _ranges(column: Column, held: str) -> list[str]:
    if column.kind in {CellKind.DATE, CellKind.MONTH}:
        return ["{} >= DATE '1000-01-01'", "{} <= DATE '9999-12-31'"]
    if column.kind is CellKind.SHARE:
        smallest = "{} > 0" if _decimals(held) < 9 else f"{{}} >= {_SMALLEST_SHARE}"
        return [smallest, *_at_most(_LARGEST_SHARE, held)]
    if column.kind not in _LIMITS:
        return []
    least, most = _LIMITS[column.kind]
    top = _at_most(most, held)
    if least == "0":
        return ["{} >= 0", *top]
    return [f"{{}} >= {_literal(least)}", *top] if top else []


def _at_most(most: str, held: str) -> list[str]:
    """The condition that a number isn't above a power of ten, if its type lets it be."""
    whole = 19 if held == "BIGINT" else _digits(held) - _decimals(held)
    return [f"{{}} <= {_literal(most)}"] if whole >= len(most) else []


def _literal(number: str) -> str:
    # A bare number of so many digits would be compared as a float.
    return (
        f"CAST('{number}' AS DECIMAL({len(number.lstrip('-'))}, 0))" if len(number) > 19 else number
    )


def _digits(held: str) -> int:
    return int(held.partition("(")[2].partition(",")[0])


def _decimals(held: str) -> int:
    return 0 if held == "BIGINT" else int(held.partition(",")[2].rstrip(")"))


def _escaped(pattern: str) -> str:
    return pattern.replace("{", "{{").replace("}", "}}")

"""What the bank supplies, a column for each fact: `decisions.observe.supplied` for all at once.

Values stand as text, the same for every kind. Numbers never pass through binary floats: each engine
reads them as decimals, and all round half-even in the end.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

import narwhals as nw

from relationship_core.facts import PHASES, Phase
from relationship_core.portfolio.tables import Frame, Tables
from relationship_core.portfolio.tables.measure import MOST_DIGITS
from relationship_core.portfolio.tables.units import unscaled
from relationship_core.rules import Fact, Kind
from relationship_core.rules.compile_frame import FactColumn, fact_columns
from relationship_core.rules.compile_frame.cells import LARGEST
from relationship_core.rules.kind import NUMERIC

_BEFORE_DECISIONS: Final = frozenset({Phase.OBSERVE, Phase.CONTRIBUTION})
TOO_LARGE: Final = -LARGEST - 1
"""Stands for a supplied number that a fact's column can't hold: it is unknown, not unsupplied."""

_BESIDE: Final = "_supplied_"
"""What a supplied fact's column is called beside the observed one; no fact is called so."""

_BEYOND: Final = 10**20
"""Numbers from here on are more than a column holds, at any kind's scale."""

_TYPES: Final[Mapping[str, nw.dtypes.DType]] = {
    "Int64": nw.Int64(),
    "Boolean": nw.Boolean(),
    "String": nw.String(),
    "Date": nw.Date(),
}


def suppliable(catalogue: Mapping[str, Fact]) -> tuple[Fact, ...]:
    """The facts that a bank may supply: all but those that the review decides or derives."""
    return tuple(
        fact
        for fact in catalogue.values()
        if fact.derived is None and PHASES.get(fact.name, Phase.OBSERVE) in _BEFORE_DECISIONS
    )


def supplied_facts(tables: Tables, catalogue: Mapping[str, Fact]) -> Frame | None:
    """The table of supplied facts with a row for each customer in it and a column for each fact.

    Which facts occur is looked up at once: a column for each of the many that a bank could supply
    takes more time than all the others together.

    Args:
        tables: The portfolio.
        catalogue: The facts in force, by name.

    Returns:
        `customer_id` and the facts that occur, typed as `fact_columns` says, a number that no
        column holds as `TOO_LARGE`; None where there are none.
    """
    occurring = _occurring(tables)
    facts = [fact for fact in suppliable(catalogue) if fact.name in occurring]
    if not facts:
        return None
    values = _with_units(tables.frame("supplied"), facts)
    pivoted: Frame = values.group_by("customer_id").agg(
        **{fact.name: _cell(fact).max() for fact in facts}
    )
    return pivoted


def place_supplied(frame: Frame, supplied: Frame | None, catalogue: Mapping[str, Fact]) -> Frame:
    """The frame of customers with supplied facts in place of those observed.

    Args:
        frame: A row for each customer, keyed by `customer_id`, with the facts observed.
        supplied: What `supplied_facts` found.
        catalogue: The facts in force, by name.

    Returns:
        The frame with every fact that may be supplied: as supplied, else as observed, else null. A
        number that a column can't hold is null rather than wrong.
    """
    observed = frozenset(frame.collect_schema())
    given = frozenset() if supplied is None else frozenset(supplied.collect_schema())
    if supplied is not None:
        beside = {name: _BESIDE + name for name in given - {"customer_id"}}
        frame = frame.join(supplied.rename(beside), on="customer_id", how="left")
    placed = {}
    for column in fact_columns(suppliable(catalogue)):
        if column.name in given:
            placed[column.name] = _placed(column, is_observed=column.name in observed)
        elif column.name not in observed:
            placed[column.name] = nw.lit(None, dtype=_TYPES[column.physical])
    whole: Frame = frame.with_columns(**placed)
    return whole.drop([_BESIDE + name for name in given - {"customer_id"}])


def _placed(column: FactColumn, *, is_observed: bool) -> nw.Expr:
    supplied = nw.col(_BESIDE + column.name)
    known = nw.when(supplied != TOO_LARGE).then(supplied) if column.kind in NUMERIC else supplied
    if not is_observed:
        return known
    return nw.when(supplied.is_null()).then(nw.col(column.name)).otherwise(known)


def _occurring(tables: Tables) -> frozenset[str]:
    if not tables.has("supplied"):
        return frozenset()
    names = tables.frame("supplied").select("fact").unique().collect()
    return frozenset(names["fact"].to_list())


def _with_units(supplied: Frame, facts: Iterable[Fact]) -> Frame:
    """The table with its numbers in whole units too, in a column for each scale that kinds have."""
    by_scale: dict[int, list[str]] = {}
    for fact in facts:
        if fact.kind in NUMERIC:
            by_scale.setdefault(fact.kind.scale, []).append(fact.name)
    decimals = {
        _units(scale): nw.when(nw.col("fact").is_in(names))
        .then(nw.col("value"))
        .otherwise(nw.lit(None, dtype=nw.String()))
        .cast(nw.Decimal(MOST_DIGITS, scale))
        for scale, names in by_scale.items()
    }
    read: Frame = supplied.with_columns(**decimals)
    if read.implementation.is_polars():
        read = unscaled(read)
        units = {name: _fitting(nw.col(name)) for name in decimals}
    else:
        units = {_units(scale): _half_even(scale) for scale in by_scale}
    return read.with_columns(**units)


def _units(scale: int) -> str:
    return f"_units_{scale}"


def _half_even(scale: int) -> nw.Expr:
    """Units that DuckDB rounded away from zero where they lay half-way between two."""
    number = nw.col(_units(scale))
    is_beyond = number.abs() >= _BEYOND
    units = nw.when(~is_beyond).then(number * 10**scale).cast(nw.Int128())
    is_tie = nw.col("value").str.contains(rf"\.[0-9]{{{scale}}}50*$")
    towards_zero = nw.when(units < 0).then(units + 1).otherwise(units - 1)
    even = nw.when(is_tie & (units % 2 != 0)).then(towards_zero).otherwise(units)
    return nw.when(is_beyond).then(TOO_LARGE).otherwise(_fitting(even))


def _fitting(units: nw.Expr) -> nw.Expr:
    is_beyond = (units > LARGEST) | (units < -LARGEST)
    return nw.when(is_beyond).then(TOO_LARGE).otherwise(units).cast(nw.Int64())


def _cell(fact: Fact) -> nw.Expr:
    """What a row says of a fact, null where it is about another."""
    value = nw.col("value")
    match fact.kind:
        case Kind.FLAG:
            value = value == "true"
        case Kind.DATE:
            value = value.str.to_date("%Y-%m-%d")
        case kind if kind in NUMERIC:
            value = nw.col(_units(kind.scale))
    return nw.when(nw.col("fact") == fact.name).then(value)

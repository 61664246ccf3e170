"""Frames of every engine: what is checked of one, and how columns are added to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, TypeVar

import narwhals as nw

from relationship_core.errors import KindError, MissingExtraError, RuleError
from relationship_core.rules.compile_frame.cells import LARGEST, fact_columns
from relationship_core.rules.compile_frame.compiler import Compiler, Held
from relationship_core.rules.compile_frame.dialect import dialect_of
from relationship_core.rules.compile_frame.plan import PREFIX, Plan, Term
from relationship_core.rules.expression import Expression
from relationship_core.rules.fact import Fact, facts_in, unknown_fact

FrameT = TypeVar("FrameT")

NOTHING: Mapping[str, Expression] = MappingProxyType({})
UNMEASURED: Mapping[str, int] = MappingProxyType({})

_WHOLE = (nw.Int64, nw.Int32, nw.Int16, nw.Int8, nw.UInt32, nw.UInt16, nw.UInt8)
_FITTING = {
    "Int64": _WHOLE,
    "Boolean": (nw.Boolean,),
    "String": (nw.String,),
    "Date": (nw.Date,),
}
_NARROW = (nw.Implementation.PANDAS, nw.Implementation.PYARROW)
"""Engines without integers of 128 bits."""


def value_columns(
    frame: FrameT,
    expressions: Mapping[str, Expression],
    derived: Mapping[str, Expression] = NOTHING,
    bounds: Mapping[str, int] = UNMEASURED,
) -> FrameT:
    """A frame with what expressions say of each row, null where it is unknown.

    Numbers are in units of their kind (`as_value` reads them), as integers of 38 digits: Int128 on
    Polars, HUGEINT on DuckDB, decimal(38, 0) on Spark, PyArrow and pandas. On their way they are of
    64 bits wherever those are surely enough.

    Args:
        frame: A frame of Polars, DuckDB, PySpark, pandas or PyArrow, with a column for each fact
            that the expressions read, as `fact_columns` says.
        expressions: What to compute, by the new column's name.
        derived: The facts that are computed too, by name, wherever an expression reads them.
        bounds: The largest magnitude, in units, of the facts that somebody measured, by name. It is
            trusted. What nobody measured can be as large as 64 bits hold.

    Raises:
        UnknownFactError: The frame has no column for a fact.
        KindError: A column isn't of its fact's type, or the engine isn't one of these.
        RuleError: The frame already has a column of a new one's name.
        MissingExtraError: The frame is of pandas or PyArrow, and Polars isn't installed.
    """
    facts = facts_of(expressions.values(), derived)

    def results(compiler: Compiler) -> dict[str, Term]:
        compiler.expect(expressions.values())
        return {name: compiler.result(each) for name, each in expressions.items()}

    return with_columns(frame, facts, tuple(expressions), derived, bounds, results)


def facts_of(expressions: Any, derived: Mapping[str, Expression]) -> dict[str, Fact]:
    """The facts that a frame must hold, by name: read, or beneath derived ones."""
    found: dict[str, Fact] = {}
    seen = set[str]()
    waiting = list(expressions)
    while waiting:
        for fact in facts_in(waiting.pop()):
            if fact.name not in derived:
                found[fact.name] = fact
            elif fact.name not in seen:
                seen.add(fact.name)
                waiting.append(derived[fact.name])
    return found


def with_columns(
    frame: FrameT,
    facts: Mapping[str, Fact],
    names: tuple[str, ...],
    derived: Mapping[str, Expression],
    bounds: Mapping[str, int],
    results: Callable[[Compiler], dict[str, Term]],
) -> FrameT:
    """The frame with new columns.

    Args:
        frame: The frame, as its owner holds it.
        facts: The facts read.
        names: The new columns' names.
        derived: The facts that are computed.
        bounds: The largest magnitudes, where somebody measured.
        results: What the new columns hold, given a compiler for the frame's engine.
    """
    try:
        table = nw.from_native(frame)  # type: ignore[call-overload]
    except TypeError:
        raise KindError(
            f"a {type(frame).__name__} is no frame",
            mend="give one of Polars, DuckDB, PySpark, pandas or PyArrow",
        ) from None
    _check(table, facts, names)
    if not names:
        return frame

    def computed(lazy: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
        plan = Plan(dialect_of(lazy))
        held = _held(lazy.collect_schema(), facts, bounds)
        return plan.carried_out(lazy, results(Compiler(plan, derived, held)))

    added: Any
    if isinstance(table, nw.LazyFrame):
        added = computed(table)
    elif table.implementation in _NARROW:
        added = _by_way_of_polars(table, facts, names, computed)
    else:
        added = computed(table.lazy()).collect()
    given_back: FrameT = added if table is frame else added.to_native()
    return given_back


def _held(
    schema: Mapping[str, nw.dtypes.DType], facts: Mapping[str, Fact], bounds: Mapping[str, int]
) -> dict[str, Held]:
    return {
        name: Held(bounds.get(name, LARGEST + 1), is_narrower=schema[name] != nw.Int64)
        for name in facts
    }


def _check(table: Any, facts: Mapping[str, Fact], names: tuple[str, ...]) -> None:
    schema = table.collect_schema()
    for column in fact_columns(facts.values()):
        if column.name not in schema:
            raise unknown_fact(column.name, schema)
        if schema[column.name] not in _FITTING[column.physical]:
            raise KindError(
                f"a {column.kind} can't be held as {schema[column.name]}",
                where=f"column {column.name}",
                mend=f"give {column.physical}, in units of its kind and null where missing"
                if column.physical == "Int64"
                else f"give {column.physical}, null where missing",
            )
    if any(name.lower().startswith(PREFIX) for name in schema):
        raise RuleError(f"columns that begin with {PREFIX} are ours", mend="rename the column")
    # Some engines tell names apart that differ in case only, others don't.
    taken = {name.lower() for name in schema}
    for name in names:
        if name.lower() in taken:
            raise RuleError(
                f"there is a column {name!r} already", mend="name the new one otherwise"
            )
        taken.add(name.lower())


def _by_way_of_polars(
    table: nw.DataFrame[Any],
    facts: Mapping[str, Fact],
    names: tuple[str, ...],
    computed: Callable[[nw.LazyFrame[Any]], nw.LazyFrame[Any]],
) -> nw.DataFrame[Any]:
    """What Polars computes of the facts, over Arrow, beside all that the frame holds."""
    try:
        # A column more, so that a frame of which no fact is read keeps its rows.
        counted = table.with_columns(nw.lit(0).alias(PREFIX)).select(PREFIX, *facts)
        lazy = counted.lazy(backend="polars")
    except ImportError:
        raise MissingExtraError("batch", needed_for="a rule over this frame") from None
    answer = computed(lazy).select(list(names))
    wide = [name for name, dtype in answer.collect_schema().items() if dtype == nw.Int128]
    exact = [nw.col(name).cast(nw.Decimal(38, 0)) for name in wide]
    arrow = answer.with_columns(exact).collect("pyarrow").to_native()
    native: Any = table.to_native()
    if table.implementation.is_pyarrow():
        for name in names:
            native = native.append_column(name, arrow[name])
    else:
        as_pandas = table.__native_namespace__().arrays.ArrowExtensionArray
        native = native.assign(**{name: as_pandas(arrow[name]) for name in names})
    return nw.from_native(native, eager_only=True)

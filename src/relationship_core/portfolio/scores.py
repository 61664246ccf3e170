"""Models asked about batches of customers: Arrow in, Arrow out, whatever the engine."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

import narwhals as nw
import pyarrow as pa
import pyarrow.compute as pc

from relationship_core.decisions.model import Model
from relationship_core.decisions.scoring import failed, input_type, settled_score
from relationship_core.errors import PluginError
from relationship_core.rules import Fact
from relationship_core.rules.compile_frame import as_cell, fact_columns
from relationship_core.rules.kind import NUMERIC, WHOLE

BATCH: Final = 50_000
"""The most customers that a model is asked about at once."""

_SURE: Final = 2**53
"""Below this a float holds every whole number."""
_FAR: Final = 1e-3
"""How far from a tie a float that was multiplied by a million surely is on its own side."""
_ARROW: Final = {
    "Int64": pa.int64(),
    "Boolean": pa.bool_(),
    "String": pa.string(),
    "Date": pa.date32(),
}


def score_column(
    frame: nw.LazyFrame[Any], model: Model, on: date, catalogue: Mapping[str, Fact]
) -> nw.LazyFrame[Any]:
    """A frame with a model's scores in its fact's column; those supplied, if valid, stay.

    Polars asks the model when the frame is collected. DuckDB can't call Python in the middle of a
    query that is still to be run, so there the facts are worked out and the model is asked at once.

    Args:
        frame: A row for each customer, with the columns of the model's inputs and of its score,
            as `fact_columns` says; a score is null where it wasn't supplied.
        model: The model.
        on: The review date.
        catalogue: All facts by name.

    Raises:
        ReviewError: The model fails, or doesn't answer with one score that its fact can hold for
            each customer.
        PluginError: The plugin that computes it, in a process of its own, fails.
    """
    name = model.score.name
    if not model.is_valid(on):
        return frame.with_columns(nw.lit(None, dtype=_dtype(model.score)).alias(name))
    if model.predict is None:
        return frame
    if frame.implementation.is_polars():
        return _on_polars(frame, model, catalogue)
    return _at_once(frame, model, catalogue)


def scores_of(model: Model, facts: pa.RecordBatch, catalogue: Mapping[str, Fact]) -> pa.Array:
    """A model's scores for a batch of customers, as their fact's column holds them.

    Args:
        model: The model; without a `predict` nobody is given a score.
        facts: Columns of the model's inputs, and of its score where some are supplied.
        catalogue: All facts by name.

    Raises:
        ReviewError: The model fails, or its answer isn't one score for each customer.
        PluginError: The plugin that computes it, in a process of its own, fails.
    """
    inputs = pa.RecordBatch.from_pydict(
        {name: _as_input(facts.column(name), catalogue[name]) for name in model.inputs}
    )
    found = _settled(model, _asked(model, inputs))
    name = model.score.name
    if name not in facts.schema.names:
        return found
    return pc.coalesce(facts.column(name).cast(found.type), found)


def _asked(model: Model, inputs: pa.RecordBatch) -> pa.Array:
    if model.predict is None:
        return pa.nulls(inputs.num_rows, _arrow_type(model.score))
    try:
        answer = model.predict(inputs)
        scores = answer if isinstance(answer, pa.Array) else pa.array(answer.to_pylist())
    except PluginError:
        raise
    except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever a bank's code raises
        # What it says may be about a customer, so only its type is told.
        raise failed(model, f"it raised {type(error).__name__}") from None
    if len(scores) != inputs.num_rows:
        raise failed(model, f"it gave {len(scores)} scores for {inputs.num_rows} customers")
    return scores


def _as_input(column: pa.Array, fact: Fact) -> pa.Array:
    kind = pa.type_for_alias(input_type(fact))
    if fact.kind not in NUMERIC or fact.kind in WHOLE:
        return column.cast(kind)
    ends = pc.min_max(column).as_py()
    if max(abs(ends["min"] or 0), abs(ends["max"] or 0)) < _SURE:
        # The nearest float to the quotient, since both sides are exact.
        return pc.divide(column.cast(kind), float(10**fact.kind.scale))
    unit = 10**fact.kind.scale
    return pa.array([None if n is None else n / unit for n in column.to_pylist()], kind)


def _settled(model: Model, scores: pa.Array) -> pa.Array:
    is_units = model.score.kind in NUMERIC
    if is_units and pa.types.is_float64(scores.type):
        return _whole_units(model, scores)
    return _one_by_one(model, scores)


def _whole_units(model: Model, scores: pa.Array) -> pa.Array:
    """Floats as whole units: at once where they are surely on one side of a tie."""
    scaled = pc.multiply(scores, float(10**model.score.kind.scale))
    within = pc.less(pc.abs(scaled), 1e9)
    is_sure = pc.and_(within, pc.greater(pc.abs(pc.subtract(_fraction(scaled), 0.5)), _FAR))
    is_sure = pc.and_(pc.fill_null(is_sure, True), _in_range(model, scaled))
    nearest = pc.round(pc.if_else(is_sure, scaled, None)).cast(pa.int64())
    if pc.all(is_sure, min_count=0).as_py():
        return nearest
    doubtful = pc.invert(is_sure)
    return pc.replace_with_mask(nearest, doubtful, _one_by_one(model, scores.filter(doubtful)))


def _fraction(scaled: pa.Array) -> pa.Array:
    return pc.subtract(scaled, pc.floor(scaled))


def _in_range(model: Model, scaled: pa.Array) -> pa.Array:
    """Whether scores are well within what their fact can be; those at its ends are looked at."""
    is_in = pc.fill_null(pc.is_finite(scaled), True)
    unit = 10**model.score.kind.scale
    fact = model.score
    if fact.minimum is not None:
        is_in = pc.and_(is_in, pc.fill_null(pc.greater(scaled, float(fact.minimum) * unit), True))  # type: ignore[arg-type]
    if fact.maximum is not None:
        is_in = pc.and_(is_in, pc.fill_null(pc.less(scaled, float(fact.maximum) * unit), True))  # type: ignore[arg-type]
    return is_in


def _one_by_one(model: Model, scores: pa.Array) -> pa.Array:
    cells = [
        None if answer is None else as_cell(settled_score(model, answer), model.score.kind)
        for answer in scores.to_pylist()
    ]
    return pa.array(cells, _arrow_type(model.score))


def _on_polars(
    frame: nw.LazyFrame[Any], model: Model, catalogue: Mapping[str, Fact]
) -> nw.LazyFrame[Any]:
    pl: Any = nw.get_native_namespace(frame)
    name = model.score.name

    def ask(facts: Any) -> Any:
        batches = facts.struct.unnest().to_arrow().combine_chunks().to_batches(BATCH)
        found = [scores_of(model, batch, catalogue) for batch in batches]
        return pl.from_arrow(pa.chunked_array(found, _arrow_type(model.score)))

    columns = list(dict.fromkeys((*model.inputs, name)))
    asked = pl.struct(columns).map_batches(
        ask, return_dtype=getattr(pl, fact_columns([model.score])[0].physical), is_elementwise=True
    )
    scored: nw.LazyFrame[Any] = nw.from_native(frame.to_native().with_columns(asked.alias(name)))
    return scored


def _at_once(
    frame: nw.LazyFrame[Any], model: Model, catalogue: Mapping[str, Fact]
) -> nw.LazyFrame[Any]:
    relation: Any = frame.to_native()
    name = model.score.name
    asked = relation.to_arrow_table()
    found = [scores_of(model, batch, catalogue) for batch in asked.to_batches(BATCH)]
    column = pa.chunked_array(found, _arrow_type(model.score))
    # Arrow has no integers of 128 bits, so that each column is told what it was. DuckDB finds the
    # table by the name of this function's variable.
    scored = asked.set_column(asked.schema.get_field_index(name), name, column)  # noqa: F841
    columns = ", ".join(
        f'CAST("{each}" AS {kind}) AS "{each}"'
        for each, kind in zip(relation.columns, relation.types, strict=True)
    )
    answered: nw.LazyFrame[Any] = nw.from_native(
        relation.query("unscored", f"SELECT {columns} FROM scored")
    )
    return answered


def _arrow_type(fact: Fact) -> pa.DataType:
    (held,) = fact_columns([fact])
    return _ARROW[held.physical]


def _dtype(fact: Fact) -> nw.dtypes.DType:
    (held,) = fact_columns([fact])
    dtype: nw.dtypes.DType = getattr(nw, held.physical)()
    return dtype

"""Asking a model about customers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from types import ModuleType
from typing import TYPE_CHECKING, Any, cast

from relationship_core.decisions.model import Model
from relationship_core.errors import MissingExtraError, PluginError, ReviewError, RuleError
from relationship_core.rules import Fact, Facts, FactValue, Kind, quantise

if TYPE_CHECKING:
    import pyarrow as pa

_ARROW_TYPES = {
    Kind.COUNT: "int64",
    Kind.DAYS: "int64",
    Kind.MONTHS: "int64",
    Kind.FLAG: "bool",
    Kind.CATEGORY: "string",
    Kind.DATE: "date32",
}
_FLOAT = "float64"


def load_arrow(needed_for: str = "a model") -> ModuleType:
    """Arrow, for which only a bank with models pays.

    Args:
        needed_for: What asks for it.

    Raises:
        MissingExtraError: It isn't installed.
    """
    try:
        import pyarrow as pa  # noqa: PLC0415 - see above
    except ImportError:
        raise MissingExtraError("batch", needed_for=needed_for) from None
    return cast(ModuleType, pa)


def input_batch(
    model: Model, customers: Sequence[Facts], catalogue: Mapping[str, Fact]
) -> pa.RecordBatch:
    """What a model is given: a column for each of its inputs, a row for each customer.

    Money, ratios and numbers are float64, counts, days and months int64, flags bool, categories
    string, dates date32; the type follows from the fact alone, and null is missing.

    Args:
        model: The model.
        customers: Each customer's facts.
        catalogue: All facts by name.

    Raises:
        MissingExtraError: Arrow isn't installed.
    """
    pa = load_arrow(f"the model {model.name}")
    columns = {}
    for name in model.inputs:
        values: list[Any] = [facts[name] for facts in customers]
        kind = input_type(catalogue[name])
        if kind == _FLOAT:
            values = [None if value is None else float(value) for value in values]
        columns[name] = pa.array(values, type=pa.type_for_alias(kind))
    return pa.RecordBatch.from_pydict(columns)


def input_type(fact: Fact) -> str:
    """The name of the Arrow type in which a model is given a fact."""
    return _ARROW_TYPES.get(fact.kind, _FLOAT)


def write_batch(batch: pa.RecordBatch) -> bytes:
    """A record batch as bytes, for a model that computes in another process."""
    pa = load_arrow()
    stream = pa.BufferOutputStream()
    with pa.ipc.new_stream(stream, batch.schema) as writer:
        writer.write_batch(batch)
    return cast(bytes, stream.getvalue().to_pybytes())


def read_batch(data: bytes) -> pa.RecordBatch:
    """The record batch that `write_batch` wrote."""
    return load_arrow().ipc.open_stream(data).read_next_batch()


def as_scores(values: Sequence[Any]) -> pa.Array:
    """Scores as the Arrow array that a model gives."""
    return load_arrow().array(values)


def kept_score(answer: Any, kind: Kind) -> FactValue:
    """A score as it is kept: at the scale of its fact's kind, a float by the digits it shows.

    Raises:
        RuleError: It is nothing of that kind.
    """
    return quantise(Decimal(repr(answer)) if isinstance(answer, float) else answer, kind)


def score(model: Model, facts: Facts, on: date, catalogue: Mapping[str, Fact]) -> FactValue | None:
    """A model's score for one customer; None where it is expired, unable, or only supplied.

    Args:
        model: The model.
        facts: What is known of the customer.
        on: The review date.
        catalogue: All facts by name.

    Raises:
        ReviewError: The model fails, or doesn't answer with one score that its fact can hold.
        PluginError: The plugin that computes it, in a process of its own, fails.
        MissingExtraError: Arrow isn't installed.
    """
    if model.predict is None or not model.is_valid(on):
        return None
    batch = input_batch(model, [facts], catalogue)
    try:
        scores = model.predict(batch).to_pylist()
    except PluginError:
        raise
    except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever a bank's code raises
        # What it says may be about the customer, so only its type is told, and no traceback leads
        # back to it.
        raise failed(model, f"it raised {type(error).__name__}") from None
    if len(scores) != 1:
        raise failed(model, f"it gave {len(scores)} scores for one customer")
    return None if scores[0] is None else settled_score(model, scores[0])


def settled_score(model: Model, answer: Any) -> FactValue:
    """A score as it is kept, if its fact can hold it.

    Raises:
        ReviewError: It is nothing of that kind, or outside what the fact can be.
    """
    try:
        value = kept_score(answer, model.score.kind)
    except RuleError as error:
        raise failed(model, f"its score is no {model.score.kind}: {error.what}") from None
    if not model.score.admits(value):
        raise failed(model, f"its score lies outside what {model.score.name} can be")
    return value


def failed(model: Model, what: str) -> ReviewError:
    """The error for a model that fails."""
    return ReviewError(
        what,
        where=f"model {model.name} {model.version}",
        mend="return an Arrow array with a score for each row, null where there is none",
    )

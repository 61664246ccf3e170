"""Asking a model about one customer."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from relationship_core.decisions.model import Model
from relationship_core.errors import MissingExtraError, ReviewError
from relationship_core.rules import FactValue, quantise


def score(model: Model, facts: Mapping[str, FactValue | None], on: date) -> FactValue | None:
    """A model's score for one customer; None where it is expired, unable, or only supplied.

    Raises:
        ReviewError: The model doesn't answer with one score for one customer.
        MissingExtraError: Arrow isn't installed.
    """
    if model.predict is None or not model.is_valid(on):
        return None
    try:
        import pyarrow as pa  # noqa: PLC0415 - only a bank with models pays for Arrow
    except ImportError:
        raise MissingExtraError("batch", needed_for=f"the model {model.name}") from None
    batch = pa.RecordBatch.from_pydict({name: [facts[name]] for name in model.inputs})
    scores = model.predict(batch)
    if len(scores) != 1:
        raise ReviewError(
            f"it gave {len(scores)} scores for one customer",
            where=f"model {model.name} {model.version}",
            mend="return an Arrow array with a score for each row",
        )
    answer = scores[0].as_py()
    if answer is None:
        return None
    if isinstance(answer, float):
        answer = Decimal(repr(answer))
    return quantise(answer, model.score.kind)

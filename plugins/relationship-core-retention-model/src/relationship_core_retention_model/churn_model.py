"""A logistic model as plain data: read from a file, checked by its digest, scored on Arrow."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from hashlib import sha256
from importlib.resources import files
from math import expm1, log
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from attrs import asdict, field, frozen

from relationship_core.errors import InvalidValueError

Column = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

FORMAT: Final = "relationship-core-retention-model 1"
DECIMALS: Final = 6
"""Of weights and of scores: a ratio keeps no more."""
_SHIPPED: Final = "churn.json"
_NAMES: Final = frozenset(
    {"format", "version", "as_of", "outcome_as_of", "examples", "intercept", "inputs", "digest"}
)


class Form(StrEnum):
    """How a fact is looked at."""

    PLAIN = "plain"
    LOG = "log"

    def of(self, values: Column) -> Column:
        """Values in this form; a logarithm keeps the sign, and zero."""
        if self is Form.PLAIN:
            return values
        return np.asarray(np.copysign(np.log1p(np.abs(values)), values))

    def undo(self, value: float) -> float:
        """The value whose form this is."""
        if self is Form.PLAIN:
            return value
        return expm1(value) if value >= 0 else -expm1(-value)


@frozen
class Input:
    """What the model learnt about one fact.

    Args:
        fact: The fact's name.
        form: How it is looked at.
        low: The least it is taken for, in that form; less says no more.
        high: The most.
        mean: The mean in training.
        scale: The deviation in training.
        weight: What one deviation above the mean adds to the log-odds of leaving.
        missing_weight: What is added where it is missing; None where it was never missing in
            training, so that there is no score without it.
    """

    fact: str
    form: Form = field(converter=Form)
    low: float
    high: float
    mean: float
    scale: float
    weight: float
    missing_weight: float | None

    def log_odds(self, values: Column) -> Column:
        """What each value adds to the log-odds; NaN where it is missing and can't be."""
        seen = np.clip(self.form.of(values), self.low, self.high)
        added = (seen - self.mean) / self.scale * self.weight
        if self.missing_weight is None:
            return np.asarray(added)
        return np.where(np.isnan(values), self.missing_weight, added)

    def telling_from(self, times: float = 2.0) -> float | None:
        """The value that alone multiplies the odds of leaving so often; None where none does."""
        if not self.weight:
            return None
        seen = self.mean + log(times) * self.scale / self.weight
        return self.form.undo(seen) if self.low <= seen <= self.high else None


@frozen
class ChurnModel:
    """How likely customers leave, by what was learnt of others.

    Args:
        version: Its version.
        as_of: The day on which its examples were observed.
        outcome_as_of: The day on which it was seen who had left.
        examples: A hash of what it was trained on.
        intercept: The log-odds of somebody with all facts at their means.
        inputs: What was learnt about each fact.
    """

    version: str
    as_of: date
    outcome_as_of: date
    examples: str
    intercept: float
    inputs: tuple[Input, ...]

    def predict(self, batch: pa.RecordBatch) -> pa.Array:
        """A score for each row; null where an input is missing that the model can't do without."""
        odds = np.full(batch.num_rows, self.intercept)
        # Added column by column: a matrix product may round otherwise for another number of rows.
        for each in self.inputs:
            values = batch.column(each.fact).to_numpy(zero_copy_only=False)
            odds = odds + each.log_odds(values.astype(np.float64))
        scores = np.round(1 / (1 + np.exp(-odds)), DECIMALS)
        return pa.array(scores, mask=np.isnan(scores))

    @property
    def digest(self) -> str:
        """A hash of all that it is, the same wherever it is read."""
        return sha256(_canonical(self._data()).encode()).hexdigest()

    def to_text(self) -> str:
        """The model's file."""
        return json.dumps({**self._data(), "digest": self.digest}, indent=2) + "\n"

    def _data(self) -> dict[str, Any]:
        return {
            "format": FORMAT,
            "version": self.version,
            "as_of": self.as_of.isoformat(),
            "outcome_as_of": self.outcome_as_of.isoformat(),
            "examples": self.examples,
            "intercept": self.intercept,
            "inputs": [asdict(each) for each in self.inputs],
        }

    @classmethod
    def from_text(cls, text: str, file: str) -> ChurnModel:
        """Read a model's file.

        Args:
            text: What it holds.
            file: Its name, for errors.

        Raises:
            InvalidValueError: It is no model of this format, or was changed.
        """
        where = f"model file {file}"
        try:
            data = json.loads(text)
        except ValueError:
            raise InvalidValueError("it is no JSON", where=where) from None
        if not isinstance(data, Mapping) or data.get("format") != FORMAT:
            raise InvalidValueError(
                f"it isn't of the format {FORMAT!r}", where=where, mend="train it anew"
            )
        model = _built(data, where)
        if model.digest != data["digest"]:
            raise InvalidValueError(
                "it was changed: its contents aren't those that its digest was made of",
                where=where,
                mend="put back the file that training wrote, or train anew",
            )
        return model

    @classmethod
    def load(cls, path: Path | str | None = None) -> ChurnModel:
        """Read a model from a file; without one, the model that the package brings.

        Raises:
            InvalidValueError: There is no such file, it is no model of this format, or was changed.
        """
        if path is None:
            shipped = files("relationship_core_retention_model") / _SHIPPED
            return cls.from_text(shipped.read_text("utf-8"), _SHIPPED)
        path = Path(path)
        try:
            text = path.read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            why = f"it can't be read: {type(error).__name__}"
            raise InvalidValueError(why, where=f"model file {path.name}") from None
        return cls.from_text(text, path.name)


def _canonical(data: Mapping[str, Any]) -> str:
    return json.dumps(data, sort_keys=True, separators=(",", ":"))


def _built(data: Mapping[str, Any], where: str) -> ChurnModel:
    if data.keys() != _NAMES:
        odd = ", ".join(sorted(data.keys() ^ _NAMES))
        raise InvalidValueError(f"these are missing or too many: {odd}", where=where)
    try:
        return ChurnModel(
            data["version"],
            date.fromisoformat(data["as_of"]),
            date.fromisoformat(data["outcome_as_of"]),
            data["examples"],
            data["intercept"],
            tuple([Input(**each) for each in data["inputs"]]),
        )
    except (TypeError, ValueError):
        raise InvalidValueError("its values aren't those of a model", where=where) from None

"""How good a model is, on customers that it hasn't learnt from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
import pyarrow as pa
from attrs import frozen

from relationship_core.errors import InvalidValueError
from relationship_core_retention_model.churn_model import ChurnModel, Column, Flags
from relationship_core_retention_model.examples import Example

THRESHOLDS: Final = (0.1, 0.2, 0.3, 0.4, 0.5)


@frozen
class Decile:
    """A tenth of the customers by their score, beginning with the lowest.

    Args:
        customers: How many they are.
        expected: Their mean score.
        observed: The part of them who left.
    """

    customers: int
    expected: float
    observed: float


@frozen
class Cut:
    """What it would mean to take all for leaving who score so high.

    Args:
        threshold: The least score.
        flagged: The part of all who reach it.
        precision: The part of those who left.
        recall: The part of the leavers who reach it.
    """

    threshold: float
    flagged: float
    precision: float
    recall: float


@frozen
class Measures:
    """How good a model is.

    Args:
        customers: How many it was measured on.
        unscored: How many of them it gives no score.
        leavers: How many left, of those with a score.
        auc: How often a leaver scores above a stayer.
        brier: The mean squared error of the score.
        brier_of_base_rate: That of the same probability for all.
        deciles: Tenths by score.
        cuts: Thresholds.
        groups: How often somebody of a protected group scores above somebody who isn't in it: 0.5
            where the score doesn't tell.
    """

    customers: int
    unscored: int
    leavers: int
    auc: float
    brier: float
    brier_of_base_rate: float
    deciles: tuple[Decile, ...]
    cuts: tuple[Cut, ...]
    groups: Mapping[str, float]


def scores(model: ChurnModel, given: Sequence[Example]) -> list[float | None]:
    """What a model gives the customers of some examples."""
    columns = zip(*(each.values for each in given), strict=True)
    batch = pa.RecordBatch.from_pydict(
        {
            each.fact: pa.array(column, pa.float64())
            for each, column in zip(model.inputs, columns, strict=True)
        }
    )
    found: list[float | None] = model.predict(batch).to_pylist()
    return found


def measure(model: ChurnModel, given: Sequence[Example]) -> Measures:
    """Measure a model on examples that it hasn't learnt from.

    Raises:
        InvalidValueError: Of those with a score nobody left, or nobody stayed.
    """
    scored = [
        (score, each)
        for score, each in zip(scores(model, given), given, strict=True)
        if score is not None
    ]
    found = np.array([score for score, _ in scored])
    left = np.array([each.has_left for _, each in scored], dtype=bool)
    rate = float(left.mean()) if scored else 0.0
    if not 0 < rate < 1:
        raise InvalidValueError("nobody left, or nobody stayed", where="examples held out")
    return Measures(
        customers=len(given),
        unscored=len(given) - len(scored),
        leavers=int(left.sum()),
        auc=auc(found, left),
        brier=float(((found - left) ** 2).mean()),
        brier_of_base_rate=rate * (1 - rate),
        deciles=tuple(_deciles(found, left)),
        cuts=tuple([_cut(threshold, found, left) for threshold in THRESHOLDS]),
        groups=_told_apart(scored),
    )


def auc(found: Column, is_one: Flags) -> float:
    """How often one of some scores above one of the others; a tie counts half.

    0.5 where there are none of either.
    """
    ones, others = found[is_one], np.sort(found[~is_one])
    if not len(ones) or not len(others):
        return 0.5
    below = np.searchsorted(others, ones, "left")
    not_above = np.searchsorted(others, ones, "right")
    return float((below + not_above).mean() / 2 / len(others))


def _told_apart(scored: Sequence[tuple[float, Example]]) -> dict[str, float]:
    """Of each protected group, how often its members score above others of whom it is known."""
    told = {}
    for group in sorted({group for _, each in scored for group in each.groups}):
        known = [(score, each.groups[group]) for score, each in scored if group in each.groups]
        found = np.array([score for score, _ in known])
        told[group] = auc(found, np.array([is_in for _, is_in in known], dtype=bool))
    return told


def _deciles(found: Column, left: Flags) -> list[Decile]:
    order = np.argsort(found, kind="stable")
    return [
        Decile(len(part), float(found[part].mean()), float(left[part].mean()))
        for part in np.array_split(order, 10)
        if len(part)
    ]


def _cut(threshold: float, found: Column, left: Flags) -> Cut:
    is_flagged = found >= threshold
    hits = int((left & is_flagged).sum())
    flagged = int(is_flagged.sum())
    return Cut(
        threshold,
        flagged / len(found),
        hits / flagged if flagged else 0.0,
        hits / int(left.sum()),
    )

"""Learning a model from examples, by scikit-learn, which nothing else here needs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

import numpy as np

from relationship_core.errors import InvalidValueError, RelationshipError
from relationship_core_retention_model.churn_model import DECIMALS, ChurnModel, Column, Flags, Input
from relationship_core_retention_model.examples import Example, hash_of
from relationship_core_retention_model.inputs import INPUTS

HELD_OUT: Final = 0.3
"""The part of the examples that the model never sees, and is measured on."""
_ENOUGH_MISSING: Final = 0.01
"""From this part on, what it means that a fact is missing can be learnt."""
_FEWEST: Final = 20
_CLIPPED: Final = (1, 99)


def split(given: Sequence[Example], seed: int) -> tuple[list[Example], list[Example]]:
    """The examples to learn from and those held out, with as many leavers in each.

    Raises:
        InvalidValueError: Too few have left, or stayed, to learn anything.
        RelationshipError: scikit-learn isn't installed.
    """
    leavers = sum(each.has_left for each in given)
    if min(leavers, len(given) - leavers) < _FEWEST:
        raise InvalidValueError(
            f"of {len(given)} customers {leavers} left: too few to learn from",
            where="examples",
            mend=f"give a portfolio in which {_FEWEST} left and {_FEWEST} stayed",
        )
    _, selection = _sklearn()
    learnt, held_out = selection.train_test_split(
        list(given),
        test_size=HELD_OUT,
        random_state=seed,
        stratify=[each.has_left for each in given],
    )
    return learnt, held_out


def learn(
    given: Sequence[Example], seed: int, as_of: date, outcome_as_of: date, version: str
) -> ChurnModel:
    """A model of who leaves.

    Of a fact that is missing for one customer in a hundred it is learnt what that means; where it
    is missing for fewer, they are left out, and nobody without it gets a score.

    Raises:
        InvalidValueError: A fact is missing for everybody.
        RelationshipError: scikit-learn isn't installed.
    """
    pipeline, _ = _sklearn()
    values = np.array([each.values for each in given], dtype=np.float64)
    is_missing = np.isnan(values)
    _require_known(is_missing)
    is_rare = is_missing.mean(axis=0) < _ENOUGH_MISSING
    is_kept = ~is_missing[:, is_rare].any(axis=1)
    forms = list(INPUTS.values())
    seen = np.column_stack([form.of(values[is_kept, place]) for place, form in enumerate(forms)])
    low, high = (np.round(each, DECIMALS) for each in np.nanpercentile(seen, _CLIPPED, axis=0))
    left = np.array([each.has_left for each in given], dtype=bool)
    fitted = pipeline(seed).fit(np.clip(seen, low, high), left[is_kept])
    inputs, intercept = _learnt(fitted, low, high)
    return ChurnModel(version, as_of, outcome_as_of, hash_of(given), intercept, inputs)


def _require_known(is_missing: Flags) -> None:
    for place, fact in enumerate(INPUTS):
        if is_missing[:, place].all():
            raise InvalidValueError(
                f"{fact.name} is missing for everybody",
                where="examples",
                mend="observe them on a later day, or leave the fact out of the inputs",
            )


def _learnt(fitted: Any, low: Column, high: Column) -> tuple[tuple[Input, ...], float]:
    """What a fitted pipeline learnt of each fact, and its intercept."""
    scaler, imputer, regression = (step for _, step in fitted.steps)
    weights = regression.coef_[0]
    missing = dict(zip(imputer.indicator_.features_, weights[len(INPUTS) :], strict=True))
    return tuple(
        Input(
            fact.name,
            form,
            low=float(low[place]),
            high=float(high[place]),
            mean=_rounded(scaler.mean_[place]),
            scale=_rounded(scaler.scale_[place]),
            weight=_rounded(weights[place]),
            missing_weight=_rounded(missing[place]) if place in missing else None,
        )
        for place, (fact, form) in enumerate(INPUTS.items())
    ), _rounded(regression.intercept_[0])


def _rounded(value: Any) -> float:
    return round(float(value), DECIMALS)


def _sklearn() -> tuple[Any, Any]:
    try:
        from sklearn import model_selection  # noqa: PLC0415 - only training pays for it
        from sklearn.impute import SimpleImputer  # noqa: PLC0415
        from sklearn.linear_model import LogisticRegression  # noqa: PLC0415
        from sklearn.pipeline import Pipeline  # noqa: PLC0415
        from sklearn.preprocessing import StandardScaler  # noqa: PLC0415
    except ImportError:
        raise RelationshipError(
            "training needs scikit-learn, which isn't installed",
            mend='install it: pip install "relationship-core-retention-model[train]"',
        ) from None

    def pipeline(seed: int) -> Any:
        return Pipeline(
            [
                ("scale", StandardScaler()),
                ("missing", SimpleImputer(strategy="constant", fill_value=0.0, add_indicator=True)),
                ("learn", LogisticRegression(random_state=seed, tol=1e-9, max_iter=1_000)),
            ]
        )

    return pipeline, model_selection

"""The plugin: what Lantern Bank answers to the hooks of relationship_core."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any, Final

from relationship_core import Fact, Model, Retention, hookimpl
from relationship_core_retention_model.churn_model import ChurnModel
from relationship_core_retention_model.facts import FACTS, probability
from relationship_core_retention_model.retention import model_retention

Settings = Mapping[str, Any]

LIKELY_FROM: Final = Decimal("0.3")
"""The score from which somebody is taken for likely to leave, where the host says nothing else."""
_USABLE: Final = timedelta(days=365)
"""For how long after its outcome was seen a model may be used."""


class RetentionModel:
    """A trained model's score beside the hard signs of leaving.

    The host may set `retention_model` to a mapping with `file`, the path of a model that was
    trained on its own customers, and `likely_from`, the score that counts (0.3 unless said
    otherwise). Without a file the model counts that the package brings.
    """

    @hookimpl
    def rc_facts(self) -> Sequence[Fact]:
        """What the model reads beside the built-in facts, its score, and what is at risk."""
        return FACTS

    @hookimpl
    def rc_models(self, settings: Settings) -> Sequence[Model]:
        """The model, under its own version and digest."""
        model = _model(settings)
        until = model.outcome_as_of
        return [
            Model(
                "churn.logistic",
                model.version,
                model.digest,
                probability,
                [each.fact for each in model.inputs],
                owner="retention desk",
                validated=until,
                expires=until + _USABLE,
                predict=model.predict,
            )
        ]

    @hookimpl
    def rc_retention(self, settings: Settings) -> Retention:
        """Signals, risks and actions that ask both, in place of the built-in ones."""
        likely_from = Decimal(str(_own(settings).get("likely_from", LIKELY_FROM)))
        return model_retention(_model(settings), likely_from)


def _model(settings: Settings) -> ChurnModel:
    return ChurnModel.load(_own(settings).get("file"))


def _own(settings: Settings) -> Settings:
    own: Settings = settings.get("retention_model", {})
    return own

"""What a rule set answers."""

from __future__ import annotations

import pickle

from relationship_core.rules import Outcome
from relationship_core.rules.outcome import NOTHING_FIRED, several_fired


def test_an_outcome_is_undetermined_while_a_rule_is_unknown() -> None:
    assert Outcome((1,), (0,)).is_undetermined
    assert not Outcome((1,), ()).is_undetermined
    assert not NOTHING_FIRED.is_undetermined


def test_an_outcome_survives_pickling() -> None:
    assert pickle.loads(pickle.dumps(Outcome((1,), (0,)))) == Outcome((1,), (0,))


def test_several_rules_that_fire_are_named() -> None:
    assert str(several_fired(["a", "b"])) == (
        "several rules fire at once: a, b"
        " (make their conditions exclude each other, or use another hit policy)"
    )

"""Simulation: what a change of rules would do to a bank's customers, before it is made."""

from __future__ import annotations

from relationship_core.simulation.causes import Cause, Turn
from relationship_core.simulation.effects import Effect, Figures
from relationship_core.simulation.fairness import AGE_BANDS, Fairness, FairnessGroup
from relationship_core.simulation.flapping import (
    BookFlaps,
    Flapping,
    Flaps,
    month_ends,
    without_hysteresis,
)
from relationship_core.simulation.migration import Direction, Migration
from relationship_core.simulation.moves import CauseCount, Move, Moves
from relationship_core.simulation.result import BookName, LeftOut, Simulation
from relationship_core.simulation.run import SAMPLE, simulate
from relationship_core.simulation.tables import OUTPUT_FILES

__all__ = [
    "AGE_BANDS",
    "OUTPUT_FILES",
    "SAMPLE",
    "BookFlaps",
    "BookName",
    "Cause",
    "CauseCount",
    "Direction",
    "Effect",
    "Fairness",
    "FairnessGroup",
    "Figures",
    "Flapping",
    "Flaps",
    "LeftOut",
    "Migration",
    "Move",
    "Moves",
    "Simulation",
    "Turn",
    "month_ends",
    "simulate",
    "without_hysteresis",
]

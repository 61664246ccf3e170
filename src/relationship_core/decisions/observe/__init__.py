"""What a dossier tells of a customer on a day: the facts that all later decisions stand on."""

from __future__ import annotations

from relationship_core.decisions.observe.exchange import Exchange
from relationship_core.decisions.observe.observing import observe
from relationship_core.decisions.observe.record import EXPECTED_FIELDS

__all__ = ["EXPECTED_FIELDS", "Exchange", "observe"]

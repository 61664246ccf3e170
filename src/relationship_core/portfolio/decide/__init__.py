"""What is decided of every customer of a portfolio at once: `Engine.decide` over whole columns."""

from relationship_core.portfolio.decide.deciding import columns_read, decide, decision_columns
from relationship_core.portfolio.decide.faults import faults

__all__ = ["columns_read", "decide", "decision_columns", "faults"]

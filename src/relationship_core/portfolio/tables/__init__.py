"""The tables of a portfolio as lazy frames: typed, exact, and of one engine."""

from relationship_core.portfolio.tables.engine import Kept
from relationship_core.portfolio.tables.measure import Measure
from relationship_core.portfolio.tables.reading import FolderTables, FrameEngine, read_tables
from relationship_core.portfolio.tables.tables import Frame, Tables

__all__ = [
    "FolderTables",
    "Frame",
    "FrameEngine",
    "Kept",
    "Measure",
    "Tables",
    "read_tables",
]

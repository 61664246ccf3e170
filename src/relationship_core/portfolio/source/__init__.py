"""The files of a portfolio folder as batches of text, whatever their form."""

from relationship_core.portfolio.source.finding import find_sources
from relationship_core.portfolio.source.part import (
    BATCH_ROWS,
    LINE,
    PART_LINES,
    Batch,
    FilePlace,
    Part,
    Wanted,
)
from relationship_core.portfolio.source.table_source import Source

__all__ = [
    "BATCH_ROWS",
    "LINE",
    "PART_LINES",
    "Batch",
    "FilePlace",
    "Part",
    "Source",
    "Wanted",
    "find_sources",
]

"""Portfolios: a bank's customers as tables, reviewed as frames or as a stream of dossiers."""

from __future__ import annotations

from relationship_core.errors import MissingExtraError

try:
    import duckdb as _duckdb  # noqa: F401 - only whether they are there
    import pyarrow as _pyarrow  # noqa: F401
except ImportError as missing:
    raise MissingExtraError("batch", needed_for="a portfolio") from missing

from relationship_core.portfolio.benchmarks_file import read_benchmarks, write_benchmarks
from relationship_core.portfolio.folder import PortfolioFolder, Rejections, read_folder
from relationship_core.portfolio.rejection import Rejection
from relationship_core.portfolio.review import review
from relationship_core.portfolio.review_run import OUTPUT_FILES, review_folder
from relationship_core.portfolio.rule_book_folder import read_rule_books, write_rule_books
from relationship_core.portfolio.sample import Sample, sample_dossiers, write_sample
from relationship_core.portfolio.schema import TABLES, Column, Table
from relationship_core.portfolio.summary import Summary, Waterfall
from relationship_core.portfolio.tables import Tables, read_tables
from relationship_core.portfolio.watching import Watch, unwatched
from relationship_core.portfolio.writer import FolderWriter, write_folder

__all__ = [
    "OUTPUT_FILES",
    "TABLES",
    "Column",
    "FolderWriter",
    "PortfolioFolder",
    "Rejection",
    "Rejections",
    "Sample",
    "Summary",
    "Table",
    "Tables",
    "Watch",
    "Waterfall",
    "read_benchmarks",
    "read_folder",
    "read_rule_books",
    "read_tables",
    "review",
    "review_folder",
    "sample_dossiers",
    "unwatched",
    "write_benchmarks",
    "write_folder",
    "write_rule_books",
    "write_sample",
]

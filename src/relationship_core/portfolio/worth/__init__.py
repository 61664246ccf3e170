"""What customers bring in, reckoned over tables: contribution, joint accounts, percentiles."""

from relationship_core.portfolio.worth.contribution import contribution
from relationship_core.portfolio.worth.faults import require_parameters
from relationship_core.portfolio.worth.percentile import (
    benchmarks_of,
    with_percentile,
    with_percentile_by,
)
from relationship_core.portfolio.worth.reckoned import CAPITAL_12M, COLUMNS, FACTS
from relationship_core.portfolio.worth.shares import Ownership

__all__ = [
    "CAPITAL_12M",
    "COLUMNS",
    "FACTS",
    "Ownership",
    "benchmarks_of",
    "contribution",
    "require_parameters",
    "with_percentile",
    "with_percentile_by",
]

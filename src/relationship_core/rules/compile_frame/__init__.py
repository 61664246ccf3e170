"""Expressions and rule sets as columns of a frame, with the meaning they have for one customer.

A frame is a table of customers on Polars, DuckDB, PySpark, pandas or PyArrow whose columns are
facts, typed as `fact_columns` says. What is computed stays lazy on lazy engines. Why amounts agree
to the last digit on all of them is told in docs/explanation/exact-columns.md.
"""

from relationship_core.errors import MissingExtraError

try:
    import narwhals as _narwhals  # noqa: F401 - to tell what is missing before the first use
except ImportError as missing:
    raise MissingExtraError("batch", needed_for="a rule over a frame") from missing

from relationship_core.rules.compile_frame.cells import (
    FactColumn,
    as_cell,
    as_value,
    fact_columns,
)
from relationship_core.rules.compile_frame.computation import Computation, Condition
from relationship_core.rules.compile_frame.decimals import unscaled
from relationship_core.rules.compile_frame.frames import value_columns
from relationship_core.rules.compile_frame.number import Number
from relationship_core.rules.compile_frame.rule_sets import AnswerColumns, rule_set_columns

__all__ = [
    "AnswerColumns",
    "Computation",
    "Condition",
    "FactColumn",
    "Number",
    "as_cell",
    "as_value",
    "fact_columns",
    "rule_set_columns",
    "unscaled",
    "value_columns",
]

"""Decision tables: rules that analysts keep in CSV, XLSX or DMN files, the same as Python's."""

from relationship_core.rules.tables.as_rules import Outputs, read_outcome, write_outcome
from relationship_core.rules.tables.columns import Input, Output, Row
from relationship_core.rules.tables.csv_file import read_csv, write_csv
from relationship_core.rules.tables.decision_table import Answer, DecisionTable
from relationship_core.rules.tables.dmn_model import DmnModel, read_dmn
from relationship_core.rules.tables.dmn_write import dmn_text, write_dmn
from relationship_core.rules.tables.files import read_table, read_tables, write_table
from relationship_core.rules.tables.from_rules import Said, table_of
from relationship_core.rules.tables.hit_policy import TablePolicy
from relationship_core.rules.tables.unary_tests import (
    ANYTHING,
    Interval,
    Relation,
    UnaryTests,
    Unknown,
)
from relationship_core.rules.tables.xlsx_file import read_xlsx, write_xlsx

__all__ = [
    "ANYTHING",
    "Answer",
    "DecisionTable",
    "DmnModel",
    "Input",
    "Interval",
    "Output",
    "Outputs",
    "Relation",
    "Row",
    "Said",
    "TablePolicy",
    "UnaryTests",
    "Unknown",
    "dmn_text",
    "read_csv",
    "read_dmn",
    "read_outcome",
    "read_table",
    "read_tables",
    "read_xlsx",
    "table_of",
    "write_csv",
    "write_dmn",
    "write_outcome",
    "write_table",
    "write_xlsx",
]

from __future__ import annotations

import re
from pathlib import Path

import pytest

from relationship_core.portfolio.cells import SURELY_GOOD
from relationship_core.portfolio.noun import ALONE
from relationship_core.portfolio.review_run import OUTPUT_FILES
from relationship_core.portfolio.review_table import review_columns
from relationship_core.portfolio.schema import REQUIRED_TABLES, TABLES, Table

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "portfolio-folder.md"


def described(table: Table) -> str:
    """The section that the reference page must have about a table."""
    keys = ", ".join(table.key) or "none"
    needs = f" Needs {' and '.join(table.needs)}." if table.needs else ""
    rows = [
        f"| {column.name} | {'yes' if column.required else ''} |"
        f" {'cell' if column.is_spared else 'row'} | {column.form} | {column.meaning} |"
        for column in table.columns
    ]
    return "\n".join(
        [
            f"### {table.name}",
            "",
            f"{table.meaning} Key: {keys}.{needs}",
            "",
            "| column | required | a bad one costs the | form | meaning |",
            "| --- | --- | --- | --- | --- |",
            *rows,
        ]
    )


@pytest.mark.parametrize("table", TABLES.values(), ids=lambda table: table.name)
def test_the_reference_page_describes_each_table(table: Table) -> None:
    assert described(table) in PAGE.read_text(encoding="utf-8")


def test_the_reference_page_describes_no_other_table() -> None:
    sections = re.findall(r"^### (\w+)$", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert sections == list(TABLES)


@pytest.mark.parametrize("table", TABLES.values(), ids=lambda table: table.name)
def test_a_table_makes_sense(table: Table) -> None:
    names = table.column_names
    assert len(set(names)) == len(names)
    assert set(table.key) <= set(names)
    assert set(table.needs) <= set(TABLES)
    assert table.names_row is None or table.names_row in names
    assert table.name in ALONE
    spared = {column.name for column in table.columns if column.is_spared}
    assert spared.isdisjoint({column.name for column in table.columns if column.required})
    if table.cells_suffice:
        kinds = {column.kind for column in table.columns if column.choices is None}
        assert kinds <= set(SURELY_GOOD)


def test_only_customers_are_required() -> None:
    assert REQUIRED_TABLES == ("customers",)


def test_the_reference_page_names_what_a_review_writes_in_order() -> None:
    page = PAGE.read_text(encoding="utf-8")
    section = page.partition("## What a review writes")[2].partition("## Tables")[0]
    named = re.findall(r"`([^`]+)`", section)
    assert set(OUTPUT_FILES) <= set(named)
    columns = [column.name for column in review_columns("CNY", ("TIER", "lowest"))]
    assert [name for name in named if name in columns] == columns

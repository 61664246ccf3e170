"""The front door: public names load on first use, and opening it loads nothing heavy."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

import relationship_core

HEAVY = {
    "altair",
    "attrs",
    "attr",
    "cattrs",
    "copier",
    "duckdb",
    "hypothesis",
    "narwhals",
    "openpyxl",
    "pandas",
    "pluggy",
    "polars",
    "pyarrow",
    "rich",
    "sqlalchemy",
    "sqlmodel",
    "vl_convert",
    "z3",
    "typer",
}
HEAVY_FOR_ENGINES = HEAVY - {"attr", "attrs", "cattrs", "pluggy"}
NAMES = sorted(set(relationship_core.__all__) - {"__version__"})


def loaded_by(statement: str) -> set[str]:
    """The modules that a fresh interpreter has loaded after the statement."""
    script = f"import json, sys; {statement}; print(json.dumps(sorted(sys.modules)))"
    printed = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, check=True, text=True
    ).stdout
    return set(json.loads(printed))


def names_that_type_checkers_see() -> dict[str, str]:
    """Public name -> module, as the TYPE_CHECKING block of the package imports them."""
    tree = ast.parse(Path(relationship_core.__file__).read_text(encoding="utf-8"))
    block = next(
        node
        for node in tree.body
        if isinstance(node, ast.If)
        and isinstance(node.test, ast.Name)
        and node.test.id == "TYPE_CHECKING"
    )
    return {
        alias.asname or alias.name: node.module or ""
        for node in block.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }


def test_importing_the_package_loads_nothing_heavy() -> None:
    before = loaded_by("pass")
    assert loaded_by("import relationship_core") - before <= {
        "__future__",
        "relationship_core",
    }


def test_using_every_public_name_loads_no_database_data_frame_or_screen() -> None:
    every_name = "import relationship_core as r; [getattr(r, name) for name in r.__all__]"
    assert not loaded_by(every_name) & HEAVY_FOR_ENGINES


@pytest.mark.parametrize("name", NAMES)
def test_a_public_name_is_the_one_that_type_checkers_see(name: str) -> None:
    home = names_that_type_checkers_see()[name]
    assert getattr(relationship_core, name) is getattr(sys.modules[home], name)


def test_all_names_exactly_what_type_checkers_see() -> None:
    assert set(NAMES) == set(names_that_type_checkers_see())
    assert set(NAMES) <= set(dir(relationship_core))


def test_a_name_that_does_not_exist_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'Enginee'"):
        relationship_core.Enginee  # type: ignore[attr-defined]

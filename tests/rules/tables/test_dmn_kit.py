"""The cases of the DMN technology compatibility kit give the kit's own answers.

DMN_TCK_DIR names the folder that holds them, each in a folder of its own; more of the kit may lie
there than the twelve that have to be answered, and is answered or refused by name.
"""

from __future__ import annotations

import os
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from relationship_core.errors import HitPolicyError, UnsupportedError
from relationship_core.rules.tables import read_dmn, read_table, read_tables, write_dmn, write_table

ROOT = Path(__file__).resolve().parents[3]
FOLDER = Path(os.environ.get("DMN_TCK_DIR") or ROOT.parent / "shared" / "data" / "dmn-tck")

TWELVE = {
    "0004-simpletable-U",
    "0005-simpletable-A",
    "0006-simpletable-P1",
    "0010-multi-output-U",
    "0108-first-hitpolicy",
    "0111-first-hitpolicy-singleoutputcol",
    "0114-min-collect-hitpolicy",
    "0115-sum-collect-hitpolicy",
    "0116-count-collect-hitpolicy",
    "0117-multi-any-hitpolicy",
    "0118-multi-priority-hitpolicy",
    "0119-multi-collect-hitpolicy",
}

KIT = "{http://www.omg.org/spec/DMN/20160719/testcase}"
XSI = "{http://www.w3.org/2001/XMLSchema-instance}"

pytestmark = pytest.mark.skipif(
    not FOLDER.is_dir(), reason="DMN_TCK_DIR doesn't name the folder of the compatibility kit"
)


def held(element: ET.Element) -> Any:
    """What an input or an expected result of the kit holds."""
    value, listed = element.find(f"{KIT}value"), element.find(f"{KIT}list")
    if value is not None:
        if value.get(f"{XSI}nil") == "true":
            return None
        text = value.text or ""
        match (value.get(f"{XSI}type") or "xsd:string").rpartition(":")[2]:
            case "decimal" | "integer" | "double":
                return Decimal(text)
            case "boolean":
                return text == "true"
            case "date":
                return date.fromisoformat(text)
        return text
    if listed is not None:
        return None if listed.get(f"{XSI}nil") == "true" else [held(each) for each in listed]
    return {each.get("name"): held(each) for each in element.findall(f"{KIT}component")} or None


def results() -> Iterator[Any]:
    for file in sorted(FOLDER.glob("*/*-test-*.xml")):
        for case in ET.parse(file).getroot().findall(f"{KIT}testCase"):
            inputs = {each.get("name"): held(each) for each in case.findall(f"{KIT}inputNode")}
            for result in case.findall(f"{KIT}resultNode"):
                name = f"{file.parent.name}-{case.get('id')}-{result.get('name')}"
                yield pytest.param(file, inputs, result, id=name)


@pytest.mark.parametrize(("file", "inputs", "result"), [*results()])
def test_a_case_gives_the_answer_of_the_kit(
    file: Path, inputs: dict[str, Any], result: ET.Element
) -> None:
    name, expected = result.get("name", ""), result.find(f"{KIT}expected")
    assert expected is not None
    try:
        model = read_dmn(file.parent / f"{file.parent.name}.dmn", decisions=[name])
        answer = model.decide(name, inputs)
    except HitPolicyError:
        assert result.get("errorResult") == "true"
        return
    except UnsupportedError as error:
        if file.parent.name in TWELVE:
            raise
        pytest.skip(str(error))
    assert answer == held(expected)


def test_all_twelve_are_there() -> None:
    assert {path.parent.name for path in FOLDER.glob("*/*.dmn")} >= TWELVE
    assert sum(1 for each in results() if each.values[0].parent.name in TWELVE) == 36


@pytest.mark.parametrize("case", sorted(TWELVE))
@pytest.mark.parametrize("ending", [".csv", ".xlsx", ".dmn"])
def test_a_table_of_the_kit_comes_back(tmp_path: Path, case: str, ending: str) -> None:
    table = read_table(FOLDER / case / f"{case}.dmn")
    write_table(table, tmp_path / f"table{ending}")
    assert read_table(tmp_path / f"table{ending}") == table


@pytest.mark.parametrize("version", ["1.3", "1.4", "1.5"])
def test_all_tables_of_the_kit_come_back_in_one_file(tmp_path: Path, version: str) -> None:
    first = [
        read_table(FOLDER / case / f"{case}.dmn")
        for case in ("0004-simpletable-U", "0010-multi-output-U", "0114-min-collect-hitpolicy")
    ]
    write_dmn(first, tmp_path / "all.dmn", version)
    assert read_tables(tmp_path / "all.dmn") == tuple(first)

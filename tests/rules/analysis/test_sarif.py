from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

from relationship_core.rules.analysis import RULE_CODES, Finding, Proof, Witness
from relationship_core.rules.analysis.finding import GAP, NOT_MONOTONE, OPEN, SHADOWED
from relationship_core.rules.analysis.sarif import sarif
from relationship_core.rules.place import Place

BASE = Path("/bank/rules")
SEEN = Witness((("aum", None), ("tenure_months", 3)), meets=("silver", "gold"), decides=("gold",))
FINDING = Finding(
    SHADOWED,
    "it never decides",
    "take it out",
    "tiering.rules",
    ("silver", "gold"),
    "bank 1.0",
    Place("/bank/rules/my tiers.py", 12),
    ("north", "harbour"),
    date(2026, 1, 1),
    SEEN,
)


def log(*findings: Finding) -> dict[str, Any]:
    return sarif(Proof(findings), RULE_CODES, version="1.2", base=BASE)


def result(finding: Finding) -> dict[str, Any]:
    [found] = log(finding)["runs"][0]["results"]
    return dict(found)


def location(file: str) -> dict[str, Any]:
    [found] = result(evolve(FINDING, place=Place(file, 12)))["locations"]
    return dict(found)


def require_sarif(written: dict[str, Any]) -> None:
    """What section 3 of SARIF 2.1.0 requires of each object that we write."""
    assert written["version"] == "2.1.0"
    assert written["$schema"].startswith("https://")
    for run in written["runs"]:
        driver = run["tool"]["driver"]
        assert driver["name"]
        ids = [rule["id"] for rule in driver["rules"]]
        assert len(set(ids)) == len(ids)
        for rule in driver["rules"]:
            assert rule["shortDescription"]["text"]
            assert rule["defaultConfiguration"]["level"] in {"error", "warning", "note"}
        for found in run["results"]:
            assert ids[found["ruleIndex"]] == found["ruleId"]
            assert found["level"] in {"error", "warning", "note"}
            assert found["message"]["text"]
            assert all(isinstance(each, str) for each in found["partialFingerprints"].values())
            for place in found["locations"]:
                assert all(each["fullyQualifiedName"] for each in place["logicalLocations"])
                if "physicalLocation" in place:
                    physical = place["physicalLocation"]
                    uri = physical["artifactLocation"]["uri"]
                    assert uri
                    assert not set(uri) & set(' \\"<>^`{|}')
                    assert physical["region"]["startLine"] >= 1


def test_a_log_has_all_that_the_standard_requires() -> None:
    written = log(FINDING, evolve(FINDING, code=GAP, rules=(), place=None))
    require_sarif(written)
    driver = written["runs"][0]["tool"]["driver"]
    assert (driver["name"], driver["version"]) == ("relationship-core", "1.2")
    assert [rule["id"] for rule in driver["rules"]] == [code.id for code in RULE_CODES]


def test_a_result_tells_what_a_finding_tells() -> None:
    written = result(FINDING)
    assert written["message"]["text"] == "it never decides. To mend it: take it out."
    assert written["level"] == "error"
    assert written["properties"] == {
        "origin": "bank 1.0",
        "scope": ["north", "harbour"],
        "on": "2026-01-01",
        "witness": SEEN.to_json(),
        "other": None,
    }
    assert result(evolve(FINDING, code=OPEN))["level"] == "note"


@pytest.mark.parametrize(
    ("file", "uri"),
    [
        ("/bank/rules/my tiers.py", "my%20tiers.py"),
        ("/bank/rules/north/规则.csv", "north/%E8%A7%84%E5%88%99.csv"),
        ("/bank/other/tiers.py", Path("/bank/other/tiers.py").as_uri()),
        ("/bank/rules-of-old/tiers.py", Path("/bank/rules-of-old/tiers.py").as_uri()),
        ("tables/fee.csv", "tables/fee.csv"),
    ],
)
def test_files_are_told_relative_to_the_folder_they_lie_in(file: str, uri: str) -> None:
    assert location(file)["physicalLocation"] == {
        "artifactLocation": {"uri": uri},
        "region": {"startLine": 12},
    }


@pytest.mark.parametrize("file", ["<stdin>", "<string>"])
def test_what_was_typed_lies_in_no_file(file: str) -> None:
    assert location(file) == {"logicalLocations": [{"fullyQualifiedName": "tiering.rules/silver"}]}


def test_what_is_about_no_set_is_about_the_rules() -> None:
    [found] = result(evolve(FINDING, rule_set="", rules=(), place=None))["locations"]
    assert found == {"logicalLocations": [{"fullyQualifiedName": "rules"}]}


def marked(finding: Finding) -> str:
    return str(result(finding)["partialFingerprints"]["relationshipCore/v1"])


def test_a_finding_is_known_again_when_its_lines_and_customers_change() -> None:
    moved = evolve(FINDING, place=Place("/elsewhere.py", 1), witness=None, on=None)
    assert marked(moved) == marked(FINDING)
    law = evolve(
        FINDING, code=NOT_MONOTONE, other=evolve(SEEN, facts=(("aum", None), ("tenure_months", 5)))
    )
    later = evolve(
        law,
        message="of two others",
        witness=evolve(SEEN, facts=(("aum", None), ("tenure_months", 4))),
    )
    assert marked(later) == marked(law)


@pytest.mark.parametrize(
    "changes",
    [{"code": GAP}, {"rules": ("gold",)}, {"scope": ()}, {"rule_set": "x"}, {"message": "other"}],
)
def test_and_told_from_others(changes: dict[str, Any]) -> None:
    assert marked(evolve(FINDING, **changes)) != marked(FINDING)


def test_laws_of_two_facts_are_told_apart() -> None:
    one = evolve(FINDING, other=evolve(SEEN, facts=(("aum", None), ("tenure_months", 5))))
    two = evolve(FINDING, other=evolve(SEEN, facts=(("aum", 5), ("tenure_months", 3))))
    assert marked(one) != marked(two)

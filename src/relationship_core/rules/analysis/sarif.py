"""Findings as SARIF, for tools that show them beside the code.

The format is OASIS Static Analysis Results Interchange Format 2.1.0, of which section 3.27 says
what a result holds.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from relationship_core.rules.analysis.finding import Code, Finding, Severity
from relationship_core.rules.analysis.proof import Proof
from relationship_core.rules.json_form import fingerprint

_SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "note"}


def sarif(proof: Proof, codes: Iterable[Code], *, version: str, base: Path) -> dict[str, Any]:
    """A proof as a SARIF log, plain JSON data.

    Args:
        proof: The proof.
        codes: All that could have been found.
        version: The version of the library.
        base: The folder that files are told relative to, as far as they lie in it.
    """
    known = list(codes)
    places = {code.id: place for place, code in enumerate(known)}
    return {
        "$schema": _SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "relationship-core",
                        "version": version,
                        "rules": [_described(code) for code in known],
                    }
                },
                "results": [_result(each, places, base) for each in proof.findings],
            }
        ],
    }


def _described(code: Code) -> dict[str, Any]:
    return {
        "id": code.id,
        "name": code.name,
        "shortDescription": {"text": code.meaning},
        "defaultConfiguration": {"level": _LEVELS[code.severity]},
    }


def _result(finding: Finding, places: dict[str, int], base: Path) -> dict[str, Any]:
    written = finding.to_json()
    about = {name: written[name] for name in ("code", "rule_set", "rules", "scope")}
    return {
        "ruleId": finding.code.id,
        "ruleIndex": places[finding.code.id],
        "level": _LEVELS[finding.code.severity],
        "message": {"text": f"{finding.message}. To mend it: {finding.mend}."},
        "locations": [_location(finding, base)],
        "partialFingerprints": {"relationshipCore/v1": fingerprint(about)},
        "properties": {
            name: written[name] for name in ("origin", "scope", "on", "witness", "other")
        },
    }


def _location(finding: Finding, base: Path) -> dict[str, Any]:
    names = [finding.rule_set, *finding.rules[:1]]
    location: dict[str, Any] = {"logicalLocations": [{"fullyQualifiedName": "/".join(names)}]}
    if finding.place is not None:
        location["physicalLocation"] = {
            "artifactLocation": {"uri": _uri(finding.place.file, base)},
            "region": {"startLine": finding.place.line},
        }
    return location


def _uri(file: str, base: Path) -> str:
    path = Path(file)
    if not path.is_absolute():
        return path.as_posix()
    try:
        return path.relative_to(base).as_posix()
    except ValueError:
        return path.as_uri()

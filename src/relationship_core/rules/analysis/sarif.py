"""Findings as SARIF, for tools that show them beside the code.

The format is OASIS Static Analysis Results Interchange Format 2.1.0, of which section 3.27 says
what a result holds.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.parse import quote

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
    return {
        "ruleId": finding.code.id,
        "ruleIndex": places[finding.code.id],
        "level": _LEVELS[finding.code.severity],
        "message": {"text": f"{finding.message}. To mend it: {finding.mend}."},
        "locations": [_location(finding, base)],
        "partialFingerprints": {"relationshipCore/v1": _fingerprint(finding)},
        "properties": {
            name: written[name] for name in ("origin", "scope", "on", "witness", "other")
        },
    }


def _fingerprint(finding: Finding) -> str:
    """What stays of a finding while its customers are others and its lines move."""
    about: dict[str, Any] = {
        "code": finding.code.id,
        "rule_set": finding.rule_set,
        "rules": list(finding.rules),
        "scope": list(finding.scope),
    }
    if finding.witness is None or finding.other is None:
        return fingerprint({**about, "message": finding.message})
    pairs = zip(finding.witness.facts, finding.other.facts, strict=True)
    return fingerprint({**about, "differ": [name for (name, one), (_, two) in pairs if one != two]})


def _location(finding: Finding, base: Path) -> dict[str, Any]:
    name = "/".join(filter(None, [finding.rule_set, *finding.rules[:1]])) or "rules"
    location: dict[str, Any] = {"logicalLocations": [{"fullyQualifiedName": name}]}
    if finding.place is not None and not finding.place.file.startswith("<"):
        location["physicalLocation"] = {
            "artifactLocation": {"uri": _uri(finding.place.file, base)},
            "region": {"startLine": finding.place.line},
        }
    return location


def _uri(file: str, base: Path) -> str:
    path = Path(file)
    if path.is_absolute() and base not in path.parents:
        return path.as_uri()
    near = path.relative_to(base) if path.is_absolute() else path
    return quote(near.as_posix())

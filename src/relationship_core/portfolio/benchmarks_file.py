"""The cut-offs that a portfolio run leaves behind, as a JSON file."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, Final

from relationship_core.decisions.benchmarks import Benchmarks, KindBenchmark
from relationship_core.domain import CustomerKind
from relationship_core.errors import DataError, InvalidValueError

BENCHMARKS_SCHEMA: Final = 1
"""The version of the file's form."""


def write_benchmarks(path: Path, benchmarks: Benchmarks) -> None:
    """Write cut-offs to a file."""
    data = {
        "schema": BENCHMARKS_SCHEMA,
        "as_of": benchmarks.as_of.isoformat(),
        "kinds": [
            {
                "kind": one.kind.value,
                "population": one.population,
                "positive": one.positive,
                "cutoffs": [format(cutoff, "f") for cutoff in one.cutoffs],
            }
            for one in benchmarks.kinds
        ],
    }
    path.write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")


def read_benchmarks(path: Path) -> Benchmarks:
    """Read the cut-offs that `write_benchmarks` wrote.

    Raises:
        DataError: There is no such file, or it holds something else.
    """
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        if data["schema"] != BENCHMARKS_SCHEMA:
            raise DataError(
                f"it is written in schema {data['schema']!r}, not {BENCHMARKS_SCHEMA}",
                file=path.name,
                mend="read it with the version of the library that wrote it",
            )
        return Benchmarks(date.fromisoformat(data["as_of"]), tuple(map(_kind, data["kinds"])))
    except (
        OSError,
        InvalidOperation,
        InvalidValueError,
        LookupError,
        TypeError,
        ValueError,
    ) as error:
        raise DataError(
            "there is no file of cut-offs that can be read",
            file=path.name,
            mend="give the benchmarks.json that a portfolio review wrote",
        ) from error


def _kind(data: dict[str, Any]) -> KindBenchmark:
    return KindBenchmark(
        CustomerKind(data["kind"]),
        data["population"],
        data["positive"],
        tuple(map(Decimal, data["cutoffs"])),
    )

"""What a run's folder says of itself: what it was made of, what is in it, and by what."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any, Final

from attrs import asdict, frozen

from relationship_core.decisions.provenance import PluginReport
from relationship_core.errors import DataError
from relationship_core.portfolio.run.content import Content, digest_of_all

MANIFEST: Final = "manifest.json"
SUCCESS: Final = "_SUCCESS"
MANIFEST_SCHEMA: Final = 1
"""The version of the manifest's form."""


@frozen
class RunFile:
    """One file of rows in a run's folder.

    Args:
        file: Its path within the folder.
        rows: How many rows it has.
        size: Its size in bytes.
        sha256: Of its bytes, in hexadecimal.
        content: The digest of its rows.
    """

    file: str
    rows: int
    size: int
    sha256: str
    content: str

    @property
    def table(self) -> str:
        """The name of the table that it is a part of."""
        return self.file.partition("/")[0]

    def to_json(self) -> dict[str, Any]:
        """As plain JSON data."""
        return asdict(self)


@frozen
class Manifest:
    """What a run was made of and what it left.

    Args:
        as_of: The review date.
        customers: How many were reviewed.
        parts: Into how many parts they were put.
        rule_book: The fingerprint of the rule book.
        plugins: Names and versions of the plugins it came from.
        skipped: The plugins that were gone without, and why.
        engines: What computed it, with versions; several where a run was taken up with another.
        versions: The versions of what else took part.
        hashed_by: Whose hash digests of content are made of; only by the same do they compare.
        content: One digest of all that was decided, observed and left standing, whatever engine and
            parts it was made by.
        basis: All that every customer's outcome depends on but for their own records.
        source: Each file that was read, with its size and SHA-256.
        rejected: Rows and cells that were left out, by file.
        since: The content of the run from which unchanged customers were taken; None for none.
        reviewed_again: How many customers were decided on anew.
        files: The files of rows.
        beside: The SHA-256 of each other file.
    """

    as_of: date
    customers: int
    parts: int
    rule_book: str
    plugins: tuple[str, ...]
    skipped: tuple[PluginReport, ...]
    engines: tuple[str, ...]
    versions: Mapping[str, str]
    hashed_by: str
    content: str
    basis: str
    source: tuple[Mapping[str, Any], ...]
    rejected: Mapping[str, int]
    since: str | None
    reviewed_again: int
    files: tuple[RunFile, ...]
    beside: Mapping[str, str]

    def to_json(self) -> dict[str, Any]:
        """The manifest as plain JSON data."""
        return {
            "schema": MANIFEST_SCHEMA,
            **asdict(self, recurse=False),
            "as_of": self.as_of.isoformat(),
            "skipped": [asdict(report) for report in self.skipped],
            "source": list(self.source),
            "files": [file.to_json() for file in self.files],
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Manifest:
        """The manifest that `to_json` wrote."""
        known = {name: data[name] for name in data if name != "schema"}
        return cls(
            **{
                **known,
                "as_of": date.fromisoformat(data["as_of"]),
                "plugins": tuple(data["plugins"]),
                "skipped": tuple(PluginReport(**report) for report in data["skipped"]),
                "engines": tuple(data["engines"]),
                "source": tuple(data["source"]),
                "files": tuple(RunFile(**file) for file in data["files"]),
            }
        )

    def files_of(self, table: str) -> tuple[RunFile, ...]:
        """The files of a table, in order."""
        return tuple(file for file in self.files if file.table == table)

    def rows(self, table: str) -> int:
        """How many rows a table has in all its files."""
        return sum(file.rows for file in self.files_of(table))


def content_of_all(files: Iterable[RunFile], *others: str) -> str:
    """One digest of the rows of all files, and of texts beside them."""
    tables: dict[str, Content] = {}
    for file in files:
        own = Content.from_digest(file.rows, file.content)
        tables[file.table] = tables[file.table] + own if file.table in tables else own
    return digest_of_all(tables.items(), *others)


def read_manifest(folder: Path) -> Manifest:
    """Read what a run's folder says of itself.

    Raises:
        DataError: A run hasn't been finished there, or was by another version of the library, or a
            file of rows is missing or of another size.
    """
    try:
        if not (folder / SUCCESS).is_file():
            raise DataError(
                "no run with columns was finished there",
                file=folder.name,
                mend=f"give a folder that holds {SUCCESS}",
            )
        data = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        if data["schema"] != MANIFEST_SCHEMA:
            raise DataError(
                f"it is written in schema {data['schema']!r}, not {MANIFEST_SCHEMA}",
                file=MANIFEST,
                mend="read it with the version of the library that wrote it",
            )
        manifest = Manifest.from_json(data)
    except (OSError, LookupError, TypeError, ValueError) as error:
        raise DataError(
            "it is no manifest that can be read", file=MANIFEST, mend="run the review again"
        ) from error
    for file in manifest.files:
        path = folder / file.file
        if not path.is_file() or path.stat().st_size != file.size:
            raise DataError(
                "it isn't as the run left it", file=file.file, mend="run the review again"
            )
    return manifest

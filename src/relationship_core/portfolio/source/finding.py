"""Which files of a folder hold which table, in whatever form a bank's systems write them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches
from pathlib import Path
from types import MappingProxyType
from typing import Final
from urllib.parse import unquote

import attrs

from relationship_core.errors import DataError
from relationship_core.portfolio.schema import REQUIRED_TABLES, TABLES, Table
from relationship_core.portfolio.source.csv_part import CsvPart
from relationship_core.portfolio.source.parquet_part import ParquetPart
from relationship_core.portfolio.source.part import FilePlace, Part
from relationship_core.portfolio.source.table_source import Source

_READERS: Final[Mapping[str, Callable[[FilePlace], Part]]] = MappingProxyType(
    {".csv": CsvPart, ".parquet": ParquetPart}
)
_NEARLY: Final = 0.85
"""As alike as one letter lost from the shorter names; `accounts_2025` isn't."""
_NOTHING: Final = "__HIVE_DEFAULT_PARTITION__"
"""What a folder of Hive's is called for a cell without a value."""


@attrs.frozen
class _Form:
    """One way in which a table is there: what it is called, and its files, in order."""

    file: str
    paths: tuple[Path, ...]


def find_sources(folder: Path) -> dict[str, Source]:
    """Find the files of the tables that a folder holds.

    Raises:
        DataError: There is no such folder, a required table is missing, one is there twice, one is
            there without those that it needs, the name of a file or folder is nearly that of a
            table, or a table's own folder holds what is no part of it.
    """
    if not folder.is_dir():
        raise DataError(
            "there is no such folder", file=folder.name, mend="give the folder that holds the files"
        )
    entries = sorted(folder.iterdir())
    _refuse_misspelt(entries)
    sources = {}
    for table in TABLES.values():
        source = _find_source(folder, entries, table)
        if source is not None:
            sources[table.name] = source
    for name in REQUIRED_TABLES:
        if name not in sources:
            raise DataError("the file is missing", file=f"{name}.csv", mend="it is required")
    for name, source in sources.items():
        for needed in TABLES[name].needs:
            if needed not in sources:
                raise DataError(
                    f"it means nothing without {needed}",
                    file=source.file,
                    mend=f"add {needed}.csv or {needed}.parquet",
                )
    return sources


def _refuse_misspelt(entries: Iterable[Path]) -> None:
    for path in entries:
        is_like_a_table = path.suffix.lower() in _READERS or path.is_dir()
        if not is_like_a_table or _table_of(path) is not None:
            continue
        near = get_close_matches(_stem(path).lower(), TABLES, n=1, cutoff=_NEARLY)
        if near:
            raise DataError(
                f"no table's file, which would be read by nobody; the nearest is {near[0]}",
                file=path.name,
                mend="rename or remove it",
            )


def _table_of(path: Path) -> str | None:
    """The name of the table that a file or folder is of; None if of none."""
    if path.suffix not in _READERS and not path.is_dir():
        return None
    return _stem(path) if _stem(path) in TABLES else None


def _stem(path: Path) -> str:
    stem = path.stem if path.suffix.lower() in _READERS else path.name
    return stem if path.is_dir() else stem.partition("-")[0]


def _find_source(folder: Path, entries: Iterable[Path], table: Table) -> Source | None:
    forms = _forms([path for path in entries if _table_of(path) == table.name], table.name)
    if not forms:
        return None
    form, *others = forms
    for other in others:
        raise DataError(
            "the table is there twice", file=other.file, mend=f"remove it or {form.file}"
        )
    return Source(form.file, [_part(folder, path, table) for path in form.paths])


def _forms(entries: Iterable[Path], name: str) -> list[_Form]:
    forms = []
    several: dict[str, list[Path]] = {}
    for path in entries:
        if path.is_dir():
            forms.append(_Form(f"{path.name}/", _parts_below(path)))
        elif path.stem == name:
            forms.append(_Form(path.name, (path,)))
        else:
            several.setdefault(f"{name}-*{path.suffix}", []).append(path)
    return forms + [_Form(file, tuple(paths)) for file, paths in several.items()]


def _parts_below(folder: Path) -> tuple[Path, ...]:
    found: list[Path] = []
    for path in sorted(folder.rglob("*")):
        file = path.relative_to(folder.parent)
        # What Spark and others keep for themselves: _SUCCESS, .part-0.crc, _temporary/...
        if path.is_dir() or any(step[0] in "._" for step in file.parts[1:]):
            continue
        if path.suffix not in _READERS or (found and path.suffix != found[0].suffix):
            raise DataError(
                "it is no part of the table",
                file=file.as_posix(),
                mend="remove it; all parts end in .parquet, or all in .csv",
            )
        found.append(path)
    if not found:
        raise DataError(
            "the folder holds no part of the table",
            file=f"{folder.name}/",
            mend="remove it, or give a part without rows if there are none",
        )
    return tuple(found)


def _part(folder: Path, path: Path, table: Table) -> Part:
    file = path.relative_to(folder)
    partition = {}
    for step in file.parts[1:-1]:
        key, is_partition, text = step.partition("=")
        key = unquote(key)
        if not is_partition:
            continue
        if key in table.column_names:
            partition[key] = None if text == _NOTHING else unquote(text).strip() or None
        elif near := get_close_matches(key, table.column_names, n=1, cutoff=_NEARLY):
            raise DataError(
                "the folder is called by no column, which would be read by nobody; the nearest"
                f" is {near[0]}",
                file=file.as_posix(),
                mend="rename it",
            )
    return _READERS[path.suffix](FilePlace(table, path, file.as_posix(), partition))

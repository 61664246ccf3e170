"""A folder of signed rule books: for each a file of the book and a file of its sign-off."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from relationship_core.decisions.rule_book import RuleBook
from relationship_core.decisions.rule_book_register import RuleBookRegister, SignedRuleBook
from relationship_core.decisions.sign_off import SignOff
from relationship_core.errors import DataError, RelationshipError
from relationship_core.portfolio.publication import published

_BOOK: Final = ".book.json"
_SIGN_OFF: Final = ".sign-off.json"


def write_rule_books(register: RuleBookRegister, folder: Path | str) -> None:
    """Write a register as a folder, all of it or nothing.

    Each book is DATE.book.json, its sign-off DATE.sign-off.json, DATE being its first day.

    Args:
        register: The signed books.
        folder: A new folder, or one that holds nothing but files of this kind.

    Raises:
        DataError: There is something else at that place.
        OSError: It can't be written there.
    """
    target = Path(folder)
    known = [path.name for path in _files(target)] if target.is_dir() else []
    with published(target, may_replace=known) as made:
        for each in register:
            day = each.sign_off.valid_from.isoformat()
            _write(made / f"{day}{_BOOK}", each.rule_book.to_json())
            _write(made / f"{day}{_SIGN_OFF}", each.sign_off.to_json())


def read_rule_books(folder: Path | str) -> RuleBookRegister:
    """The register that `write_rule_books` wrote, read whole or not at all.

    Args:
        folder: The folder; files whose names end neither in .book.json nor in .sign-off.json aren't
            looked at.

    Raises:
        DataError: A file can't be read as what its name says, or a book or a sign-off has no
            partner; the file is named.
        SignOffError: The books don't follow one another, or there is none.
        OSError: The folder or a file can't be read.
    """
    names = [path.name for path in _files(Path(folder))]
    days = sorted({name.removesuffix(_BOOK).removesuffix(_SIGN_OFF) for name in names})
    books = []
    for day in days:
        for ending in (_BOOK, _SIGN_OFF):
            if f"{day}{ending}" not in names:
                raise DataError(
                    "it isn't there, but its partner is",
                    file=f"{day}{ending}",
                    mend="put it back, or take its partner out",
                )
        with _read(Path(folder) / f"{day}{_BOOK}") as text:
            book = RuleBook.from_json(text)
        with _read(Path(folder) / f"{day}{_SIGN_OFF}") as text:
            books.append(SignedRuleBook(book, SignOff.from_json(text)))
    return RuleBookRegister(books)


def _files(folder: Path) -> Iterator[Path]:
    for path in folder.iterdir():
        if path.name.endswith((_BOOK, _SIGN_OFF)):
            yield path


def _write(path: Path, data: dict[str, Any]) -> None:
    text = json.dumps(data, ensure_ascii=False, indent=2)
    path.write_text(f"{text}\n", encoding="utf-8", newline="\n")


@contextmanager
def _read(path: Path) -> Iterator[bytes]:
    """The content of a file, whose name whatever is wrong with it is told by."""
    content = path.read_bytes()
    try:
        yield content
    except RelationshipError as error:
        raise DataError(error.what, file=path.name, mend=error.mend) from error

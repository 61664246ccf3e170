from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from relationship_core.decisions.rule_book_register import RuleBookRegister
from relationship_core.errors import DataError, RelationshipError, SignOffError
from relationship_core.portfolio import read_rule_books, write_rule_books
from tests.decisions.signed_books import APRIL, SECOND, one_after_the_other

REGISTER = RuleBookRegister(one_after_the_other())
FILES = [
    f"{day}.{kind}.json"
    for day in ("2026-01-01", "2026-04-01", "2026-07-01")
    for kind in ("book", "sign-off")
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_rule_books(REGISTER, tmp_path / "books")
    return tmp_path / "books"


def test_a_register_comes_back_from_its_folder(folder: Path) -> None:
    assert sorted(path.name for path in folder.iterdir()) == FILES
    there = read_rule_books(folder)
    assert there == REGISTER
    assert there.in_force(APRIL) == SECOND


def test_the_same_register_gives_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    write_rule_books(read_rule_books(folder), tmp_path / "again")
    for name in FILES:
        assert (folder / name).read_bytes() == (tmp_path / "again" / name).read_bytes()


def test_a_shorter_register_replaces_a_longer_one_whole(folder: Path) -> None:
    write_rule_books(RuleBookRegister(REGISTER.books[:2]), folder)
    assert sorted(path.name for path in folder.iterdir()) == FILES[:4]


def test_a_folder_of_something_else_is_left_alone(folder: Path) -> None:
    (folder / "notes.txt").write_text("precious", encoding="utf-8")
    with pytest.raises(DataError, match="holds something else already: notes.txt"):
        write_rule_books(REGISTER, folder)
    assert read_rule_books(folder) == REGISTER


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda folder: (folder / FILES[2]).unlink(), f"{FILES[2]}: it isn't there, but its"),
        (lambda folder: (folder / FILES[3]).unlink(), f"{FILES[3]}: it isn't there, but its"),
        (lambda folder: (folder / FILES[2]).write_text("{"), f"{FILES[2]}: the data is no rule"),
        (lambda folder: (folder / FILES[3]).write_text("[]"), f"{FILES[3]}: the data is no sign"),
        (
            lambda folder: (folder / FILES[3]).write_bytes((folder / FILES[1]).read_bytes()),
            f"{FILES[3]}: the sign-off is of .*, another book",
        ),
    ],
)
def test_a_bad_file_is_named_and_nothing_is_read(
    folder: Path, spoil: Callable[[Path], object], message: str
) -> None:
    spoil(folder)
    with pytest.raises(DataError, match=message):
        read_rule_books(folder)


def test_a_changed_book_is_refused_by_its_file(folder: Path) -> None:
    data = json.loads((folder / FILES[0]).read_text(encoding="utf-8"))
    data["tiering"]["ladder"] = ["gold", "others"]
    (folder / FILES[0]).write_text(json.dumps(data), encoding="utf-8")
    with pytest.raises(RelationshipError, match=f"{FILES[0]}: its fingerprint isn't that"):
        read_rule_books(folder)


def test_a_folder_with_a_book_missing_in_between_is_refused(folder: Path) -> None:
    for name in FILES[2:4]:
        (folder / name).unlink()
    with pytest.raises(SignOffError, match="but replaces"):
        read_rule_books(folder)


def test_a_folder_without_books_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SignOffError, match="it holds no book"):
        read_rule_books(tmp_path)

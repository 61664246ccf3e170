from __future__ import annotations

from pathlib import Path

import pytest

from relationship_core.cli.whole_file import whole


def test_it_is_put_in_its_place_once_it_is_whole(tmp_path: Path) -> None:
    target = tmp_path / "book.json"
    target.write_text("old", encoding="utf-8")
    with whole(target) as half:
        half.write_text("new", encoding="utf-8")
        assert target.read_text(encoding="utf-8") == "old"
    assert target.read_text(encoding="utf-8") == "new"
    assert [*tmp_path.iterdir()] == [target]


def test_where_writing_fails_nothing_is_left(tmp_path: Path) -> None:
    target = tmp_path / "book.json"
    with pytest.raises(UnicodeEncodeError), whole(target) as half:
        half.write_text("余额", encoding="ascii")
    assert not [*tmp_path.iterdir()]


@pytest.mark.parametrize("folder", ["", "none"])
def test_what_can_t_be_put_in_its_place_is_told_by_that(tmp_path: Path, folder: str) -> None:
    target = tmp_path / folder / "book.json"
    with pytest.raises(FileNotFoundError) as caught, whole(target):
        pass
    assert caught.value.filename == str(target)

from __future__ import annotations

from pathlib import Path

import pytest

from relationship_core.portfolio.run.durable import lasting, lasting_folder


def write_half(target: Path) -> None:
    with lasting(target) as half:
        half.write_text("half of", encoding="utf-8")
        raise ZeroDivisionError


def fill_half(target: Path) -> None:
    with lasting_folder(target) as half:
        (half / "left").touch()
        raise ZeroDivisionError


def test_a_file_has_its_name_only_once_all_of_it_is_there(tmp_path: Path) -> None:
    target = tmp_path / "deep" / "file"
    with lasting(target) as half:
        half.write_text("all of it", encoding="utf-8")
        assert not target.exists()
    assert target.read_text(encoding="utf-8") == "all of it"
    assert [*target.parent.iterdir()] == [target]


def test_an_error_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    target = tmp_path / "file"
    target.write_text("before", encoding="utf-8")
    with pytest.raises(ZeroDivisionError):
        write_half(target)
    assert [*tmp_path.iterdir()] == [target]
    assert target.read_text(encoding="utf-8") == "before"


def test_a_folder_has_its_name_only_once_all_of_it_is_there(tmp_path: Path) -> None:
    target = tmp_path / "folder"
    for content in ("first", "second"):
        with pytest.raises(ZeroDivisionError):
            fill_half(target)
        with lasting_folder(target) as half:
            assert [*half.iterdir()] == []
            (half / "file").write_text(content, encoding="utf-8")
        assert (target / "file").read_text(encoding="utf-8") == content
        assert [*tmp_path.iterdir()] == [target]

from __future__ import annotations

from pathlib import Path

import pytest

from relationship_core.errors import DataError
from relationship_core.portfolio.publication import published


def test_the_folder_is_there_only_when_it_is_whole(tmp_path: Path) -> None:
    target = tmp_path / "deep" / "out"
    with published(target) as folder:
        (folder / "a.csv").write_text("1", encoding="utf-8")
        assert not target.exists()
    assert [path.name for path in target.iterdir()] == ["a.csv"]
    assert [path.name for path in target.parent.iterdir()] == ["out"]


def test_after_a_failure_everything_is_as_before(tmp_path: Path) -> None:
    target = tmp_path / "out"
    target.mkdir()
    (target / "a.csv").write_text("old", encoding="utf-8")

    def fail() -> None:
        with published(target, may_replace=["a.csv"]) as folder:
            (folder / "a.csv").write_text("new", encoding="utf-8")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert (target / "a.csv").read_text(encoding="utf-8") == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_an_earlier_output_comes_back_if_the_new_one_cannot_take_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "out"
    target.mkdir()
    (target / "a.csv").write_text("old", encoding="utf-8")
    rename = Path.rename

    def refuse(path: Path, to: Path) -> Path:
        if path.name == "made":
            raise PermissionError
        return rename(path, to)

    monkeypatch.setattr(Path, "rename", refuse)
    with pytest.raises(PermissionError), published(target, may_replace=["a.csv"]):
        pass
    assert (target / "a.csv").read_text(encoding="utf-8") == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_an_earlier_output_is_replaced_whole(tmp_path: Path) -> None:
    target = tmp_path / "out"
    names = ["a.csv", "b.csv"]
    for content in ("old", "new"):
        with published(target, may_replace=names) as folder:
            (folder / f"{'a' if content == 'old' else 'b'}.csv").write_text(content, "utf-8")
    assert [path.name for path in target.iterdir()] == ["b.csv"]
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_an_empty_folder_is_filled(tmp_path: Path) -> None:
    with published(tmp_path / "out") as folder:
        (folder / "a.csv").touch()
    (tmp_path / "empty").mkdir()
    with published(tmp_path / "empty") as folder:
        (folder / "a.csv").touch()
    assert (tmp_path / "empty" / "a.csv").exists()


@pytest.mark.parametrize("name", ["other.csv", ".hidden"])
def test_what_is_not_ours_is_never_overwritten(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("precious", encoding="utf-8")
    with (
        pytest.raises(DataError, match="holds something else already"),
        published(tmp_path, may_replace=["a.csv"]),
    ):
        pytest.fail("nothing should be made")
    assert (tmp_path / name).read_text(encoding="utf-8") == "precious"


def test_a_file_in_the_way_is_refused(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("", encoding="utf-8")
    with pytest.raises(DataError, match="a file where a folder"), published(tmp_path / "out"):
        pytest.fail("nothing should be made")

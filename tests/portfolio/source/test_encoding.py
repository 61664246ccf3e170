from __future__ import annotations

import codecs
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relationship_core.errors import DataError
from relationship_core.portfolio import read_folder
from relationship_core.portfolio.source.encoding import encoding_of
from tests.portfolio.bank import SMALL, small, write_csv
from tests.portfolio.source.whole import read

CHINESE = small(
    customers=[
        SMALL["customers"][0],
        ["C1", "personal", "王芳", "1980-02-03", "B1"],
        ["C2", "personal", "李𠮷", "1979-05-06", "B1"],
        ["C3", "corporate", "星光纺织", "2001-01-01", "B2"],
    ]
)


def recoded(folder: Path, encoding: str) -> Path:
    for path in folder.glob("*.csv"):
        path.write_bytes(path.read_text(encoding="utf-8").encode(encoding))
    return folder


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_a_folder_says_the_same_in_every_encoding(tmp_path: Path, encoding: str) -> None:
    plain = read(write_csv(tmp_path / "plain", CHINESE))
    assert plain[0]["C2"].customer.name == "李𠮷"
    folder = recoded(write_csv(tmp_path / "other", CHINESE), encoding)
    assert read(folder) == plain
    with read_folder(folder) as portfolio:
        assert portfolio.dossier("C3") == plain[0]["C3"]


def test_gb18030_may_have_a_byte_order_mark_too(tmp_path: Path) -> None:
    folder = write_csv(tmp_path, CHINESE)
    path = folder / "customers.csv"
    path.write_bytes(("\ufeff" + path.read_text(encoding="utf-8")).encode("gb18030"))
    assert read(folder)[0]["C1"].customer.name == "王芳"


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=30))
def test_text_in_utf8_is_never_taken_for_anything_else(text: str) -> None:
    assert detected(text.encode()) == ("utf-8-sig" if text.startswith("\ufeff") else "utf-8")
    assert detected(codecs.BOM_UTF8 + text.encode("gb18030")) == "utf-8-sig"


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=30))
def test_text_in_gb18030_is_read_as_it_unless_it_is_utf8_by_chance(text: str) -> None:
    content = text.encode("gb18030")
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        assert detected(content) == "gb18030"
    else:
        assert detected(content) == "utf-8"


@pytest.mark.parametrize("ending", [b"\n", b"\r\n", b"\r"])
@pytest.mark.parametrize("bad", [b"\xff", "é".encode("latin-1") + b",", b"\x81"])
@pytest.mark.parametrize("before", ["王芳".encode(), "王芳".encode("gb18030")])
@pytest.mark.parametrize("chunk", [1, 3, 2**20])
def test_a_file_in_neither_is_refused_with_the_line_of_the_byte(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    ending: bytes,
    bad: bytes,
    before: bytes,
    chunk: int,
) -> None:
    monkeypatch.setattr("relationship_core.portfolio.source.encoding._CHUNK", chunk)
    lines = [b"customer_id,kind,name", b"C1,personal," + before, b"C2,personal,x" + bad, b""]
    (tmp_path / "customers.csv").write_bytes(ending.join(lines))
    with pytest.raises(DataError, match="neither UTF-8 nor GB18030") as caught:
        read(tmp_path)
    assert (caught.value.file, caught.value.line) == ("customers.csv", 3)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32"])
def test_a_file_in_another_encoding_is_refused(tmp_path: Path, encoding: str) -> None:
    content = "customer_id,kind\nC1,personal\n".encode(encoding)
    (tmp_path / "customers.csv").write_bytes(content)
    with pytest.raises(DataError, match=r"customers\.csv, line 1: the file is neither"):
        read(tmp_path)


def detected(content: bytes) -> str:
    with TemporaryDirectory() as place:
        path = Path(place) / "file.csv"
        path.write_bytes(content)
        return encoding_of(path, path.name)

from __future__ import annotations

import codecs
from pathlib import Path

import pytest

from relationship_core.domain import Dossier
from relationship_core.errors import DataError
from relationship_core.portfolio import Rejection
from tests.portfolio.source.whole import read

HEADER = b"customer_id,kind,name\n"


def read_bytes(path: Path, content: bytes) -> tuple[dict[str, Dossier], list[Rejection]]:
    (path / "customers.csv").write_bytes(content)
    return read(path)


def test_a_byte_order_mark_and_windows_line_ends_make_no_difference(tmp_path: Path) -> None:
    content = HEADER + "C1,personal,王芳\n".encode()
    plain = read_bytes(tmp_path, content)
    marked = read_bytes(tmp_path, b"\xef\xbb\xbf" + content.replace(b"\n", b"\r\n"))
    assert plain == marked
    assert plain[0]["C1"].customer.name == "王芳"


def test_blank_around_a_cell_and_blank_lines_mean_nothing(tmp_path: Path) -> None:
    content = b" customer_id ,kind, name\n\n C1 ,personal ,  \n\nC2,personal,x\n"
    dossiers, rejections = read_bytes(tmp_path, content)
    assert list(dossiers) == ["C1", "C2"]
    assert dossiers["C1"].customer.name is None
    assert rejections == []


def test_lines_are_counted_through_quoted_cells(tmp_path: Path) -> None:
    content = HEADER + b'C1,personal,"a\nb"\nC2,alien,x\n"C3","personal","Chen, ""Q"" Ltd"\n'
    dossiers, rejections = read_bytes(tmp_path, content)
    assert [(one.line, one.field) for one in rejections] == [(2, "name"), (4, "kind")]
    assert dossiers["C3"].customer.name == 'Chen, "Q" Ltd'


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (b"C1,personal", "2 cells where the header has 3; the row is left out"),
        (b"C1,personal,x,y", "4 cells where the header has 3; the row is left out"),
        (b'C1,personal,"x"y', "the CSV is malformed: "),
    ],
)
def test_a_row_that_is_no_row_is_named_and_the_next_one_read(
    tmp_path: Path, row: bytes, reason: str
) -> None:
    dossiers, rejections = read_bytes(tmp_path, HEADER + row + b"\nC2,personal,Li\n")
    assert list(dossiers) == ["C2"]
    assert [(one.file, one.line, one.field) for one in rejections] == [("customers.csv", 2, "")]
    assert rejections[0].reason.startswith(reason)


def test_a_quote_that_never_ends_is_named_where_it_began(tmp_path: Path) -> None:
    content = HEADER + b'C1,personal,x\nC2,personal,"y\nC3,personal,z\n'
    dossiers, rejections = read_bytes(tmp_path, content)
    assert list(dossiers) == ["C1"]
    assert [(one.line, one.field) for one in rejections] == [(3, "")]


def test_after_a_byte_order_mark_bytes_that_are_no_utf8_cost_their_cell_or_their_row(
    tmp_path: Path,
) -> None:
    name = "王芳".encode("gbk")
    content = (
        codecs.BOM_UTF8 + HEADER + b"C1,personal," + name + b"\nC\xff2,personal,x\nC3,personal,z\n"
    )
    dossiers, rejections = read_bytes(tmp_path, content)
    assert list(dossiers) == ["C1", "C3"]
    assert dossiers["C1"].customer.name is None
    assert [(one.line, one.field) for one in rejections] == [(2, "name"), (3, "customer_id")]
    assert rejections[0].reason == "is not UTF-8; the cell is left out, the row is kept"
    assert rejections[1].reason == "is not UTF-8; the row is left out"


def test_a_header_that_is_no_csv_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="line 1: the header is missing"):
        read_bytes(tmp_path, b'"customer_id"x,kind\nC1,personal\n')

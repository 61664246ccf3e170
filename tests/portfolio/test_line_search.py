from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relationship_core.portfolio import read_folder
from relationship_core.portfolio.line_search import lines_holding
from tests.portfolio.bank import SMALL, small, write_csv


@given(
    st.lists(st.text("abcé,", max_size=5), min_size=1, max_size=8),
    st.sets(st.text("abcé", min_size=1, max_size=2), max_size=3),
    st.sampled_from(["\n", "\r\n"]),
    st.booleans(),
)
def test_a_search_finds_what_reading_every_line_finds(
    lines: list[str], needles: set[str], ending: str, is_ended: bool
) -> None:
    text = ending.join(["head", *lines]) + (ending if is_ended else "")
    with TemporaryDirectory() as place:
        path = Path(place) / "file.csv"
        path.write_bytes(text.encode())
        found = lines_holding(path, needles, "utf-8")
    expected = [
        (number, line)
        for number, line in enumerate(lines, start=2)
        if any(needle in line for needle in needles)
    ]
    assert found is not None
    assert [(number, line.rstrip("\r")) for number, line in found] == expected


@pytest.mark.parametrize("needle", ["", "\n", "\n\n", "a\n"])
@pytest.mark.parametrize("content", ["head", "head\na\nb", "head\na\n\n\n"])
def test_a_search_for_nothing_or_a_break_ends(tmp_path: Path, content: str, needle: str) -> None:
    path = tmp_path / "file.csv"
    path.write_bytes(content.encode())
    lines = content.split("\n")
    for number, line in lines_holding(path, {needle}, "utf-8") or []:
        assert line == lines[number - 1]


@pytest.mark.parametrize("content", ['head\n"a\nb"\n', "head\ra\rb\r"])
def test_lines_that_may_not_be_rows_are_left_to_the_parser(tmp_path: Path, content: str) -> None:
    path = tmp_path / "file.csv"
    path.write_bytes(content.encode())
    assert lines_holding(path, {"a"}, "utf-8") is None


def test_many_texts_are_left_to_the_parser(tmp_path: Path) -> None:
    path = tmp_path / "file.csv"
    path.write_bytes(b"head\n")
    assert lines_holding(path, {f"A{number}" for number in range(100)}, "utf-8") is None


@pytest.mark.parametrize("quoted", ['"', ""])
def test_bad_rows_are_named_the_same_however_they_are_found(tmp_path: Path, quoted: str) -> None:
    positions = [*SMALL["positions"], ["A1", "2026-04-01", "-1", "", ""]]
    folder = write_csv(tmp_path, small(positions=positions))
    path = folder / "positions.csv"
    text = path.read_text("utf-8") + f"A1,2026-03-01\nA2{quoted},2026-02-01,1,,\n"
    path.write_text(text, "utf-8")
    with read_folder(folder) as portfolio:
        expected = list(portfolio.dossiers())
    for dossier in expected:
        with read_folder(folder) as portfolio:
            assert portfolio.dossier(dossier.customer.id) == dossier

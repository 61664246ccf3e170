"""A folder read as tables keeps and leaves out what the same folder read as dossiers does."""

from __future__ import annotations

import csv
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from relationship_core.domain import Dossier
from relationship_core.portfolio import write_folder
from relationship_core.portfolio.tables import FrameEngine
from tests.portfolio.bank import TREE, banks
from tests.portfolio.tables.same import ENGINES, check_same
from tests.portfolio.tables.typed import as_typed_parquet

SOILS = st.sampled_from(
    [
        "",
        "x",
        "-1",
        "1e3",
        "+0.50",
        "1.",
        "2026-02-30",
        "A\u200b1",
        "C1",
        "A0",
        "H",
        "B9",
        "TRUE",
        "0",
        "2026-06-01",
        "110101199003078515",
        "personal",
        "owner",
        "9" * 41,
        "0.000000001",
        " 5 ",
        "true",
        "2027-01-01",
        "1e-30",
        "12345678901234567890.12",
    ]
)


@st.composite
def edits(draw: st.DrawFn) -> list[tuple[int, int, int, str]]:
    """Places, as large numbers taken modulo what is there, and what to put or do there."""
    numbers = st.integers(0, 10**6)
    does = SOILS | st.sampled_from(["drop the row", "double the row"])
    return draw(st.lists(st.tuples(numbers, numbers, numbers, does), max_size=8))


def soil(folder: Path, changes: list[tuple[int, int, int, str]]) -> None:
    files = sorted(folder.glob("*.csv"))
    for file_number, row_number, column_number, does in changes:
        path = files[file_number % len(files)]
        with path.open(encoding="utf-8", newline="") as stream:
            header, *lines = list(csv.reader(stream))
        if not lines or path.stem == "branches":
            continue
        line = lines[row_number % len(lines)]
        if does == "drop the row":
            lines.remove(line)
        elif does == "double the row":
            lines.append(list(line))
        else:
            line[column_number % len(line)] = does
        with path.open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream).writerows([header, *lines])


FORMS = st.sampled_from(["csv", "parquet", "two parts of parquet"])


@settings(max_examples=6, phases=[Phase.explicit, Phase.generate])
@given(banks(), edits(), FORMS, st.sampled_from(ENGINES))
def test_random_folders_are_read_as_their_dossiers_are(
    bank: list[Dossier],
    changes: list[tuple[int, int, int, str]],
    form: str,
    engine: FrameEngine,
) -> None:
    with TemporaryDirectory() as place:
        folder = Path(place) / "bank"
        write_folder(folder, bank, branch_tree=TREE)
        soil(folder, changes)
        if form != "csv":
            as_typed_parquet(folder, parts=1 if form == "parquet" else 2)
        check_same(folder, engine)

"""Text becomes whole units exactly, in whatever form its numbers are written."""

from __future__ import annotations

from contextlib import closing
from decimal import Decimal, localcontext
from random import Random

import pyarrow as pa
import pytest

from relationship_core.errors import DataError
from relationship_core.portfolio.database import Database
from relationship_core.portfolio.schema import POSITIONS
from relationship_core.portfolio.source import LINE, FilePlace, Source
from relationship_core.portfolio.source.csv_part import CsvPart
from relationship_core.portfolio.tables.casting import measure_numbers, typed_rows

FILE = "positions.csv"


@pytest.fixture
def database():
    with closing(Database({"positions": [FILE]}, is_small=True)) as opened:
        yield opened


def number(chance: Random, exponent: int) -> str:
    digits = "".join(chance.choices("0012345678900", k=chance.randint(1, 12)))
    text = chance.choice(["", "+", "-"]) + digits
    if chance.random() < 0.7:
        text += "." + "".join(chance.choices("001259", k=chance.randint(0, 8)))
    if chance.random() < 0.4:
        text += chance.choice("eE") + str(chance.randint(-exponent, exponent))
    return text


def source(tmp_path) -> Source:
    return Source(FILE, [CsvPart(FilePlace(POSITIONS, tmp_path / FILE, FILE, {}))])


def held(database: Database, texts: list[str | None]) -> None:
    columns = {name: pa.nulls(len(texts), pa.string()) for name in POSITIONS.column_names}
    columns["fees"] = pa.array(texts, pa.string())
    lines = pa.array(range(2, len(texts) + 2), pa.int64())
    rows = pa.RecordBatch.from_pydict({LINE: lines, **columns})
    database.insert(POSITIONS, FILE, rows)


@pytest.mark.parametrize("seed", range(8))
def test_random_numbers_come_through_to_the_last_digit(tmp_path, database, seed):
    chance = Random(seed)
    texts = [number(chance, 3 * (seed % 4)) if chance.random() < 0.9 else None for _ in range(300)]
    held(database, texts)
    measures = measure_numbers(database, POSITIONS, source(tmp_path), ["fees"])
    query = typed_rows(POSITIONS, ["fees"], measures)
    units = database.rows(query).column("fees").to_pylist()
    scale = measures["fees"].scale
    with localcontext(prec=80):
        meant = [None if text is None else Decimal(text) for text in texts]
        assert [None if one is None else Decimal(int(one)).scaleb(-scale) for one in units] == meant
        finest = max(-one.normalize().as_tuple().exponent for one in meant if one)
        assert scale == max(0, finest)
        assert max(abs(int(one or 0)) for one in units) <= measures["fees"].bound


@pytest.mark.parametrize(
    ("texts", "line"),
    [
        (["1e36", "0.1"], None),
        (["1e36", "0.12", "1"], 3),
        (["1e-38"], None),
        (["1e-39"], 2),
        (["1e38"], 2),
        (["0e99", "0e-99"], None),
        (["9" * 38], None),
        (["1" + "0" * 39], 2),
    ],
)
def test_38_digits_are_held_and_no_more(tmp_path, database, texts, line):
    held(database, texts)
    if line is None:
        measures = measure_numbers(database, POSITIONS, source(tmp_path), ["fees"])
        units = database.rows(typed_rows(POSITIONS, ["fees"], measures)).column("fees")
        assert len(units) == len(texts)
    else:
        with pytest.raises(DataError, match="38 digits") as caught:
            measure_numbers(database, POSITIONS, source(tmp_path), ["fees"])
        assert (caught.value.file, caught.value.line, caught.value.field) == (FILE, line, "fees")

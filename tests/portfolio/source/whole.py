"""What a portfolio folder holds, read whole, and the same tables in other forms."""

from __future__ import annotations

from pathlib import Path

import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from relationship_core.domain import Dossier
from relationship_core.portfolio import Rejection, read_folder
from tests.portfolio.bank import write_csv


def read(path: Path) -> tuple[dict[str, Dossier], list[Rejection]]:
    with read_folder(path) as folder:
        found = {dossier.customer.id: dossier for dossier in folder.dossiers()}
        return found, list(folder.rejections)


def as_parquet(folder: Path, tables: dict[str, list[list[str]]]) -> Path:
    """The same tables with the types that Arrow infers."""
    write_csv(folder, tables)
    for path in list(folder.iterdir()):
        pq.write_table(pa_csv.read_csv(path), path.with_suffix(".parquet"), row_group_size=2)
        path.unlink()
    return folder

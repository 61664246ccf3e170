"""A small invented bank in the form of the Czech records, and what can be done to such records."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path

from examples.berka_bank.folder import write_folder
from examples.berka_bank.records import read_records

AS_OF = date(1994, 3, 31)
GARBAGE = "garbage"

Table = list[dict[str, str]]

# One loan, one card, two districts, an authorised user, a child, and something of each kind dated
# later. Written for these tests; no row of the real bank's.
SMALL: Mapping[str, Sequence[str]] = {
    "account": [
        "account_id;district_id;frequency;date",
        '10;1;"POPLATEK MESICNE";930126',
        '20;2;"POPLATEK TYDNE";940115',
        '30;2;"POPLATEK MESICNE";940401',
    ],
    "client": [
        "client_id;birth_number;district_id",
        '1;"600102";1',
        '2;"655228";1',
        '3;"800331";2',
        '4;"500101";2',
    ],
    "disp": [
        "disp_id;client_id;account_id;type",
        '1;1;10;"OWNER"',
        '2;2;10;"DISPONENT"',
        '3;3;20;"OWNER"',
        '4;4;30;"OWNER"',
    ],
    "order": ["order_id;account_id;bank_to;account_to;amount;k_symbol", '1;10;"AB";"5";9.00;""'],
    "trans": [
        "trans_id;account_id;date;type;operation;amount;balance;k_symbol;bank;account",
        '1;10;930126;"PRIJEM";"VKLAD";3100.00;3100.00;"";;',
        '9;10;930131;"VYDAJ";"VYBER";14.60;3085.40;"SLUZBY";;',
        '8;10;930131;"PRIJEM";"";5.00;3090.40;"UROK";;',
        '7;10;930131;"PRIJEM";"PREVOD Z UCTU";2000.00;5090.40;"DUCHOD";"CD";77',
        '11;20;940115;"PRIJEM";"VKLAD";500.00;500.00;"";;',
        '12;10;940210;"VYBER";"VYBER KARTOU";400.00;4690.40;"";;',
        '13;10;940212;"VYDAJ";"PREVOD NA UCET";1200.20;3490.20;"UVER";"EF";5',
        '14;10;940301;"VYDAJ";"PREVOD NA UCET";90.00;3400.20;" ";"GH";6',
        '15;20;940302;"VYDAJ";"VYBER";800.00;-300.00;"SIPO";;',
        '16;20;940331;"VYDAJ";"VYBER";3.00;-303.00;"SANKC. UROK";;',
        '17;30;940401;"PRIJEM";"VKLAD";900.00;900.00;"";;',
        '18;10;940401;"PRIJEM";"VKLAD";700.00;4100.20;"";;',
    ],
    "loan": [
        "loan_id;account_id;date;amount;duration;payments;status",
        '5;10;940110;14400;12;1200.00;"B"',
        '6;20;940401;2400;12;200.00;"A"',
    ],
    "card": [
        "card_id;disp_id;type;issued",
        '7;2;"classic";940205 00:00:00',
        '8;3;"junior";940401 00:00:00',
    ],
    "district": [
        "A1;A2;A3;A4;A11;A12;A13",
        '1;"Town";"north Land";100;8000;0.3;0.4',
        '2;"Village";"south Land";50;7000;?;1.2',
    ],
}


def write_small_bank(source: Path) -> Path:
    source.mkdir()
    for name, lines in SMALL.items():
        (source / f"{name}.asc").write_text("\r\n".join([*lines, ""]), "utf-8", newline="")
    return source


def files_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def folder_of(source: Path, as_of: date, out: Path) -> dict[str, bytes]:
    out.mkdir(exist_ok=True)
    write_folder(read_records(source, as_of), out)
    return files_of(out)


def table(folder: Mapping[str, bytes], name: str) -> Table:
    return list(csv.DictReader(folder[f"{name}.csv"].decode("utf-8").splitlines()))


def rewrite(
    source: Path, to: Path, changed: Mapping[str, Callable[[dict[str, str]], dict[str, str] | None]]
) -> Path:
    """Copy the records, each row of a file replaced by what its function makes of it."""
    shutil.copytree(source, to)
    for name, change in changed.items():
        path = to / f"{name}.asc"
        with path.open(encoding="utf-8", newline="") as lines:
            reader = csv.DictReader(lines, delimiter=";")
            header = list(reader.fieldnames or ())
            rows = [row for row in map(change, reader) if row is not None]
        with path.open("w", encoding="utf-8", newline="") as lines:
            writer = csv.DictWriter(lines, header, delimiter=";", quoting=csv.QUOTE_ALL)
            writer.writeheader()
            writer.writerows(rows)
    return to


DATED = {"account": "date", "trans": "date", "loan": "date", "card": "issued"}
UNDATED = {
    "account": ("frequency",),
    "loan": ("status",),
    "district": tuple(f"A{number}" for number in range(4, 17)),
    "order": ("account_id", "bank_to", "account_to", "amount", "k_symbol"),
}


def without_later(source: Path, to: Path, as_of: date) -> Path:
    """The records as they would be had the bank stopped writing on the day."""
    last = as_of.strftime("%y%m%d")

    def dropped(dated: str) -> Callable[[dict[str, str]], dict[str, str] | None]:
        return lambda row: row if row[dated][:6] <= last else None

    return rewrite(source, to, {name: dropped(field) for name, field in DATED.items()})


def with_garbage(source: Path, to: Path, as_of: date) -> Path:
    """The records with nonsense in all that the day can't know, rows dated later included."""
    last = as_of.strftime("%y%m%d")

    def spoilt(name: str) -> Callable[[dict[str, str]], dict[str, str]]:
        def spoil(row: dict[str, str]) -> dict[str, str]:
            dated = DATED.get(name)
            if dated is not None and row[dated][:6] > last:
                return {field: row[field] if field == dated else GARBAGE for field in row}
            return {f: GARBAGE if f in UNDATED.get(name, ()) else text for f, text in row.items()}

        return spoil

    return rewrite(source, to, {name: spoilt(name) for name in {*DATED, *UNDATED}})

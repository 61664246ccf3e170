"""The Czech bank's folder: what it holds, and that nothing after the day can reach it."""

from __future__ import annotations

from collections import Counter
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from examples.berka_bank.balances import day_ends
from examples.berka_bank.command import main
from examples.berka_bank.records import read_records
from relationship_core.errors import DataError
from tests.examples.conftest import Run
from tests.examples.czech_records import AS_OF, folder_of, table, with_garbage, without_later


def test_people_are_those_with_a_right_over_an_account_open_by_then(
    small: Path, tmp_path: Path
) -> None:
    folder = folder_of(small, AS_OF, tmp_path / "out")
    assert [
        (row["customer_id"], row["born"], row["sex"], row["branch"], row["since"], row["status"])
        for row in table(folder, "customers")
    ] == [
        ("1", "1960-01-02", "male", "D1", "1993-01-26", "active"),
        ("2", "1965-02-28", "female", "D1", "1993-01-26", "active"),
        ("3", "1980-03-31", "male", "D2", "1994-01-15", "minor"),
    ]
    assert [tuple(row.values()) for row in table(folder, "owners")] == [
        ("10", "1", "owner", "1"),
        ("10", "2", "authorised", ""),
        ("20", "3", "owner", "1"),
        ("loan-5", "1", "owner", "1"),
        ("card-7", "2", "owner", "1"),
    ]


def test_loans_and_cards_are_accounts_from_the_day_of_their_granting(
    small: Path, tmp_path: Path
) -> None:
    folder = folder_of(small, AS_OF, tmp_path / "out")
    assert [
        (row["account_id"], row["product_id"], row["opened"], row["maturity"], row["branch"])
        for row in table(folder, "accounts")
    ] == [
        ("10", "current", "1993-01-26", "", "D1"),
        ("20", "current", "1994-01-15", "", "D2"),
        ("loan-5", "loan", "1994-01-10", "1994-12-12", "D1"),
        ("card-7", "card-classic", "1994-02-05", "", "D1"),
    ]


def test_a_position_is_owed_for_every_month_since_the_opening(small: Path, tmp_path: Path) -> None:
    positions = table(folder_of(small, AS_OF, tmp_path / "out"), "positions")
    months = Counter(row["account_id"] for row in positions)
    assert months == {"10": 15, "20": 3, "loan-5": 3, "card-7": 2}
    by_key = {(row["account_id"], row["month"]): row for row in positions}
    opening = by_key["10", "1993-01-01"]
    # 3,100.00 on five days, and on the 31st what fee, interest and pension left, in that order.
    assert Decimal(opening["credit_average"]) == Decimal("664.21")
    assert opening["closing_balance"] == "5090.40"
    assert (opening["fees"], opening["transactions_counter"]) == ("14.60", "1")
    assert opening["transactions_automatic"] == "1"
    march = by_key["20", "1994-03-01"]
    assert (march["credit_average"], march["debit_average"]) == ("16.13", "290.42")
    assert (march["fees"], march["transactions_counter"]) == ("0", "1")
    assert by_key["10", "1994-02-01"]["transactions_atm"] == "1"
    owed = [by_key["loan-5", f"1994-0{month}-01"] for month in (1, 2, 3)]
    assert [row["closing_balance"] for row in owed] == ["-14400", "-13199.80", "-13199.80"]
    assert [row["days_past_due"] for row in owed] == ["19", "16", "47"]


def test_entries_say_what_they_were_for(small: Path, tmp_path: Path) -> None:
    rows = table(folder_of(small, AS_OF, tmp_path / "out"), "transactions")
    assert [
        (r["transaction_id"], r["amount"], r["channel"], r["purpose"], r["counterparty_bank"])
        for r in rows
    ] == [
        ("1", "3100.00", "counter", "cash", ""),
        ("7", "2000.00", "automatic", "pension", "CD"),
        ("8", "5.00", "automatic", "interest", ""),
        ("9", "-14.60", "automatic", "fee", ""),
        ("11", "500.00", "counter", "cash", ""),
        ("12", "-400.00", "atm", "cash", ""),
        ("13", "-1200.20", "automatic", "loan_payment", ""),
        ("14", "-90.00", "automatic", "transfer", "GH"),
        ("15", "-800.00", "counter", "household", ""),
        ("16", "-3.00", "automatic", "penalty", ""),
    ]


def test_branches_are_districts_under_their_regions(small: Path, tmp_path: Path) -> None:
    rows = table(folder_of(small, AS_OF, tmp_path / "out"), "branches")
    assert [(row["branch_id"], row["level"], row["parent"]) for row in rows] == [
        ("bank", "head_office", ""),
        ("R-north-Land", "province", "bank"),
        ("R-south-Land", "province", "bank"),
        ("D1", "branch", "R-north-Land"),
        ("D2", "branch", "R-south-Land"),
    ]


@pytest.mark.parametrize(
    "as_of", [AS_OF, date(1994, 2, 11), date(1994, 1, 15), date(1993, 1, 31), date(1994, 4, 1)]
)
def test_what_comes_later_changes_nothing(small: Path, tmp_path: Path, as_of: date) -> None:
    known = folder_of(small, as_of, tmp_path / "known")
    dropped = without_later(small, tmp_path / "dropped", as_of)
    assert folder_of(dropped, as_of, tmp_path / "one") == known
    spoilt = with_garbage(small, tmp_path / "spoilt", as_of)
    assert folder_of(spoilt, as_of, tmp_path / "two") == known


def test_the_order_of_the_rows_changes_nothing(small: Path, tmp_path: Path) -> None:
    known = folder_of(small, AS_OF, tmp_path / "known")
    for path in small.iterdir():
        header, *rows = path.read_text("utf-8").splitlines()
        path.write_text("\r\n".join([header, *reversed(rows), ""]), "utf-8", newline="")
    assert folder_of(small, AS_OF, tmp_path / "turned") == known


@pytest.mark.parametrize(
    ("name", "row", "error"),
    [
        ("trans", '19;10;940301;"PRIJEM";"VKLAD";1.00;1.00;"NEW";;', "k_symbol: is none of"),
        ("trans", '19;99;940301;"PRIJEM";"VKLAD";1.00;1.00;"";;', "open accounts"),
        ("trans", '19;20;940101;"PRIJEM";"VKLAD";1.00;1.00;"";;', "precedes the opening"),
        ("account", '40;9;"POPLATEK MESICNE";940301', "districts"),
        ("disp", '9;9;10;"DISPONENT"', "clients"),
        ("loan", '9;30;940301;2400;12;200.00;"A"', "open accounts"),
        ("loan", '9;10;940301;2400;12;200.00;"A"', "two loans"),
        ("card", '9;4;"gold";940301 00:00:00', "dispositions"),
    ],
)
def test_records_that_contradict_each_other_are_refused(
    small: Path, name: str, row: str, error: str
) -> None:
    with (small / f"{name}.asc").open("a", encoding="utf-8", newline="") as lines:
        lines.write(row + "\r\n")
    with pytest.raises(DataError, match=error):
        read_records(small, AS_OF)


def test_a_day_beyond_the_log_is_refused(
    small: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = [str(small), str(tmp_path / "out"), "--as-of"]
    assert main([*arguments, "1994-05-01"]) == 1
    assert "the log ends on 1994-04-01" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
    assert main([*arguments, "1994-03-31"]) == 0
    assert "2 accounts, 2 of them with transactions, of 2 owners" in capsys.readouterr().out


def test_the_real_bank_has_what_it_had(real: Run) -> None:
    rows = {
        name: table(real.folder, name) for name in ("accounts", "customers", "owners", "positions")
    }
    families = Counter(row["product_id"] for row in rows["accounts"])
    assert families == {"current": 1_229, "loan": 38, "card-classic": 6}
    of_accounts = Counter(row["role"] for row in rows["owners"] if row["account_id"].isdecimal())
    assert of_accounts == {"owner": 1_229, "authorised": 260}
    assert len(rows["customers"]) == 1_489
    assert len(rows["positions"]) == 10_958 + 166
    assert len(table(real.folder, "transactions")) == 49_102


def test_real_balances_are_explained_by_their_entries_but_for_the_logs_last_day(
    berka_dir: Path,
) -> None:
    ends = [
        end
        for account in read_records(berka_dir, AS_OF).accounts
        for end in day_ends(account.postings)
    ]
    assert (len(ends), sum(end.entries > 1 for end in ends)) == (39_960, 8_285)
    unexplained = [end for end in ends if abs(end.unexplained) > Decimal("0.20")]
    assert len(unexplained) == 28
    assert {end.day for end in unexplained} == {AS_OF}
    assert sum(end.unexplained for end in unexplained) == Decimal("4429.10")


def test_a_loan_in_default_is_provided_for_and_earns_nothing(real: Run) -> None:
    in_default = [row for row in table(real.folder, "positions") if row["defaulted"]]
    assert len({row["account_id"] for row in in_default}) == 1
    assert [row["month"] for row in in_default] == [
        *("1993-10-01", "1993-11-01", "1993-12-01"),
        *("1994-01-01", "1994-02-01", "1994-03-01"),
    ]
    assert [row["impairment"] for row in in_default] == [
        *("43378.20", "0.00", "0.00", "0.00", "0.00", "-3614.94")
    ]
    assert {row["debit_rate"] for row in in_default} == {"0"}


def test_the_real_folder_is_the_same_without_what_came_later(
    berka_dir: Path, real: Run, tmp_path: Path
) -> None:
    dropped = without_later(berka_dir, tmp_path / "dropped", AS_OF)
    assert folder_of(dropped, AS_OF, tmp_path / "one") == real.folder


def test_an_earlier_day_sees_the_log_only_so_far(berka_dir: Path, tmp_path: Path) -> None:
    as_of = date(1993, 11, 17)
    earlier = folder_of(berka_dir, as_of, tmp_path / "earlier")
    spoilt = with_garbage(berka_dir, tmp_path / "spoilt", as_of)
    dropped = without_later(spoilt, tmp_path / "dropped", as_of)
    assert folder_of(dropped, as_of, tmp_path / "again") == earlier
    assert max(row["booked"] for row in table(earlier, "transactions")) == "1993-11-17"
    assert max(row["month"] for row in table(earlier, "positions")) == "1993-10-01"

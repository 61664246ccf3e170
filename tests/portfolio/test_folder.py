from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from relationship_core.domain import Channel, Dossier, IdentifierScheme, Owner
from relationship_core.errors import DataError
from relationship_core.portfolio import Rejection, read_folder
from relationship_core.rules import Fact, Kind
from tests.portfolio.bank import SMALL, Rows, small, with_row, write_csv

Found = list[tuple[str, int, str]]


def read(
    path: Path, tables: Rows, as_of: date | None = None
) -> tuple[dict[str, Dossier], list[Rejection]]:
    with read_folder(write_csv(path, tables), as_of=as_of) as folder:
        dossiers = {dossier.customer.id: dossier for dossier in folder.dossiers()}
        assert folder.customer_count == len(dossiers)
        assert len(folder.rejections) == len(list(folder.rejections))
        return dossiers, list(folder.rejections)


def places(rejections: list[Rejection]) -> Found:
    return [(one.file, one.line, one.field) for one in rejections]


def test_a_clean_folder_is_read_whole(tmp_path: Path) -> None:
    dossiers, rejections = read(tmp_path, SMALL)
    assert rejections == []
    assert list(dossiers) == ["C1", "C2", "C3"]
    first = dossiers["C1"]
    assert first.accounts is not None
    assert [account.id for account in first.accounts] == ["A1", "A3"]
    assert first.accounts[0].owners == (Owner("C1"), Owner("C2", Decimal(2)))
    assert first.accounts[1].authorised == ("C1",)
    assert first.scope == ("P", "B1")
    assert dossiers["C3"].supplied == {"service_ability": Decimal("0.5")}
    for dossier in dossiers.values():
        assert dossier.positions is not None
        assert [p.credit_average for p in dossier.positions if p.account_id == "A2"] in (
            [],
            [Decimal("50.5")],
        )


def _acts(dossiers: dict[str, Dossier]) -> list[object]:
    return [position.transactions for position in dossiers["C1"].positions or ()]


def test_an_empty_count_is_none_if_the_file_counts_acts_at_all(tmp_path: Path) -> None:
    dossiers, _ = read(tmp_path, SMALL)
    assert _acts(dossiers)[:2] == [((Channel.MOBILE, 3),), ()]


def test_without_a_column_of_counts_nobody_counted_acts(tmp_path: Path) -> None:
    without = [row[:4] for row in SMALL["positions"]]
    dossiers, _ = read(tmp_path / "csv", small(positions=without))
    assert set(_acts(dossiers)) == {None}
    tables = write_csv(tmp_path / "parquet", small(positions=None))
    columns = dict(zip(without[0], map(list, zip(*without[1:], strict=True)), strict=True))
    pq.write_table(pa.table(columns), tables / "positions.parquet")
    with read_folder(tables) as folder:
        assert {one.customer.id: one for one in folder.dossiers()} == dossiers
    counted = pa.table({**columns, "transactions_atm": pa.nulls(len(without) - 1)})
    pq.write_table(counted, tables / "positions.parquet")
    with read_folder(tables) as folder:
        assert set(_acts({one.customer.id: one for one in folder.dossiers()})) == {()}


def test_a_tie_is_in_both_dossiers(tmp_path: Path) -> None:
    dossiers, _ = read(tmp_path, SMALL)
    assert dossiers["C1"].relations == dossiers["C2"].relations
    assert len(dossiers["C1"].relations or ()) == 1
    assert dossiers["C3"].relations == ()


def test_an_absent_table_is_not_given_and_an_empty_one_is_known_to_be_empty(
    tmp_path: Path,
) -> None:
    only = {"customers": SMALL["customers"], "interactions": SMALL["interactions"][:1]}
    dossiers, _ = read(tmp_path, only)
    one = dossiers["C1"]
    assert one.interactions == ()
    assert (one.accounts, one.positions, one.transactions, one.relations) == (None,) * 4
    assert one.standing is None
    assert one.scope == ()


def test_one_dossier_may_be_nothing_but_a_customer(tmp_path: Path) -> None:
    write_csv(tmp_path, {"customers": SMALL["customers"]})
    with read_folder(tmp_path) as folder:
        alone = folder.dossier("C2")
        assert alone == list(folder.dossiers())[1]
    assert alone.customer.id == "C2"


def test_dossiers_can_be_streamed_again_and_side_by_side(tmp_path: Path) -> None:
    with read_folder(write_csv(tmp_path, SMALL)) as folder:
        once = list(folder.dossiers())
        pairs = list(zip(folder.dossiers(), folder.dossiers(), strict=True))
    assert [one for one, _ in pairs] == once == [other for _, other in pairs]


def test_a_closed_folder_leaves_nothing_behind_and_is_read_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "temporary"
    place.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(place))
    folder = read_folder(write_csv(tmp_path / "bank", SMALL))
    assert folder.customer_count == 3
    (database,) = place.iterdir()
    assert database.stat().st_mode & 0o077 == 0
    folder.close()
    assert list(place.iterdir()) == []
    assert folder.customer_count == 3
    folder.close()


BAD_ROWS = [
    ("customers", ["", "personal", "", "", ""], "customer_id", "is missing"),
    ("customers", ["C4", "person", "", "", ""], "kind", "is none of personal, corporate"),
    ("customers", ["C\u200b4", "personal", "", "", ""], "customer_id", "can't be seen"),
    ("customers", ["C1", "personal", "", "", ""], "customer_id", "given twice, first in line 2"),
    ("accounts", ["A4", "XXX", "CNY", "2020-01-01"], "product_id", "is no product_id of products"),
    ("accounts", ["A4", "CUR", "yuan", "2020-01-01"], "currency", ""),
    ("accounts", ["A4", "CUR", "CNY", "2020-01-32"], "opened", "no day of the calendar"),
    ("accounts", ["A4", "CUR", "CNY", "01.02.2020"], "opened", "YYYY-MM-DD"),
    ("accounts", ["A4", "CUR", "CNY", "2020-01-01"], "account_id", "has no owner in owners"),
    ("accounts", ["A1", "CUR", "CNY", "2020-01-01"], "account_id", "given twice, first in line 2"),
    ("owners", ["A9", "C1", "", ""], "account_id", "is no account_id of accounts"),
    ("products", ["CUR", "current"], "product_id", "given twice, first in line 2"),
    ("positions", ["A1", "2026-06-01", "1", "", ""], "month", "given twice, first in line 3"),
    ("positions", ["A1", "2026-04-01", "-1", "", ""], "credit_average", "is negative"),
    ("positions", ["A1", "2026-04-01", "1,5", "", ""], "credit_average", "no plain decimal"),
    ("positions", ["A1", "2026-04-01", "１", "", ""], "credit_average", "no plain decimal"),
    ("positions", ["A1", "2026-04-01", "NaN", "", ""], "credit_average", "no plain decimal"),
    ("positions", ["A1", "2026-04-01", "1e30", "", ""], "credit_average", "beyond any ledger"),
    ("positions", ["A1", "2026-04-02", "1", "", ""], "month", "not a month's first day"),
    ("positions", ["A1", "2026-04-01", "1", "", "1.5"], "transactions_mobile", "no whole number"),
    ("positions", ["A9", "2026-04-01", "1", "", ""], "account_id", "is no account_id of accounts"),
    ("transactions", ["T1", "A1", "2026-06-03", "1", "mobile", "other"], "transaction_id", "twice"),
    ("transactions", ["T9", "A1", "2026-02-29", "1", "mobile", "other"], "booked", "calendar"),
    ("transactions", ["T9", "A1", "2026-06-03", "1", "fax", "other"], "channel", "is none of"),
    ("transactions", ["T9", "A1", "2026-06-03", "", "mobile", "other"], "amount", "is missing"),
    ("interactions", ["I2", "C9", "2026-06-01", "contact"], "customer_id", "is no customer_id"),
    ("interactions", ["I1", "C1", "2026-06-01", "contact"], "interaction_id", "given twice"),
    ("relations", ["C1", "C1", "household"], "other_id", "related to itself"),
    ("relations", ["C9", "C1", "household"], "customer_id", "is no customer_id of customers"),
    ("supplied", ["C1", "service_skill", "1"], "fact", "is no fact that the rule book knows"),
    ("supplied", ["C1", "service_ability", "high"], "value", "no plain decimal"),
    ("supplied", ["C1", "service_ability", "2"], "value", ""),
    ("supplied", ["C1", "stage", "stable"], "value", ""),
    ("supplied", ["C1", "open_complaints", "1.5"], "value", "no whole number"),
]


@pytest.mark.parametrize(("table", "row", "field", "reason"), BAD_ROWS)
def test_a_bad_row_is_named_and_left_out(
    tmp_path: Path, table: str, row: list[str], field: str, reason: str
) -> None:
    clean, _ = read(tmp_path / "clean", SMALL)
    dossiers, rejections = read(tmp_path / "dirty", with_row(table, *row))
    assert places(rejections) == [(f"{table}.csv", len(SMALL[table]) + 1, field)]
    assert reason in rejections[0].reason
    assert rejections[0].reason.endswith("; the row is left out")
    assert dossiers == clean


SPARED_CELLS = [
    ("name", "Wang\u200bFang"),
    ("id_number", "11010119800203123X"),
    ("id_scheme", "library_card"),
    ("id_country", "China"),
    ("id_expires", "2030-13-01"),
    ("id_verified", "perhaps"),
    ("born", "1980-02-30"),
    ("sex", "?"),
    ("industry", "C\u200b17"),
    ("branch", "B9"),
    ("since", "long ago"),
    ("risk_tolerance", "6"),
    ("risk_tolerance", "-1"),
    ("phone", "12\u202e3"),
    ("marketing_consent_given", "2026-02-30"),
]


@pytest.mark.parametrize(("field", "text"), SPARED_CELLS)
def test_a_bad_cell_of_a_customer_is_left_out_and_the_rest_kept(
    tmp_path: Path, field: str, text: str
) -> None:
    header = ["customer_id", "kind", "id_number", "id_country", "phone"]
    good = ["C1", "personal", "E12345678", "CN", "010 1234"]
    if field not in header:
        header.append(field)
        good.append("")
    bad = [text if name == field else cell for name, cell in zip(header, good, strict=True)]
    blank = ["" if name == field else cell for name, cell in zip(header, good, strict=True)]
    branches = {"branches": SMALL["branches"]}
    dossiers, rejections = read(tmp_path / "bad", {"customers": [header, bad], **branches})
    expected, none = read(tmp_path / "blank", {"customers": [header, blank], **branches})
    assert none == []
    assert places(rejections) == [("customers.csv", 2, field)]
    assert rejections[0].reason.endswith("; the cell is left out, the row is kept")
    assert text not in rejections[0].reason
    assert dossiers == expected


@pytest.mark.parametrize(("field", "text"), [("status", "late"), ("closed", "2026-02-30")])
def test_a_customer_is_lost_where_a_guess_could_do_harm(
    tmp_path: Path, field: str, text: str
) -> None:
    rows = [["customer_id", "kind", field], ["C1", "personal", text]]
    dossiers, rejections = read(tmp_path, {"customers": rows})
    assert dossiers == {}
    assert places(rejections) == [("customers.csv", 2, field)]


def test_a_consent_whose_end_cannot_be_read_does_not_stand(tmp_path: Path) -> None:
    header = ["customer_id", "kind", "marketing_consent_given", "marketing_consent_withdrawn"]
    for bad in ("2026-02-30", "2019-01-01"):
        rows = [header, ["C1", "personal", "2020-01-01", bad]]
        dossiers, rejections = read(tmp_path, {"customers": rows})
        assert dossiers["C1"].customer.consents == ()
        assert places(rejections) == [("customers.csv", 2, "marketing_consent_withdrawn")]


def test_every_fault_of_a_row_is_named(tmp_path: Path) -> None:
    tables = with_row("positions", "", "2026-13-01", "-1", "x", "y")
    _, rejections = read(tmp_path, tables)
    assert [one.field for one in rejections] == sorted(SMALL["positions"][0])


def test_an_identifier_is_kept_in_canonical_form(tmp_path: Path) -> None:
    header = ["customer_id", "kind", "id_scheme", "id_number"]
    rows = [header, ["C1", "personal", "", " Ｅ1234 5678 "]]
    dossiers, rejections = read(tmp_path, {"customers": rows})
    (identifier,) = dossiers["C1"].customer.identifiers
    assert (identifier.scheme, identifier.value) == (IdentifierScheme.PASSPORT, "E12345678")
    assert rejections == []


def test_nobody_is_born_after_the_review(tmp_path: Path) -> None:
    from relationship_core.domain import Sex
    from relationship_core.portfolio.sample.chance import Chance
    from relationship_core.portfolio.sample.identity import resident_id

    number = resident_id(Chance(1), date(2020, 5, 6), Sex.FEMALE)
    rows = {"customers": [["customer_id", "kind", "id_number"], ["C1", "personal", number]]}
    _, without = read(tmp_path, rows)
    _, later = read(tmp_path, rows, date(2020, 5, 6))
    _, earlier = read(tmp_path, rows, date(2020, 5, 5))
    assert (without, later) == ([], [])
    assert places(earlier) == [("customers.csv", 2, "id_number")]


def test_what_hangs_on_a_rejected_account_goes_with_it(tmp_path: Path) -> None:
    accounts = [list(row) for row in SMALL["accounts"]]
    accounts[1][1] = "XXX"
    dossiers, rejections = read(tmp_path, small(accounts=accounts))
    assert places(rejections) == [
        ("accounts.csv", 2, "product_id"),
        ("owners.csv", 2, "account_id"),
        ("owners.csv", 3, "account_id"),
        ("positions.csv", 2, "account_id"),
        ("positions.csv", 3, "account_id"),
        ("transactions.csv", 2, "account_id"),
    ]
    assert {one.reason for one in rejections[1:]} == {
        "its row in accounts was left out; the row is left out"
    }
    assert [account.id for account in dossiers["C1"].accounts or ()] == ["A3"]
    assert [account.id for account in dossiers["C2"].accounts or ()] == ["A2"]


def test_what_hangs_on_a_rejected_customer_goes_but_other_owners_keep_their_share(
    tmp_path: Path,
) -> None:
    customers = [list(row) for row in SMALL["customers"]]
    customers[1][1] = "alien"
    dossiers, rejections = read(tmp_path, small(customers=customers))
    assert places(rejections) == [
        ("customers.csv", 2, "kind"),
        ("owners.csv", 2, "customer_id"),
        ("owners.csv", 6, "customer_id"),
        ("interactions.csv", 2, "customer_id"),
        ("relations.csv", 2, "customer_id"),
    ]
    assert rejections[1].reason == (
        "its row in customers was left out; the other owners' shares stay as they are"
    )
    assert list(dossiers) == ["C2", "C3"]
    joint = (dossiers["C2"].accounts or ())[0]
    assert joint.owners == (Owner("C1"), Owner("C2", Decimal(2)))


def test_an_account_of_nobody_is_left_out(tmp_path: Path) -> None:
    owners = [row for row in SMALL["owners"] if row[0] != "A2"] + [["A2", "C9", "", ""]]
    _, rejections = read(tmp_path, small(owners=owners))
    assert ("accounts.csv", 3, "account_id") in places(rejections)
    assert ("positions.csv", 4, "account_id") in places(rejections)
    assert any("nobody named on it" in one.reason for one in rejections)


@pytest.mark.parametrize(
    "row", [["A1", "C3", "owner", "lots"], ["A1", "C3", "boss", ""], ["A1", "C1", "owner", "3"]]
)
def test_an_account_whose_shares_are_unsure_is_left_out(tmp_path: Path, row: list[str]) -> None:
    dossiers, rejections = read(tmp_path, with_row("owners", *row))
    assert ("accounts.csv", 2, "account_id") in places(rejections)
    assert ("owners.csv", 7, "") not in places(rejections)
    assert "A1" not in {account.id for account in dossiers["C1"].accounts or ()}


def test_the_same_owner_twice_in_the_same_words_does_no_harm(tmp_path: Path) -> None:
    clean, _ = read(tmp_path / "clean", SMALL)
    dossiers, rejections = read(tmp_path / "twice", with_row("owners", "A1", "C2", "owner", "2"))
    assert places(rejections) == [("owners.csv", 7, "customer_id")]
    assert dossiers == clean


def test_one_dossier_alone_is_the_same_as_in_the_stream(tmp_path: Path) -> None:
    dirty = small(
        transactions=[
            *SMALL["transactions"],
            ["T2", "A2", "2026-06-05", "7", "mobile", "other"],
            ["T1", "A2", "2026-06-05", "8", "mobile", "other"],
        ],
        relations=[*SMALL["relations"], ["C9", "C2", "referrer"], ["C3", "C2", "supplier"]],
        owners=[*SMALL["owners"], ["A2", "C9", "", "4"]],
    )
    dossiers, _ = read(tmp_path, dirty)
    for customer_id, dossier in dossiers.items():
        with read_folder(tmp_path) as folder:
            assert folder.dossier(customer_id) == dossier
            assert folder.customer_count == 3
            assert folder.dossier(customer_id) == dossier


@pytest.mark.parametrize("loaded", [False, True])
def test_a_customer_without_a_dossier_is_refused_with_the_reason(
    tmp_path: Path, loaded: bool
) -> None:
    tables = with_row("customers", "C4", "alien", "", "", "")
    with read_folder(write_csv(tmp_path, tables)) as folder:
        if loaded:
            assert folder.customer_count == 3
        with pytest.raises(DataError, match=r"customers\.csv, line 5, kind: is none of"):
            folder.dossier("C4")
        with pytest.raises(DataError, match="there is no customer of that id"):
            folder.dossier("C5")


def test_supplied_facts_are_those_of_the_rule_book(tmp_path: Path) -> None:
    stars = Fact("northern.stars", Kind.COUNT)
    since = Fact("northern.since", Kind.DATE)
    mood = Fact("northern.mood", Kind.CATEGORY, categories=("calm", "cross"))
    loud = Fact("northern.loud", Kind.FLAG)
    facts = {fact.name: fact for fact in (stars, since, mood, loud)}
    rows = [
        ["customer_id", "fact", "value"],
        ["C1", "northern.stars", "7"],
        ["C1", "northern.since", "2020-02-03"],
        ["C1", "northern.mood", "calm"],
        ["C1", "northern.loud", "TRUE"],
        ["C2", "northern.mood", "sleepy"],
    ]
    write_csv(tmp_path, small(supplied=rows))
    with read_folder(tmp_path, facts=facts) as folder:
        first, second, _ = folder.dossiers()
        assert places(list(folder.rejections)) == [("supplied.csv", 6, "value")]
    assert first.supplied == {
        "northern.stars": 7,
        "northern.since": date(2020, 2, 3),
        "northern.mood": "calm",
        "northern.loud": True,
    }
    assert second.supplied == {}


def test_a_standing_is_read_with_what_is_pending(tmp_path: Path) -> None:
    header = [
        *("customer_id", "stage", "stage_pending", "stage_pending_seen", "stages_passed"),
        *("tier_pending", "tier_pending_seen"),
    ]
    rows = [
        header,
        ["C1", "stable", "decline", "2026-04-30; 2026-05-31", "exploration;stable", "", ""],
        ["C2", "stable", "decline", "", "", "", ""],
        ["C3", "stable", "", "", "", "gold", "2026-05-31;2026-04-30"],
    ]
    dossiers, rejections = read(tmp_path, small(standings=rows))
    standing = dossiers["C1"].standing
    assert standing is not None
    assert standing.stages_passed == ("exploration", "stable")
    assert standing.stage_pending is not None
    assert standing.stage_pending.seen == (date(2026, 4, 30), date(2026, 5, 31))
    assert places(rejections) == [
        ("standings.csv", 3, "stage_pending"),
        ("standings.csv", 4, "tier_pending"),
    ]
    assert dossiers["C2"].standing is None


BAD_FOLDERS = [
    (small(customers=None), r"customers\.csv: the file is missing"),
    (small(products=None), r"accounts\.csv: it means nothing without products"),
    (small(accounts=None), r"owners\.csv: it means nothing without accounts"),
    (small(customers=[["customer_id"], ["C1"]]), "kind: the required column is missing"),
    (small(customers=[["Wang Fang", "C1"], ["Li", "C2"]]), "customer_id: the required column"),
    (
        small(customers=[["customer_id", "kind", "nmae"], ["C1", "personal", "x"]]),
        "nmae: unknown column, which would be read by nobody; the nearest is name",
    ),
    (small(customers=[["customer_id", "kind", "kind"]]), "the column is there twice"),
    (small(customers=[]), r"customers\.csv, line 1: the header is missing"),
    (with_row("branches", "B3", "Lost", "branch", "X"), r"branches\.csv: the parent isn't there"),
    (with_row("branches", "B3", "Lost", "shop", "P"), r"branches\.csv, line 6, level: is none of"),
    (with_row("branches", "B3"), r"branches\.csv, line 6: 1 cells where the header has 4"),
]


@pytest.mark.parametrize(("tables", "message"), BAD_FOLDERS)
def test_a_folder_that_makes_no_portfolio_is_refused(
    tmp_path: Path, tables: Rows, message: str
) -> None:
    write_csv(tmp_path, tables)
    with pytest.raises(DataError, match=message) as caught, read_folder(tmp_path) as folder:
        list(folder.dossiers())
    assert "Wang" not in str(caught.value)
    with pytest.raises(DataError, match=message), read_folder(tmp_path) as folder:
        folder.dossier("C1")


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="there is no such folder"):
        read_folder(tmp_path / "nowhere")

from __future__ import annotations

import filecmp
from collections import Counter
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from relationship_core.domain import (
    CustomerKind,
    Dossier,
    Level,
    ProductFamily,
    RelationKind,
    TransactionPurpose,
)
from relationship_core.errors import DataError, InvalidValueError
from relationship_core.portfolio import read_folder
from relationship_core.portfolio.sample import (
    LAST_DAY,
    TREE,
    Dirt,
    Sample,
    sample_dossiers,
    write_sample,
)

CUSTOMERS = 650


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Sample]:
    path = tmp_path_factory.mktemp("sample") / "bank"
    return path, write_sample(path, customers=CUSTOMERS, seed=7)


@pytest.fixture(scope="module")
def dossiers() -> list[Dossier]:
    return list(sample_dossiers(CUSTOMERS, 7))


def same_files(one: Path, other: Path) -> bool:
    names = sorted(path.name for path in one.iterdir())
    assert names == sorted(path.name for path in other.iterdir())
    same, different, failed = filecmp.cmpfiles(one, other, names, shallow=False)
    assert failed == []
    assert bool(different) == (len(same) < len(names))
    return not different


def test_a_seed_gives_the_same_bytes_and_another_seed_others(
    bank: tuple[Path, Sample], tmp_path: Path
) -> None:
    again = write_sample(tmp_path / "again", customers=CUSTOMERS, seed=7)
    write_sample(tmp_path / "other", customers=CUSTOMERS, seed=8)
    assert again == bank[1]
    assert same_files(bank[0], tmp_path / "again")
    assert not same_files(bank[0], tmp_path / "other")


def test_every_planted_fault_is_named_at_its_place(bank: tuple[Path, Sample]) -> None:
    path, sample = bank
    with read_folder(path, as_of=LAST_DAY) as folder:
        named = Counter((one.file, one.line, one.field) for one in folder.rejections)
        reasons = {(one.file, one.line, one.field): one.reason for one in folder.rejections}
        assert folder.customer_count == CUSTOMERS
    planted = [(one.file, one.line, one.field) for one in sample.planted]
    assert len(planted) == CUSTOMERS // 100
    assert {one.dirt for one in sample.planted} == set(Dirt)
    assert all(named[place] == 1 for place in planted)
    consequences = {reasons[place] for place in named if place not in set(planted)}
    assert consequences == {"its row in accounts was left out; the row is left out"}


def test_what_is_not_soiled_is_read_as_it_was_made(
    bank: tuple[Path, Sample], dossiers: list[Dossier]
) -> None:
    with read_folder(bank[0], as_of=LAST_DAY) as folder:
        read = {dossier.customer.id: dossier.digest() for dossier in folder.dossiers()}
    changed = [one.customer.id for one in dossiers if read[one.customer.id] != one.digest()]
    repeated = sum(one.dirt is Dirt.REPEATED_ID for one in bank[1].planted)
    # A repeated row changes nothing; an account left out is missed by everybody named on it.
    least = len(bank[1].planted) - repeated
    assert least <= len(changed) <= 2 * least


def test_a_smaller_sample_is_the_beginning_of_a_larger_one(dossiers: list[Dossier]) -> None:
    first = list(sample_dossiers(50, 7))
    # Only the last group may have been cut off for want of room.
    assert [one.digest() for one in first[:45]] == [one.digest() for one in dossiers[:45]]


@pytest.mark.parametrize("customers", [1, 2, 3])
def test_a_sample_may_be_small(tmp_path: Path, customers: int) -> None:
    write_sample(tmp_path / "bank", customers=customers, seed=1)
    with read_folder(tmp_path / "bank") as folder:
        assert folder.customer_count == customers


def test_a_sample_of_nobody_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidValueError, match="customers: is not above zero"):
        write_sample(tmp_path / "bank", customers=0, seed=1)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_with_something_in_it_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "customers.csv").write_text("precious", encoding="utf-8")
    with pytest.raises(DataError, match="holds something else already"):
        write_sample(tmp_path, customers=1, seed=1)
    assert (tmp_path / "customers.csv").read_text(encoding="utf-8") == "precious"


def test_few_have_much(dossiers: list[Dossier]) -> None:
    wealth = sorted(
        sum(
            (p.closing_balance for p in one.positions or () if p.month == date(2026, 6, 1)),
            Decimal(0),
        )
        for one in dossiers
        if one.customer.kind is CustomerKind.PERSONAL
    )
    positive = [amount for amount in wealth if amount > 0]
    assert sum(positive[-len(positive) // 5 :]) > Decimal("0.6") * sum(positive)


def test_the_bank_has_customers_of_every_sort(dossiers: list[Dossier]) -> None:
    kinds = Counter(one.customer.kind for one in dossiers)
    assert kinds[CustomerKind.PERSONAL] > 0.8 * CUSTOMERS
    assert kinds[CustomerKind.CORPORATE] > kinds[CustomerKind.INSTITUTIONAL] > 0
    families = {account.product.family for one in dossiers for account in one.accounts or ()}
    assert families == set(ProductFamily)
    ties = {tie.kind for one in dossiers for tie in one.relations or ()}
    assert ties >= {RelationKind.HOUSEHOLD, RelationKind.BENEFICIAL_OWNER}
    assert any(not one.accounts for one in dossiers)
    assert any(len(account.owners) == 2 for one in dossiers for account in one.accounts or ())
    assert {account.currency for one in dossiers for account in one.accounts or ()} == {
        "CNY",
        "USD",
    }
    assert {branch.level for branch in TREE} == set(Level)
    assert all(len(one.scope) == 4 for one in dossiers)


def test_income_comes_monthly_and_stops_for_some(dossiers: list[Dossier]) -> None:
    salaried = [
        {booking.booked.month for booking in one.transactions or () if booking.purpose is purpose}
        for one in dossiers
        for purpose in (TransactionPurpose.SALARY, TransactionPurpose.PENSION)
    ]
    steady = sum(months == {12, 1, 2, 3, 4, 5, 6} for months in salaried)
    stopped = sum({12, 1, 2, 3} <= months and 6 not in months for months in salaried)
    assert steady > 0.3 * CUSTOMERS
    assert 0 < stopped < 0.1 * CUSTOMERS


def test_money_of_some_leaves_for_other_banks(dossiers: list[Dossier]) -> None:
    leaving = 0
    for one in dossiers:
        by_month: Counter[date] = Counter()
        for position in one.positions or ():
            by_month[position.month] += position.closing_balance
        gone = any(
            booking.counterparty_bank and booking.amount < 0 and booking.booked > date(2026, 5, 31)
            for booking in one.transactions or ()
        )
        leaving += gone and by_month[date(2026, 6, 1)] < by_month[date(2025, 12, 1)] / 2
    assert 0.02 * CUSTOMERS < leaving < 0.2 * CUSTOMERS


def test_january_is_fuller_than_february_for_most_people(dossiers: list[Dossier]) -> None:
    drops = []
    for one in dossiers:
        if one.customer.kind is not CustomerKind.PERSONAL:
            continue
        (everyday, *_) = one.accounts or (None,)
        averages = {
            position.month: position.credit_average
            for position in one.positions or ()
            if everyday is not None and position.account_id == everyday.id
        }
        january, february = averages.get(date(2026, 1, 1)), averages.get(date(2026, 2, 1))
        if january and february is not None:
            drops.append(february < january)
    assert sum(drops) > 0.8 * len(drops)


def test_nothing_is_dated_after_the_last_day(dossiers: list[Dossier]) -> None:
    for one in dossiers:
        assert all(position.month_end <= LAST_DAY for position in one.positions or ())
        assert all(booking.booked <= LAST_DAY for booking in one.transactions or ())
        assert all(contact.occurred <= LAST_DAY for contact in one.interactions or ())
        assert all(account.opened <= LAST_DAY for account in one.accounts or ())


def test_every_open_account_has_each_of_its_months(dossiers: list[Dossier]) -> None:
    for one in dossiers:
        for account in one.accounts or ():
            months = [p.month for p in one.positions or () if p.account_id == account.id]
            until = account.closed or LAST_DAY
            first = max(account.opened, date(2025, 4, 1)).replace(day=1)
            assert months[0] == first
            assert months[-1] == until.replace(day=1)
            assert len(months) == (until.year - first.year) * 12 + until.month - first.month + 1

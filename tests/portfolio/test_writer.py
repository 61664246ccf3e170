from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from attrs import evolve
from hypothesis import given, settings

from relationship_core.domain import (
    Account,
    Consent,
    Customer,
    CustomerKind,
    Dossier,
    Identifier,
    IdentifierScheme,
    Owner,
    Position,
    Product,
    ProductFamily,
    Purpose,
    Standing,
    TierOverride,
)
from relationship_core.errors import InvalidValueError
from relationship_core.portfolio import read_folder, write_folder
from tests.portfolio.bank import TREE, banks


def digests(dossiers: list[Dossier]) -> dict[str, str]:
    return {dossier.customer.id: dossier.digest() for dossier in dossiers}


@settings(max_examples=15)
@given(banks())
def test_what_is_written_is_read_back(bank: list[Dossier]) -> None:
    with TemporaryDirectory() as place:
        write_folder(Path(place) / "bank", bank, branch_tree=TREE)
        with read_folder(Path(place) / "bank") as folder:
            assert list(folder.rejections) == []
            assert folder.branch_tree == TREE
            read = list(folder.dossiers())
            one = folder.dossier(bank[-1].customer.id)
        with read_folder(Path(place) / "bank") as folder:
            alone = folder.dossier(bank[-1].customer.id)
    assert [dossier.customer.id for dossier in read] == sorted(d.customer.id for d in bank)
    assert digests(read) == digests(bank)
    assert one == read[-1] == alone


DAY = date(2026, 1, 1)
PLAIN = Customer("C1", CustomerKind.PERSONAL)
PASSPORT = Identifier(IdentifierScheme.PASSPORT, "E12345678")
TAX = Identifier(IdentifierScheme.TAX_NUMBER, "12345")
HELD = Account("A1", Product("CUR", ProductFamily.CURRENT), "CNY", (Owner("C1"),), DAY)
OTHER = Account("A2", Product("CUR", ProductFamily.SAVINGS), "CNY", (Owner("C1"),), DAY)
OVERRIDE = TierOverride("gold", "asked for", "M1", "M2", DAY, date(2026, 2, 1))
MARKETING = Consent(Purpose.MARKETING, DAY)

NO_PLACE = [
    (Dossier(evolve(PLAIN, identifiers=(PASSPORT, TAX))), "Customer.identifiers"),
    (Dossier(evolve(PLAIN, consents=(MARKETING, MARKETING))), "Customer.consents"),
    (Dossier(evolve(PLAIN, consents=(Consent(Purpose.SHARING, DAY),))), "Customer.consents"),
    (
        Dossier(evolve(PLAIN, consents=(evolve(MARKETING, channel="desk"),))),
        "Customer.consents",
    ),
    (Dossier(PLAIN, standing=Standing(overrides=(OVERRIDE,))), "Standing.overrides"),
    (Dossier(PLAIN, scope=("P",)), "Dossier.scope"),
    (Dossier(evolve(PLAIN, branch="B1")), "Dossier.scope"),
    (Dossier(PLAIN, accounts=(HELD, OTHER)), "Account.product"),
    (
        Dossier(PLAIN, accounts=(HELD,), positions=(Position("A1", DAY, owners=(Owner("C1"),)),)),
        "Position.owners",
    ),
]


UNCOUNTED = Position("A1", DAY, Decimal(5), transactions=None)
COUNTED = Position("A1", date(2026, 2, 1))


def test_acts_that_nobody_counted_have_no_columns(tmp_path: Path) -> None:
    bank = [Dossier(PLAIN, accounts=(HELD,), positions=(UNCOUNTED,))]
    write_folder(tmp_path / "bank", bank)
    header = (tmp_path / "bank" / "positions.csv").read_text("utf-8").partition("\n")[0]
    assert header.endswith(",days_past_due")
    with read_folder(tmp_path / "bank") as folder:
        assert list(folder.dossiers()) == bank
        assert folder.dossier("C1") == bank[0]
    with read_folder(tmp_path / "bank") as folder:
        assert folder.dossier("C1") == bank[0]


@pytest.mark.parametrize("positions", [(UNCOUNTED, COUNTED), (COUNTED, UNCOUNTED)])
def test_acts_are_counted_in_all_positions_or_in_none(
    tmp_path: Path, positions: tuple[Position, ...]
) -> None:
    with pytest.raises(InvalidValueError, match=r"counted and others' not") as caught:
        write_folder(tmp_path / "bank", [Dossier(PLAIN, accounts=(HELD,), positions=positions)])
    assert caught.value.where == "Position.transactions"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("dossier", "where"), NO_PLACE)
def test_what_a_folder_cannot_say_is_refused_and_nothing_written(
    tmp_path: Path, dossier: Dossier, where: str
) -> None:
    with pytest.raises(InvalidValueError, match=where):
        write_folder(tmp_path / "bank", [dossier], branch_tree=TREE)
    assert list(tmp_path.iterdir()) == []


def test_records_are_given_of_all_customers_or_of_none(tmp_path: Path) -> None:
    mixed = [Dossier(PLAIN, accounts=()), Dossier(evolve(PLAIN, id="C2"))]
    with pytest.raises(InvalidValueError, match="records are given and others' not"):
        write_folder(tmp_path / "bank", mixed)


def test_a_bank_of_nobody_can_be_written_and_read(tmp_path: Path) -> None:
    write_folder(tmp_path / "bank", [])
    with read_folder(tmp_path / "bank") as folder:
        assert folder.customer_count == 0
        assert list(folder.dossiers()) == []


def test_amounts_are_written_without_exponents(tmp_path: Path) -> None:
    large = Position("A1", DAY, Decimal("1E+3"), fees=Decimal("1E-7"))
    write_folder(tmp_path / "bank", [Dossier(PLAIN, accounts=(HELD,), positions=(large,))])
    assert "A1,2026-01-01,1000,,,,,,,0.0000001," in (tmp_path / "bank" / "positions.csv").read_text(
        "utf-8"
    )

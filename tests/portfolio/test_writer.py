from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings

from relationship_core.domain import Dossier
from relationship_core.portfolio import read_folder, write_folder
from tests.portfolio.bank import TREE, banks


def digests(dossiers: list[Dossier]) -> dict[str, str]:
    return {dossier.customer.id: dossier.digest() for dossier in dossiers}


@settings(max_examples=25)
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

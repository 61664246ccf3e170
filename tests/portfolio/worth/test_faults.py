"""Parameters that aren't in force raise over tables what they raise for the first dossier."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from random import Random

import attrs
import pytest

from relationship_core.decisions.contribution import contribute, contribution_facts
from relationship_core.decisions.parameters import ContributionParameters
from relationship_core.domain import Channel
from relationship_core.errors import ParameterError
from relationship_core.portfolio import read_folder, write_folder
from relationship_core.portfolio.tables import Tables, read_tables
from relationship_core.portfolio.worth import FACTS, contribution, require_parameters
from relationship_core.rules import Kind
from relationship_core.rules.compile_frame import as_cell
from tests.portfolio.worth.bank import AS_OF, MONTHS, Bank, parameters

Sets = tuple[ContributionParameters, ...]


def changed(**changes: Callable[[ContributionParameters], object]) -> Sets:
    return tuple(
        attrs.evolve(one, **{name: change(one) for name, change in changes.items()})
        for one in parameters("CNY")
    )


def without(name: str, is_gone: Callable[[object], bool]) -> Sets:
    return changed(**{name: lambda one: [x for x in getattr(one, name) if not is_gone(x)]})


LACKING = {
    "all parameters of early months": parameters("CNY")[1:],
    "all parameters of late months but upkeep": tuple(
        attrs.evolve(one, valid_from=date(2023, 9, 1), relationship_upkeep=())
        for one in parameters("CNY")[:1]
    ),
    "a product's parameters": without("products", lambda one: one.product == "*"),
    "a currency's rates": without("exchange_rates", lambda one: one.currency == "USD"),
    "one month's rate": without("exchange_rates", lambda one: one.month == MONTHS[5]),
    "a currency's prices of funds": without("transfer_prices", lambda one: one.currency == "JPY"),
    "old prices of funds": without("transfer_prices", lambda one: one.valid_from.year < 2023),
    "a channel's cost": without("unit_costs", lambda one: one.channel is Channel.COUNTER),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("banks") / "bank"
    write_folder(path, Bank(Random(3)).dossiers(24))
    return path


@pytest.fixture(scope="module")
def tables(folder: Path) -> Iterator[Tables]:
    with read_tables(folder, as_of=AS_OF) as opened:
        yield opened.tables.measured()


def raised_by_dossiers(folder: Path, sets: Sets) -> ParameterError:
    with read_folder(folder, as_of=AS_OF) as dossiers:
        for dossier in dossiers.dossiers():
            try:
                contribute(dossier, AS_OF, sets)
            except ParameterError as error:
                return error
    raise AssertionError("nothing is lacking")


@pytest.mark.parametrize("what", LACKING)
def test_what_is_lacking(folder: Path, tables: Tables, what: str) -> None:
    sets = LACKING[what]
    with pytest.raises(ParameterError) as raised:
        require_parameters(tables, AS_OF, sets)
    assert str(raised.value) == str(raised_by_dossiers(folder, sets))


def test_what_is_lacking_on_duckdb(folder: Path) -> None:
    sets = LACKING["old prices of funds"]
    with (
        read_tables(folder, as_of=AS_OF, engine="duckdb") as opened,
        pytest.raises(ParameterError) as raised,
    ):
        require_parameters(opened.tables.measured(), AS_OF, sets)
    assert str(raised.value) == str(raised_by_dossiers(folder, sets))


def test_nothing_is_lacking(tables: Tables) -> None:
    require_parameters(tables, AS_OF, parameters("CNY"))


@pytest.mark.parametrize("what", ["one month's rate", "old prices of funds"])
def test_whoever_needs_it_is_unknown_and_others_are_not(
    folder: Path, tables: Tables, what: str
) -> None:
    sets = LACKING[what]
    frame = contribution(tables, AS_OF, sets).select("customer_id", *FACTS[:2])
    rows = {row.pop("customer_id"): row for row in frame.collect("polars").rows(named=True)}
    lacking = 0
    with read_folder(folder, as_of=AS_OF) as dossiers:
        for dossier in dossiers.dossiers():
            row = rows[dossier.customer.id]
            try:
                one = contribute(dossier, AS_OF, sets)
            except ParameterError:
                lacking += 1
                assert None in row.values()
            else:
                facts = contribution_facts(one, None)
                assert row == {name: as_cell(facts[name], Kind.MONEY) for name in row}
    assert 0 < lacking < len(rows)

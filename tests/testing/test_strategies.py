"""Every noun has strategies: what is valid is built, and what is invalid is refused."""

from __future__ import annotations

from datetime import date
from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from relationship_core import Dossier, Engine, domain
from relationship_core.decisions.window import month_index
from relationship_core.domain import Identifier, IdentifierScheme, parse_identifier
from relationship_core.domain.digest import digest_of
from relationship_core.errors import IdentifierError
from relationship_core.rules import Kind, truth
from relationship_core.testing import strategies as kit
from relationship_core.testing.strategies.values import AS_OF
from tests.rules.strategies import ALL, aum, share, tier

EVERY: dict[type, Any] = {**kit.NOUNS, Dossier: kit.dossiers}
NOUNS = pytest.mark.parametrize("noun", EVERY, ids=lambda noun: noun.__name__)


def test_every_public_noun_has_strategies() -> None:
    public = {getattr(domain, name) for name in domain.__all__}
    assert {noun for noun in public if isinstance(noun, type) and attrs.has(noun)} <= set(EVERY)


@NOUNS
@given(data=st.data())
def test_what_is_valid_is_built_anew_and_can_be_digested(noun: type, data: st.DataObject) -> None:
    value = data.draw(EVERY[noun]())
    assert type(value) is noun
    assert attrs.evolve(value) == value
    assert digest_of(value)


@NOUNS
@given(data=st.data())
def test_what_is_invalid_is_refused(noun: type, data: st.DataObject) -> None:
    refused = data.draw(EVERY[noun](invalid=True))
    with pytest.raises(refused.error) as caught:
        refused()
    assert noun.__name__ in repr(refused)
    assert str(caught.value)


@pytest.mark.parametrize("noun", kit.NOUNS, ids=lambda noun: noun.__name__)
def test_every_field_can_be_made_wrong(noun: type) -> None:
    assert {each.name for each in attrs.fields(noun) if each.init} == set(kit.NOUNS[noun].wrong)


@pytest.mark.parametrize("scheme", IdentifierScheme)
@given(data=st.data())
def test_an_identifier_of_each_scheme_is_read_as_what_it_is(
    scheme: IdentifierScheme, data: st.DataObject
) -> None:
    drawn = data.draw(kit.identifiers_of(scheme)())
    there = parse_identifier(
        f" {drawn.value} ",
        as_of=AS_OF,
        scheme=scheme,
        country=drawn.country,
        expires=drawn.expires,
        verified=drawn.verified,
    )
    assert there == drawn


@pytest.mark.parametrize("scheme", IdentifierScheme)
@given(data=st.data())
def test_a_mistyped_identifier_is_told_by_its_error(
    scheme: IdentifierScheme, data: st.DataObject
) -> None:
    noun = kit.identifiers_of(scheme)
    value = data.draw(noun())
    for clash in noun.clashing:
        with pytest.raises(IdentifierError) as caught:
            attrs.evolve(value, **clash(value))
        assert value.value not in str(caught.value)


@given(kit.dossiers(as_of=date(2025, 2, 28), scopes=[("north",)]))
def test_a_dossier_holds_nothing_later_than_its_day(dossier: Dossier) -> None:
    day = date(2025, 2, 28)
    assert dossier.scope == ("north",)
    assert all(one.opened <= day for one in dossier.accounts or ())
    assert all(one.month_end <= day for one in dossier.positions or ())
    assert all(one.booked <= day for one in dossier.transactions or ())
    for one in dossier.interactions or ():
        assert max(one.occurred, one.resolved or day) <= day
    if dossier.positions:
        newest = max(month_index(one.month) for one in dossier.positions)
        assert newest <= month_index(day)


@given(kit.fact_mappings(ALL, missing=0))
def test_all_is_known_where_nothing_is_missing(known: dict[str, Any]) -> None:
    assert list(known) == [fact.name for fact in ALL]
    for fact in ALL:
        assert fact.admits(known[fact.name])


@given(kit.fact_mappings(ALL, missing=1))
def test_nothing_is_known_where_all_is_missing(known: dict[str, Any]) -> None:
    assert set(known.values()) == {None}


BOOK = Engine.discover(["star-levels"]).rule_book


ALL_KNOWN = kit.fact_mappings(BOOK, missing=0)
READ = {fact.name for fact in BOOK.facts_read() if fact.derived is None}


@given(ALL_KNOWN)
def test_of_a_rule_book_all_that_it_rests_on_is_known(known: dict[str, Any]) -> None:
    assert all(known[name] is not None for name in READ)


@given(ALL_KNOWN | kit.fact_mappings(BOOK, missing=0.4))
def test_of_a_rule_book_ranges_relations_and_derived_facts_hold(known: dict[str, Any]) -> None:
    assert set(known) == set(BOOK.catalogue)
    for name, fact in BOOK.catalogue.items():
        value = known[name]
        assert value is None or fact.admits(value), name
        assert all(truth(relation, known) is not False for relation in fact.relations), name
    assets, deposits = known["aum"], known["deposits_average_3m"]
    if assets and deposits is not None:
        assert known["star.deposits_share"] == round(deposits / assets, 6)


def test_thresholds_are_met_from_both_sides() -> None:
    seen: set[Any] = set()

    @settings(max_examples=400, database=None)
    @given(kit.fact_mappings(BOOK))
    def collect(known: dict[str, Any]) -> None:
        seen.add(known["star.event_points"])

    collect()
    assert {499, 500, 501, None} <= seen


@given(kit.fact_mappings(BOOK, missing=0, read_by=BOOK.tiering.rules.rules))
def test_only_what_some_rules_read_need_be_drawn(known: dict[str, Any]) -> None:
    assert {name for name, value in known.items() if value is not None} == {
        *("aum", "contribution_12m", "kind", "tenure_months")
    }
    assert "None" not in repr(known)


@given(st.data())
def test_conditions_rules_and_sets_are_refused_where_they_are_invalid(data: st.DataObject) -> None:
    for strategy in (kit.conditions, kit.rules, kit.rule_sets):
        refused = data.draw(strategy(ALL, invalid=True))
        with pytest.raises(refused.error):
            refused()


@given(kit.conditions([aum]) | kit.conditions([share, tier]))
def test_few_facts_are_enough_for_conditions(condition: Any) -> None:
    assert condition.kind is Kind.FLAG


@given(kit.rules([aum]), kit.value_expressions([aum], Kind.MONEY))
def test_a_rule_needs_no_shared_part(rule: Any, value: Any) -> None:
    assert rule.then is None
    assert value.kind is Kind.MONEY


def test_what_identifies_a_person_shows_in_no_repr() -> None:
    @settings(database=None)
    @given(kit.customers(), kit.identifiers(invalid=True))
    def law(customer: domain.Customer, refused: kit.Refused) -> None:
        assert all(one.value not in repr(customer) for one in customer.identifiers)
        assert repr(refused).startswith("<Refused Identifier: ")

    law()
    assert Identifier in kit.NOUNS

"""The catalogue: every fact explained in both languages, each set by one phase."""

from __future__ import annotations

import re

import pytest

from relationship_core import facts
from relationship_core.decisions.observe import EXPECTED_FIELDS
from relationship_core.domain import CustomerKind, CustomerStatus, Sex
from relationship_core.facts import CATALOGUE, PHASES, Phase
from relationship_core.rules import Fact, Kind, facts_in

ALL = pytest.mark.parametrize("fact", CATALOGUE.values(), ids=CATALOGUE)


@ALL
def test_a_fact_is_explained_in_both_languages(fact: Fact) -> None:
    assert fact.label.en
    assert re.search("[\u4e00-\u9fff]", fact.label.zh)
    assert fact.description.endswith(".")
    assert fact.source
    assert bool(fact.unit) == (fact.kind.is_numeric)


@ALL
def test_a_fact_is_a_constant_of_its_own_name(fact: Fact) -> None:
    assert getattr(facts, fact.name) is fact
    assert fact.name in facts.__all__


@ALL
def test_relations_read_the_catalogue_only(fact: Fact) -> None:
    for relation in fact.relations:
        read = facts_in(relation)
        assert fact.name in {other.name for other in read}
        assert all(CATALOGUE[other.name].kind is other.kind for other in read)


def test_every_constant_is_in_the_catalogue() -> None:
    assert set(facts.__all__) - {"CATALOGUE", "PHASES", "Phase"} == set(CATALOGUE)


def test_every_fact_has_a_phase_and_phases_run_in_order() -> None:
    assert list(PHASES) == list(CATALOGUE)
    order = [list(Phase).index(phase) for phase in PHASES.values()]
    assert order == sorted(order)


def test_decided_facts_are_set_by_their_phase() -> None:
    assert PHASES["previous_stage"] is Phase.OBSERVE
    assert PHASES["contribution_12m"] is Phase.CONTRIBUTION
    assert PHASES["stage"] is PHASES["months_in_stage"] is Phase.LIFECYCLE
    assert PHASES["tier"] is PHASES["months_in_tier"] is Phase.TIERING


def test_labels_tell_facts_apart() -> None:
    assert len({fact.label.en for fact in CATALOGUE.values()}) == len(CATALOGUE)
    assert len({fact.label.zh for fact in CATALOGUE.values()}) == len(CATALOGUE)


def test_only_age_and_sex_are_protected() -> None:
    assert {fact.name for fact in CATALOGUE.values() if fact.protected} == {"age_years", "sex"}


@pytest.mark.parametrize(
    ("fact", "noun"),
    [
        (facts.kind, CustomerKind),
        (facts.sex, Sex),
        (facts.account_status, CustomerStatus),
    ],
)
def test_categories_are_the_nouns_values(fact: Fact, noun: type) -> None:
    assert fact.categories == tuple(noun)


@pytest.mark.parametrize(
    "fact", [facts.stage, facts.tier, facts.previous_stage, facts.previous_tier]
)
def test_a_bank_names_its_own_stages_and_tiers(fact: Fact) -> None:
    assert fact.kind is Kind.CATEGORY
    assert fact.categories is None


def test_completeness_names_the_fields_it_counts() -> None:
    for fields in EXPECTED_FIELDS.values():
        assert all(re.search(rf"\b{name}\b", facts.completeness.description) for name in fields)


def test_the_catalogue_is_not_to_be_changed() -> None:
    with pytest.raises(TypeError):
        CATALOGUE["aum"] = facts.aum  # type: ignore[index]
    with pytest.raises(TypeError):
        PHASES["aum"] = Phase.TIERING  # type: ignore[index]

from __future__ import annotations

from typing import Any

import pytest

from relationship_core.decisions.match_matrix import MatchCell, match_matrix, match_rules
from relationship_core.decisions.tiering import Tiering
from relationship_core.decisions.treatment import Treatment, treatment_rules, treatments
from relationship_core.errors import RuleBookError
from relationship_core.facts import aum, product_count, service_ability
from relationship_core.rules import Rule
from tests.decisions.known_facts import known

TIERING = Tiering(["gold", "rest"], [Rule("gold", aum >= 100)])


@pytest.mark.parametrize(
    ("contribution", "percentile", "ability", "cell"),
    [
        (1, "0.8", "0.6", MatchCell.FOCUS),
        (1, "0.8", "0.599999", MatchCell.OPPORTUNISTIC),
        (1, "0.799999", "0.6", MatchCell.PASSIVE),
        (0, None, "0.6", MatchCell.PASSIVE),
        (-5, "0", "0.1", MatchCell.DECLINE),
    ],
)
def test_each_customer_has_one_cell(
    contribution: int, percentile: str | None, ability: str, cell: MatchCell
) -> None:
    facts = known(
        contribution_12m=contribution,
        contribution_percentile=percentile,
        service_ability=ability,
    )
    choice = TIERING.match(facts)
    assert (choice.outcome, choice.rule, choice.missing) == (cell, cell, ())
    assert choice.reason is not None
    assert choice.reason.zh


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ({"contribution_12m": 1, "contribution_percentile": "0.9"}, ("service_ability",)),
        ({"service_ability": 1, "contribution_12m": 1}, ("contribution_percentile",)),
    ],
)
def test_a_cell_that_facts_leave_open_is_none(
    given: dict[str, Any], missing: tuple[str, ...]
) -> None:
    choice = TIERING.match(known(**given))
    assert (choice.outcome, choice.rule, choice.missing) == (None, None, missing)


def test_big_is_not_good() -> None:
    facts = known(aum=10**9, contribution_12m=-1, service_ability=1)
    assert TIERING.match(facts).outcome == MatchCell.PASSIVE


def test_a_bank_says_itself_what_is_good_and_what_it_can_serve() -> None:
    matrix = match_matrix(good=aum >= 10, able=product_count >= 1)
    tiering = Tiering(["gold", "rest"], [Rule("gold", aum >= 100)], matrix=matrix)
    assert tiering.match(known(aum=10, product_count=0)).outcome == "opportunistic"
    assert tiering.match(known(aum=10)).missing == ("product_count",)


def test_rules_of_a_matrix_lead_to_its_cells() -> None:
    with pytest.raises(RuleBookError, match="leads to no cell of the matrix: 'both'"):
        match_rules([Rule("both", aum > 1)])
    named = match_rules([Rule("able", service_ability > 0.5, "focus")])
    tiering = Tiering(["gold", "rest"], [Rule("gold", aum >= 100)], matrix=named)
    assert tiering.match(known(service_ability=1)).outcome == MatchCell.FOCUS
    assert tiering.match(known(service_ability=0)).outcome is None


@pytest.mark.parametrize(
    ("given", "treatment", "rule"),
    [
        ({"contribution_growth": "0.2"}, Treatment.NURTURE, "nurture"),
        ({"product_count_change_6m": 1}, Treatment.NURTURE, "nurture"),
        (
            {"product_count_change_6m": 1, "contribution_12m": -1, "contribution_previous_12m": -1},
            Treatment.NURTURE,
            "nurture",
        ),
        (
            {
                "contribution_12m": "-0.01",
                "contribution_previous_12m": "-0.01",
                "product_count": 1,
            },
            Treatment.HIGHER_THRESHOLD,
            "higher_threshold",
        ),
        (
            {"contribution_12m": -12, "contribution_previous_12m": -12, "product_count": 0},
            Treatment.SELF_SERVICE,
            None,
        ),
        ({"contribution_12m": -1, "contribution_previous_12m": 0}, Treatment.SELF_SERVICE, None),
        ({"contribution_12m": -1}, Treatment.SELF_SERVICE, None),
        ({}, Treatment.SELF_SERVICE, None),
    ],
)
def test_customers_that_are_not_gold_are_divided(
    given: dict[str, Any], treatment: Treatment, rule: str | None
) -> None:
    choice = TIERING.treat("rest", known(**given))
    assert choice is not None
    assert (choice.outcome, choice.rule, choice.missing) == (treatment, rule, ())


def test_gold_customers_are_not_divided() -> None:
    assert TIERING.treat("gold", known()) is None


def test_a_bank_divides_by_rules_of_its_own() -> None:
    own = treatment_rules([Rule("young-savers", aum < 10, "savers-club")])
    tiering = Tiering(["gold", "rest"], [Rule("gold", aum >= 100)], treatments=own)
    choice = tiering.treat("rest", known(aum=1))
    assert choice is not None
    assert choice.outcome == "savers-club"
    unknown = tiering.treat("rest", known())
    assert unknown is not None
    assert (unknown.outcome, unknown.missing) == (Treatment.SELF_SERVICE, ("aum",))
    assert treatments(growing=aum > 1, unprofitable=aum < 1) != treatments()
    assert treatments() == treatments()

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

import pytest
from attrs import frozen
from hypothesis import given
from hypothesis import strategies as st

from relationship_core import (
    Care,
    Confirmation,
    Entitlement,
    HitPolicy,
    Model,
    RetentionAction,
    Rule,
    RuleSet,
    Signal,
    Tiering,
    Transition,
)
from relationship_core.decisions.json_form import (
    canonical_converter,
    converter_for,
    leave_out,
    read_document,
    read_value,
    write_value,
)
from relationship_core.errors import ReviewError, RuleBookError, UnknownFactError
from relationship_core.facts import CATALOGUE, aum, days_to_birthday, wallet_share
from relationship_core.rules import Expression, FactValue, Text
from tests.decisions.small_bank import parameters

D = Decimal
CONVERTER = converter_for(CATALOGUE)

values = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.text(),
    st.dates(),
    st.decimals(allow_nan=False, allow_infinity=False),
)


def there_and_back(noun: Any, kind: Any) -> Any:
    return CONVERTER.structure(json.loads(json.dumps(CONVERTER.unstructure(noun, kind))), kind)


@given(values)
def test_a_value_keeps_its_type_and_its_digits(value: FactValue | None) -> None:
    found = read_value(json.loads(json.dumps(write_value(value))))
    assert (str(found), type(found)) == (str(value), type(value))
    assert str(there_and_back(value, FactValue | None)) == str(value)


class Colour(StrEnum):
    RED = "red"


def test_of_an_enumeration_the_value_is_written() -> None:
    assert type(write_value(Colour.RED)) is str


@pytest.mark.parametrize("value", [1.5, object(), [1], {"decimal": "1"}])
def test_anything_else_has_no_json_form(value: Any) -> None:
    with pytest.raises(RuleBookError, match="has no JSON form .*Care, Entitlement, Retention"):
        write_value(value)


@pytest.mark.parametrize(
    "outcome",
    [
        None,
        "focus",
        D("0.10"),
        date(2026, 6, 30),
        Care("call", "call", days_to_birthday),
        Care("call", "call"),
        Entitlement("lane", Text("lane", "通道"), annual_cost=D("20.50")),
        RetentionAction("call", "call", D(3)),
        Signal("falls", "falls"),
        Transition(("prospect", "lost"), None, Confirmation(3, 7)),
    ],
)
def test_a_rule_leads_to_the_same_again(outcome: Any) -> None:
    rules = RuleSet("set", [Rule("a", aum > 1, outcome, "why", origin="bank")], HitPolicy.COLLECT)
    found = there_and_back(rules, RuleSet)
    assert found == rules
    assert (found.rules[0].then, found.rules[0].origin) == (outcome, "bank")
    assert there_and_back(rules.rules[0], Rule) == rules.rules[0]


def test_a_rule_that_leads_to_something_else_cannot_be_written() -> None:
    @frozen
    class Entitlement:
        code: str

    with pytest.raises(RuleBookError, match="a Entitlement has no JSON form"):
        CONVERTER.unstructure(Rule("a", aum > 1, Entitlement("lane")))


def test_expressions_are_read_among_the_facts_given() -> None:
    written = CONVERTER.unstructure((aum > 1) & (wallet_share < 0.5))
    assert CONVERTER.structure(written, Expression).same_as((aum > 1) & (wallet_share < 0.5))
    with pytest.raises(UnknownFactError, match="'wallet_share'"):
        converter_for({"aum": aum}).structure(written, Expression)


def test_a_model_is_written_without_its_code() -> None:
    model = Model("m", "1", "abc", wallet_share, [aum], predict=print)
    assert "predict" not in CONVERTER.unstructure(model)
    assert there_and_back(model, Model) == model


def test_a_decimal_is_text_and_no_number() -> None:
    with pytest.raises(TypeError, match="written as text"):
        CONVERTER.structure(0.1, Decimal)
    with pytest.raises(TypeError, match="written as text"):
        read_value({"decimal": 0.1})


@pytest.mark.parametrize(
    ("number", "spelling"),
    [("0.10", "0.1"), ("10.00", "10"), ("1E+3", "1000"), ("-0.00", "0"), ("-2.50", "-2.5")],
)
def test_the_canonical_form_spells_a_number_in_one_way(number: str, spelling: str) -> None:
    canonical = canonical_converter()
    assert canonical.unstructure(D(number)) == spelling
    rules = RuleSet("set", [Rule("a", aum > 1, D(number))])
    assert canonical.unstructure(rules)["rules"][0]["then"] == {"decimal": spelling}


def test_the_canonical_form_has_one_order() -> None:
    canonical = canonical_converter().unstructure
    one, other = parameters(), parameters(unit_costs=parameters().unit_costs[::-1])
    assert canonical(one) == canonical(other)
    assert CONVERTER.unstructure(one) != CONVERTER.unstructure(other)
    assert canonical(Transition(("b", "a"))) == canonical(Transition(("a", "b")))
    ladders = [Tiering(["a", "b"], (), gold=gold) for gold in (["a", "b"], ["b", "a"])]
    assert canonical(ladders[0]) == canonical(ladders[1])


def test_the_canonical_form_tells_no_origin() -> None:
    rules = RuleSet("set", [Rule("a", aum > 1, origin="bank 1.0")])
    assert "bank" not in json.dumps(canonical_converter().unstructure(rules))


def test_fields_are_left_out_both_ways() -> None:
    @frozen
    class Noun:
        name: str
        secret: str = "none"

    converter = converter_for({})
    leave_out(converter, Noun, "secret")
    assert converter.unstructure(Noun("a", "b")) == {"name": "a"}
    assert converter.structure({"name": "a", "secret": "b"}, Noun) == Noun("a")


@pytest.mark.parametrize("data", [{"schema": 2}, '{"schema": 2}', b'{"schema": 2}'])
def test_a_document_is_text_or_data(data: Any) -> None:
    assert read_document(data, "letter", 2, ReviewError) == {"schema": 2}


@pytest.mark.parametrize("data", ["{", "null", "[1]", b"\xff\xfe\xfd", 5])
def test_what_is_no_document_is_refused(data: Any) -> None:
    with pytest.raises(ReviewError, match=r"the data is no letter \(give it as to_json wrote it\)"):
        read_document(data, "letter", 2, ReviewError)


def test_a_document_of_another_schema_is_refused() -> None:
    with pytest.raises(ReviewError, match="letter: it is written in schema 3, not 2"):
        read_document({"schema": 3}, "letter", 2, ReviewError)

"""A cell's text means what S-FEEL says, and is written in one spelling that reads back."""

from __future__ import annotations

import operator
from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relationship_core.errors import (
    KindError,
    RelationshipError,
    RuleError,
    TableError,
    UnknownFactError,
    UnsupportedError,
)
from relationship_core.rules import Fact, Kind, truth
from relationship_core.rules.tables import Interval, Relation, UnaryTests, Unknown
from relationship_core.rules.tables.cell_reader import CellReader
from tests.rules.strategies import ALL, FACTS, Facts, any_facts
from tests.rules.tables.table_strategies import TEXTS, unary_tests

age = Fact("age", Kind.NUMBER, label="Applicant  Age")
other_age = Fact("other_age", Kind.NUMBER)
risk = Fact("risk", Kind.CATEGORY, categories=["High", "Low", "Very Low"])
salaried = Fact("salaried", Kind.FLAG)
opened = Fact("opened", Kind.DATE)
NAMES = {"Applicant Age": age, "Spouse/Age": other_age, "date": opened, "risk": risk}


def read(text: str, kind: Kind = Kind.NUMBER, *, is_sheet: bool = False) -> UnaryTests:
    return CellReader(kind, NAMES, is_sheet).tests(text)


SIGNS = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}


def oracle(tests: UnaryTests, column: Fact, facts: Facts) -> bool | None:
    """What a cell says of a customer, told without the rule language."""
    if not tests.tests:
        return True
    answers = [_single(test, facts[column.name], facts) for test in tests.tests]
    answer = True if True in answers else None if None in answers else False
    return answer if answer is None or not tests.negated else not answer


def _single(test: Any, value: Any, facts: Mapping[str, Any]) -> bool | None:
    def known(end: Any) -> Any:
        return facts[end.name] if isinstance(end, Fact) else end

    match test:
        case Unknown():
            return value is None
        case Relation(operator=sign, endpoint=end):
            sides = [(sign, value, known(end))]
        case Interval(low=low, high=high, holds_low=holds_low, holds_high=holds_high):
            sides = [
                (">=" if holds_low else ">", value, known(low)),
                ("<=" if holds_high else "<", value, known(high)),
            ]
    answers = [
        None if one is None or other is None else SIGNS[sign](one, other)
        for sign, one, other in sides
    ]
    return False if False in answers else None if None in answers else True


columns_and_tests = st.sampled_from(ALL).flatmap(
    lambda fact: st.tuples(st.just(fact), unary_tests(fact))
)


@given(columns_and_tests, any_facts)
def test_a_cell_means_what_it_says(drawn: tuple[Fact, UnaryTests], facts: Facts) -> None:
    column, tests = drawn
    condition = tests.condition(column)
    assert (True if condition is None else truth(condition, facts)) is oracle(tests, column, facts)


@given(columns_and_tests, st.booleans())
def test_a_cell_reads_back(drawn: tuple[Fact, UnaryTests], is_sheet: bool) -> None:
    column, tests = drawn
    assert CellReader(column.kind, FACTS, is_sheet).tests(tests.text()) == tests


@given(st.one_of(TEXTS, st.sampled_from(['a"b', "a\\b", "a\nb\t", "\ud800", "\U0010ffff", "'"])))
def test_any_text_can_stand_in_a_cell(text: str) -> None:
    reader = CellReader(Kind.CATEGORY, {})
    tests = UnaryTests((Relation("==", text),))
    assert reader.tests(tests.text()) == tests
    assert "\n" not in tests.text()
    assert tests.text().encode().decode() == tests.text()


@pytest.mark.parametrize(
    ("text", "spelled"),
    [
        ("-", "-"),
        (" - ", "-"),
        (">=18", ">= 18"),
        ("< -1.50", "< -1.5"),
        ("[1..5]", "[1..5]"),
        ("]1 .. 5[", "(1..5)"),
        ("(.5..Applicant\n Age]", "(0.5..Applicant Age]"),
        ("1,2 , 30", "1, 2, 30"),
        ("not( 1, > 2 )", "not(1, > 2)"),
        ("not (null)", "not(null)"),
        ("= 5", "5"),
        ("!=5", "!= 5"),
        ("> Spouse/Age", "> Spouse/Age"),
    ],
)
def test_a_cell_has_one_spelling(text: str, spelled: str) -> None:
    names = {fact: name for name, fact in NAMES.items()}
    assert read(text).text(lambda fact: names[fact]) == spelled


@pytest.mark.parametrize(
    ("kind", "text", "spelled"),
    [
        (Kind.CATEGORY, "High", '"High"'),
        (Kind.CATEGORY, 'Very Low, "High"', '"Very Low", "High"'),
        (Kind.CATEGORY, "not(High)", 'not("High")'),
        (Kind.CATEGORY, "= High", '"High"'),
        (Kind.CATEGORY, "risk", "risk"),
        (Kind.CATEGORY, "null", "null"),
        (Kind.CATEGORY, "等级一", '"等级一"'),
        (Kind.DATE, ">= 2026-01-31", '>= date("2026-01-31")'),
        (Kind.DATE, '[2026-01-31..date("2026-02-28")]', '[date("2026-01-31")..date("2026-02-28")]'),
        (Kind.DATE, '@"2026-01-31"', 'date("2026-01-31")'),
        (Kind.FLAG, "TRUE", "true"),
        (Kind.FLAG, "not(False, null)", "not(false, null)"),
        (Kind.CATEGORY, "nullify", '"nullify"'),
        (Kind.CATEGORY, "100,200", '"100", "200"'),
    ],
)
def test_words_and_days_may_stand_bare_in_a_sheet(kind: Kind, text: str, spelled: str) -> None:
    assert read(text, kind, is_sheet=True).text() == spelled


def test_truths_are_shouted_in_sheets_alone() -> None:
    assert CellReader(Kind.FLAG, {}, is_sheet=True).value("FALSE") is False
    with pytest.raises(UnknownFactError):
        read("TRUE", Kind.FLAG)


@pytest.mark.parametrize("text", ["!= null", "= null", "High, = null", "not(!= null)"])
def test_null_is_no_word_to_compare_with(text: str) -> None:
    with pytest.raises(UnsupportedError):
        read(text, Kind.CATEGORY, is_sheet=True)


def test_null_is_no_word_to_answer() -> None:
    reader = CellReader(Kind.CATEGORY, {}, is_sheet=True)
    with pytest.raises(UnsupportedError):
        reader.value("null")
    assert reader.value('"null"') == "null"


@pytest.mark.parametrize("text", [">= 300,000", "300,000", "1,000,000", "5, 1,000"])
def test_thousands_are_no_list(text: str) -> None:
    with pytest.raises(TableError, match="may be one number or a list"):
        read(text, Kind.MONEY, is_sheet=True)
    assert read(text, Kind.MONEY).tests


def test_numbers_in_a_list_are_parted_by_a_blank_too() -> None:
    assert read("300, 500, 1,2", is_sheet=True).text() == "300, 500, 1, 2"


def test_a_list_of_constants_is_one_question() -> None:
    assert repr(read('"High", "Low"', Kind.CATEGORY).condition(risk)) == (
        "risk.is_in(['High', 'Low'])"
    )
    assert repr(read("true, false", Kind.FLAG).condition(salaried)) == "(salaried | ~salaried)"
    assert repr(read("!= true", Kind.FLAG).condition(salaried)) == "~salaried"


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("5 + 3", "arithmetic"),
        ("5 - 3", "arithmetic"),
        ("> 2 * 3", "arithmetic"),
        ("sum(1, 2)", "the function sum()"),
        ("notable(1)", "the function notable()"),
        ('duration("P1D")', "the function duration()"),
        ('date and time("2026-01-01T00:00:00")', "the expression"),
        ("if a then b", "the expression"),
        ("1 or 2", "the operator 'or'"),
        ("? > 3", "the placeholder ?"),
        ("{a: 1}", "a context"),
        (".a", "a path"),
    ],
)
def test_what_only_full_feel_has_is_refused_by_name(text: str, part: str) -> None:
    with pytest.raises(UnsupportedError) as caught:
        CellReader(Kind.NUMBER, {}).tests(text)
    assert caught.value.part.startswith(part)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "the end can't stand at character 1"),
        ("[1,2]", "',' can't stand at character 3"),
        ("[1..2", "the end can't stand at character 6"),
        ("not(1", "the end can't stand at character 6"),
        ("not(-)", "')' can't stand at character 6"),
        ("5 5", "'5' can't stand at character 3"),
        ("1e3", "'1' can't stand at character 1"),
        ("# 3", "'#' can't stand at character 1"),
        ('"abc', "the text that begins at character 1 has no end"),
        (r'"\q"', r"\q is no escape"),
        (r'"\UFFFFFF"', r"\UFFFFFF is no character"),
        ('date("2026-13-01")', "'2026-13-01' is no day"),
        ('date("20260101")', "'20260101' is no day"),
        ("date(3)", "'3' can't stand"),
        ('date("2026-01-01"', "the end can't stand"),
        ("@ 3", "'3' can't stand"),
    ],
)
def test_what_makes_no_sense_is_told_with_its_place(text: str, message: str) -> None:
    with pytest.raises(TableError) as caught:
        CellReader(Kind.NUMBER, {}).tests(text)
    assert message in str(caught.value)
    assert not isinstance(caught.value, UnsupportedError)


def test_an_unknown_name_is_told_with_the_nearest() -> None:
    with pytest.raises(UnknownFactError, match="Applicant Age"):
        read("> ApplicantAge")
    with pytest.raises(UnknownFactError, match="no fact 'customer.age'"):
        read("> customer.age")


@pytest.mark.parametrize(
    ("kind", "column", "text", "error"),
    [
        (Kind.NUMBER, age, "1.0000001", KindError),
        (Kind.NUMBER, age, "true", KindError),
        (Kind.NUMBER, age, '"old"', KindError),
        (Kind.NUMBER, age, "risk", KindError),
        (Kind.NUMBER, age, "[5..1]", RuleError),
        (Kind.NUMBER, age, "(5..1]", RuleError),
        (Kind.NUMBER, age, "(5..5]", TableError),
        (Kind.CATEGORY, risk, '> "a"', KindError),
        (Kind.CATEGORY, risk, '"Medium"', RuleError),
        (Kind.FLAG, salaried, "> true", KindError),
    ],
)
def test_a_test_has_to_fit_its_column(
    kind: Kind, column: Fact, text: str, error: type[RelationshipError]
) -> None:
    with pytest.raises(error):
        read(text, kind).condition(column)


def test_an_output_is_one_constant() -> None:
    assert CellReader(Kind.MONEY, {}).value(" 12.5 ") == 12.5
    assert CellReader(Kind.FLAG, {}).value("false") is False
    assert CellReader(None, {}).value('date("2026-01-31")') == date(2026, 1, 31)
    assert CellReader(Kind.CATEGORY, {}, is_sheet=True).value("Very Low ") == "Very Low"


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("", TableError),
        ("null", UnsupportedError),
        ("> 3", UnsupportedError),
        ("-", UnsupportedError),
        ("1 + 1", UnsupportedError),
        ("a + 1", UnsupportedError),
        ('"a"', KindError),
        ("1.001", KindError),
    ],
)
def test_an_output_is_nothing_else(text: str, error: type[RelationshipError]) -> None:
    with pytest.raises(error):
        CellReader(Kind.MONEY, NAMES).value(text)


def test_a_list_of_values_keeps_its_order() -> None:
    assert CellReader(Kind.CATEGORY, {}).values('"b", "a"') == ("b", "a")


@pytest.mark.parametrize("text", ["> 3", "[1..2]", "not(3)", "null", "Applicant Age"])
def test_a_list_of_values_holds_no_test(text: str) -> None:
    with pytest.raises(UnsupportedError, match="a list of values"):
        CellReader(Kind.NUMBER, NAMES).values(text)

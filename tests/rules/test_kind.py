"""Values are exact at their kind's scale, whatever the host does with decimals."""

from __future__ import annotations

import decimal
import threading
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import Enum, IntEnum, StrEnum
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relationship_core.errors import KindError, RuleError
from relationship_core.rules import EXACT, FactValue, Kind, exact, quantise
from relationship_core.rules.kind import (
    NUMERIC,
    WHOLE,
    arithmetic,
    literal_kind,
    literal_value,
    require_comparable,
    result_kind,
    write_value,
)
from tests.rules.strategies import HOSTILE, values

numeric = st.sampled_from(sorted(NUMERIC))
numbers = st.one_of(
    st.integers(-(10**12), 10**12),
    st.decimals(-(10**12), 10**12, allow_nan=False, allow_infinity=False),
    # Exactly half a step: where rounding modes differ.
    st.integers(-999, 999).map(lambda n: Decimal(n * 2 + 1) / 2),
    st.integers(-999, 999).map(lambda n: Decimal(n * 2 + 1).scaleb(-3) / 2),
)


def half_even(value: Fraction, scale: int) -> Fraction:
    """Rounded half to even: Python's own rounding of a fraction, which no context reaches."""
    return Fraction(round(value * 10**scale), 10**scale)


@pytest.mark.parametrize(
    ("kind", "scale"),
    [("money", 2), ("ratio", 6), ("number", 6), ("count", 0), ("days", 0), ("date", 0)],
)
def test_a_kind_has_a_scale(kind: str, scale: int) -> None:
    assert Kind(kind).scale == scale


def test_kinds_with_an_order_of_numbers() -> None:
    others = {Kind.FLAG, Kind.CATEGORY, Kind.DATE}
    assert {kind for kind in Kind if not kind.is_numeric} == others


@given(numbers, numeric)
def test_a_number_is_rounded_half_even_at_its_scale(value: Decimal | int, kind: Kind) -> None:
    settled = quantise(value, kind)
    assert isinstance(settled, int if kind in WHOLE else Decimal)
    assert Fraction(settled) == half_even(Fraction(value), kind.scale)
    if isinstance(settled, Decimal):
        assert settled.as_tuple().exponent == -kind.scale


@given(numbers, numeric)
def test_the_hosts_decimal_context_changes_nothing(value: Decimal | int, kind: Kind) -> None:
    calm = quantise(value, kind)
    with decimal.localcontext(HOSTILE):
        assert str(quantise(value, kind)) == str(calm)


@given(st.data(), numeric)
def test_quantising_twice_changes_nothing(data: st.DataObject, kind: Kind) -> None:
    value = data.draw(values(kind))
    assert repr(quantise(value, kind)) == repr(value)


@pytest.mark.parametrize("kind", [Kind.MONEY, Kind.RATIO, Kind.NUMBER])
@pytest.mark.parametrize("zero", ["-0", "-0.00", "-0.001", "-1E-9", "0E+3"])
def test_zero_has_no_sign_and_one_spelling(kind: Kind, zero: str) -> None:
    settled = quantise(Decimal(zero).quantize(Decimal("0.01")), kind)
    assert str(settled) == str(quantise(0, kind))


@pytest.mark.parametrize("spelling", ["1E+3", "1000", "1000.0", "1.000E3", "10E2"])
def test_equal_literals_have_one_spelling(spelling: str) -> None:
    value = Decimal(spelling)
    assert str(literal_value(value, Kind.MONEY)) == "1000.00"
    assert str(literal_value(value, Kind.NUMBER)) == "1000.000000"
    assert repr(literal_value(value, Kind.COUNT)) == "1000"


@pytest.mark.parametrize("value", ["NaN", "-NaN", "sNaN", "Infinity", "-Infinity"])
@pytest.mark.parametrize("kind", sorted(NUMERIC))
def test_what_is_not_finite_is_refused(value: str, kind: Kind) -> None:
    for settle in (quantise, literal_value):
        with pytest.raises(RuleError, match=r"can't be -?s?(NaN|Infinity).*missing \(None\)"):
            settle(Decimal(value), kind)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_a_float_that_is_not_finite_is_refused(value: float) -> None:
    with pytest.raises(RuleError, match="can't be"):
        literal_value(value, Kind.MONEY)


@pytest.mark.parametrize("kind", sorted(NUMERIC))
@pytest.mark.parametrize("value", [10**36, -(10**36), Decimal("1E+40"), Decimal("-1E+999999")])
def test_a_number_of_too_many_digits_is_refused(kind: Kind, value: Decimal | int) -> None:
    with pytest.raises(RuleError, match="can't have more than 36 digits"):
        quantise(value, kind)


@pytest.mark.parametrize("value", [10**30 - 1, -(10**30) + 1])
@pytest.mark.parametrize("kind", sorted(NUMERIC))
def test_thirty_digits_before_the_point_are_held(kind: Kind, value: int) -> None:
    assert quantise(value, kind) == value


@pytest.mark.parametrize(
    ("kind", "value", "words"),
    [
        (Kind.MONEY, 0.5, r"a money can't hold a float \(give Decimal\(repr\(x\)\)\)"),
        (Kind.MONEY, True, "a money can't hold a bool"),
        (Kind.COUNT, True, "a count can't hold a bool"),
        (Kind.COUNT, "5", r"a count can't hold a str \(give a Decimal or an int\)"),
        (Kind.FLAG, 1, r"a flag can't hold a int \(give a bool\)"),
        (Kind.FLAG, "yes", "a flag can't hold a str"),
        (Kind.CATEGORY, 1, "a category can't hold a int"),
        (Kind.DATE, "2026-01-01", "a date can't hold a str"),
        (Kind.DATE, datetime(2026, 1, 1), r"a date can't hold a datetime \(give a date\)"),  # noqa: DTZ001
    ],
)
def test_a_value_of_another_type_is_refused(kind: Kind, value: FactValue, words: str) -> None:
    with pytest.raises(KindError, match=words):
        quantise(value, kind)


class Tier(StrEnum):
    GOLD = "gold"


class Code(str, Enum):  # noqa: UP042 - the older spelling prints itself differently
    GOLD = "gold"


class Stars(IntEnum):
    SEVEN = 7


@pytest.mark.parametrize("member", [Tier.GOLD, Code.GOLD])
def test_a_member_of_an_enumeration_is_its_text(member: str) -> None:
    settled = literal_value(member, Kind.CATEGORY)
    assert type(settled) is str
    assert settled == "gold"


def test_a_member_of_a_numbered_enumeration_is_its_number() -> None:
    assert type(quantise(Stars.SEVEN, Kind.COUNT)) is int
    assert str(literal_value(Stars.SEVEN, Kind.MONEY)) == "7.00"


@given(st.integers(-(10**9), 10**9))
def test_a_float_literal_is_its_shortest_decimal(hundredths: int) -> None:
    value = literal_value(hundredths / 100, Kind.MONEY)
    assert value == Decimal(hundredths) / 100


class Chatty(float):
    """A float that spells itself in a way of its own, as NumPy's do."""

    def __repr__(self) -> str:
        return f"Chatty({float(self)})"


def test_a_float_of_another_make_is_taken_by_its_value() -> None:
    assert literal_value(Chatty(0.05), Kind.RATIO) == Decimal("0.05")


@pytest.mark.parametrize(
    ("value", "kind", "mend"),
    [
        (0.055, Kind.MONEY, "write 0.06"),
        (Decimal("0.045"), Kind.MONEY, "write 0.04"),
        (0.1 + 0.2, Kind.RATIO, "write 0.300000"),
        (2.5, Kind.COUNT, "write 2"),
        (1e-7, Kind.NUMBER, "write 0.000000"),
    ],
)
def test_a_literal_with_too_many_decimals_is_refused(
    value: float | Decimal, kind: Kind, mend: str
) -> None:
    with pytest.raises(KindError, match=f"has more decimals than a {kind} keeps.*{mend}"):
        literal_value(value, kind)


@pytest.mark.parametrize("value", [b"gold", ["gold"], object(), 1j])
def test_what_is_no_value_can_not_stand_in_a_rule(value: object) -> None:
    with pytest.raises(KindError, match="can't stand in a rule"):
        literal_value(value, Kind.CATEGORY)


def test_none_is_no_literal() -> None:
    with pytest.raises(RuleError, match=r"use \.is_missing\(\)"):
        literal_value(None, Kind.MONEY)


def test_a_literal_true_is_no_number() -> None:
    with pytest.raises(KindError, match="a count can't hold a bool"):
        literal_value(True, Kind.COUNT)


@pytest.mark.parametrize(
    ("sign", "value", "beside", "kind"),
    [
        ("+", 5, Kind.MONEY, Kind.MONEY),
        ("-", 5, Kind.DATE, Kind.DAYS),
        ("+", date(2026, 1, 1), Kind.DATE, Kind.DATE),
        ("+", True, Kind.DATE, Kind.DATE),
        ("*", 2, Kind.MONEY, Kind.COUNT),
        ("/", 0.5, Kind.MONEY, Kind.NUMBER),
        ("*", True, Kind.MONEY, Kind.NUMBER),
    ],
)
def test_a_bare_literal_takes_its_kind_from_its_place(
    sign: str, value: object, beside: Kind, kind: Kind
) -> None:
    assert literal_kind(sign, value, beside) is kind


MEANT = {
    ("+", "money", "money"): "money",
    ("-", "money", "money"): "money",
    ("*", "money", "ratio"): "money",
    ("*", "ratio", "money"): "money",
    ("*", "count", "money"): "money",
    ("/", "money", "count"): "money",
    ("/", "money", "money"): "ratio",
    ("/", "months", "months"): "ratio",
    ("/", "count", "count"): "ratio",
    ("/", "number", "ratio"): "ratio",
    ("+", "ratio", "count"): "number",
    ("+", "ratio", "ratio"): "ratio",
    ("*", "ratio", "ratio"): "ratio",
    ("*", "count", "count"): "count",
    ("*", "number", "count"): "number",
    ("*", "days", "count"): "days",
    ("*", "count", "months"): "months",
    ("+", "days", "days"): "days",
    ("-", "date", "date"): "days",
    ("-", "date", "days"): "date",
    ("+", "date", "days"): "date",
}
MEANINGLESS = [
    ("+", "money", "ratio"),
    ("+", "money", "count"),
    ("-", "days", "months"),
    ("*", "money", "money"),
    ("*", "days", "days"),
    ("*", "days", "ratio"),
    ("/", "days", "count"),
    ("/", "count", "money"),
    ("/", "money", "days"),
    ("+", "date", "date"),
    ("+", "date", "months"),
    ("-", "days", "date"),
    ("+", "flag", "flag"),
    ("+", "category", "category"),
    ("/", "flag", "flag"),
    ("/", "date", "date"),
]


@pytest.mark.parametrize(("operation", "kind"), MEANT.items())
def test_what_an_operation_gives(operation: tuple[str, str, str], kind: str) -> None:
    sign, left, right = operation
    assert result_kind(sign, Kind(left), Kind(right)) is Kind(kind)


@pytest.mark.parametrize(("sign", "left", "right"), MEANINGLESS)
def test_an_operation_without_meaning_is_refused(sign: str, left: str, right: str) -> None:
    words = rf"{left} \{sign} {right} has no meaning"
    with pytest.raises(KindError, match=words):
        result_kind(sign, Kind(left), Kind(right))


@pytest.mark.parametrize("sign", ["<", "<=", ">", ">=", "==", "!="])
def test_kinds_without_a_unit_compare_with_each_other_and_no_others_do(sign: str) -> None:
    plain = {Kind.RATIO, Kind.NUMBER, Kind.COUNT}
    for left in Kind:
        for right in Kind:
            if left is right or {left, right} <= plain:
                continue
            with pytest.raises(KindError, match=f"a {left} can't be compared with a {right}"):
                require_comparable(sign, left, right)
    for left in plain:
        for right in plain:
            require_comparable(sign, left, right)


@pytest.mark.parametrize("kind", [Kind.FLAG, Kind.CATEGORY])
def test_flags_and_categories_have_no_order(kind: Kind) -> None:
    require_comparable("==", kind, kind)
    require_comparable("!=", kind, kind)
    with pytest.raises(KindError, match=f"a {kind} has no order.*use ==, != or is_in"):
        require_comparable("<", kind, kind)
    require_comparable("<", Kind.DATE, Kind.DATE)


OPERATE = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
}
OF_NUMBERS = [
    (*operation, kind) for operation, kind in MEANT.items() if "date" not in (*operation, kind)
]


@given(st.data(), st.sampled_from(OF_NUMBERS))
def test_arithmetic_is_rounded_once_half_even(
    data: st.DataObject, operation: tuple[str, str, str, str]
) -> None:
    sign, left, right, kind = operation
    one, other = data.draw(values(Kind(left))), data.draw(values(Kind(right)))
    result = arithmetic(sign, Kind(kind))(one, other)
    with decimal.localcontext(HOSTILE):
        assert repr(arithmetic(sign, Kind(kind))(one, other)) == repr(result)
    if sign == "/" and not other:
        assert result is None
        return
    true = OPERATE[sign](Fraction(one), Fraction(other))  # type: ignore[arg-type]
    assert Fraction(result) == half_even(true, Kind(kind).scale)  # type: ignore[arg-type]


large = st.integers(-(10**33), 10**33).map(lambda n: Decimal(n).scaleb(-2, context=EXACT))


@given(large, large)
def test_quotients_and_products_of_the_largest_amounts_are_rounded_once(
    one: Decimal, other: Decimal
) -> None:
    if other:
        quotient = arithmetic("/", Kind.RATIO)(one, other)
        true = half_even(Fraction(one) / Fraction(other), 6)
        assert quotient == true if abs(true) < 10**30 else quotient is None
    product = arithmetic("*", Kind.MONEY)(one, other)
    true = half_even(Fraction(one) * Fraction(other), 2)
    assert product == true if abs(true) < 10**34 else product is None


@pytest.mark.parametrize("sign", ["+", "*"])
def test_a_result_of_too_many_digits_is_unknown(sign: str) -> None:
    most = Decimal(10**34 - 1).scaleb(0)
    assert arithmetic(sign, Kind.MONEY)(most, most) is None
    assert arithmetic(sign, Kind.COUNT)(10**36 - 1, 10**36 - 1) is None


def test_days_between_dates_and_dates_after_days() -> None:
    minus, plus = arithmetic("-", Kind.DATE), arithmetic("+", Kind.DATE)
    assert arithmetic("-", Kind.DAYS)(date(2026, 3, 1), date(2026, 2, 1)) == 28
    assert plus(date(2024, 2, 28), 2) == date(2024, 3, 1)
    assert minus(date(2026, 1, 1), 1) == date(2025, 12, 31)
    assert minus(date(2026, 1, 1), -1) == date(2026, 1, 2)
    with decimal.localcontext(HOSTILE):
        assert minus(date(2026, 1, 1), 12_345) == date(2026, 1, 1) - timedelta(days=12_345)
        assert plus(date(2026, 1, 1), 12_345) == date(2026, 1, 1) + timedelta(days=12_345)


@pytest.mark.parametrize("days", [4_000_000, -4_000_000, 10**12, -(10**30)])
def test_a_date_outside_the_calendar_is_unknown(days: int) -> None:
    assert arithmetic("+", Kind.DATE)(date(2026, 1, 1), days) is None


def test_a_text_can_not_be_computed_with() -> None:
    with pytest.raises(KindError, match="a str can't be computed with"):
        arithmetic("+", Kind.MONEY)(Decimal(1), "1")


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        (None, None),
        (True, True),
        (5, 5),
        ("gold", "gold"),
        (Decimal("5.00"), "5.00"),
        (date(2026, 1, 1), "2026-01-01"),
    ],
)
def test_values_have_a_json_form(value: FactValue | None, plain: object) -> None:
    assert write_value(value) == plain


def test_the_exact_context_is_put_in_and_taken_out() -> None:
    with decimal.localcontext(HOSTILE) as outer:
        with exact():
            assert decimal.getcontext() is EXACT
            with exact():
                assert Decimal("1.005") + Decimal("1E-40") == Decimal(f"1.005{'0' * 36}1")
            assert decimal.getcontext() is EXACT
        assert decimal.getcontext() is outer


def leave_by_an_error() -> None:
    with exact():
        raise ZeroDivisionError


def test_the_exact_context_is_taken_out_after_an_error() -> None:
    before = decimal.getcontext()
    with pytest.raises(ZeroDivisionError):
        leave_by_an_error()
    assert decimal.getcontext() is before


def test_the_exact_context_stays_in_its_own_thread() -> None:
    seen: list[bool] = []
    with exact():
        thread = threading.Thread(target=lambda: seen.append(decimal.getcontext() is EXACT))
        thread.start()
        thread.join()
    assert seen == [False]

"""Amounts over tables are exact to the unit, at the very edge of their bounds."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

import duckdb
import narwhals as nw
import polars as pl
import pytest
from attrs import frozen
from hypothesis import given, settings
from hypothesis import strategies as st

from relationship_core.errors import KindError
from relationship_core.rules.compile_frame import Computation, Number
from relationship_core.rules.compile_frame.dialect import Polars
from relationship_core.rules.compile_frame.plan import Plan, Term
from relationship_core.rules.compile_frame.quotient import Quotient, Quotients
from tests.rules.compile_frame.engines import columns

LARGEST = 2**63 - 1
Row = dict[str, int | None]


def lazy(rows: Sequence[Row], dtypes: Mapping[str, Any] | None = None) -> nw.LazyFrame[Any]:
    dtypes = dtypes or dict.fromkeys(rows[0], pl.Int64)
    return nw.from_native(pl.LazyFrame(rows, schema=dict(dtypes)))


def on_duckdb(rows: Sequence[Row], dtypes: Mapping[str, Any] | None = None) -> nw.LazyFrame[Any]:
    dtypes = dtypes or dict.fromkeys(rows[0], pl.Int64)
    names = {pl.Int64: "bigint", pl.Int128: "hugeint"}
    chosen = ", ".join(
        f'c{n}::{names[each]} as "{k}"' for n, (k, each) in enumerate(dtypes.items())
    )
    cells = [", ".join("null" if (x := row[k]) is None else str(x) for k in dtypes) for row in rows]
    aliases = ", ".join(f"c{place}" for place in range(len(dtypes)))
    values = ", ".join(f"({row})" for row in cells)
    return nw.from_native(CONNECTION.sql(f"select {chosen} from (values {values}) as t({aliases})"))


CONNECTION = duckdb.connect()
ENGINES: dict[str, Callable[..., nw.LazyFrame[Any]]] = {"polars": lazy, "duckdb": on_duckdb}


def cells(frame: nw.LazyFrame[Any], *names: str) -> dict[str, list[Any]]:
    return columns(frame.to_native(), names)


@frozen
class Given:
    """A column, and how large its units get."""

    scale: int
    bound: int


@st.composite
def drawn_columns(draw: st.DrawFn) -> tuple[dict[str, Given], list[Row]]:
    """Four columns whose product keeps within 38 digits, and rows at the edge of their bounds."""
    digits = draw(st.permutations([draw(st.sampled_from([3, 9, 15, 18])), 8, 7, 3]))
    given = {
        name: Given(draw(st.integers(0, 8)), draw(st.integers(10 ** (n - 1), 10**n)))
        for name, n in zip("abcd", digits, strict=True)
    }

    def units(most: int) -> st.SearchStrategy[int | None]:
        edges = [most, -most, most - 1, most // 2, 1, -1, 0, None, 5, -5, 10 * (most // 20)]
        return st.sampled_from(edges) | st.integers(-most, most)

    rows = [
        {name: draw(units(each.bound)) for name, each in given.items()}
        for _ in range(draw(st.integers(1, 12)))
    ]
    return given, rows


def half_even(value: Fraction, scale: int) -> int:
    return round(value * 10**scale)


def meant(given: Mapping[str, Given], row: Row, scale: int) -> dict[str, int | None]:
    """What the results below are, computed with fractions."""
    finest = max(each.scale for each in given.values())
    whole = sum(given[name].scale for name in "abc")
    results: dict[str, Callable[[Fraction, Fraction, Fraction, Fraction], int | None]] = {
        "product": lambda a, b, c, _: int(a * b * c * 10**whole),
        "rounded": lambda a, b, c, _: half_even(a * b * c, scale),
        "ratio": lambda a, b, _, d: half_even(a * b / d, scale) if d else None,
        "year": lambda a, b, c, _: half_even(a * b * c / 366, scale),
        "odd": lambda a, b, c, _: half_even(a * b * c / -365, scale),
        "sum": lambda a, b, c, _: int((a - b + c) * 10**finest),
        "most": lambda a, b, c, d: int(max(a, min(b, d), -c) * 10**finest),
    }
    read = dict.fromkeys(results, "abc") | {"ratio": "abd", "most": "abcd"}
    a, b, c, d = (Fraction(row[name] or 0, 10**each.scale) for name, each in given.items())
    return {
        name: None if any(row[each] is None for each in read[name]) else result(a, b, c, d)
        for name, result in results.items()
    }


@pytest.mark.parametrize("engine", ENGINES)
@settings(max_examples=40)
@given(drawn_columns(), st.integers(0, 3))
def test_results_are_those_of_fractions(
    engine: str, drawn: tuple[dict[str, Given], list[Row]], scale: int
) -> None:
    given, rows = drawn
    computed = Computation(ENGINES[engine](rows))
    a, b, c, d = (
        computed.number(name, scale=each.scale, bound=each.bound) for name, each in given.items()
    )
    product = computed.product(a, b, c)
    finest = max(each.scale for each in given.values())
    scale = min(scale, product.scale)
    results = {
        "product": product,
        "rounded": computed.rounded(product, scale),
        "ratio": computed.quotient(computed.product(a, b), d, scale),
        "year": computed.quotient(product, computed.constant(366), scale),
        "odd": computed.quotient(product, computed.constant(-365), scale),
        "sum": computed.rounded(
            computed.sum(computed.difference(a, b), c, c, computed.negated(c)), finest
        ),
        "most": computed.rounded(
            computed.largest(a, computed.least(b, d), computed.negated(c)), finest
        ),
    }
    said = cells(computed.carried_out(results), *results)
    for place, row in enumerate(rows):
        assert {name: each[place] for name, each in said.items()} == meant(given, row, scale)


@pytest.mark.parametrize("engine", ENGINES)
def test_half_cents_go_to_the_even_one_on_both_sides_of_zero(engine: str) -> None:
    rows: list[Row] = [{"a": units} for units in (5, 15, 25, -5, -15, -25, 14, 16, -14, -16, 0)]
    half_even_cents = [0, 2, 2, 0, -2, -2, 1, 2, -1, -2, 0]
    for is_wide in (False, True):
        dtypes = {"a": pl.Int128 if is_wide else pl.Int64}
        computed = Computation(ENGINES[engine](rows, dtypes))
        number = computed.number("a", scale=3, bound=10**30 if is_wide else 25)
        frame = computed.carried_out(
            {
                "rounded": computed.rounded(number, 2),
                "quotient": computed.quotient(number, computed.constant(Decimal("1.000")), 2),
            }
        )
        assert cells(frame, "rounded", "quotient") == {
            "rounded": half_even_cents,
            "quotient": half_even_cents,
        }


@pytest.mark.parametrize("engine", ENGINES)
def test_results_are_of_64_bits_where_those_hold_them(engine: str) -> None:
    rows: list[Row] = [{"a": LARGEST, "b": 3}]
    computed = Computation(ENGINES[engine](rows))
    a = computed.number("a", scale=0)
    b = computed.number("b", scale=0, bound=3, is_signed=False)
    results: dict[str, Number] = {
        "a": a,
        "two": computed.product(a, computed.constant(2)),
        "back": computed.quotient(
            computed.product(a, computed.constant(2)), computed.constant(2), 0
        ),
        "known": computed.within(computed.product(a, b, b), LARGEST),
        "large": computed.constant(2**70),
    }
    schema = computed.carried_out(results).collect_schema()
    assert {name: schema[name] for name in results} == {
        "a": nw.Int64,
        "two": nw.Int128,
        "back": nw.Int128,
        "known": nw.Int64,
        "large": nw.Int128,
    }
    assert schema.names() == ["a", "b", "two", "back", "known", "large"]


@pytest.mark.parametrize("engine", ENGINES)
def test_conditions_choose_and_null_is_unknown(engine: str) -> None:
    rows: list[Row] = [{"a": 1, "b": 5}, {"a": 7, "b": 5}, {"a": None, "b": 5}, {"a": 7, "b": None}]
    computed = Computation(ENGINES[engine](rows))
    a = computed.number("a", scale=1, bound=10)
    counted = computed.number("b", scale=0, bound=5, is_signed=False)
    five = computed.constant(Decimal("0.50"))
    is_more = computed.compared(">", a, five)
    is_given = computed.holds(~nw.col("b").is_null())
    frame = computed.carried_out(
        {
            "more": is_more,
            "chosen": computed.where(is_more, a),
            "either": computed.where(is_more, a, five),
            "known": computed.first_known(a, five),
            "all": computed.all_of(is_more, is_given),
            "any": computed.any_of(is_more, is_given, computed.is_missing(a)),
            "none": computed.none_of(is_more),
            "other": nw.col("b") + 1,
            "a": computed.reused(computed.magnitude(computed.negated(a))),
            "same": computed.magnitude(computed.constant(-5)),
            "counted": computed.magnitude(counted),
        }
    )
    assert cells(frame, *frame.collect_schema().names()) == {
        "a": [1, 7, None, 7],
        "b": [5, 5, 5, None],
        "more": [False, True, None, True],
        "chosen": [None, 7, None, 7],
        "either": [50, 70, 50, 70],
        "known": [10, 70, 50, 70],
        "all": [False, True, None, False],
        "any": [True, True, True, True],
        "none": [True, False, None, False],
        "other": [6, 6, 6, None],
        "same": [5, 5, 5, 5],
        "counted": [5, 5, 5, None],
    }


def test_more_than_38_digits_are_refused_before_anything_runs() -> None:
    rows: list[Row] = [{"average": 1, "spread": 1, "rate": 1}]
    computed = Computation(lazy(rows, {"average": pl.Int128, "spread": pl.Int64, "rate": pl.Int64}))
    average = computed.number("average", scale=2, bound=10**25 - 1)
    spread = computed.number("spread", scale=8, bound=10**9 - 1)
    rate = computed.number("rate", scale=6, bound=10**7 - 1)
    assert computed.product(average, spread).bound < 10**34
    with pytest.raises(
        KindError,
        match=r"a product of average, spread, rate may come to more than 38 digits "
        r"\(give average as decimal\(22, 2\) or narrower\)",
    ):
        computed.product(average, spread, rate)
    product = computed.product(average, spread)
    with pytest.raises(KindError, match="a quotient of average, spread, rate may come to more"):
        computed.quotient(product, computed.product(rate, rate), 6)
    with pytest.raises(KindError, match=r"a number of average, spread may .*decimal\(19, 2\)"):
        computed.rounded(product, 20)
    with pytest.raises(KindError, match="a sum of average, spread may come to more"):
        computed.sum(product, computed.constant(Decimal("1e-20")))
    with pytest.raises(KindError, match=r"a product of rate may .*\(give narrower columns\)"):
        computed.product(*[rate] * 7)
    with pytest.raises(KindError, match="a sum of constants may come.*give narrower columns"):
        computed.difference(computed.constant(10**37), computed.constant(Decimal("0.01")))


class Stepwise(Polars):
    """Polars, as if it divided columns only, as Spark does."""

    def quotient(self, _: Quotient) -> None:
        """None."""

    def divided(self, frame: nw.LazyFrame[Any], quotients: Quotients) -> nw.LazyFrame[Any]:
        """A step of their own."""
        return frame.with_columns(
            **{
                name: nw.col(each.over) // nw.col(str(each.under))
                for name, each in quotients.items()
            }
        )


def test_an_engine_may_divide_in_steps_of_its_own() -> None:
    plan = Plan(Stepwise())
    over, under = (Term(nw.col(name), column=name) for name in ("over", "under"))
    quotients = {
        name: plan.divided(one, under, most=99, divisor=9, is_wide=False, is_signed=True)
        for name, one in {"once": over, "more": plan.join(lambda x: x + 1, over)}.items()
    }
    frame = plan.carried_out(lazy([{"over": 7, "under": 2}, {"over": -8, "under": 3}]), quotients)
    assert cells(frame, *frame.collect_schema().names()) == {
        "over": [7, -8],
        "under": [2, 3],
        "once": [3, -3],
        "more": [4, -3],
    }


def test_what_is_no_whole_number_is_refused() -> None:
    computed = Computation(nw.from_native(pl.LazyFrame({"a": [1.5], "b": ["x"]})))
    with pytest.raises(KindError, match="column a: Float64 is no whole number"):
        computed.number("a", scale=2)


def test_narrower_columns_are_computed_in_64_bits() -> None:
    computed = Computation(nw.from_native(pl.LazyFrame({"a": pl.Series([127], dtype=pl.Int8)})))
    a = computed.number("a", scale=0, bound=127)
    assert cells(computed.carried_out({"b": computed.product(a, a)}), "b") == {"b": [16_129]}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("divisor", [1, 2, 3, 365, 10**6, 365 * 10**6, 10**12, LARGEST])
def test_wide_quotients_are_exact_however_an_engine_divides(divisor: int, engine: str) -> None:
    """By constants and by columns, next to every multiple and every half of the divisor."""
    most = 10**36
    wholes = [0, 1, 2, 3, 10**9, 2**53 + 1, 10**17 + 1, LARGEST // 2, most // divisor - 2]
    rows: list[Row] = [
        {"over": sign * (whole * divisor + part), "under": turn * divisor}
        for whole in wholes
        if abs(whole) * divisor < most
        for part in {0, 1, divisor // 2, (divisor + 1) // 2, divisor - 1}
        for sign in (1, -1)
        for turn in (1, -1)
    ]
    computed = Computation(ENGINES[engine](rows, {"over": pl.Int128, "under": pl.Int64}))
    for bound in (most, max(abs(row["over"] or 0) for row in rows)):
        over = computed.number("over", scale=0, bound=bound)
        under = computed.number("under", scale=0, bound=divisor)
        frame = computed.carried_out(
            {
                "constant": computed.quotient(over, computed.constant(divisor), 0),
                "column": computed.quotient(over, under, 0),
            }
        )
        said = cells(frame, "over", "under", "constant", "column")
        for a, b, constant, column in zip(*said.values(), strict=True):
            assert constant == half_even(Fraction(a, divisor), 0)
            assert column == half_even(Fraction(a, b), 0)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("divisor", [2, 3, 4, 10, 36])
def test_products_too_wide_for_64_bits_are_rounded_as_if_they_were_not(
    divisor: int, engine: str
) -> None:
    """Whatever the larger factor leaves, ties go to the even one of the whole quotient."""
    most = 10**16 + 2 * divisor
    rows: list[Row] = [
        {"large": sign * (10**16 + more), "small": small, "under": turn * divisor}
        for more in range(2 * divisor + 1)
        for small in (1, 2, -3, 999)
        for sign in (1, -1)
        for turn in (1, -1)
    ]
    computed = Computation(ENGINES[engine](rows))
    large = computed.number("large", scale=2, bound=most)
    small = computed.number("small", scale=3, bound=1_000)
    under = computed.number("under", scale=0, bound=divisor)
    product = computed.product(large, small)
    results = {
        "constant": computed.quotient(product, computed.constant(divisor), 5),
        "coarse": computed.quotient(product, computed.constant(divisor), 2),
        "column": computed.quotient(product, under, 5),
        "coarse_column": computed.quotient(product, under, 2),
        "rounded": computed.rounded(product, 4),
    }
    said = cells(computed.carried_out(results), *results)
    for place, row in enumerate(rows):
        exact = Fraction((row["large"] or 0) * (row["small"] or 0), 10**5)
        by_column = exact / (row["under"] or 0)
        assert [each[place] for each in said.values()] == [
            half_even(exact / divisor, 5),
            half_even(exact / divisor, 2),
            half_even(by_column, 5),
            half_even(by_column, 2),
            half_even(exact, 4),
        ]

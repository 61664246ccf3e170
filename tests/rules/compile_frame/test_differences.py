"""Where engines differ, ours decides: each difference that was found, on every engine."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import product
from typing import Any

import pytest

from relationship_core.rules import Expression, FactValue, evaluate
from relationship_core.rules.compile_frame import as_value, value_columns
from tests.rules.compile_frame.engines import ENGINES, arrow_of, columns, spark_frame
from tests.rules.strategies import (
    NOTHING_KNOWN,
    Facts,
    aum,
    branch,
    consents,
    debt,
    expires,
    growth,
    opened,
    overdue,
    products,
    salaried,
    share,
    visits,
)

pytestmark = pytest.mark.filterwarnings(
    "ignore:PySpark does not yet fully support pandas:FutureWarning"
)

Case = tuple[Expression, Facts, FactValue | None]
LARGEST = 2**63 - 1
HALVES = {
    "0.05": "0.02",
    "0.15": "0.08",
    "-0.05": "-0.02",
    "-0.15": "-0.08",
    "0.03": "0.02",
    "-0.01": "0.00",
    "92233720368547758.05": "46116860184273879.02",
}
FLOATLESS = Decimal("90071992547409.93")
"""Its cents are the first whole number that no binary float holds."""


def case(expression: Expression, expected: FactValue | None, **known: FactValue | None) -> Case:
    return expression, {**NOTHING_KNOWN, **known}, expected


DIFFERENCES: dict[str, list[Case]] = {
    "int64, which Polars wraps and others refuse": [
        case(visits * products, 10**35, visits=10**17, products=10**18),
        case(visits + products, 2 * LARGEST, visits=LARGEST, products=LARGEST),
        case(visits - products, -2 * LARGEST, visits=-LARGEST, products=LARGEST),
    ],
    "int128, which Polars wraps and others refuse": [
        case(visits * products * visits, None, visits=LARGEST, products=LARGEST),
        case(visits * products * visits / products, 10**22, visits=10**11, products=10**13),
    ],
    "half cents, which engines round away from zero": [
        case(halved, Decimal(rounded), aum=Decimal(amount))
        for amount, rounded in HALVES.items()
        for halved in (aum * Decimal("0.5"), aum / 2)
    ],
    "whole quotients below zero, which Polars floors and DuckDB cuts": [
        case(visits / products, Decimal("-0.666667"), visits=-2, products=3),
        case(visits / products, Decimal("-0.333333"), visits=1, products=-3),
        case(visits / products, Decimal("0.666667"), visits=-2, products=-3),
    ],
    "quotients, which Narwhals computes as floats on Spark": [
        case(aum * share, FLOATLESS, aum=FLOATLESS * 1000, share=Decimal("0.001")),
        case(aum * share, FLOATLESS, aum=FLOATLESS, share=Decimal(1)),
        case(debt / 3, FLOATLESS, debt=FLOATLESS * 3),
    ],
    "quotients, which Spark rounds up at six decimals": [
        # In units: less than half a millionth below a whole number and a half.
        case(
            aum / visits,
            Decimal("10000.00"),
            aum=Decimal(10**13 + 5 * 10**6 - 1).scaleb(-2),
            visits=10**7,
        ),
    ],
    "division by zero, which is infinite, null or an error": [
        case(aum / debt, None, aum=Decimal(1), debt=Decimal(0)),
        case(aum / debt, None, aum=Decimal(0), debt=Decimal(0)),
        case(aum / 0, None, aum=Decimal(1)),
        case((aum / debt).or_else(7), Decimal(7), aum=Decimal(1), debt=Decimal(0)),
    ],
    "a list of none, which null isn't in on DuckDB": [
        case(aum.is_in([10**20]), None),
        case(~aum.is_in([10**20]), None),
        case(aum.is_in([10**20]), False, aum=Decimal(1)),
    ],
    "null in a list": [
        case(branch.is_in(["a", "b"]), None),
        case(~aum.is_in([1, 2]), None),
        case(opened.is_in([date.max]), None),
    ],
    "null in and, or and not": [
        case(condition, evaluate(condition, known), **known)
        for one, other in product((True, False, None), repeat=2)
        for known in ({**NOTHING_KNOWN, "salaried": one, "consents": other},)
        for condition in (
            (salaried & consents) == (salaried | ~consents),
            (salaried != consents).or_else(True) & (salaried | consents),
        )
    ],
    "literals of more than 64 bits, which Spark doesn't take": [
        case(aum >= 10**20, False, aum=Decimal(1)),
        case(aum > -(10**33), True, aum=Decimal(1)),
        case(aum + 10**33, Decimal(10**33 + 1), aum=Decimal(1)),
    ],
    "days beyond the calendar, which engines go on counting": [
        case(opened + overdue, date.max, opened=date.max, overdue=0),
        case(opened + overdue, None, opened=date.max, overdue=1),
        case(opened + overdue, None, opened=date.min, overdue=-1),
        case(opened + overdue > opened, None, opened=date(2026, 6, 30), overdue=10**12),
    ],
    "days before the year 1000, which PySpark spells in too few digits": [
        case(opened >= date(29, 11, 20), True, opened=date(29, 11, 20)),
        case(opened.is_in([date.min, date(29, 11, 20)]), True, opened=date.min),
        case(opened.or_else(date(29, 11, 20)) + 1, date(29, 11, 21)),
    ],
    "days between dates, which are microseconds, numbers or intervals": [
        case(opened - expires, 161_210, opened=date(2024, 3, 1), expires=date(1582, 10, 15)),
        case(opened - expires, -3_652_058, opened=date.min, expires=date.max),
    ],
    "texts, which a collation may take for equal": [
        case(condition, False, **{"northern.branch": text})
        for text in ("gold ", "Gold", " gold", "go\u0308ld", "")
        for condition in (
            branch == "gold",
            branch.is_in(["gold", "g\u00f6ld"]),
            branch.is_missing(),
        )
    ],
    "names with a dot, which Spark takes for a way into a structure": [
        case(branch == "gold", True, **{"northern.branch": "gold"}),
    ],
    "scales that differ, whose numbers outgrow 64 bits when brought together": [
        case(
            visits + growth,
            Decimal("9223372036854775807.000001"),
            visits=LARGEST,
            growth=Decimal("0.000001"),
        ),
        case(visits > growth, True, visits=LARGEST, growth=Decimal("9223372036854.775807")),
        case(visits == growth, False, visits=LARGEST, growth=Decimal("0.000001")),
    ],
}
CASES = [each for cases in DIFFERENCES.values() for each in cases]


@pytest.fixture(scope="module", params=[*ENGINES, "spark"])
def answers(request: pytest.FixtureRequest) -> dict[int, list[Any]]:
    """What one engine after the other says of each expression, for every case's customer."""
    customers = [facts for _, facts, _ in CASES]
    if request.param == "spark":
        frame = spark_frame(request.getfixturevalue("session"), customers)
    else:
        frame = ENGINES[request.param](arrow_of(customers))
    named = {f"c{place}": expression for place, (expression, _, _) in enumerate(CASES)}
    cells = columns(value_columns(frame, named), list(named))
    return {place: cells[f"c{place}"] for place in range(len(CASES))}


@pytest.mark.parametrize("difference", DIFFERENCES)
def test_ours_decides(answers: dict[int, list[Any]], difference: str) -> None:
    for place, (expression, facts, expected) in enumerate(CASES):
        if any(expression is each for each, _, _ in DIFFERENCES[difference]):
            assert evaluate(expression, facts) == expected
            assert as_value(answers[place][place], expression.kind) == expected, expression

"""Benchmarks, and what a contribution is reckoned with."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from relationship_core.decisions.benchmarks import Benchmarks
from relationship_core.decisions.parameters import (
    ContributionParameters,
    ExchangeRate,
    ProductParameters,
    RelationshipUpkeep,
    TransferPrice,
    UnitCost,
)
from relationship_core.domain import Channel, CustomerKind
from relationship_core.testing.strategies.noun import Noun
from relationship_core.testing.strategies.values import (
    AMOUNTS,
    AS_OF,
    CURRENCIES,
    NOT_A_CURRENCY,
    NOT_A_DAY,
    NOT_A_PROBABILITY,
    NOT_A_RATE,
    NOT_SEVERAL,
    NOT_TEXT,
    PAST,
    PROBABILITIES,
    RATES,
)


@st.composite
def _benchmarks(draw: DrawFn) -> Benchmarks:
    step = draw(st.sampled_from([Decimal("0.01"), Decimal(500), Decimal(20_000)]))
    kinds = draw(st.sets(st.sampled_from(CustomerKind)))
    size = draw(st.integers(1, 60))
    portfolio = [(kind, step * (place - 5)) for kind in kinds for place in range(size)]
    return Benchmarks.from_contributions(draw(st.dates(date(2026, 1, 1), AS_OF)), portfolio)


benchmarks = Noun(
    _benchmarks(),
    wrong={"as_of": NOT_A_DAY | st.none(), "kinds": NOT_SEVERAL},
)
"""The cut-offs of portfolios of up to sixty customers of a kind."""


@st.composite
def _contribution_parameters(draw: DrawFn) -> ContributionParameters:
    begins = date(2000, 1, 1)
    foreign = draw(CURRENCIES.filter(lambda currency: currency != "CNY"))
    months = draw(st.sets(PAST.map(lambda day: day.replace(day=1)), max_size=3))
    price = tuple(TransferPrice(each, "*", 1, begins, draw(RATES)) for each in ("CNY", foreign))
    product = ProductParameters(
        credit_rate=draw(st.none() | RATES),
        debit_rate=draw(st.none() | RATES),
        probability_of_default=draw(st.none() | PROBABILITIES),
    )
    kinds = sorted(draw(st.sets(st.sampled_from(CustomerKind))))
    return ContributionParameters(
        draw(st.sampled_from(["2026", "planning 1"])),
        draw(PAST),
        "CNY",
        transfer_prices=price,
        products=(product,),
        unit_costs=tuple(UnitCost(channel, draw(AMOUNTS)) for channel in Channel),
        exchange_rates=tuple(ExchangeRate(foreign, each, Decimal(7)) for each in sorted(months)),
        relationship_upkeep=tuple(RelationshipUpkeep(kind, draw(AMOUNTS)) for kind in kinds),
        capital_ratio=draw(PROBABILITIES),
        hurdle_rate=draw(RATES),
        return_on_capital=draw(st.none() | RATES),
    )


_COST = UnitCost(Channel.ATM, Decimal(1))

contribution_parameters = Noun(
    _contribution_parameters(),
    wrong={
        "version": NOT_TEXT | st.none(),
        "valid_from": NOT_A_DAY | st.none(),
        "currency": NOT_A_CURRENCY,
        **dict.fromkeys(
            (
                "transfer_prices",
                "products",
                "unit_costs",
                "exchange_rates",
                "relationship_upkeep",
            ),
            NOT_SEVERAL,
        ),
        "capital_ratio": NOT_A_PROBABILITY,
        **dict.fromkeys(("hurdle_rate", "return_on_capital"), NOT_A_RATE),
    },
    clashing=(
        lambda _: {"unit_costs": (_COST, _COST)},
        lambda each: {"transfer_prices": (*each.transfer_prices, each.transfer_prices[0])},
        lambda each: {"products": (*each.products, each.products[0])},
    ),
)
"""One dated set of prices, costs, risk and capital."""

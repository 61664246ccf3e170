"""What a review costs: on observed facts alone, and from the dossier, its words not written."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import attrs
from timing import Contestant, hold, measure, print_machine, print_table

from relationship_core import (
    Account,
    Channel,
    Consent,
    Customer,
    CustomerKind,
    Dossier,
    Engine,
    Identifier,
    IdentifierScheme,
    Owner,
    Position,
    Product,
    ProductFamily,
    Purpose,
)
from relationship_core.decisions.contribution import contribute
from relationship_core.decisions.observe import Exchange, observe

JUNE, JULY = date(2026, 6, 30), date(2026, 7, 31)
CURRENT = Product("current", ProductFamily.CURRENT)
LOAN = Product("loan", ProductFamily.LOAN)
SAVINGS = Product("savings", ProductFamily.SAVINGS)
REPEATED = 10
"""A customer is reviewed so often in one run, so that it is long enough to be timed."""


def dossier(months: int, *, last: int = 7) -> Dossier:
    """A customer with a current account, a loan and savings, all opened so many months ago."""
    days = [month_of(last - age) for age in reversed(range(months))]
    accounts = tuple(
        Account(product.id, product, "CNY", (Owner("C1"),), opened=days[0])
        for product in (CURRENT, LOAN, SAVINGS)
    )
    return Dossier(
        Customer(
            "C1",
            CustomerKind.PERSONAL,
            name="Nobody",
            identifiers=(
                Identifier(IdentifierScheme.PASSPORT, "E12345678", expires=date(2031, 5, 6)),
            ),
            born=date(1980, 3, 4),
            branch="north",
            since=days[0],
            risk_tolerance=3,
            consents=(Consent(Purpose.MARKETING, days[0]),),
        ),
        accounts=accounts,
        positions=tuple(position(account, day) for account in accounts for day in days),
        transactions=(),
        interactions=(),
        relations=(),
        supplied={"service_ability": Decimal("0.7"), "manager_left": False},
    )


def month_of(number: int) -> date:
    """The first day of a month counted from January 2026, which is 1."""
    year, month = divmod(2026 * 12 + number - 1, 12)
    return date(year, month + 1, 1)


def position(account: Account, month: date) -> Position:
    if account.product is LOAN:
        return Position(
            account.id,
            month,
            debit_average=Decimal(100_000),
            closing_balance=Decimal(-100_000),
            probability_of_default=Decimal("0.01"),
            transactions=((Channel.MOBILE, 1),),
        )
    return Position(
        account.id,
        month,
        credit_average=Decimal("250000.55"),
        closing_balance=Decimal(240_000),
        fees=Decimal("12.50"),
        transactions=((Channel.MOBILE, 6), (Channel.COUNTER, 1)),
    )


def main() -> None:
    print_machine("relationship-core")
    engine = Engine.from_plugins()
    small, large = dossier(1), dossier(13)
    benchmarks = engine.benchmarks([small, large], JUNE)
    before = engine.review(dossier(12, last=6), JUNE, benchmarks).standing
    held = attrs.evolve(large, standing=before)
    facts_first = engine.observe(large, JULY, benchmarks)
    facts_held = engine.observe(held, JULY, benchmarks)
    thin = attrs.evolve(held, positions=(held.positions or ())[:-1])
    facts_thin = engine.observe(thin, JULY, benchmarks)
    book = engine.rule_book
    parameters, catalogue = book.contribution, book.catalogue
    exchange = Exchange.from_parameters(parameters)
    rows = [
        ("decide on observed facts, with a standing", facts_held, 20.0),
        ("decide on observed facts, a first day", facts_first, 20.0),
        ("decide where a month's row is missing", facts_thin, None),
        ("review three account-months", small, 100.0),
        ("review three accounts of thirteen months", large, 400.0),
        ("the same, with a standing", held, 400.0),
        ("observe three account-months", small, None),
        ("observe three accounts of thirteen months", large, None),
        ("contribute three account-months", small, None),
        ("contribute three accounts of thirteen months", large, None),
    ]
    acts = [
        lambda facts: engine.decide(facts, JULY, standing=before),
        lambda facts: engine.decide(facts, JULY),
        lambda facts: engine.decide(facts, JULY, standing=before),
        *[lambda given: engine.review(given, JULY, benchmarks)] * 3,
        *[lambda given: observe(given, JULY, facts=catalogue, exchange=exchange)] * 2,
        *[lambda given: contribute(given, JULY, parameters)] * 2,
    ]
    measured = measure(
        [
            Contestant(name, act, [given] * REPEATED)
            for (name, given, _), act in zip(rows, acts, strict=True)
        ]
    )
    print_table(
        ("one customer", "µs", "aim"),
        [
            (name, f"{microseconds:,.1f}", "" if aim is None else f"{aim:,.0f}")
            for (name, _, aim), microseconds in zip(rows, measured, strict=True)
        ],
    )
    hold(
        [
            (name, microseconds, aim)
            for (name, _, aim), microseconds in zip(rows, measured, strict=True)
            if aim is not None
        ],
        " µs",
    )


if __name__ == "__main__":
    main()

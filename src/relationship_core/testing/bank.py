"""A small bank to try rules on: a few customers of each sort, in memory, the same for one seed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Final

from attrs import frozen

from relationship_core.decisions.window import first_day, latest_month
from relationship_core.domain import (
    Account,
    Channel,
    Consent,
    Customer,
    CustomerKind,
    Dossier,
    Interaction,
    InteractionKind,
    Owner,
    Position,
    Product,
    ProductFamily,
    Purpose,
    Relation,
    RelationKind,
    Standing,
    Transaction,
    TransactionPurpose,
)
from relationship_core.errors import InvalidValueError
from relationship_core.testing.strategies.values import AS_OF

_LATEST: Final = latest_month(AS_OF)
_MONTHS: Final = 30
_BRANCHES: Final = (("P1", "P1C1"), ("P1", "P1C3"), ("P2", "P2C1"))


@frozen
class _Sort:
    """A sort of customer.

    Args:
        name: What they are, told in the customer's id.
        kind: The kind.
        months: For how many months they have been here; 0 for a prospect.
        balance: What lies on the current account on average, before it varies.
        trend: By what part of itself the balance changes each month of the last half year.
        acts: The customer's own acts a month.
        products: What they hold beside the current account, with the average amount.
        salary: Their pay a month; 0 for none.
        complaints: How many are open.
        stage: The stage that earlier reviews found; None on a first day.
    """

    name: str
    kind: CustomerKind = CustomerKind.PERSONAL
    months: int = 36
    balance: int = 20_000
    trend: Decimal = Decimal(0)
    acts: int = 8
    products: tuple[tuple[ProductFamily, int], ...] = ()
    salary: int = 0
    complaints: int = 0
    stage: str | None = "stable"


_SORTS: Final = (
    _Sort("prospect", months=0, stage=None),
    _Sort("new", months=2, balance=4_000, acts=3, stage=None),
    _Sort("growing", months=9, balance=60_000, trend=Decimal("0.08"), stage="formation"),
    _Sort("salaried", salary=9_500, products=((ProductFamily.CARD, 1_200),), acts=20),
    _Sort("family", salary=16_000, products=((ProductFamily.LOAN, 700_000),), acts=25),
    _Sort("saver", balance=15_000, products=((ProductFamily.TERM_DEPOSIT, 380_000),), acts=2),
    _Sort(
        "wealthy",
        balance=900_000,
        products=((ProductFamily.WEALTH, 5_000_000), (ProductFamily.FUND, 2_500_000)),
    ),
    _Sort("leaving", balance=250_000, trend=Decimal("-0.25"), acts=3, complaints=1),
    _Sort("silent", balance=60, acts=0, stage="decline"),
    _Sort(
        "company",
        CustomerKind.CORPORATE,
        balance=1_800_000,
        products=((ProductFamily.LOAN, 6_000_000), (ProductFamily.GUARANTEE, 900_000)),
        acts=60,
    ),
    _Sort(
        "workshop",
        CustomerKind.CORPORATE,
        months=26,
        balance=140_000,
        products=((ProductFamily.LOAN, 3_500_000),),
        acts=22,
    ),
    _Sort("school", CustomerKind.INSTITUTIONAL, balance=3_200_000, acts=15),
)


def small_bank(customers: int = 24, seed: int = 7) -> tuple[Dossier, ...]:
    """Customers of every sort, with two and a half years of history to `AS_OF`.

    They are nobody: no name, document, birthday or contact is in them. Sorts come in turn, each
    customer of one varied, so that the first dozen holds one of each.

    Args:
        customers: How many, at least one.
        seed: The same seed gives the same bank.

    Raises:
        InvalidValueError: There is no customer.
    """
    if customers < 1:
        raise InvalidValueError("is not above zero", where="customers")
    chance = Random(seed)  # noqa: S311 - repeatable, not secret
    return tuple(
        _dossier(_SORTS[number % len(_SORTS)], number, chance) for number in range(customers)
    )


def _dossier(sort: _Sort, number: int, chance: Random) -> Dossier:
    name = f"{sort.name}-{number:02d}"
    since = None if sort.months == 0 else first_day(_LATEST - sort.months)
    accounts = [] if since is None else list(_accounts(sort, name, since))
    scale = Decimal(chance.randint(60, 140)) / 100
    branch = chance.choice(_BRANCHES)
    consent = Consent(Purpose.MARKETING, since) if since and chance.random() < 0.7 else None
    return Dossier(
        Customer(
            name,
            sort.kind,
            industry="C10" if sort.kind is CustomerKind.CORPORATE else None,
            branch=branch[-1],
            since=since,
            risk_tolerance=chance.randint(1, 5),
            consents=() if consent is None else (consent,),
        ),
        accounts=tuple(accounts),
        positions=tuple(
            row for account in accounts for row in _positions(sort, account, scale, chance)
        ),
        transactions=tuple(_transactions(sort, accounts, chance)),
        interactions=tuple(_interactions(sort, name, chance)),
        relations=tuple(_relations(name, number, since)),
        standing=_standing(sort, since),
        scope=branch,
    )


def _accounts(sort: _Sort, name: str, since: date) -> Iterator[Account]:
    held = [(ProductFamily.CURRENT, sort.balance), *sort.products]
    for family, _ in held:
        product = Product(family.value, family)
        maturity = date(2028, 5, 31) if family is ProductFamily.TERM_DEPOSIT else None
        yield Account(f"{name}-{family}", product, "CNY", (Owner(name),), since, maturity=maturity)


def _positions(sort: _Sort, account: Account, scale: Decimal, chance: Random) -> Iterator[Position]:
    amounts = {ProductFamily.CURRENT: sort.balance, **dict(sort.products)}
    family = account.product.family
    base = amounts[family] * scale
    owes = family in {ProductFamily.LOAN, ProductFamily.CARD}
    for age in range(min(_MONTHS, sort.months), -1, -1):
        trend = sort.trend if family is ProductFamily.CURRENT else Decimal(0)
        grown = base * (1 + trend) ** max(6 - age, 0)
        amount = (grown * chance.randint(95, 105) / 100).quantize(Decimal("0.01"))
        nothing = Decimal(0)
        is_guarantee = family is ProductFamily.GUARANTEE
        yield Position(
            account.id,
            first_day(_LATEST - age),
            credit_average=nothing if owes or is_guarantee else amount,
            debit_average=amount if owes else nothing,
            closing_balance=-amount if owes else nothing if is_guarantee else amount,
            debit_rate=Decimal("0.045") if owes else None,
            credit_rate=None if owes else Decimal("0.0025"),
            undrawn=amount if is_guarantee else nothing,
            fees=Decimal(sort.acts),
            probability_of_default=Decimal("0.01") if owes or is_guarantee else None,
            transactions=((Channel.MOBILE, sort.acts),) if family is ProductFamily.CURRENT else (),
        )


def _transactions(sort: _Sort, accounts: list[Account], chance: Random) -> Iterator[Transaction]:
    if not accounts:
        return
    current = accounts[0].id
    for age in range(min(4, sort.months)):
        month = first_day(_LATEST - age)
        if sort.salary:
            yield Transaction(
                f"{current}-pay-{age}",
                current,
                month + timedelta(days=9),
                Decimal(sort.salary),
                Channel.AUTOMATIC,
                TransactionPurpose.SALARY,
            )
        for each in range(min(sort.acts, 5)):
            spent = Decimal(chance.randint(2_000, 90_000)) / 100
            yield Transaction(
                f"{current}-{age}-{each}",
                current,
                month + timedelta(days=2 + 5 * each),
                -spent,
                Channel.MOBILE,
                TransactionPurpose.PURCHASE,
                chance.choice([None, "OTHERBANK"]),
            )


def _interactions(sort: _Sort, name: str, chance: Random) -> Iterator[Interaction]:
    spoken = AS_OF - timedelta(days=chance.randint(5, 200))
    yield Interaction(f"{name}-call", name, spoken, InteractionKind.CONTACT, Channel.PHONE)
    for each in range(sort.complaints):
        made = AS_OF - timedelta(days=40 + each)
        yield Interaction(
            f"{name}-complaint-{each}",
            name,
            made,
            InteractionKind.COMPLAINT,
            Channel.COUNTER,
            due=made + timedelta(days=15),
        )


def _relations(name: str, number: int, since: date | None) -> Iterator[Relation]:
    if number % 3 == 0 and since is not None:
        yield Relation(name, f"relative-{number:02d}", RelationKind.HOUSEHOLD, since)


def _standing(sort: _Sort, since: date | None) -> Standing | None:
    if sort.stage is None or since is None:
        return None
    return Standing(sort.stage, since, reviewed=date(2026, 5, 31), stages_passed=(sort.stage,))

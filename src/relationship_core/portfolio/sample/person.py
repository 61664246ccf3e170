"""The sample's personal customers, alone or in a household."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

import attrs

from relationship_core.domain import (
    Channel,
    Customer,
    CustomerKind,
    CustomerStatus,
    Identifier,
    IdentifierScheme,
    Owner,
    Product,
    ProductFamily,
    RelationKind,
    Sex,
    Transaction,
    TransactionPurpose,
)
from relationship_core.portfolio.sample import catalogue, holding, identity
from relationship_core.portfolio.sample.chance import Chance, money
from relationship_core.portfolio.sample.contact import consents, contacts
from relationship_core.portfolio.sample.file import File
from relationship_core.portfolio.sample.flow import Flow
from relationship_core.portfolio.sample.holding import Contract, Course, Holding
from relationship_core.portfolio.sample.months import (
    FLOWS_FROM,
    LAST_DAY,
    MONTHS,
    season,
    years_later,
)
from relationship_core.portfolio.sample.numbering import Numbering


@attrs.frozen
class Life:
    """A way of living, as far as a bank sees it.

    Args:
        ages: The youngest and the oldest.
        wage: The middle income a month; 0 for none that comes here.
        purpose: How it is booked.
        least: The least fortune.
        digital: The part of acts done by mobile.
        acts: Acts in a month.
        products: How likely further products are, beside what fortune asks for.
    """

    ages: tuple[int, int]
    wage: float
    purpose: TransactionPurpose
    least: float
    digital: float
    acts: float
    products: float


_SALARY: Final = TransactionPurpose.SALARY
_PENSION: Final = TransactionPurpose.PENSION

_LIVES: Final = (
    (Life((25, 58), 7_500, _SALARY, 6_000, 0.75, 9, 1.0), 0.46),
    (Life((60, 88), 3_800, _PENSION, 15_000, 0.25, 4, 0.8), 0.16),
    (Life((30, 65), 0, _SALARY, 12_000, 0.5, 4, 0.8), 0.16),
    (Life((18, 24), 2_000, _SALARY, 800, 0.95, 11, 0.3), 0.09),
    (Life((35, 65), 26_000, _SALARY, 180_000, 0.7, 12, 1.8), 0.05),
    (Life((25, 80), 0, _SALARY, 150, 0.5, 0.7, 0.2), 0.08),
)

_TURNS: Final = (("stays", 0.80), ("leaves", 0.07), ("silent", 0.06), ("new", 0.07))
_RICHEST: Final = 60_000_000.0


@attrs.frozen
class Person:
    """Somebody before any account is opened: who they are and how they live."""

    customer: Customer
    life: Life
    turn: str
    fortune: float
    income: float
    turned: date

    @property
    def course(self) -> Course:
        """How their business goes."""
        if self.turn == "leaves":
            return Course(growth=0.002, fades_from=self.turned)
        if self.turn == "silent":
            return Course(growth=0.0, noise=0.01, silent_from=self.turned)
        return Course(growth=0.02 if self.turn == "new" else 0.004)


def personal_group(chance: Chance, numbering: Numbering, room: int) -> list[File]:
    """One person, or two who share a household, with all that the bank holds of them.

    Args:
        chance: The sample's source of chance.
        numbering: The sample's running numbers.
        room: How many customers there may be.
    """
    outlet = chance.one_of(catalogue.OUTLETS)
    if chance.happens(0.03):
        return [_prospect(chance, numbering, outlet)]
    person = _person(chance, numbering, outlet)
    file = _file(chance, numbering, person)
    if room < 2 or person.life.ages[0] < 25 or not chance.happens(0.16):
        return [file]
    partner = _person(chance, numbering, outlet)
    other = _file(chance, numbering, partner)
    opened = max(_since(person), _since(partner))
    shares = (Decimal(1), Decimal(1)) if chance.happens(0.7) else (Decimal(2), Decimal(1))
    contract = Contract(
        numbering.account(),
        (Owner(person.customer.id, shares[0]), Owner(partner.customer.id, shares[1])),
        chance.day(opened, LAST_DAY) if chance.happens(0.1) else opened,
        outlet,
    )
    joint = holding.demand_deposit(
        chance,
        contract,
        catalogue.SAVINGS,
        (person.fortune + partner.fortune) * 0.2,
        person.course,
        season=season,
        channels=_channels(person, 0.3),
    )
    File.share(joint, file, other)
    File.tie(file, other, RelationKind.HOUSEHOLD, opened)
    File.tie(other, file, RelationKind.HOUSEHOLD, opened)
    return [file, other]


def _since(person: Person) -> date:
    since = person.customer.since
    return LAST_DAY if since is None else since


def _person(chance: Chance, numbering: Numbering, outlet: str) -> Person:
    life = chance.weighted(_LIVES)
    turn = chance.weighted(_TURNS)
    sex = chance.one_of(tuple(Sex))
    age = chance.whole(*life.ages)
    born = chance.day(date(2025 - age, 7, 1), date(2026 - age, 6, 30))
    grown = max(years_later(born, 18), date(2000, 1, 1))
    since = (
        chance.day(MONTHS[-6], date(2026, 6, 20))
        if turn == "new"
        else chance.day(min(grown, date(2025, 1, 1)), date(2025, 3, 1))
    )
    customer_id = numbering.customer()
    customer = Customer(
        customer_id,
        CustomerKind.PERSONAL,
        identity.person_name(chance, sex),
        _documents(chance, born, sex),
        born,
        sex,
        branch=outlet,
        manager=f"M-{outlet}" if chance.happens(0.5) else None,
        since=since,
        status=chance.weighted(
            (
                (CustomerStatus.ACTIVE, 0.985),
                (CustomerStatus.DORMANT, 0.01),
                (CustomerStatus.FROZEN, 0.003),
                (CustomerStatus.DECEASED, 0.002),
            )
        ),
        risk_tolerance=chance.whole(1, 5) if chance.happens(0.5) else None,
        phone=identity.phone(chance) if chance.happens(0.9) else None,
        email=identity.email(customer_id) if chance.happens(0.25) else None,
        consents=consents(chance, since),
    )
    return Person(
        customer,
        life,
        turn,
        chance.fortune(life.least, 1.05, _RICHEST),
        chance.around(life.wage, 0.4) if life.wage else 0.0,
        chance.one_of(MONTHS[-5:-2]),
    )


def _documents(chance: Chance, born: date, sex: Sex) -> tuple[Identifier, ...]:
    if chance.happens(0.04):
        return ()
    expires = None
    if chance.happens(0.9):
        expires = chance.day(date(2026, 2, 1), date(2046, 6, 30))
    return (
        Identifier(
            IdentifierScheme.RESIDENT_ID,
            identity.resident_id(chance, born, sex),
            expires=expires,
            verified=chance.happens(0.92),
        ),
    )


def _prospect(chance: Chance, numbering: Numbering, outlet: str) -> File:
    sex = chance.one_of(tuple(Sex))
    customer = Customer(
        numbering.customer(),
        CustomerKind.PERSONAL,
        identity.person_name(chance, sex),
        branch=outlet,
        phone=identity.phone(chance),
        consents=consents(chance, FLOWS_FROM),
    )
    file = File(customer)
    file.interactions += contacts(chance, numbering, customer.id, FLOWS_FROM, 1.0)
    return file


def _channels(person: Person, part: float) -> list[tuple[Channel, float]]:
    life = person.life
    acts = life.acts * part
    rest = acts * (1 - life.digital)
    return [
        (Channel.MOBILE, acts * life.digital),
        (Channel.COUNTER, rest * 0.3),
        (Channel.ATM, rest * 0.4),
        (Channel.SELF_SERVICE, rest * 0.3),
        (Channel.AUTOMATIC, 1.0 if person.income else 0.0),
    ]


def _file(chance: Chance, numbering: Numbering, person: Person) -> File:
    file = File(person.customer)
    everyday = _everyday(chance, numbering, person)
    file.add(everyday)
    file.transactions += _everyday_flows(chance, numbering, person, everyday)
    for further in _further(chance, numbering, person):
        file.add(further)
        if further.account.product.family is ProductFamily.LOAN:
            owed = float(further.positions[-1].debit_average)
            flow = Flow(chance, numbering, everyday.account)
            file.transactions += flow.instalments(owed * 0.012, chance.whole(1, 28))
    often = 3.0 if person.fortune > 500_000 else 0.25
    file.interactions += contacts(chance, numbering, person.customer.id, _since(person), often)
    if chance.happens(0.04):
        file.supplied["loyalty"] = money(chance.share())
    if person.turn == "leaves" and chance.happens(0.2):
        file.supplied["competitor_rate_gap"] = Decimal("0.0025")
    return file


def _contract(
    chance: Chance, numbering: Numbering, person: Person, earliest: date | None = None
) -> Contract:
    since = max(_since(person), earliest or date.min)
    latest = max(since, date(2026, 5, 31))
    return Contract(
        numbering.account(),
        (Owner(person.customer.id),),
        chance.day(since, latest),
        person.customer.branch or catalogue.OUTLETS[0],
    )


def _everyday(chance: Chance, numbering: Numbering, person: Person) -> Holding:
    closed = None
    if person.turn == "leaves" and chance.happens(0.12):
        closed = chance.day(person.turned + timedelta(days=28), LAST_DAY)
    contract = Contract(
        numbering.account(),
        (Owner(person.customer.id),),
        _since(person),
        person.customer.branch or catalogue.OUTLETS[0],
        closed=closed,
    )
    usual = person.income * 1.3 + person.fortune * 0.12
    return holding.demand_deposit(
        chance,
        contract,
        catalogue.CURRENT,
        usual,
        person.course,
        season=season,
        channels=_channels(person, 1.0),
        overdrawn=0.02,
    )


def _everyday_flows(
    chance: Chance, numbering: Numbering, person: Person, everyday: Holding
) -> Iterator[Transaction]:
    flow = Flow(chance, numbering, everyday.account)
    usual = person.income * 1.3 + person.fortune * 0.12
    yield from flow.interest(usual, 0.0005)
    if person.turn == "silent":
        return
    if person.income:
        stopped = None
        if person.turn == "leaves" or chance.happens(0.02):
            stopped = MONTHS[-1] if chance.happens(0.5) else MONTHS[-2]
        yield from flow.income(person.life.purpose, person.income, chance.whole(5, 20), stopped)
    if person.life.acts > 2:
        yield from flow.purchases(1.0, 180)
    if person.turn == "leaves":
        yield from flow.leaving(usual, person.turned)
    elif chance.happens(0.06):
        sign = 1 if chance.happens(0.6) else -1
        yield from flow.transfer(sign * chance.between(0.2, 0.9) * person.fortune, Channel.MOBILE)


def _further(chance: Chance, numbering: Numbering, person: Person) -> Iterator[Holding]:
    eager = person.life.products
    fortune = person.fortune
    if chance.happens(0.16 * eager):
        yield holding.demand_deposit(
            chance,
            _contract(chance, numbering, person),
            catalogue.SAVINGS,
            fortune * 0.3,
            person.course,
            season=season,
        )
    if fortune > 30_000 and chance.happens(0.4):
        product = catalogue.TERM_1Y if chance.happens(0.6) else catalogue.TERM_3Y
        earliest = date(2025, 7, 1) if product is catalogue.TERM_1Y else date(2023, 7, 1)
        contract = _contract(chance, numbering, person, earliest)
        yield holding.term_deposit(contract, product, fortune * chance.between(0.1, 0.4))
    if fortune > 100_000 and chance.happens(0.35):
        yield _invested(chance, numbering, person, catalogue.WEALTH, 0.35)
    if fortune > 20_000 and chance.happens(0.06 * eager):
        yield _invested(chance, numbering, person, catalogue.FUND, 0.1)
    if chance.happens(0.04 * eager):
        yield _invested(chance, numbering, person, catalogue.INSURANCE, 0.08)
    if chance.happens(0.015 * eager):
        yield holding.demand_deposit(
            chance,
            _contract(chance, numbering, person),
            catalogue.DOLLARS,
            fortune * 0.015,
            person.course,
            season=season,
            currency="USD",
        )
    yield from _borrowed(chance, numbering, person)


def _invested(
    chance: Chance, numbering: Numbering, person: Person, product: Product, part: float
) -> Holding:
    return holding.investment(
        chance,
        _contract(chance, numbering, person),
        product,
        person.fortune * part,
        person.course,
    )


def _borrowed(chance: Chance, numbering: Numbering, person: Person) -> Iterator[Holding]:
    eager = person.life.products
    if person.income and chance.happens(0.18 * eager):
        yield holding.card(
            chance,
            _contract(chance, numbering, person),
            round(person.income * 3, -3),
            chance.between(0.1, 0.6),
            person.course,
            person.life.acts * 0.6,
        )
    if person.income and person.life.purpose is _SALARY and chance.happens(0.1 * eager):
        is_home = chance.happens(0.55)
        contract = _contract(chance, numbering, person, date(2016, 1, 1) if is_home else None)
        trouble = None
        if chance.happens(0.04):
            trouble = holding.Trouble(chance.day(MONTHS[-7], MONTHS[-1]))
        yield holding.loan(
            contract,
            catalogue.HOME_LOAN if is_home else catalogue.CONSUMER_LOAN,
            person.income * (70 if is_home else 10) * chance.between(0.6, 1.2),
            25 if is_home else 5,
            trouble,
        )

"""The sample's companies and institutions, with those who act for them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import attrs

from relationship_core.domain import (
    Channel,
    Customer,
    CustomerKind,
    Identifier,
    IdentifierScheme,
    Owner,
    RelationKind,
)
from relationship_core.portfolio.sample import catalogue, holding, identity
from relationship_core.portfolio.sample.chance import Chance, money
from relationship_core.portfolio.sample.contact import contacts
from relationship_core.portfolio.sample.file import File
from relationship_core.portfolio.sample.flow import Flow
from relationship_core.portfolio.sample.holding import Contract, Course, Holding
from relationship_core.portfolio.sample.months import LAST_DAY, MONTHS, trade
from relationship_core.portfolio.sample.numbering import Numbering
from relationship_core.portfolio.sample.person import personal_group

_SYSTEMS = ("GROUP-NORTH", "GROUP-STAR", "GROUP-CLOUD", None, None, None)
_LINES = ("EDUCATION", "HEALTH", "CITY")
_GREATEST = 400_000_000.0

_CHANNELS = ((Channel.ONLINE, 14.0), (Channel.COUNTER, 2.0), (Channel.AUTOMATIC, 4.0))
_QUIET_CHANNELS = ((Channel.ONLINE, 5.0), (Channel.COUNTER, 1.5))


@attrs.frozen
class _Business:
    file: File
    turnover: float
    course: Course
    since: date


def organisation_group(chance: Chance, numbering: Numbering, room: int) -> list[File]:
    """One to three organisations tied to each other, and perhaps the owner of the first.

    Args:
        chance: The sample's source of chance.
        numbering: The sample's running numbers.
        room: How many customers there may be.
    """
    if chance.happens(0.2):
        return [_institution(chance, numbering).file]
    first = _company(chance, numbering)
    files = [first.file]
    while len(files) < min(room, 3) and chance.happens(0.25):
        other = _company(chance, numbering, first.file.customer.system)
        kind = chance.one_of((RelationKind.SUPPLIER, RelationKind.BUYER, RelationKind.GROUP_PARENT))
        File.tie(first.file, other.file, kind, max(first.since, other.since))
        files.append(other.file)
    if len(files) < room and chance.happens(0.4):
        owner = personal_group(chance, numbering, 1)[0]
        File.tie(owner, first.file, RelationKind.BENEFICIAL_OWNER, first.since)
        _authorise(first.file, owner)
        files.append(owner)
    return files


def _authorise(company: File, person: File) -> None:
    account = attrs.evolve(company.accounts[0], authorised=(person.customer.id,))
    company.accounts[0] = account
    person.accounts.append(account)
    person.positions += [
        position for position in company.positions if position.account_id == account.id
    ]
    person.transactions += [
        booking for booking in company.transactions if booking.account_id == account.id
    ]


def _institution(chance: Chance, numbering: Numbering) -> _Business:
    industry, name = identity.institution(chance)
    business = _begin(
        chance, numbering, CustomerKind.INSTITUTIONAL, industry, name, chance.one_of(_LINES)
    )
    _open_accounts(chance, numbering, business, _QUIET_CHANNELS)
    return business


def _company(chance: Chance, numbering: Numbering, system: str | None = None) -> _Business:
    industry, name = identity.company(chance)
    business = _begin(
        chance,
        numbering,
        CustomerKind.CORPORATE,
        industry,
        name,
        system or chance.one_of(_SYSTEMS),
    )
    _open_accounts(chance, numbering, business, _CHANNELS)
    for further in _credit(chance, numbering, business):
        business.file.add(further)
    return business


def _begin(
    chance: Chance,
    numbering: Numbering,
    kind: CustomerKind,
    industry: str,
    name: str,
    system: str | None,
) -> _Business:
    founded = chance.day(date(1992, 1, 1), date(2024, 12, 31))
    since = chance.day(max(founded, date(2005, 1, 1)), date(2026, 3, 31))
    outlet = chance.one_of(catalogue.OUTLETS)
    number = identity.social_credit_code(chance, is_company=kind is CustomerKind.CORPORATE)
    customer = Customer(
        numbering.customer(),
        kind,
        name,
        (Identifier(IdentifierScheme.SOCIAL_CREDIT_CODE, number, verified=True),),
        founded,
        industry=industry,
        system=system,
        branch=outlet,
        manager=f"M-{outlet}",
        since=since,
        phone=identity.phone(chance),
    )
    turn = chance.weighted((("stays", 0.86), ("fades", 0.08), ("silent", 0.06)))
    turned = chance.one_of(MONTHS[-6:-2])
    course = Course(
        growth=chance.between(-0.005, 0.015),
        noise=0.15,
        fades_from=turned if turn == "fades" else None,
        silent_from=turned if turn == "silent" else None,
    )
    file = File(customer)
    file.interactions += contacts(chance, numbering, customer.id, since, 2.5)
    if chance.happens(0.7):
        file.supplied["service_ability"] = money(chance.share())
    if chance.happens(0.3):
        file.supplied["wallet_share"] = money(chance.share())
    return _Business(file, chance.fortune(90_000, 0.95, _GREATEST), course, since)


def _contract(chance: Chance, numbering: Numbering, business: _Business) -> Contract:
    customer = business.file.customer
    return Contract(
        numbering.account(),
        (Owner(customer.id),),
        chance.day(business.since, max(business.since, date(2026, 4, 30))),
        customer.branch or catalogue.OUTLETS[0],
    )


def _open_accounts(
    chance: Chance,
    numbering: Numbering,
    business: _Business,
    channels: tuple[tuple[Channel, float], ...],
) -> None:
    file = business.file
    contract = attrs.evolve(_contract(chance, numbering, business), opened=business.since)
    usual = business.turnover * 0.5
    everyday = holding.demand_deposit(
        chance,
        contract,
        catalogue.BUSINESS,
        usual,
        business.course,
        season=trade,
        channels=channels,
        fee=30.0,
        overdrawn=0.05,
    )
    file.add(everyday)
    flow = Flow(chance, numbering, everyday.account)
    file.transactions += flow.interest(usual, 0.0005)
    if business.course.silent_from is None:
        file.transactions += flow.payments(chance.whole(6, 14), business.turnover * 0.1)
        if business.course.fades_from is not None:
            file.transactions += flow.leaving(usual, business.course.fades_from)
    if chance.happens(0.4):
        file.add(
            holding.payment_services(
                chance,
                _contract(chance, numbering, business),
                business.course,
                business.turnover,
                trade,
                channels,
            )
        )
    if chance.happens(0.25):
        contract = attrs.evolve(
            _contract(chance, numbering, business),
            opened=chance.day(max(business.since, date(2025, 7, 1)), LAST_DAY),
        )
        file.add(holding.term_deposit(contract, catalogue.TERM_1Y, business.turnover * 0.4))


def _credit(chance: Chance, numbering: Numbering, business: _Business) -> Iterator[Holding]:
    default = Decimal(f"{chance.around(0.012, 0.5):.4f}")
    if chance.happens(0.4):
        trouble = None
        if chance.happens(0.05):
            trouble = holding.Trouble(chance.day(MONTHS[-8], MONTHS[-1]))
        contract = attrs.evolve(
            _contract(chance, numbering, business),
            opened=chance.day(max(business.since, date(2023, 7, 1)), LAST_DAY),
        )
        yield holding.loan(
            contract,
            catalogue.TRADE_LOAN,
            business.turnover * chance.between(0.4, 1.5),
            4,
            trouble,
            default,
        )
    if chance.happens(0.12):
        yield holding.overdraft(
            chance,
            _contract(chance, numbering, business),
            business.turnover * 0.2,
            chance.between(0.2, 0.7),
        )
    if chance.happens(0.1):
        yield holding.guarantee(_contract(chance, numbering, business), business.turnover * 0.3)
    if chance.happens(0.06):
        yield holding.demand_deposit(
            chance,
            _contract(chance, numbering, business),
            catalogue.DOLLARS,
            business.turnover * 0.03,
            business.course,
            season=trade,
            currency="USD",
        )

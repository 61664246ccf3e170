"""A generated bank whose records are thinner, odder and nearer to thresholds than the sample's."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Final

import attrs

from relationship_core.decisions.rule_book import RuleBook
from relationship_core.domain import (
    Account,
    Dossier,
    Owner,
    Pending,
    Position,
    ProductFamily,
    Standing,
)
from relationship_core.facts import CATALOGUE, PHASES, Phase
from relationship_core.portfolio import sample_dossiers
from relationship_core.portfolio.sample import LAST_DAY, TREE
from relationship_core.portfolio.sample.dirt import DirtyWriter
from relationship_core.rules import Fact, FactValue, Kind

_CENT: Final = Decimal("0.01")
_THRESHOLDS: Final = [
    Decimal(whole)
    for whole in (0, 50, 100, 10_000, 50_000, 200_000, 300_000, 600_000, 10**6, 8 * 10**6)
]
_FIRST_HISTORY: Final = date(2024, 7, 1)
_LATE_MONTHS: Final = tuple(date(2026, month, 1) for month in range(1, 7))
_SUPPLIED_AT_TIMES: Final = tuple(
    fact
    for fact in CATALOGUE.values()
    if fact.derived is None and PHASES[fact.name] in {Phase.OBSERVE, Phase.CONTRIBUTION}
)


def write_varied_bank(folder: Path, book: RuleBook, customers: int, seed: int) -> None:
    """Write a portfolio folder: dirty rows, standings, supplied facts, up to 24 months.

    Args:
        folder: Where to write.
        book: Whose stages, tiers and facts the standings and supplied values are of.
        customers: How many.
        seed: Any whole number.
    """
    folder.mkdir()
    chance = Random(seed)
    with DirtyWriter(folder, TREE) as writer:
        for dossier in sample_dossiers(customers, seed):
            writer.write(_varied(dossier, book, chance))


def _varied(dossier: Dossier, book: RuleBook, chance: Random) -> Dossier:
    customer = dossier.customer
    if chance.random() < 0.03:
        customer = attrs.evolve(customer, since=None)
    accounts = [_account(account, chance) for account in dossier.accounts or ()]
    families = {account.id: account.product.family for account in accounts}
    positions = [*(dossier.positions or ())]
    age = chance.random()
    if age < 0.2:
        positions = [*_a_year_before(positions), *positions]
    elif age > 0.5:
        # Most are young, as they take less to review.
        first = chance.choice(_LATE_MONTHS)
        accounts = [_opened_in(account, first, chance) for account in accounts]
        positions = [one for one in positions if one.month >= first]
    return attrs.evolve(
        dossier,
        customer=customer,
        accounts=tuple(accounts),
        positions=tuple(
            _position(one, families[one.account_id], chance)
            for one in positions
            if chance.random() >= 0.002
        ),
        standing=_standing(book, chance) if chance.random() < 0.6 else None,
        supplied={**dossier.supplied, **_supplied(book, chance)},
    )


def _a_year_before(positions: Sequence[Position]) -> list[Position]:
    """The months before those of the sample, as they were a year later."""
    first = min((one.month for one in positions), default=_FIRST_HISTORY)
    earlier = [
        attrs.evolve(one, month=one.month.replace(year=one.month.year - 1)) for one in positions
    ]
    return [one for one in earlier if _FIRST_HISTORY <= one.month < first]


def _account(account: Account, chance: Random) -> Account:
    if chance.random() < 0.05:
        day = account.opened + timedelta(days=chance.randrange(900))
        account = attrs.evolve(account, repriced=min(day, LAST_DAY + timedelta(days=40)))
    if chance.random() < 0.02:
        account = attrs.evolve(account, closed=max(account.opened, LAST_DAY - _days(chance, 200)))
    if len(account.owners) > 1 and chance.random() < 0.5:
        shares = [Decimal(chance.choice(("1", "2", "0.35", "0.333333"))) for _ in account.owners]
        owners = tuple(
            Owner(owner.customer_id, share)
            for owner, share in zip(account.owners, shares, strict=True)
        )
        account = attrs.evolve(account, owners=owners)
    return account


def _opened_in(account: Account, month: date, chance: Random) -> Account:
    """The account, opened in a month or later."""
    if account.opened >= month:
        return account
    opened = month + _days(chance, 28)
    later = {
        name: max(opened, day)
        for name in ("closed", "maturity", "repriced")
        if (day := getattr(account, name)) is not None
    }
    return attrs.evolve(account, opened=opened, **later)


def _days(chance: Random, most: int) -> timedelta:
    return timedelta(days=chance.randrange(most))


def _position(position: Position, family: ProductFamily, chance: Random) -> Position:
    """Mostly as it was; else without a rate, at a threshold, or worth an exact half cent."""
    draw = chance.random()
    if draw > 0.25:
        return position
    if draw > 0.20:
        return attrs.evolve(
            position, credit_rate=None, debit_rate=None, probability_of_default=None
        )
    if draw > 0.15:
        closing = chance.choice(_THRESHOLDS) + chance.choice((-_CENT, Decimal(0), _CENT))
        sign = -1 if position.closing_balance < 0 else 1
        return attrs.evolve(position, closing_balance=sign * abs(closing))
    if draw > 0.08 and family is ProductFamily.SAVINGS:
        # A spread of 1.75 % on 73 for 30 days makes 10.5 cents.
        halves = Decimal(73) * (2 * chance.randrange(2000) + 1)
        return attrs.evolve(position, credit_average=halves, credit_rate=None)
    if draw > 0.04:
        halves = (2 * chance.randrange(5000) + 1) * Decimal("0.05")
        return attrs.evolve(position, fees=chance.choice((1, -1)) * halves)
    if draw > 0.03:
        return attrs.evolve(position, impairment=_cents(chance, 90_000))
    if draw > 0.027:
        return attrs.evolve(position, defaulted=True, days_past_due=100)
    if draw > 0.02:
        return attrs.evolve(
            position, cash_margin=abs(_cents(chance, 10**7)), undrawn=abs(_cents(chance, 10**7))
        )
    if draw > 0.01:
        rate = Decimal(chance.randrange(-20_000, 120_000)).scaleb(-6)
        return attrs.evolve(position, credit_rate=rate, debit_rate=rate)
    return attrs.evolve(position, transactions=())


def _cents(chance: Random, most: int) -> Decimal:
    return Decimal(chance.randrange(-most, most)).scaleb(-2)


def _standing(book: RuleBook, chance: Random) -> Standing:
    """Any stage and tier, since some day or nobody knows when, with or without what waits."""
    stages = [stage.id for stage in book.lifecycle.stages]
    tiers = book.tiering.ladder
    stage, tier = chance.choice(stages), chance.choice(tiers)
    reviewed = LAST_DAY - _days(chance, 70)
    if chance.random() < 0.03:
        return Standing(stage=stage, reviewed=reviewed)
    return Standing(
        stage=stage,
        stage_since=_maybe(chance, reviewed - _days(chance, 500)),
        tier=tier,
        tier_since=_maybe(chance, reviewed - _days(chance, 500)),
        reviewed=_maybe(chance, reviewed),
        stage_pending=_pending(chance, [one for one in stages if one != stage], reviewed),
        tier_pending=_pending(chance, [one for one in tiers if one != tier], reviewed),
        stages_passed=tuple(stages[: chance.randrange(len(stages))]),
    )


def _maybe(chance: Random, day: date) -> date | None:
    return day if chance.random() < 0.9 else None


def _pending(chance: Random, targets: Sequence[str], last: date) -> Pending | None:
    if chance.random() < 0.7:
        return None
    days = {last - _days(chance, 90) for _ in range(chance.randrange(1, 4))}
    return Pending(chance.choice(targets), tuple(sorted(days)))


def _supplied(book: RuleBook, chance: Random) -> dict[str, FactValue]:
    """What only the bank knows, more often than not; at times what could also be observed."""
    scored = {model.score.name for model in book.models}
    own = [fact for fact in book.facts if fact.derived is None and fact.name not in scored]
    facts = [fact for fact in own if chance.random() < 0.6]
    if chance.random() < 0.05:
        facts.append(chance.choice(_SUPPLIED_AT_TIMES))
    return {fact.name: _value(fact, chance) for fact in facts}


def _value(fact: Fact, chance: Random) -> FactValue:
    if fact.kind is Kind.CATEGORY:
        return chance.choice(fact.categories or ("personal", "other"))
    if fact.kind is Kind.FLAG:
        return chance.random() < 0.5
    if fact.kind is Kind.DATE:
        return LAST_DAY - _days(chance, 2000)
    if fact.kind.scale:
        whole = chance.choice((1, 100, 10_000, 10**8)) * chance.randrange(-30, 100)
        value: Decimal | int = Decimal(whole).scaleb(-fact.kind.scale)
    else:
        value = chance.randrange(40)
    for bound, closer in ((fact.minimum, max), (fact.maximum, min)):
        if bound is not None:
            value = closer(value, bound)  # type: ignore[type-var]
    return value

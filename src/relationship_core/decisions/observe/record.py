"""What the customer's record and the standing tell."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from operator import attrgetter
from types import MappingProxyType

from relationship_core.decisions.observe.holdings import Observed
from relationship_core.decisions.window import last_day, month_index, months_between
from relationship_core.domain.consent import Purpose
from relationship_core.domain.customer import Customer, CustomerKind
from relationship_core.domain.standing import Standing
from relationship_core.rules import EXACT

_ORGANISATION = (
    "name",
    "identifiers",
    "born",
    "industry",
    "system",
    "branch",
    "manager",
    "phone",
    "email",
)
EXPECTED_FIELDS: Mapping[CustomerKind, tuple[str, ...]] = MappingProxyType(
    {
        CustomerKind.PERSONAL: (
            "name",
            "identifiers",
            "born",
            "branch",
            "phone",
            "email",
            "risk_tolerance",
            "consents",
        ),
        CustomerKind.CORPORATE: _ORGANISATION,
        CustomerKind.INSTITUTIONAL: _ORGANISATION,
    }
)
"""The fields that a complete record has filled, by kind of customer."""

_DATED = {"born", "consents"}
_READERS = {
    kind: attrgetter(*(name for name in fields if name not in _DATED))
    for kind, fields in EXPECTED_FIELDS.items()
}
_PARTS = {
    kind: tuple(
        EXACT.divide(Decimal(filled), Decimal(len(fields))).quantize(
            Decimal("0.000001"), context=EXACT
        )
        for filled in range(len(fields) + 1)
    )
    for kind, fields in EXPECTED_FIELDS.items()
}


def observe_record(values: Observed, customer: Customer, as_of: date) -> None:
    """Set the facts that the customer's record tells; days after the review date aren't read."""
    values["kind"] = customer.kind.value
    values["industry"] = customer.industry
    values["system"] = customer.system
    values["branch"] = customer.branch
    values["account_status"] = customer.status.value
    values["risk_tolerance"] = customer.risk_tolerance
    if customer.sex is not None:
        values["sex"] = customer.sex.value
    if customer.closed is not None and customer.closed <= as_of:
        values["relationship_closed"] = True
    if customer.since is not None and customer.since <= as_of:
        values["tenure_months"] = months_between(customer.since, as_of)
    born = customer.born
    if born is not None and born <= as_of:
        values["days_to_birthday"] = (_next_anniversary(born, as_of) - as_of).days
        if customer.kind is CustomerKind.PERSONAL:
            values["age_years"] = months_between(born, as_of) // 12
    for identifier in customer.identifiers:
        if identifier.expires is not None:
            values["days_to_document_expiry"] = (identifier.expires - as_of).days
            break
    values["completeness"] = _completeness(customer, as_of)
    for consent in customer.consents:
        if consent.purpose is Purpose.MARKETING and consent.given <= as_of:
            values["marketing_consent"] = bool(values["marketing_consent"] or consent.holds(as_of))


def _completeness(customer: Customer, as_of: date) -> Decimal:
    kind = customer.kind
    filled = sum(map(bool, _READERS[kind](customer)))
    if customer.born is not None and customer.born <= as_of:
        filled += 1
    if kind is CustomerKind.PERSONAL and any(one.given <= as_of for one in customer.consents):
        filled += 1
    return _PARTS[kind][filled]


def _next_anniversary(day: date, as_of: date) -> date:
    this_year = _in_year(day, as_of.year)
    return this_year if this_year >= as_of else _in_year(day, as_of.year + 1)


def _in_year(day: date, year: int) -> date:
    if day.month == 2 and day.day == 29:
        return last_day(month_index(date(year, 2, 1)))
    return day.replace(year=year)


def observe_standing(values: Observed, standing: Standing, as_of: date) -> None:
    """Set the facts that the standing tells; a stage or tier that began later isn't read.

    A stage that began on the day itself was found by an earlier review of that day, and this one
    sees what that one saw: the stage before, where the standing tells of it.
    """
    since = standing.stage_since
    *earlier, latest = standing.stages_passed or (None,)
    if since == as_of and standing.stage == latest:
        values["previous_stage"] = earlier[-1] if earlier else None
        values["months_in_stage"] = 0
    elif since is None or since <= as_of:
        values["previous_stage"] = standing.stage
        if since is not None:
            months = months_between(since, as_of)
            values["months_in_previous_stage"] = values["months_in_stage"] = months
    since = standing.tier_since
    if since is None or since <= as_of:
        values["previous_tier"] = standing.tier
        if since is not None:
            months = months_between(since, as_of)
            values["months_in_previous_tier"] = values["months_in_tier"] = months

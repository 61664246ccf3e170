"""What the customer's record, the standing, interactions and relations tell."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from relationship_core.decisions.observe import EXPECTED_FIELDS, observe
from relationship_core.domain import (
    Consent,
    CustomerKind,
    CustomerStatus,
    Dossier,
    Identifier,
    IdentifierScheme,
    Interaction,
    InteractionKind,
    Purpose,
    Relation,
    RelationKind,
    Sex,
    Standing,
)
from relationship_core.errors import InvalidValueError
from relationship_core.facts import CATALOGUE
from tests.decisions.observed_customer import AS_OF, D, account, customer, seen

TOMORROW = date(2026, 7, 1)


def test_a_bare_customer_tells_little_and_every_fact_is_there() -> None:
    values = seen()
    assert list(values) == list(CATALOGUE)
    known = {name: value for name, value in values.items() if value is not None}
    assert known == {"kind": "personal", "account_status": "active", "completeness": D(0)}


def test_the_record_is_taken_over() -> None:
    values = seen(
        of=customer(
            kind=CustomerKind.CORPORATE,
            industry="C26",
            system="chem",
            branch="b1",
            status=CustomerStatus.FROZEN,
            risk_tolerance=3,
        )
    )
    assert values["kind"] == "corporate"
    assert values["industry"] == "C26"
    assert values["system"] == "chem"
    assert values["branch"] == "b1"
    assert values["account_status"] == "frozen"
    assert values["risk_tolerance"] == 3
    assert type(values["kind"]) is type(values["account_status"]) is str


def test_sex_is_known_of_whom_it_is_recorded() -> None:
    assert seen(of=customer(sex=Sex.FEMALE))["sex"] == "female"


@pytest.mark.parametrize(
    ("born", "as_of", "age", "to_birthday"),
    [
        (date(1980, 6, 30), date(2026, 6, 30), 46, 0),
        (date(1980, 7, 1), date(2026, 6, 30), 45, 1),
        (date(1980, 6, 29), date(2026, 6, 30), 46, 364),
        (date(2000, 2, 29), date(2027, 2, 28), 27, 0),
        (date(2000, 2, 29), date(2027, 2, 27), 26, 1),
        (date(2000, 2, 29), date(2028, 2, 28), 27, 1),
        (date(2000, 2, 29), date(2027, 3, 1), 27, 365),
        (date(2026, 6, 30), date(2026, 6, 30), 0, 0),
        (date(2026, 7, 1), date(2026, 6, 30), None, None),
    ],
)
def test_age_and_birthday(
    born: date, as_of: date, age: int | None, to_birthday: int | None
) -> None:
    values = seen(as_of, of=customer(born=born))
    assert values["age_years"] == age
    assert values["days_to_birthday"] == to_birthday


def test_a_company_has_a_founding_day_and_no_age() -> None:
    values = seen(of=customer(kind=CustomerKind.INSTITUTIONAL, born=date(1980, 7, 1)))
    assert values["days_to_birthday"] == 1
    assert values["age_years"] is None


@pytest.mark.parametrize(
    ("since", "opened", "months"),
    [
        (date(2020, 6, 30), None, 72),
        (date(2020, 7, 1), date(2010, 1, 1), 71),
        (TOMORROW, date(2026, 1, 31), 5),
        (None, date(2026, 1, 30), 5),
        (None, TOMORROW, None),
        (None, None, None),
    ],
)
def test_tenure_counts_from_the_record_or_the_first_account(
    since: date | None, opened: date | None, months: int | None
) -> None:
    accounts = [] if opened is None else [account(opened=opened), account("b")]
    if opened is not None and opened > date(2024, 1, 15):
        accounts = accounts[:1]
    values = seen(of=customer(since=since), accounts=tuple(accounts))
    assert values["tenure_months"] == months


@pytest.mark.parametrize(
    ("expiries", "days"),
    [
        ([None], None),
        ([date(2026, 7, 10)], 10),
        ([date(2026, 6, 20)], -10),
        ([None, date(2026, 7, 1), date(2020, 1, 1)], 1),
    ],
)
def test_the_first_document_that_expires_counts(
    expiries: list[date | None], days: int | None
) -> None:
    identifiers = tuple(
        Identifier(IdentifierScheme.PASSPORT, f"E1234567{number}", expires=expiry)
        for number, expiry in enumerate(expiries)
    )
    assert seen(of=customer(identifiers=identifiers))["days_to_document_expiry"] == days


FILLED: dict[str, Any] = {
    "name": "Somebody",
    "identifiers": (Identifier(IdentifierScheme.PASSPORT, "E12345678"),),
    "born": date(1980, 1, 1),
    "industry": "C26",
    "system": "chem",
    "branch": "b1",
    "manager": "m1",
    "phone": "1",
    "email": "x@example.org",
    "risk_tolerance": 3,
    "consents": (Consent(Purpose.SERVICE, date(2020, 1, 1)),),
}


@pytest.mark.parametrize("kind", CustomerKind)
def test_completeness_is_the_filled_part_of_the_expected_fields(kind: CustomerKind) -> None:
    fields = EXPECTED_FIELDS[kind]
    for count in range(len(fields) + 1):
        filled = {name: FILLED[name] for name in fields[:count]}
        value = seen(of=customer(kind=kind, **filled))["completeness"]
        assert value == round(Decimal(count) / len(fields), 6)
    others = {name: value for name, value in FILLED.items() if name not in fields}
    assert seen(of=customer(kind=kind, **others))["completeness"] == 0


def test_what_is_recorded_later_completes_nothing_yet() -> None:
    later = customer(born=TOMORROW, consents=(Consent(Purpose.SERVICE, TOMORROW),))
    assert seen(of=later)["completeness"] == 0


def test_what_is_recorded_on_the_day_completes_already() -> None:
    today = customer(born=AS_OF, consents=(Consent(Purpose.SERVICE, AS_OF),))
    assert seen(of=today)["completeness"] == D("0.25")


def marketing(given: date, withdrawn: date | None = None) -> Consent:
    return Consent(Purpose.MARKETING, given, withdrawn)


@pytest.mark.parametrize(
    ("consents", "holds"),
    [
        ((), None),
        ((Consent(Purpose.SERVICE, date(2020, 1, 1)),), None),
        ((marketing(TOMORROW),), None),
        ((marketing(AS_OF),), True),
        ((marketing(date(2020, 1, 1), AS_OF),), False),
        ((marketing(date(2020, 1, 1), TOMORROW),), True),
        ((marketing(date(2020, 1, 1)), marketing(date(2019, 1, 1), date(2019, 2, 1))), True),
        ((marketing(date(2019, 1, 1), date(2019, 2, 1)), marketing(TOMORROW)), False),
    ],
)
def test_marketing_consent(consents: tuple[Consent, ...], holds: bool | None) -> None:
    assert seen(of=customer(consents=consents))["marketing_consent"] is holds


def test_the_standing_tells_what_held_before() -> None:
    standing = Standing("stable", date(2026, 3, 31), "gold", date(2025, 6, 30))
    values = seen(standing=standing)
    assert values["previous_stage"] == "stable"
    assert values["months_in_previous_stage"] == values["months_in_stage"] == 3
    assert values["previous_tier"] == "gold"
    assert values["months_in_previous_tier"] == values["months_in_tier"] == 12
    assert values["stage"] is values["tier"] is None


def test_a_standing_may_not_know_since_when() -> None:
    values = seen(standing=Standing(stage="stable", tier="gold"))
    assert values["previous_stage"] == "stable"
    assert values["previous_tier"] == "gold"
    assert values["months_in_previous_stage"] is values["months_in_previous_tier"] is None


def test_a_stage_or_tier_of_later_is_not_read() -> None:
    values = seen(standing=Standing("lost", TOMORROW, "gold", TOMORROW))
    assert values["previous_stage"] is values["previous_tier"] is None
    assert values["months_in_previous_stage"] is values["months_in_previous_tier"] is None


def test_a_stage_that_began_on_the_day_is_no_stage_of_before() -> None:
    passed = ("formation", "decline")
    values = seen(standing=Standing("decline", AS_OF, stages_passed=passed))
    assert (values["previous_stage"], values["months_in_stage"]) == ("formation", 0)
    assert values["months_in_previous_stage"] is None
    first = seen(standing=Standing("decline", AS_OF, stages_passed=("decline",)))
    assert first["previous_stage"] is None


@pytest.mark.parametrize("passed", [(), ("decline", "lost")])
def test_a_standing_without_its_history_is_taken_as_it_is(passed: tuple[str, ...]) -> None:
    values = seen(standing=Standing("decline", AS_OF, stages_passed=passed))
    assert (values["previous_stage"], values["months_in_previous_stage"]) == ("decline", 0)


def met(occurred: date, kind: InteractionKind, **fields: Any) -> Interaction:
    return Interaction(f"{kind} {occurred} {fields}", "c", occurred, kind, **fields)


def complaint(occurred: date, due: date | None = None, resolved: date | None = None) -> Interaction:
    return met(occurred, InteractionKind.COMPLAINT, due=due, resolved=resolved)


def test_without_interactions_nothing_is_known_of_them() -> None:
    values = seen()
    assert values["open_complaints"] is values["complaints_12m"] is None
    none = seen(interactions=())
    assert none["open_complaints"] == none["overdue_complaints"] == none["complaints_12m"] == 0
    assert none["days_since_contact"] is none["satisfaction"] is None


def test_complaints_are_open_until_resolved_and_overdue_after_their_day() -> None:
    values = seen(
        interactions=(
            complaint(date(2026, 6, 1)),
            complaint(date(2026, 6, 2), due=AS_OF),
            complaint(date(2026, 6, 3), due=date(2026, 6, 29)),
            complaint(date(2026, 6, 4), due=date(2026, 6, 29), resolved=TOMORROW),
            complaint(date(2026, 6, 5), due=date(2026, 6, 6), resolved=AS_OF),
            complaint(date(2025, 6, 30)),
            complaint(TOMORROW),
        )
    )
    assert values["open_complaints"] == 5
    assert values["overdue_complaints"] == 2
    assert values["complaints_12m"] == 5


def test_a_manager_makes_contact_and_a_campaign_does_not() -> None:
    values = seen(
        interactions=(
            met(date(2026, 6, 1), InteractionKind.CONTACT),
            met(date(2026, 6, 10), InteractionKind.VISIT),
            met(date(2026, 6, 20), InteractionKind.CAMPAIGN),
            met(date(2026, 6, 21), InteractionKind.SURVEY),
            met(TOMORROW, InteractionKind.VISIT),
        )
    )
    assert values["days_since_contact"] == 20


def test_what_occurs_on_the_day_counts() -> None:
    values = seen(interactions=(met(AS_OF, InteractionKind.CONTACT), complaint(AS_OF)))
    assert values["days_since_contact"] == 0
    assert values["open_complaints"] == values["complaints_12m"] == 1


def test_satisfaction_is_the_latest_score_and_of_several_the_lowest() -> None:
    survey = InteractionKind.SURVEY
    values = seen(
        interactions=(
            met(date(2026, 6, 1), survey, score=D("9.5")),
            met(date(2026, 6, 9), survey, score=D("7.12345678")),
            met(date(2026, 6, 9), survey, score=D("8")),
            met(date(2026, 6, 10), survey),
            met(TOMORROW, survey, score=D("1")),
        )
    )
    assert values["satisfaction"] == D("7.123457")


def test_related_customers_are_counted_once_from_either_side() -> None:
    relations = (
        Relation("c", "d", RelationKind.HOUSEHOLD),
        Relation("d", "c", RelationKind.GUARANTOR),
        Relation("e", "c", RelationKind.SUPPLIER, since=AS_OF),
        Relation("c", "f", RelationKind.BUYER, since=TOMORROW),
        Relation("c", "g", RelationKind.BUYER, until=AS_OF),
    )
    assert seen(relations=relations)["related_customers"] == 2
    assert seen(relations=())["related_customers"] == 0
    assert seen()["related_customers"] is None


def test_a_moment_is_no_review_date() -> None:
    with pytest.raises(InvalidValueError, match="as_of"):
        observe(Dossier(customer()), datetime(2026, 6, 30, 12))  # noqa: DTZ001

"""Nothing personal shows in what a review returns, raises or logs."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import attrs
import pytest

from relationship_core import (
    Care,
    Consent,
    Customer,
    CustomerKind,
    Dossier,
    Engine,
    Identifier,
    IdentifierScheme,
    Purpose,
    Review,
    Rule,
    Sex,
    Standing,
    Tiering,
    TierOverride,
    extend,
    hookimpl,
)
from relationship_core.errors import (
    InvalidValueError,
    ParameterError,
    PluginError,
    RelationshipError,
    ReviewError,
)
from relationship_core.facts import aum, days_to_birthday, tenure_months
from tests.decisions.observed_customer import AS_OF, account, rows
from tests.engine.bank import MANY

BORN = date(1987, 7, 3)
SECRETS = (
    "Wang",
    "E81234567",
    "13800138000",
    "wang@example.com",
    "female",
    "a family matter",
    "07-03",
    "7, 3)",
)


class Nosy:
    """Rules that ask for all that is personal."""

    @hookimpl
    def rc_tiering(self) -> Tiering:
        return Tiering(
            ["loyal", "birthday", "small"],
            [
                Rule("loyal", tenure_months >= 600),
                Rule("birthday", (days_to_birthday <= 10) & (aum > 1)),
            ],
        )

    @hookimpl
    def rc_service(self) -> Any:
        wishes = Care("wishes", "good wishes", due_in=days_to_birthday)
        return extend(care=[Rule("wishes", days_to_birthday <= 10, wishes)])

    @hookimpl
    def rc_review_completed(self, review: Any) -> None:
        raise ValueError(f"Wang, {review.facts['sex']}")


def dossier(**changes: Any) -> Dossier:
    who = Customer(
        "c",
        CustomerKind.PERSONAL,
        name="Wang Xiaoming",
        identifiers=(Identifier(IdentifierScheme.PASSPORT, "E81234567"),),
        born=BORN,
        sex=Sex.FEMALE,
        phone="13800138000",
        email="wang@example.com",
        consents=(Consent(Purpose.MARKETING, date(2025, 1, 1)),),
    )
    override = TierOverride(
        "small", "a family matter", "m1", "m2", date(2026, 6, 1), date(2026, 12, 1)
    )
    given: dict[str, Any] = {
        "accounts": (account(),),
        "positions": rows(range(30), credit_average=Decimal(5), closing_balance=Decimal(5)),
        "standing": Standing(overrides=(override,)),
    }
    return Dossier(who, **(given | changes))


def everything_in(value: Any) -> Iterator[Any]:
    """A result and all the results it is made of."""
    if attrs.has(type(value)):
        yield value
        for each in attrs.fields(type(value)):
            if not each.name.startswith("_"):
                yield from everything_in(getattr(value, each.name))
    elif isinstance(value, tuple):
        for item in value:
            yield from everything_in(item)


def shows(text: str) -> list[str]:
    return [secret for secret in SECRETS if secret in text]


def test_a_review_shows_nothing_personal(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        engine = Engine.from_plugins(Nosy(), on_plugin_error="skip")
        review = engine.review(dossier(), AS_OF, MANY)
    assert review.facts["sex"] == "female"
    assert review.services.care[-1].due == date(2026, 7, 3)
    for part in (*everything_in(review), *everything_in(review.explanation), engine):
        assert not shows(repr(part)), type(part)
    for part in (review.stage, review.tier, review.services, review.retention, review.facts):
        assert not shows(str(part)), type(part)
    decided = engine.decide(engine.observe(dossier(), AS_OF), AS_OF)
    assert not shows(repr(decided))
    assert caplog.messages
    assert not shows(str(caplog.messages))


def test_what_a_review_keeps_names_nobody() -> None:
    review = Engine.from_plugins().review(dossier(), AS_OF)
    for secret in ("Wang", "E81234567", "13800138000", "wang@", "1987-07-03"):
        assert secret not in str(review.to_json())
        assert secret not in review.explain()


def with_rows(**changes: Any) -> Dossier:
    return dossier(positions=rows(range(3), credit_average=Decimal(5), fees=Decimal(2)), **changes)


@pytest.mark.parametrize(
    ("fail", "error"),
    [
        (lambda: WATCHED.review(dossier(), AS_OF), PluginError),
        (lambda: ENGINE.review(dossier(supplied={"sex": 1}), AS_OF), InvalidValueError),
        (
            lambda: ENGINE.review(dossier(supplied={"risk_tolerance": 1987}), AS_OF),
            InvalidValueError,
        ),
        (
            lambda: ENGINE.review(dossier(supplied={"marketing_consent": "Wang"}), AS_OF),
            InvalidValueError,
        ),
        (
            lambda: ENGINE.review(with_rows(accounts=(account(currency="JPY"),)), AS_OF),
            ParameterError,
        ),
        (lambda: ENGINE.review(dossier(standing=Standing("nowhere", AS_OF)), AS_OF), ReviewError),
        (lambda: ENGINE.review(dossier(standing=Standing(reviewed=AFTER)), AS_OF), ReviewError),
        (
            lambda: Review.from_json(ENGINE.review(dossier(), AS_OF).to_json() | {"facts": 3}),
            ReviewError,
        ),
    ],
)
def test_an_error_shows_nothing_personal(
    fail: Callable[[], object], error: type[RelationshipError]
) -> None:
    with pytest.raises(error) as caught:
        fail()
    assert not shows(f"{caught.value} {caught.value!r}")


ENGINE = Engine.from_plugins()
WATCHED = Engine.from_plugins(Nosy())
AFTER = AS_OF + timedelta(days=1)

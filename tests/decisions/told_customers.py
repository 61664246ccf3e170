"""Customers whose reviews are told, each standing for one thing that a review can say."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from relationship_core import (
    Benchmarks,
    Channel,
    Consent,
    CustomerKind,
    Dossier,
    Engine,
    Interaction,
    InteractionKind,
    Pending,
    Purpose,
    Review,
    Rule,
    Standing,
    Tiering,
    TierOverride,
    TransactionPurpose,
    extend,
    hookimpl,
)
from relationship_core.facts import aum, contribution_12m, tenure_months
from relationship_core.rules import Text
from tests.decisions.observed_customer import (
    AS_OF,
    LOAN,
    SAVINGS,
    TERM,
    account,
    acts,
    booking,
    customer,
    month,
    rows,
)

D = Decimal
MAY = date(2026, 5, 31)
LONG_AGO = date(2025, 3, 31)
MANY = Benchmarks.from_contributions(
    AS_OF, [(kind, D(100 * place)) for kind in CustomerKind for place in range(1, 1001)]
)
"""A thousand customers of each kind, who bring in from 100 to 100,000."""

AGREED = Consent(Purpose.MARKETING, date(2024, 1, 15))


class NorthernBank:
    """Gold by contribution; the harbour branch asks for less."""

    version = "2.1"

    @hookimpl
    def rc_tiering(self) -> Tiering:
        return Tiering(
            ladder=["private", "gold", "standard"],
            rules=[
                Rule("private", when=aum >= 8_000_000),
                Rule(
                    "gold",
                    when=(contribution_12m >= 50_000) & (tenure_months >= 12),
                    reason=Text("A year with us, and worth it."),
                    overridable=True,
                ),
                Rule("gold", when=contribution_12m >= 20_000, scope=("north", "harbour")),
            ],
            labels={"gold": "Gold customer"},
        )


class Broken:
    """A plugin that fails."""

    version = "0.3"

    @hookimpl
    def rc_service(self) -> Any:
        return extend(entitlements=["lounge"])


@cache
def builtin() -> Engine:
    return Engine.from_plugins()


def best_on_a_first_day() -> Review:
    """All is known of a good customer; her loan is due soon, and a birthday comes up."""
    dossier = Dossier(
        customer(since=date(2024, 1, 15), born=date(1980, 7, 3), consents=(AGREED,)),
        accounts=(account(), account("l", LOAN, maturity=date(2026, 7, 20))),
        positions=(
            *rows(
                range(30),
                credit_average=D(4_000_000),
                closing_balance=D(4_100_000),
                credit_rate=D("0.0005"),
                transactions=acts(5, Channel.MOBILE),
            ),
            *rows(
                range(30),
                "l",
                debit_average=D(100_000),
                closing_balance=D(-90_000),
                debit_rate=D("0.045"),
            ),
        ),
        transactions=(),
        interactions=(),
        relations=(),
        supplied={"service_ability": D("0.7")},
    )
    return builtin().review(dossier, AS_OF, MANY)


def of_whom_nothing_is_known() -> Review:
    return builtin().review(Dossier(customer()), AS_OF)


def about_to_leave() -> Review:
    """A stable customer of the key tier whose salary and balances have gone elsewhere."""
    salary = {"purpose": TransactionPurpose.SALARY, "counterparty_bank": "OTHERBANK"}
    earlier = [booking(month(age), "9000", **salary) for age in range(3, 9)]
    elsewhere = {"counterparty_bank": "OTHERBANK"}
    dossier = Dossier(
        customer(since=date(2024, 1, 15), born=date(1975, 11, 2), consents=(AGREED,)),
        accounts=(account(), account("s", SAVINGS), account("t", TERM, maturity=date(2026, 7, 15))),
        positions=tuple(
            row
            for name in "ast"
            for ages, amount, number in ((range(3), 40_000, 2), (range(3, 30), 400_000, 12))
            for row in rows(
                ages,
                name,
                credit_average=D(amount),
                closing_balance=D(amount),
                credit_rate=D("0.003"),
                transactions=acts(number, Channel.COUNTER),
            )
        ),
        transactions=(*earlier, booking(date(2026, 6, 20), "-90000", **elsewhere)),
        interactions=(
            Interaction(
                "i", "c", date(2026, 5, 4), InteractionKind.COMPLAINT, due=date(2026, 5, 20)
            ),
        ),
        relations=(),
        standing=Standing(
            "stable", LONG_AGO, "key", LONG_AGO, MAY, tier_pending=Pending("secondary", (MAY,))
        ),
    )
    return builtin().review(dossier, AS_OF, MANY)


def back_again() -> Review:
    """Twice in a row a customer in decline is busy again."""
    dossier = Dossier(
        customer(since=date(2024, 1, 15)),
        accounts=(account(), account("s", SAVINGS)),
        positions=(
            *rows(
                range(30),
                credit_average=D(8_000),
                closing_balance=D(8_000),
                credit_rate=D(0),
                transactions=acts(7, Channel.ONLINE),
            ),
            *rows(range(30), "s", credit_average=D(100), credit_rate=D(0)),
        ),
        transactions=(booking(date(2024, 2, 1)), booking(date(2026, 6, 29))),
        interactions=(),
        relations=(),
        standing=Standing(
            "decline",
            LONG_AGO,
            "small",
            LONG_AGO,
            MAY,
            stage_pending=Pending("formation", (MAY,)),
            stages_passed=("exploration", "decline"),
        ),
    )
    return builtin().review(dossier, AS_OF, MANY)


def set_by_hand_at_a_branch() -> Review:
    """A bank of its own rules, a plugin left out, and a tier that a person has set."""
    engine = Engine.from_plugins(NorthernBank(), Broken(), on_plugin_error="skip")
    dossier = Dossier(
        customer(since=date(2026, 1, 15)),
        accounts=(account(opened=date(2026, 1, 15)),),
        positions=rows(
            range(6),
            credit_average=D(2_500_000),
            closing_balance=D(2_500_000),
            credit_rate=D("0.0005"),
            transactions=acts(4, Channel.MOBILE),
        ),
        transactions=(),
        interactions=(),
        relations=(),
        standing=Standing(
            "exploration",
            date(2026, 1, 31),
            "standard",
            date(2026, 1, 31),
            MAY,
            overrides=(
                TierOverride(
                    "private",
                    "moves the family's business here",
                    "manager-7",
                    "head-of-branch",
                    date(2026, 6, 1),
                    date(2026, 12, 1),
                ),
            ),
        ),
        scope=("north", "harbour"),
    )
    return engine.review(dossier, AS_OF)


def held_for_want_of_facts() -> Review:
    """A month's row is absent, so that the stage and the tier of before stand."""
    dossier = Dossier(
        customer(),
        accounts=(account(), account("s", SAVINGS)),
        positions=(*rows(range(30), credit_average=D(500)), *rows(range(2, 30), "s")),
        standing=Standing("formation", LONG_AGO, "ordinary", LONG_AGO, MAY),
    )
    return builtin().review(dossier, AS_OF, MANY)


def costs_more_than_it_brings() -> Review:
    """Two years at a loss: basic services stay, special ones meet a higher threshold."""
    dossier = Dossier(
        customer(since=date(2024, 1, 15)),
        accounts=(account(),),
        positions=rows(range(30), credit_average=D(200), credit_rate=D(0), transactions=acts(6)),
        transactions=(),
        interactions=(),
        relations=(),
        standing=Standing("exploration", LONG_AGO, "small", LONG_AGO, MAY),
        supplied={"service_ability": D("0.2")},
    )
    return builtin().review(dossier, AS_OF, MANY)


def gone() -> Review:
    """A company whose accounts are all closed; its contribution was supplied."""
    dossier = Dossier(
        customer(kind=CustomerKind.CORPORATE, closed=date(2026, 6, 10)),
        accounts=(account(closed=date(2026, 6, 10)),),
        positions=rows(range(30), credit_average=D(90_000), credit_rate=D("0.001")),
        transactions=(),
        interactions=(),
        relations=(),
        standing=Standing("stable", LONG_AGO, "key", LONG_AGO, MAY),
        supplied={"contribution_12m": D("97000"), "raroc_12m": D("0.2")},
    )
    return builtin().review(dossier, AS_OF, MANY)


TOLD: dict[str, Callable[[], Review]] = {
    each.__name__: each
    for each in (
        best_on_a_first_day,
        of_whom_nothing_is_known,
        about_to_leave,
        back_again,
        set_by_hand_at_a_branch,
        held_for_want_of_facts,
        costs_more_than_it_brings,
        gone,
    )
}
"""By the name of the file that holds what is told."""

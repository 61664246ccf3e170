"""A book in which every set of rules can be a table."""

from __future__ import annotations

from decimal import Decimal

from relationship_core import (
    Care,
    Entitlement,
    Lifecycle,
    Retention,
    RetentionAction,
    Rule,
    RuleBook,
    Service,
    Signal,
    Stage,
    Text,
    Tiering,
)
from relationship_core.facts import (
    aum,
    contribution_12m,
    days_to_birthday,
    kind,
    months_inactive,
    overdue_complaints,
    product_count,
    retention_risk,
    salary_stopped,
    tenure_months,
    tier,
)
from relationship_core.rules import at_least, between
from relationship_core.rules.tables import DecisionTable
from tests.decisions.small_book import small_book

LABEL = Text("a lounge", "贵宾室")

TIERING = Tiering(
    ["gold", "silver", "honorary", "rest"],
    [
        Rule(
            "gold",
            (aum >= 300_000) | ((aum >= 100_000) & (tenure_months >= 12)),
            reason=Text("Wealth", "资产"),
            overridable={"tenure_months": between(6, 24)},
        ),
        Rule("silver", (aum >= 50_000) & (kind == "personal"), exemption="Clause 4."),
    ],
    keep=[Rule("gold", aum >= 90_000)],
    labels={"gold": Text("Gold", "金"), "honorary": "Honorary"},
)
BOOK = small_book(
    tiering=TIERING,
    lifecycle=Lifecycle(
        [Stage("prospect"), Stage("formation"), Stage("stable")],
        [
            Rule("stable-loyal", (product_count >= 3) & (tenure_months >= 12), "stable"),
            Rule("stable-rich", aum >= 900_000, "stable"),
            Rule("formation", product_count >= 1),
        ],
        (),
    ),
    service=Service(
        [
            Rule("lounge", tier == "gold", Entitlement("lounge", LABEL, "lane", Decimal(200))),
            Rule("calls", tier.is_in(["gold", "silver"]), Entitlement("calls", "calls")),
        ],
        [
            Rule("birthday", days_to_birthday <= 7, Care("birthday", "a card", days_to_birthday)),
            Rule("silence", months_inactive >= 3, Care("silence", "a call"), if_missing="skip"),
        ],
    ),
    retention=Retention(
        ["high", "medium", "low"],
        [Rule("stopped", salary_stopped, Signal("stopped", Text("salary stopped", "代发中断")))],
        [
            Rule(
                "high", at_least(2, salary_stopped, overdue_complaints >= 1, months_inactive >= 3)
            ),
            Rule("medium", salary_stopped | (months_inactive >= 3)),
        ],
        [
            Rule(
                "visit",
                retention_risk == "high",
                RetentionAction("visit", "a visit", Decimal(150)),
                priority=1,
            ),
            Rule("call", contribution_12m > 0, RetentionAction("call", "a call"), priority=2),
        ],
    ),
)
SETS = (
    *("lifecycle.entry", "tiering.rules", "tiering.keep", "tiering.matrix", "tiering.treatments"),
    *("service.entitlements", "service.care"),
    *("retention.signals", "retention.risks", "retention.actions"),
)


def rows(table: DecisionTable) -> list[str]:
    """What the rows of a table ask and answer."""
    return [
        f"{', '.join(test.text() for test in row.when)} -> {', '.join(map(str, row.outputs))}"
        for row in table.rows
    ]


def rules_in(book: RuleBook, name: str) -> list[Rule]:
    """The rules of a set of a book."""
    part, _, field = name.partition(".")
    return [*getattr(getattr(book, part), field).rules]

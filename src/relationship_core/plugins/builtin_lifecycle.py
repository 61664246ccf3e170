"""The built-in lifecycle: one machine for all kinds of customers, with rules for each.

The thresholds are judgement to start from; a bank calibrates every one of them.
"""

from __future__ import annotations

from decimal import Decimal

from relationship_core.decisions.hysteresis import Confirmation
from relationship_core.decisions.lifecycle import Lifecycle
from relationship_core.decisions.stage import Stage, Transition
from relationship_core.facts import (
    aum,
    balance_change_3m,
    balance_change_12m,
    bank_led_cut,
    contribution_12m,
    exit_approved,
    has_transacted,
    kind,
    months_in_previous_stage,
    months_inactive,
    months_since_first_transaction,
    product_count,
    raroc_12m,
    relationship_closed,
    salary_inflow_3m,
    salary_stopped,
    transactions_3m,
    transactions_change_3m,
    transactions_change_12m,
    undrawn_limits,
)
from relationship_core.plugins.lifecycle_thresholds import CorporateThresholds, RetailThresholds
from relationship_core.rules import Expression, IfMissing, Rule, Text

__all__ = ["CorporateThresholds", "RetailThresholds", "default_lifecycle", "earns_its_capital"]

_RETAIL = RetailThresholds()
_CORPORATE = CorporateThresholds()
_CONFIRMATION = Confirmation(reviews=2, days_apart=20)

_ACTIVE = ("exploration", "formation", "stable")
_STAGES = (
    Stage("prospect", Text("Prospect", "潜在期")),
    Stage("exploration", Text("Exploration", "考察期")),
    Stage("formation", Text("Formation", "形成期")),
    Stage("stable", Text("Stable", "稳定期")),
    Stage("decline", Text("Decline", "退化期")),
    Stage("lost", Text("Lost", "流失")),
    Stage("exited", Text("Exited", "退出")),
)

_IS_PERSONAL = kind == "personal"
_IS_ORGANISATION = kind.is_in(["corporate", "institutional"])


def default_lifecycle(
    *,
    retail: RetailThresholds = _RETAIL,
    corporate: CorporateThresholds = _CORPORATE,
    confirmation: Confirmation | None = _CONFIRMATION,
) -> Lifecycle:
    """The seven stages and the moves between them.

    Args:
        retail: Thresholds of personal customers.
        corporate: Thresholds of corporate and institutional ones.
        confirmation: How often decline and recovery must be indicated; None for once.
    """
    growing = _growth(retail, corporate)
    falling = _signs_of_decline(retail, corporate)
    gone = _signs_of_loss(retail)
    return Lifecycle(
        stages=_STAGES,
        entry=[
            Rule("exploration", has_transacted, reason=_STARTS),
            *(
                Rule(name, _HAS_HAD_BUSINESS & when, stage, reason)
                for name, stage, when, reason in growing
            ),
            *(
                Rule(name, _HAS_HAD_BUSINESS & when, "decline", reason, if_missing=if_missing)
                for name, when, reason, if_missing in falling
            ),
            *(Rule(name, _HAS_HAD_BUSINESS & when, "lost", reason) for name, when, reason in gone),
            Rule("exited", exit_approved, reason=_ENDED_BY_BANK, if_missing=IfMissing.SKIP),
        ],
        transitions=[
            Rule("start", has_transacted, Transition("prospect", "exploration"), _STARTS),
            *(
                Rule(name, when, Transition(_BEFORE[stage], stage), reason)
                for name, stage, when, reason in growing
            ),
            *(
                Rule(
                    name,
                    when,
                    Transition(_ACTIVE, "decline", confirmation),
                    reason,
                    if_missing=if_missing,
                )
                for name, when, reason, if_missing in falling
            ),
            *(
                Rule(name, when, Transition("decline", None, confirmation), _RECOVERS)
                for name, when in _signs_of_recovery(retail, corporate)
            ),
            *(
                Rule(name, when, Transition((*_ACTIVE, "decline"), "lost"), reason)
                for name, when, reason in gone
            ),
            Rule("win-back", _RETURNED, Transition("lost", "exploration"), _RETURNS),
            Rule(
                "exit",
                exit_approved,
                Transition(("prospect", *_ACTIVE, "decline", "lost"), "exited"),
                _ENDED_BY_BANK,
                if_missing=IfMissing.SKIP,
            ),
        ],
    )


_BEFORE = {"formation": "exploration", "stable": "formation"}

_STARTS = Text("The first own transaction was made.", "已发生首笔交易。")
_RECOVERS = Text("Business has steadied again.", "业务恢复平稳。")
_RETURNS = Text("The customer does business again.", "客户重新开展业务。")
_ENDED_BY_BANK = Text(
    "The bank has decided, with approval, to end the relationship.", "经审批，银行终止客户关系。"
)

# An account without a transaction is no business that could grow, decline or be lost. Where records
# don't reach back to its opening there will have been some.
_HAS_HAD_BUSINESS = has_transacted.or_else(True)

# Months are counted whole: in the month of the loss an act may have come before it.
_RETURNED = (months_inactive == 0) & (months_in_previous_stage >= 1) & ~relationship_closed


def _is_steady(least_change: Decimal) -> Expression:
    """Whether balances haven't fallen by more; without earlier ones there is nothing to fall."""
    # A contribution is known only where no month lacks a record: then a change is missing because
    # there was nothing before, and not because nobody knows what there was.
    has_no_gap = ~contribution_12m.is_missing()
    return (balance_change_3m >= least_change) | (balance_change_3m.is_missing() & has_no_gap)


def _growth(
    retail: RetailThresholds, corporate: CorporateThresholds
) -> list[tuple[str, str, Expression, Text]]:
    """For each rule its name, its stage, its condition and its reason."""
    forms = Text("Business has grown frequent and varied.", "业务往来频繁且品种增加。")
    holds = Text("Business is varied, worthwhile and steady.", "业务丰富、有贡献且平稳。")
    return [
        (
            "retail-formation",
            "formation",
            _IS_PERSONAL
            & (months_since_first_transaction >= retail.formation_months)
            & (transactions_3m >= retail.formation_transactions)
            & ((product_count >= retail.formation_products) | (salary_inflow_3m > 0)),
            forms,
        ),
        (
            "corporate-formation",
            "formation",
            _IS_ORGANISATION
            & (months_since_first_transaction >= corporate.formation_months)
            & (transactions_3m >= corporate.formation_transactions)
            & (product_count >= corporate.formation_products),
            forms,
        ),
        (
            "retail-stable",
            "stable",
            _IS_PERSONAL
            & (months_since_first_transaction >= retail.stable_months)
            & (product_count >= retail.stable_products)
            & (contribution_12m > 0)
            & _is_steady(retail.stable_change),
            holds,
        ),
        (
            "corporate-stable",
            "stable",
            _IS_ORGANISATION
            & (months_since_first_transaction >= corporate.stable_months)
            & (product_count >= corporate.stable_products)
            & earns_its_capital(corporate.hurdle),
            holds,
        ),
    ]


def earns_its_capital(hurdle: Decimal) -> Expression:
    """Whether RAROC reaches the hurdle; who takes no capital has no RAROC, and must contribute."""
    return (raroc_12m >= hurdle) | (raroc_12m.is_missing() & (contribution_12m > 0))


def _signs_of_decline(
    retail: RetailThresholds, corporate: CorporateThresholds
) -> list[tuple[str, Expression, Text, IfMissing]]:
    """For each rule its name, its condition, its reason, and what it does where facts are missing.

    A change that can't be measured, on a short history, is no sign of decline; silence that can't
    be measured leaves the decision open.
    """
    is_own_doing = ~bank_led_cut.or_else(False)
    silent = Text("There has been no transaction for months.", "连续数月无交易。")
    return [
        (
            "retail-shrinking",
            _IS_PERSONAL
            & (balance_change_3m <= retail.decline_balances)
            & (transactions_change_3m <= retail.decline_transactions),
            Text("Balances and transactions have fallen.", "资产与交易笔数双降。"),
            IfMissing.SKIP,
        ),
        (
            "retail-silent",
            _IS_PERSONAL & (months_inactive >= retail.decline_inactive),
            silent,
            IfMissing.UNDETERMINED,
        ),
        (
            "salary-stopped",
            _IS_PERSONAL & salary_stopped,
            Text("The salary no longer comes in.", "代发工资中断。"),
            IfMissing.SKIP,
        ),
        (
            "corporate-shrinking",
            _IS_ORGANISATION
            & (balance_change_12m <= corporate.decline_change)
            & (transactions_change_12m <= corporate.decline_change)
            & is_own_doing,
            Text("Balances and transactions have fallen year on year.", "资产与交易笔数同比双降。"),
            IfMissing.SKIP,
        ),
        (
            "corporate-silent",
            _IS_ORGANISATION & (months_inactive >= corporate.decline_inactive) & is_own_doing,
            silent,
            IfMissing.UNDETERMINED,
        ),
    ]


def _signs_of_loss(retail: RetailThresholds) -> list[tuple[str, Expression, Text]]:
    closed = Text("Every account is closed.", "已销户。")
    return [
        ("retail-closed", _IS_PERSONAL & relationship_closed, closed),
        (
            "retail-gone",
            _IS_PERSONAL & (months_inactive >= retail.lost_inactive) & (aum < retail.lost_aum),
            Text("Silent for long, with next to nothing left.", "长期无交易且资产极少。"),
        ),
        (
            "corporate-closed",
            _IS_ORGANISATION & relationship_closed & (undrawn_limits <= 0),
            closed,
        ),
    ]


def _signs_of_recovery(
    retail: RetailThresholds, corporate: CorporateThresholds
) -> list[tuple[str, Expression]]:
    is_busy = months_inactive == 0
    return [
        ("retail-recovery", _IS_PERSONAL & _is_steady(retail.recovery_change) & is_busy),
        ("corporate-recovery", _IS_ORGANISATION & _is_steady(corporate.recovery_change) & is_busy),
    ]

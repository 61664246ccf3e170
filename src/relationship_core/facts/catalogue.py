"""The built-in facts in their one order, and the phase of a review that sets each."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from relationship_core.facts import activity, care, customer, holdings, standing, worth
from relationship_core.rules import Fact


class Phase(StrEnum):
    """The phases of a review, in the order in which they run."""

    OBSERVE = "observe"
    CONTRIBUTION = "contribution"
    LIFECYCLE = "lifecycle"
    TIERING = "tiering"
    SERVICE = "service"
    RETENTION = "retention"


_OBSERVED = (
    customer.kind,
    customer.industry,
    customer.system,
    customer.branch,
    customer.account_status,
    customer.relationship_closed,
    customer.age_years,
    customer.sex,
    customer.days_to_birthday,
    customer.tenure_months,
    customer.risk_tolerance,
    customer.completeness,
    customer.days_to_document_expiry,
    customer.marketing_consent,
    customer.related_customers,
    customer.related_key_customers,
    standing.previous_stage,
    standing.months_in_previous_stage,
    standing.previous_tier,
    standing.months_in_previous_tier,
    standing.exit_approved,
    holdings.product_count,
    holdings.product_count_change_6m,
    holdings.aum,
    holdings.deposits_average_3m,
    holdings.loans_average_3m,
    holdings.undrawn_limits,
    holdings.balance_change_3m,
    holdings.balance_change_12m,
    holdings.days_to_next_maturity,
    holdings.days_to_loan_maturity,
    holdings.maturing_30d,
    holdings.days_past_due,
    holdings.probability_of_default,
    activity.transactions_3m,
    activity.transactions_change_3m,
    activity.transactions_change_12m,
    activity.digital_share_3m,
    activity.months_since_first_transaction,
    activity.months_inactive,
    activity.has_transacted,
    activity.salary_inflow_3m,
    activity.salary_stopped,
    activity.outflow_30d,
    activity.outflow_to_other_banks_30d,
    activity.largest_movement_30d,
    care.open_complaints,
    care.overdue_complaints,
    care.complaints_12m,
    care.days_since_contact,
    care.satisfaction,
    care.loyalty,
    care.competitor_rate_gap,
    care.manager_left,
    care.bank_led_cut,
    worth.wallet_share,
    worth.service_ability,
)
_RECKONED = (
    worth.contribution_12m,
    worth.contribution_previous_12m,
    worth.contribution_growth,
    worth.contribution_percentile,
    worth.raroc_12m,
    worth.fee_income_12m,
)

CATALOGUE: Mapping[str, Fact] = MappingProxyType(
    {
        fact.name: fact
        for fact in (
            *_OBSERVED,
            *_RECKONED,
            standing.stage,
            standing.months_in_stage,
            standing.tier,
            standing.months_in_tier,
            standing.retention_risk,
        )
    }
)
"""Every built-in fact by name, in the order in which a review learns them."""

PHASES: Mapping[str, Phase] = MappingProxyType(
    {
        **dict.fromkeys((fact.name for fact in _OBSERVED), Phase.OBSERVE),
        **dict.fromkeys((fact.name for fact in _RECKONED), Phase.CONTRIBUTION),
        standing.stage.name: Phase.LIFECYCLE,
        standing.months_in_stage.name: Phase.LIFECYCLE,
        standing.tier.name: Phase.TIERING,
        standing.months_in_tier.name: Phase.TIERING,
        standing.retention_risk.name: Phase.RETENTION,
    }
)
"""The phase that sets each built-in fact; only phases after it may read it."""

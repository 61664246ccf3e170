"""The laws that every plugin keeps, tried on Chainbridge Bank's rules."""

from __future__ import annotations

from relationship_core.testing import RetentionContract, ServiceContract, TieringContract


class TestTiering(TieringContract):
    plugin = "corporate"
    monotone = (
        "contribution_12m",
        "raroc_12m",
        "corporate.chain_suppliers_banked",
        "corporate.settlement_inflow_12m",
    )


class TestService(ServiceContract):
    plugin = "corporate"
    monotone = ("corporate.settlement_inflow_12m", "days_since_contact")


class TestRetention(RetentionContract):
    plugin = "corporate"
    monotone = ("overdue_complaints", "outflow_to_other_banks_30d")
    antitone = ("corporate.settlement_change_3m", "balance_change_3m")

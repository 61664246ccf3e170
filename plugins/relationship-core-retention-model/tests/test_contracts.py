"""The laws that every plugin keeps, tried on Lantern Bank's rules and its model."""

from __future__ import annotations

from relationship_core.testing import ModelContract, RetentionContract


class TestModel(ModelContract):
    plugin = "retention-model"
    monotone = ("months_inactive", "outflow_to_other_banks_30d")
    antitone = ("balance_change_3m", "aum")


class TestRetention(RetentionContract):
    plugin = "retention-model"
    monotone = ("churn.probability", "overdue_complaints", "outflow_to_other_banks_30d")
    antitone = ("balance_change_3m",)

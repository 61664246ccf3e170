"""The plugin: what Chainbridge Bank answers to the hooks of relationship_core."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from relationship_core import Extension, Fact, Retention, Tiering, extend, hookimpl
from relationship_core_corporate.facts import FACTS
from relationship_core_corporate.retention import corporate_retention
from relationship_core_corporate.service import corporate_care, corporate_entitlements
from relationship_core_corporate.tiers import corporate_tiering

HURDLE: Final = Decimal("0.10")
"""Least RAROC of strategic and core customers, where the host says nothing else."""


class CorporateBank:
    """Organisations by contribution, return on capital, industry and supply chain.

    The host may set `corporate` to a mapping with `hurdle`, a fraction a year (0.10 unless said
    otherwise). The built-in lifecycle stays: it has rules for organisations.
    """

    @hookimpl
    def rc_facts(self) -> Sequence[Fact]:
        """Industry and settlement, derived; the supply chain, supplied."""
        return FACTS

    @hookimpl
    def rc_tiering(self, settings: Mapping[str, Any]) -> Tiering:
        """The ladder of four, in place of the built-in pyramid."""
        own: Mapping[str, Any] = settings.get("corporate", {})
        return corporate_tiering(Decimal(own.get("hurdle", HURDLE)))

    @hookimpl
    def rc_service(self) -> Extension:
        """Teams, chain finance, price bands and visits, beside all that is built in."""
        return extend(entitlements=corporate_entitlements(), care=corporate_care())

    @hookimpl
    def rc_retention(self) -> Retention:
        """Signals of leaving that organisations give, and what is done about them."""
        return corporate_retention()

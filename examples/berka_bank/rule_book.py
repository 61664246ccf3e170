"""The bank's rule book, as a plugin like any other bank's."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import attrs

from relationship_core import (
    ContributionParameters,
    Lifecycle,
    Retention,
    Service,
    Tiering,
    hookimpl,
)
from relationship_core.decisions.treatment import treatments
from relationship_core.facts import (
    contribution_12m,
    contribution_previous_12m,
    product_count_change_6m,
    tenure_months,
)
from relationship_core.plugins.builtin_tiering import default_tiering

from .prices import czech_parameters
from .retention import czech_retention
from .service import czech_service
from .stages import czech_lifecycle

# A first account is a beginning and no growth; a loan or a card beside it is.
_IS_GROWING: Final = (tenure_months >= 6) & (product_count_change_6m >= 1)
# The records begin in January 1993: before a customer's third year there is no year to compare.
_IS_UNPROFITABLE: Final = (
    (tenure_months >= 24) & (contribution_12m < 0) & (contribution_previous_12m < 0)
)


class CzechBank:
    """A Czech bank of 1993-94: its prices, and thresholds for a bank whose customers are new."""

    version = "1"

    @hookimpl
    def rc_contribution_parameters(self) -> Sequence[ContributionParameters]:
        """Prices in crowns: two of the records, the others assumed."""
        return czech_parameters()

    @hookimpl
    def rc_lifecycle(self) -> Lifecycle:
        """The built-in stages, entered after fewer months and with one product."""
        return czech_lifecycle()

    @hookimpl
    def rc_tiering(self) -> Tiering:
        """The pyramid by percentile of contribution, without a year before to compare with."""
        return attrs.evolve(
            default_tiering(),
            treatments=treatments(growing=_IS_GROWING, unprofitable=_IS_UNPROFITABLE),
        )

    @hookimpl
    def rc_service(self) -> Service:
        """Services that a bank of those years had."""
        return czech_service()

    @hookimpl
    def rc_retention(self) -> Retention:
        """Signs of leaving, of which pensions are the only regular income."""
        return czech_retention()

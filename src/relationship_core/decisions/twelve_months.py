"""Twelve months of contribution: the account-months, what is missing, and every sum of them."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from functools import cached_property
from operator import itemgetter
from typing import NamedTuple

import attrs

from relationship_core.decisions.accrual import Component, Missing, Part
from relationship_core.domain.validation import ZERO
from relationship_core.rules import exact

OF_ACCOUNTS = tuple(Component)[:-1]
"""The components that an account has; the last one belongs to the relationship as a whole."""

_RATIO = Decimal("0.000001")
_PLACE = itemgetter(0, 1)


class Step(NamedTuple):
    """One step of a waterfall: what it adds, and the sum up to and with it.

    An amount that isn't known is None, and so is every sum from there on.
    """

    component: Component
    amount: Decimal | None
    running: Decimal | None


@attrs.frozen
class TwelveMonths:
    """A customer's share of every account-month in a window of twelve months.

    Amounts are in the reporting currency, costs negative, so that each sum is plain. A sum that
    includes something unknown is None: missing isn't zero.

    Args:
        parts: The account-months, ascending by account and month.
        relationship_upkeep: What the relationship cost beside its accounts, negative.
        missing: What isn't known; () makes the total known.
        total: The contribution: all components together.
    """

    parts: tuple[Part, ...]
    relationship_upkeep: Decimal
    missing: tuple[Missing, ...]
    total: Decimal | None

    @classmethod
    def of(
        cls, parts: Iterable[Part], relationship_upkeep: Decimal, missing: Iterable[Missing]
    ) -> TwelveMonths:
        """Put account-months in order and add them up. Call it inside `exact()`."""
        ordered = tuple(sorted(parts, key=_PLACE))
        unknown = tuple(sorted(missing, key=_missing_order))
        total = None
        if not unknown:
            known = [part.total for part in ordered if part.total is not None]
            total = sum(known, relationship_upkeep)
        return cls(ordered, relationship_upkeep, unknown, total)

    @property
    def rows_are_complete(self) -> bool:
        """Whether every account-month that was owed is there, each component known or not."""
        return not self.missing or all(one.component is not None for one in self.missing)

    @property
    def components(self) -> dict[Component, Decimal | None]:
        """The sum of each component; together they are the total."""
        return dict(self._components)

    @cached_property
    def _components(self) -> dict[Component, Decimal | None]:
        # Kept, because a table asks for them component by component.
        are_known = self.rows_are_complete
        sums: dict[Component, Decimal | None]
        sums = dict.fromkeys(OF_ACCOUNTS, ZERO if are_known else None)
        if are_known and self.parts:
            with exact():
                columns = zip(*[part.amounts for part in self.parts], strict=True)
                sums.update(zip(OF_ACCOUNTS, map(_sum_if_known, columns), strict=True))
        sums[Component.RELATIONSHIP_UPKEEP] = self.relationship_upkeep
        return sums

    @property
    def fee_income(self) -> Decimal | None:
        """The sum of fees."""
        if not self.rows_are_complete:
            return None
        with exact():
            return sum([part.fees for part in self.parts], ZERO)

    @property
    def capital(self) -> Decimal | None:
        """Economic capital times years, six decimal places."""
        if not self.rows_are_complete:
            return None
        with exact():
            return sum([part.capital for part in self.parts], ZERO)

    @property
    def raroc(self) -> Decimal | None:
        """Risk-adjusted return on capital, a year, at six decimal places.

        All components but the capital charge, over capital times years: the quotient of two sums,
        never an average of monthly returns. None where there is no capital.
        """
        if self.total is None:
            return None
        with exact():
            capital = sum([part.capital for part in self.parts], ZERO)
            charge = sum([part.capital_charge for part in self.parts], ZERO)
            return _return_on(capital, self.total - charge)

    def waterfall(self) -> list[Step]:
        """From nothing to the total, component by component."""
        steps = []
        running: Decimal | None = ZERO
        with exact():
            for component, amount in self.components.items():
                running = None if running is None or amount is None else running + amount
                steps.append(Step(component, amount, running))
        return steps

    def by_account(self) -> dict[str, Decimal | None]:
        """Contribution by account id, ascending; with the relationship's upkeep it is the total."""
        sums = _sums_if_known((part.account_id, part.total) for part in self.parts)
        unknown = {one.account_id: None for one in self.missing if one.account_id is not None}
        return dict(sorted((sums | unknown).items()))

    def by_product(self) -> dict[str, Decimal | None]:
        """Contribution by product id, ascending; with the relationship's upkeep it is the total."""
        sums = _sums_if_known((part.product, part.total) for part in self.parts)
        unknown = {one.product: None for one in self.missing if one.product is not None}
        return dict(sorted((sums | unknown).items()))


def risk_adjusted_return(total: Decimal, charge: Decimal, capital: Decimal) -> Decimal | None:
    """RAROC at six decimal places; None where there is no capital.

    Args:
        total: Contribution, the capital charge taken off.
        charge: The capital charge as it enters the total, negative.
        capital: Economic capital times years.
    """
    with exact():
        return _return_on(capital, total - charge)


def _return_on(capital: Decimal, earned: Decimal) -> Decimal | None:
    return (earned / capital).quantize(_RATIO) if capital else None


def _missing_order(one: Missing) -> tuple[str, str, str, str]:
    return (one.account_id or "", str(one.month), one.component or "", one.reason)


def _sum_if_known(column: Iterable[Decimal | None]) -> Decimal | None:
    total = ZERO
    for amount in column:
        if amount is None:
            return None
        total += amount
    return total


def _sums_if_known(amounts: Iterable[tuple[str, Decimal | None]]) -> dict[str, Decimal | None]:
    sums: dict[str, Decimal | None] = {}
    with exact():
        for key, amount in amounts:
            sums[key] = _sum_if_known((sums.get(key, ZERO), amount))
    return sums

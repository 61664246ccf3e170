"""Customers' contributions added up by household, industry, system, branch, manager or product."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from enum import StrEnum

import attrs

from relationship_core.decisions.accrual import Component, Part
from relationship_core.decisions.contribution import Contribution
from relationship_core.decisions.twelve_months import TwelveMonths, risk_adjusted_return
from relationship_core.domain.customer import Customer
from relationship_core.domain.organisation import BranchTree
from relationship_core.domain.relations import Relation, RelationKind
from relationship_core.domain.validation import ZERO, refuse
from relationship_core.rules import exact

UNKNOWN_GROUP = "(unknown)"
"""The group of whoever belongs to none, so that nothing is lost."""

RELATIONSHIP_GROUP = "(relationship)"
"""Beside the products: the upkeep of relationships, which belongs to no product."""


class Grouping(StrEnum):
    """By what customers are added up."""

    HOUSEHOLD = "household"
    INDUSTRY = "industry"
    SYSTEM = "system"
    BRANCH = "branch"
    MANAGER = "manager"
    PRODUCT = "product"


@attrs.frozen
class Group:
    """The contribution of a group's customers in twelve months.

    Args:
        name: The group's id or code.
        customers: Customers in the group.
        unknown: Those among them whose contribution isn't known; no amount includes them.
        components: The sum of each component, in their order.
        capital: Economic capital times years.
    """

    name: str
    customers: int
    unknown: int
    components: tuple[tuple[Component, Decimal], ...]
    capital: Decimal

    @property
    def total(self) -> Decimal:
        """The contribution: all components together."""
        with exact():
            return sum((amount for _, amount in self.components), ZERO)

    @property
    def raroc(self) -> Decimal | None:
        """Risk-adjusted return on capital, a year; None where there is no capital."""
        charge = dict(self.components)[Component.CAPITAL_CHARGE]
        return risk_adjusted_return(self.total, charge, self.capital)


@attrs.frozen
class RollUp:
    """A whole and its groups.

    The groups sum to the whole exactly. By branch of a tree they nest instead: the root and the
    unknown group are the whole.

    Args:
        by: What the groups are.
        whole: Everybody.
        groups: Ascending by name.
    """

    by: Grouping
    whole: Group
    groups: tuple[Group, ...]

    def __getitem__(self, name: str) -> Group:
        """The group of a name.

        Raises:
            KeyError: There is no such group.
        """
        return {group.name: group for group in self.groups}[name]


def households(relations: Iterable[Relation], on: date) -> dict[str, str]:
    """The household of each customer who has one on a day, named by its lowest customer id.

    Who shares a household with one member shares it with all.
    """
    members: dict[str, set[str]] = {}
    for relation in relations:
        if relation.kind is RelationKind.HOUSEHOLD and relation.holds(on):
            one = members.setdefault(relation.customer_id, {relation.customer_id})
            other = members.setdefault(relation.other_id, {relation.other_id})
            if one is not other:
                one |= other
                members.update(dict.fromkeys(other, one))
    return {customer: min(household) for customer, household in members.items()}


def roll_up(
    contributions: Iterable[tuple[Customer, Contribution]],
    by: Grouping,
    *,
    households: Mapping[str, str] | None = None,
    branches: BranchTree | None = None,
) -> RollUp:
    """Add up the latest twelve months of customers, in one pass and in any order.

    A customer without a group, or of a branch that the tree doesn't have, counts in
    `UNKNOWN_GROUP`. By product a customer counts in each one held, and in `RELATIONSHIP_GROUP`
    with what belongs to none.

    Args:
        contributions: Each customer once, with their contribution.
        by: What to group by.
        households: Household by customer id, as `households` finds them; needed by household.
        branches: The tree; with it a branch holds all that is below it, up to the root. Without,
            each branch stands for itself.

    Raises:
        InvalidValueError: Contributions are in different currencies, or households are wanted
            and not given.
    """
    if by is Grouping.HOUSEHOLD and households is None:
        refuse("no households are given", "roll_up", "give households=households(relations, on)")
    whole = _Sums()
    groups: defaultdict[str, _Sums] = defaultdict(_Sums)
    currencies = set()
    with exact():
        for customer, contribution in contributions:
            currencies.add(contribution.currency)
            year = contribution.year
            whole.add(year, year.parts, year.relationship_upkeep)
            if by is Grouping.PRODUCT:
                for name, parts in _parts_by_product(year).items():
                    groups[name].add(year, parts, ZERO)
                groups[RELATIONSHIP_GROUP].add(year, (), year.relationship_upkeep)
            else:
                for name in _groups_of(customer, by, households or {}, branches):
                    groups[name].add(year, year.parts, year.relationship_upkeep)
    if len(currencies) > 1:
        refuse(
            f"{' and '.join(sorted(currencies))} don't mix",
            "roll_up",
            "reckon all contributions in one reporting currency",
        )
    return RollUp(by, whole.closed("*"), tuple(groups[n].closed(n) for n in sorted(groups)))


class _Sums:
    """A group while it is added up."""

    def __init__(self) -> None:
        self._customers = 0
        self._unknown = 0
        self._amounts = [ZERO] * len(Component)
        self._capital = ZERO

    def add(self, year: TwelveMonths, parts: Iterable[Part], upkeep: Decimal) -> None:
        """Add one customer's parts, or count the customer as unknown."""
        self._customers += 1
        if year.total is None:
            self._unknown += 1
            return
        for part in parts:
            for place, amount in enumerate(part.amounts):
                self._amounts[place] += amount or ZERO
            self._capital += part.capital
        self._amounts[-1] += upkeep

    def closed(self, name: str) -> Group:
        components = tuple(zip(Component, self._amounts, strict=True))
        return Group(name, self._customers, self._unknown, components, self._capital)


def _parts_by_product(year: TwelveMonths) -> dict[str, list[Part]]:
    grouped: dict[str, list[Part]] = {
        one.product: [] for one in year.missing if one.product is not None
    }
    for part in year.parts:
        grouped.setdefault(part.product, []).append(part)
    return grouped


def _groups_of(
    customer: Customer, by: Grouping, households: Mapping[str, str], branches: BranchTree | None
) -> tuple[str, ...]:
    """The names of a customer's groups; by branch all up to the root, which nests them."""
    group: str | None
    match by:
        case Grouping.HOUSEHOLD:
            group = households.get(customer.id)
        case Grouping.INDUSTRY:
            group = customer.industry
        case Grouping.SYSTEM:
            group = customer.system
        case Grouping.MANAGER:
            group = customer.manager
        case _:
            group = customer.branch
            if branches is not None:
                if group is None or group not in branches:
                    return (UNKNOWN_GROUP,)
                return (branches.root.id, *branches.path(group))
    return (UNKNOWN_GROUP if group is None else group,)

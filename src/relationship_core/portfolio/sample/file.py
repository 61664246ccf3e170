"""What the sample gathers of one customer before it is a dossier."""

from __future__ import annotations

from datetime import date

import attrs

from relationship_core.domain import (
    Account,
    Customer,
    Dossier,
    Interaction,
    Position,
    Relation,
    RelationKind,
    Transaction,
)
from relationship_core.domain.supplied import FactValue
from relationship_core.portfolio.sample.catalogue import TREE
from relationship_core.portfolio.sample.holding import Holding


@attrs.define
class File:
    """A dossier in the making."""

    customer: Customer
    accounts: list[Account] = attrs.Factory(list)
    positions: list[Position] = attrs.Factory(list)
    transactions: list[Transaction] = attrs.Factory(list)
    interactions: list[Interaction] = attrs.Factory(list)
    relations: list[Relation] = attrs.Factory(list)
    supplied: dict[str, FactValue] = attrs.Factory(dict)

    def add(self, holding: Holding) -> None:
        """Put an account and its months in."""
        self.accounts.append(holding.account)
        self.positions += holding.positions

    @staticmethod
    def share(holding: Holding, *files: File) -> None:
        """Put an account in the files of all who are named on it."""
        for file in files:
            file.add(holding)

    @staticmethod
    def tie(one: File, other: File, kind: RelationKind, since: date | None) -> None:
        """Tie a customer to another: one is KIND of the other."""
        relation = Relation(one.customer.id, other.customer.id, kind, since)
        one.relations.append(relation)
        other.relations.append(relation)

    def dossier(self) -> Dossier:
        """The finished dossier."""
        branch = self.customer.branch
        return Dossier(
            self.customer,
            tuple(self.accounts),
            tuple(self.positions),
            tuple(self.transactions),
            tuple(self.interactions),
            tuple(self.relations),
            None,
            self.supplied,
            () if branch is None else TREE.path(branch),
        )

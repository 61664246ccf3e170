"""All that is known of one customer at one time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Sized
from typing import Final

import attrs

from relationship_core.domain.account import Account
from relationship_core.domain.customer import Customer
from relationship_core.domain.digest import digest_of
from relationship_core.domain.interaction import Interaction
from relationship_core.domain.position import Position
from relationship_core.domain.relations import Relation
from relationship_core.domain.standing import Standing
from relationship_core.domain.supplied import FactValue, Supplied, as_supplied
from relationship_core.domain.transaction import Transaction
from relationship_core.domain.validation import (
    freeze_items,
    refuse,
    require_each,
    require_ids,
)

_RECORDS: Final = ("accounts", "positions", "transactions", "interactions", "relations")
_UNORDERED: Final = frozenset({*_RECORDS, "owners", "authorised", "consents"})


@attrs.frozen(repr=False)
class Dossier:
    """The customer and every record that belongs to the relationship.

    None means that a kind of record was not given, so that facts from it are missing; () means
    that there are known to be none.

    Args:
        customer: Whose dossier it is.
        accounts: Those the customer owns or may operate.
        positions: Account-months of these accounts, each once.
        transactions: Bookings on these accounts, each once.
        interactions: With this customer, each once.
        relations: In which this customer is one of the two.
        standing: What earlier reviews decided; None on a bank's first day.
        supplied: Facts that the host or a model gives, by name.
        scope: The path of the branch whose rules hold; () is head office.

    Raises:
        InvalidValueError: A field is of the wrong kind, a record is given twice, or one belongs
            to another customer or to an account that isn't in the dossier.
    """

    customer: Customer
    accounts: tuple[Account, ...] | None = None
    positions: tuple[Position, ...] | None = None
    transactions: tuple[Transaction, ...] | None = None
    interactions: tuple[Interaction, ...] | None = None
    relations: tuple[Relation, ...] | None = None
    standing: Standing | None = None
    supplied: Mapping[str, FactValue] = attrs.field(
        default=Supplied({}), converter=as_supplied, hash=False
    )
    scope: tuple[str, ...] = ()

    def __attrs_post_init__(self) -> None:
        require_each((self.customer,), Customer, "Dossier.customer")
        if self.standing is not None:
            require_each((self.standing,), Standing, "Dossier.standing")
        freeze_items(self, "scope")
        for name in _RECORDS:
            if getattr(self, name) is not None:
                freeze_items(self, name)
        if self.scope:
            require_ids(self.scope, "Dossier.scope")
        known = self._checked_account_ids()
        if self.positions:
            self._check_positions(self.positions, known)
        if self.transactions:
            require_each(self.transactions, Transaction, "Dossier.transactions")
            _require_known(self.transactions, known, "Dossier.transactions")
            _require_unique(
                {one.id for one in self.transactions}, self.transactions, "transactions"
            )
        if self.interactions:
            self._check_interactions(self.interactions)
        if self.relations:
            self._check_relations(self.relations)

    def digest(self) -> str:
        """Return a SHA-256 hash, in hexadecimal, of everything in the dossier.

        It is the same in every process and on every platform, and doesn't depend on the order of
        records or on how many zeros end a decimal.
        """
        return digest_of(self, unordered=_UNORDERED)

    def __repr__(self) -> str:
        counted = ", ".join(
            f"{name}={None if items is None else len(items)}"
            for name in (*_RECORDS, "supplied")
            for items in (getattr(self, name),)
        )
        return f"Dossier(customer={self.customer.id!r}, {counted})"

    def _checked_account_ids(self) -> set[str]:
        accounts = self.accounts or ()
        require_each(accounts, Account, "Dossier.accounts")
        known = {account.id for account in accounts}
        _require_unique(known, accounts, "accounts")
        return known

    def _check_positions(self, positions: tuple[Position, ...], known: set[str]) -> None:
        require_each(positions, Position, "Dossier.positions")
        _require_known(positions, known, "Dossier.positions")
        months = {(position.account_id, position.month) for position in positions}
        if len(months) != len(positions):
            refuse(
                "an account has two positions in one month",
                "Dossier.positions",
                "keep one for each account and month",
            )

    def _check_interactions(self, interactions: tuple[Interaction, ...]) -> None:
        require_each(interactions, Interaction, "Dossier.interactions")
        for index, interaction in enumerate(interactions):
            if interaction.customer_id != self.customer.id:
                _refuse_stranger(f"Dossier.interactions[{index}].customer_id")
        _require_unique({one.id for one in interactions}, interactions, "interactions")

    def _check_relations(self, relations: tuple[Relation, ...]) -> None:
        require_each(relations, Relation, "Dossier.relations")
        for index, relation in enumerate(relations):
            if self.customer.id not in (relation.customer_id, relation.other_id):
                _refuse_stranger(f"Dossier.relations[{index}]")


def _require_known(records: Sequence[Position | Transaction], known: set[str], where: str) -> None:
    for index, record in enumerate(records):
        if record.account_id not in known:
            refuse(
                "the account isn't in the dossier",
                f"{where}[{index}].account_id",
                "add the account, or leave the record out",
            )


def _require_unique(ids: set[str], records: Sized, name: str) -> None:
    if len(ids) != len(records):
        refuse("an id is given twice", f"Dossier.{name}", "give each record once")


def _refuse_stranger(where: str) -> None:
    refuse("it belongs to another customer", where, "leave it out of this dossier")

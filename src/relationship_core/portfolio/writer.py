"""A portfolio folder written from dossiers, as CSV."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Final, NoReturn

from relationship_core.domain import (
    Account,
    Branch,
    BranchTree,
    Channel,
    Customer,
    Dossier,
    Pending,
    Position,
    Product,
    Purpose,
    Standing,
)
from relationship_core.errors import InvalidValueError
from relationship_core.portfolio.noun import HOME_COUNTRY
from relationship_core.portfolio.publication import published
from relationship_core.portfolio.row_writer import RowWriter
from relationship_core.portfolio.schema import POSITIONS, UNCOUNTED_POSITIONS, OwnerRole

_RECORDS: Final = ("accounts", "positions", "transactions", "interactions", "relations")


def write_folder(
    path: Path | str, dossiers: Iterable[Dossier], *, branch_tree: BranchTree | None = None
) -> None:
    """Write dossiers as a portfolio folder; `read_folder` gives the same ones back.

    Args:
        path: The folder, new or empty; it is there whole or not at all.
        dossiers: In any order, each customer once. An account of several customers is written
            with the first of them, a relation with the customer from whom it starts.
        branch_tree: The bank's tree, by which scopes are the paths of the customers' branches.

    Raises:
        DataError: The folder holds something already.
        InvalidValueError: A dossier holds what the tables have no place for.
    """
    with published(Path(path)) as folder, FolderWriter(folder, branch_tree) as writer:
        for dossier in dossiers:
            writer.write(dossier)


class FolderWriter(RowWriter):
    """Writes dossiers to the CSV files of a folder, one after the other.

    Args:
        folder: An empty folder.
        branch_tree: The bank's tree.
    """

    def __init__(self, folder: Path, branch_tree: BranchTree | None = None) -> None:
        super().__init__(folder)
        self._tree = branch_tree
        self._given: frozenset[str] | None = None
        self._are_acts_counted: bool | None = None
        self._products: dict[str, Product] = {}
        # Only an account of several people can come a second time.
        self._shared_accounts: set[str] = set()

    def write(self, dossier: Dossier) -> None:
        """Add a dossier.

        Raises:
            InvalidValueError: It holds what the tables have no place for.
        """
        self._check(dossier)
        customer = dossier.customer
        self.write_row("customers", _customer_cells(customer))
        new = set()
        for account in dossier.accounts or ():
            if self._is_new(account):
                new.add(account.id)
                self._write_account(account)
        for position in dossier.positions or ():
            if position.account_id in new:
                self._write_position(position)
        for booking in dossier.transactions or ():
            if booking.account_id in new:
                self.write_row(
                    "transactions",
                    (
                        booking.id,
                        booking.account_id,
                        booking.booked,
                        booking.amount,
                        booking.channel,
                        booking.purpose,
                        booking.counterparty_bank,
                    ),
                )
        for contact in dossier.interactions or ():
            self.write_row(
                "interactions",
                (
                    contact.id,
                    contact.customer_id,
                    contact.occurred,
                    contact.kind,
                    contact.channel,
                    contact.due,
                    contact.resolved,
                    contact.score,
                ),
            )
        for tie in dossier.relations or ():
            if tie.customer_id == customer.id:
                self.write_row(
                    "relations",
                    (tie.customer_id, tie.other_id, tie.kind, tie.since, tie.until, tie.share),
                )
        if dossier.standing is not None:
            self.write_row("standings", standing_cells(customer.id, dossier.standing))
        for name, value in sorted(dossier.supplied.items()):
            self.write_row("supplied", (customer.id, name, value))

    def _check(self, dossier: Dossier) -> None:
        given = frozenset(name for name in _RECORDS if getattr(dossier, name) is not None)
        if self._given is None:
            self._given = given
            for name in given - {POSITIONS.name}:
                self.begin(name)
        elif given != self._given:
            _refuse("some customers' records are given and others' not", "Dossier")
        branch = dossier.customer.branch
        path: tuple[str, ...] = ()
        if self._tree is not None and branch is not None and branch in self._tree:
            path = self._tree.path(branch)
        if dossier.scope != path:
            _refuse("it is not the path of the customer's branch", "Dossier.scope")

    def _is_new(self, account: Account) -> bool:
        if len(account.owners) + len(account.authorised) == 1:
            return True
        if account.id in self._shared_accounts:
            return False
        self._shared_accounts.add(account.id)
        return True

    def _write_account(self, account: Account) -> None:
        product = self._products.setdefault(account.product.id, account.product)
        if product != account.product:
            _refuse("two products have the same id", "Account.product")
        self.write_row(
            "accounts",
            (
                account.id,
                product.id,
                account.currency,
                account.opened,
                account.closed,
                account.maturity,
                account.repriced,
                account.branch,
            ),
        )
        for owner in account.owners:
            share = None if owner.share == 1 else owner.share
            self.write_row("owners", (account.id, owner.customer_id, None, share))
        for customer_id in account.authorised:
            self.write_row("owners", (account.id, customer_id, OwnerRole.AUTHORISED, None))

    def _write_position(self, position: Position) -> None:
        are_counted = position.transactions is not None
        if self._are_acts_counted is None:
            self._are_acts_counted = are_counted
            table = POSITIONS if are_counted else UNCOUNTED_POSITIONS
            self.begin(POSITIONS.name, table.column_names)
        elif are_counted is not self._are_acts_counted:
            _refuse("some positions' acts are counted and others' not", "Position.transactions")
        self.write_row(POSITIONS.name, _position_cells(position))

    def _finish(self) -> None:
        self.begin("customers")
        if self._given is not None and POSITIONS.name in self._given:
            self.begin(POSITIONS.name)
        if self._given is not None and "accounts" in self._given:
            self.begin("owners")
            self.begin("products")
        for _, product in sorted(self._products.items()):
            self.write_row(
                "products", (product.id, product.family, product.name, product.day_count)
            )
        branches: Iterable[Branch] = () if self._tree is None else self._tree
        for branch in branches:
            self.write_row("branches", (branch.id, branch.name, branch.level, branch.parent))


def _refuse(what: str, where: str) -> NoReturn:
    raise InvalidValueError(what, where=where, mend="a portfolio folder has no place for it")


def _customer_cells(customer: Customer) -> tuple[object, ...]:
    if len(customer.identifiers) > 1:
        _refuse("there is more than one", "Customer.identifiers")
    if len(customer.consents) > 1:
        _refuse("there is more than one", "Customer.consents")
    identifier = customer.identifiers[0] if customer.identifiers else None
    consent = customer.consents[0] if customer.consents else None
    if consent is not None and (consent.purpose, consent.channel) != (Purpose.MARKETING, None):
        _refuse("it is no plain consent to marketing", "Customer.consents")
    country = identifier.country if identifier else HOME_COUNTRY
    return (
        customer.id,
        customer.kind,
        customer.name,
        identifier.scheme if identifier else None,
        identifier.value if identifier else None,
        None if country == HOME_COUNTRY else country,
        identifier.expires if identifier else None,
        True if identifier and identifier.verified else None,
        customer.born,
        customer.sex,
        customer.industry,
        customer.system,
        customer.branch,
        customer.manager,
        customer.since,
        customer.closed,
        customer.status,
        customer.risk_tolerance,
        customer.phone,
        customer.email,
        consent.given if consent else None,
        consent.withdrawn if consent else None,
    )


def _position_cells(position: Position) -> list[object]:
    if position.owners:
        _refuse("the month has owners of its own", "Position.owners")
    cells: list[object] = [
        position.account_id,
        position.month,
        position.credit_average or None,
        position.debit_average or None,
        position.closing_balance or None,
        position.credit_rate,
        position.debit_rate,
        position.undrawn or None,
        position.cash_margin or None,
        position.fees or None,
        position.impairment,
        position.defaulted or None,
        position.probability_of_default,
        position.days_past_due or None,
    ]
    if position.transactions is not None:
        acts = dict(position.transactions)
        cells += [acts.get(channel) for channel in Channel]
    return cells


def standing_cells(customer_id: str, standing: Standing) -> tuple[object, ...]:
    """The row of the table `standings` that holds a standing.

    Raises:
        InvalidValueError: It has overrides, for which there is no place.
    """
    if standing.overrides:
        _refuse("there are some", "Standing.overrides")
    return (
        customer_id,
        standing.stage,
        standing.stage_since,
        standing.tier,
        standing.tier_since,
        standing.reviewed,
        *_pending_cells(standing.stage_pending),
        *_pending_cells(standing.tier_pending),
        standing.stages_passed or None,
    )


def _pending_cells(pending: Pending | None) -> tuple[object, object]:
    return (None, None) if pending is None else (pending.target, pending.seen)

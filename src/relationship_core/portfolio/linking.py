"""What a row refers to must be there: repeated keys, unknown references and what hangs on them.

Rows are checked as sets, in the database. What is wrong with a row itself has been found before.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from relationship_core.portfolio.database import Database, sql_text
from relationship_core.portfolio.rejection import CELL_LEFT_OUT, ROW_LEFT_OUT, SHARES_KEPT
from relationship_core.portfolio.schema import (
    ACCOUNTS,
    BRANCHES,
    CUSTOMERS,
    INTERACTIONS,
    OWNERS,
    POSITIONS,
    PRODUCTS,
    RELATIONS,
    STANDINGS,
    SUPPLIED,
    TABLES,
    TRANSACTIONS,
    Table,
)
from relationship_core.portfolio.source import LINE

_OF_ACCOUNTS: Final = (OWNERS, POSITIONS, TRANSACTIONS)
_OF_CUSTOMERS: Final = (INTERACTIONS, RELATIONS, STANDINGS, SUPPLIED)


def link(database: Database, given: Collection[str]) -> None:
    """Leave out of a database every row whose key is repeated or whose references lead nowhere.

    Args:
        database: With all good rows of the tables.
        given: The names of the tables that were given.
    """
    linker = _Linker(database, given)
    # The same row of owners twice leaves the shares as sure as before: no account depends on it.
    linker.reject_repeated(OWNERS, OWNERS.column_names, anchor="NULL")
    for table in TABLES.values():
        if table.key:
            linker.reject_repeated(table, table.key)
    if BRANCHES.name in given:
        linker.spare_unknown_branch(CUSTOMERS)
        linker.spare_unknown_branch(ACCOUNTS)
    if ACCOUNTS.name in given:
        linker.reject_lost(ACCOUNTS, PRODUCTS, "product_id")
        linker.reject_accounts_of_unsure_owners()
        linker.reject_accounts_of_nobody()
        for table in _OF_ACCOUNTS:
            linker.reject_lost(table, ACCOUNTS, "account_id")
        linker.note_unknown_owners()
    for table in _OF_CUSTOMERS:
        linker.reject_lost(table, CUSTOMERS, "customer_id")
    database.order_rejections()


class _Linker:
    def __init__(self, database: Database, given: Collection[str]) -> None:
        self._database = database
        self._given = given

    def reject_repeated(
        self, table: Table, columns: tuple[str, ...], anchor: str | None = None
    ) -> None:
        """Leave out the rows that are like an earlier one in some columns."""
        listed = ", ".join(f'"{name}"' for name in columns)
        self._database.run(
            f'CREATE TEMP TABLE repeated AS SELECT {listed}, min("{LINE}") AS first'
            f' FROM "{table.name}" GROUP BY ALL HAVING count(*) > 1'
        )
        same = " AND ".join(f'd."{name}" IS NOT DISTINCT FROM r."{name}"' for name in columns)
        first = self._database.named_line(table, "d.first")
        self._reject(
            table,
            table.key[-1],
            f"keep one row of each {' and '.join(table.key)}",
            f"{sql_text('given twice, first in ')} || {first}",
            f'JOIN repeated AS d ON {same} WHERE d.first < r."{LINE}"',
            anchor,
        )
        self._database.run("DROP TABLE repeated")

    def spare_unknown_branch(self, table: Table) -> None:
        """Take a branch that isn't in the tree out of rows that are kept."""
        if table.name not in self._given:
            return
        why = sql_text(f"is no branch_id of branches; {CELL_LEFT_OUT}")
        unknown = "r.branch IS NOT NULL AND r.branch NOT IN (SELECT branch_id FROM branches)"
        self._database.note_selected(
            table,
            "branch",
            "name a branch of the bank's tree, or add it to branches",
            f'SELECT r."{LINE}", {why} AS reason, NULL AS anchor'
            f' FROM "{table.name}" AS r WHERE {unknown}',
        )
        self._database.clear(
            table,
            "branch",
            "branch IS NOT NULL AND branch NOT IN (SELECT branch_id FROM branches)",
        )

    def reject_lost(self, table: Table, home: Table, column: str) -> None:
        """Leave out the rows of a table that refer to a row of another that isn't there."""
        self._reject(
            table,
            column,
            _mend_lost(home),
            self._why_lost(home, column),
            f'WHERE r."{column}" NOT IN (SELECT "{column}" FROM "{home.name}")',
        )

    def reject_accounts_of_unsure_owners(self) -> None:
        """Leave out accounts of which it isn't sure who owns how much."""
        self._reject(
            ACCOUNTS,
            "account_id",
            f"mend its rows in {OWNERS.name}",
            sql_text("a row of it in owners was left out, so nobody's share is sure"),
            f"WHERE r.account_id IN ({self._database.rejected_anchors(OWNERS.name)})",
        )
        self._reject(
            ACCOUNTS,
            "account_id",
            f"name its owners in {OWNERS.name}",
            sql_text("has no owner in owners"),
            "WHERE r.account_id NOT IN"
            " (SELECT account_id FROM owners WHERE role IS NULL OR role = 'owner')",
        )

    def reject_accounts_of_nobody(self) -> None:
        """Leave out accounts that no customer's dossier would hold."""
        self._reject(
            ACCOUNTS,
            "account_id",
            _mend_lost(CUSTOMERS),
            sql_text("nobody named on it is left in customers"),
            "WHERE r.account_id NOT IN"
            " (SELECT o.account_id FROM owners AS o JOIN customers USING (customer_id))",
        )

    def note_unknown_owners(self) -> None:
        """Name the owners who are no customers; they stay on the account, for the others' sake."""
        self._database.settle_rejections()
        self._database.note_selected(
            OWNERS,
            "customer_id",
            _mend_lost(CUSTOMERS),
            f'SELECT r."{LINE}", {self._why_lost(CUSTOMERS, "customer_id")}'
            f" || {sql_text(f'; {SHARES_KEPT}')} AS reason, NULL AS anchor FROM owners AS r"
            " WHERE r.customer_id NOT IN (SELECT customer_id FROM customers)",
        )

    def _why_lost(self, home: Table, column: str) -> str:
        return (
            f'CASE WHEN r."{column}" IN ({self._database.rejected_anchors(home.name)})'
            f" THEN {sql_text(f'its row in {home.name} was left out')}"
            f" ELSE {sql_text(f'is no {column} of {home.name}')} END"
        )

    def _reject(
        self,
        table: Table,
        field: str,
        mend: str,
        reason: str,
        where: str,
        anchor: str | None = None,
    ) -> None:
        if table.name not in self._given:
            return
        if anchor is None:
            anchor = f'r."{table.names_row}"' if table.names_row else "NULL"
        self._database.settle_rejections()
        self._database.reject_selected(
            table,
            field,
            mend,
            f'SELECT r."{LINE}", ({reason}) || {sql_text(f"; {ROW_LEFT_OUT}")} AS reason,'
            f' {anchor} AS anchor FROM "{table.name}" AS r {where}',
        )


def _mend_lost(home: Table) -> str:
    return f"add the row to {home.name} or mend it there, or take this one out"

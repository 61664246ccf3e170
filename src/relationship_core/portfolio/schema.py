"""The tables of a portfolio folder, their columns, keys and meaning: the one place that says so.

What reads a folder, what writes one and the reference page all go by it.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

import attrs

from relationship_core.domain import (
    Channel,
    CustomerKind,
    CustomerStatus,
    DayCount,
    IdentifierScheme,
    InteractionKind,
    Level,
    ProductFamily,
    RelationKind,
    Sex,
    TransactionPurpose,
)
from relationship_core.portfolio.cells import FORMS, CellKind


class OwnerRole(StrEnum):
    """What somebody named on an account is to it."""

    OWNER = "owner"
    AUTHORISED = "authorised"


@attrs.frozen
class Column:
    """One column of a table.

    Args:
        name: In the file's header.
        kind: What its cells hold.
        meaning: For people who make the files.
        required: Whether every row must have it.
        choices: The values a `CHOICE` may take.
        is_spared: Whether a bad cell is left out and its row kept; otherwise the row is lost.
    """

    name: str
    kind: CellKind
    meaning: str
    required: bool = False
    choices: type[StrEnum] | None = None
    is_spared: bool = False

    @property
    def form(self) -> str:
        """The form of its cells, in words."""
        if self.choices is None:
            return FORMS[self.kind]
        return f"{FORMS[self.kind]} {', '.join(self.choices)}"


@attrs.frozen
class Table:
    """One table: a file NAME.csv or NAME.parquet.

    Args:
        name: Of the file, without its ending.
        meaning: What one row is.
        columns: In the order in which they are written; a file may have them in any.
        key: The columns that tell its rows apart, empty if nothing does.
        needs: The tables without which it means nothing.
        names_row: The column by which other rows depend on a row of this table.
        cells_suffice: Whether a row is good as soon as each of its cells is.
    """

    name: str
    meaning: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    names_row: str | None = None
    cells_suffice: bool = False

    @property
    def column_names(self) -> tuple[str, ...]:
        """The names of its columns, in order."""
        return tuple(column.name for column in self.columns)


def _must(name: str, kind: CellKind, meaning: str, choices: type[StrEnum] | None = None) -> Column:
    return Column(name, kind, meaning, required=True, choices=choices)


def _may(name: str, kind: CellKind, meaning: str, choices: type[StrEnum] | None = None) -> Column:
    return Column(name, kind, meaning, choices=choices)


def _spared(
    name: str, kind: CellKind, meaning: str, choices: type[StrEnum] | None = None
) -> Column:
    return Column(name, kind, meaning, choices=choices, is_spared=True)


_K = CellKind

BRANCHES: Final = Table(
    "branches",
    "One node of the bank's tree. A bad row stops the reading, since rules would lose their place.",
    (
        _must("branch_id", _K.ID, "The bank's code for it"),
        _must("name", _K.TEXT, "What it is called"),
        _must("level", _K.CHOICE, "Its level", Level),
        _may("parent", _K.ID, "The node above; empty for head office alone"),
    ),
    key=("branch_id",),
    names_row="branch_id",
)

CUSTOMERS: Final = Table(
    "customers",
    "One customer.",
    (
        _must("customer_id", _K.ID, "The bank's number for the customer"),
        _must("kind", _K.CHOICE, "Kind of customer", CustomerKind),
        _spared("name", _K.TEXT, "As in the bank's records"),
        _spared("id_scheme", _K.CHOICE, "What id_number is; empty to find out", IdentifierScheme),
        _spared("id_number", _K.TEXT, "Number of the leading document"),
        _spared("id_country", _K.ID, "Country of issue, ISO 3166-1; empty is CN"),
        _spared("id_expires", _K.DATE, "Last day the document is valid"),
        _spared("id_verified", _K.FLAG, "Whether the bank has seen the document"),
        _spared("born", _K.DATE, "Day of birth, or of founding"),
        _spared("sex", _K.CHOICE, "Known to the proofs of fairness only", Sex),
        _spared("industry", _K.ID, "Code by ISIC Rev. 4 or GB/T 4754-2017"),
        _spared("system", _K.ID, "Group or line of authority"),
        _spared("branch", _K.ID, "Branch that keeps the relationship; a branch_id of branches"),
        _spared("manager", _K.ID, "Lead manager"),
        _spared("since", _K.DATE, "First day as a customer; empty for a prospect"),
        _may("closed", _K.DATE, "Day the relationship was closed"),
        _may("status", _K.CHOICE, "Beside the stage; empty is active", CustomerStatus),
        _spared("risk_tolerance", _K.COUNT, "1, the most cautious, to 5"),
        _spared("phone", _K.TEXT, "As in the bank's records"),
        _spared("email", _K.TEXT, "As in the bank's records"),
        _spared("marketing_consent_given", _K.DATE, "First day of consent to marketing"),
        _spared(
            "marketing_consent_withdrawn",
            _K.DATE,
            "Day that consent ended; if unreadable, no consent is taken to stand",
        ),
    ),
    key=("customer_id",),
    names_row="customer_id",
)

PRODUCTS: Final = Table(
    "products",
    "Something the bank sells.",
    (
        _must("product_id", _K.ID, "The bank's code for it"),
        _must("family", _K.CHOICE, "What it is at heart", ProductFamily),
        _may("name", _K.TEXT, "What the bank calls it"),
        _may("day_count", _K.CHOICE, "How interest counts days; empty is act/365", DayCount),
    ),
    key=("product_id",),
    names_row="product_id",
)

ACCOUNTS: Final = Table(
    "accounts",
    "One contract, of one customer or of several together.",
    (
        _must("account_id", _K.ID, "The bank's number for it"),
        _must("product_id", _K.ID, "A product_id of products"),
        _must("currency", _K.ID, "ISO 4217 code of all its amounts"),
        _must("opened", _K.DATE, "Day it was opened, or the loan was granted"),
        _may("closed", _K.DATE, "Day it was closed"),
        _may("maturity", _K.DATE, "Day it falls due"),
        _may("repriced", _K.DATE, "Day its rate was last set; empty if never since it was opened"),
        _spared("branch", _K.ID, "Branch that keeps it; a branch_id of branches"),
    ),
    key=("account_id",),
    needs=("products", "owners"),
    names_row="account_id",
)

OWNERS: Final = Table(
    "owners",
    "Somebody who owns an account, or may operate it.",
    (
        _must("account_id", _K.ID, "An account_id of accounts"),
        _must("customer_id", _K.ID, "A customer_id of customers"),
        _may("role", _K.CHOICE, "Empty is owner; who is authorised owns no share", OwnerRole),
        _may(
            "share", _K.SHARE, "Relative to the other owners' (1, 1 and 1 are thirds); empty is 1"
        ),
    ),
    key=("account_id", "customer_id"),
    needs=("accounts",),
    names_row="account_id",
)

POSITIONS: Final = Table(
    "positions",
    "One account in one month, in the account's currency.",
    (
        _must("account_id", _K.ID, "An account_id of accounts"),
        _must("month", _K.MONTH, "The month"),
        _may("credit_average", _K.SIZE, "Daily average in the customer's favour, or holding"),
        _may("debit_average", _K.SIZE, "Daily average of what the customer owes"),
        _may("closing_balance", _K.AMOUNT, "At the month's end; positive is the customer's"),
        _may("credit_rate", _K.RATE, "What the bank pays on the credit average"),
        _may("debit_rate", _K.RATE, "What the customer pays on the debit average"),
        _may("undrawn", _K.SIZE, "Limit not drawn, or amount guaranteed"),
        _may("cash_margin", _K.SIZE, "Cash held against it"),
        _may("fees", _K.AMOUNT, "Fees earned in the month, net of tax"),
        _may("impairment", _K.AMOUNT, "Impairment or change in provision; replaces expected loss"),
        _may("defaulted", _K.FLAG, "Whether it was in default; empty is false"),
        _may("probability_of_default", _K.PROBABILITY, "Over the next year"),
        _may("days_past_due", _K.COUNT, "At the month's end; empty is 0"),
        *(
            _may(
                f"transactions_{channel}",
                _K.COUNT,
                f"The customer's own acts by {channel}; empty is 0",
            )
            for channel in Channel
        ),
    ),
    key=("account_id", "month"),
    needs=("accounts",),
    cells_suffice=True,
)

COUNTS: Final = frozenset(f"transactions_{channel}" for channel in Channel)
"""The columns that count acts. If a file has some, an empty count is none: the one exception to
what an empty cell means. If it has none of them, nobody counted."""

UNCOUNTED_POSITIONS: Final = attrs.evolve(
    POSITIONS, columns=tuple(one for one in POSITIONS.columns if one.name not in COUNTS)
)
"""Positions of a file whose acts nobody counted."""

TRANSACTIONS: Final = Table(
    "transactions",
    "One booking on an account.",
    (
        _must("transaction_id", _K.ID, "The bank's number for it"),
        _must("account_id", _K.ID, "An account_id of accounts"),
        _must("booked", _K.DATE, "Day it was booked"),
        _must("amount", _K.AMOUNT, "In the account's currency; positive is money coming in"),
        _must("channel", _K.CHOICE, "Where it was done", Channel),
        _must("purpose", _K.CHOICE, "What it was for", TransactionPurpose),
        _may("counterparty_bank", _K.ID, "The other side's bank; empty for this one or none"),
    ),
    key=("transaction_id",),
    needs=("accounts",),
    cells_suffice=True,
)

INTERACTIONS: Final = Table(
    "interactions",
    "One contact between customer and bank.",
    (
        _must("interaction_id", _K.ID, "The bank's number for it"),
        _must("customer_id", _K.ID, "A customer_id of customers"),
        _must("occurred", _K.DATE, "Day it occurred"),
        _must("kind", _K.CHOICE, "What it was", InteractionKind),
        _may("channel", _K.CHOICE, "How", Channel),
        _may("due", _K.DATE, "Day an answer is due"),
        _may("resolved", _K.DATE, "Day it was settled"),
        _may("score", _K.AMOUNT, "What a survey gave"),
    ),
    key=("customer_id", "interaction_id"),
)

RELATIONS: Final = Table(
    "relations",
    "A directed tie: the customer is KIND of the other.",
    (
        _must("customer_id", _K.ID, "A customer_id of customers"),
        _must("other_id", _K.ID, "The other side, who need not be a customer"),
        _must("kind", _K.CHOICE, "What the customer is to the other", RelationKind),
        _may("since", _K.DATE, "First day it holds"),
        _may("until", _K.DATE, "First day it no longer holds"),
        _may("share", _K.SHARE, "Part owned, at most 1, where ownership is meant"),
    ),
)

STANDINGS: Final = Table(
    "standings",
    "What earlier reviews decided about a customer.",
    (
        _must("customer_id", _K.ID, "A customer_id of customers"),
        _may("stage", _K.ID, "Stage of the lifecycle"),
        _may("stage_since", _K.DATE, "Day that stage began"),
        _may("tier", _K.ID, "Tier"),
        _may("tier_since", _K.DATE, "Day that tier began"),
        _may("reviewed", _K.DATE, "Day of the latest review"),
        _may("stage_pending", _K.ID, "Stage that waits for a second indication"),
        _may("stage_pending_seen", _K.DATES, "Days on which it was indicated"),
        _may("tier_pending", _K.ID, "Tier that waits for its grace to pass"),
        _may("tier_pending_seen", _K.DATES, "Days on which it was indicated"),
        _may("stages_passed", _K.IDS, "Every stage reached so far, in order"),
    ),
    key=("customer_id",),
)

SUPPLIED: Final = Table(
    "supplied",
    "One fact that the bank or a model knows of a customer.",
    (
        _must("customer_id", _K.ID, "A customer_id of customers"),
        _must("fact", _K.ID, "Name of a fact that the rule book knows"),
        _must("value", _K.TEXT, "In the form of the fact's kind"),
    ),
    key=("customer_id", "fact"),
)

TABLES: Final[Mapping[str, Table]] = MappingProxyType(
    {
        table.name: table
        for table in (
            BRANCHES,
            CUSTOMERS,
            PRODUCTS,
            ACCOUNTS,
            OWNERS,
            POSITIONS,
            TRANSACTIONS,
            INTERACTIONS,
            RELATIONS,
            STANDINGS,
            SUPPLIED,
        )
    }
)
"""Every table by name, in the order in which they are read and rejected rows are reported."""

REQUIRED_TABLES: Final = ("customers",)

"""What the accounts alone tell, as columns: `decisions.observe.holdings` for all at once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

import narwhals as nw

from relationship_core.portfolio.observe.calendar import months_between
from relationship_core.rules.compile_frame.dialect import EPOCH, Dialect

ACCOUNT_TOTALS: Final = (
    nw.len().alias("accounts_owned"),
    nw.col("product_now").count().alias("accounts_open"),
    nw.col("product_now").n_unique(),
    nw.col("product_before").count().alias("accounts_before"),
    nw.col("product_before").n_unique(),
    nw.col("opened").min().alias("first_opened"),
    nw.col("deposit_due").min(),
    nw.col("loan_due").min(),
)
"""What is gathered of each customer's accounts."""

ACCOUNT_FACTS: Final = {
    "product_count": 0,
    "product_count_change_6m": 0,
    "days_to_next_maturity": None,
    "days_to_loan_maturity": None,
    "relationship_closed": False,
    "tenure_months": None,
}
"""The facts, and what each is of a customer who owns no account."""


def account_facts(as_of: date, dialect: Dialect) -> Mapping[str, nw.Expr]:
    """The facts of owners, of what was gathered.

    Those on the relationship hold where the customer's record tells nothing of it.
    """
    owned, is_open = _count("accounts_owned"), _count("accounts_open")
    now = _distinct("product_now", is_open < owned)
    before = _distinct("product_before", _count("accounts_before") < owned)

    def days_to(due: str) -> nw.Expr:
        number: nw.Expr = dialect.day_number(nw.col(due))
        return number - (as_of - EPOCH).days

    return {
        "product_count": now,
        "product_count_change_6m": now - before,
        "days_to_next_maturity": days_to("deposit_due"),
        "days_to_loan_maturity": days_to("loan_due"),
        "relationship_closed": is_open == 0,
        "tenure_months": months_between(nw.col("first_opened"), as_of),
    }


def _count(name: str) -> nw.Expr:
    return nw.col(name).cast(nw.Int64())


def _distinct(name: str, has_none: nw.Expr) -> nw.Expr:
    # Where some account has none, that counts as one value too.
    return _count(name) - has_none.cast(nw.Int64())

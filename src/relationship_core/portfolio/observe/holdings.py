"""Which accounts are whose, as columns: `decisions.observe.holdings` for all at once."""

from __future__ import annotations

import narwhals as nw
from attrs import evolve, frozen

from relationship_core.decisions.observe.exchange import Exchange
from relationship_core.decisions.observe.review_day import ReviewDay
from relationship_core.domain import ProductFamily
from relationship_core.portfolio.observe.amounts import sized
from relationship_core.portfolio.observe.calendar import month_index
from relationship_core.portfolio.observe.once import computed_once
from relationship_core.portfolio.schema import OwnerRole
from relationship_core.portfolio.tables import Frame, Tables
from relationship_core.portfolio.worth.shares import MOST_OWNERS, Ownership


@frozen(eq=False)
class Holdings:
    """The accounts of a portfolio that were opened by the review date, and their owners.

    Args:
        accounts: One row for each account: what it is, and the months for which it owes a position,
            as ages counted back from M0, `owed_from` to `owed_to`; none where that is below 0.
        each: One row for each account and each of its owners: all of that, the owner's `weight`,
            and as `is_plain` whether its amounts are simply that customer's, since nobody else owns
            it and they are in the reporting currency.
        ownership: Who owns how much of the accounts that aren't plain.
    """

    accounts: Frame
    each: Frame
    ownership: Ownership

    @classmethod
    def of(cls, tables: Tables, day: ReviewDay, exchange: Exchange) -> Holdings:
        """Sort out the accounts of a portfolio; who is only authorised owns nothing of one."""
        ownership = Ownership.of(tables)
        accounts = _accounts(tables, day, exchange)
        owners = tables.frame("owners").filter(
            nw.col("role").is_null() | (nw.col("role") == OwnerRole.OWNER.value)
        )
        counted = owners.group_by("account_id").agg(owners=nw.len())
        several = counted.filter(nw.col("owners") > 1)
        weight = nw.col("share").fill_null(10 ** tables.measure("owners", "share").scale)
        is_plain = nw.col("owners").is_null() & ~nw.col("is_foreign")
        each = (
            owners.select(
                "account_id",
                "customer_id",
                weight=sized(weight, ownership.bound * MOST_OWNERS, tables.dialect),
            )
            .join(several, on="account_id", how="left")
            .join(accounts, on="account_id")
            .with_columns(is_plain=is_plain)
        )
        each = computed_once(each)
        shared = each.filter(~nw.col("is_plain")).select("account_id", "customer_id", "weight")
        # Among too many owners nobody's part is known, rather than wrong.
        are_few = nw.len().over("account_id") <= MOST_OWNERS
        joint = shared.with_columns(
            weights=nw.when(are_few).then(nw.col("weight").sum().over("account_id"))
        )
        return cls(accounts, each, evolve(ownership, joint=joint))

    def unlike(self, *traits: str) -> Frame:
        """The accounts that aren't plain: `account_id`, `currency` and some traits."""
        return (
            self.each.filter(~nw.col("is_plain"))
            .group_by("account_id", "currency", *traits)
            .agg(owners=nw.len())
            .drop("owners")
        )


def _accounts(tables: Tables, day: ReviewDay, exchange: Exchange) -> Frame:
    # Numbers tell products apart several times as fast as their codes do.
    products = tables.frame("products").with_row_index("product", order_by="product_id")
    opened, closed, maturity = nw.col("opened"), nw.col("closed"), nw.col("maturity")
    is_open = closed.is_null() | (closed > day.as_of)
    was_open = (opened <= day.half_a_year_ago) & (closed.is_null() | (closed > day.half_a_year_ago))
    family = nw.col("family")
    is_due = is_open & (maturity >= day.as_of)
    is_term = is_due & (family == ProductFamily.TERM_DEPOSIT.value)
    soon = is_term & (maturity <= day.in_thirty_days)
    return (
        tables.frame("accounts")
        .filter(opened <= day.as_of)
        .join(products.select("product_id", "product", "family"), on="product_id")
        .select(
            "account_id",
            "currency",
            "opened",
            is_foreign=nw.col("currency") != exchange.currency,
            is_deposit=family.is_in([one.value for one in ProductFamily if one.is_deposit]),
            counts_in_aum=family.is_in([one.value for one in ProductFamily if one.counts_in_aum]),
            is_open=is_open,
            product_now=nw.when(is_open).then(nw.col("product")).cast(nw.Int64()),
            product_before=nw.when(was_open).then(nw.col("product")).cast(nw.Int64()),
            deposit_due=nw.when(is_term).then(maturity),
            loan_due=nw.when(is_due & (family == ProductFamily.LOAN.value)).then(maturity),
            matures_soon=soon.fill_null(value=False),
            owed_from=_age(closed, day).clip(0).fill_null(0),
            owed_to=_age(opened, day),
        )
    )


def _age(when: nw.Expr, day: ReviewDay) -> nw.Expr:
    return day.latest - month_index(when)

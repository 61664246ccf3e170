"""Parameters that a portfolio needs and that aren't in force, looked for before it is reckoned.

Columns can't raise: what isn't in force would only be null in them. So what one customer's dossier
would raise is raised here, of the first customer by id, as a run over dossiers would.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import narwhals as nw

from relationship_core.decisions.accrual import accrue
from relationship_core.decisions.parameters import ContributionParameters
from relationship_core.decisions.tariff import Tariff, tariff_of
from relationship_core.domain.account import Account, Owner
from relationship_core.domain.customer import CustomerKind
from relationship_core.domain.position import Position
from relationship_core.errors import ParameterError
from relationship_core.portfolio.noun import ALONE, build_account
from relationship_core.portfolio.schema import POSITIONS, UNCOUNTED_POSITIONS, OwnerRole
from relationship_core.portfolio.tables import Frame, Tables
from relationship_core.portfolio.worth.basis import MATURES
from relationship_core.portfolio.worth.held import IS_REPRICED, months_of, owed_months
from relationship_core.portfolio.worth.pricing import CreditPricing, EverydayPricing
from relationship_core.portfolio.worth.setting import Setting, customers_of
from relationship_core.portfolio.worth.sheets import SHEET, products_of
from relationship_core.portfolio.worth.upkeep import UPKEEP, has_gaps, with_upkeep
from relationship_core.portfolio.worth.window import Window
from relationship_core.rules import EXACT

_ORDER = ("customer_id", "account_id", "month")


def require_parameters(
    tables: Tables, as_of: date, parameters: Sequence[ContributionParameters]
) -> None:
    """Raise what reckoning the first customer that lacks a parameter raises, if any does.

    Where all that any account could need is in force, no position is looked at.

    Args:
        tables: The portfolio, measured.
        as_of: The day; the window is the twelve months that have ended by then.
        parameters: What is reckoned with.

    Raises:
        ParameterError: A parameter that a month or a relationship needs is not in force.
        InvalidValueError: The day is too near an end of the calendar.
    """
    window = Window.of(as_of)
    found = [_of_upkeep(tables, window, tariff_of(parameters))]
    if tables.has("accounts") and tables.has("positions"):
        # A customer's months are reckoned before the relationship's upkeep.
        found.insert(0, _of_months(Setting.of(tables, window, parameters)))
    known = [one for one in found if one is not None]
    if known:
        raise min(known, key=lambda one: one[0])[1]


_Fault = tuple[str, ParameterError]


def _of_upkeep(tables: Tables, window: Window, tariff: Tariff) -> _Fault | None:
    if not has_gaps(tariff, window):
        return None
    customers = customers_of(tables, window).with_columns(began=nw.col("since"))
    if tables.has("accounts"):
        began = owed_months(tables, window).group_by("customer_id").agg(nw.col("began").min())
        customers = (
            customers.drop("began")
            .join(began, on="customer_id", how="left")
            .with_columns(began=nw.min_horizontal("began", "since"))
        )
    frame, _ = with_upkeep(customers, tariff, window)
    lacking = frame.filter(nw.col(UPKEEP[0]).is_null() | nw.col(UPKEEP[1]).is_null())
    row = _first(lacking.select("customer_id", "kind", "began", "ended"), ["customer_id"])
    if row is None:
        return None
    first = window.months.start if row["began"] is None else row["began"]
    last = window.latest if row["ended"] is None else row["ended"]
    kind = CustomerKind(row["kind"])
    return row["customer_id"], _raised(
        lambda: [
            tariff.relationship_upkeep(kind, start, end) for start, end in window.spans(first, last)
        ]
    )


def _of_months(setting: Setting) -> _Fault | None:
    accounts = setting.accounts()
    basis = setting.basis
    everyday, credit = EverydayPricing(basis), CreditPricing(basis)
    if not everyday.may_lack_cost:
        accounts = accounts.filter(_may_lack(setting))
        if accounts.head(1).collect().is_empty():
            return None
    people = setting.tables.frame("owners").filter(
        nw.col("role").is_null() | (nw.col("role") == OwnerRole.OWNER.value)
    )
    people = people.join(
        setting.tables.frame("customers").select("customer_id"), on="customer_id", how="semi"
    )
    owned = accounts.join(people.select("account_id", "customer_id"), on="account_id")
    months = months_of(setting.tables, owned, setting.window)
    rows = [
        _first(pricing.lacking(months).select(*_ORDER), _ORDER) for pricing in (everyday, credit)
    ]
    lacking = [row for row in rows if row is not None]
    if not lacking:
        return None
    row = min(lacking, key=lambda one: tuple(one[name] for name in _ORDER))
    return row["customer_id"], _raised(lambda: _price(setting, row["account_id"], row["month"]))


def _may_lack(setting: Setting) -> nw.Expr:
    """Whether an account may have a month that lacks terms or a price of funds."""
    months = len(setting.window.months)
    unsure = [
        sheet.number
        for sheet in setting.sheets.sheets
        if len(sheet.terms) < months
        or any(
            terms.earns_margin and terms.behavioural_price is None for terms in sheet.terms.values()
        )
    ]
    may_lack = nw.col(SHEET).is_null()
    if unsure:
        may_lack = may_lack | nw.col(SHEET).is_in(unsure)
    for book in setting.basis.books:
        opened, repriced = book.names
        lacks = nw.col(opened).is_null() | (IS_REPRICED & nw.col(repriced).is_null())
        may_lack = may_lack | (nw.col(MATURES) & lacks)
    return may_lack


def _first(frame: Frame, order: Sequence[str]) -> dict[str, Any] | None:
    rows: list[dict[str, Any]] = frame.sort(*order).head(1).collect().rows(named=True)
    return rows[0] if rows else None


def _raised(reckon: Callable[[], object]) -> ParameterError:
    try:
        reckon()
    except ParameterError as error:
        return error
    raise AssertionError("what columns find lacking is in force")


def _price(setting: Setting, account_id: str, month: date) -> None:
    """Price one account-month as a dossier's is."""
    account = _account(setting.tables, account_id)
    terms = setting.tariff.terms(account.product, account.currency, month)
    accrue(account, _position(setting.tables, account_id, month), terms, [])


def _account(tables: Tables, account_id: str) -> Account:
    rows = tables.frame("accounts").filter(nw.col("account_id") == account_id)
    row = rows.collect().rows(named=True)[0]
    products = {product.id: product for product in products_of(tables)}
    return build_account(
        row["account_id"],
        row["currency"],
        row["opened"],
        row["closed"],
        row["maturity"],
        row["repriced"],
        None,
        product=products[row["product_id"]],
        owners=(Owner("anybody"),),
        authorised=(),
    )


def _position(tables: Tables, account_id: str, month: date) -> Position:
    table = POSITIONS if tables.are_acts_counted else UNCOUNTED_POSITIONS
    is_it = (nw.col("account_id") == account_id) & (nw.col("month") == nw.lit(month))
    rows = tables.frame(POSITIONS.name).filter(is_it).select(table.column_names)
    row = rows.collect().rows(named=True)[0]
    return ALONE[POSITIONS.name](*[_value(tables, name, row[name]) for name in table.column_names])  # type: ignore[return-value]


def _value(tables: Tables, column: str, cell: Any) -> Any:
    measure = tables.measures.get((POSITIONS.name, column))
    if cell is None or measure is None or not measure.scale:
        return cell
    return EXACT.scaleb(Decimal(int(cell)), -measure.scale)

"""What every account-month is priced with, worked out once for products, currencies and months."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from attrs import frozen

from relationship_core.decisions.parameters import ContributionParameters
from relationship_core.decisions.tariff import Tariff
from relationship_core.decisions.terms import Terms
from relationship_core.decisions.window import first_day
from relationship_core.domain.account import DayCount, Product, ProductFamily
from relationship_core.errors import ParameterError
from relationship_core.portfolio.noun import build_product
from relationship_core.portfolio.schema import PRODUCTS
from relationship_core.portfolio.tables import Frame, Tables
from relationship_core.portfolio.worth.literal import literal_frame
from relationship_core.rules.compile_frame.dialect import EPOCH

SHEET: Final = "sheet"
SPAN: Final = 10_000_000
"""More than there are days: a sheet's number times this, and a month's day number, name terms."""


@frozen
class Sheet:
    """Products of one currency that are priced alike.

    Args:
        number: Tells it from others.
        product: One of the products.
        currency: The accounts' currency.
        terms: By the month's number, where all that they are made of is in force.
    """

    number: int
    product: Product
    currency: str
    terms: Mapping[int, Terms]


@frozen
class Sheets:
    """The terms of all products, in the reporting currency and those with exchange rates.

    Args:
        sheets: By their numbers.
        numbers: The sheet of a product's id and currency.
    """

    sheets: tuple[Sheet, ...]
    numbers: Mapping[tuple[str, str], int]

    @classmethod
    def of(
        cls,
        products: Iterable[Product],
        tariff: Tariff,
        parameters: Sequence[ContributionParameters],
        months: range,
    ) -> Sheets:
        """Work them out.

        Args:
            products: Those that the bank sells.
            tariff: The parameters, arranged.
            parameters: The parameters.
            months: The numbers of the months.
        """
        named = {one.product for each in parameters for one in each.products}
        named |= {one.product for each in parameters for one in each.transfer_prices}
        foreign = {one.currency for each in parameters for one in each.exchange_rates}
        currencies = sorted({tariff.currency, *foreign})
        sheets: dict[tuple[Any, ...], Sheet] = {}
        numbers = {}
        for product in products:
            # Thousands of products that nothing names are priced by their families.
            own = product.id if product.id in named else None
            for currency in currencies:
                alike = (own, product.family, product.day_count, currency)
                if alike not in sheets:
                    terms = dict(_terms(tariff, product, currency, months))
                    sheets[alike] = Sheet(len(sheets), product, currency, terms)
                numbers[product.id, currency] = sheets[alike].number
        return cls(tuple(sheets.values()), numbers)

    def keys(self, beside: Frame, others: Mapping[str, Mapping[int, int]]) -> Frame:
        """The sheet of each product and currency as a frame: `product_id`, `currency`, `sheet`.

        Args:
            beside: A frame of the engine wanted.
            others: What else to say of sheets, by column and by their numbers.
        """
        # A table without rows has no types, so that one stands for none; no product is called so.
        known = self.numbers or {("", ""): 0}
        numbers = list(known.values())
        return literal_frame(
            beside,
            {
                "product_id": [product for product, _ in known],
                "currency": [currency for _, currency in known],
                SHEET: numbers,
                **{name: [each.get(one) for one in numbers] for name, each in others.items()},
            },
        )

    def rows(self) -> Iterator[tuple[int, Terms]]:
        """All terms, each with the number by which an account-month finds its own."""
        for sheet in self.sheets:
            for terms in sheet.terms.values():
                yield sheet.number * SPAN + day_number(terms.index), terms


def _terms(
    tariff: Tariff, product: Product, currency: str, months: range
) -> Iterator[tuple[int, Terms]]:
    for index in months:
        try:
            yield index, tariff.terms(product, currency, first_day(index))
        except ParameterError:
            continue


def day_number(index: int) -> int:
    """The days from 1970-01-01 to the first of a month of a number."""
    return (first_day(index) - EPOCH).days


def products_of(tables: Tables) -> tuple[Product, ...]:
    """The products of a portfolio, of which there are few enough to look at one by one."""
    if not tables.has(PRODUCTS.name):
        return ()
    rows = tables.frame(PRODUCTS.name).select(PRODUCTS.column_names).collect().rows(named=True)
    products = [
        build_product(
            row["product_id"],
            ProductFamily(row["family"]),
            row["name"],
            None if row["day_count"] is None else DayCount(row["day_count"]),
        )
        for row in rows
    ]
    return tuple(sorted(products, key=lambda product: product.id))

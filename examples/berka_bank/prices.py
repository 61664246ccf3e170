"""What the bank's contribution is reckoned with, in crowns of 1993-94.

Two prices are the records' own. Interest credited is 5 % a year of the balance, a month a twelfth;
that charged on an overdraft is 12 %. All others are assumptions, because the records hold no funds
transfer price, no cost and no loan rate (a loan's amount is its instalments, added up):

- Price of funds: the Czech National Bank's discount rate, 9.5 % from January 1993 and 8 % from 10
  June, for every term. Money at the banks was dearer, so that a deposit is worth this at least.
  Nine hellers of each crown held on sight had to lie at the central bank without interest; a
  current account is therefore worth 91 % of that price.
- Loan rate: 14 %, where the central bank's lombard rate stood in January 1993.
- Costs: judgement, from a clerk's hour at some 170 crowns, premises included, of which a counter
  act takes four minutes.
- Probability and severity of loss: judgement, the latter Basel's for unsecured claims. How the
  loans ended is in the published records, and not known on the day.
- Capital: 8 % of what is lent, whole, as the accord of 1988 has it for private persons. It must
  earn 15 %, more than any rate above.

Source: the central bank's table of its instruments in 1993 (Menovepoliticke nastroje CNB, zmeny v
roce 1993).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Final

from relationship_core import (
    Channel,
    ContributionParameters,
    ProductFamily,
    ProductParameters,
    TransferPrice,
    UnitCost,
)

from .folder import CURRENCY
from .loans import LOSS_GIVEN_DEFAULT

BEGINNING: Final = date(1993, 1, 1)
CREDIT_RATE: Final = Decimal("0.05")
OVERDRAFT_RATE: Final = Decimal("0.12")
LOAN_RATE: Final = Decimal("0.14")
DISCOUNT_RATES: Final = (
    (BEGINNING, Decimal("0.095")),
    (date(1993, 6, 10), Decimal("0.080")),
)
FREE_OF_RESERVES: Final = Decimal("0.91")
EVERY_TERM: Final = 1
"""The only term with a price: with a single one it holds for shorter and longer ones alike."""

UNIT_COSTS: Final = {
    Channel.COUNTER: Decimal("12.00"),
    Channel.ATM: Decimal("6.00"),
    Channel.AUTOMATIC: Decimal("1.50"),
}
"""Channels that were there; an act in any other one is an error."""


def czech_parameters() -> Sequence[ContributionParameters]:
    """One set, in force from January 1993 on.

    It charges nothing for a relationship beside its accounts, so that customers sum to accounts.
    """
    return (
        ContributionParameters(
            version="czech-1993",
            valid_from=BEGINNING,
            currency=CURRENCY,
            transfer_prices=tuple(_transfer_prices()),
            products=(
                ProductParameters(
                    product=ProductFamily.CURRENT,
                    credit_rate=CREDIT_RATE,
                    debit_rate=OVERDRAFT_RATE,
                    probability_of_default=Decimal("0.05"),
                    loss_given_default=LOSS_GIVEN_DEFAULT,
                    account_upkeep=Decimal("8.00"),
                ),
                ProductParameters(
                    product=ProductFamily.LOAN,
                    credit_rate=Decimal(0),
                    debit_rate=LOAN_RATE,
                    probability_of_default=Decimal("0.03"),
                    loss_given_default=LOSS_GIVEN_DEFAULT,
                    account_upkeep=Decimal("20.00"),
                ),
                ProductParameters(product=ProductFamily.CARD, account_upkeep=Decimal("5.00")),
            ),
            unit_costs=tuple(UnitCost(channel, amount) for channel, amount in UNIT_COSTS.items()),
            capital_ratio=Decimal("0.08"),
            hurdle_rate=Decimal("0.15"),
        ),
    )


def _transfer_prices() -> Iterator[TransferPrice]:
    for since, rate in DISCOUNT_RATES:
        yield TransferPrice(CURRENCY, "*", EVERY_TERM, since, rate)
        yield TransferPrice(
            CURRENCY, ProductFamily.CURRENT, EVERY_TERM, since, rate * FREE_OF_RESERVES
        )

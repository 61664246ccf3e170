"""Amounts of money as exact decimals, rounded and shared out without losing a cent."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import (
    MAX_EMAX,
    MIN_EMIN,
    ROUND_HALF_EVEN,
    Context,
    Decimal,
    DivisionByZero,
    InvalidOperation,
    Overflow,
)
from math import lcm
from typing import Final

import attrs

from relationship_core.domain.validation import (
    LARGEST_AMOUNT,
    refuse,
    require_amount,
    require_decimal,
    require_id,
)

# ISO 4217:2015 list one: the currencies whose minor unit is not a hundredth.
_MINOR_UNITS: Final[Mapping[str, int]] = {
    **dict.fromkeys(
        (
            *("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF"),
            *("UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF"),
        ),
        0,
    ),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
    **dict.fromkeys(("CLF", "UYW"), 4),
}

# Given in full, because a Context takes what it isn't told from a default that a host may change.
_EXACT = Context(
    prec=60,
    rounding=ROUND_HALF_EVEN,
    Emin=MIN_EMIN,
    Emax=MAX_EMAX,
    capitals=1,
    clamp=0,
    flags=[],
    traps=[InvalidOperation, DivisionByZero, Overflow],
)
_STEPS: Final = tuple(Decimal((0, (1,), -places)) for places in range(13))


_SMALLEST_SHARE: Final = Decimal("1e-24")


def check_currency(code: str, *, where: str = "currency") -> str:
    """Return an ISO 4217 currency code, or refuse what doesn't look like one.

    Raises:
        InvalidValueError: It isn't three capital letters.
    """
    if not (
        isinstance(code, str)
        and len(code) == 3
        and code.isascii()
        and code.isalpha()
        and code.isupper()
    ):
        refuse("not a currency code", where, "use the three capital letters of ISO 4217, as in CNY")
    return code


def minor_units(currency: str) -> int:
    """Return how many decimal places a currency's amounts have, by ISO 4217.

    Raises:
        InvalidValueError: The currency isn't three capital letters.
    """
    return _MINOR_UNITS.get(check_currency(currency), 2)


def round_money(amount: Decimal, currency: str) -> Decimal:
    """Round an amount half-even to its currency's minor unit, whatever the ambient context.

    Raises:
        InvalidValueError: The amount isn't a finite Decimal within any ledger's reach, or the
            currency isn't three capital letters.
    """
    require_amount(amount, "amount")
    return _quantised(amount, minor_units(currency))


def share_out(
    amount: Decimal, shares: Mapping[str, Decimal], minor_units: int = 2
) -> dict[str, Decimal]:
    """Divide an amount by relative shares so that the parts sum to it exactly.

    The method of the largest remainder (Hamilton's): everyone gets the whole minor units of their
    exact part, and the units left over go to the largest remainders, ties to the lower owner id.
    A negative amount is divided as its positive mirror.

    Args:
        amount: In whole minor units; round it first.
        shares: Above zero, relative to each other, by owner id.
        minor_units: Decimal places of the currency, 0 to 12.

    Returns:
        The parts by owner id, in the order of `shares`, each with `minor_units` places.

    Raises:
        InvalidValueError: No owner, a share not above zero, or an amount with a finer fraction
            than the minor unit.
    """
    require_amount(amount, "amount")
    if not 0 <= minor_units < len(_STEPS):
        refuse("the minor unit is not between 0 and 12 places", "minor_units")
    whole = _quantised(amount, minor_units)
    if whole != amount:
        refuse("the amount has a finer fraction than its minor unit", "amount", "round it first")
    if len(shares) == 1:
        ((owner, share),) = shares.items()
        _check_share(owner, share)
        return {owner: whole}
    if not shares:
        refuse("nobody to share with", "shares", "give at least one owner")
    units = int(whole.scaleb(minor_units, context=_EXACT))
    return {
        owner: _EXACT.scaleb(Decimal(part), -minor_units)
        for owner, part in divide_units(units, whole_weights(shares)).items()
    }


def divide_units(units: int, weights: Mapping[str, int]) -> dict[str, int]:
    """Divide whole units by whole weights as `share_out` does, for many amounts of one account.

    Args:
        units: Of any sign.
        weights: What `whole_weights` made of the shares, by owner id.
    """
    if units < 0:
        return {owner: -part for owner, part in divide_units(-units, weights).items()}
    total = sum(weights.values())
    parts: dict[str, int] = {}
    remainders: list[tuple[int, str]] = []
    for owner, weight in weights.items():
        parts[owner], remainder = divmod(units * weight, total)
        remainders.append((-remainder, owner))
    left = units - sum(parts.values())
    if left:
        for _, owner in sorted(remainders)[:left]:
            parts[owner] += 1
    return parts


def _quantised(amount: Decimal, places: int) -> Decimal:
    rounded = amount.quantize(_STEPS[places], context=_EXACT)
    # A negative zero equals zero but prints otherwise, and files must be the same byte for byte.
    return rounded or rounded.copy_abs()


def _check_share(owner: str, share: Decimal) -> None:
    require_id(owner, "shares")
    if not _SMALLEST_SHARE <= require_decimal(share, "shares") <= LARGEST_AMOUNT:
        refuse(
            "a share is not above zero, or out of all proportion",
            "shares",
            "leave out whoever owns nothing",
        )


def whole_weights(shares: Mapping[str, Decimal]) -> dict[str, int]:
    """Scale relative shares up to whole numbers in the same proportion.

    Raises:
        InvalidValueError: A share isn't above zero.
    """
    for owner, share in shares.items():
        _check_share(owner, share)
    ratios = {owner: share.as_integer_ratio() for owner, share in shares.items()}
    common = lcm(*(denominator for _, denominator in ratios.values()))
    return {owner: top * (common // bottom) for owner, (top, bottom) in ratios.items()}


@attrs.frozen(order=False)
class Money:
    """An amount in one currency, in whole minor units.

    Args:
        amount: Not finer than the currency's minor unit; kept with that many places.
        currency: ISO 4217 code.

    Raises:
        InvalidValueError: The amount isn't finite or is finer than the minor unit, the code isn't
            one, or two currencies are mixed.
    """

    amount: Decimal
    currency: str

    def __attrs_post_init__(self) -> None:
        check_currency(self.currency, where="Money.currency")
        require_amount(self.amount, "Money.amount")
        whole = _quantised(self.amount, minor_units(self.currency))
        if whole != self.amount:
            refuse(
                "the amount has a finer fraction than the currency's minor unit",
                "Money.amount",
                "use round_money first",
            )
        object.__setattr__(self, "amount", whole)

    def __add__(self, other: Money) -> Money:
        if not isinstance(other, Money):
            return NotImplemented
        self._require_same_currency(other)
        return Money(_EXACT.add(self.amount, other.amount), self.currency)

    def __sub__(self, other: Money) -> Money:
        if not isinstance(other, Money):
            return NotImplemented
        self._require_same_currency(other)
        return Money(_EXACT.subtract(self.amount, other.amount), self.currency)

    def __neg__(self) -> Money:
        return Money(self.amount.copy_negate(), self.currency)

    def __mul__(self, factor: Decimal | int) -> Money:
        if isinstance(factor, bool) or not isinstance(factor, (Decimal, int, float)):
            return NotImplemented
        number = Decimal(factor) if isinstance(factor, int) else require_decimal(factor, "factor")
        return Money(
            round_money(_EXACT.multiply(self.amount, number), self.currency), self.currency
        )

    __rmul__ = __mul__

    def __lt__(self, other: Money) -> bool:
        if not isinstance(other, Money):
            return NotImplemented
        self._require_same_currency(other)
        return self.amount < other.amount

    def __le__(self, other: Money) -> bool:
        if not isinstance(other, Money):
            return NotImplemented
        self._require_same_currency(other)
        return self.amount <= other.amount

    def _require_same_currency(self, other: Money) -> None:
        if self.currency != other.currency:
            refuse(
                f"{self.currency} and {other.currency} don't mix",
                "Money",
                "convert one at a dated rate first",
            )

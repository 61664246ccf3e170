"""The checks that nouns make where they are built.

Every check names the place and what was wrong, never the value: a message may end up in a log.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import NoReturn

from relationship_core.errors import InvalidValueError

ZERO = Decimal(0)
ONE = Decimal(1)

# Beyond any ledger, and small enough that no arithmetic on it can lose a digit or exhaust memory.
LARGEST_AMOUNT = Decimal("1e24")
SMALLEST_AMOUNT = Decimal("-1e24")

# A yearly rate above 100 % is nearly always a percentage given where a fraction belongs.
LARGEST_RATE = ONE
SMALLEST_RATE = Decimal(-1)


def refuse(what: str, where: str, mend: str = "") -> NoReturn:
    """Raise the error of a value that a noun can't hold."""
    raise InvalidValueError(what, where=where, mend=mend)


def require_text(value: object, where: str) -> None:
    """Refuse anything but text with something in it."""
    if not isinstance(value, str):
        refuse(f"{_kind_of(value)} where text belongs", where, "give a str, or None if unknown")
    if not value.strip():
        refuse("the text is empty", where, "leave it out if it is unknown")


def require_id(value: object, where: str) -> None:
    """Refuse an id that is empty, padded with spaces or holds characters nobody can see."""
    if not isinstance(value, str):
        refuse(f"{_kind_of(value)} where an id belongs", where, "give the id as a str")
    if not value:
        refuse("the id is empty", where, "every record needs an id")
    if not value.isprintable():
        refuse("the id holds invisible characters", where, "remove control and format characters")
    if value.strip() != value:
        refuse("the id begins or ends with a space", where, "strip it")


def require_date(value: object, where: str) -> None:
    """Refuse anything but a calendar day; a moment in time is not a day."""
    if isinstance(value, datetime):
        refuse("a datetime where a date belongs", where, "use .date() in the bank's time zone")
    if not isinstance(value, date):
        refuse(f"{_kind_of(value)} where a date belongs", where, "use datetime.date")


def require_order(earlier: date | None, later: date | None, what: str, where: str) -> None:
    """Refuse a pair of days, both valid or None, of which the second lies before the first."""
    if earlier is not None and later is not None and later < earlier:
        refuse(what, where, "check both dates")


def require_decimal(value: object, where: str) -> Decimal:
    """Refuse anything but a finite Decimal, and say how a float or an int becomes one."""
    if isinstance(value, float):
        refuse("a float where a Decimal belongs", where, "use Decimal('...'), or Decimal(str(x))")
    if isinstance(value, int) and not isinstance(value, bool):
        refuse("an int where a Decimal belongs", where, "use Decimal(x)")
    if not isinstance(value, Decimal):
        refuse(f"{_kind_of(value)} where a Decimal belongs", where, "use Decimal('...')")
    if not value.is_finite():
        refuse("the number is not finite", where, "leave it out if it is unknown")
    return value


def require_amount(value: object, where: str, *, signed: bool = True) -> None:
    """Refuse anything but an amount of money as a Decimal; with `signed=False` also a negative."""
    amount = require_decimal(value, where)
    if not SMALLEST_AMOUNT <= amount <= LARGEST_AMOUNT:
        refuse("the amount is beyond any ledger", where, "check its unit")
    if not signed and amount < ZERO:
        refuse("the amount is negative", where, "it must be zero or more")


def require_rate(value: object, where: str) -> None:
    """Refuse anything but a yearly rate as a fraction between -1 and 1."""
    rate = require_decimal(value, where)
    if not SMALLEST_RATE <= rate <= LARGEST_RATE:
        refuse("the rate is not plausible", where, "4 % a year is Decimal('0.04')")


def require_probability(value: object, where: str) -> None:
    """Refuse anything but a probability as a fraction between 0 and 1."""
    probability = require_decimal(value, where)
    if not ZERO <= probability <= ONE:
        refuse("the probability is not between 0 and 1", where, "4 % is Decimal('0.04')")


def require_count(value: object, where: str) -> None:
    """Refuse anything but a whole number of zero or more."""
    if not isinstance(value, int) or isinstance(value, bool):
        refuse(f"{_kind_of(value)} where a whole number belongs", where, "use an int")
    if value < 0:
        refuse("the count is negative", where, "it must be zero or more")


def require_flag(value: object, where: str) -> None:
    """Refuse anything but True or False."""
    if not isinstance(value, bool):
        refuse(f"{_kind_of(value)} where True or False belongs", where, "use a bool")


def require_member(value: object, kind: type[Enum], where: str) -> None:
    """Refuse anything but a member of an enumeration; its plain value is not a member."""
    if not isinstance(value, kind):
        refuse(
            f"{_kind_of(value)} where {_with_article(kind.__name__)} belongs",
            where,
            f"use {kind.__name__}.{next(iter(kind)).name} or another member,"
            f" or {kind.__name__}('...') for a stored value",
        )


def require_each(items: tuple[object, ...], kind: type, where: str) -> None:
    """Refuse a tuple in which anything but instances of one noun is found."""
    for index, item in enumerate(items):
        if not isinstance(item, kind):
            refuse(
                f"{_kind_of(item)} where {_with_article(kind.__name__)} belongs",
                f"{where}[{index}]",
                f"use {kind.__name__}(...)",
            )


def require_ids(items: tuple[object, ...], where: str) -> None:
    """Refuse a tuple of ids in which one is malformed or named twice."""
    for index, item in enumerate(items):
        require_id(item, f"{where}[{index}]")
    if len(set(items)) != len(items):
        refuse("an id is named twice", where, "name each once")


def freeze_items(noun: object, name: str) -> None:
    """Turn a list or another iterable in a noun's field into a tuple; refuse what holds no items.

    Not an attrs converter, because mypy can't follow a generic one.
    """
    items = getattr(noun, name)
    if type(items) is tuple:
        return
    if isinstance(items, (str, bytes)) or not isinstance(items, Iterable):
        refuse(
            f"{_kind_of(items)} where several items belong",
            f"{type(noun).__name__}.{name}",
            "give a tuple, even for a single item",
        )
    object.__setattr__(noun, name, tuple(items))


def _kind_of(value: object) -> str:
    return "None" if value is None else _with_article(type(value).__name__)


def _with_article(name: str) -> str:
    return f"{'an' if name[0].lower() in 'aeiou' else 'a'} {name}"

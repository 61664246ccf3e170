"""The signed rule books of a bank, one after the other, and which of them is in force on a day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from attrs import field, frozen

from relationship_core.decisions.json_form import read_document, reading
from relationship_core.decisions.rule_book import RuleBook
from relationship_core.decisions.sign_off import SignOff
from relationship_core.domain.validation import require_date
from relationship_core.errors import SignOffError

SCHEMA = 1
"""The version of the JSON form."""

_WHAT = "register of rule books"
_ONE_DAY = timedelta(days=1)


@frozen
class SignedRuleBook:
    """A rule book with its sign-off.

    Args:
        rule_book: The book.
        sign_off: The sign-off of that very book.

    Raises:
        SignOffError: The sign-off is of another book.
    """

    rule_book: RuleBook
    sign_off: SignOff

    def __attrs_post_init__(self) -> None:
        if self.sign_off.rule_book != self.rule_book.fingerprint:
            raise SignOffError(
                f"the sign-off is of {self.sign_off.rule_book[:16]}, another book",
                where=f"rule book {self.rule_book.fingerprint[:16]}",
                mend="have this book signed off",
            )

    def __str__(self) -> str:
        """The book by its fingerprint, and when it is in force."""
        signed = self.sign_off
        until = "" if signed.valid_until is None else f" until {signed.valid_until}"
        return f"{signed.rule_book[:16]} from {signed.valid_from}{until}"


def _by_date(books: Iterable[SignedRuleBook]) -> tuple[SignedRuleBook, ...]:
    return tuple(sorted(books, key=lambda each: each.sign_off.valid_from))


@frozen
class RuleBookRegister:
    """A bank's rule books, each in force from its first day until the next one's.

    Args:
        books: The signed books, in any order.

    Raises:
        SignOffError: There is none, two hold on one day, on a day between them none does, or one
            replaces another than the one before it; both are named.
    """

    books: tuple[SignedRuleBook, ...] = field(converter=_by_date)

    def __attrs_post_init__(self) -> None:
        if not self.books:
            raise SignOffError("it holds no book", where=_WHAT, mend="give the first one")
        for earlier, later in pairwise(self.books):
            _require_turn(earlier, later)

    def __iter__(self) -> Iterator[SignedRuleBook]:
        return iter(self.books)

    def signed_on(self, on: date) -> SignedRuleBook:
        """The book in force on a day, with its sign-off.

        Raises:
            SignOffError: None is in force on the day.
            InvalidValueError: The day is no date.
        """
        require_date(on, "on")
        begun = [each for each in self.books if each.sign_off.valid_from <= on]
        if not begun:
            raise SignOffError(
                f"no rule book is in force on {on}: the first is {self.books[0]}",
                where=_WHAT,
                mend="take a later day, or add the book of that time",
            )
        latest = begun[-1]
        if latest.sign_off.valid_until is not None and latest.sign_off.valid_until < on:
            raise SignOffError(
                f"no rule book is in force on {on}: the last was {latest}",
                where=_WHAT,
                mend="take an earlier day, or have the next book signed off",
            )
        return latest

    def in_force(self, on: date) -> RuleBook:
        """The book in force on a day.

        Raises:
            SignOffError: None is in force on the day.
            InvalidValueError: The day is no date.
        """
        return self.signed_on(on).rule_book

    def to_json(self) -> dict[str, Any]:
        """The register as plain JSON data."""
        return {
            "schema": SCHEMA,
            "books": [
                {"rule_book": each.rule_book.to_json(), "sign_off": each.sign_off.to_json()}
                for each in self.books
            ],
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any] | str | bytes) -> RuleBookRegister:
        """The register that `to_json` wrote, read whole or not at all.

        Raises:
            SignOffError: It is no register, a sign-off was changed or is of another book.
            RuleBookError: A book was changed, or this version of the library can't replay it.
            InvalidValueError: A sign-off could never have been written.
        """
        written = read_document(data, _WHAT, SCHEMA, SignOffError)
        with reading(_WHAT, SignOffError):
            return cls(
                SignedRuleBook(
                    RuleBook.from_json(each["rule_book"]), SignOff.from_json(each["sign_off"])
                )
                for each in written["books"]
            )


def _require_turn(earlier: SignedRuleBook, later: SignedRuleBook) -> None:
    """Check that a book takes the place of the one before it, without a day of both or neither."""
    before, after = earlier.sign_off, later.sign_off
    if after.replaces != before.rule_book:
        replaced = "none" if after.replaces is None else after.replaces[:16]
        raise SignOffError(
            f"{later} comes after {earlier}, but replaces {replaced}",
            where=_WHAT,
            mend="have it signed off as what takes the place of the book before it",
        )
    last = after.valid_from - _ONE_DAY
    if before.valid_from > last or (before.valid_until or last) > last:
        raise SignOffError(
            f"{earlier} and {later} are in force together",
            where=_WHAT,
            mend=f"let the earlier one end on {last}, or leave its end open",
        )
    if before.valid_until is not None and before.valid_until < last:
        raise SignOffError(
            f"none is in force between {earlier} and {later}",
            where=_WHAT,
            mend=f"let the earlier one end on {last}, or leave its end open",
        )

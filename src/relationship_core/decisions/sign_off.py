"""A sign-off: who proposed a rule book, who approved it, on what evidence, and when it holds."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any, Protocol

from attrs import field, frozen

from relationship_core.decisions.json_form import converter_for, read_document, reading
from relationship_core.decisions.rule_book import RuleBook
from relationship_core.decisions.rule_book_diff import diff
from relationship_core.domain.digest import digest_of
from relationship_core.domain.validation import refuse, require_date, require_id, require_order
from relationship_core.errors import SignOffError

SCHEMA = 1
"""The version of the JSON form."""

_WHAT = "sign-off"
_DIGEST = re.compile(r"[0-9a-f]{64}")


class Evidence(Protocol):
    """What is attached to a sign-off by its digest: a proof, a simulation."""

    @property
    def subject(self) -> str:
        """The fingerprint of the rule book it speaks of."""

    @property
    def digest(self) -> str:
        """SHA-256 of all it says, in hexadecimal."""


@frozen
class SignOff:
    """The record that a rule book may be used.

    Digests and fingerprints are SHA-256 in hexadecimal. People are ids of the bank's staff; they
    and the comment are kept out of `repr`.

    Args:
        rule_book: The fingerprint of the book.
        proposed_by: Who proposed it.
        proposed_at: The day of that.
        approved_by: Who approved it; never the one who proposed it.
        approved_at: The day of that, not before it was proposed.
        valid_from: The first day the book is in force, not before it was approved.
        valid_until: The last one; None until another book takes its place.
        replaces: The fingerprint of the book it takes the place of; None for the first.
        diff: The digest of the differences between the two.
        proof: The digest of what was proved of it; None where nothing was.
        simulation: The digest of its simulation; None where there was none.
        comment: What there is to say.

    Raises:
        InvalidValueError: A field is of the wrong kind or malformed, the days are out of order, the
            approver is the proposer, or it differs from a book that it doesn't replace.
    """

    rule_book: str
    proposed_by: str = field(repr=False)
    proposed_at: date
    approved_by: str = field(repr=False)
    approved_at: date
    valid_from: date
    valid_until: date | None = None
    replaces: str | None = None
    diff: str | None = None
    proof: str | None = None
    simulation: str | None = None
    comment: str = field(default="", repr=False)

    def __attrs_post_init__(self) -> None:
        for name in ("proposed_by", "approved_by"):
            require_id(getattr(self, name), f"SignOff.{name}")
        if self.approved_by == self.proposed_by:
            refuse(
                "the approver is the one who proposed it",
                "SignOff.approved_by",
                "let another person approve",
            )
        self._require_days()
        for name in ("rule_book", "replaces", "diff", "proof", "simulation"):
            _require_digest(getattr(self, name), f"SignOff.{name}", is_needed=name == "rule_book")
        if (self.replaces is None) is not (self.diff is None):
            refuse(
                "a book that replaces another comes with their differences, the first one without",
                "SignOff.diff",
                "make it by SignOff.of(book, replaces=...)",
            )
        if not isinstance(self.comment, str):
            refuse(f"a {type(self.comment).__name__} where text belongs", "SignOff.comment")

    def _require_days(self) -> None:
        for name in ("proposed_at", "approved_at", "valid_from", "valid_until"):
            if name != "valid_until" or self.valid_until is not None:
                require_date(getattr(self, name), f"SignOff.{name}")
        for earlier, later, what in (
            (self.proposed_at, self.approved_at, "it was approved before it was proposed"),
            (self.approved_at, self.valid_from, "it is in force before it was approved"),
            (self.valid_from, self.valid_until, "its validity ends before it begins"),
        ):
            require_order(earlier, later, what, "SignOff")

    @classmethod
    def of(
        cls,
        book: RuleBook,
        *,
        proposed_by: str,
        proposed_at: date,
        approved_by: str,
        approved_at: date,
        valid_from: date,
        valid_until: date | None = None,
        replaces: RuleBook | None = None,
        proof: Evidence | str | None = None,
        simulation: Evidence | str | None = None,
        comment: str = "",
    ) -> SignOff:
        """The sign-off of a book, with the evidence attached by its digests.

        Args:
            book: The book.
            proposed_by: Who proposed it.
            proposed_at: The day of that.
            approved_by: Who approved it.
            approved_at: The day of that.
            valid_from: The first day it is in force.
            valid_until: The last one; None until another book takes its place.
            replaces: The book it takes the place of.
            proof: What was proved of it, or the digest of that.
            simulation: Its simulation, or the digest of that.
            comment: What there is to say.

        Raises:
            InvalidValueError: As for the class.
            SignOffError: The evidence speaks of another rule book.
        """
        _require_subject(book, {"proof": proof, "simulation": simulation})
        return cls(
            book.fingerprint,
            proposed_by,
            proposed_at,
            approved_by,
            approved_at,
            valid_from,
            valid_until,
            None if replaces is None else replaces.fingerprint,
            None if replaces is None else diff(replaces, book).digest,
            _digest(proof),
            _digest(simulation),
            comment,
        )

    def verify(
        self,
        book: RuleBook,
        proof: Evidence | str | None = None,
        simulation: Evidence | str | None = None,
    ) -> None:
        """Check that the sign-off is of this book, on this evidence.

        Args:
            book: The book.
            proof: What was proved of it, or the digest of that; None where nothing was.
            simulation: Its simulation, or the digest of that; None where there was none.

        Raises:
            SignOffError: It is of something else; all that doesn't match is named.
        """
        given = {
            "rule book": (self.rule_book, book.fingerprint),
            "proof": (self.proof, _digest(proof)),
            "simulation": (self.simulation, _digest(simulation)),
        }
        wrong = [f"the {name}" for name, (signed, found) in given.items() if signed != found]
        if wrong:
            raise SignOffError(
                f"what was signed off is not {' or '.join(wrong)} given",
                where=f"sign-off of {self.rule_book[:16]}",
                mend="have what is given signed off, or give what was",
            )

    def digest(self) -> str:
        """SHA-256 over all that the sign-off says."""
        return digest_of(self)

    def to_json(self) -> dict[str, Any]:
        """The sign-off as plain JSON data, with its digest."""
        written: dict[str, Any] = converter_for({}).unstructure(self)
        return {"schema": SCHEMA, **written, "digest": self.digest()}

    @classmethod
    def from_json(cls, data: Mapping[str, Any] | str | bytes) -> SignOff:
        """The sign-off that `to_json` wrote.

        Raises:
            SignOffError: It is no sign-off, was written in another schema, or was changed since.
            InvalidValueError: It could never have been written.
        """
        written = read_document(data, _WHAT, SCHEMA, SignOffError)
        with reading(_WHAT, SignOffError):
            signed = converter_for({}).structure(written, cls)
            if signed.digest() != written["digest"]:
                raise SignOffError(
                    "its digest isn't that of its content",
                    where=_WHAT,
                    mend="take an unchanged copy, or have the book signed off anew",
                )
        return signed


def _require_digest(value: object, where: str, *, is_needed: bool) -> None:
    if value is None and not is_needed:
        return
    if not isinstance(value, str) or not _DIGEST.fullmatch(value):
        refuse("that is no digest", where, "give 64 hexadecimal digits, or what has a digest")


def _require_subject(book: RuleBook, given: Mapping[str, Evidence | str | None]) -> None:
    for name, evidence in given.items():
        if not isinstance(evidence, str | None) and evidence.subject != book.fingerprint:
            raise SignOffError(
                f"the {name} speaks of another rule book",
                where=f"sign-off of {book.fingerprint[:16]}",
                mend="attach that of this very book",
            )


def _digest(evidence: Evidence | str | None) -> str | None:
    return evidence if evidence is None or isinstance(evidence, str) else evidence.digest

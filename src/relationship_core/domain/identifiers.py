"""Documents and numbers that identify a customer."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

import attrs


class IdentifierScheme(StrEnum):
    """The kinds of identifier."""

    RESIDENT_ID = "resident_id"
    SOCIAL_CREDIT_CODE = "social_credit_code"
    PASSPORT = "passport"
    LEI = "lei"
    TAX_NUMBER = "tax_number"


@attrs.frozen
class Identifier:
    """One document or number of a customer; its value doesn't show in `repr`.

    Args:
        scheme: What it is.
        value: In canonical form: ASCII capitals and digits.
        country: Of issue, two capital letters by ISO 3166-1.
        expires: The last day it is valid; None if it doesn't expire or nobody knows.
        verified: Whether the bank has seen the document.
    """

    scheme: IdentifierScheme
    value: str = attrs.field(repr=False)
    country: str = "CN"
    expires: date | None = None
    verified: bool = False

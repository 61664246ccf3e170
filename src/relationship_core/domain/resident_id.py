"""What a resident identity number says: region, birth date, sex."""

from __future__ import annotations

from enum import StrEnum


class Sex(StrEnum):
    """Sex as documents state it."""

    FEMALE = "female"
    MALE = "male"

"""The ways in which a customer reaches the bank."""

from __future__ import annotations

from enum import StrEnum


class Channel(StrEnum):
    """Where an act of business was done; `AUTOMATIC` covers standing orders and direct debits."""

    COUNTER = "counter"
    ATM = "atm"
    CARD = "card"
    PHONE = "phone"
    ONLINE = "online"
    MOBILE = "mobile"
    SELF_SERVICE = "self_service"
    AUTOMATIC = "automatic"

"""Running numbers of everything in the sample."""

from __future__ import annotations

from itertools import count


class Numbering:
    """Gives out the ids, each once."""

    def __init__(self) -> None:
        self._customers = count(1)
        self._accounts = count(1)
        self._bookings = count(1)
        self._contacts = count(1)

    def customer(self) -> str:
        """The next customer's id."""
        return f"C{next(self._customers):07d}"

    def account(self) -> str:
        """The next account's id."""
        return f"A{next(self._accounts):08d}"

    def booking(self) -> str:
        """The next transaction's id."""
        return f"T{next(self._bookings):09d}"

    def contact(self) -> str:
        """The next interaction's id."""
        return f"I{next(self._contacts):07d}"

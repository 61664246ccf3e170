"""What is known of a customer, shown without the many facts that nobody knows."""

from __future__ import annotations

from relationship_core.rules import FactValue


class Known(dict[str, "FactValue | None"]):
    """What is known of a customer by fact; only what is known shows in `repr`."""

    def __repr__(self) -> str:
        return repr({name: value for name, value in self.items() if value is not None})

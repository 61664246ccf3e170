"""The months that a contribution is reckoned of, by numbers and by days."""

from __future__ import annotations

from datetime import date

from attrs import frozen

from relationship_core.decisions.contribution import TWO_YEARS, YEAR
from relationship_core.decisions.window import first_day, latest_month
from relationship_core.portfolio.worth.sheets import day_number


@frozen
class Window:
    """The twelve months to a day, and the twelve before.

    Args:
        as_of: The day.
        latest: The number of the latest month that has ended by then.
    """

    as_of: date
    latest: int

    @classmethod
    def of(cls, as_of: date) -> Window:
        """The window of a day.

        Raises:
            InvalidValueError: It is no date, or too near an end of the calendar.
        """
        return cls(as_of, latest_month(as_of))

    @property
    def months(self) -> range:
        """The numbers of all months."""
        return range(self.latest - TWO_YEARS + 1, self.latest + 1)

    @property
    def turn(self) -> int:
        """The number of the first of the latest twelve."""
        return self.latest - YEAR + 1

    @property
    def days(self) -> tuple[date, date]:
        """The first days of the first month and of the last."""
        return first_day(self.months.start), first_day(self.latest)

    @property
    def turn_day(self) -> int:
        """The day number on which the latest twelve months begin."""
        return day_number(self.turn)

    def spans(self, began: int, ended: int) -> tuple[tuple[int, int], tuple[int, int]]:
        """The first and last of the latest twelve months and of those before in which something is.

        Args:
            began: The number of the month in which it began.
            ended: The number of the month in which it ended; before the first, there is none.
        """
        first, last = max(began, self.months.start), min(ended, self.latest)
        return (max(first, self.turn), last), (first, min(last, self.turn - 1))

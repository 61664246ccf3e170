"""From the tables of a portfolio to the facts of its customers: `observe` for all at once."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Final

from relationship_core.decisions.observe.exchange import Exchange
from relationship_core.decisions.rule_book import RuleBook
from relationship_core.portfolio.observe.activity import ACTIVITY_FACTS
from relationship_core.portfolio.observe.balances import BALANCE_FACTS
from relationship_core.portfolio.observe.bookings import BOOKING_FACTS
from relationship_core.portfolio.observe.business import BUSINESS_FACTS, with_business
from relationship_core.portfolio.observe.contacts import INTERACTION_FACTS
from relationship_core.portfolio.observe.record import observe_record
from relationship_core.portfolio.observe.standing import STANDING_COLUMNS
from relationship_core.portfolio.observe.supplied import place_supplied, supplied_facts
from relationship_core.portfolio.tables import Frame, Tables

_TELLS: Final[Mapping[str, frozenset[str]]] = {
    "accounts": frozenset(BUSINESS_FACTS),
    "positions": frozenset((*BALANCE_FACTS, *ACTIVITY_FACTS)),
    "transactions": frozenset((*BOOKING_FACTS, *ACTIVITY_FACTS)),
    "interactions": frozenset(INTERACTION_FACTS),
    "relations": frozenset({"related_customers"}),
    "standings": frozenset(STANDING_COLUMNS),
}
"""The columns that a table has a part in; of tables that aren't here, all."""


def observe(
    tables: Tables, as_of: date, rule_book: RuleBook, columns: Collection[str] | None = None
) -> Frame:
    """Work out all that tables tell of their customers on a day, a row for each.

    Every fact is defined where one customer's dossier is observed, in `decisions.observe`. What the
    tables don't tell is null, never zero; supplied facts stand in place of observed ones.

    Args:
        tables: The portfolio.
        as_of: The review date; nothing dated after it is read.
        rule_book: Whose facts and whose contribution parameters, for exchange rates, are in force.
        columns: The facts and the standing's columns that are asked for; others may then be null,
            as tables that tell none of these aren't looked at. None for all.

    Returns:
        `customer_id`; the facts that are observed or may be supplied, as `fact_columns` types them,
        those of contribution null unless supplied; and the columns of `with_standings`. Derived
        facts aren't there.

    Raises:
        InvalidValueError: The day is no date, or too near an end of the calendar.
        ParameterError: The book has no contribution parameters.
        DataError: Shares have so many digits that no engine computes with them.
        KindError: Amounts have so many digits that no engine computes with them.
    """
    if columns is not None:
        asked = frozenset(columns)
        tables = tables.only(
            name for name in tables.frames if not asked.isdisjoint(_TELLS.get(name, asked))
        )
    exchange = Exchange.from_parameters(rule_book.contribution)
    frame = with_business(observe_record(tables, as_of), tables, as_of, exchange)
    return place_supplied(frame, supplied_facts(tables, rule_book.catalogue), rule_book.catalogue)

"""From a dossier to its facts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from relationship_core.decisions.observe.activity import observe_activity
from relationship_core.decisions.observe.balances import observe_balances
from relationship_core.decisions.observe.bookings import Bookings, bookings_of, observe_bookings
from relationship_core.decisions.observe.contacts import observe_interactions, observe_relations
from relationship_core.decisions.observe.exchange import Exchange
from relationship_core.decisions.observe.holdings import Observed, holdings_of, observe_accounts
from relationship_core.decisions.observe.months import months_of
from relationship_core.decisions.observe.record import observe_record, observe_standing
from relationship_core.decisions.observe.review_day import ReviewDay, review_day
from relationship_core.decisions.observe.supplied import observe_supplied
from relationship_core.domain.dossier import Dossier
from relationship_core.facts import CATALOGUE
from relationship_core.rules import Fact, exact


def observe(
    dossier: Dossier,
    as_of: date,
    *,
    facts: Mapping[str, Fact] = CATALOGUE,
    exchange: Exchange | None = None,
) -> Observed:
    """Work out all that a dossier tells of a customer on a day; each fact's description defines it.

    Nothing dated after the day is read, and the order of records plays no part. What a dossier
    doesn't tell is missing, never zero. Supplied facts stand in place of observed ones.

    Args:
        dossier: All that is known of the customer.
        as_of: The review date.
        facts: The facts in force: the catalogue and what plugins add to it.
        exchange: The reporting currency and its rates. Without it, amounts that are all in one
            currency are taken to be in the reporting one, and others are missing.

    Returns:
        A value for every fact, exact at its kind's scale, or None. Facts that later phases set are
        there too: None, unless contribution's were supplied, or a stage or tier is held already,
        whose months are given.

    Raises:
        InvalidValueError: The day is no date, or a supplied value isn't one its fact can have.
        UnknownFactError: A supplied fact isn't among the facts in force.
    """
    day = review_day(as_of)
    values: Observed = dict.fromkeys(facts)
    with exact():
        observe_record(values, dossier.customer, as_of)
        if dossier.standing is not None:
            observe_standing(values, dossier.standing, as_of)
        if dossier.accounts is not None:
            _observe_business(values, dossier, day, exchange)
        if dossier.interactions is not None:
            observe_interactions(values, dossier.interactions, day)
        if dossier.relations is not None:
            observe_relations(values, dossier.relations, dossier.customer.id, as_of)
    if dossier.supplied:
        observe_supplied(values, dossier.supplied, facts)
    return values


def _observe_business(
    values: Observed, dossier: Dossier, day: ReviewDay, exchange: Exchange | None
) -> None:
    holdings = holdings_of(dossier.customer, dossier.accounts or (), day, exchange)
    observe_accounts(values, holdings, day)
    bookings = Bookings()
    if dossier.transactions is not None:
        bookings = bookings_of(dossier.transactions, holdings, day)
        observe_bookings(values, bookings, holdings, day)
    if dossier.positions is not None:
        months = months_of(dossier.positions, holdings, day)
        observe_balances(values, months, holdings, day)
        observe_activity(values, months, bookings, holdings, day)

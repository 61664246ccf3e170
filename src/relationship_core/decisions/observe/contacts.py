"""What interactions and relations tell."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from relationship_core.decisions.observe.holdings import Observed
from relationship_core.decisions.observe.review_day import ReviewDay
from relationship_core.domain.interaction import Interaction, InteractionKind
from relationship_core.domain.relations import Relation
from relationship_core.rules import Kind, quantise

_BY_A_MANAGER = frozenset({InteractionKind.CONTACT, InteractionKind.VISIT})


def observe_interactions(
    values: Observed, interactions: Iterable[Interaction], day: ReviewDay
) -> None:
    """Set the facts that interactions tell; what came of them after the review date isn't read."""
    as_of = day.as_of
    unresolved = overdue = lately = 0
    contacts: list[date] = []
    surveys: list[tuple[date, Decimal]] = []
    for interaction in interactions:
        occurred = interaction.occurred
        if occurred > as_of:
            continue
        kind = interaction.kind
        if kind is InteractionKind.COMPLAINT:
            lately += occurred > day.a_year_ago
            if interaction.resolved is None or interaction.resolved > as_of:
                unresolved += 1
                overdue += interaction.due is not None and interaction.due < as_of
        elif kind in _BY_A_MANAGER:
            contacts.append(occurred)
        elif kind is InteractionKind.SURVEY and interaction.score is not None:
            surveys.append((occurred, -interaction.score))
    values["open_complaints"] = unresolved
    values["overdue_complaints"] = overdue
    values["complaints_12m"] = lately
    if contacts:
        values["days_since_contact"] = (as_of - max(contacts)).days
    if surveys:
        values["satisfaction"] = quantise(-max(surveys)[1], Kind.NUMBER)


def observe_relations(
    values: Observed, relations: Iterable[Relation], customer_id: str, as_of: date
) -> None:
    """Set the facts that relations tell, whichever side of them the customer is on."""
    related = set()
    for relation in relations:
        if relation.holds(as_of):
            related.add(relation.customer_id)
            related.add(relation.other_id)
    related.discard(customer_id)
    values["related_customers"] = len(related)

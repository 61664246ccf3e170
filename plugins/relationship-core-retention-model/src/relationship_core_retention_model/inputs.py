"""Which facts the model may be trained on, and which it never is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from relationship_core import Fact
from relationship_core.errors import InvalidValueError
from relationship_core.facts import (
    PHASES,
    Phase,
    balance_change_3m,
    months_inactive,
    outflow_to_other_banks_30d,
    salary_inflow_3m,
    transactions_change_3m,
)
from relationship_core.facts.sources import SUPPLIED
from relationship_core_retention_model.churn_model import Form
from relationship_core_retention_model.facts import closing_share

INPUTS: Final[Mapping[Fact, Form]] = {
    balance_change_3m: Form.PLAIN,
    closing_share: Form.LOG,
    transactions_change_3m: Form.PLAIN,
    months_inactive: Form.PLAIN,
    outflow_to_other_banks_30d: Form.LOG,
    salary_inflow_3m: Form.LOG,
}
"""What the model reads, and how: what spreads over powers of ten by its logarithm."""

STAND_INS: Final = frozenset(
    {
        "days_to_birthday",
        "days_to_document_expiry",
        "completeness",
        "tenure_months",
        "months_since_first_transaction",
        "digital_share_3m",
    }
)
"""Facts that tell who somebody is, or how old: dates of birth and of documents, how long they have
been here, whether they bank by telephone."""


def require_lawful(inputs: Iterable[str], catalogue: Mapping[str, Fact]) -> None:
    """Refuse what a model of leaving must not read.

    Args:
        inputs: The names of the facts that it is to read.
        catalogue: All facts by name.

    Raises:
        InvalidValueError: One is unknown, protected or stands in for what is, isn't a number, is
            supplied without a date, or is only known once the review has decided.
    """
    for name in inputs:
        fault = _fault(catalogue.get(name), catalogue)
        if fault:
            raise InvalidValueError(
                f"{name} {fault}", where="inputs of the model", mend="leave it out"
            )


def _beneath(fact: Fact, catalogue: Mapping[str, Fact]) -> Iterator[Fact]:
    """A fact, and all that it is derived from."""
    yield fact
    if fact.derived is not None:
        for each in fact.derived.walk():
            if isinstance(each, Fact):
                yield from _beneath(catalogue[each.name], catalogue)


def _fault(fact: Fact | None, catalogue: Mapping[str, Fact]) -> str | None:
    if fact is None:
        return "is no fact of the catalogue"
    for each in _beneath(fact, catalogue):
        way = "" if each is fact else f"builds on {each.name}, which "
        if each.protected:
            return f"{way}is protected"
        if each.name in STAND_INS:
            return f"{way}stands in for who somebody is, or how old"
        if each.source == SUPPLIED:
            return f"{way}is supplied without a date, so that it may know of what came later"
    if not fact.kind.is_numeric:
        return f"is a {fact.kind}, which has no order"
    if PHASES.get(fact.name, Phase.OBSERVE) not in (Phase.OBSERVE, Phase.CONTRIBUTION):
        return "is only known once the review has decided"
    return None

"""What the customers' records tell, as columns: `decisions.observe.record` for all at once.

Every fact is defined there; tests hold the two together.
"""

from __future__ import annotations

from calendar import isleap
from collections.abc import Mapping
from datetime import date
from functools import reduce
from operator import add
from typing import Final

import narwhals as nw

from relationship_core.decisions.observe import EXPECTED_FIELDS
from relationship_core.domain import CustomerKind, CustomerStatus
from relationship_core.portfolio.observe.calendar import is_leap_year, months_between
from relationship_core.portfolio.observe.contacts import with_interactions, with_relations
from relationship_core.portfolio.observe.standing import with_standings
from relationship_core.portfolio.output import RECORDED, RECORDED_NAMES
from relationship_core.portfolio.tables import Frame, Tables
from relationship_core.rules import Kind
from relationship_core.rules.compile_frame.dialect import EPOCH, Dialect

_WHOLE: Final = 10**Kind.RATIO.scale
_END_OF_FEBRUARY: Final = 59
_COLUMNS: Final = {"identifiers": "id_number", "consents": "marketing_consent_given"}
_DATED: Final = frozenset({"born", "consents"})


def observe_record(tables: Tables, as_of: date) -> Frame:
    """The facts that records, standings, interactions and relations tell, a row for each customer.

    Whatever only accounts tell, an opening day for one, is left to those who read them.

    Args:
        tables: The portfolio.
        as_of: The review date; nothing dated after it is read.

    Returns:
        `customer_id`, `manager`, what the record has of `RECORDED_NAMES` whatever is supplied as
        facts, the facts as `fact_columns` types them, and the standing's own columns.
    """
    customers = tables.frame("customers")
    frame: Frame = customers.select(
        "customer_id",
        "manager",
        **{RECORDED + name: nw.col(name) for name in RECORDED_NAMES},
        **_facts_of_records(as_of, tables.dialect),
    )
    frame = with_standings(frame, tables, as_of)
    frame = with_interactions(frame, tables, as_of)
    return with_relations(frame, tables, as_of)


def _facts_of_records(as_of: date, dialect: Dialect) -> Mapping[str, nw.Expr]:
    born, since = nw.col("born"), nw.col("since")
    is_born = born <= as_of
    is_personal = nw.col("kind") == CustomerKind.PERSONAL.value
    given, withdrawn = nw.col("marketing_consent_given"), nw.col("marketing_consent_withdrawn")
    expires = nw.when(~nw.col("id_number").is_null()).then(nw.col("id_expires"))
    return {
        "kind": nw.col("kind"),
        "industry": nw.col("industry"),
        "system": nw.col("system"),
        "branch": nw.col("branch"),
        "account_status": nw.col("status").fill_null(CustomerStatus.ACTIVE.value),
        "relationship_closed": nw.when(nw.col("closed") <= as_of).then(nw.lit(True)),
        "tenure_months": nw.when(since <= as_of).then(months_between(since, as_of)),
        "age_years": nw.when(is_personal & is_born).then(months_between(born, as_of) // 12),
        "sex": nw.col("sex"),
        "days_to_birthday": nw.when(is_born).then(_days_to_anniversary(born, as_of)),
        "risk_tolerance": nw.col("risk_tolerance"),
        "completeness": _completeness(as_of),
        "days_to_document_expiry": dialect.day_number(expires) - (as_of - EPOCH).days,
        "marketing_consent": nw.when(given <= as_of).then(
            withdrawn.is_null() | (withdrawn > as_of)
        ),
    }


def _days_to_anniversary(day: nw.Expr, as_of: date) -> nw.Expr:
    """Days to the next anniversary; that of 29 February is on the 28th in other years."""
    number = day.dt.ordinal_day().cast(nw.Int64())
    is_late = number > _END_OF_FEBRUARY
    late = is_late.cast(nw.Int64())
    # In a leap year all days after the 28th of February come one later than in others.
    common = number - (is_late & is_leap_year(day.dt.year())).cast(nw.Int64())
    this_year, next_year = (
        common + late if isleap(year) else common for year in (as_of.year, as_of.year + 1)
    )
    today = as_of.timetuple().tm_yday
    left = date(as_of.year, 12, 31).timetuple().tm_yday - today
    return nw.when(this_year >= today).then(this_year - today).otherwise(next_year + left)


def _completeness(as_of: date) -> nw.Expr:
    """The filled part of the fields that a record of each kind should have, in millionths."""
    part = nw.lit(None, dtype=nw.Int64())
    for fields, kinds in _kinds_by_fields().items():
        filled = reduce(add, [_is_filled(name, as_of).cast(nw.Int64()) for name in fields])
        # So few fields that no part of them lies half-way between two millionths.
        nearest = (2 * _WHOLE * filled + len(fields)) // (2 * len(fields))
        part = nw.when(nw.col("kind").is_in(kinds)).then(nearest).otherwise(part)
    return part


def _kinds_by_fields() -> Mapping[tuple[str, ...], list[str]]:
    found: dict[tuple[str, ...], list[str]] = {}
    for kind, fields in EXPECTED_FIELDS.items():
        found.setdefault(fields, []).append(kind.value)
    return found


def _is_filled(field: str, as_of: date) -> nw.Expr:
    column = nw.col(_COLUMNS.get(field, field))
    return (column <= as_of).fill_null(value=False) if field in _DATED else ~column.is_null()

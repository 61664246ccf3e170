"""Which supplied facts need no closer look, in SQL."""

from __future__ import annotations

from relationship_core.portfolio.cells import SURELY_GOOD, CellKind
from relationship_core.portfolio.database import Database, sql_text
from relationship_core.portfolio.examine import Examiner, Reading
from relationship_core.portfolio.schema import SUPPLIED
from relationship_core.rules import Fact, Kind

_DIGITS = 12
"""Whole digits of a number that is held as it is; longer ones take a closer look."""


def sound_supplied(database: Database, rows: str, reading: Reading) -> str:
    """The condition that a supplied value is one that its fact can have, plainly written.

    Whether a fact may be supplied at all is asked of the examiner, by one of its values.

    Args:
        database: Where to ask which facts there are.
        rows: The supplied facts, in SQL.
        reading: What is known beside the folder.
    """
    examiner = Examiner(SUPPLIED, "", reading)
    conditions = ["false"]
    names = database.rows(f"SELECT DISTINCT fact FROM ({rows}) WHERE fact IS NOT NULL")
    for name in sorted(set(names.column("fact").to_pylist()) & set(reading.facts)):
        condition = f"fact = {sql_text(name)} AND {_plain(reading.facts[name])}"
        found = database.rows(f"SELECT min(value) AS value FROM ({rows}) WHERE {condition}")
        value = found.column("value")[0].as_py()
        if value is not None and not examiner.examine(0, ["anybody", name, value]).rejections:
            conditions.append(f"({condition})")
    return f"({' OR '.join(conditions)})"


def _plain(fact: Fact) -> str:
    if fact.kind.is_numeric:
        decimals = rf"(\.[0-9]{{1,{fact.kind.scale}}})?" if fact.kind.scale else ""
        value = f"TRY_CAST(value AS DECIMAL({_DIGITS + 6}, 6))"
        bounds = ((">=", fact.minimum), ("<=", fact.maximum))
        within = "".join(
            f" AND coalesce({value} {sign} {bound}, false)"
            for sign, bound in bounds
            if bound is not None
        )
        return f"regexp_full_match(value, '-?[0-9]{{1,{_DIGITS}}}{decimals}'){within}"
    if fact.kind is Kind.FLAG:
        return "value IN ('true', 'false')"
    if fact.kind is Kind.CATEGORY and fact.categories is not None:
        return f"value IN ({', '.join(map(sql_text, fact.categories))})"
    if fact.kind is Kind.DATE and fact.minimum is None and fact.maximum is None:
        return f"regexp_full_match(value, '{SURELY_GOOD[CellKind.DATE]}')"
    return "false"

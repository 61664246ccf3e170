"""What a table's notes say of the rules that its rows become, beyond test and answer."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from attrs import frozen

from relationship_core.errors import TableError
from relationship_core.rules.override import Limits, between
from relationship_core.rules.rule import IfMissing, Rule
from relationship_core.rules.tables.cell_reader import CellReader
from relationship_core.rules.tables.faults import located
from relationship_core.rules.tables.literal import write_literal
from relationship_core.rules.text import Text

ID, REASON, REASON_ZH = "id", "reason", "reason_zh"
IF_MISSING, OVERRIDABLE = "if_missing", "overridable"
EXEMPTION, EXEMPTION_ZH = "exemption", "exemption_zh"

ALWAYS_WRITTEN = (ID, REASON, REASON_ZH)
"""The columns of notes of every table that is made of rules."""

SETTLES = frozenset({IF_MISSING, OVERRIDABLE, EXEMPTION, EXEMPTION_ZH})
"""Notes that change what a rule does, so that the rows of one rule must agree on them."""

_YES, _NO = "yes", "no"
_LIMITS = re.compile(r"([\w.]+) \[([^\[\]]+?)\.\.([^\[\]]+?)\]")


@frozen
class RuleNotes:
    """What notes say of one rule.

    Args:
        reason: Why, in words for the customer.
        if_missing: What the rule does where missing facts leave it open.
        overridable: Whether a deeper node may replace it, or how far it may move a threshold.
        exemption: The lawful ground on which it may ask for a protected fact.
    """

    reason: Text | None
    if_missing: IfMissing
    overridable: bool | dict[str, Limits]
    exemption: Text | None

    def as_arguments(self) -> dict[str, Any]:
        """The same as arguments of a rule."""
        return {
            "reason": self.reason,
            "if_missing": self.if_missing,
            "overridable": self.overridable,
            "exemption": self.exemption,
        }


def write_notes(rule: Rule) -> dict[str, str]:
    """The notes that say of a rule what its row doesn't; empty for what goes without saying."""
    reason, exemption = rule.reason or Text(""), rule.exemption or Text("")
    skips = rule.if_missing is IfMissing.SKIP
    return {
        ID: rule.id,
        REASON: reason.en,
        REASON_ZH: reason.zh,
        IF_MISSING: IfMissing.SKIP.value if skips else "",
        OVERRIDABLE: _write_overridable(rule),
        EXEMPTION: exemption.en,
        EXEMPTION_ZH: exemption.zh,
    }


def _write_overridable(rule: Rule) -> str:
    if isinstance(rule.overridable, bool):
        return _YES if rule.overridable else ""
    return ", ".join(
        f"{each.fact} [{write_literal(each.low)}..{write_literal(each.high)}]"
        for each in rule.overridable
    )


def read_notes(notes: Mapping[str, str], file: str, line: int) -> RuleNotes:
    """What notes say of a rule.

    Args:
        notes: The notes of its rows by the names of the columns; what has no column is empty.
        file: The file that they stand in, for errors.
        line: The first of the rows.

    Raises:
        TableError: A note can't be read, or is there in Chinese alone.
    """
    with located(file=file, line=line, column=IF_MISSING):
        if_missing = _if_missing(notes.get(IF_MISSING, ""))
    with located(file=file, line=line, column=OVERRIDABLE):
        overridable = _overridable(notes.get(OVERRIDABLE, ""))
    with located(file=file, line=line):
        reason = _text(notes, REASON, REASON_ZH)
        exemption = _text(notes, EXEMPTION, EXEMPTION_ZH)
    return RuleNotes(reason, if_missing, overridable, exemption)


def _text(notes: Mapping[str, str], english: str, chinese: str) -> Text | None:
    words, in_chinese = notes.get(english, ""), notes.get(chinese, "")
    if in_chinese and not words:
        raise TableError(
            f"the note {chinese} is filled, but {english} isn't", mend="write both, or neither"
        )
    return Text(words, in_chinese) if words else None


def _if_missing(note: str) -> IfMissing:
    if note and note not in {*IfMissing}:
        raise TableError(
            f"{note!r} says not what to do with missing facts", mend=f"write {IfMissing.SKIP}"
        )
    return IfMissing(note or IfMissing.UNDETERMINED)


def _overridable(note: str) -> bool | dict[str, Limits]:
    if note in {"", _NO, _YES}:
        return note == _YES
    limits = {}
    for part in re.split(r"(?<=\]), *", note):
        found = _LIMITS.fullmatch(part)
        if found is None:
            raise TableError(
                f"{note!r} says not who may override", mend=f"write {_YES}, or aum [100..200]"
            )
        name, low, high = found.groups()
        limits[name] = between(*(CellReader(None, {}).value(end) for end in (low, high)))
    return limits

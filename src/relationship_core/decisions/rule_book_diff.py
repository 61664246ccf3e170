"""What differs between two rule books, told so that a person can approve it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import attrs
from attrs import frozen

from relationship_core.decisions.change import Change, ChangeKind, Detail, in_order
from relationship_core.decisions.plain_changes import plain_changes, spelling
from relationship_core.decisions.rule_book import RuleBook
from relationship_core.decisions.rule_changes import rule_set_changes
from relationship_core.rules import Expression, Fact, RuleSet, in_words
from relationship_core.rules.json_form import fingerprint

SCHEMA = 1
"""The version of the JSON form."""

_RULE_PARTS = ("lifecycle", "tiering", "service", "retention")
_EXPRESSIONS = {"derived", "relations"}

_Named = Mapping[str, Mapping[str, Any]]


@frozen
class RuleBookDiff:
    """The way from one rule book to another; empty exactly if their fingerprints are equal.

    Args:
        old: The fingerprint of the one.
        new: The fingerprint of the other.
        changes: What differs: facts, models, parameters, then the rules in the order of the phases.
    """

    old: str
    new: str
    changes: tuple[Change, ...] = ()

    def __bool__(self) -> bool:
        """Whether anything differs."""
        return bool(self.changes)

    def __str__(self) -> str:
        """A line for each difference; empty where there is none."""
        return "\n".join(line for change in self.changes for line in change.lines())

    def to_json(self) -> dict[str, Any]:
        """The differences as plain JSON data."""
        return {
            "schema": SCHEMA,
            "old": self.old,
            "new": self.new,
            "changes": [change.to_json() for change in self.changes],
        }

    @property
    def digest(self) -> str:
        """SHA-256 of the JSON form, in hexadecimal: what a sign-off names it by."""
        return fingerprint(self.to_json())


def diff(old: RuleBook, new: RuleBook) -> RuleBookDiff:
    """What differs between two rule books.

    Where rules came from, the order they were given in and how a number is spelt make no
    difference, as they make none to the fingerprint.

    Args:
        old: The book in force, say.
        new: The book proposed.
    """
    if old == new:
        return RuleBookDiff(old.fingerprint, new.fingerprint)
    return RuleBookDiff(old.fingerprint, new.fingerprint, tuple(_changes(old, new)))


def _changes(old: RuleBook, new: RuleBook) -> Iterator[Change]:
    before, after = old.canonical(), new.canonical()
    yield from _fact_changes(old, new)
    yield from _entries(
        "models", "model", _by(before["models"], "name"), _by(after["models"], "name")
    )
    yield from _entries(
        "contribution",
        "parameters",
        _by(before["contribution"], "valid_from"),
        _by(after["contribution"], "valid_from"),
    )
    for part in _RULE_PARTS:
        yield from _part_changes(
            part, getattr(old, part), getattr(new, part), before[part], after[part]
        )


def _part_changes(
    part: str, old: object, new: object, before: dict[str, Any], after: dict[str, Any]
) -> Iterator[Change]:
    """The changes of a lifecycle, tiering, service or retention: first its own, then its rules."""
    if "stages" in before:
        stages = [_by(written.pop("stages"), "id") for written in (before, after)]
        yield from _entries("lifecycle.stages", "stage", *stages)
        shared = set(stages[0]).intersection(stages[1])
        before["order of stages"], after["order of stages"] = (
            [stage for stage in named if stage in shared] for named in stages
        )
    for written in (before, after):
        if "labels" in written:
            written["labels"] = dict(written["labels"])
    names = [each.name for each in attrs.fields(type(old))]  # type: ignore[arg-type]
    sets = [name for name in names if isinstance(getattr(old, name), RuleSet)]
    own = [
        detail
        for name in sorted({*before, *after} - set(sets))
        for detail in plain_changes(name, before[name], after[name])
    ]
    if own:
        yield Change(ChangeKind.CHANGED, part, details=in_order(own))
    for name in sets:
        yield from rule_set_changes(
            f"{part}.{name}", getattr(old, name), getattr(new, name), before[name], after[name]
        )


def _by(entries: list[dict[str, Any]], key: str) -> _Named:
    return {entry[key]: entry for entry in entries}


def _entries(part: str, noun: str, old: _Named, new: _Named) -> Iterator[Change]:
    """The changes of things that have a name of their own."""
    for name in sorted({*old, *new}):
        if name not in new:
            yield Change(ChangeKind.REMOVED, part, noun, name, words=_version(old[name]))
        elif name not in old:
            yield Change(ChangeKind.ADDED, part, noun, name, words=_version(new[name]))
        elif details := in_order(plain_changes("", old[name], new[name])):
            yield Change(ChangeKind.CHANGED, part, noun, name, details=details)


def _version(entry: Mapping[str, Any]) -> str:
    return f"version {entry['version']}" if "version" in entry else ""


def _fact_changes(old: RuleBook, new: RuleBook) -> Iterator[Change]:
    """The changes of what facts are; which of the catalogue's are read follows from the rules."""
    before, after = ({fact.name: fact for fact in book.facts_read()} for book in (old, new))
    of_plugins = {fact.name for book in (old, new) for fact in book.facts}
    for name in sorted({*before, *after}):
        if name in before and name in after:
            if details := in_order(_differences(before[name], after[name])):
                yield Change(ChangeKind.CHANGED, "facts", "fact", name, details=details)
        elif name in of_plugins:
            kind = ChangeKind.REMOVED if name in before else ChangeKind.ADDED
            fact = before[name] if name in before else after[name]
            yield Change(kind, "facts", "fact", name, words=_fact_in_words(fact))


def _fact_in_words(fact: Fact) -> str:
    told = f"{fact.label}, a {fact.kind}"
    return told if fact.derived is None else f"{told}, derived as {in_words(fact.derived)}"


def _differences(old: Fact, new: Fact) -> Iterator[Detail]:
    before, after = old.definition(), new.definition()
    for name in before:
        if spelling(before[name]) == spelling(after[name]):
            continue
        if name in _EXPRESSIONS:
            yield Detail(name, _as_written(getattr(old, name)), _as_written(getattr(new, name)))
        else:
            yield from plain_changes(name, before[name], after[name])


def _as_written(expressions: Expression | tuple[Expression, ...] | None) -> str:
    several = expressions if isinstance(expressions, tuple) else (expressions,)
    return "; ".join(repr(each) for each in several if each is not None) or "none"

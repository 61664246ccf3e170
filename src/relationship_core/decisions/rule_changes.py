"""What differs between two rule sets: rules added, removed, moved and changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from operator import itemgetter
from typing import Any

from attrs import evolve, frozen

from relationship_core.decisions.change import RULE, Change, ChangeKind, Detail, in_order
from relationship_core.decisions.condition_changes import condition_changes
from relationship_core.decisions.plain_changes import plain_changes
from relationship_core.decisions.rule_words import overridable_in_words, rule_in_words
from relationship_core.decisions.telling_rules import node_in_words
from relationship_core.rules import Rule, RuleSet

_SETTLED_PRIORITIES = {
    "lifecycle.entry",
    "lifecycle.transitions",
    "retention.risks",
    "tiering.keep",
    "tiering.rules",
}
"""Sets whose priorities follow from the stages, the ladder or the levels, and are told there."""

_TOLD_OTHERWISE = {"id", "overridable", "scope", "when"}
_SPELT = {"then": "outcome"}


@frozen(eq=False)
class _Written:
    """A rule beside its canonical form."""

    rule: Rule
    data: Mapping[str, Any]

    @property
    def place_in_order(self) -> tuple[tuple[str, ...], date]:
        return self.rule.scope, self.rule.valid_from or date.min


def rule_set_changes(
    part: str,
    old: RuleSet,
    new: RuleSet,
    old_data: Mapping[str, Any],
    new_data: Mapping[str, Any],
) -> Iterator[Change]:
    """The changes from one rule set to another.

    Args:
        part: Where in the book the sets are.
        old: What it was.
        new: What it is.
        old_data: The canonical form of the old one.
        new_data: The canonical form of the new one.
    """
    apart = [
        detail
        for name in sorted({*old_data, *new_data} - {"rules"})
        for detail in plain_changes(name, old_data.get(name), new_data.get(name))
    ]
    if apart:
        yield Change(ChangeKind.CHANGED, part, details=in_order(apart))
    before, after = _by_id(old, old_data), _by_id(new, new_data)
    for rule_id in sorted({*before, *after}):
        yield from _changes_of_namesakes(part, before[rule_id], after[rule_id])


def _by_id(rule_set: RuleSet, data: Mapping[str, Any]) -> dict[str, list[_Written]]:
    found: dict[str, list[_Written]] = defaultdict(list)
    for rule, written in zip(rule_set.rules, data["rules"], strict=True):
        found[rule.id].append(_Written(rule, written))
    return found


def _changes_of_namesakes(part: str, old: list[_Written], new: list[_Written]) -> Iterator[Change]:
    """The changes of the rules of one id, of whatever node and time."""
    gone, come = list(old), list(new)
    found = []
    for likeness in (_node_and_start, _node, _nothing):
        for was, now in _paired(gone, come, likeness):
            details = in_order(_rule_changes(part, was, now))
            if details:
                change = _of(ChangeKind.CHANGED, part, was.rule, details=details)
                found.append((min(was.place_in_order, now.place_in_order), change))
    for kind, rules in ((ChangeKind.REMOVED, gone), (ChangeKind.ADDED, come)):
        for each in rules:
            change = _of(kind, part, each.rule, words=rule_in_words(each.rule))
            found.append((each.place_in_order, change))
    has_versions = any(_has_versions(rules) for rules in (old, new))
    for _, change in sorted(found, key=itemgetter(0)):
        yield change if has_versions else evolve(change, version="")


def _of(kind: ChangeKind, part: str, rule: Rule, **told: Any) -> Change:
    version = "" if rule.valid_from is None else rule.valid_from.isoformat()
    return Change(kind, part, RULE, rule.id, rule.scope, version, **told)


def _has_versions(rules: Iterable[_Written]) -> bool:
    nodes = [each.rule.scope for each in rules]
    return len(set(nodes)) < len(nodes)


def _node_and_start(each: _Written) -> object:
    return each.rule.scope, each.rule.valid_from


def _node(each: _Written) -> object:
    return each.rule.scope


def _nothing(_: _Written) -> object:
    return None


def _paired(
    gone: list[_Written], come: list[_Written], likeness: Callable[[_Written], object]
) -> list[tuple[_Written, _Written]]:
    """Take out of two lists the rules that are alike, and like no other."""
    was, now = _by_likeness(gone, likeness), _by_likeness(come, likeness)
    marks = [mark for mark in was if len(was[mark]) == len(now.get(mark, ())) == 1]
    for rules, by_mark in ((gone, was), (come, now)):
        taken = {by_mark[mark][0] for mark in marks}
        rules[:] = [each for each in rules if each not in taken]
    return [(was[mark][0], now[mark][0]) for mark in marks]


def _by_likeness(
    rules: Iterable[_Written], likeness: Callable[[_Written], object]
) -> dict[object, list[_Written]]:
    found: dict[object, list[_Written]] = defaultdict(list)
    for each in rules:
        found[likeness(each)].append(each)
    return found


def _rule_changes(part: str, old: _Written, new: _Written) -> Iterator[Detail]:
    if old.rule.scope != new.rule.scope:
        yield Detail("scope", node_in_words(old.rule.scope), node_in_words(new.rule.scope))
    yield from condition_changes(old.rule.when, new.rule.when)
    for name in sorted({*old.data, *new.data} - _TOLD_OTHERWISE):
        if name != "priority" or part not in _SETTLED_PRIORITIES:
            label = _SPELT.get(name, name)
            yield from plain_changes(label, old.data.get(name), new.data.get(name))
    if any(plain_changes("overridable", old.data["overridable"], new.data["overridable"])):
        told = overridable_in_words(old.rule), overridable_in_words(new.rule)
        yield Detail("overridable", *told)

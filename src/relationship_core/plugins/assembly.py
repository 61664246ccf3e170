"""Making one rule book of what many plugins answer, and finding whose fault it is if that fails."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Any

import attrs

from relationship_core.decisions.rule_book import RuleBook
from relationship_core.errors import PluginError, RelationshipError, RuleBookError
from relationship_core.plugins.answers import (
    FACTS,
    MODELS,
    PARAMETERS,
    PARTS,
    TIERING,
    Answer,
    marked,
)
from relationship_core.plugins.builtin import BUILTIN, fitted
from relationship_core.plugins.builtin_ladder import LADDER
from relationship_core.plugins.extension import Extension
from relationship_core.plugins.plugin import Plugin
from relationship_core.rules import Fact


def rule_book_of(answers: Sequence[Answer], plugins: Iterable[Plugin] = ()) -> RuleBook:
    """The rule book that these answers make, the built-in plugin's among them.

    Args:
        answers: In the order in which extensions are to be applied.
        plugins: Those whose names and versions the book shall tell.

    Raises:
        RuleBookError: Two plugins replace one part or name a fact alike, the parts don't fit, or
            an outcome can't be written down.
        RuleError: A rule that is added clashes with one that is there.
    """
    ladder = _in_force(TIERING, answers).value.ladder
    parts: dict[str, Any] = {
        field: _part(hook, answers, ladder) for hook, (field, _) in PARTS.items()
    }
    book = RuleBook(
        **parts,
        contribution=_in_force(PARAMETERS, answers).value,
        facts=_facts(answers),
        models=tuple(chain.from_iterable(each.value for each in answers if each.hook == MODELS)),
        plugins=[plugin.origin for plugin in plugins],
    )
    # Asked for now, so that what can't be written down stops here and not in the first review.
    _ = book.fingerprint
    return book


def culprit(answers: Sequence[Answer]) -> PluginError | None:
    """What is wrong with one plugin, where the answers make no rule book.

    Every answer is tried upon what it may rest on: the built-in parts, the plugins' facts, the part
    it extends.

    Returns:
        The first plugin's fault, in the order of the answers; None where each of them is sound and
        only several together are not.
    """
    for answer, beneath in _trials(answers):
        try:
            rule_book_of([*beneath, answer])
        except Exception as error:  # noqa: BLE001 - whatever it is, the answer led to it
            return answer.plugin.failed_with(error, hook=answer.hook)
    return None


def _trials(answers: Sequence[Answer]) -> Iterator[tuple[Answer, list[Answer]]]:
    builtin = [each for each in answers if each.plugin is BUILTIN]
    if not _fit(builtin):
        return
    own = [each for each in answers if each.plugin is not BUILTIN]
    facts = [each for each in own if each.hook == FACTS]
    for answer in facts:
        yield answer, [*builtin, *_taken_as_given(facts, beside=answer)]
    ground = [*builtin, *facts]
    if not _fit(ground):
        return
    replacements = [each for each in own if each.replaces]
    for answer in (*(each for each in own if each.hook == MODELS), *replacements):
        yield answer, ground
    for answer in own:
        if isinstance(answer.value, Extension):
            extended = [each for each in replacements if each.hook == answer.hook]
            yield answer, [*ground, *extended[:1]]


def _taken_as_given(facts: Iterable[Answer], *, beside: Answer) -> Iterator[Answer]:
    """Other plugins' facts as if they were supplied, so that only one plugin's own are tried."""
    own = {fact.name for fact in beside.value}
    for answer in facts:
        if answer is not beside:
            others = [fact for fact in answer.value if fact.name not in own]
            plain = tuple(attrs.evolve(fact, derived=None, relations=()) for fact in others)
            yield attrs.evolve(answer, value=plain)


def _fit(answers: Sequence[Answer]) -> bool:
    try:
        rule_book_of(answers)
    except RelationshipError:
        return False
    return True


def _part(hook: str, answers: Sequence[Answer], ladder: tuple[str, ...]) -> Any:
    """What holds for a hook: a bank's own or the built-in, and what is added to it."""
    answer = _in_force(hook, answers)
    part = answer.value
    if answer.plugin is BUILTIN and ladder != LADDER:
        # The built-in rules speak of tiers as high or low; which these are is the bank's to say.
        part = marked(fitted(hook, ladder), BUILTIN.origin) or part
    for answer in answers:
        if answer.hook == hook and isinstance(answer.value, Extension):
            part = answer.value.applied_to(part)
    return part


def _in_force(hook: str, answers: Sequence[Answer]) -> Answer:
    found = [each for each in answers if each.hook == hook and each.replaces]
    own = [each for each in found if each.plugin is not BUILTIN]
    if len(own) > 1:
        names = " and ".join(each.plugin.origin for each in own)
        raise RuleBookError(
            f"{names} both replace what {hook} gives",
            mend="allow only one of them, or let one return extend(...)",
        )
    return (own or found)[0]


def _facts(answers: Sequence[Answer]) -> tuple[Fact, ...]:
    owners: dict[str, Plugin] = {}
    facts: list[Fact] = []
    for answer in answers:
        for fact in answer.value if answer.hook == FACTS else ():
            if owners.setdefault(fact.name, answer.plugin) is not answer.plugin:
                raise RuleBookError(
                    f"{owners[fact.name].origin} and {answer.plugin.origin} both have a fact"
                    f" {fact.name!r}",
                    mend="allow only one of them, or let one use another namespace",
                )
            facts.append(fact)
    return tuple(facts)

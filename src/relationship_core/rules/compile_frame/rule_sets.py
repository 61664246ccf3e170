"""A rule set's answer for every row of a frame, under its hit policy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from operator import or_
from typing import TypeVar

from attrs import frozen

from relationship_core.rules.compile_frame.compiler import Compiler
from relationship_core.rules.compile_frame.dialect import Dialect
from relationship_core.rules.compile_frame.frames import NOTHING, UNMEASURED, facts_of, with_columns
from relationship_core.rules.compile_frame.plan import Plan, Term
from relationship_core.rules.compile_frame.truths import (
    first_number,
    is_open,
    open_before_any,
    surely,
    two_or_more,
)
from relationship_core.rules.expression import Expression
from relationship_core.rules.outcome import HitPolicy
from relationship_core.rules.rule import IfMissing, Rule
from relationship_core.rules.rule_set import RuleSet

FrameT = TypeVar("FrameT")


@frozen
class AnswerColumns:
    """The names of the columns that hold a rule set's answer.

    Args:
        place: The place in the set's `rules` of the rule that decides, Int64; null where none does.
            Empty under the policy collect, where `answers` tell which fire.
        undetermined: Whether missing facts leave open a rule that could have decided otherwise.
        several: Whether more rules fire than the policy allows (unique, any), where
            `RuleSet.evaluate` would raise; place and undetermined are then null. Empty under the
            others.
        answers: For each rule whether it fires; null where that is unknown, unless the rule is to
            be skipped then.
    """

    place: str
    undetermined: str
    several: str
    answers: tuple[str, ...]

    @property
    def all(self) -> tuple[str, ...]:
        """All the names, those of columns that aren't there left out."""
        return tuple(filter(None, (self.place, self.undetermined, self.several, *self.answers)))


def rule_set_columns(
    frame: FrameT,
    rule_set: RuleSet,
    derived: Mapping[str, Expression] = NOTHING,
    bounds: Mapping[str, int] = UNMEASURED,
) -> tuple[FrameT, AnswerColumns]:
    """A frame with a rule set's answer for each row, and the names of the columns that hold it.

    Args:
        frame: A frame of Polars, DuckDB, PySpark, pandas or PyArrow, with a column for each fact
            that the rules read, as `fact_columns` says.
        rule_set: The rules; its name begins the names of the new columns.
        derived: The facts that are computed too, by name, wherever a rule reads them.
        bounds: The largest magnitude, in units, of the facts that somebody measured, by name.

    Raises:
        UnknownFactError: The frame has no column for a fact.
        KindError: A column isn't of its fact's type, or the engine isn't one of these.
        RuleError: A rule is there in several versions, of other nodes or other days; or the frame
            already has a column of a new one's name.
        MissingExtraError: The frame is of pandas or PyArrow, and Polars isn't installed.
    """
    _ = rule_set.compiled  # refuses a set of several nodes or days
    names = _names(rule_set)
    facts = facts_of([rule.when for rule in rule_set.rules], derived)

    def results(compiler: Compiler) -> dict[str, Term]:
        compiler.expect(rule.when for rule in rule_set.rules)
        answers = [_answer(compiler, rule) for rule in rule_set.rules]
        if not answers:
            return _nothing(compiler.plan.dialect, names)
        told = _told(compiler.plan, rule_set, names, answers)
        told |= dict(zip(names.answers, answers, strict=True))
        return {name: told[name] for name in names.all}

    return with_columns(frame, facts, names.all, derived, bounds, results), names


def _names(rule_set: RuleSet) -> AnswerColumns:
    # By place, not by id: ids may differ in case only, which names of columns may not.
    name, policy = rule_set.name, rule_set.hit_policy
    is_one = policy in {HitPolicy.UNIQUE, HitPolicy.ANY}
    return AnswerColumns(
        "" if policy is HitPolicy.COLLECT else f"{name}_place",
        f"{name}_undetermined",
        f"{name}_several" if is_one else "",
        tuple(f"{name}_{place}" for place in range(len(rule_set.rules))),
    )


def _nothing(words: Dialect, names: AnswerColumns) -> dict[str, Term]:
    told = {names.undetermined: Term(words.value(False))}
    if names.place:
        told[names.place] = Term(words.whole(None))
    if names.several:
        told[names.several] = Term(words.value(False))
    return told


def _answer(compiler: Compiler, rule: Rule) -> Term:
    answer = compiler.truth(rule.when)
    if rule.if_missing is IfMissing.SKIP:
        answer = surely(compiler.plan, answer)
    return compiler.plan.named(answer)


def _told(
    plan: Plan, rule_set: RuleSet, names: AnswerColumns, answers: list[Term]
) -> dict[str, Term]:
    if rule_set.hit_policy is HitPolicy.COLLECT:
        return {names.undetermined: _any_open(plan, rule_set.rules, answers)}
    place = first_number(plan, answers, range(len(answers)))
    if rule_set.hit_policy is HitPolicy.FIRST:
        return {names.place: place, names.undetermined: open_before_any(plan, answers)}
    if rule_set.hit_policy is HitPolicy.UNIQUE:
        several = two_or_more(plan, [surely(plan, each) for each in answers])
        undetermined = _any_open(plan, rule_set.rules, answers)
    else:
        several, undetermined = _disagreeing(plan, rule_set.rules, answers)
    several = plan.named(several)
    return {
        names.several: several,
        names.place: _unless(plan, several, place),
        names.undetermined: _unless(plan, several, undetermined),
    }


def _any_open(plan: Plan, rules: Sequence[Rule], answers: Sequence[Term]) -> Term:
    counted = [
        is_open(plan, answer)
        for rule, answer in zip(rules, answers, strict=True)
        if rule.if_missing is not IfMissing.SKIP
    ]
    return plan.balanced(or_, counted or [Term(plan.dialect.value(False))])


def _unless(plan: Plan, several: Term, told: Term) -> Term:
    return plan.join(lambda many, x: plan.dialect.where(~many, x), several, told)


def _disagreeing(plan: Plan, rules: Sequence[Rule], answers: list[Term]) -> tuple[Term, Term]:
    """Whether rules that fire lead to different outcomes, and whether an open one might."""
    thens = [rule.then for rule in rules]
    outcomes = [thens.index(then) for then in thens]
    least = plan.named(first_number(plan, answers, outcomes))
    below = first_number(plan, answers, [-outcome for outcome in outcomes])
    nought, yes = plan.dialect.whole(0), plan.dialect.value(True)
    differ = plan.join(lambda low, high: low != nought - high, least, below)
    otherwise = [
        plan.join(
            lambda x, hit, o=outcome: x.is_null() & plan.dialect.first_known(hit != o, yes),
            answer,
            least,
        )
        for outcome, answer in zip(outcomes, answers, strict=True)
    ]
    return surely(plan, differ), plan.balanced(or_, otherwise)

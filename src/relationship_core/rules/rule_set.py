"""Rule sets: which of many rules decides, at which node of the organisation and on which day."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from functools import cached_property
from itertools import combinations

from attrs import evolve, field, frozen

from relationship_core.errors import RuleError
from relationship_core.rules.compile_python import compile_rules
from relationship_core.rules.evaluation import Facts, truth
from relationship_core.rules.fact import Fact, facts_in
from relationship_core.rules.outcome import (
    NOTHING_FIRED,
    HitPolicy,
    Outcome,
    agreed,
    several_fired,
)
from relationship_core.rules.rule import IfMissing, Rule
from relationship_core.rules.text import several

Decide = Callable[[Facts], Outcome]


def _in_order(rules: Iterable[Rule]) -> tuple[Rule, ...]:
    return tuple(sorted(rules, key=_place_in_order))


def _place_in_order(rule: Rule) -> tuple[int, str, tuple[str, ...], date]:
    # Rules alike up to their scope are told apart by their validities, which never overlap.
    return (rule.priority, rule.id, rule.scope, rule.valid_from or date.min)


@frozen
class RuleSet:
    """Rules that answer one question together.

    Rules are kept in ascending priority, then by id: the order they were given in never matters.
    Two rules are the same where set, scope and id are. A set that holds rules of several scopes or
    validities is first brought to a node and a day by `effective`, then asked.

    Args:
        name: What the set decides.
        rules: Its rules.
        hit_policy: Which of the rules that fire decide.
        node: The node that `effective` has brought it to; None where it holds the rules of all.

    Raises:
        RuleError: Two rules share id and scope for some day, or a deeper node's rule replaces one
            that isn't overridable, or further than that allows.
    """

    name: str
    rules: tuple[Rule, ...] = field(converter=_in_order)
    hit_policy: HitPolicy = field(default=HitPolicy.FIRST, converter=HitPolicy)
    node: tuple[str, ...] | None = field(default=None, eq=False, repr=False, kw_only=True)

    def __attrs_post_init__(self) -> None:
        # A bank may replace a rule at each of thousands of branches, so that namesakes are compared
        # with those at and above their node only.
        of_node: dict[tuple[str, tuple[str, ...]], list[Rule]] = {}
        for rule in self.rules:
            of_node.setdefault((rule.id, rule.scope), []).append(rule)
        for versions in of_node.values():
            for rule, other in combinations(versions, 2):
                self._refuse_namesake(rule, other)
        for rule in self.rules:
            for depth in range(len(rule.scope)):
                for upper in of_node.get((rule.id, rule.scope[:depth]), ()):
                    self._refuse_replacement(upper, rule)

    def _refuse_namesake(self, rule: Rule, other: Rule) -> None:
        if _are_in_force_together(rule, other):
            raise RuleError(
                f"two rules are named {rule.id!r}{_from(rule, other)}",
                where=f"rule set {self.name}",
                mend="rename one of them",
            )

    def _refuse_replacement(self, upper: Rule, lower: Rule) -> None:
        if not _are_in_force_together(upper, lower):
            return
        if upper.overridable is False:
            raise RuleError(
                f"the rule {upper.id!r} of {_place(upper)} isn't overridable, but {_place(lower)}"
                f" replaces it{_from(upper, lower)}",
                where=f"rule set {self.name}",
                mend="declare it overridable=True, or between(low, high) for its threshold, or take"
                " the replacement out",
            )
        refused = upper.refusal(lower)
        if refused:
            raise RuleError(
                f"{_place(lower)} replaces the rule {upper.id!r} of {_place(upper)} further than"
                f" that allows: {refused}{_from(upper, lower)}",
                where=f"rule set {self.name}",
                mend="keep to the limits, or let the upper node widen them",
            )

    def __getstate__(self) -> dict[str, object]:
        names = ("name", "rules", "hit_policy", "node")
        return {name: getattr(self, name) for name in names}

    def __setstate__(self, state: dict[str, object]) -> None:
        for name, value in state.items():
            object.__setattr__(self, name, value)

    @property
    def facts(self) -> tuple[Fact, ...]:
        """The facts its rules read, each once."""
        found = {fact.name: fact for rule in self.rules for fact in facts_in(rule.when)}
        return tuple(found.values())

    def effective(self, scope: Iterable[str] = (), as_of: date | None = None) -> RuleSet:
        """The set as it holds at a node of the organisation on a day.

        A deeper node's rule replaces its ancestors' rule of the same id in place: the order is the
        topmost node's to say, so the replacement takes its priority too. Other nodes' rules are
        left out. Without a day, validity isn't looked at.

        Raises:
            RuleError: No day is given, and a rule has several versions, each valid in its time.
        """
        path = several(scope)
        chosen: dict[str, Rule] = {}
        for rule in sorted(self.rules, key=lambda each: len(each.scope)):
            is_above = path[: len(rule.scope)] == rule.scope
            if is_above and (as_of is None or rule.is_in_force(as_of)):
                chosen[rule.id] = self._in_place_of(chosen.get(rule.id), rule)
        is_plain = not any(rule.scope for rule in self.rules)
        if len(chosen) == len(self.rules) and (is_plain or self.node == path):
            return self
        return evolve(self, rules=tuple(chosen.values()), node=path)

    def _in_place_of(self, replaced: Rule | None, rule: Rule) -> Rule:
        if replaced is None:
            return rule
        if replaced.scope == rule.scope:
            raise RuleError(
                f"the rule {rule.id!r} has several versions, each valid in its time",
                where=f"rule set {self.name}",
                mend="say on which day: effective(scope, as_of)",
            )
        return evolve(rule, priority=replaced.priority)

    def _refuse_versions(self) -> None:
        """Refuse to be asked before it is known whose rules hold: all would be mixed."""
        ids = {rule.id for rule in self.rules}
        if len(ids) < len(self.rules) or (
            self.node is None and any(rule.scope for rule in self.rules)
        ):
            raise RuleError(
                "it holds the rules of several nodes or days",
                where=f"rule set {self.name}",
                mend="say where and when first: effective(scope, as_of)",
            )

    @cached_property
    def compiled(self) -> Decide:
        """One Python function that answers as `evaluate` does, compiled when first asked for.

        Raises:
            RuleError: A rule is there in several versions, of other nodes or other days.
        """
        self._refuse_versions()
        return compile_rules(self.rules, self.hit_policy)

    def ids(self, places: tuple[int, ...]) -> tuple[str, ...]:
        """The names of the rules at some places, as an answer tells them."""
        return tuple([self.rules[place].id for place in places]) if places else ()

    def evaluate(self, facts: Facts) -> Outcome:
        """The answer for one customer's facts, read rule by rule.

        Raises:
            RuleError: A rule is there in several versions, of other nodes or other days; or
                several fire of a set that promised one, or one outcome.
        """
        self._refuse_versions()
        truths = [truth(rule.when, facts) for rule in self.rules]
        unknown = [
            place
            for place, answer in enumerate(truths)
            if answer is None and self.rules[place].if_missing is IfMissing.UNDETERMINED
        ]
        fired = [place for place, answer in enumerate(truths) if answer]
        if self.hit_policy is HitPolicy.FIRST and fired:
            fired = fired[:1]
            unknown = [place for place in unknown if place < fired[0]]
        if self.hit_policy is HitPolicy.UNIQUE and len(fired) > 1:
            raise several_fired([self.rules[place].id for place in fired])
        if self.hit_policy is HitPolicy.ANY:
            return agreed(self.rules, fired, unknown)
        return Outcome(tuple(fired), tuple(unknown)) if fired or unknown else NOTHING_FIRED


def as_rule_set(rules: Iterable[Rule] | RuleSet, name: str, hit_policy: HitPolicy) -> RuleSet:
    """Rules as a plugin writes them, a plain list, or a set that already holds them.

    Raises:
        RuleError: The set was made to be asked by another hit policy.
    """
    if not isinstance(rules, RuleSet):
        return RuleSet(name, rules, hit_policy)
    if rules.hit_policy is not hit_policy:
        raise RuleError(
            f"its hit policy is {rules.hit_policy}, but {name} is asked by {hit_policy}",
            where=f"rule set {rules.name}",
            mend="give a plain list of rules",
        )
    return rules


def require_outcomes(rule_set: RuleSet, kind: type) -> None:
    """Check that what every rule of a set leads to is of one type.

    Raises:
        RuleError: Naming the rule whose outcome isn't.
    """
    for rule in rule_set.rules:
        if not isinstance(rule.then, kind):
            raise RuleError(
                f"its outcome is a {type(rule.then).__name__}",
                where=f"rule {rule.id} of {rule_set.name}",
                mend=f"give it then={kind.__name__}(...)",
            )


def _are_in_force_together(one: Rule, other: Rule) -> bool:
    starts = max(one.valid_from or date.min, other.valid_from or date.min)
    return starts <= min(one.valid_until or date.max, other.valid_until or date.max)


def _place(rule: Rule) -> str:
    return " > ".join(rule.scope) or "the head office"


def _from(*rules: Rule) -> str:
    origins = [rule.origin for rule in rules if rule.origin]
    return f" (from {' and '.join(origins)})" if origins else ""

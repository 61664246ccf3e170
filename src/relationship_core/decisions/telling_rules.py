"""Rules in words: which one decided, why, and which facts that rests on."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from relationship_core.rules import ConditionExplanation, Kind, RuleExplanation
from relationship_core.rules.words import shown


def by_rule(rule: RuleExplanation) -> str:
    """A rule by its name and the plugin it came from."""
    return f"rule {rule.rule_id} of {rule.origin}" if rule.origin else f"rule {rule.rule_id}"


def listed(words: Iterable[str]) -> str:
    """Words in a row: a, b and c."""
    *most, last = words
    return f"{', '.join(most)} and {last}" if most else last


class RuleWords:
    """Words for rules that name missing facts by their labels.

    Args:
        labels: The labels by name of the fact.
    """

    __slots__ = ("_labels",)

    def __init__(self, labels: dict[str, str]) -> None:
        self._labels = labels

    def missing(self, names: Iterable[str]) -> str:
        """The labels of facts that are missing, and that they are."""
        labels = [self._labels[name] for name in names]
        return f"{listed(labels)} {'is' if len(labels) == 1 else 'are'} not known"

    def decided(self, rule: RuleExplanation) -> Iterator[str]:
        """The reason a rule gives, the rule, and its conditions below."""
        name = by_rule(rule)
        yield f"  {rule.reason} ({name})" if rule.reason else f"  By {name}"
        yield from self.conditions(rule)

    def conditions(self, rule: RuleExplanation, *, but: Collection[str] = ()) -> Iterator[str]:
        """A line for each condition, with the value seen and the distance to the threshold.

        Args:
            rule: The rule.
            but: Conditions that have been told already.
        """
        for condition in rule.conditions:
            if condition.text not in but:
                yield f"    {self._condition(condition)}"

    def in_short(self, rule: RuleExplanation) -> str:
        """The facts that a rule rests on, and the rule, in one row."""
        seen = dict.fromkeys(map(_seen, rule.conditions))
        return f"({'; '.join([*seen, by_rule(rule)])})"

    def left_open(self, ids: Collection[str], rules: Iterable[RuleExplanation]) -> Iterator[str]:
        """A line of the missing facts that leave rules open; none where there are none."""
        names = dict.fromkeys(
            name
            for rule in rules
            if rule.rule_id in ids
            for condition in rule.conditions
            for name in condition.missing
        )
        if names:
            yield f"  left open, as {self.missing(names)}"

    def _condition(self, condition: ConditionExplanation) -> str:
        if condition.verdict is None and condition.missing:
            if condition.missing == (condition.fact,):
                return f"{condition.text}: not known"
            return f"{condition.text}: not known, as {self.missing(condition.missing)}"
        # "kind of customer is personal" says by itself what the value is.
        says_it_all = condition.kind is Kind.FLAG or condition.value == condition.threshold
        return condition.text if condition.verdict and says_it_all else str(condition)


def _seen(condition: ConditionExplanation) -> str:
    if condition.value is None:
        return condition.text
    return f"{condition.subject}: {shown(condition.value)}"

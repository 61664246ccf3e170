"""Rules in words: which one decided, why, and which facts that rests on."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from relationship_core.rules import ConditionExplanation, Kind, RuleExplanation
from relationship_core.rules.words import shown


def node_in_words(scope: tuple[str, ...]) -> str:
    """A node of the organisation by the path of names from the top."""
    return " > ".join(scope) or "the head office"


def listed(words: Iterable[str]) -> str:
    """Words in a row: a, b and c."""
    *most, last = words
    return f"{', '.join(most)} and {last}" if most else last


class RuleWords:
    """Words for rules that name missing facts by their labels.

    Args:
        labels: The labels by name of the fact.
        tells_nodes: Whether to say of each rule which node of the organisation it is of; idle
            where only the head office's can decide.
    """

    __slots__ = ("_labels", "_tells_nodes")

    def __init__(self, labels: dict[str, str], *, tells_nodes: bool = False) -> None:
        self._labels = labels
        self._tells_nodes = tells_nodes

    def by(self, rule: RuleExplanation) -> str:
        """A rule by its name, its node of the organisation and the plugin it came from."""
        name = f"rule {rule.rule_id}"
        if self._tells_nodes:
            source = f", from {rule.origin}" if rule.origin else ""
            return f"{name} of {node_in_words(rule.scope)}{source}"
        return f"{name} of {rule.origin}" if rule.origin else name

    def missing(self, names: Iterable[str]) -> str:
        """That these facts aren't known, by their labels."""
        labels = [self._labels[name] for name in names]
        if not labels:  # A quotient by zero, say: every fact is there, and yet it has no value.
            return "it can't be computed from what is known"
        return f"{listed(labels)} {'is' if len(labels) == 1 else 'are'} not known"

    def decided(self, rule: RuleExplanation, *, with_margins: bool = False) -> Iterator[str]:
        """The reason a rule gives, the rule, and its conditions below.

        Args:
            rule: A rule that fires.
            with_margins: Whether to tell how far each value is from its threshold.
        """
        name = self.by(rule)
        yield f"  {rule.reason} ({name})" if rule.reason else f"  By {name}"
        for condition in rule.conditions:
            yield f"    {self._condition(condition, with_margin=with_margins)}"

    def conditions(self, rule: RuleExplanation, *, but: Collection[str] = ()) -> Iterator[str]:
        """A line for each condition, with the value seen and its distance from the threshold.

        Args:
            rule: The rule.
            but: Conditions that have been told already.
        """
        for condition in rule.conditions:
            if condition.text not in but:
                yield f"    {self._condition(condition, with_margin=True)}"

    def in_short(self, rule: RuleExplanation, *, but: Collection[str] = ()) -> str:
        """The facts that a rule rests on, and the rule, in one row.

        Args:
            rule: A rule that fires.
            but: Conditions that have been told already.
        """
        told = dict.fromkeys(_seen(each) for each in rule.conditions if each.text not in but)
        return f"({'; '.join([*told, self.by(rule)])})"

    def _condition(self, condition: ConditionExplanation, *, with_margin: bool) -> str:
        if condition.verdict is None and condition.missing:
            if condition.missing == (condition.fact,):
                return f"{condition.text}: not known"
            return f"{condition.text}: not known, as {self.missing(condition.missing)}"
        if condition.verdict and _says_it_all(condition):
            return condition.text
        if condition.verdict and condition.value is not None and not with_margin:
            return f"{condition.text}: it is {shown(condition.value)}"
        return str(condition)


def missing_in(rules: Iterable[RuleExplanation]) -> Iterator[str]:
    """The names of the facts that are missing in some rules."""
    for rule in rules:
        for condition in rule.conditions:
            yield from condition.missing


def _says_it_all(condition: ConditionExplanation) -> bool:
    """Whether the condition tells the value too: "kind of customer is personal"."""
    if condition.kind is Kind.CATEGORY:
        return condition.value == condition.threshold
    return condition.kind is Kind.FLAG


def _seen(condition: ConditionExplanation) -> str:
    if condition.value is None:
        return condition.text
    return f"{condition.subject}: {shown(condition.value)}"

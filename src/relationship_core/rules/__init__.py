"""The rule language: typed facts, expressions, rules and rule sets. It knows nothing of banks."""

from relationship_core.rules.evaluation import Facts, evaluate, truth
from relationship_core.rules.explanation import (
    ConditionExplanation,
    RuleExplanation,
    explain,
)
from relationship_core.rules.expression import Expression, Literal, at_least
from relationship_core.rules.fact import Fact, Freshness, facts_in
from relationship_core.rules.kind import EXACT, FactValue, Kind, exact, quantise
from relationship_core.rules.outcome import HitPolicy, Outcome
from relationship_core.rules.override import Limits, between
from relationship_core.rules.place import Place
from relationship_core.rules.rule import IfMissing, Rule
from relationship_core.rules.rule_set import RuleSet
from relationship_core.rules.text import Text
from relationship_core.rules.words import in_words

__all__ = [
    "EXACT",
    "ConditionExplanation",
    "Expression",
    "Fact",
    "FactValue",
    "Facts",
    "Freshness",
    "HitPolicy",
    "IfMissing",
    "Kind",
    "Limits",
    "Literal",
    "Outcome",
    "Place",
    "Rule",
    "RuleExplanation",
    "RuleSet",
    "Text",
    "at_least",
    "between",
    "evaluate",
    "exact",
    "explain",
    "facts_in",
    "in_words",
    "quantise",
    "truth",
]

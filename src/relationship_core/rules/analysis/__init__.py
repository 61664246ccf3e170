"""Proofs about sets of rules: gaps, conflicts, rules that never decide, laws that are broken.

They rest on the solver Z3, which the extra `verify` brings; it is loaded when first needed.
"""

from relationship_core.rules.analysis.finding import RULE_CODES, Code, Finding, Severity, Witness
from relationship_core.rules.analysis.laws import Monotone, loyal
from relationship_core.rules.analysis.proof import Proof, prove

__all__ = [
    "RULE_CODES",
    "Code",
    "Finding",
    "Monotone",
    "Proof",
    "Severity",
    "Witness",
    "loyal",
    "prove",
]

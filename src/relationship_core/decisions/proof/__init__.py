"""Proofs about rule books: what is wrong, with a customer for each fault (extra `verify`)."""

from relationship_core.decisions.proof.book import prove_rule_book
from relationship_core.decisions.proof.codes import CODES

__all__ = ["CODES", "prove_rule_book"]

"""Hypothesis strategies for every noun: valid ones, and with `invalid=True` such as are refused.

An invalid strategy draws `Refused` builders: without arguments, and each raises when it is called.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from relationship_core.decisions.benchmarks import Benchmarks
from relationship_core.decisions.parameters import ContributionParameters
from relationship_core.domain import (
    Account,
    Branch,
    BranchTree,
    Consent,
    Customer,
    Identifier,
    Interaction,
    Money,
    Owner,
    Pending,
    Position,
    Product,
    Relation,
    Standing,
    TierOverride,
    Transaction,
)
from relationship_core.testing.strategies.accounts import (
    accounts,
    money,
    owners,
    positions,
    products,
    transactions,
)
from relationship_core.testing.strategies.customers import (
    consents,
    customers,
    interactions,
    relations,
)
from relationship_core.testing.strategies.dossiers import dossiers
from relationship_core.testing.strategies.expressions import (
    conditions,
    rule_sets,
    rules,
    value_expressions,
)
from relationship_core.testing.strategies.facts import fact_mappings, fact_values, values
from relationship_core.testing.strategies.identifiers import identifiers, identifiers_of
from relationship_core.testing.strategies.noun import Noun, Refused
from relationship_core.testing.strategies.organisation import branch_trees, branches
from relationship_core.testing.strategies.parameters import benchmarks, contribution_parameters
from relationship_core.testing.strategies.standings import (
    pendings,
    standings,
    standings_of,
    tier_overrides,
)

__all__ = [
    "NOUNS",
    "Noun",
    "Refused",
    "accounts",
    "benchmarks",
    "branch_trees",
    "branches",
    "conditions",
    "consents",
    "contribution_parameters",
    "customers",
    "dossiers",
    "fact_mappings",
    "fact_values",
    "identifiers",
    "identifiers_of",
    "interactions",
    "money",
    "owners",
    "pendings",
    "positions",
    "products",
    "relations",
    "rule_sets",
    "rules",
    "standings",
    "standings_of",
    "tier_overrides",
    "transactions",
    "value_expressions",
    "values",
]

NOUNS: Mapping[type, Noun[Any]] = MappingProxyType(
    {
        Account: accounts,
        Benchmarks: benchmarks,
        Branch: branches,
        BranchTree: branch_trees,
        Consent: consents,
        ContributionParameters: contribution_parameters,
        Customer: customers,
        Identifier: identifiers,
        Interaction: interactions,
        Money: money,
        Owner: owners,
        Pending: pendings,
        Position: positions,
        Product: products,
        Relation: relations,
        Standing: standings,
        TierOverride: tier_overrides,
        Transaction: transactions,
    }
)
"""The strategies by noun; those of dossiers, facts and rules take what they are to be about."""

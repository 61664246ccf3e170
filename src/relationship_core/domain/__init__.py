"""The nouns: customers, accounts, positions and all else that a bank knows of a relationship."""

from __future__ import annotations

from relationship_core.domain.account import Account, DayCount, Owner, Product, ProductFamily
from relationship_core.domain.channel import Channel
from relationship_core.domain.consent import Consent, Purpose
from relationship_core.domain.customer import Customer, CustomerKind, CustomerStatus, Sex
from relationship_core.domain.dossier import Dossier
from relationship_core.domain.identifiers import (
    Identifier,
    IdentifierScheme,
    birth_date_of,
    parse_identifier,
    sex_of,
)
from relationship_core.domain.interaction import Interaction, InteractionKind
from relationship_core.domain.money import (
    Money,
    check_currency,
    minor_units,
    round_money,
    share_out,
)
from relationship_core.domain.organisation import Branch, BranchTree, Level
from relationship_core.domain.position import Position
from relationship_core.domain.relations import Relation, RelationKind
from relationship_core.domain.standing import Pending, Standing, TierOverride
from relationship_core.domain.supplied import FactValue, Supplied
from relationship_core.domain.transaction import Transaction, TransactionPurpose

__all__ = [
    "Account",
    "Branch",
    "BranchTree",
    "Channel",
    "Consent",
    "Customer",
    "CustomerKind",
    "CustomerStatus",
    "DayCount",
    "Dossier",
    "FactValue",
    "Identifier",
    "IdentifierScheme",
    "Interaction",
    "InteractionKind",
    "Level",
    "Money",
    "Owner",
    "Pending",
    "Position",
    "Product",
    "ProductFamily",
    "Purpose",
    "Relation",
    "RelationKind",
    "Sex",
    "Standing",
    "Supplied",
    "TierOverride",
    "Transaction",
    "TransactionPurpose",
    "birth_date_of",
    "check_currency",
    "minor_units",
    "parse_identifier",
    "round_money",
    "sex_of",
    "share_out",
]

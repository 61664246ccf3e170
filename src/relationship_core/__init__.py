"""A bank's relationships with its customers, decided by rules that explain themselves.

The names below load on first use, so that importing the package costs next to nothing and brings in
no database, data frame or command line.
"""

from __future__ import annotations

# Not typing.TYPE_CHECKING: type checkers know the bare name too, and `typing` is slow to import.
TYPE_CHECKING = False

if TYPE_CHECKING:
    from relationship_core.domain import (
        Account,
        Branch,
        BranchTree,
        Channel,
        Consent,
        Customer,
        CustomerKind,
        CustomerStatus,
        DayCount,
        Dossier,
        Identifier,
        IdentifierScheme,
        Interaction,
        InteractionKind,
        Level,
        Money,
        Owner,
        Pending,
        Position,
        Product,
        ProductFamily,
        Purpose,
        Relation,
        RelationKind,
        Sex,
        Standing,
        TierOverride,
        Transaction,
        TransactionPurpose,
    )
    from relationship_core.errors import (
        RelationshipError,
    )
    from relationship_core.rules import (
        Expression,
        Fact,
        HitPolicy,
        Kind,
        Rule,
        RuleSet,
        Text,
        at_least,
    )

__version__ = "0.1.0"

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
    "Expression",
    "Fact",
    "HitPolicy",
    "Identifier",
    "IdentifierScheme",
    "Interaction",
    "InteractionKind",
    "Kind",
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
    "RelationshipError",
    "Rule",
    "RuleSet",
    "Sex",
    "Standing",
    "Text",
    "TierOverride",
    "Transaction",
    "TransactionPurpose",
    "__version__",
    "at_least",
]

_NAMES = {
    "domain": (
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
        "TierOverride",
        "Transaction",
        "TransactionPurpose",
    ),
    "errors": ("RelationshipError",),
    "rules": (
        "Expression",
        "Fact",
        "HitPolicy",
        "Kind",
        "Rule",
        "RuleSet",
        "Text",
        "at_least",
    ),
}
_HOMES = {name: home for home, names in _NAMES.items() for name in names}

# Hidden from type checkers, which would otherwise take any misspelt name for one that exists.
if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        """Load a public name from the module where it lives, once."""
        home = _HOMES.get(name)
        if home is None:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from importlib import import_module  # noqa: PLC0415 - only the first use of a name pays

        value = getattr(import_module(f"{__name__}.{home}"), name)
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    """Name what can be used, loaded or not yet."""
    return sorted(set(globals()) | set(__all__))

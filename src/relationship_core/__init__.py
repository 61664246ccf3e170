"""A bank's relationships with its customers, decided by rules that explain themselves.

The names below load on first use, so that importing the package costs next to nothing and brings in
no database, data frame or command line.
"""

from __future__ import annotations

# Not typing.TYPE_CHECKING: type checkers know the bare name too, and `typing` is slow to import.
TYPE_CHECKING = False

if TYPE_CHECKING:
    from relationship_core.decisions.benchmarks import Benchmarks
    from relationship_core.decisions.contribution import Contribution
    from relationship_core.decisions.hysteresis import Confirmation
    from relationship_core.decisions.lifecycle import Lifecycle
    from relationship_core.decisions.lifecycle_check import Finding, check_lifecycle
    from relationship_core.decisions.model import Model
    from relationship_core.decisions.parameters import (
        ContributionParameters,
        ExchangeRate,
        ProductParameters,
        RelationshipUpkeep,
        TransferPrice,
        UnitCost,
    )
    from relationship_core.decisions.retention import (
        Retention,
        RetentionAction,
        RetentionDecision,
        Signal,
    )
    from relationship_core.decisions.review import Review
    from relationship_core.decisions.roll_up import Grouping, RollUp, roll_up
    from relationship_core.decisions.rule_book import RuleBook
    from relationship_core.decisions.service import (
        Care,
        Entitlement,
        EntitlementKind,
        Service,
        ServiceDecision,
    )
    from relationship_core.decisions.stage import (
        Stage,
        StageDecision,
        StageEvent,
        StageRole,
        Transition,
        TransitionKind,
    )
    from relationship_core.decisions.tier import Downgrade, TierDecision
    from relationship_core.decisions.tiering import Tiering
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
        parse_identifier,
        round_money,
        share_out,
    )
    from relationship_core.engine import Engine
    from relationship_core.errors import RelationshipError
    from relationship_core.plugins import Extension, PluginReport, PluginStatus, extend, hookimpl
    from relationship_core.rules import (
        Expression,
        Fact,
        HitPolicy,
        Kind,
        Rule,
        RuleSet,
        Text,
        at_least,
        between,
    )

__version__ = "0.1.0"

__all__ = [
    "Account",
    "Benchmarks",
    "Branch",
    "BranchTree",
    "Care",
    "Channel",
    "Confirmation",
    "Consent",
    "Contribution",
    "ContributionParameters",
    "Customer",
    "CustomerKind",
    "CustomerStatus",
    "DayCount",
    "Dossier",
    "Downgrade",
    "Engine",
    "Entitlement",
    "EntitlementKind",
    "ExchangeRate",
    "Expression",
    "Extension",
    "Fact",
    "Finding",
    "Grouping",
    "HitPolicy",
    "Identifier",
    "IdentifierScheme",
    "Interaction",
    "InteractionKind",
    "Kind",
    "Level",
    "Lifecycle",
    "Model",
    "Money",
    "Owner",
    "Pending",
    "PluginReport",
    "PluginStatus",
    "Position",
    "Product",
    "ProductFamily",
    "ProductParameters",
    "Purpose",
    "Relation",
    "RelationKind",
    "RelationshipError",
    "RelationshipUpkeep",
    "Retention",
    "RetentionAction",
    "RetentionDecision",
    "Review",
    "RollUp",
    "Rule",
    "RuleBook",
    "RuleSet",
    "Service",
    "ServiceDecision",
    "Sex",
    "Signal",
    "Stage",
    "StageDecision",
    "StageEvent",
    "StageRole",
    "Standing",
    "Text",
    "TierDecision",
    "TierOverride",
    "Tiering",
    "Transaction",
    "TransactionPurpose",
    "TransferPrice",
    "Transition",
    "TransitionKind",
    "UnitCost",
    "__version__",
    "at_least",
    "between",
    "check_lifecycle",
    "extend",
    "hookimpl",
    "parse_identifier",
    "roll_up",
    "round_money",
    "share_out",
]

_NAMES = {
    "decisions.benchmarks": ("Benchmarks",),
    "decisions.contribution": ("Contribution",),
    "decisions.hysteresis": ("Confirmation",),
    "decisions.lifecycle": ("Lifecycle",),
    "decisions.lifecycle_check": ("Finding", "check_lifecycle"),
    "decisions.model": ("Model",),
    "decisions.parameters": (
        "ContributionParameters",
        "ExchangeRate",
        "ProductParameters",
        "RelationshipUpkeep",
        "TransferPrice",
        "UnitCost",
    ),
    "decisions.retention": ("Retention", "RetentionAction", "RetentionDecision", "Signal"),
    "decisions.review": ("Review",),
    "decisions.roll_up": ("Grouping", "RollUp", "roll_up"),
    "decisions.rule_book": ("RuleBook",),
    "decisions.service": ("Care", "Entitlement", "EntitlementKind", "Service", "ServiceDecision"),
    "decisions.stage": (
        "Stage",
        "StageDecision",
        "StageEvent",
        "StageRole",
        "Transition",
        "TransitionKind",
    ),
    "decisions.tier": ("Downgrade", "TierDecision"),
    "decisions.tiering": ("Tiering",),
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
        "parse_identifier",
        "round_money",
        "share_out",
    ),
    "engine": ("Engine",),
    "errors": ("RelationshipError",),
    "plugins": ("Extension", "PluginReport", "PluginStatus", "extend", "hookimpl"),
    "rules": (
        "Expression",
        "Fact",
        "HitPolicy",
        "Kind",
        "Rule",
        "RuleSet",
        "Text",
        "at_least",
        "between",
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

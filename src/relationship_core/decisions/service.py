"""Service: what a customer is entitled to, and the occasions on which the bank should care."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from operator import attrgetter

from attrs import evolve, field, frozen

from relationship_core.domain.validation import require_amount
from relationship_core.errors import KindError
from relationship_core.rules.evaluation import Facts
from relationship_core.rules.fact import Fact
from relationship_core.rules.kind import Kind
from relationship_core.rules.outcome import HitPolicy
from relationship_core.rules.rule import Rule
from relationship_core.rules.rule_set import RuleSet, as_rule_set, require_outcomes
from relationship_core.rules.text import Text, as_text, several

_DUE = attrgetter("due")


class EntitlementKind(StrEnum):
    """What sort of service an entitlement is."""

    BASIC = "basic"
    MANAGER = "manager"
    LANE = "lane"
    PRICE = "price"
    CADENCE = "cadence"
    CHANNEL = "channel"
    BUNDLE = "bundle"
    NURTURE = "nurture"


@frozen
class Entitlement:
    """A service a customer may count on.

    Args:
        code: Its stable name.
        label: Words for people.
        kind: What sort of service it is.
        annual_cost: What it costs the bank a year, in the reporting currency; None where unknown.

    Raises:
        InvalidValueError: The cost is no amount of zero or more.
    """

    code: str
    label: Text = field(converter=as_text)
    kind: EntitlementKind = field(default=EntitlementKind.BASIC, converter=EntitlementKind)
    annual_cost: Decimal | None = None

    def __attrs_post_init__(self) -> None:
        if self.annual_cost is not None:
            require_amount(self.annual_cost, "Entitlement.annual_cost", signed=False)


def _by_name(fact: Fact | None) -> str | None:
    return None if fact is None else fact.name


@frozen
class Care:
    """An occasion to get in touch.

    Args:
        code: Its stable name.
        label: What to say or do, in words for people.
        due_in: The fact that counts the days until then; None where it is due at once. Where that
            fact is missing, or leads to a day that no calendar has, nobody knows when it is due.

    Raises:
        KindError: The fact doesn't count days.
    """

    code: str
    label: Text = field(converter=as_text)
    due_in: Fact | None = field(default=None, eq=_by_name)

    def __attrs_post_init__(self) -> None:
        if self.due_in is not None and self.due_in.kind is not Kind.DAYS:
            raise KindError(
                f"{self.due_in.name!r} is a {self.due_in.kind}, which doesn't count days",
                where=f"care {self.code}",
                mend="name a fact of kind days, or leave due_in out",
            )


@frozen
class GrantedEntitlement:
    """An entitlement with the rule that grants it, and the node of the organisation it is of."""

    entitlement: Entitlement
    rule: str
    origin: str
    scope: tuple[str, ...] = ()


@frozen
class CareEvent:
    """A dated occasion with the rule that noticed it and the node of the organisation it is of.

    The day, a birthday say, is in no `repr`.
    """

    code: str
    label: Text
    due: date = field(repr=False)
    rule: str
    origin: str
    scope: tuple[str, ...] = ()


@frozen
class ServiceDecision:
    """The service one customer gets.

    Args:
        entitlements: What the customer is entitled to, in the rules' order.
        care: The occasions to care, the soonest first, then in the rules' order.
        undetermined: The ids of the rules that missing facts leave open, those among them that
            notice an occasion of which nobody knows when it is due.
    """

    entitlements: tuple[GrantedEntitlement, ...] = ()
    care: tuple[CareEvent, ...] = ()
    undetermined: tuple[str, ...] = ()

    def __str__(self) -> str:
        """The codes of the entitlements."""
        return ", ".join(granted.entitlement.code for granted in self.entitlements)


def _entitlement_rules(rules: Iterable[Rule] | RuleSet) -> RuleSet:
    return as_rule_set(rules, "service.entitlements", HitPolicy.COLLECT)


def _care_rules(rules: Iterable[Rule] | RuleSet) -> RuleSet:
    return as_rule_set(rules, "service.care", HitPolicy.COLLECT)


@frozen
class Service:
    """What tier, stage and events entitle to.

    Args:
        entitlements: Rules whose outcome is an `Entitlement`; every one that fires grants it.
        care: Rules whose outcome is a `Care`; every one that fires is an occasion.

    Raises:
        RuleError: A rule's outcome is of another type.
    """

    entitlements: RuleSet = field(default=_entitlement_rules(()), converter=_entitlement_rules)
    care: RuleSet = field(default=_care_rules(()), converter=_care_rules)
    _granted: tuple[GrantedEntitlement, ...] = field(init=False, eq=False, repr=False)

    @_granted.default
    def _grantable(self) -> tuple[GrantedEntitlement, ...]:
        return tuple(
            GrantedEntitlement(rule.then, rule.id, rule.origin, rule.scope)
            for rule in self.entitlements.rules
        )

    def __attrs_post_init__(self) -> None:
        require_outcomes(self.entitlements, Entitlement)
        require_outcomes(self.care, Care)

    def effective(self, scope: Iterable[str] = (), as_of: date | None = None) -> Service:
        """The service as it holds at a node of the organisation on a day."""
        path = several(scope)
        return evolve(
            self,
            entitlements=self.entitlements.effective(path, as_of),
            care=self.care.effective(path, as_of),
        )

    def decide(self, facts: Facts, as_of: date) -> ServiceDecision:
        """What one customer is entitled to, and the occasions to care, on a day."""
        granting, noticing = self.entitlements, self.care
        granted, noticed = granting.compiled(facts), noticing.compiled(facts)
        events = []
        open_ = noticed.unknown
        for place in noticed.fired:
            event = _care_event(noticing.rules[place], facts, as_of)
            if event is None:
                open_ = tuple(sorted((*open_, place)))
            else:
                events.append(event)
        return ServiceDecision(
            tuple([self._granted[place] for place in granted.fired]),
            _by_date(events),
            granting.ids(granted.unknown) + noticing.ids(open_),
        )


def _care_event(rule: Rule, facts: Facts, as_of: date) -> CareEvent | None:
    """The occasion a rule noticed; None where nobody knows when it is due."""
    care: Care = rule.then
    due = as_of
    if care.due_in is not None:
        days = facts[care.due_in.name]
        if not isinstance(days, int):
            return None
        try:
            due += timedelta(days=days)
        except OverflowError:
            return None
    return CareEvent(care.code, care.label, due, rule.id, rule.origin, rule.scope)


def _by_date(events: list[CareEvent]) -> tuple[CareEvent, ...]:
    return tuple(sorted(events, key=_DUE)) if len(events) > 1 else tuple(events)

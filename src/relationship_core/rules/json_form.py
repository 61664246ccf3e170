"""Rules written to plain JSON data and read back, every kind checked again on the way in."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from typing import Any

from attrs import evolve

from relationship_core.errors import RelationshipError, RuleError
from relationship_core.rules.expression import (
    And,
    Arithmetic,
    AtLeast,
    Between,
    Comparison,
    Expression,
    Literal,
    Membership,
    Missing,
    Not,
    Or,
    OrElse,
)
from relationship_core.rules.fact import Fact, unknown_fact
from relationship_core.rules.kind import NUMERIC, WHOLE, FactValue, Kind, write_value
from relationship_core.rules.override import Limits, Overridable
from relationship_core.rules.rule import Rule
from relationship_core.rules.rule_set import RuleSet
from relationship_core.rules.text import Text

Json = dict[str, Any]


def read_expression(data: Json, facts: Mapping[str, Fact]) -> Expression:
    """The expression that `to_json` wrote.

    Args:
        data: What `Expression.to_json` gave, as plain data.
        facts: The facts it may read, by name.

    Raises:
        UnknownFactError: It reads a fact that isn't among them; the nearest name is told.
        RuleError: The data is no expression.
    """
    with _reading("expression"):
        return _expression(data, facts)


def _expression(data: Json, facts: Mapping[str, Fact]) -> Expression:
    if "fact" in data:
        name = data["fact"]
        if name not in facts:
            raise unknown_fact(name, facts)
        return facts[name]
    if "literal" in data:
        kind = Kind(data["kind"])
        return Literal(read_value(data["literal"], kind), kind)
    operator = data["op"]
    operands = [_expression(each, facts) for each in data["args"]]
    if operator == "in":
        [operand] = operands
        return Membership(
            operand, [read_value(each["literal"], operand.kind) for each in data["values"]]
        )
    if operator == "at_least":
        return AtLeast(data["count"], operands)
    if operator not in _BUILDERS:
        raise RuleError(f"{operator!r} is no operator of the rule language")
    return _BUILDERS[operator](operator, operands)


def read_value(value: object, kind: Kind) -> FactValue:
    """A value of a kind from its JSON form.

    Raises:
        RuleError: The data is no value of that kind.
    """
    try:
        if kind is Kind.DATE:
            return date.fromisoformat(str(value))
        if kind in NUMERIC:
            return int(str(value)) if kind in WHOLE else Decimal(str(value))
    except (ValueError, ArithmeticError):
        raise RuleError(f"a {kind} can't be read from what stands there") from None
    if not isinstance(value, bool if kind is Kind.FLAG else str):
        raise RuleError(f"a {kind} can't be read from a {type(value).__name__}")
    return value


def write_text(text: Text | None) -> Json | None:
    """Words as plain data."""
    return None if text is None else {"en": text.en, "zh": text.zh}


def read_text(data: Json | None) -> Text | None:
    """Words from plain data."""
    return None if data is None else Text(data["en"], data["zh"])


def read_fact(data: Json, facts: Mapping[str, Fact]) -> Fact:
    """The fact that `Fact.definition` described.

    Args:
        data: What `Fact.definition` gave.
        facts: The facts its relations and its deriving expression may read.

    Raises:
        UnknownFactError: They read a fact that isn't among them.
        RuleError: The data is no fact.
    """
    with _reading("fact"):
        kind = Kind(data["kind"])
        derived = data["derived"]
        return Fact(
            name=data["name"],
            kind=kind,
            label=Text(**data["label"]),
            description=data["description"],
            unit=data["unit"],
            source=data["source"],
            minimum=_read_bound(data["minimum"], kind),
            maximum=_read_bound(data["maximum"], kind),
            categories=data["categories"],
            protected=data["protected"],
            freshness=data["freshness"],
            relations=[_expression(each, facts) for each in data["relations"]],
            derived=None if derived is None else _expression(derived, facts),
        )


def _read_bound(text: str | None, kind: Kind) -> FactValue | None:
    return None if text is None else read_value(text, kind)


def write_rule_set(rule_set: RuleSet, write_outcome: Callable[[Any], Any]) -> Json:
    """A rule set as plain data, its rules in their own order.

    Args:
        rule_set: The set.
        write_outcome: Turns the `then` of a rule into plain data.
    """
    return {
        "name": rule_set.name,
        "hit_policy": rule_set.hit_policy.value,
        "rules": [write_rule(rule, write_outcome) for rule in rule_set.rules],
    }


def read_rule_set(
    data: Json, facts: Mapping[str, Fact], read_outcome: Callable[[Any], Any]
) -> RuleSet:
    """The rule set that `write_rule_set` wrote; `read_outcome` undoes its `write_outcome`.

    Raises:
        UnknownFactError: A rule reads a fact that isn't among `facts`.
        RuleError: The data is no rule set.
    """
    with _reading("rule set"):
        rules = [read_rule(each, facts, read_outcome) for each in data["rules"]]
        return RuleSet(data["name"], rules, data["hit_policy"])


def canonical_rule_set(rule_set: RuleSet, write_outcome: Callable[[Any], Any]) -> Json:
    """All that decides in a rule set, as plain data: everything but where its rules came from."""
    return write_rule_set(
        evolve(rule_set, rules=[evolve(rule, origin="") for rule in rule_set.rules]), write_outcome
    )


def write_rule(rule: Rule, write_outcome: Callable[[Any], Any]) -> Json:
    """A rule as plain data."""
    return {
        "id": rule.id,
        "when": rule.when.to_json(),
        "then": None if rule.then is None else write_outcome(rule.then),
        "reason": write_text(rule.reason),
        "priority": rule.priority,
        "scope": list(rule.scope),
        "valid_from": write_value(rule.valid_from),
        "valid_until": write_value(rule.valid_until),
        "overridable": _write_overridable(rule.overridable),
        "if_missing": rule.if_missing.value,
        "exemption": write_text(rule.exemption),
        "origin": rule.origin,
    }


def read_rule(data: Json, facts: Mapping[str, Fact], read_outcome: Callable[[Any], Any]) -> Rule:
    """The rule that `write_rule` wrote.

    Raises:
        UnknownFactError: It reads a fact that isn't among `facts`.
        RuleError: The data is no rule.
    """
    with _reading("rule"):
        return Rule(
            data["id"],
            _expression(data["when"], facts),
            None if data["then"] is None else read_outcome(data["then"]),
            read_text(data["reason"]),
            priority=data["priority"],
            scope=data["scope"],
            valid_from=_read_day(data["valid_from"]),
            valid_until=_read_day(data["valid_until"]),
            overridable=_read_overridable(data["overridable"]),
            if_missing=data["if_missing"],
            exemption=read_text(data["exemption"]),
            origin=data["origin"],
            place=None,
        )


def _write_overridable(overridable: Overridable) -> bool | list[Json]:
    if isinstance(overridable, bool):
        return overridable
    return [
        {
            "fact": each.fact,
            "kind": each.kind,
            "low": write_value(each.low),
            "high": write_value(each.high),
        }
        for each in overridable
    ]


def _read_overridable(data: bool | list[Json]) -> Overridable:
    if isinstance(data, bool):
        return data
    return tuple(
        Limits(read_value(each["low"], kind), read_value(each["high"], kind), each["fact"], kind)
        for each in data
        for kind in [Kind(each["kind"])]
    )


def fingerprint(data: Any) -> str:
    """The SHA-256, in hexadecimal, of plain JSON data in its one canonical spelling.

    Keys are sorted and nothing is escaped, so neither the order of building nor the platform shows.
    """
    spelling = json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(spelling.encode()).hexdigest()


@contextmanager
def _reading(what: str) -> Iterator[None]:
    try:
        yield
    except RelationshipError:
        raise
    except (LookupError, TypeError, ValueError, RecursionError) as error:
        raise RuleError(f"the data is no {what}", mend="give it as it was written") from error


def _read_day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _binary(build: Callable[[str, Expression, Expression], Expression]) -> _Builder:
    return lambda operator, operands: build(operator, *operands)


_Builder = Callable[[str, Sequence[Expression]], Expression]
_BUILDERS: dict[str, _Builder] = {
    **dict.fromkeys("+-*/", _binary(Arithmetic)),
    **dict.fromkeys(("<", "<=", ">", ">=", "==", "!="), _binary(Comparison)),
    "between": lambda _, operands: Between(*operands),
    "missing": lambda _, operands: Missing(*operands),
    "or_else": lambda _, operands: OrElse(*operands),
    "and": lambda _, operands: And(operands),
    "or": lambda _, operands: Or(operands),
    "not": lambda _, operands: Not(*operands),
}

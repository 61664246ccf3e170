"""Rule books and results as plain JSON data, and back, through one cattrs converter."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any, get_args

from cattrs import Converter
from cattrs.gen import make_dict_structure_fn, make_dict_unstructure_fn, override

from relationship_core.decisions.model import Model
from relationship_core.decisions.retention import RetentionAction, Signal
from relationship_core.decisions.service import Care, Entitlement
from relationship_core.decisions.stage import Transition
from relationship_core.errors import RuleBookError
from relationship_core.rules import Expression, Fact, FactValue, Rule, RuleSet
from relationship_core.rules.json_form import (
    read_expression,
    read_rule,
    read_rule_set,
    write_rule,
    write_rule_set,
)

OUTCOMES: dict[str, type] = {
    kind.__name__: kind for kind in (Care, Entitlement, RetentionAction, Signal, Transition)
}
"""What a rule may lead to, by the name that JSON tells it by."""

_VALUE_TYPES = frozenset(get_args(FactValue))


def converter_for(facts: Mapping[str, Fact]) -> Converter:
    """A converter between our nouns and plain JSON data.

    Decimals and dates are text; a value whose type isn't known beforehand says its type, as in
    {"decimal": "12.50"}.

    Args:
        facts: The facts that expressions may read, by name.
    """
    converter = Converter()
    converter.register_unstructure_hook(Decimal, str)
    converter.register_structure_hook(Decimal, lambda text, _: Decimal(text))
    converter.register_unstructure_hook(date, date.isoformat)
    converter.register_structure_hook(date, lambda text, _: date.fromisoformat(text))
    converter.register_unstructure_hook_func(_is_value, write_value)
    converter.register_structure_hook_func(_is_value, lambda data, _: read_value(data))
    _register_rules(converter, facts)
    # What a model computes isn't data: a book read back has its scores supplied.
    code = override(omit=True)
    converter.register_unstructure_hook(
        Model, make_dict_unstructure_fn(Model, converter, predict=code)
    )
    converter.register_structure_hook(Model, make_dict_structure_fn(Model, converter, predict=code))
    return converter


def _register_rules(converter: Converter, facts: Mapping[str, Fact]) -> None:
    write_outcome, read_outcome = _outcomes(converter)
    converter.register_unstructure_hook_func(_is_expression, lambda each: each.to_json())
    converter.register_structure_hook_func(
        _is_expression, lambda data, _: read_expression(data, facts)
    )
    converter.register_unstructure_hook(Rule, lambda each: write_rule(each, write_outcome))
    converter.register_structure_hook(Rule, lambda data, _: read_rule(data, facts, read_outcome))
    converter.register_unstructure_hook(RuleSet, lambda each: write_rule_set(each, write_outcome))
    converter.register_structure_hook(
        RuleSet, lambda data, _: read_rule_set(data, facts, read_outcome)
    )


def _outcomes(converter: Converter) -> tuple[Callable[[Any], Any], Callable[[Any], Any]]:
    def write(outcome: Any) -> Any:
        kind = type(outcome)
        if OUTCOMES.get(kind.__name__) is kind:
            return {"type": kind.__name__, **converter.unstructure(outcome)}
        return write_value(outcome)

    def read(data: Any) -> Any:
        if isinstance(data, dict) and "type" in data:
            fields = {name: value for name, value in data.items() if name != "type"}
            return converter.structure(fields, OUTCOMES[data["type"]])
        return read_value(data)

    return write, read


def write_value(value: Any) -> Any:
    """A fact's value as JSON data that says its own type."""
    if isinstance(value, Decimal):
        return {"decimal": str(value)}
    if isinstance(value, date):
        return {"date": value.isoformat()}
    if isinstance(value, Enum):
        return value.value
    if value is None or isinstance(value, bool | int | str):
        return value
    raise RuleBookError(
        f"a {type(value).__name__} has no JSON form",
        mend=f"let rules lead to one of: {', '.join(OUTCOMES)}",
    )


def read_value(data: Any) -> Any:
    """The value that `write_value` wrote."""
    if isinstance(data, dict):
        return Decimal(data["decimal"]) if "decimal" in data else date.fromisoformat(data["date"])
    return data


def _is_value(kind: Any) -> bool:
    members = set(get_args(kind)) - {type(None)}
    return len(members) > 1 and members <= _VALUE_TYPES


def _is_expression(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, Expression)

"""Rule books and results as plain JSON data, and back, through one cattrs converter."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import Any, get_args

from cattrs import Converter
from cattrs.errors import StructureHandlerNotFoundError
from cattrs.gen import make_dict_structure_fn, make_dict_unstructure_fn, override

from relationship_core.decisions.model import Model
from relationship_core.decisions.parameters import ContributionParameters
from relationship_core.decisions.retention import RetentionAction, Signal
from relationship_core.decisions.service import Care, Entitlement
from relationship_core.decisions.stage import Transition
from relationship_core.decisions.tiering import Tiering
from relationship_core.errors import RelationshipError, RuleBookError
from relationship_core.rules import EXACT, Expression, Fact, FactValue, Rule, RuleSet
from relationship_core.rules.json_form import (
    canonical_rule_set,
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

_UNORDERED: dict[type, tuple[str, ...]] = {
    ContributionParameters: (
        "transfer_prices",
        "products",
        "unit_costs",
        "exchange_rates",
        "relationship_upkeep",
    ),
    Tiering: ("gold",),
}
"""Fields whose order means nothing."""

_VALUE_TYPES = frozenset(get_args(FactValue))
_UNREADABLE = (
    ArithmeticError,
    AttributeError,
    LookupError,
    RecursionError,
    StructureHandlerNotFoundError,
    TypeError,
    ValueError,
)


def converter_for(facts: Mapping[str, Fact]) -> Converter:
    """A converter between our nouns and plain JSON data.

    Decimals and dates are text; a value whose type isn't known beforehand says its type, as in
    {"decimal": "12.50"}.

    Args:
        facts: The facts that expressions may read, by name.
    """
    converter = _converter(str)
    write_outcome, read_outcome = _writing_outcomes(converter, str), _reading_outcomes(converter)
    converter.register_unstructure_hook(Rule, lambda each: write_rule(each, write_outcome))
    converter.register_unstructure_hook(RuleSet, lambda each: write_rule_set(each, write_outcome))
    converter.register_structure_hook(Decimal, lambda text, _: _read_decimal(text))
    converter.register_structure_hook(date, lambda text, _: date.fromisoformat(text))
    converter.register_structure_hook_func(_is_value, lambda data, _: read_value(data))
    converter.register_structure_hook_func(
        _is_expression, lambda data, _: read_expression(data, facts)
    )
    converter.register_structure_hook(Rule, lambda data, _: read_rule(data, facts, read_outcome))
    converter.register_structure_hook(
        RuleSet, lambda data, _: read_rule_set(data, facts, read_outcome)
    )
    leave_out(converter, Model, "predict")
    return converter


@cache
def canonical_converter() -> Converter:
    """A one-way converter to the canonical form, in which things that decide alike look alike.

    Decimals are spelt in their shortest form, what has no order is sorted, and where a rule came
    from isn't told.
    """
    converter = _converter(_shortest)
    write_outcome = _writing_outcomes(converter, _shortest)
    converter.register_unstructure_hook(
        RuleSet, lambda each: canonical_rule_set(each, write_outcome)
    )
    _write_without(converter, Model, "predict")
    for kind, names in _UNORDERED.items():
        converter.register_unstructure_hook(kind, _sorting(kind, names, converter))
    return converter


def leave_out(converter: Converter, kind: type, *names: str) -> None:
    """Write a noun without these fields, and read it with them at their defaults."""
    _write_without(converter, kind, *names)
    apart: dict[str, Any] = {name: override(omit=True) for name in names}
    converter.register_structure_hook(kind, make_dict_structure_fn(kind, converter, **apart))


def read_document(
    data: Mapping[str, Any] | str | bytes, what: str, schema: int, error: type[RelationshipError]
) -> Mapping[str, Any]:
    """JSON text or data of a schema, as data.

    Args:
        data: What was written.
        what: What it holds, for the error.
        schema: The schema it must be written in.
        error: The error to raise.

    Raises:
        RelationshipError: It is no JSON object, or is written in another schema.
    """
    with reading(what, error):
        written = json.loads(data) if isinstance(data, str | bytes) else data
        found = written.get("schema")
    if found != schema:
        raise error(
            f"it is written in schema {found!r}, not {schema}",
            where=what,
            mend="read it with the version of the library that wrote it",
        )
    return written


@contextmanager
def reading(what: str, error: type[RelationshipError]) -> Iterator[None]:
    """Say of data that can't be read what it should have been."""
    try:
        yield
    except RelationshipError:
        raise
    except _UNREADABLE as cause:
        raise error(f"the data is no {what}", mend="give it as to_json wrote it") from cause


def write_value(value: Any, write_decimal: Callable[[Decimal], str] = str) -> Any:
    """A fact's value as JSON data that says its own type."""
    if isinstance(value, Decimal):
        return {"decimal": write_decimal(value)}
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
        return (
            _read_decimal(data["decimal"])
            if "decimal" in data
            else date.fromisoformat(data["date"])
        )
    return data


def _converter(write_decimal: Callable[[Decimal], str]) -> Converter:
    converter = Converter(detailed_validation=False)
    converter.register_unstructure_hook(Decimal, write_decimal)
    converter.register_unstructure_hook(date, date.isoformat)
    converter.register_unstructure_hook_func(
        _is_value, lambda value: write_value(value, write_decimal)
    )
    converter.register_unstructure_hook_func(_is_expression, lambda each: each.to_json())
    return converter


def _writing_outcomes(
    converter: Converter, write_decimal: Callable[[Decimal], str]
) -> Callable[[Any], Any]:
    def write_outcome(outcome: Any) -> Any:
        kind = type(outcome)
        if OUTCOMES.get(kind.__name__) is kind:
            return {"type": kind.__name__, **converter.unstructure(outcome)}
        return write_value(outcome, write_decimal)

    return write_outcome


def _reading_outcomes(converter: Converter) -> Callable[[Any], Any]:
    def read_outcome(data: Any) -> Any:
        if isinstance(data, dict) and "type" in data:
            fields = {name: value for name, value in data.items() if name != "type"}
            return converter.structure(fields, OUTCOMES[data["type"]])
        return read_value(data)

    return read_outcome


def _write_without(converter: Converter, kind: type, *names: str) -> None:
    apart: dict[str, Any] = {name: override(omit=True) for name in names}
    converter.register_unstructure_hook(kind, make_dict_unstructure_fn(kind, converter, **apart))


def _sorting(
    kind: type, names: tuple[str, ...], converter: Converter
) -> Callable[[Any], dict[str, Any]]:
    write: Callable[[Any], dict[str, Any]] = make_dict_unstructure_fn(kind, converter)

    def sort(noun: Any) -> dict[str, Any]:
        written = write(noun)
        return written | {name: sorted(written[name], key=_spelling) for name in names}

    return sort


def _read_decimal(text: Any) -> Decimal:
    if not isinstance(text, str):
        # A JSON number is a binary fraction by the time it gets here.
        raise TypeError("a decimal is written as text")
    return Decimal(text)


def _spelling(plain: Any) -> str:
    return json.dumps(plain, sort_keys=True)


def _shortest(number: Decimal) -> str:
    return format(EXACT.plus(number).normalize(EXACT), "f")


def _is_value(kind: Any) -> bool:
    members = set(get_args(kind)) - {type(None)}
    return len(members) > 1 and members <= _VALUE_TYPES


def _is_expression(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, Expression)

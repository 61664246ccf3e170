"""Facts: the named, typed, ranged things that rules may ask about a customer."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches
from enum import StrEnum
from typing import Any

from attrs import field, frozen
from attrs.converters import optional

from relationship_core.errors import KindError, RuleError, UnknownFactError
from relationship_core.rules.depth import require_shallow
from relationship_core.rules.expression import Expression, require_condition
from relationship_core.rules.kind import NUMERIC, FactValue, Kind, literal_value
from relationship_core.rules.text import Text, as_text, several

_NAME = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*")


class Freshness(StrEnum):
    """How old a fact may be on the review date."""

    DAILY = "daily"
    MONTH_END = "month_end"


@frozen(eq=False, repr=False)
class Fact(Expression):
    """A named value that is known of a customer, or missing.

    Args:
        name: Lower-case; a plugin's fact carries its namespace (`northern.digital_share`).
        kind: What it measures; fixes type and scale.
        label: Words for people, English and Chinese.
        description: What exactly it holds.
        unit: The unit, where the kind doesn't say ("share", "stars").
        source: Where it comes from.
        minimum: The least value it can have (numeric kinds), counted in.
        maximum: The greatest, counted in.
        categories: The values a category can have; None where open.
        protected: Known to the proofs, not for thresholds (age, sex, origin, disability).
        freshness: Whether it moves daily or at month's end.
        relations: Conditions over facts that always hold, for the proofs.
        derived: The expression it is computed by; None where it is observed or supplied.

    Raises:
        RuleError: The name is malformed, the range is empty or has no meaning for the kind, or an
            expression nests too deep.
        KindError: A bound, or the deriving expression, is of another kind.
    """

    name: str
    kind: Kind = field(converter=Kind)
    label: Text = field(default=Text(""), converter=as_text)
    description: str = ""
    unit: str = ""
    source: str = ""
    minimum: FactValue | None = None
    maximum: FactValue | None = None
    categories: tuple[str, ...] | None = field(default=None, converter=optional(several))
    protected: bool = False
    freshness: Freshness = field(default=Freshness.DAILY, converter=Freshness)
    relations: tuple[Expression, ...] = field(default=(), converter=several)
    derived: Expression | None = None

    def __attrs_post_init__(self) -> None:
        if not (isinstance(self.name, str) and _NAME.fullmatch(self.name)):
            raise RuleError(
                f"{self.name!r} is no name for a fact",
                mend="use lower-case words joined by _, after a namespace and a dot if a plugin's",
            )
        if not self.label.en:
            object.__setattr__(self, "label", Text(self.name.replace("_", " ")))
        self._settle_range()
        if self.categories is not None and self.kind is not Kind.CATEGORY:
            raise KindError(f"a {self.kind} has no categories", where=f"fact {self.name}")
        if self.derived is not None and self.derived.kind is not self.kind:
            raise KindError(
                f"it is a {self.kind}, but its expression gives a {self.derived.kind}",
                where=f"fact {self.name}",
            )
        for relation in self.relations:
            require_condition(relation)
        for expression in (*self.relations, *([] if self.derived is None else [self.derived])):
            require_shallow(expression, f"fact {self.name}")

    def _settle_range(self) -> None:
        for bound in ("minimum", "maximum"):
            value = getattr(self, bound)
            if value is None:
                continue
            if self.kind not in NUMERIC and self.kind is not Kind.DATE:
                raise KindError(f"a {self.kind} has no {bound}", where=f"fact {self.name}")
            object.__setattr__(self, bound, literal_value(value, self.kind))
        if self.minimum is not None and not self._is_at_most_maximum(self.minimum):
            raise RuleError("its range is empty", where=f"fact {self.name}")

    def _is_at_most_maximum(self, value: FactValue) -> bool:
        return self.maximum is None or value <= self.maximum  # type: ignore[operator]

    def check_category(self, value: FactValue) -> None:
        """Refuse a value that this category can't have.

        Raises:
            RuleError: Naming the nearest category.
        """
        if self.categories is None or value in self.categories:
            return
        raise RuleError(
            f"{value!r} is none of its categories",
            where=f"fact {self.name}",
            mend=_nearest(str(value), self.categories),
        )

    def admits(self, value: FactValue) -> bool:
        """Whether a value of the fact's kind lies in its range or among its categories."""
        if self.categories is not None:
            return value in self.categories
        too_low = self.minimum is not None and value < self.minimum  # type: ignore[operator]
        return not too_low and self._is_at_most_maximum(value)

    def children(self) -> tuple[Expression, ...]:
        """None: a fact is read by its name, whatever it may be derived from."""
        return ()

    def to_json(self) -> dict[str, Any]:
        """The fact's name, as plain JSON data; what it is stands in `definition`."""
        return {"fact": self.name}

    def definition(self) -> dict[str, Any]:
        """All that is declared of the fact, as plain JSON data."""
        return {
            "name": self.name,
            "kind": self.kind.value,
            "label": {"en": self.label.en, "zh": self.label.zh},
            "description": self.description,
            "unit": self.unit,
            "source": self.source,
            "minimum": None if self.minimum is None else str(self.minimum),
            "maximum": None if self.maximum is None else str(self.maximum),
            "categories": None if self.categories is None else list(self.categories),
            "protected": self.protected,
            "freshness": self.freshness.value,
            "relations": [relation.to_json() for relation in self.relations],
            "derived": None if self.derived is None else self.derived.to_json(),
        }

    def __repr__(self) -> str:
        return self.name


def facts_in(expression: Expression) -> tuple[Fact, ...]:
    """The facts an expression reads, each once, in the order it meets them."""
    found: dict[str, Fact] = {}
    for node in expression.walk():
        if isinstance(node, Fact):
            found.setdefault(node.name, node)
    return tuple(found.values())


def unknown_fact(name: str, known: Iterable[str]) -> UnknownFactError:
    """The error for a fact that nobody defined, naming the nearest one that exists."""
    return UnknownFactError(f"there is no fact {name!r}", mend=_nearest(name, known))


def _nearest(word: str, candidates: Iterable[str]) -> str:
    candidates = list(candidates)
    close = get_close_matches(word, candidates, n=1, cutoff=0.5)
    if close:
        return f"did you mean {close[0]!r}?"
    return f"known: {', '.join(sorted(candidates))}" if len(candidates) <= 12 else ""

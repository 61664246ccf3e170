"""A whole rule set compiled into one Python function.

The function reads each fact once, then takes one of two ways. Where all that the comparisons need
is known, the rules are plain Python conditions. Where something is missing, each rule that it bears
on is asked two questions, "is it surely true?" and "is it surely false?"; a rule that is neither is
unknown. Both ways answer exactly as `RuleSet.evaluate` does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

from relationship_core.rules.evaluation import NEGATED, Facts
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
from relationship_core.rules.kind import arithmetic
from relationship_core.rules.outcome import (
    NOTHING_FIRED,
    HitPolicy,
    Outcome,
    agreed,
    several_fired,
)
from relationship_core.rules.rule import IfMissing, Rule

_NESTED = 40
"""Deeper conditions get a line of their own: Python refuses some 200 parentheses in each other."""


def compile_rules(rules: Sequence[Rule], hit_policy: HitPolicy) -> Callable[[Facts], Outcome]:
    """The function from facts to outcome that the rules stand for."""
    source = _Source()
    careful = [source.careful(rule) for rule in rules]
    # Only now: a condition that stands as a value was asked above, with care, and stays so.
    source.everything_is_known = True
    asked = [
        each._replace(holds=source.surely(rule.when))
        for each, rule in zip(careful, rules, strict=True)
    ]
    if hit_policy is HitPolicy.FIRST:
        return source.function(_first(source, asked))
    if hit_policy is HitPolicy.ANY:
        settle = source.constant(lambda fired, unknown: agreed(rules, fired, unknown))
        return source.function([*_all_that_fire(asked), f"return {settle}(fired, unknown)"])
    answer = ["return Outcome(fired, unknown) if fired or unknown else NOTHING_FIRED"]
    if hit_policy is HitPolicy.UNIQUE:
        ids = [rule.id for rule in rules]
        refuse = source.constant(lambda fired: several_fired([ids[place] for place in fired]))
        answer.insert(0, f"if len(fired) > 1: raise {refuse}(fired)")
    return source.function([*_all_that_fire(asked), *answer])


def compile_values(
    expressions: Sequence[Expression], derived: Mapping[str, Expression]
) -> Callable[[Facts], tuple[Any, ...]]:
    """The function from facts to the expressions' values, None where unknown.

    Args:
        expressions: What to compute.
        derived: The facts that are computed too, by name, wherever an expression reads them; they
            may build on each other, but not in a circle.
    """
    source = _Source(derived)
    values = [source.value(expression) for expression in expressions]
    return source.function([f"return ({''.join(f'{value}, ' for value in values)})"])


class _Asked(NamedTuple):
    """The code of one rule's condition.

    Args:
        needed: What must be known for the plain condition, a name for each.
        surely: True exactly where the condition is true.
        surely_not: True exactly where it is false, or where it doesn't count that it is open.
        holds: The plain condition.
    """

    needed: tuple[str, ...]
    surely: str
    surely_not: str
    holds: str


class _Source:
    """The source text of one function: its constants, what it reads, and what it computes."""

    def __init__(self, derived: Mapping[str, Expression] = MappingProxyType({})) -> None:
        self.namespace: dict[str, Any] = {
            "Outcome": Outcome,
            "NOTHING_FIRED": NOTHING_FIRED,
            "unknown_fact": unknown_fact,
        }
        self.needed: dict[str, None] = {}
        self.everything_is_known = False
        self._derived = derived
        self._reads: dict[str, str] = {}
        self._locals: dict[str, str] = {}
        self._constants: dict[object, str] = {}
        # By identity: the rules keep each expression alive for as long as this source is written.
        self._names: dict[int, str] = {}

    def constant(self, value: object, key: object = None) -> str:
        """A name that stands for a value in the function, the same one for the same key."""
        name = f"c{len(self.namespace)}"
        if key is not None and self._constants.setdefault(key, name) != name:
            return self._constants[key]
        self.namespace[name] = value
        return name

    def function(self, body: Iterable[str]) -> Callable[[Facts], Any]:
        """The function whose last part is `body`."""
        reads = [f"    {local} = facts[{name!r}]" for name, local in self._reads.items()]
        missing_key = [
            "except KeyError as error:",
            "    raise unknown_fact(error.args[0], facts) from None",
        ]
        computed = [f"{local} = {code}" for code, local in self._locals.items()]
        lines = [*(["try:", *reads, *missing_key] if reads else []), *computed, *body]
        text = "def decide(facts):\n" + "".join(f"    {line}\n" for line in lines)
        exec(compile(text, "<compiled rules>", "exec"), self.namespace)  # noqa: S102 - our own text
        function: Callable[[Facts], Any] = self.namespace["decide"]
        return function

    # -- values -------------------------------------------------------------------------------
    def value(self, expression: Expression) -> str:
        """A local name or constant that holds the value, None where it is unknown."""
        if id(expression) not in self._names:
            self._names[id(expression)] = self._named(expression)
        return self._names[id(expression)]

    def _named(self, expression: Expression) -> str:
        match expression:
            case Fact(name=name) if name in self._derived:
                return self.value(self._derived[name])
            case Fact(name=name):
                return self._reads.setdefault(name, f"f{len(self._reads)}")
            case Literal(value=value, kind=kind):
                return self.constant(value, (kind, value))
            case Arithmetic(operator=symbol, left=left, right=right, kind=kind):
                compute = self.constant(arithmetic(symbol, kind), (symbol, kind, "compute"))
                code = f"{compute}({self.value(left)}, {self.value(right)})"
                return self._local(f"{code} if {self._known(left, right)} else None")
            case OrElse(operand=operand, default=default):
                one, other = self.value(operand), self.value(default)
                return self._local(f"{one} if {one} is not None else {other}")
        true, false = self.surely(expression), self.surely_not(expression)
        return self._local(f"True if {true} else False if {false} else None")

    def _local(self, code: str) -> str:
        return self._locals.setdefault(code, f"v{len(self._locals)}")

    def _known(self, *expressions: Expression) -> str:
        names = [self.value(each) for each in expressions if not isinstance(each, Literal)]
        return " and ".join(f"{name} is not None" for name in names) or "True"

    # -- conditions ---------------------------------------------------------------------------
    def careful(self, rule: Rule) -> _Asked:
        """A rule's condition asked with care; the plain one is still to be written."""
        self.needed = {}
        surely = self.surely(rule.when)
        is_skipped = rule.if_missing is IfMissing.SKIP
        surely_not = "True" if is_skipped else self.surely_not(rule.when)
        return _Asked(tuple(self.needed), surely, surely_not, "")

    def surely(self, condition: Expression) -> str:
        """Code that is true exactly where the condition is true."""
        return self._settled(condition, holds=True)

    def surely_not(self, condition: Expression) -> str:
        """Code that is true exactly where the condition is false."""
        return self._settled(condition, holds=False)

    def _settled(self, condition: Expression, *, holds: bool, depth: int = 0) -> str:
        if depth > _NESTED:
            return self._flagged(condition, holds=holds)
        match condition:
            case Comparison(operator=symbol, left=left, right=right):
                return self._compared(symbol if holds else NEGATED[symbol], left, right)
            case Between(operand=operand, low=low, high=high):
                symbol, word = ("<=", "and") if holds else (">", "or")
                above, below = ((low, operand), (operand, high))
                return f"({self._compared(symbol, *above)} {word} {self._compared(symbol, *below)})"
            case Membership(operand=operand, values=values):
                listed = self.constant(frozenset(values), (operand.kind, values))
                code = f"{self.value(operand)} {'in' if holds else 'not in'} {listed}"
                return self._guarded(code, operand)
            case Missing(operand=operand):
                return f"({self.value(operand)} is {'' if holds else 'not '}None)"
            case And(operands=operands) | Or(operands=operands):
                word = " and " if isinstance(condition, And) is holds else " or "
                parts = [self._settled(each, holds=holds, depth=depth + 1) for each in operands]
                return "(" + word.join(parts) + ")"
            case Not(operand=operand):
                return self._settled(operand, holds=not holds, depth=depth)
            case AtLeast(count=count, operands=operands):
                needed = count if holds else len(operands) - count + 1
                parts = [self._settled(each, holds=holds, depth=depth + 1) for each in operands]
                if needed in {1, len(parts)}:
                    return "(" + (" or " if needed == 1 else " and ").join(parts) + ")"
                return f"(sum(({', '.join(parts)},)) >= {needed})"
        return self._flagged(condition, holds=holds)

    def _flagged(self, condition: Expression, *, holds: bool) -> str:
        flag = self.value(condition)
        if not isinstance(condition, Literal):
            self.needed[flag] = None
        return f"({flag} is {holds})"

    def _compared(self, symbol: str, left: Expression, right: Expression) -> str:
        return self._guarded(f"{self.value(left)} {symbol} {self.value(right)}", left, right)

    def _guarded(self, code: str, *operands: Expression) -> str:
        if self.everything_is_known:
            return f"({code})"
        for operand in operands:
            if not isinstance(operand, Literal):
                self.needed[self.value(operand)] = None
        return f"({self._known(*operands)} and {code})"


def _first(source: _Source, asked: Sequence[_Asked]) -> list[str]:
    needed = dict.fromkeys(name for rule in asked for name in rule.needed)
    lines = [f"if {' or '.join(f'{name} is None' for name in needed) or 'False'}:"]
    lines.append("    unknown = ()")
    hits = [source.constant(Outcome((place,), ())) for place in range(len(asked))]
    for place, (rule, hit) in enumerate(zip(asked, hits, strict=True)):
        answer = f"return Outcome(({place},), unknown) if unknown else {hit}"
        lines += [f"    {line}" for line in _with_care(rule, place, answer)]
    lines.append("    return Outcome((), unknown) if unknown else NOTHING_FIRED")
    lines += [f"if {rule.holds}: return {hit}" for rule, hit in zip(asked, hits, strict=True)]
    return [*lines, "return NOTHING_FIRED"]


def _all_that_fire(asked: Sequence[_Asked]) -> list[str]:
    lines = ["fired = unknown = ()"]
    for place, rule in enumerate(asked):
        lines += _with_care(rule, place, f"fired += ({place},)")
    return lines


def _with_care(rule: _Asked, place: int, answer: str) -> list[str]:
    """A rule's answer where what it needs may be missing."""
    if not rule.needed:
        return [f"if {rule.holds}: {answer}"]
    lines = [f"if {' and '.join(f'{name} is not None' for name in rule.needed)}:"]
    lines += [f"    if {rule.holds}: {answer}", f"elif {rule.surely}: {answer}"]
    if rule.surely_not != "True":
        lines.append(f"elif not {rule.surely_not}: unknown += ({place},)")
    return lines

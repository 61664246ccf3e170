"""The solver that proofs rest on, and plain connectives that fold what is already known.

Z3 (L. de Moura and N. Bjørner, Z3: An Efficient SMT Solver, TACAS 2008) is asked for a customer who
breaks a law; where there is none, the law is proved. It is held to a number of steps instead of a
time, so that the same rules give the same answer on every machine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from importlib import import_module
from typing import Any

from relationship_core.errors import MissingExtraError

Term = Any
"""A term of the solver, or a plain Python value where it is a constant."""


def load_z3() -> Any:
    """The solver's module.

    Raises:
        MissingExtraError: It isn't installed.
    """
    try:
        return import_module("z3")
    except ImportError:
        raise MissingExtraError("verify", needed_for="proving rules") from None


def all_hold(z3: Any, parts: Iterable[Term]) -> Term:
    """Whether all parts hold."""
    left = []
    for part in parts:
        if part is False:
            return False
        if part is not True:
            left.append(part)
    if len(left) < 2:
        return left[0] if left else True
    return _joined(z3, z3.Z3_mk_and, left)


def one_holds(z3: Any, parts: Iterable[Term]) -> Term:
    """Whether at least one part holds."""
    left = []
    for part in parts:
        if part is True:
            return True
        if part is not False:
            left.append(part)
    if len(left) < 2:
        return left[0] if left else False
    return _joined(z3, z3.Z3_mk_or, left)


def _joined(z3: Any, join: Callable[..., Any], parts: list[Term]) -> Term:
    """Parts joined without a look at their sorts, which takes longer than all else in a proof."""
    context = parts[0].ctx
    terms = (z3.Ast * len(parts))(*[part.as_ast() for part in parts])
    return z3.BoolRef(join(context.ref(), len(parts), terms), context)


def negated(z3: Any, part: Term) -> Term:
    """Whether a part doesn't hold."""
    if isinstance(part, bool):
        return not part
    return z3.BoolRef(z3.Z3_mk_not(part.ctx.ref(), part.as_ast()), part.ctx)


def same(z3: Any, one: Term, other: Term) -> Term:
    """Whether two conditions, neither of them settled, hold together."""
    return z3.BoolRef(z3.Z3_mk_eq(one.ctx.ref(), one.as_ast(), other.as_ast()), one.ctx)


def chosen(z3: Any, condition: Term, one: Term, other: Term) -> Term:
    """One term where a condition holds, else the other."""
    if isinstance(condition, bool):
        return one if condition else other
    return z3.If(condition, one, other)


def at_least(z3: Any, count: int, parts: Iterable[Term]) -> Term:
    """Whether so many parts hold, or more."""
    left = []
    for part in parts:
        if part is True:
            count -= 1
        elif part is not False:
            left.append(part)
    if count <= 0 or count > len(left):
        return count <= 0
    if count in {1, len(left)}:
        return one_holds(z3, left) if count == 1 else all_hold(z3, left)
    return z3.PbGe([(part, 1) for part in left], count)

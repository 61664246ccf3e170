"""DuckDB's own words: whole quotients of integers of 128 bits in a tenth of the time.

DuckDB divides 128 bits some thirty times more slowly than 64. So a quotient is estimated by a
float, a little low; what the estimate leaves is computed exactly, has few digits, and is divided in
64 bits. Whatever the estimate was, the sum of both is the quotient, to the last unit; that what is
left fits is known from the bounds of both sides, else the engine's own division is asked.
"""

from __future__ import annotations

from relationship_core.rules.compile_frame.cells import LARGEST
from relationship_core.rules.compile_frame.quotient import Quotient
from relationship_core.rules.compile_frame.sql_text import quoted

_ROOM = 10**38
"""What 128 bits hold, and more."""

_LOST_BITS = 45
"""A float has 53; an estimate keeps at least so many after a cast or two and a quotient."""

_ESTIMATES = 2


def quotient_in_sql(quotient: Quotient) -> str:
    """A whole quotient, rounded down."""
    over = quoted(quotient.over)
    under = quoted(quotient.under) if isinstance(quotient.under, str) else str(quotient.under)
    if quotient.is_wide:
        return _estimated(quotient, over, under) or _of_wide(quotient, over, f"{under}::hugeint")
    return _of_narrow(quotient, over, f"{under}::bigint")


def _of_narrow(quotient: Quotient, over: str, under: str) -> str:
    if not quotient.is_signed:
        return f"{over} // {under}"
    if isinstance(quotient.under, int):
        # `//` cuts towards zero: with enough divisors added, nothing is below it.
        more = -(-quotient.most // quotient.under)
        if quotient.most + more * quotient.under <= LARGEST:
            return f"({over} + {more * quotient.under}) // {under} - {more}"
    return f"{over} // {under} - ({over} % {under} < 0)::bigint"


def _of_wide(quotient: Quotient, over: str, under: str) -> str:
    if not quotient.is_signed:
        return f"{over} // {under}"
    below = f"-(({under} - 1 - {over}) // {under})"
    return f"case when {over} < 0 then {below} else {over} // {under} end"


def _estimated(quotient: Quotient, over: str, under: str) -> str:
    """The quotient by way of estimates; empty where too much might be left by them."""
    estimates, rest = list[str](), f"{over}::hugeint"
    most, magnitude = quotient.most, quotient.most // quotient.least
    for _ in range(_ESTIMATES):
        slack = (magnitude >> _LOST_BITS) + 2
        left = quotient.divisor * 2 * (slack + 1)
        if most + left > _ROOM:
            return ""
        whole = "bigint" if magnitude + 2 * slack <= LARGEST else "hugeint"
        low = f"(trunc({rest}::double / {under}::double)::{whole} - {slack})"
        estimates.append(low)
        rest = f"({rest} - {low}::hugeint * {under}::hugeint)"
        if left <= LARGEST:
            last = f"({rest}::bigint // {under}::bigint)"
            return " + ".join([*estimates, last])
        most, magnitude = left, 2 * (slack + 1)
    return ""

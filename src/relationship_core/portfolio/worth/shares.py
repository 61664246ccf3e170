"""Amounts of joint accounts, shared among their owners to the last unit, in columns.

By largest remainder, ties to the lower owner id, as `domain.money.divide_units` does. Who comes
before whom is counted among the few owners of an account; nothing large is sorted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from operator import lt, mul, sub
from typing import Final

import narwhals as nw
from attrs import frozen

from relationship_core.errors import DataError
from relationship_core.portfolio.schema import OwnerRole
from relationship_core.portfolio.tables import Frame, Tables
from relationship_core.portfolio.tables.measure import LARGEST_NARROW, MOST_DIGITS
from relationship_core.rules.compile_frame.dialect import Dialect, Words
from relationship_core.rules.compile_frame.plan import Plan, Term

MOST_OWNERS: Final = 10**4
"""So many owners can share an account; how large sums of their weights get goes by it."""

_OWN: Final = ("weight", "weights")
_OTHER: Final = ("other_id", "other_weight")


@frozen(eq=False)
class Ownership:
    """Who owns the accounts of a portfolio; who is only authorised owns nothing.

    Args:
        sole: `account_id` and `customer_id` of accounts with one owner.
        joint: Each owner of an account with several: `account_id`, `customer_id`, `weight` and
            `weights`, the part owned and the sum of all parts.
        bound: What a weight stays at or below.
    """

    sole: Frame
    joint: Frame
    bound: int
    _dialect: Dialect

    @classmethod
    def of(cls, tables: Tables) -> Ownership:
        """Find out who owns what, from the table of owners.

        Raises:
            DataError: Shares have so many digits that no engine computes with them.
        """
        measure = tables.measure("owners", "share")
        one = 10**measure.scale
        bound = max(measure.bound, one)
        if bound * MOST_OWNERS**2 * 10 >= 10**MOST_DIGITS:
            raise DataError(
                "a share has too many digits",
                file="owners",
                field="share",
                mend="shares are relative: give whole numbers, or fewer decimals",
            )
        is_wide = bound * MOST_OWNERS > LARGEST_NARROW
        weight = nw.coalesce(nw.col("share"), nw.lit(one))
        owners = (
            tables.frame("owners")
            .filter(nw.col("role").is_null() | (nw.col("role") == OwnerRole.OWNER.value))
            .select(
                "account_id",
                "customer_id",
                weight=weight.cast(tables.dialect.wide) if is_wide else weight,
            )
        )
        by_account = owners.group_by("account_id").agg(
            owners=nw.len(),
            weights=nw.col("weight").sum(),
        )
        # Among more owners nobody's part is known, rather than wrong.
        bounded = nw.when(nw.col("owners") <= MOST_OWNERS).then(nw.col("weights"))
        several = by_account.filter(nw.col("owners") > 1)
        several = several.select("account_id", weights=bounded)
        # The few are quickly found among the many, while one of many texts is slow to choose.
        sole = owners.join(several.select("account_id"), on="account_id", how="anti")
        return cls(
            sole.select("account_id", "customer_id"),
            owners.join(several, on="account_id"),
            bound,
            tables.dialect,
        )

    def share(self, rows: Frame, amounts: Mapping[str, int], keys: Sequence[str] = ()) -> Frame:
        """What each owner of a joint account gets of its amounts.

        Args:
            rows: Of any accounts, with `account_id`; those that aren't joint are left out.
            amounts: What the magnitudes of columns of whole units stay at or below, by their names.
                An amount that isn't known is null, and so is each owner's part of it.
            keys: The other columns to keep. With the account they tell the rows apart.

        Returns:
            `account_id`, the keys, `customer_id` and the parts.
        """
        others = self.joint.select(
            "account_id", other_id=nw.col("customer_id"), other_weight=nw.col("weight")
        )
        pairs = rows.join(self.joint, on="account_id").join(others, on="account_id")
        kept = ["account_id", *keys, "customer_id", *_OWN]
        ranked = Plan(self._dialect)
        standings = {
            _rank(name): self._standing(ranked, name, bound) for name, bound in amounts.items()
        }
        counted = (
            ranked.carried_out(pairs, standings)
            .group_by(kept)
            .agg(
                *[nw.col(name).max() for name in amounts],
                *[nw.col(name).sum() for name in standings],
            )
        )
        last = Plan(self._dialect)
        parts = {name: self._part(last, name, bound) for name, bound in amounts.items()}
        return last.carried_out(counted, parts).select("account_id", *keys, "customer_id", *amounts)

    def _standing(self, plan: Plan, name: str, bound: int) -> Term:
        """What, summed over all owners, is negative exactly if this one gets a unit that is left.

        So many units are left as the remainders hold whole sums of weights, and this owner gets one
        if fewer others come before.
        """
        own = plan.named(self._divided(plan, name, bound, "weight")[1])
        other = plan.named(self._divided(plan, name, bound, "other_weight")[1])
        is_lower = plan.join(lt, self._column("other_id"), self._column("customer_id"))
        where, nothing = self._dialect.where, self._dialect.whole(0)

        def standing(theirs: Words, mine: Words, lower: Words, total: Words) -> Words:
            comes_first = (theirs > mine) | ((theirs == mine) & lower)
            return where(comes_first, total - theirs, nothing - theirs)

        return plan.join(standing, other, own, is_lower, self._column("weights"))

    def _part(self, plan: Plan, name: str, bound: int) -> Term:
        whole = plan.named(self._divided(plan, name, bound, "weight")[0])
        where, number = self._dialect.where, self._dialect.whole

        def part(units: Words, standing: Words, amount: Words) -> Words:
            size = units + where(standing < number(0), number(1), number(0))
            return where(amount < number(0), number(0) - size, size)

        exact = plan.join(part, whole, self._column(_rank(name)), self._column(name))
        physical = nw.Int64() if bound <= LARGEST_NARROW else self._dialect.wide
        return plan.join(lambda x: x.cast(physical), exact)

    def _column(self, name: str) -> Term:
        return Term(self._dialect.column(name), column=name)

    def _divided(self, plan: Plan, name: str, bound: int, weight: str) -> tuple[Term, Term]:
        """The magnitude times a weight over the sum of weights: the whole quotient and the rest.

        By long division, as many digits of the magnitude at a time as fit beside the weights.
        """
        total = self.bound * MOST_OWNERS
        is_narrow = max(bound, 2 * total) * self.bound * 2 <= LARGEST_NARROW
        physical = nw.Int64() if is_narrow else self._dialect.wide
        room = LARGEST_NARROW if is_narrow else 10**MOST_DIGITS
        limb = 10 ** (len(str(room // (2 * total))) - 1)
        base = self._dialect.whole(limb, wide=not is_narrow)
        divided = partial(plan.divided, is_wide=not is_narrow, is_signed=False)

        def settled(column: str) -> Term:
            return plan.named(plan.join(lambda x: x.cast(physical), self._column(column)))

        def step(over: Term) -> tuple[Term, Term]:
            over = plan.named(over)
            whole = divided(over, weights, most=room, divisor=total)
            return whole, plan.join(sub, over, plan.join(mul, whole, weights))

        magnitude = plan.named(plan.join(lambda x: x.abs(), settled(name)))
        weighed, weights = settled(weight), settled("weights")
        digits = list[Term]()
        while bound * self.bound >= room // 2:
            rest = divided(magnitude, limb, most=bound, divisor=limb)
            digits.append(plan.join(lambda x, q: x - q * base, magnitude, rest))
            magnitude, bound = rest, bound // limb
        whole, left = step(plan.join(mul, magnitude, weighed))
        for digit in reversed(digits):
            over = plan.join(lambda r, x, w: r * base + x * w, plan.named(left), digit, weighed)
            units, left = step(over)
            whole = plan.join(lambda q, u: q * base + u, whole, units)
        return whole, left


def _rank(name: str) -> str:
    return f"{name}_rank"

"""Observers that would change what they may only look at, or fail."""

from __future__ import annotations

from typing import Any

from relationship_core import hookimpl


class Bank:
    @hookimpl
    def rc_review_completed(self, review: Any) -> None:
        review.tier = "vip"


class Branch:
    @hookimpl
    def rc_review_completed(self, review: Any) -> None:
        review.facts["aum"] = 0


class Outlet:
    @hookimpl
    def rc_review_completed(self, review: Any) -> None:
        raise ValueError(f"no file for {review.customer_id}")

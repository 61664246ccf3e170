"""A plugin as it should be: a module whose functions are hooks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from relationship_core import Entitlement, Extension, Fact, Kind, Review, Rule, extend, hookimpl
from relationship_core.facts import aum, deposits_average_3m

deposits_share = Fact(
    "sound.deposits_share", Kind.RATIO, minimum=0, derived=deposits_average_3m / aum
)
reviewed: list[str] = []


@hookimpl
def rc_facts() -> list[Fact]:
    return [deposits_share]


@hookimpl
def rc_service(settings: Mapping[str, Any]) -> Extension:
    least = settings["saver"]["least_share"] if "saver" in settings else 0.5
    return extend(
        entitlements=[
            Rule(
                "saver-rate",
                when=deposits_share >= least,
                then=Entitlement("saver-rate", "a better rate for savers", "price"),
            )
        ]
    )


@hookimpl
def rc_review_completed(review: Review) -> None:
    reviewed.append(review.customer_id)

"""Which tiers of a ladder the built-in rules take for the best, whoever's ladder it is."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relationship_core import Engine, Rule, Tiering, hookimpl
from relationship_core.facts import aum
from relationship_core.plugins.builtin_ladder import LADDER, Ranks

ladders = st.lists(st.sampled_from("abcdefgh"), min_size=1, unique=True).map(tuple)


def test_of_the_built_in_ladder_they_are_these() -> None:
    ranks = Ranks(LADDER)
    assert ranks.top == ("vip",)
    assert ranks.best == ("vip", "key")
    assert ranks.good == ("vip", "key", "secondary")
    assert ranks.growing == ("ordinary",)
    assert ranks.others == ("ordinary", "small")


@given(ladders)
def test_each_is_the_upper_part_of_the_next(ladder: tuple[str, ...]) -> None:
    ranks = Ranks(ladder)
    for narrow, wide in pairwise((ranks.top, ranks.best, ranks.good, ladder)):
        assert wide[: len(narrow)] == narrow
    assert ranks.good + ranks.others == ladder
    assert (*ranks.growing, ladder[-1]) == ranks.others


@pytest.mark.parametrize("tiers", [["gold", "rest"], ["everybody"], ["a", "b", "c", "d", "e", "f"]])
def test_built_in_service_and_retention_speak_of_the_tiers_in_force(tiers: list[str]) -> None:
    class Bank:
        @hookimpl
        def rc_tiering(self) -> Tiering:
            return Tiering(tiers, [Rule(tier, aum >= 9 - n) for n, tier in enumerate(tiers[:-1])])

    book = Engine.from_plugins(Bank()).rule_book
    told = " ".join(repr(rule.when) for rule in book.rules())
    assert not any(f"'{tier}'" in told for tier in LADDER)
    granted = {rule.id: repr(rule.when) for rule in book.service.entitlements.rules}
    assert ("vip-lane" in granted) is (len(tiers) > 1)
    assert repr(tiers[-1]) in granted["digital-self-service"]
    assert all(rule.origin == "builtin" for rule in book.service.entitlements.rules)
    assert ("manager-visit" in {rule.id for rule in book.retention.actions.rules}) is (
        len(tiers) > 1
    )

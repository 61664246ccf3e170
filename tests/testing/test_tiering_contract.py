"""Every law of a tiering can be broken, and is then told by name with what to mend."""

from __future__ import annotations

import os
import random
import socket
import time
from collections.abc import Callable, Mapping
from datetime import date
from itertools import count
from pathlib import Path
from typing import Any

import attrs
import pytest

from relationship_core import Rule, RuleSet, Standing, Tiering
from relationship_core.facts import (
    aum,
    complaints_12m,
    contribution_12m,
    days_past_due,
    product_count,
)
from relationship_core.rules import RuleExplanation
from relationship_core.testing import TieringContract
from tests.plugins.bank import plugin
from tests.testing.laws import broken_laws, keeps_all_laws, skipped_laws

LADDER = ("private", "gold", "standard")
RULES = (
    Rule("private", when=aum >= 8_000_000),
    Rule("gold", when=(contribution_12m >= 50_000) & (days_past_due <= 30)),
)


def bank(tiering: Callable[[], Any]) -> Any:
    """A plugin of this tiering alone."""
    return plugin("bank", rc_tiering=tiering)


def own(decide: Callable[..., Any], *rules: Rule) -> Any:
    """A plugin whose tiering decides by code of its own, upon what its rules decide."""

    @attrs.frozen
    class Own(Tiering):
        def decide(self, standing: Standing | None, facts: Any, as_of: date) -> Any:
            return decide(facts, super().decide(standing, facts, as_of), as_of)

    return bank(lambda: Own(LADDER, rules or RULES))


def sound() -> Tiering:
    return Tiering(LADDER, RULES)


def one_broken(law: str, broken: Mapping[str, Any], told: str, mend: str) -> None:
    """Exactly this law is broken, and the error says what is wrong and what to mend."""
    assert set(broken) == {law}, {name: str(error) for name, error in broken.items()}
    error = broken[law]
    assert told in error.what
    assert mend in error.mend
    assert error.where == "plugin bank 1.0"


def test_a_sound_tiering_breaks_none() -> None:
    rising = {"contribution_12m", "aum"}
    assert keeps_all_laws(TieringContract, bank(sound), monotone=rising, antitone={"days_past_due"})
    assert skipped_laws(TieringContract, bank(sound)) == {"test_monotone"}


def test_one_that_does_not_load_is_told_once() -> None:
    broken = broken_laws(
        TieringContract, bank(lambda: Tiering(["gold", "rest"], [Rule("golden", aum > 1)]))
    )
    assert set(broken) == {"test_loads"}
    assert "'golden' is no tier of the ladder" in broken["test_loads"].what


def test_one_that_gives_no_tiering_is_told_once() -> None:
    broken = broken_laws(TieringContract, plugin("bank", rc_facts=list))
    one_broken("test_loads", broken, "doesn't answer rc_tiering", "subclass the contract")


def test_total() -> None:
    def decide(facts: Any, decided: Any, as_of: date) -> Any:
        return (
            {"high": decided}[str(facts["product_count"])]
            if facts["days_past_due"] == 31
            else decided
        )

    one_broken("test_total", broken_laws(TieringContract, own(decide)), "KeyError", "by rules")


def test_builds_alike() -> None:
    times = count(1)

    def tiering() -> Tiering:
        return Tiering(LADDER, [Rule("private", aum >= next(times))])

    told = "two different rule books"
    one_broken("test_builds_alike", broken_laws(TieringContract, bank(tiering)), told, "settings")


@pytest.mark.parametrize(
    ("reach", "told"),
    [(date.today, "the clock by date.today()"), (random.random, "chance by Random.random()")],
)
def test_builds_without_clock_or_chance(reach: Callable[[], Any], told: str) -> None:
    def tiering() -> Tiering:
        reach()
        return sound()

    broken = broken_laws(TieringContract, bank(tiering))
    one_broken("test_builds_alike", broken, told, "let the host hand it in")
    assert "test_tiering_contract.py, line" in broken["test_builds_alike"].what


def test_a_table_may_be_read_while_the_book_is_built() -> None:
    def tiering() -> Tiering:
        Path(__file__).read_bytes()
        return sound()

    assert keeps_all_laws(TieringContract, bank(tiering))


def test_deterministic() -> None:
    times = count()

    def decide(facts: Any, decided: Any, as_of: date) -> Any:
        # Only in words, so that nobody else's comparison of tiers sees it.
        return attrs.evolve(decided, missing=(str(next(times)),)) if decided.before else decided

    broken = broken_laws(TieringContract, own(decide))
    assert "test_deterministic" in broken
    assert "two different answers" in broken["test_deterministic"].what


def test_without_io_or_clock() -> None:
    def decide(facts: Any, decided: Any, as_of: date) -> Any:
        Path(__file__).read_bytes()
        return decided

    broken = broken_laws(TieringContract, own(decide))
    one_broken("test_without_io_or_clock", broken, "for files by open", "let the host hand it in")


@pytest.mark.parametrize(
    ("reach", "told"),
    [
        (lambda: [*Path(__file__).parent.iterdir()], "files by os.listdir"),
        (lambda: socket.socket().close(), "the network by socket"),
        (date.today, "the clock by date.today()"),
        (time.time, "the clock by time()"),
        (lambda: random.randint(1, 6), "chance by Random.getrandbits()"),
        (lambda: random.Random(), "chance by random.Random() without a seed"),
        (lambda: os.environ.get("TZ"), "the environment by os.environ"),
        (lambda: print(end=""), "the screen by print()"),  # noqa: T201
    ],
)
def test_whatever_is_reached_for_is_named(reach: Callable[[], Any], told: str) -> None:
    def decide(facts: Any, decided: Any, as_of: date) -> Any:
        reach()
        return decided

    law = "test_without_io_or_clock"
    one_broken(law, broken_laws(TieringContract, own(decide), only=law), told, "hand it in")


def test_chance_with_a_seed_is_none() -> None:
    def decide(facts: Any, decided: Any, as_of: date) -> Any:
        random.Random(7).random()
        return decided

    assert keeps_all_laws(TieringContract, own(decide))


def test_explained() -> None:
    @attrs.frozen
    class Terse(Tiering):
        def missing_to_next(self, tier: str, facts: Any) -> tuple[RuleExplanation, ...]:
            told = super().missing_to_next(tier, facts)
            return tuple(attrs.evolve(each, conditions=each.conditions[:1]) for each in told)

    broken = broken_laws(TieringContract, bank(lambda: Terse(LADDER, RULES)))
    told = "the explanation of the rule 'gold' leaves out: days past due"
    one_broken("test_explained", broken, told, "leave explaining to the library")


def test_explained_by_the_rule_that_decides() -> None:
    def decide(facts: Any, decided: Any, as_of: date) -> Any:
        return attrs.evolve(decided, rule="my own judgement") if decided.rule else decided

    broken = broken_laws(TieringContract, own(decide))
    assert "'my own judgement' decides, but" in broken["test_explained"].what


def test_explained_by_no_rule_that_is_not_there() -> None:
    @attrs.frozen
    class Inventive(Tiering):
        def missing_to_next(self, tier: str, facts: Any) -> tuple[RuleExplanation, ...]:
            told = super().missing_to_next(tier, facts)
            return tuple(attrs.evolve(each, rule_id="charm") for each in told)

    tiering = bank(lambda: Inventive(LADDER, RULES))
    broken = broken_laws(TieringContract, tiering, only="test_explained")
    one_broken("test_explained", broken, "'charm' that isn't among its rules", "rules that decide")


def test_scalar_equals_batch() -> None:
    """The last known assets fill the gaps of the next customer, as a data frame's fill does."""
    last: list[Any] = [None]

    def decide(facts: Any, decided: Any, as_of: date) -> Any:
        if facts["aum"] is not None:
            last[0] = facts["aum"]
        elif last[0] is not None and last[0] < 8_000_000:
            return attrs.evolve(decided, tier="standard")
        return decided

    rules = [Rule("private", when=aum >= 8_000_000), Rule("gold", when=contribution_12m >= 0)]
    broken = broken_laws(TieringContract, own(decide, *rules))
    told = "depends on who was reviewed before"
    one_broken("test_scalar_equals_batch", broken, told, "keep nothing from one customer")


@pytest.mark.parametrize(
    ("declared", "told"),
    [
        ({"monotone": {"aum"}}, "the tier falls as aum rises from"),
        ({"antitone": {"complaints_12m"}}, "the tier rises as complaints_12m rises from 1 to"),
    ],
)
def test_monotone(declared: dict[str, Any], told: str) -> None:
    rules = [
        Rule("private", when=aum.between(1_000, 9_000)),
        Rule("gold", when=(complaints_12m >= 2) & (contribution_12m >= 5)),
    ]
    broken = broken_laws(TieringContract, bank(lambda: Tiering(LADDER, rules)), **declared)
    one_broken("test_monotone", broken, told, "look at the rules that read")


def test_what_the_tiering_declares_is_held_too() -> None:
    rules = [Rule("private", when=aum.between(1_000, 9_000))]
    broken = broken_laws(
        TieringContract, bank(lambda: Tiering(LADDER, rules, monotone=["aum"])), only="test_mono"
    )
    one_broken("test_monotone", broken, "the tier falls as aum rises from", "look at the rules")


def test_only_numbers_can_be_declared_monotone() -> None:
    broken = broken_laws(TieringContract, bank(sound), monotone={"kind"})
    one_broken("test_monotone", broken, "declares 'kind' monotone", "that have an order")


def test_survives_missing_facts() -> None:
    def decide(facts: Any, decided: Any, as_of: date) -> Any:
        facts["contribution_12m"] + 1
        return decided

    broken = broken_laws(TieringContract, own(decide))
    one_broken("test_survives_missing_facts", broken, "it raised TypeError", "missing is unknown")
    assert "contribution_12m" in broken["test_survives_missing_facts"].what


def test_gains_nothing_by_missing_facts() -> None:
    def decide(facts: Any, decided: Any, as_of: date) -> Any:
        return attrs.evolve(decided, tier="gold") if facts["days_past_due"] is None else decided

    broken = broken_laws(TieringContract, own(decide))
    told = "the tier rises because"
    one_broken("test_survives_missing_facts", broken, told, "is_missing()")


@pytest.mark.parametrize("when", [days_past_due.is_missing(), days_past_due.or_else(0) < 10])
def test_who_asks_for_what_is_missing_may_gain_by_it(when: Any) -> None:
    rules = [Rule("gold", when=when)]
    assert keeps_all_laws(TieringContract, bank(lambda: Tiering(LADDER, rules)))


def test_compiled_equals_interpreted() -> None:
    class Lazy(RuleSet):
        def evaluate(self, facts: Any) -> Any:
            return RuleSet(self.name, self.rules[:1], self.hit_policy).evaluate(facts)

    broken = broken_laws(
        TieringContract, bank(lambda: Tiering(LADDER, Lazy("tiering.rules", RULES)))
    )
    told = "tiering.rules answers otherwise compiled"
    one_broken("test_compiled_equals_interpreted", broken, told, "use RuleSet as it is")


def test_replayed() -> None:
    def decide(facts: Any, decided: Any, as_of: date) -> Any:
        is_open = decided.is_undetermined or decided.before is not None
        return decided if is_open else attrs.evolve(decided, tier="gold")

    broken = broken_laws(TieringContract, own(decide))
    told = "read back from JSON, without the plugin, the rule book decides otherwise"
    one_broken("test_replayed", broken, told, "decide by the rules alone")


def test_reachable() -> None:
    rules = [Rule("private", when=aum >= 50_000), Rule("gold", when=aum >= 8_000_000)]
    broken = broken_laws(TieringContract, bank(lambda: Tiering(LADDER, rules)))
    mend = "meets one of private first: compare their thresholds"
    one_broken("test_reachable", broken, "nobody was found for whom 'gold' of tiering.rules", mend)


def test_a_condition_that_cannot_hold_reaches_nobody() -> None:
    rules = [Rule("gold", when=(product_count >= 5) & (product_count <= 2))]
    broken = broken_laws(TieringContract, bank(lambda: Tiering(LADDER, rules)))
    one_broken("test_reachable", broken, "'gold' of tiering.rules", "its condition can't hold")

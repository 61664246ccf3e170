from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from relationship_core import (
    Account,
    Customer,
    CustomerKind,
    Dossier,
    Downgrade,
    Owner,
    Position,
    Product,
    ProductFamily,
    Rule,
    Standing,
    Tiering,
    TierOverride,
)
from relationship_core.decisions.rule_book import RuleBook
from relationship_core.facts import aum
from relationship_core.simulation import (
    BookFlaps,
    Flapping,
    Flaps,
    month_ends,
    simulate,
    without_hysteresis,
)
from relationship_core.simulation.flapping import Sampling, goes_back_and_forth
from tests.simulation.books import (
    AS_OF,
    AT_ONCE,
    SLOWLY,
    bank,
    built_in,
    other_cutoffs,
    standing_bank,
)
from tests.simulation.oracle import flaps

SAVINGS = Product("sav", ProductFamily.SAVINGS)
MONTHS = [date(2025 + (6 + n) // 12, (6 + n) % 12 + 1, 1) for n in range(12)]


def holding(name: str, balances: Iterable[int], **fields: Any) -> Dossier:
    """Somebody with these balances at the ends of the twelve months to June 2026."""
    account = Account(f"A-{name}", SAVINGS, "CNY", (Owner(name),), opened=date(2020, 1, 1))
    positions = tuple(
        Position(account.id, month, closing_balance=Decimal(balance))
        for month, balance in zip(MONTHS, balances, strict=True)
    )
    customer = Customer(name, CustomerKind.PERSONAL, **fields)
    return Dossier(customer, accounts=(account,), positions=positions)


def rich_from(amount: int, downgrade: Downgrade | None = SLOWLY["downgrade"]) -> RuleBook:
    tiering = Tiering(("rich", "basic"), [Rule("rich", aum >= amount)], downgrade=downgrade)
    return evolve(built_in(), tiering=tiering)


def replayed(
    dossiers: Iterable[Dossier], current: RuleBook, proposed: RuleBook, **given: Any
) -> Flapping:
    found = simulate(list(dossiers), current, proposed, **{"as_of": AS_OF, "sample": None, **given})
    assert found.flapping is not None
    return found.flapping


UP_AND_DOWN = [5, 5, 5, 15, 5, 15, 5, 15, 5, 15, 5, 15]
STEADY = [15] * 12
RISING = [5] * 6 + [15] * 6
DIPS_LONG = [5, 15, 15, 15, 15, 15, 15, 15, 5, 5, 5, 5]


def test_hysteresis_keeps_a_tier_from_going_back_and_forth() -> None:
    dossiers = [holding(f"C{n}", balances) for n, balances in enumerate([UP_AND_DOWN, STEADY])]
    found = replayed(dossiers, rich_from(10), rich_from(50))
    assert found.months == month_ends(AS_OF, 12)
    assert (found.population, found.replayed, found.seed) == (2, 2, None)
    assert found.current.with_hysteresis == Flaps(0, 1, 24, 0)
    assert found.current.without_hysteresis == Flaps(1, 9, 24, 0)
    assert found.proposed == BookFlaps(Flaps(0, 0, 24, 0), Flaps(0, 0, 24, 0))
    assert found.share(found.current.without_hysteresis) == Decimal("0.5")


def test_one_rise_is_no_flapping_and_a_long_dip_is_one_in_spite_of_hysteresis() -> None:
    found = replayed([holding("C1", RISING)], rich_from(10), rich_from(10))
    assert found.current.without_hysteresis == Flaps(0, 1, 12, 0)
    found = replayed([holding("C1", DIPS_LONG)], rich_from(10), rich_from(10, None))
    # Basic in July, rich from August, basic again once three dips in a row are seen.
    assert found.current.with_hysteresis == Flaps(1, 2, 12, 0)
    assert found.proposed.with_hysteresis == found.proposed.without_hysteresis


def test_who_came_later_has_no_earlier_tier_to_lose() -> None:
    balances = [0] * 4 + [15] * 7 + [5]
    given = {"current": rich_from(10, None), "proposed": rich_from(10, None)}
    assert replayed([holding("C1", balances)], **given).current.with_hysteresis.customers == 1
    came = holding("C1", balances, since=date(2025, 11, 30))
    found = replayed([came], **given)
    assert found.current.with_hysteresis == Flaps(0, 1, 8, 0)


def test_a_month_left_open_is_no_tier() -> None:
    dossier = holding("C1", UP_AND_DOWN)
    some = tuple(one for one in dossier.positions or () if one.month.month not in (9, 10, 11))
    gaps = evolve(dossier, positions=some)
    found = replayed([gaps], rich_from(10, None), rich_from(10, None))
    assert found.is_left_open
    assert found.current.with_hysteresis.reviews == 12
    assert found.current.with_hysteresis.undetermined == 3
    assert not replayed([dossier], rich_from(10), rich_from(10)).is_left_open


def test_neither_a_standing_nor_an_override_counts() -> None:
    override = TierOverride("rich", "why", "A-1", "B-1", date(2025, 9, 1), date(2025, 11, 1))
    standing = Standing(tier="rich", reviewed=date(2026, 6, 1), overrides=(override,))
    dossier = holding("C1", RISING)
    held = evolve(dossier, standing=standing)
    assert replayed([held], rich_from(10), rich_from(10)) == replayed(
        [dossier], rich_from(10), rich_from(10)
    )


def test_no_month_sees_what_came_after_it() -> None:
    balances = [5] * 8 + [15] * 4
    changed = [*balances[:8], 99, 99, 1, 1]
    early = {"as_of": date(2026, 2, 28), "months": 8}
    first = replayed([holding("C1", balances)], rich_from(10), rich_from(10), **early)
    assert first == replayed([holding("C1", changed)], rich_from(10), rich_from(10), **early)


@pytest.mark.parametrize("dossiers", [bank, standing_bank])
def test_counts_are_those_of_reviewing_month_by_month(dossiers: Any) -> None:
    everybody = dossiers()[:60]
    days = month_ends(AS_OF, 5)
    found = replayed(everybody, built_in(), other_cutoffs(), months=5)
    for book, told in ((built_in(), found.current), (other_cutoffs(), found.proposed)):
        for each, counted in (
            (book, told.with_hysteresis),
            (without_hysteresis(book), told.without_hysteresis),
        ):
            expected = flaps(everybody, each, everybody, days)
            assert (counted.customers, counted.changes) == expected
    assert found.current.without_hysteresis.changes > 0


def test_without_hysteresis_nothing_waits_and_all_else_stays() -> None:
    book = built_in()
    swift = without_hysteresis(book)
    assert swift.tiering.downgrade is None
    assert all(rule.then.confirm is None for rule in swift.lifecycle.transitions.rules)
    assert any(rule.then.confirm is not None for rule in book.lifecycle.transitions.rules)
    assert evolve(swift, lifecycle=book.lifecycle, tiering=book.tiering) == book
    assert swift.tiering.keep == book.tiering.keep


def test_no_months_mean_no_replay() -> None:
    found = simulate([holding("C1", STEADY)], rich_from(1), rich_from(2), as_of=AS_OF, months=0)
    assert found.flapping is None
    assert found.tables()["flapping"] == []


def test_a_sample_says_how_many_it_replayed() -> None:
    dossiers = [holding(f"C{n:03d}", UP_AND_DOWN) for n in range(40)]
    found = replayed(dossiers, rich_from(10), rich_from(10, **AT_ONCE), sample=7, seed=3, months=4)
    assert (found.population, found.replayed, found.seed) == (40, 7, 3)
    assert found.current.without_hysteresis.customers == 7
    few = replayed(dossiers[:3], rich_from(10), rich_from(10), sample=7, months=1)
    assert (few.population, few.replayed) == (3, 3)
    none = replayed([], rich_from(10), rich_from(10), months=1)
    assert none.share(none.current.with_hysteresis) is None


@given(
    st.sets(st.text("abc123", min_size=1), min_size=1), st.integers(1, 9), st.integers(), st.data()
)
def test_a_sample_depends_on_the_seed_alone(
    ids: set[str], size: int, seed: int, data: st.DataObject
) -> None:
    def chosen(order: Iterable[str], by: int = seed) -> set[str]:
        sampling = Sampling(size, by)
        for each in order:
            sampling.see(each)
        return {each for each in ids if each in (sampling.chosen() or ())}

    first = chosen(sorted(ids))
    assert len(first) == min(size, len(ids))
    assert chosen(data.draw(st.permutations(sorted(ids)))) == first


def test_another_seed_chooses_others() -> None:
    ids = [f"C{n}" for n in range(200)]
    found = []
    for seed in (1, 2):
        sampling = Sampling(20, seed)
        for each in ids:
            sampling.see(each)
        found.append({each for each in ids if each in (sampling.chosen() or ())})
    assert found[0] != found[1]


@pytest.mark.parametrize(
    ("tiers", "expected"),
    [
        ("", False),
        ("a", False),
        ("ab", False),
        ("aba", True),
        ("abc", False),
        ("abca", False),  # it comes back another way
        ("cbab", True),
    ],
)
def test_back_and_forth_is_away_and_right_back(tiers: str, expected: bool) -> None:
    assert goes_back_and_forth(tiers) is expected

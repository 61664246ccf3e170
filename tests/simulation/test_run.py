from __future__ import annotations

import random
import weakref
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

from relationship_core import (
    Dossier,
    Engine,
    Fact,
    Kind,
    Model,
    Review,
    Rule,
    Standing,
    Tiering,
    TierOverride,
    hookimpl,
)
from relationship_core.decisions.rule_book import RuleBook
from relationship_core.errors import InvalidValueError, PluginError, ReviewError
from relationship_core.facts import aum, contribution_12m
from relationship_core.portfolio import read_folder, write_folder, write_sample
from relationship_core.portfolio.sample import TREE, sample_dossiers
from relationship_core.simulation import Migration, Simulation, Turn, simulate
from tests.simulation.books import (
    AS_OF,
    PROPOSALS,
    D,
    another_ladder,
    another_lifecycle,
    bank,
    built_in,
    other_cutoffs,
    person,
    standing_bank,
    with_ladder,
)
from tests.simulation.oracle import Twice, cost, sums, twice

Case = tuple[list[Twice], Simulation]


@pytest.fixture(
    scope="module",
    params=[(proposal, dossiers) for proposal in PROPOSALS for dossiers in (bank, standing_bank)],
    ids=lambda param: "-".join(each.__name__ for each in param),
)
def case(request: pytest.FixtureRequest) -> Case:
    proposal, dossiers = request.param
    proposed = proposal()
    found = simulate(dossiers(), built_in(), proposed, as_of=AS_OF, months=0)
    return twice(dossiers(), built_in(), proposed, AS_OF), found


def cells(migration: Migration) -> dict[tuple[str, str], int]:
    return {
        (source, target): migration.count(source, target)
        for source in migration.sources
        for target in migration.targets
        if migration.count(source, target)
    }


def test_the_matrices_are_those_of_reviewing_each_customer_twice(case: Case) -> None:
    reviewed, found = case
    assert found.customers == len(reviewed)
    assert cells(found.tiers) == Counter((r.now.tier.tier, r.then.tier.tier) for r in reviewed)
    assert cells(found.stages) == Counter((r.now.stage.stage, r.then.stage.stage) for r in reviewed)


def test_the_movers_are_those_whose_reviews_differ(case: Case) -> None:
    reviewed, found = case
    assert [(m.customer_id, m.source, m.target) for m in found.tier_moves.listed] == sorted(
        (r.now.customer_id, r.now.tier.tier, r.then.tier.tier)
        for r in reviewed
        if r.now.tier.tier != r.then.tier.tier
    )
    assert [(m.customer_id, m.source, m.target) for m in found.stage_moves.listed] == sorted(
        (r.now.customer_id, r.now.stage.stage, r.then.stage.stage)
        for r in reviewed
        if r.now.stage.stage != r.then.stage.stage
    )
    assert found.tier_moves.customers + found.stage_moves.customers > 0
    for moves, matrix in ((found.tier_moves, found.tiers), (found.stage_moves, found.stages)):
        assert moves.is_complete
        assert moves.customers == matrix.moved == sum(one.customers for one in moves.causes)


def test_the_rule_that_decided_is_that_of_the_reviews(case: Case) -> None:
    reviewed, found = case
    by_id = {r.now.customer_id: r for r in reviewed}
    for move in found.tier_moves.listed:
        for review, rule in (
            (by_id[move.customer_id].now, move.cause.current_rule),
            (by_id[move.customer_id].then, move.cause.proposed_rule),
        ):
            if not review.tier.is_undetermined and review.tier.tier == review.tier.earned:
                assert rule == (review.tier.rule or "")
    for move in found.stage_moves.listed:
        now = by_id[move.customer_id].now.stage
        decided = now.event is not None and not now.is_undetermined
        assert move.cause.current_rule == (now.rule or "" if decided else "")


def test_who_is_left_open_is_told_apart(case: Case) -> None:
    reviewed, found = case
    for matrix, open_now, open_then, moves in (
        (
            found.tiers,
            [r.now.tier.is_undetermined for r in reviewed],
            [r.then.tier.is_undetermined for r in reviewed],
            [r.now.tier.tier != r.then.tier.tier for r in reviewed],
        ),
        (
            found.stages,
            [r.now.stage.is_undetermined for r in reviewed],
            [r.then.stage.is_undetermined for r in reviewed],
            [r.now.stage.stage != r.then.stage.stage for r in reviewed],
        ),
    ):
        assert matrix.undetermined_current == sum(open_now) > 0
        assert matrix.undetermined_proposed == sum(open_then) > 0
        either = [a or b for a, b in zip(open_now, open_then, strict=True)]
        assert sum(map(sum, matrix.undetermined)) == sum(either)
        both = zip(either, moves, strict=True)
        assert matrix.moved_undetermined == sum(a and b for a, b in both)


def test_who_waits_for_a_move_is_counted(case: Case) -> None:
    reviewed, found = case
    assert (found.tiers.waiting_current, found.tiers.waiting_proposed) == (
        sum(r.now.tier.pending is not None for r in reviewed),
        sum(r.then.tier.pending is not None for r in reviewed),
    )
    assert (found.stages.waiting_current, found.stages.waiting_proposed) == (
        sum(r.now.stage.pending is not None for r in reviewed),
        sum(r.then.stage.pending is not None for r in reviewed),
    )


def test_sums_are_those_of_the_reviews_and_parts_make_the_whole(case: Case) -> None:
    reviewed, found = case
    unknown = "(unknown)"
    groups: tuple[tuple[Any, Callable[[Twice], str], Callable[[Twice], str]], ...] = (
        (found.by_tier, lambda r: r.now.tier.tier, lambda r: r.then.tier.tier),
        (found.by_branch, *[lambda r: r.dossier.customer.branch or unknown] * 2),
        (found.by_industry, *[lambda r: r.dossier.customer.industry or unknown] * 2),
        ((found.total,), *[lambda _: "all"] * 2),
    )
    for effects, group_now, group_then in groups:
        nobody = {effect.group: Decimal(0) for effect in effects}
        for side, amount, expected in (
            ("current", "cost", sums((group_now(r), cost(r.now)) for r in reviewed)),
            ("proposed", "cost", sums((group_then(r), cost(r.then)) for r in reviewed)),
            (
                "current",
                "contribution",
                sums((group_now(r), r.now.contribution.total_12m) for r in reviewed),
            ),
            (
                "proposed",
                "contribution",
                sums((group_then(r), r.then.contribution.total_12m) for r in reviewed),
            ),
        ):
            told = {each.group: getattr(getattr(each, side), amount) for each in effects}
            assert told == {**nobody, **expected}
            assert sum(told.values()) == getattr(getattr(found.total, side), amount)
        for field in ("customers", "cost_unknown", "contribution_unknown"):
            for side in ("current", "proposed"):
                parts = sum(getattr(getattr(each, side), field) for each in effects)
                assert parts == getattr(getattr(found.total, side), field)
        changes = sum(each.cost_change for each in effects)
        assert changes == found.total.cost_change
        changes = sum(each.contribution_change for each in effects)
        assert changes == found.total.contribution_change
    without = sum(r.now.contribution.total_12m is None for r in reviewed)
    assert found.total.current.contribution_unknown == without > 0


def test_margins_sum_to_the_customers(case: Case) -> None:
    _, found = case
    for matrix in (found.tiers, found.stages):
        assert sum(matrix.by_source) == sum(matrix.by_target) == found.customers
    by_tier = {each.group: each for each in found.by_tier}
    for tier, customers in zip(found.tiers.sources, found.tiers.by_source, strict=True):
        assert by_tier[tier].current.customers == customers
    for tier, customers in zip(found.tiers.targets, found.tiers.by_target, strict=True):
        assert by_tier[tier].proposed.customers == customers


def test_fairness_counts_everybody_once(case: Case) -> None:
    reviewed, found = case
    persons = sum(r.dossier.customer.kind.value == "personal" for r in reviewed)
    for fairness, customers in ((found.by_age, persons), (found.by_region, len(reviewed))):
        assert fairness.overall.customers == customers
        for field in ("customers", "promoted", "demoted", "sideways"):
            parts = sum(getattr(group, field) for group in fairness.groups)
            assert parts == getattr(fairness.overall, field)
    overall = found.by_region.overall
    assert overall.promoted + overall.demoted + overall.sideways == found.tiers.moved
    ages = Counter(
        r.now.facts["age_years"] is None
        for r in reviewed
        if r.dossier.customer.kind.value == "personal"
    )
    unknown = {group.group: group for group in found.by_age.groups}["(unknown)"]
    assert unknown.customers == ages[True] > 0


def test_a_ladder_is_told_in_its_order(case: Case) -> None:
    _, found = case
    assert found.tiers.sources == built_in().tiering.ladder
    assert found.stages.sources == tuple(stage.id for stage in built_in().lifecycle.stages)
    both = dict.fromkeys((*found.tiers.sources, *found.tiers.targets))
    assert [each.group for each in found.by_tier] == list(both)


@pytest.mark.parametrize("dossiers", [bank, standing_bank])
def test_a_book_changes_nothing_against_itself(
    dossiers: Callable[[], tuple[Dossier, ...]],
) -> None:
    found = simulate(dossiers(), built_in(), built_in(), as_of=AS_OF, sample=30)
    assert found.is_without_change
    assert found.tier_moves.listed == found.stage_moves.listed == ()
    assert found.current == found.proposed
    assert found.restarted == 0
    assert all(each.current == each.proposed for each in found.by_branch)
    assert found.by_age.overall.promoted == found.by_age.overall.demoted == 0
    assert found.flapping is not None
    assert found.flapping.current == found.flapping.proposed


@pytest.mark.parametrize("proposal", PROPOSALS)
def test_neither_the_order_of_customers_nor_a_second_run_changes_a_byte(
    proposal: Callable[[], RuleBook],
) -> None:
    dossiers = list(bank()[:120])
    first = simulate(dossiers, built_in(), proposal(), as_of=AS_OF, months=3, sample=40)
    random.Random(5).shuffle(dossiers)
    second = simulate(dossiers, built_in(), proposal(), as_of=AS_OF, months=3, sample=40)
    assert second == first
    assert second.digest == first.digest
    assert str(second) == str(first)


def test_a_folder_gives_what_its_dossiers_give(tmp_path: Path) -> None:
    write_folder(tmp_path / "bank", sample_dossiers(80, 5), branch_tree=TREE)
    with read_folder(tmp_path / "bank", as_of=AS_OF) as folder:
        dossiers = list(folder.dossiers())
    given = {"as_of": AS_OF, "months": 2, "sample": 20}
    from_folder = simulate(tmp_path / "bank", built_in(), other_cutoffs(), **given)
    assert from_folder == simulate(dossiers, built_in(), other_cutoffs(), **given)
    assert {group.group for group in from_folder.by_region.groups} == {"P1", "P2", "P3"}


def test_what_a_folder_leaves_out_is_counted(tmp_path: Path) -> None:
    write_sample(tmp_path / "bank", customers=120, seed=3)
    found = simulate(str(tmp_path / "bank"), built_in(), other_cutoffs(), as_of=AS_OF, months=0)
    assert [(each.file, each.rows) for each in found.rejected] == [("customers.csv", 1)]
    assert found.customers == 120
    assert Simulation.from_json(found.to_json()) == found


def test_a_folder_supplies_a_fact_that_only_the_proposed_book_is_given(tmp_path: Path) -> None:
    def book(stars: Fact, least: int) -> RuleBook:
        tiering = Tiering(("gold", "silver", "basic"), [Rule("gold", stars >= least)])
        return evolve(built_in(), tiering=tiering, facts=(stars,))

    given = book(Fact("north.stars", Kind.COUNT), 5)
    derived = book(Fact("north.stars", Kind.MONEY, derived=contribution_12m / 100), 7)
    write_folder(tmp_path / "bank", [person("C1", 700, supplied={"north.stars": 4})])
    for current, proposed, moved in ((derived, given, "basic"), (given, derived, "gold")):
        found = simulate(tmp_path / "bank", current, proposed, as_of=AS_OF, months=0)
        assert found.rejected == ()
        assert found.tiers.by_target[found.tiers.targets.index(moved)] == 1
        assert found.tiers.moved == 1


class Listener:
    """A plugin that counts the reviews it is told of."""

    def __init__(self) -> None:
        self.heard = 0

    @hookimpl
    def rc_review_completed(self, review: Review) -> None:
        self.heard += 1


def test_engines_are_taken_as_well_as_books_and_observers_hear_nothing() -> None:
    listener = Listener()
    engine = Engine.from_plugins(listener)
    found = simulate(bank()[:20], engine, other_cutoffs(), as_of=AS_OF, months=2)
    assert listener.heard == 0
    plain = simulate(bank()[:20], built_in(), other_cutoffs(), as_of=AS_OF, months=2)
    assert found.current.plugins != plain.current.plugins
    assert evolve(found, current=plain.current) == plain


def test_a_plugin_that_an_engine_goes_without_is_told() -> None:
    class Faulty:
        @hookimpl
        def rc_tiering(self) -> Tiering:
            raise ValueError

    engine = Engine.from_plugins(Listener(), Faulty(), on_plugin_error="skip")
    found = simulate(bank()[:5], built_in(), engine, as_of=AS_OF, months=0)
    assert found.proposed.skipped == engine.skipped != ()
    assert "the proposed book goes without a plugin: " in str(found)
    assert Simulation.from_json(found.to_json()) == found


@pytest.mark.parametrize("plugins", [(), (Listener(),)])
def test_a_model_that_fails_is_gone_without_where_the_engine_goes_without_it(plugins: Any) -> None:
    def gone(batch: Any) -> Any:
        raise PluginError("it ended its process", plugin="north", hook="rc_models")

    stars = Fact("north.stars", Kind.RATIO)
    rated = Model("north.rating", "1", "0" * 64, stars, [aum], predict=gone)
    tiering = Tiering(("gold", "silver", "basic"), [Rule("gold", stars >= D("0.5"))])
    book = evolve(built_in(), tiering=tiering, facts=(stars,), models=(rated,))
    observers = Engine.from_plugins(*plugins).observers
    engine = Engine(book, observers, on_plugin_error="skip")
    found = simulate([person("C1", 700)], with_ladder(500, 50), engine, as_of=AS_OF, months=1)
    assert found.tiers.undetermined_proposed == 1
    assert found.flapping is not None
    assert found.flapping.proposed.without_hysteresis.undetermined == 1
    with pytest.raises(PluginError, match="it ended its process"):
        simulate([person("C1", 700)], with_ladder(500, 50), Engine(book), as_of=AS_OF, months=0)


class Streamed:
    """Dossiers made anew in each pass, that remembers how many were alive at once."""

    def __init__(self, customers: int) -> None:
        self.customers = customers
        self.most = self.passes = 0

    def __iter__(self) -> Iterator[Dossier]:
        alive: weakref.WeakSet[object] = weakref.WeakSet()
        self.passes += 1
        for number in range(self.customers):
            dossier = person(f"C{number:05d}", number)
            alive.add(dossier.customer)
            self.most = max(self.most, len(alive))
            yield dossier


def test_customers_are_let_go_once_they_are_counted() -> None:
    crowd = Streamed(400)
    found = simulate(
        crowd, with_ladder(300, 100), with_ladder(200, 100), as_of=AS_OF, months=2, sample=10
    )
    assert found.tiers.count("silver", "gold") == 100
    assert crowd.most < 100
    assert crowd.passes == 2  # no percentile is asked for, so that no cut-offs are taken


def test_what_can_be_read_only_once_is_refused() -> None:
    with pytest.raises(InvalidValueError, match="only once"):
        simulate(iter(bank()), built_in(), built_in(), as_of=AS_OF)


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"months": -1}, "months"),
        ({"months": 24_300}, "months"),
        ({"sample": 0}, "sample"),
        ({"movers": -1}, "movers"),
        ({"age_bands": ()}, "age_bands"),
        ({"age_bands": (30, 20)}, "age_bands"),
        ({"age_bands": (0, 20)}, "age_bands"),
        ({"as_of": "2026-06-30"}, "as_of"),
    ],
)
def test_arguments_out_of_range_are_refused(changes: dict[str, Any], where: str) -> None:
    with pytest.raises(InvalidValueError) as caught:
        simulate([], built_in(), built_in(), **{"as_of": AS_OF, **changes})
    assert caught.value.where == where


def test_nobody_at_all_is_a_simulation_too() -> None:
    found = simulate([], built_in(), other_cutoffs(), as_of=AS_OF)
    assert found.customers == 0
    assert found.is_without_change
    assert Simulation.from_json(found.to_json()) == found
    assert "0 customers" in str(found)


def test_movers_can_be_listed_in_part_and_are_counted_whole() -> None:
    given = {"as_of": AS_OF, "months": 0}
    proposed = evolve(other_cutoffs(), lifecycle=another_lifecycle().lifecycle)
    whole = simulate(bank(), built_in(), proposed, **given)
    for most in (0, 1, 5):
        part = simulate(bank(), built_in(), proposed, movers=most, **given)
        for some, every in (
            (part.tier_moves, whole.tier_moves),
            (part.stage_moves, whole.stage_moves),
        ):
            assert some.listed == every.listed[:most]
            assert some.causes == every.causes
            assert some.customers == every.customers > 5
            assert not some.is_complete


def test_a_node_s_own_rule_moves_its_customers_alone() -> None:
    gold = Rule("gold", contribution_12m >= 500, overridable=True)
    north = Rule("gold", contribution_12m >= 900, scope=("north",))
    current, proposed = (
        evolve(built_in(), tiering=Tiering(("gold", "basic"), rules))
        for rules in ([gold], [gold, north])
    )
    dossiers = [
        person("C1", 700, scope=("north", "harbour")),
        person("C2", 700, scope=("south",)),
        person("C3", 700),
    ]
    found = simulate(dossiers, current, proposed, as_of=AS_OF, months=0)
    (move,) = found.tier_moves.listed
    assert (move.customer_id, move.target) == ("C1", "basic")
    assert str(move.cause) == (
        "the rule no longer holds: gold (tiering.rules of north):"
        " contribution in twelve months at least 900.00"
    )
    assert found.tables()["tier_movers"][0]["scope"] == "north"
    (back,) = simulate(dossiers, proposed, current, as_of=AS_OF, months=0).tier_moves.listed
    assert back.cause.scope == ("north",)
    assert [group.demoted for group in found.by_region.groups] == [0, 1, 0]


def test_rules_hold_as_on_the_day() -> None:
    later = Rule("gold", contribution_12m >= 500, valid_from=date(2026, 7, 1))
    proposed = evolve(built_in(), tiering=Tiering(("gold", "basic"), [later]))
    current = evolve(
        built_in(), tiering=Tiering(("gold", "basic"), [Rule("gold", contribution_12m >= 500)])
    )
    (move,) = simulate(
        [person("C1", 700)], current, proposed, as_of=AS_OF, months=0
    ).tier_moves.listed
    assert move.cause.turn is Turn.RULE_GONE
    after = simulate([person("C1", 700)], current, proposed, as_of=date(2026, 7, 1), months=0)
    assert after.tiers.moved == 0


def test_a_tier_that_the_proposed_book_lacks_makes_a_customer_new_to_it() -> None:
    kept = TierOverride("silver", "a promise", "A-1", "B-1", date(2026, 1, 1), date(2027, 1, 1))
    standing = Standing(
        tier="gold", tier_since=date(2026, 1, 31), reviewed=date(2026, 5, 31), overrides=(kept,)
    )
    dossiers = [person("C1", 700, standing=standing), person("C2", 700)]
    proposed = another_ladder()
    found = simulate(dossiers, with_ladder(500, 100), proposed, as_of=AS_OF, months=0)
    assert found.restarted == 1
    assert found.tiers.count("silver", "middle") == 1  # the override
    assert found.tiers.count("gold", "middle") == 1
    with pytest.raises(ReviewError, match="no tier of this ladder"):
        simulate(dossiers, proposed, with_ladder(500, 100), as_of=AS_OF, months=0)


def test_a_supplied_fact_is_given_to_the_book_that_knows_it() -> None:
    stars = Fact("north.stars", Kind.COUNT)
    tiering = Tiering(("gold", "silver", "basic"), [Rule("gold", stars >= 5)])
    northern = evolve(built_in(), tiering=tiering, facts=(stars,))
    dossiers = [person("C1", 700, supplied={"north.stars": 5}), person("C2", 700)]
    there = simulate(dossiers, with_ladder(500, 100), northern, as_of=AS_OF, months=1)
    back = simulate(dossiers, northern, with_ladder(500, 100), as_of=AS_OF, months=1)
    assert there.tiers.count("gold", "gold") == back.tiers.count("gold", "gold") == 1
    assert there.tiers.moved == back.tiers.moved == 1
    derived = Fact("north.stars", Kind.MONEY, derived=contribution_12m / 100)
    deriving = evolve(
        built_in(),
        tiering=Tiering(("gold", "silver", "basic"), [Rule("gold", derived >= 7)]),
        facts=(derived,),
    )
    again = simulate(dossiers, northern, deriving, as_of=AS_OF, months=0)
    assert again.tiers.by_target == (2, 0, 0)


def test_books_of_two_currencies_are_refused() -> None:
    (parameters,) = built_in().contribution
    euros = evolve(built_in(), contribution=(evolve(parameters, currency="EUR"),))
    with pytest.raises(ReviewError, match="CNY, the other in EUR"):
        simulate(bank(), built_in(), euros, as_of=AS_OF)

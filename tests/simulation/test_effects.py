from __future__ import annotations

from attrs import evolve

from relationship_core import Care, Entitlement, Rule, Service
from relationship_core.decisions.rule_book import RuleBook
from relationship_core.facts import industry, product_count, tier, wallet_share
from relationship_core.simulation import Figures, simulate
from tests.simulation.books import AS_OF, AT_ONCE, D, person, with_ladder

GIFT = Entitlement("gift", "a gift", annual_cost=D("9.50"))
LANE = Entitlement("lane", "a lane", annual_cost=D(100))
PRICELESS = Entitlement("basic", "basic services")


def serving(book: RuleBook, *rules: Rule) -> RuleBook:
    return evolve(book, service=Service(rules))


def test_costs_follow_what_is_granted_by_each_book() -> None:
    rules = (Rule("gift", tier != "basic", GIFT), Rule("lane", tier == "gold", LANE))
    found = simulate(
        [person("C1", 700, branch="North", industry="C35"), person("C2", 70, branch="North")],
        serving(with_ladder(500, 50, **AT_ONCE), *rules),
        serving(with_ladder(800, 90, **AT_ONCE), *rules),
        as_of=AS_OF,
        months=0,
    )
    gold, silver, basic = found.by_tier
    assert (gold.current.cost, gold.proposed.cost) == (D("109.50"), 0)
    assert (silver.current.cost, silver.proposed.cost) == (D("9.50"), D("9.50"))
    assert (basic.current.cost, basic.proposed.cost) == (0, 0)
    assert found.total.cost_change == D("-109.50")
    (north,) = found.by_branch
    assert (north.group, north.cost_change) == ("North", D("-109.50"))
    industries = {each.group: each.cost_change for each in found.by_industry}
    assert industries == {"C35": D("-100.00"), "(unknown)": D("-9.50")}


def test_a_cost_that_nobody_knows_is_counted_and_not_taken_for_nothing() -> None:
    book = with_ladder(500, 50, **AT_ONCE)
    granted = serving(
        book, Rule("basic", product_count >= 1, PRICELESS), Rule("gift", tier == "gold", GIFT)
    )
    open_ = serving(
        book, Rule("gift", tier == "gold", GIFT), Rule("lane", wallet_share >= D("0.5"), LANE)
    )
    found = simulate(
        [
            person("C1", 700, supplied={"product_count": 1, "wallet_share": D("0.9")}),
            person("C2", 700, supplied={"product_count": 0}),
        ],
        granted,
        open_,
        as_of=AS_OF,
        months=0,
    )
    assert (found.total.current.cost, found.total.current.cost_unknown) == (D("19.00"), 1)
    assert (found.total.proposed.cost, found.total.proposed.cost_unknown) == (D("119.00"), 1)
    assert "not in the sums, current book: the cost of 1 customers in part" in str(found)


def test_a_contribution_that_is_supplied_counts_and_one_that_nobody_knows_does_not() -> None:
    book = serving(with_ladder(500, 50))
    dossiers = [person("C1", 700), person("C2"), person("C3", -9)]
    found = simulate(dossiers, book, book, as_of=AS_OF, months=0)
    assert found.total.current == Figures(3, D(0), 0, D(691), 1)
    assert "the contribution of 1" in str(found)


def test_an_open_occasion_named_like_an_entitlement_leaves_no_cost_open() -> None:
    service = Service(
        [Rule("gift", tier == "gold", GIFT)],
        [Rule("gift", wallet_share >= D("0.5"), Care("call", "a call"))],
    )
    book = evolve(with_ladder(500, 50, **AT_ONCE), service=service)
    found = simulate([person("C1", 700)], book, book, as_of=AS_OF, months=0)
    assert (found.total.current.cost, found.total.current.cost_unknown) == (D("9.50"), 0)


def test_sums_that_change_only_by_branch_are_a_change() -> None:
    def given_to(branch: str) -> RuleBook:
        mine = industry == branch
        return serving(with_ladder(500, 50), Rule("lane", mine, LANE))

    found = simulate(
        [person(name, 700, branch=name, industry=name) for name in ("North", "South")],
        given_to("North"),
        given_to("South"),
        as_of=AS_OF,
        months=0,
    )
    assert found.total.current == found.total.proposed
    assert not found.is_without_change

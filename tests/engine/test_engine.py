from __future__ import annotations

import json
import logging
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from traceback import format_exception
from typing import Any

import attrs
import pytest

from relationship_core import (
    Benchmarks,
    Customer,
    CustomerKind,
    Dossier,
    Engine,
    Entitlement,
    Owner,
    Position,
    Review,
    Rule,
    RuleBook,
    Service,
    Standing,
    Tiering,
    hookimpl,
)
from relationship_core.decisions.observe import Exchange
from relationship_core.errors import (
    InvalidValueError,
    PluginError,
    ReviewError,
    RuleBookError,
    RuleError,
    UnknownFactError,
)
from relationship_core.facts import aum, contribution_12m, contribution_percentile
from relationship_core.plugins.host import OnPluginError
from tests.decisions.observed_customer import AS_OF, OPENED, account, booking, customer, rows
from tests.decisions.small_bank import parameters
from tests.decisions.small_book import small_book
from tests.engine.bank import MANY, NorthernBank, northern

D = Decimal
DAY = timedelta(days=1)
ENGINE = Engine.from_plugins()


def saver(balance: int = 60_000, **changes: Any) -> Dossier:
    """A person with one account that has held the same for thirty months."""
    given: dict[str, Any] = {
        "customer": customer(),
        "accounts": (account(),),
        "positions": rows(
            range(30),
            credit_average=D(balance),
            closing_balance=D(balance),
            credit_rate=D("0.001"),
        ),
    }
    return Dossier(**(given | changes))


class TestACustomer:
    """Thin and odd records are reviewed without an error."""

    def test_of_whom_nothing_is_known_has_everything_missing(self) -> None:
        review = ENGINE.review(Dossier(customer()), AS_OF)
        assert (review.stage.stage, review.tier.tier) == ("prospect", "small")
        assert (review.stage.is_provisional, review.tier.is_provisional) == (True, True)
        assert review.contribution.total_12m is None
        assert review.match.outcome is None
        assert review.treatment is not None
        assert review.treatment.outcome == "self_service"
        assert review.retention.risk == "low"

    def test_without_an_account_is_a_prospect(self) -> None:
        known: dict[str, Any] = dict.fromkeys(("positions", "transactions", "interactions"), ())
        review = ENGINE.review(Dossier(customer(), accounts=(), relations=(), **known), AS_OF)
        assert review.stage.stage == "prospect"
        assert not review.stage.is_undetermined
        assert review.contribution.total_12m == D("-12.00")
        assert review.services.entitlements[-1].entitlement.code == "digital-self-service"

    def test_who_only_operates_an_account_owns_nothing_of_it(self) -> None:
        operated = account(owners=(Owner("d"),), authorised=("c",))
        review = ENGINE.review(saver(accounts=(operated,), transactions=()), AS_OF)
        assert review.facts["aum"] == D("0.00")
        assert review.facts["product_count"] == 0
        assert review.contribution.parts == ()

    def test_who_owns_in_common_has_a_share_and_the_shares_are_the_whole(self) -> None:
        engine = Engine.from_rule_book(small_book())
        joint = (account(owners=tuple(Owner(name) for name in "cde")),)
        dossiers = [
            saver(100_001, accounts=joint, customer=Customer(name, CustomerKind.PERSONAL))
            for name in "cde"
        ]
        whole = engine.review(saver(100_001), AS_OF)
        parts = list(engine.review_many(dossiers, AS_OF))
        for fact in ("aum", "contribution_12m"):
            assert sum(part.facts[fact] for part in parts) == whole.facts[fact]  # type: ignore[misc]


class TestTheDay:
    @pytest.mark.parametrize(
        "ask",
        [
            lambda day: ENGINE.review(saver(), day),
            lambda day: ENGINE.observe(saver(), day),
            lambda day: ENGINE.contribution(saver(), day),
            lambda day: ENGINE.decide({}, day),
            lambda day: ENGINE.effective((), day),
            lambda day: ENGINE.benchmarks([saver()], day),
        ],
    )
    @pytest.mark.parametrize("day", [datetime(2026, 6, 30, 12, tzinfo=UTC), "2026-06-30"])
    def test_is_a_date(self, ask: Callable[[Any], object], day: Any) -> None:
        with pytest.raises(InvalidValueError, match="where a date belongs"):
            ask(day)

    @pytest.mark.parametrize("day", [date.min, date.max])
    def test_is_not_an_end_of_the_calendar(self, day: date) -> None:
        for ask in (ENGINE.review, ENGINE.observe, ENGINE.contribution):
            with pytest.raises(InvalidValueError, match="no day that can be reviewed"):
                ask(saver(), day)

    @pytest.mark.parametrize(
        "standing",
        [
            Standing(reviewed=AS_OF + DAY),
            Standing("stable", AS_OF + DAY),
            Standing(tier="key", tier_since=AS_OF + DAY),
        ],
    )
    def test_is_not_before_that_of_the_standing(self, standing: Standing) -> None:
        with pytest.raises(ReviewError, match="the standing is of a later day than 2026-06-30"):
            ENGINE.review(saver(standing=standing), AS_OF)
        with pytest.raises(ReviewError, match="the standing is of a later day"):
            ENGINE.decide(ENGINE.observe(saver(), AS_OF), AS_OF, standing=standing)

    @pytest.mark.parametrize("ask", [ENGINE.review, ENGINE.observe])
    def test_is_not_before_that_of_the_benchmarks(self, ask: Callable[..., object]) -> None:
        with pytest.raises(ReviewError, match="they are of 2026-07-01, after the review date"):
            ask(saver(), AS_OF, attrs.evolve(MANY, as_of=AS_OF + DAY))

    def test_may_be_that_of_the_standing_and_the_benchmarks(self) -> None:
        standing = Standing("stable", AS_OF, "key", AS_OF, reviewed=AS_OF)
        assert ENGINE.review(saver(standing=standing), AS_OF, MANY).stage.stage == "stable"


class TestBenchmarks:
    def test_place_a_customer_among_those_of_the_portfolio(self) -> None:
        dossiers = [saver(1_000 * size) for size in range(1, 101)]
        made = ENGINE.benchmarks(dossiers, AS_OF)
        tiers = [ENGINE.review(each, AS_OF, made).tier.tier for each in dossiers[::9]]
        assert tiers[-1] == "vip"
        assert tiers[0] == "small"
        assert (made.as_of, made.kinds[0].population) == (AS_OF, 100)

    def test_are_missing_where_none_are_given_and_the_tier_is_held(self) -> None:
        held = saver(standing=Standing("stable", OPENED, "key", OPENED, OPENED))
        review = ENGINE.review(held, AS_OF)
        assert (review.tier.tier, review.tier.is_undetermined) == ("key", True)
        assert review.tier.missing == ("contribution_percentile",)
        assert (review.inputs.benchmarks, review.inputs.benchmarks_as_of) == (None, None)

    def test_leave_their_day_and_digest_in_the_review(self) -> None:
        inputs = ENGINE.review(saver(), AS_OF, MANY).inputs
        turned = attrs.evolve(MANY, kinds=MANY.kinds[::-1])
        assert inputs.benchmarks_as_of == AS_OF
        assert ENGINE.review(saver(), AS_OF, turned).inputs == inputs
        fewer = attrs.evolve(MANY, kinds=MANY.kinds[:1])
        assert ENGINE.review(saver(), AS_OF, fewer).inputs.benchmarks != inputs.benchmarks


class TestSuppliedFacts:
    """What the host supplies stands in place of what is observed or reckoned."""

    def test_stand_in_place_of_observed_ones(self) -> None:
        facts = ENGINE.review(saver(supplied={"aum": D("7.50")}), AS_OF).facts
        assert facts["aum"] == D("7.50")

    def test_are_what_derived_facts_build_on(self) -> None:
        supplied = {"aum": D(100), "contribution_12m": D(30), "product_count": 3}
        facts = northern().review(saver(supplied=supplied), AS_OF).facts
        assert facts["north.per_product"] == D("33.33")
        assert facts["north.worth"] == D("61.00")

    def test_place_a_contribution_among_the_others(self) -> None:
        facts = ENGINE.review(saver(supplied={"contribution_12m": 99_500}), AS_OF, MANY).facts
        assert facts["contribution_percentile"] == D("0.989000")
        assert ENGINE.review(saver(), AS_OF, MANY).facts["contribution_percentile"] == D("0.009000")

    @pytest.mark.parametrize(
        ("benchmarks", "expected"),
        [(None, None), (Benchmarks(AS_OF), None), (MANY, D("0.250000"))],
    )
    def test_may_hold_the_percentile_itself(
        self, benchmarks: Benchmarks | None, expected: D | None
    ) -> None:
        supplied = {"contribution_12m": D(99_500)}
        if expected is not None:
            supplied["contribution_percentile"] = expected
        facts = ENGINE.review(saver(supplied=supplied), AS_OF, benchmarks).facts
        assert facts["contribution_percentile"] == expected

    def test_count_among_the_cut_offs_of_a_portfolio(self) -> None:
        supplied = {"contribution_12m": 1_000_000}
        made = ENGINE.benchmarks([saver(), saver(supplied=supplied)], AS_OF)
        assert made.kinds[0].cutoffs[-1] == D("1000000.00")

    @pytest.mark.parametrize("name", ["stage", "tier", "retention_risk", "north.worth"])
    def test_are_never_what_the_review_works_out(self, name: str) -> None:
        with pytest.raises(InvalidValueError, match="the review works it out itself"):
            northern().review(saver(supplied={name: "gold"}), AS_OF)

    def test_are_facts_that_somebody_defined(self) -> None:
        with pytest.raises(UnknownFactError, match=r"'north\.wort' \(did you mean 'north\.worth'"):
            northern().review(saver(supplied={"north.wort": D(1)}), AS_OF)


class BranchBank:
    """Gold from 100 on; at the harbour from 50, and since July from 20."""

    @hookimpl
    def rc_tiering(self) -> Tiering:
        turn = date(2026, 7, 1)
        harbour = ("north", "harbour")
        return Tiering(
            ["gold", "rest"],
            [
                Rule("gold", aum >= 100, overridable=True),
                Rule("gold", aum >= 50, scope=harbour, valid_until=turn - DAY),
                Rule("gold", aum >= 20, scope=harbour, valid_from=turn),
            ],
        )


class TestANodeOfTheOrganisation:
    engine = Engine.from_plugins(BranchBank())

    @pytest.mark.parametrize(
        ("scope", "on", "least"),
        [
            ((), AS_OF, 100),
            (("north",), AS_OF, 100),
            (("north", "harbour"), AS_OF, 50),
            (("north", "harbour", "pier"), AS_OF, 50),
            (("north", "harbour"), AS_OF + DAY, 20),
            (("south", "harbour"), AS_OF + DAY, 100),
        ],
    )
    def test_has_its_ancestors_rules_and_its_own(
        self, scope: tuple[str, ...], on: date, least: int
    ) -> None:
        for amount, tier in ((least, "gold"), (least - 1, "rest")):
            dossier = Dossier(customer(), supplied={"aum": D(amount)}, scope=scope)
            review = self.engine.review(dossier, on)
            assert (review.tier.tier, review.scope) == (tier, scope)
            facts = self.engine.observe(dossier, on)
            assert self.engine.decide(facts, on, scope=scope).tier.tier == tier

    def test_shows_its_book(self) -> None:
        there = self.engine.effective(["north", "harbour"], AS_OF)
        assert [rule.scope for rule in there.tiering.rules.rules] == [("north", "harbour")]
        assert there is self.engine.effective(("north", "harbour", "pier"), AS_OF - DAY)
        assert there == self.engine.rule_book.effective(("north", "harbour"), AS_OF)
        with pytest.raises(RuleError, match="say on which day"):
            self.engine.effective(("north", "harbour"))

    def test_does_not_show_in_the_fingerprint_of_the_whole_book(self) -> None:
        prints = {
            self.engine.review(Dossier(customer(), scope=scope), AS_OF).rule_book
            for scope in ((), ("north", "harbour"))
        }
        assert prints == {self.engine.rule_book.fingerprint}


class TestARuleBookReadBack:
    book = Engine.from_plugins(NorthernBank()).rule_book

    @pytest.mark.parametrize(
        "given",
        [
            lambda book: book,
            lambda book: book.to_json(),
            lambda book: json.dumps(book.to_json()),
            lambda book: json.dumps(book.to_json()).encode(),
        ],
    )
    def test_decides_without_a_plugin(self, given: Callable[[RuleBook], Any]) -> None:
        engine = Engine.from_rule_book(given(self.book))
        assert engine == Engine(self.book)
        assert (engine.observers, engine.skipped) == ((), ())
        assert engine.review(saver(), AS_OF).plugins == ("NorthernBank 1.0",)

    def test_that_is_none_is_refused(self) -> None:
        with pytest.raises(RuleBookError, match="the data is no rule book"):
            Engine.from_rule_book("not even JSON")


def watching(watch: Callable[[Review], object], name: str = "Watcher") -> object:
    """A plugin that looks at reviews."""

    class Watcher:
        @hookimpl
        def rc_review_completed(self, review: Review) -> None:
            watch(review)

    Watcher.__name__ = name
    return Watcher()


class TestAnObserver:
    def test_sees_each_review_once_and_after_it_was_decided(self) -> None:
        seen: list[Review] = []
        engine = Engine.from_plugins(watching(seen.append))
        reviews = list(engine.review_many([saver(), saver(5)], AS_OF))
        assert seen == reviews
        engine.observe(saver(), AS_OF)
        engine.decide(engine.observe(saver(), AS_OF), AS_OF)
        assert len(seen) == 2

    @pytest.mark.parametrize(
        "change",
        [
            lambda review: setattr(review, "tier", None),
            lambda review: setattr(review.tier, "tier", "vip"),
            lambda review: review.facts.update(aum=1),
            lambda review: review.standing.overrides.append("vip"),
            lambda review: setattr(review.explanation, "moves", ()),
            lambda review: review.explanation.labels.tiers.append("vip"),
        ],
    )
    def test_can_change_nothing(self, change: Callable[[Review], object]) -> None:
        untouched = ENGINE.review(saver(), AS_OF)
        engine = Engine.from_plugins(watching(change), on_plugin_error="skip")
        review = engine.review(saver(), AS_OF)
        assert (review.tier, review.facts) == (untouched.tier, untouched.facts)
        assert review.explanation == untouched.explanation

    @pytest.mark.parametrize("fault", [ValueError("Wang Xiaoming"), SystemExit("Wang Xiaoming")])
    def test_that_fails_stops_the_review_or_is_told(
        self, fault: BaseException, caplog: pytest.LogCaptureFixture
    ) -> None:
        def fail(review: Review) -> None:
            raise fault

        seen: list[Review] = []
        plugins = watching(fail, "A"), watching(seen.append, "B")
        with pytest.raises(PluginError) as caught:
            Engine.from_plugins(*plugins).review(saver(), AS_OF)
        said = f"plugin A, rc_review_completed: it raised {type(fault).__name__}"
        assert str(caught.value) == said
        assert "Wang" not in "".join(format_exception(caught.value))
        with caplog.at_level(logging.WARNING, "relationship_core"):
            review = Engine.from_plugins(*plugins, on_plugin_error="skip").review(saver(), AS_OF)
        assert caplog.messages == [said]
        assert seen == [review]

    def test_that_is_interrupted_by_a_person_stops(self) -> None:
        def interrupt(review: Review) -> None:
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            Engine.from_plugins(watching(interrupt), on_plugin_error="skip").review(saver(), AS_OF)


class Faulty:
    version = "3.1"

    @hookimpl
    def rc_tiering(self) -> Any:
        raise OSError("no file")


def test_a_plugin_that_is_left_out_is_told_in_every_review() -> None:
    engine = Engine.from_plugins(NorthernBank(), Faulty(), on_plugin_error="skip")
    for review in engine.review_many([saver(), Dossier(customer())], AS_OF):
        assert review.skipped == engine.skipped
        assert "without Faulty 3.1, rc_tiering: it raised OSError: no file" in review.explain()
        assert Review.from_json(review.to_json()).skipped == engine.skipped


def test_a_faulty_plugin_stops_an_engine_before_anything_is_decided() -> None:
    with pytest.raises(PluginError, match=r"plugin Faulty 3\.1, rc_tiering"):
        Engine.from_plugins(NorthernBank(), Faulty())


def test_the_order_of_plugins_does_not_matter() -> None:
    class EasternBank:
        @hookimpl
        def rc_service(self) -> Service:
            return Service([Rule("x", aum > 1, Entitlement("x", "x"))])

    plugins = [BranchBank(), EasternBank()]
    one, other = Engine.from_plugins(*plugins), Engine.from_plugins(*plugins[::-1])
    assert one == other
    assert one.review(saver(), AS_OF) == other.review(saver(), AS_OF)


def test_one_allowed_name_may_be_given_as_it_is() -> None:
    with pytest.raises(PluginError, match=r"^plugin not-there: it is on the allowlist"):
        Engine.discover("not-there")


def test_the_mode_is_one_of_two() -> None:
    assert Engine(small_book()).on_plugin_error is OnPluginError.FAIL
    with pytest.raises(ValueError, match="'later' is not a valid OnPluginError"):
        Engine.from_plugins(on_plugin_error="later")


def test_an_engine_cannot_be_changed_and_shows_what_it_is() -> None:
    engine = Engine(small_book())
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        engine.rule_book = ENGINE.rule_book  # type: ignore[misc]
    assert repr(engine).startswith("Engine(rule_book=<RuleBook of ")
    assert len(repr(engine)) < 200


def test_deciding_needs_every_fact_that_a_rule_reads() -> None:
    with pytest.raises(UnknownFactError):
        ENGINE.decide({"aum": D(1)}, AS_OF)


def test_foreign_amounts_are_worth_what_the_parameters_say() -> None:
    in_dollars = account(currency="USD")
    review = ENGINE.review(saver(1_000, accounts=(in_dollars,)), AS_OF)
    rate = Exchange.from_parameters(ENGINE.rule_book.contribution).rate("USD", date(2026, 6, 1))
    assert review.facts["aum"] == 1_000 * (rate or 0) == D("7100.00")


def test_review_many_takes_what_comes_one_by_one() -> None:
    taken: list[str] = []

    def stream() -> Any:
        for balance in (5, 6, 7):
            taken.append(str(balance))
            yield saver(balance)

    reviews = ENGINE.review_many(stream(), AS_OF)
    assert taken == []
    next(reviews)
    assert taken == ["5"]


def test_a_months_absence_leaves_the_stage_and_the_tier_of_before() -> None:
    held = Standing("stable", OPENED, "key", OPENED, OPENED)
    thin = saver(
        positions=(Position("a", date(2026, 5, 1)),),
        transactions=(booking(date(2026, 6, 1)),),
        standing=held,
    )
    review = ENGINE.review(thin, AS_OF, MANY)
    assert (review.stage.stage, review.tier.tier) == ("stable", "key")
    assert "contribution_12m" in review.tier.missing


def test_rules_of_reckoned_facts_see_them() -> None:
    class Bank:
        @hookimpl
        def rc_tiering(self) -> Tiering:
            rules = [Rule("gold", (contribution_12m > 0) & (contribution_percentile >= 0))]
            return Tiering(["gold", "rest"], rules)

        @hookimpl
        def rc_contribution_parameters(self) -> Any:
            return [parameters()]

    assert Engine.from_plugins(Bank()).review(saver(), AS_OF, MANY).tier.tier == "gold"

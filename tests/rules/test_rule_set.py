"""Which rules of a set decide: at a node, on a day, and never by the order they were given in."""

from __future__ import annotations

import pickle
from collections.abc import Iterable
from datetime import date, timedelta
from itertools import combinations

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from relationship_core.errors import RuleError
from relationship_core.rules import HitPolicy, IfMissing, Outcome, Rule, RuleSet, truth
from relationship_core.rules.rule_set import as_rule_set, require_outcomes
from tests.rules.strategies import (
    NOTHING_KNOWN,
    Facts,
    any_facts,
    aum,
    consents,
    rule_sets,
    salaried,
    share,
)


def facts(**values: object) -> Facts:
    return {**NOTHING_KNOWN, **values}  # type: ignore[dict-item]


def ids(rule_set: RuleSet) -> list[str]:
    return [rule.id for rule in rule_set.rules]


# -- which rules decide ---------------------------------------------------------------------------
@given(rule_sets(HitPolicy.FIRST), any_facts)
def test_first_takes_the_first_that_fires_and_tells_the_unknown_before_it(
    rule_set: RuleSet, seen: Facts
) -> None:
    unknown: tuple[int, ...] = ()
    for place, rule in enumerate(rule_set.rules):
        answer = truth(rule.when, seen)
        if answer:
            assert rule_set.evaluate(seen) == Outcome((place,), unknown)
            return
        if answer is None and rule.if_missing is IfMissing.UNDETERMINED:
            unknown += (place,)
    assert rule_set.evaluate(seen) == Outcome((), unknown)


@given(rule_sets(HitPolicy.COLLECT), any_facts)
def test_collect_takes_all_that_fire(rule_set: RuleSet, seen: Facts) -> None:
    answers = [truth(rule.when, seen) for rule in rule_set.rules]
    outcome = rule_set.evaluate(seen)
    assert outcome.fired == tuple(n for n, answer in enumerate(answers) if answer)
    assert outcome.unknown == tuple(
        n
        for n, answer in enumerate(answers)
        if answer is None and rule_set.rules[n].if_missing is IfMissing.UNDETERMINED
    )


@given(rule_sets(HitPolicy.UNIQUE), any_facts)
def test_unique_takes_one_or_refuses(rule_set: RuleSet, seen: Facts) -> None:
    every = RuleSet("all", rule_set.rules, HitPolicy.COLLECT).evaluate(seen)
    if len(every.fired) < 2:
        assert rule_set.evaluate(seen) == every
        return
    with pytest.raises(RuleError, match="several rules fire at once: r"):
        rule_set.evaluate(seen)


@given(rule_sets(HitPolicy.ANY), any_facts)
def test_any_takes_one_outcome_or_refuses(rule_set: RuleSet, seen: Facts) -> None:
    every = RuleSet("all", rule_set.rules, HitPolicy.COLLECT).evaluate(seen)
    thens = {rule_set.rules[place].then for place in every.fired}
    if len(thens) > 1:
        with pytest.raises(RuleError, match="lead to different outcomes: r"):
            rule_set.evaluate(seen)
        return
    answer = rule_set.evaluate(seen)
    assert answer.fired == every.fired[:1]
    assert answer.unknown == tuple(
        place for place in every.unknown if rule_set.rules[place].then not in thens
    )


def test_any_leaves_nothing_open_that_could_only_agree() -> None:
    rules = [Rule("a", salaried, "x"), Rule("b", aum > 5, "x"), Rule("c", aum > 6, "y")]
    for decide in (
        RuleSet("t", rules, HitPolicy.ANY).evaluate,
        RuleSet("t", rules, HitPolicy.ANY).compiled,
    ):
        assert decide(facts(salaried=True)) == Outcome((0,), (2,))


def test_any_refuses_to_choose() -> None:
    rule_set = RuleSet("t", [Rule("a", salaried, "x"), Rule("b", aum > 5, "y")], HitPolicy.ANY)
    for decide in (rule_set.evaluate, rule_set.compiled):
        with pytest.raises(RuleError, match="and lead to different outcomes: a, b"):
            decide(facts(salaried=True, aum=6))


def test_an_unknown_rule_that_is_skipped_leaves_nothing_open() -> None:
    rules = [
        Rule("a", aum > 5, priority=1, if_missing="skip"),
        Rule("b", salaried, priority=2),
        Rule("c", share > 0, priority=3),
    ]
    for policy, unknown in ((HitPolicy.FIRST, ()), (HitPolicy.COLLECT, (2,))):
        rule_set = RuleSet("tiers", rules, policy)
        assert rule_set.evaluate(facts(salaried=True)) == Outcome((1,), unknown)
        assert rule_set.compiled(facts(salaried=True)) == Outcome((1,), unknown)


# -- order ----------------------------------------------------------------------------------------
def test_rules_are_tried_by_priority_then_id() -> None:
    rules = [Rule("c", salaried, priority=1), Rule("b", salaried), Rule("a", salaried)]
    assert ids(RuleSet("tiers", rules)) == ["c", "a", "b"]


VERSIONS = [
    Rule("gold", aum >= 1, priority=2, overridable=True, valid_until=date(2025, 12, 31)),
    Rule("gold", aum >= 2, priority=2, overridable=True, valid_from=date(2026, 1, 1)),
    Rule("gold", aum >= 3, scope=("north",), overridable=True),
    Rule("gold", aum >= 4, scope=("north", "b1"), valid_from=date(2026, 6, 1)),
    Rule("gold", aum >= 5, scope=("south",), priority=1),
    Rule("silver", salaried, priority=2, overridable=True),
    Rule("silver", ~salaried, scope=("north", "b1")),
    Rule("basic", consents, scope=("north",), priority=2),
]


@given(st.permutations(VERSIONS), st.sampled_from([(), ("north",), ("north", "b1"), ("south",)]))
def test_load_order_never_matters(rules: list[Rule], scope: tuple[str, ...]) -> None:
    rule_set = RuleSet("tiers", rules)
    assert rule_set == RuleSet("tiers", VERSIONS)
    assert rule_set.rules == RuleSet("tiers", VERSIONS).rules
    day = date(2026, 6, 30)
    assert rule_set.effective(scope, day).rules == (
        RuleSet("tiers", VERSIONS).effective(scope, day).rules
    )


@given(rule_sets(), st.randoms(), any_facts)
def test_load_order_never_changes_an_answer(rule_set: RuleSet, random: object, seen: Facts) -> None:
    shuffled = list(rule_set.rules)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    other = RuleSet("tiers", shuffled, rule_set.hit_policy)
    collect = RuleSet("tiers", rule_set.rules, HitPolicy.COLLECT)
    assert ids(other) == ids(rule_set)
    if rule_set.hit_policy is not HitPolicy.UNIQUE or len(collect.evaluate(seen).fired) < 2:
        assert other.evaluate(seen) == rule_set.evaluate(seen)


# -- where and when -------------------------------------------------------------------------------
def in_force(scope: tuple[str, ...], day: date) -> dict[str, tuple[str, int]]:
    """The rules in force there and then: id -> condition and priority, in their order."""
    effective = RuleSet("tiers", VERSIONS).effective(scope, day)
    return {rule.id: (repr(rule.when), rule.priority) for rule in effective.rules}


@pytest.mark.parametrize(
    ("scope", "day", "expected"),
    [
        ((), date(2025, 12, 31), {"gold": ("(aum >= 1.00)", 2), "silver": ("salaried", 2)}),
        ((), date(2026, 1, 1), {"gold": ("(aum >= 2.00)", 2), "silver": ("salaried", 2)}),
        (
            ("north",),
            date(2026, 1, 1),
            {"basic": ("consents", 2), "gold": ("(aum >= 3.00)", 2), "silver": ("salaried", 2)},
        ),
        (
            ("north", "b1"),
            date(2026, 5, 31),
            {"basic": ("consents", 2), "gold": ("(aum >= 3.00)", 2), "silver": ("~salaried", 2)},
        ),
        (
            ("north", "b1", "desk"),
            date(2026, 6, 1),
            {"basic": ("consents", 2), "gold": ("(aum >= 4.00)", 2), "silver": ("~salaried", 2)},
        ),
        (("south",), date(2026, 1, 1), {"gold": ("(aum >= 5.00)", 2), "silver": ("salaried", 2)}),
        (("west",), date(2026, 1, 1), {"gold": ("(aum >= 2.00)", 2), "silver": ("salaried", 2)}),
    ],
)
def test_a_deeper_rule_replaces_its_ancestors_in_place(
    scope: tuple[str, ...], day: date, expected: dict[str, tuple[str, int]]
) -> None:
    found = in_force(scope, day)
    assert found == expected
    assert list(found) == list(expected)


def test_without_a_day_validity_is_not_looked_at() -> None:
    old = Rule("gold", salaried, valid_until=date(2000, 1, 1))
    rule_set = RuleSet("tiers", [old])
    assert rule_set.effective() is rule_set
    assert rule_set.effective(as_of=date(2000, 1, 1)) is rule_set
    assert rule_set.effective(as_of=date(2000, 1, 2)).rules == ()


def test_without_a_day_versions_of_a_rule_are_refused() -> None:
    with pytest.raises(RuleError, match="tiers: the rule 'gold' has several versions") as caught:
        RuleSet("tiers", VERSIONS).effective(("north",))
    assert "effective(scope, as_of)" in caught.value.mend


def test_versions_are_not_asked_all_at_once() -> None:
    versions = RuleSet("tiers", VERSIONS)
    with pytest.raises(RuleError, match=r"tiers: .* several nodes or days \(.*effective\("):
        versions.evaluate(NOTHING_KNOWN)
    with pytest.raises(RuleError, match=r"effective\(scope, as_of\)"):
        _ = versions.compiled
    there = versions.effective(("north", "b1"), date(2026, 6, 30))
    assert there.compiled(NOTHING_KNOWN) == there.evaluate(NOTHING_KNOWN)


@pytest.mark.parametrize("ask", ["compiled", "evaluate"])
def test_a_set_of_several_nodes_or_days_is_not_asked_before_it_is_brought_to_one(ask: str) -> None:
    rule_set = RuleSet("tiers", VERSIONS)
    with pytest.raises(
        RuleError, match=r"tiers: it holds the rules of several .*effective\(scope, as_of"
    ):
        getattr(rule_set, ask)(facts())
    there = rule_set.effective(("north",), date(2026, 1, 1))
    assert getattr(there, ask)(facts()) == Outcome((), (0, 1, 2))


@pytest.mark.parametrize("ask", ["compiled", "evaluate"])
def test_a_nodes_own_rule_is_asked_at_that_node_alone(ask: str) -> None:
    rule_set = RuleSet("care", [Rule("all", salaried), Rule("own", salaried, scope=("north",))])
    with pytest.raises(RuleError, match="it holds the rules of several nodes"):
        getattr(rule_set, ask)(facts(salaried=True))
    for scope, ids in (((), ["all"]), (("north",), ["all", "own"]), (("south",), ["all"])):
        there = rule_set.effective(scope)
        assert [rule.id for rule in there.rules] == ids
        assert there.node == scope
        assert there.effective(scope) is there
        assert pickle.loads(pickle.dumps(there)).node == scope
        assert getattr(there, ask)(facts(salaried=True)).fired == (0,)


def test_a_scope_is_no_text() -> None:
    with pytest.raises(RuleError, match="'north' is one text"):
        RuleSet("tiers", VERSIONS).effective("north", date(2026, 1, 1))


def test_two_rules_of_one_name_are_refused_naming_their_origins() -> None:
    rules = [Rule("gold", salaried, origin="one"), Rule("gold", consents, origin="two")]
    with pytest.raises(RuleError) as caught:
        RuleSet("tiers", rules)
    assert str(caught.value) == (
        "rule set tiers: two rules are named 'gold' (from one and two) (rename one of them)"
    )


@pytest.mark.parametrize(
    ("upper", "lower", "words"),
    [
        ((), ("north",), "'gold' of the head office isn't overridable, but north replaces it"),
        (("north",), ("north", "b1"), "'gold' of north isn't overridable, but north > b1 replaces"),
        ((), ("north", "b1"), "of the head office isn't overridable, but north > b1 replaces it"),
    ],
)
def test_what_is_not_overridable_is_not_replaced(
    upper: tuple[str, ...], lower: tuple[str, ...], words: str
) -> None:
    below = Rule("gold", consents, scope=lower, origin="branch-rules")
    above = Rule("gold", salaried, scope=upper)
    for rules in ([below, above], [above, below]):
        with pytest.raises(RuleError, match=words) as caught:
            RuleSet("tiers", rules)
        assert "(from branch-rules)" in str(caught.value)
        assert "overridable=True" in caught.value.mend
    allowed = Rule("gold", salaried, scope=upper, overridable=True)
    assert len(RuleSet("tiers", [below, allowed]).rules) == 2


def test_rules_of_other_nodes_and_other_times_do_not_clash() -> None:
    day = date(2026, 1, 1)
    rules = [
        Rule("gold", salaried, valid_until=day),
        Rule("gold", consents, scope=("north",), valid_from=day + timedelta(days=1)),
        Rule("gold", salaried, scope=("south",), valid_from=day + timedelta(days=1)),
        Rule("gold", salaried, scope=("southern",), valid_from=day + timedelta(days=1)),
    ]
    rule_set = RuleSet("tiers", rules)
    assert [rule.scope for rule in rule_set.effective(("north",), day).rules] == [()]
    later = day + timedelta(days=1)
    assert [rule.scope for rule in rule_set.effective(("north",), later).rules] == [("north",)]
    with pytest.raises(RuleError, match="isn't overridable"):
        RuleSet("tiers", [*rules, Rule("gold", salaried, scope=("south", "b1"))])


_DAYS = st.none() | st.integers(0, 4).map(lambda day: date(2026, 1, 1) + timedelta(days=day))
_PATHS = st.lists(st.sampled_from(["n", "s"]), max_size=2).map(tuple)


@st.composite
def placed_rules(draw: st.DrawFn) -> Rule:
    ends = [draw(_DAYS), draw(_DAYS)]
    if None not in ends:
        ends.sort()
    return Rule(
        draw(st.sampled_from(["a", "b"])),
        aum >= draw(st.integers(0, 3)),
        priority=draw(st.integers(1, 2)),
        scope=draw(_PATHS),
        valid_from=ends[0],
        valid_until=ends[1],
        overridable=True,
    )


def clash(one: Rule, other: Rule) -> bool:
    """Whether two rules are of one name at one node on one day."""
    days = (date(2026, 1, 1) + timedelta(days=day) for day in range(-1, 6))
    return (one.id, one.scope) == (other.id, other.scope) and any(
        one.is_in_force(day) and other.is_in_force(day) for day in days
    )


@given(st.lists(st.builds(evolve, placed_rules(), overridable=st.booleans()), max_size=5))
def test_a_set_is_refused_exactly_if_two_of_its_rules_are(rules: list[Rule]) -> None:
    def is_refused(some: Iterable[Rule]) -> bool:
        try:
            RuleSet("tiers", some)
        except RuleError:
            return True
        return False

    assert is_refused(rules) is any(map(is_refused, combinations(rules, 2)))


@given(st.lists(placed_rules(), max_size=5), _PATHS, st.integers(-1, 5))
def test_each_id_is_decided_by_its_deepest_rule_in_force(
    rules: list[Rule], scope: tuple[str, ...], day: int
) -> None:
    on = date(2026, 1, 1) + timedelta(days=day)
    if any(clash(one, other) for one, other in combinations(rules, 2)):
        with pytest.raises(RuleError, match="two rules are named"):
            RuleSet("tiers", rules)
        return
    rule_set = RuleSet("tiers", rules)
    effective = rule_set.effective(scope, on)
    candidates = [
        rule for rule in rules if rule.is_in_force(on) and scope[: len(rule.scope)] == rule.scope
    ]
    assert set(ids(effective)) == {rule.id for rule in candidates}
    for rule in effective.rules:
        namesakes = sorted(
            (each for each in candidates if each.id == rule.id), key=lambda each: len(each.scope)
        )
        assert rule.when.same_as(namesakes[-1].when)
        assert rule.scope == namesakes[-1].scope
        assert rule.priority == namesakes[0].priority
    assert effective.effective(scope, on) is effective


# -- the set itself -------------------------------------------------------------------------------
def test_a_set_knows_the_facts_it_reads() -> None:
    rules = [Rule("a", (aum > 5) & salaried), Rule("b", salaried | (share > aum / aum))]
    assert [fact.name for fact in RuleSet("tiers", rules).facts] == ["aum", "salaried", "share"]


@given(rule_sets(), any_facts)
def test_sets_survive_pickling(rule_set: RuleSet, seen: Facts) -> None:
    compiled = RuleSet("tiers", rule_set.rules, HitPolicy.COLLECT)
    assert compiled.compiled is compiled.compiled
    again = pickle.loads(pickle.dumps(compiled))
    assert again == compiled
    assert hash(again) == hash(compiled)
    assert again.compiled(seen) == compiled.evaluate(seen)
    assert repr(again) == repr(compiled)


def test_places_are_told_by_their_rules_names() -> None:
    rule_set = RuleSet("tiers", [Rule("a", salaried), Rule("b", consents)])
    assert rule_set.ids((1, 0)) == ("b", "a")
    assert rule_set.ids(()) == ()


def test_a_policy_may_be_spelt() -> None:
    assert RuleSet("tiers", [], "collect").hit_policy is HitPolicy.COLLECT  # type: ignore[arg-type]


def test_rules_become_a_set_and_a_set_stays_one() -> None:
    made = as_rule_set([Rule("a", salaried)], "care", HitPolicy.COLLECT)
    assert made == RuleSet("care", [Rule("a", salaried)], HitPolicy.COLLECT)
    assert as_rule_set(made, "other", HitPolicy.COLLECT) is made


def test_a_set_made_for_another_policy_is_refused() -> None:
    made = RuleSet("care", [Rule("a", salaried)], HitPolicy.COLLECT)
    with pytest.raises(RuleError) as caught:
        as_rule_set(made, "tiering.rules", HitPolicy.FIRST)
    assert str(caught.value) == (
        "rule set care: its hit policy is collect, but tiering.rules is asked by first"
        " (give a plain list of rules)"
    )


def test_an_outcome_of_another_type_is_refused_naming_the_rule() -> None:
    good = RuleSet("care", [Rule("a", salaried, then="call")])
    require_outcomes(good, str)
    bad = RuleSet("care", [*good.rules, Rule("b", salaried, then=5)])
    with pytest.raises(RuleError) as caught:
        require_outcomes(bad, str)
    assert str(caught.value) == ("rule b of care: its outcome is a int (give it then=str(...))")

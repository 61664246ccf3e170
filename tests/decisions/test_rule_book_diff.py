from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import attrs
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from relationship_core import (
    Confirmation,
    Entitlement,
    Lifecycle,
    Retention,
    RetentionAction,
    Rule,
    RuleBook,
    RuleSet,
    Service,
    Signal,
    Stage,
    Text,
    Tiering,
    Transition,
)
from relationship_core.decisions import rule_book
from relationship_core.decisions.change import Change, ChangeKind
from relationship_core.decisions.rule_book_diff import diff
from relationship_core.facts import (
    CATALOGUE,
    aum,
    contribution_12m,
    product_count,
    salary_stopped,
    tenure_months,
)
from relationship_core.rules.override import between
from tests.decisions.small_bank import parameters
from tests.decisions.small_book import derived, model, small_book, supplied

D = Decimal
NORTH = ("north", "harbour")
SCORE = supplied("bank.score")
RICH = derived("bank.rich", aum * 2)
GOLD = Rule(
    "gold",
    (contribution_12m >= 50_000) & (tenure_months >= 12),
    reason=Text("Worth it.", "值得"),
    overridable=between(40_000, 80_000),
)
LOUNGE = Rule("lounge", aum >= 1_000, Entitlement("lounge", "a lounge"), priority=5)
SILENT = Rule("silent", salary_stopped, Signal("silent", "Silence"))
RISK = Rule("high", SCORE >= D("0.5"))
FALL = Rule("fall", aum < 1, Transition(["stable", "prospect"], "decline", Confirmation(2, 10)))
BACK = Rule("back", aum > 1, Transition("decline", None))
STAGES = (Stage("prospect"), Stage("stable"), Stage("decline"))
TIERING = Tiering(["gold", "silver", "rest"], [GOLD, Rule("silver", aum >= 100)])
LIFECYCLE = Lifecycle(STAGES, [Rule("stable", product_count >= 1)], [FALL, BACK])
RETENTION = Retention(
    signals=[SILENT],
    risks=[RISK],
    actions=[Rule("call", aum > 5, RetentionAction("call", "call", D(20)))],
)
CHURN = model("churn", SCORE, aum)


def book(**changes: Any) -> RuleBook:
    given: dict[str, Any] = {
        "lifecycle": LIFECYCLE,
        "tiering": TIERING,
        "service": Service([LOUNGE]),
        "retention": RETENTION,
        "facts": [SCORE, RICH],
        "models": [CHURN],
    }
    return small_book(**(given | changes))


def lines(old: RuleBook, new: RuleBook) -> list[str]:
    return str(diff(old, new)).splitlines()


def with_tiers(*rules: Rule, **changes: Any) -> RuleBook:
    return book(tiering=attrs.evolve(TIERING, rules=rules, **changes))


def with_gold(**changes: Any) -> RuleBook:
    return with_tiers(attrs.evolve(GOLD, **changes), Rule("silver", aum >= 100))


class TestARule:
    @pytest.mark.parametrize(
        ("changes", "expected"),
        [
            (
                {"when": (contribution_12m >= 60_000) & (tenure_months >= 12)},
                ["~ gold: contribution_12m threshold 50,000.00 -> 60,000.00 (tiering.rules)"],
            ),
            (
                {"when": contribution_12m >= 50_000},
                ["~ gold: condition removed: months as a customer at least 12 (tiering.rules)"],
            ),
            (
                {"reason": Text("Rich.", "值得")},
                ['~ gold: reason "Worth it." (值得) -> "Rich." (值得) (tiering.rules)'],
            ),
            ({"reason": None}, ['~ gold: reason "Worth it." (值得) -> none (tiering.rules)']),
            (
                {"valid_from": date(2026, 1, 1), "valid_until": date(2026, 12, 31)},
                [
                    "~ gold: valid_from none -> 2026-01-01 (tiering.rules)",
                    "~ gold: valid_until none -> 2026-12-31 (tiering.rules)",
                ],
            ),
            (
                {"scope": NORTH},
                ["~ gold: scope the head office -> north > harbour (tiering.rules)"],
            ),
            (
                {"overridable": False},
                [
                    "~ gold: overridable contribution_12m from 40,000.00 to 80,000.00 -> no"
                    " (tiering.rules)"
                ],
            ),
            (
                {"if_missing": "skip"},
                ["~ gold: if_missing undetermined -> skip (tiering.rules)"],
            ),
            (
                {"exemption": "Clause 4."},
                ['~ gold: exemption none -> "Clause 4." (tiering.rules)'],
            ),
        ],
    )
    def test_that_changed_says_what_changed(
        self, changes: dict[str, Any], expected: list[str]
    ) -> None:
        assert lines(book(), with_gold(**changes)) == expected

    def test_that_leads_elsewhere_says_where(self) -> None:
        other = attrs.evolve(LOUNGE, then=Entitlement("lounge", "a lounge", "lane"), priority=6)
        assert lines(book(), book(service=Service([other]))) == [
            "~ lounge: outcome.kind basic -> lane (service.entitlements)",
            "~ lounge: priority 5 -> 6 (service.entitlements)",
        ]

    def test_that_moves_a_customer_elsewhere_says_where(self) -> None:
        move = Transition("stable", "decline", Confirmation(3, 10))
        changed = [attrs.evolve(FALL, then=move), BACK]
        lifecycle = attrs.evolve(LIFECYCLE, transitions=changed)
        assert lines(book(), book(lifecycle=lifecycle)) == [
            "~ fall: outcome.confirm.reviews 2 -> 3 (lifecycle.transitions)",
            "~ fall: outcome.source prospect, stable -> stable (lifecycle.transitions)",
        ]

    def test_that_is_new_or_gone_is_told_whole(self) -> None:
        harbour = attrs.evolve(GOLD, scope=NORTH, overridable=False)
        more = with_tiers(GOLD, harbour, Rule("silver", aum >= 100))
        asks = (
            "contribution in twelve months at least 50,000.00 and months as a customer at least 12"
        )
        told = f"rule gold of north > harbour: {asks}; reason Worth it. (值得) (tiering.rules)"
        assert lines(book(), more) == [f"+ {told}"]
        assert lines(more, book()) == [f"- {told}"]

    def test_of_a_branch_is_named_with_it(self) -> None:
        def branches(limit: int) -> RuleBook:
            rule = Rule("gold", (contribution_12m >= limit) & (tenure_months >= 12), scope=NORTH)
            return with_tiers(GOLD, rule, Rule("silver", aum >= 100))

        assert lines(branches(45_000), branches(46_000)) == [
            "~ gold of north > harbour: contribution_12m threshold 45,000.00 -> 46,000.00"
            " (tiering.rules)"
        ]

    def test_that_holds_in_versions_is_named_with_its_first_day(self) -> None:
        def versions(limit: int, **changes: Any) -> RuleBook:
            new = Rule("lounge", aum >= limit, LOUNGE.then, valid_from=date(2026, 1, 1), **changes)
            return book(
                service=Service([attrs.evolve(LOUNGE, valid_until=date(2025, 12, 31)), new])
            )

        assert lines(versions(2_000), versions(3_000)) == [
            "~ lounge from 2026-01-01: aum threshold 2,000.00 -> 3,000.00 (service.entitlements)"
        ]
        assert lines(versions(2_000), book()) == [
            "~ lounge: valid_until 2025-12-31 -> none (service.entitlements)",
            "- rule lounge from 2026-01-01: assets under management at least 2,000.00;"
            " valid from 2026-01-01 (service.entitlements)",
        ]

    def test_whose_version_begins_on_another_day_says_so(self) -> None:
        def versions(first: date) -> RuleBook:
            new = Rule("lounge", aum >= 2_000, LOUNGE.then, valid_from=first)
            return book(
                service=Service([attrs.evolve(LOUNGE, valid_until=date(2025, 12, 31)), new])
            )

        assert lines(versions(date(2026, 1, 1)), versions(date(2026, 7, 1))) == [
            "~ lounge from 2026-01-01: valid_from 2026-01-01 -> 2026-07-01 (service.entitlements)"
        ]

    def test_of_each_branch_is_compared_with_its_own(self) -> None:
        def from_day(day: date) -> RuleBook:
            own = [attrs.evolve(LOUNGE, scope=[name], valid_from=day) for name in ("south", "east")]
            return book(service=Service(own))

        assert lines(from_day(date(2026, 1, 1)), from_day(date(2026, 7, 1))) == [
            "~ lounge of east: valid_from 2026-01-01 -> 2026-07-01 (service.entitlements)",
            "~ lounge of south: valid_from 2026-01-01 -> 2026-07-01 (service.entitlements)",
        ]

    def test_of_which_one_version_became_two_is_told_anew(self) -> None:
        def versions(*years: int) -> RuleBook:
            return book(
                service=Service(
                    attrs.evolve(
                        LOUNGE, valid_from=date(year, 1, 1), valid_until=date(year, 12, 31)
                    )
                    for year in years
                )
            )

        asks = "assets under management at least 1,000.00"
        assert lines(versions(2024), versions(2025, 2026)) == [
            f"{sign} rule lounge from {year}-01-01: {asks};"
            f" valid from {year}-01-01 until {year}-12-31 (service.entitlements)"
            for sign, year in (("-", 2024), ("+", 2025), ("+", 2026))
        ]

    def test_of_one_branch_that_became_anothers_has_moved(self) -> None:
        def south_and(branch: str) -> RuleBook:
            own = [attrs.evolve(LOUNGE, scope=[name]) for name in ("south", branch)]
            return book(service=Service(own))

        assert lines(south_and("east"), south_and("west")) == [
            "~ lounge of east: scope east -> west (service.entitlements)"
        ]

    def test_set_that_is_asked_otherwise_says_so(self) -> None:
        named = RuleSet("bank.rules", TIERING.rules.rules)
        assert lines(book(), book(tiering=attrs.evolve(TIERING, rules=named))) == [
            "~ tiering.rules: name tiering.rules -> bank.rules"
        ]


class TestTheRestOfABook:
    @pytest.mark.parametrize(
        ("changes", "expected"),
        [
            (
                {"tiering": attrs.evolve(TIERING, gold=["gold"], downgrade=None)},
                [
                    "~ tiering: downgrade days_apart 20, minimum_hold_months 6, reviews 2 -> none",
                    "~ tiering: gold gold, silver -> gold",
                ],
            ),
            (
                {"tiering": attrs.evolve(TIERING, ladder=["silver", "gold", "rest"])},
                ["~ tiering: ladder gold, silver, rest -> silver, gold, rest"],
            ),
            (
                {"tiering": attrs.evolve(TIERING, labels={"gold": Text("Gold", "金")})},
                ['~ tiering: labels.gold added: "Gold" (金)'],
            ),
            (
                {"lifecycle": attrs.evolve(LIFECYCLE, stages=[*STAGES, Stage("lost", "Lost")])},
                ["+ stage lost"],
            ),
            (
                {
                    "lifecycle": attrs.evolve(
                        LIFECYCLE, stages=[Stage("prospect", "New"), *STAGES[1:]]
                    )
                },
                ['~ stage prospect: label "prospect" -> "New"'],
            ),
            (
                {
                    "lifecycle": attrs.evolve(
                        LIFECYCLE, stages=[STAGES[0], Stage("steady", role="stable"), *STAGES[1:]]
                    )
                },
                ["+ stage steady"],
            ),
            (
                {
                    "retention": attrs.evolve(
                        RETENTION, levels=["high", "low"], maximum_cost_share=D("0.5")
                    )
                },
                [
                    "~ retention: levels high, medium, low -> high, low",
                    "~ retention: maximum_cost_share 0.25 -> 0.5",
                ],
            ),
            (
                {"contribution": [parameters(hurdle_rate=D("0.11"))]},
                ["~ parameters 1990-01-01: hurdle_rate 0.1 -> 0.11"],
            ),
            (
                {
                    "contribution": [
                        parameters(),
                        parameters(version="next", valid_from=date(2026, 1, 1)),
                    ]
                },
                ["+ parameters 2026-01-01: version next"],
            ),
            (
                {"models": [attrs.evolve(CHURN, version="2", digest="def")]},
                ["~ model churn: digest abc -> def", "~ model churn: version 1 -> 2"],
            ),
            ({"models": []}, ["- model churn: version 1"]),
            (
                {"facts": [SCORE, derived("bank.rich", aum * 3)]},
                ["~ fact bank.rich: derived (aum * 2) -> (aum * 3)"],
            ),
            (
                {"facts": [SCORE, supplied("bank.rich", RICH.kind)]},
                ["~ fact bank.rich: derived (aum * 2) -> none"],
            ),
            (
                {"facts": [attrs.evolve(SCORE, maximum=1, relations=[SCORE <= 1]), RICH]},
                [
                    "~ fact bank.score: maximum none -> 1.000000",
                    "~ fact bank.score: relations none -> (bank.score <= 1.000000)",
                ],
            ),
            (
                {"facts": [SCORE, RICH, supplied("bank.new")]},
                ["+ fact bank.new: bank.new, a number"],
            ),
            (
                {"facts": [SCORE]},
                ["- fact bank.rich: bank.rich, a money, derived as assets under management * 2"],
            ),
        ],
    )
    def test_says_what_changed(self, changes: dict[str, Any], expected: list[str]) -> None:
        assert lines(book(), book(**changes)) == expected

    def test_tells_the_order_of_stages_of_one_role(self) -> None:
        def ordered(*names: str) -> RuleBook:
            stages = [*STAGES, *[Stage(name, role="formation") for name in names]]
            return book(lifecycle=attrs.evolve(LIFECYCLE, stages=stages))

        assert lines(ordered("new", "grown"), ordered("grown", "new")) == [
            "~ lifecycle: order of stages prospect, new, grown, stable, decline"
            " -> prospect, grown, new, stable, decline"
        ]

    def test_tells_the_order_of_stages_although_one_is_new(self) -> None:
        def ordered(*names: str) -> RuleBook:
            stages = [*STAGES, *[Stage(name, role="formation") for name in names]]
            return book(lifecycle=attrs.evolve(LIFECYCLE, stages=stages))

        assert lines(ordered("new", "grown"), ordered("grown", "tall", "new")) == [
            "+ stage tall",
            "~ lifecycle: order of stages prospect, new, grown, stable, decline"
            " -> prospect, grown, new, stable, decline",
        ]

    def test_tells_what_a_fact_of_the_catalogue_has_become(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        old = book()
        changed = attrs.evolve(aum, description="something else")
        monkeypatch.setattr(rule_book, "CATALOGUE", {**CATALOGUE, "aum": changed})
        [line] = lines(old, book())
        assert line.startswith("~ fact aum: description Closing balances")
        assert line.endswith(" -> something else")


class TestADifference:
    def test_is_none_where_books_decide_alike(self) -> None:
        again = RuleBook.from_json(book().to_json())
        found = diff(book(), again)
        assert not found
        assert (found.old, found.new, found.changes) == (again.fingerprint, again.fingerprint, ())
        assert str(found) == ""

    def test_is_not_made_by_where_a_rule_came_from(self) -> None:
        moved = [attrs.evolve(rule, origin="bank 2.0") for rule in TIERING.rules.rules]
        assert not diff(book(), with_tiers(*moved))

    def test_names_both_books_and_every_change_as_data(self) -> None:
        new = with_gold(when=contribution_12m >= 60_000)
        found = diff(book(), new)
        data = json.loads(json.dumps(found.to_json()))
        assert data == {
            "schema": 1,
            "old": book().fingerprint,
            "new": new.fingerprint,
            "changes": [
                {
                    "kind": "~",
                    "part": "tiering.rules",
                    "noun": "rule",
                    "name": "gold",
                    "scope": [],
                    "version": "",
                    "words": "",
                    "details": [
                        {
                            "what": "condition",
                            "old": "months as a customer at least 12",
                            "new": None,
                        },
                        {
                            "what": "contribution_12m threshold",
                            "old": "50,000.00",
                            "new": "60,000.00",
                        },
                    ],
                }
            ],
        }

    def test_has_a_digest_of_its_own(self) -> None:
        one, other = (diff(book(), with_gold(reason=words)) for words in ("one", "other"))
        assert len(one.digest) == 64
        assert one.digest == diff(book(), with_gold(reason="one")).digest
        assert one.digest != other.digest


MORE = st.sampled_from(
    [aum >= 5, aum >= 6, tenure_months >= 3, salary_stopped, product_count.between(1, 2)]
)
EDITS: dict[str, st.SearchStrategy[Callable[[Rule], Any]]] = {
    "when": st.one_of(
        MORE.map(lambda more: lambda rule: rule.when & more),
        MORE.map(lambda more: lambda rule: more & rule.when),
        MORE.map(lambda more: lambda rule: rule.when | more),
        MORE.map(lambda more: lambda _: more),
        st.just(lambda rule: ~rule.when),
    ),
    "reason": st.sampled_from(["", "one", "other"]).map(lambda words: lambda _: Text(words)),
    "if_missing": st.just(lambda _: "skip"),
    "valid_until": st.dates(date(2026, 1, 1), date(2026, 1, 3)).map(lambda day: lambda _: day),
    "scope": st.sampled_from([("north",), ("south",)]).map(lambda node: lambda _: node),
    "overridable": st.just(lambda rule: rule.overridable is False),
    "exemption": st.just(lambda _: "Clause 4."),
}
RULES = {
    "gold": ("tiering", "rules", Rule("gold", aum >= 100)),
    "lounge": ("service", "entitlements", LOUNGE),
    "silent": ("retention", "signals", SILENT),
    "high": ("retention", "risks", RISK),
    "stable": ("lifecycle", "entry", Rule("stable", product_count >= 1)),
    "fall": ("lifecycle", "transitions", FALL),
}


@st.composite
def edits(draw: st.DrawFn) -> tuple[str, dict[str, Any]]:
    """A rule's id and what one edit makes of it."""
    rule_id = draw(st.sampled_from(sorted(RULES)))
    name = draw(st.sampled_from(sorted(EDITS)))
    return rule_id, {name: draw(EDITS[name])(RULES[rule_id][2])}


def edited(*made: tuple[str, dict[str, Any]]) -> RuleBook:
    """The book with those edits made."""
    rules = {rule_id: rule for rule_id, (_, _, rule) in RULES.items()}
    for rule_id, changes in made:
        rules[rule_id] = attrs.evolve(rules[rule_id], **changes)
    parts: dict[str, Any] = {
        "tiering": TIERING,
        "service": Service(),
        "retention": RETENTION,
        "lifecycle": LIFECYCLE,
    }
    for rule_id, (part, name, _) in RULES.items():
        parts[part] = attrs.evolve(parts[part], **{name: [rules[rule_id]]})
    return book(**parts)


@given(edits())
def test_an_edit_of_a_rule_is_told_and_names_the_rule(edit: tuple[str, dict[str, Any]]) -> None:
    plain, changed = edited(), edited(edit)
    assume(plain != changed)
    part, name, _ = RULES[edit[0]]
    [change] = diff(plain, changed).changes
    assert (change.kind, change.noun, change.name) == (ChangeKind.CHANGED, "rule", edit[0])
    assert change.part == f"{part}.{name}"
    assert all(f"~ {edit[0]}" in line for line in lines(plain, changed))


@given(st.lists(edits(), max_size=3), st.lists(edits(), max_size=3))
def test_books_differ_exactly_if_their_fingerprints_do(
    some: list[tuple[str, dict[str, Any]]], others: list[tuple[str, dict[str, Any]]]
) -> None:
    old, new = edited(*some), edited(*others)
    found = diff(old, new)
    assert bool(found) is (old.fingerprint != new.fingerprint)
    assert not diff(old, old)


SWAPPED = {
    ChangeKind.ADDED: ChangeKind.REMOVED,
    ChangeKind.REMOVED: ChangeKind.ADDED,
    ChangeKind.CHANGED: ChangeKind.CHANGED,
}


def what_became_of_it(change: Change) -> tuple[Any, ...]:
    details = [(each.what, each.old, each.new) for each in change.details]
    return change.kind, change.part, change.name, change.words, details


def turned_round(change: Change) -> tuple[Any, ...]:
    details = [(each.what, each.new, each.old) for each in change.details]
    return SWAPPED[change.kind], change.part, change.name, change.words, details


@given(
    st.lists(edits(), max_size=3),
    st.lists(edits(), max_size=3),
    st.sampled_from([{}, {"service": Service()}, {"models": [], "facts": [SCORE]}]),
)
def test_the_way_back_turns_every_change_round(
    some: list[tuple[str, dict[str, Any]]],
    others: list[tuple[str, dict[str, Any]]],
    changes: dict[str, Any],
) -> None:
    old = edited(*some)
    new = attrs.evolve(edited(*others), **changes)
    forth = [turned_round(change) for change in diff(old, new).changes]
    assert forth == [what_became_of_it(change) for change in diff(new, old).changes]

from __future__ import annotations

import subprocess
import sys
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from attrs import evolve

from examples.berka_bank.rule_book import CzechBank
from relationship_core import (
    Confirmation,
    Engine,
    Entitlement,
    EntitlementKind,
    Retention,
    RetentionAction,
    Rule,
    RuleBook,
    Service,
    Tiering,
    Transition,
    between,
    extend,
    hookimpl,
)
from relationship_core.decisions.proof import CODES, prove_rule_book
from relationship_core.errors import RelationshipError, RuleBookError, RuleError, UnknownFactError
from relationship_core.facts import (
    age_years,
    aum,
    contribution_12m,
    kind,
    loyalty,
    previous_stage,
    product_count,
    retention_risk,
    tenure_months,
)
from relationship_core.rules.analysis import Finding, Monotone, Proof, Severity
from tests.decisions.proof.sound_book import (
    GOLD,
    MOVES,
    SILVER,
    lifecycle,
    retention,
    sound_book,
    tiering,
)
from tests.decisions.proof.zoo_of_tiers import NEXT_YEAR, NORTH
from tests.decisions.small_bank import parameters
from tests.decisions.small_book import small_book

SLOWLY = Transition("stable", "decline", Confirmation(reviews=2, days_apart=20))
ELSEWHERE = ("north", "quay")
NEWCOMERS_FIRST = tenure_months < 24
SHADOWED_SILVER = Rule("silver", aum >= 200)
A_PRICE = Entitlement("rate", "a better rate", EntitlementKind.PRICE)


def faults(proof: Proof) -> list[Finding]:
    return [each for each in proof.findings if each.code.severity is not Severity.NOTE]


def told(book: RuleBook, **changes: Any) -> list[tuple[str, tuple[str, ...], date | None]]:
    found = faults(prove_rule_book(book, **changes))
    return [(each.code.id, each.scope, each.on) for each in found]


class TestBooksAsTheyAre:
    def test_the_built_in_rules_are_sound(self) -> None:
        assert not faults(prove_rule_book(Engine.from_plugins().rule_book))

    def test_so_are_the_example_bank_s(self) -> None:
        assert not faults(prove_rule_book(Engine.from_plugins(CzechBank()).rule_book))

    def test_so_are_the_star_levels_with_their_branch(self) -> None:
        assert not faults(prove_rule_book(Engine.discover(allow=["star-levels"]).rule_book))

    def test_a_bank_that_divides_and_rates_nobody_lacks_nothing(self) -> None:
        book = small_book(lifecycle=lifecycle(), tiering=tiering(matrix=()), retention=Retention())
        assert not told(book)

    def test_codes_are_told_once_each_and_in_order(self) -> None:
        ids = [code.id for code in CODES]
        assert ids == sorted(set(ids))

    def test_a_proof_says_what_was_proved(self) -> None:
        book = sound_book()
        proof = prove_rule_book(book)
        assert proof.subject == book.fingerprint
        counts = dict(proof.proved)
        assert counts["tiering.rules"] == 2
        assert counts["lifecycle.transitions"] == 5
        assert counts["service.care"] == 0


class TestNodes:
    def test_a_fault_of_the_head_office_is_told_once(self) -> None:
        own = Rule("gold", aum >= 90, scope=NORTH)
        gold = evolve(GOLD, overridable=True)
        book = sound_book(tiering=tiering(gold, SILVER, own, keep=[Rule("gold", aum >= 200)]))
        assert told(book) == [("RC105", (), None)]

    @pytest.mark.parametrize("law", ["tenure_months", "loyalty"])
    def test_nor_is_a_law_that_it_breaks_retold_where_the_same_rules_break_it(
        self, law: str
    ) -> None:
        broken = {"tenure_months": tenure_months < 24, "loyalty": loyalty < Decimal("0.5")}[law]
        silver = Rule("silver", (aum >= 50) & (product_count >= 1), overridable=True)
        own = Rule("silver", (aum >= 60) & (product_count >= 1), scope=NORTH)
        book = sound_book(tiering=tiering(Rule("gold", broken), silver, own))
        assert told(book)[0] == ("RC109", (), None)
        assert len({finding.rule_set for finding in faults(prove_rule_book(book))}) == 1

    def test_one_that_a_branch_s_own_rule_adds_is_told_there(self) -> None:
        gold = Rule("gold", (aum >= 100) & NEWCOMERS_FIRST, overridable=True)
        own = Rule("gold", (aum >= 100) & (tenure_months < 12), scope=NORTH)
        book = sound_book(tiering=tiering(gold, SILVER, own))
        assert told(book) == [("RC109", (), None), ("RC109", NORTH, None)]

    def test_branches_that_do_the_same_are_each_told(self) -> None:
        gold = evolve(GOLD, overridable=True)
        own = [Rule("gold", aum >= 10, scope=scope) for scope in (NORTH, ELSEWHERE)]
        book = sound_book(tiering=tiering(gold, SILVER, *own))
        assert told(book) == [("RC103", NORTH, None), ("RC103", ELSEWHERE, None)]

    def test_what_a_province_s_rule_does_isn_t_retold_of_its_cities(self) -> None:
        gold = evolve(GOLD, overridable=True)
        province = Rule("gold", aum >= 10, scope=("north",))
        keep = [
            Rule("gold", aum >= 5, overridable=True),
            Rule("gold", aum >= 4, scope=NORTH),
        ]
        book = sound_book(tiering=tiering(gold, SILVER, province, keep=keep))
        assert told(book) == [("RC103", ("north",), None)]

    CELLS = (
        Rule("focus", aum >= 200),
        Rule("opportunistic", aum.between(100, 200)),
        Rule("decline", aum.between(50, 100)),
    )

    def test_a_gap_is_told_where_it_opens(self) -> None:
        passive = Rule("passive", aum < 50, overridable=True)
        own = Rule("passive", aum < 40, scope=NORTH)
        book = sound_book(tiering=tiering(matrix=[*self.CELLS, passive, own]))
        assert told(book) == [("RC101", NORTH, None)]

    def test_a_gap_of_the_head_office_isn_t_told_again(self) -> None:
        passive = Rule("passive", aum < 40, overridable=True)
        own = Rule("passive", aum < 45, scope=NORTH)
        book = sound_book(tiering=tiering(matrix=[*self.CELLS, passive, own]))
        assert told(book) == [("RC101", (), None)]

    def test_a_rule_that_nobody_can_meet_is_told_of_one_of_the_stages_it_leads_from(self) -> None:
        leave = evolve(MOVES["leave"], when=(product_count > 5) & (product_count < 2))
        found = faults(prove_rule_book(sound_book(lifecycle=lifecycle(leave))))
        assert len([each for each in found if "leave" in each.rules]) == 1


class TestWhatIsDecidedBefore:
    def test_an_action_for_a_risk_that_no_rule_finds(self) -> None:
        call = Rule("call", retention_risk == "medium", RetentionAction("call", "call"))
        part = retention(levels=("high", "medium", "low"), actions=[call])
        assert [each[0] for each in told(sound_book(retention=part))] == ["RC110", "RC106"]

    def test_a_move_that_asks_for_another_stage_than_it_leads_from(self) -> None:
        fall = evolve(MOVES["fall"], when=previous_stage == "lost")
        codes = {each[0] for each in told(sound_book(lifecycle=lifecycle(fall)))}
        assert codes == {"RC110"}


class TestDays:
    THIS_YEAR = Rule("silver", aum >= 200, valid_until=date(2026, 12, 31))
    THEN = Rule("silver", aum >= 50, valid_from=NEXT_YEAR)

    def test_what_is_mended_next_year_is_told_of_today(self) -> None:
        book = sound_book(tiering=tiering(GOLD, self.THIS_YEAR, self.THEN))
        assert told(book) == [("RC103", (), date(2026, 12, 31))]

    def test_a_day_is_proved_alone(self) -> None:
        book = sound_book(tiering=tiering(GOLD, self.THIS_YEAR, self.THEN))
        assert not told(book, as_of=NEXT_YEAR)
        assert told(book, as_of=date(2020, 1, 1)) == [("RC103", (), date(2020, 1, 1))]

    def test_nobody_is_reviewed_before_the_first_parameters(self) -> None:
        dated = [evolve(rule, valid_from=date(2026, 1, 1)) for rule in (GOLD, SILVER)]
        opened = sound_book(tiering=tiering(*dated))
        assert {each[2] for each in told(opened)} == {date(2025, 12, 31)}
        later = parameters(valid_from=date(2026, 3, 1))
        assert not told(sound_book(tiering=tiering(*dated), contribution=[later]))

    def test_what_was_mended_before_the_first_parameters_is_past(self) -> None:
        past = Rule("silver", aum >= 200, valid_until=date(2019, 12, 31))
        since = Rule("silver", aum >= 50, valid_from=date(2020, 1, 1))
        begun = evolve(past, valid_from=date(2018, 1, 1))
        book = sound_book(
            tiering=tiering(GOLD, begun, since),
            contribution=[parameters(valid_from=date(2026, 3, 1))],
        )
        assert not told(book)

    def test_a_rule_that_holds_for_ever_ends_on_no_day(self) -> None:
        book = sound_book(tiering=tiering(GOLD, evolve(SILVER, valid_until=date.max)))
        assert not told(book)

    def test_a_fault_of_all_days_is_told_of_the_first(self) -> None:
        keep = [Rule("gold", aum >= 90, valid_from=date(2026, 1, 1))]
        book = sound_book(tiering=tiering(GOLD, SHADOWED_SILVER, keep=keep))
        assert told(book) == [("RC103", (), date(2025, 12, 31))]


class TestLaws:
    def test_a_law_that_is_given_is_proved_of_the_tiers(self) -> None:
        book = sound_book(tiering=tiering(Rule("gold", product_count < 3), SILVER))
        law = Monotone(product_count, book.tiering.ladder)
        assert [each[0] for each in told(book, laws=[law])] == ["RC107"]
        assert not told(book)

    def test_loyalty_may_be_declared_too_and_is_then_told_once(self) -> None:
        book = sound_book(
            tiering=tiering(Rule("gold", NEWCOMERS_FIRST), SILVER, monotone=["tenure_months"])
        )
        assert [each[0] for each in told(book)] == ["RC107"]

    def test_a_law_of_a_fact_that_nobody_defined_is_refused(self) -> None:
        book = sound_book(tiering=tiering(monotone=["contribution_12"]))
        with pytest.raises(UnknownFactError, match=r"^Tiering\.monotone: .*'contribution_12m'\?"):
            prove_rule_book(book)

    def test_one_that_the_caller_gives_is_refused_as_theirs(self) -> None:
        law = Monotone("contribution_12", sound_book().tiering.ladder)
        with pytest.raises(UnknownFactError, match=r"^laws: .*'contribution_12m'\?"):
            prove_rule_book(sound_book(), laws=[law])

    def test_so_is_one_of_a_fact_that_has_no_order(self) -> None:
        book = sound_book(tiering=tiering(Rule("gold", kind == "personal"), SILVER))
        with pytest.raises(RuleError, match="a category has no order"):
            prove_rule_book(book, laws=[Monotone(kind, book.tiering.ladder)])

    def test_what_is_earned_against_a_law_isn_t_told_again_of_what_is_kept(self) -> None:
        rules = Rule("gold", NEWCOMERS_FIRST), SILVER
        keep = [Rule("gold", tenure_months < 36)]
        found = faults(prove_rule_book(sound_book(tiering=tiering(*rules, keep=keep))))
        assert [each.rule_set for each in found] == ["tiering.rules"]

    def test_who_holds_a_lower_tier_isn_t_kept_by_what_keeps_a_better_one(self) -> None:
        keep = [Rule("gold", aum >= 30), Rule("silver", (aum >= 30) & NEWCOMERS_FIRST)]
        [finding] = faults(prove_rule_book(sound_book(tiering=tiering(keep=keep))))
        assert (finding.code.id, finding.rules) == ("RC109", ("silver",))

    def test_a_law_is_told_once_however_many_tiers_are_kept_against_it(self) -> None:
        keep = [Rule(tier, (aum >= 30) & NEWCOMERS_FIRST) for tier in ("gold", "silver")]
        assert [each[0] for each in told(sound_book(tiering=tiering(keep=keep)))] == ["RC109"]

    def test_what_is_no_price_may_be_for_newcomers(self) -> None:
        advice = Entitlement("advice", "first steps", EntitlementKind.NURTURE)
        service = Service([Rule("grant", tenure_months <= 12, advice)])
        assert not told(sound_book(service=service))

    def test_a_tier_that_is_kept_but_never_earned_by_rule_counts_as_kept(self) -> None:
        ladder = tiering(GOLD, keep=[Rule("gold", aum >= 80), Rule("silver", aum >= 40)])
        assert [each[0] for each in told(sound_book(tiering=ladder))] == ["RC106"]

    def test_a_ladder_may_have_a_step_of_whatever_name(self) -> None:
        ladder = Tiering(
            ["gold", "gold.kept", "rest"],
            [GOLD, Rule("gold.kept", aum >= 50)],
            keep=[Rule("gold", aum >= 150)],
        )
        assert [each[0] for each in told(sound_book(tiering=ladder))] == ["RC105"]


class TestWhatIsRefusedAtLoading:
    def test_a_protected_fact_needs_a_lawful_ground(self) -> None:
        guarded = Rule("gold", (aum >= 100) & (age_years >= 18), exemption="no minors by law")
        assert not told(sound_book(tiering=tiering(guarded, SILVER)))
        with pytest.raises(RuleBookError, match="age_years, which is protected"):
            sound_book(tiering=tiering(evolve(guarded, exemption=None), SILVER))

    def test_a_tier_on_no_ladder(self) -> None:
        with pytest.raises(RuleBookError, match="'platinum' is no tier of the ladder"):
            tiering(Rule("platinum", aum >= 1))

    def test_a_threshold_outside_the_head_office_s_limits(self) -> None:
        with pytest.raises(RelationshipError) as caught:
            Engine.from_plugins(HeadOffice(), Harbour(90_000))
        said = str(caught.value)
        assert "HeadOffice" in said or "head-office" in said
        assert all(each in said for each in ("the head office", "north > harbour", "90000"))
        assert not told(Engine.from_plugins(HeadOffice(), Harbour(70_000)).rule_book)


class HeadOffice:
    name, version = "head-office", "1.0"

    @hookimpl
    def rc_tiering(self) -> Tiering:
        limits = between(40_000, 80_000)
        return Tiering(
            ["gold", "rest"],
            [Rule("gold", contribution_12m >= 50_000, overridable=limits)],
            monotone=["contribution_12m"],
        )


class Harbour:
    name, version = "harbour", "2.0"

    def __init__(self, threshold: int) -> None:
        self.threshold = threshold

    @hookimpl
    def rc_tiering(self) -> Any:
        return extend(rules=[Rule("gold", contribution_12m >= self.threshold, scope=NORTH)])


FAULTY = sound_book(
    tiering=tiering(
        Rule("gold", (aum >= 100) & NEWCOMERS_FIRST), SILVER, keep=[Rule("gold", aum >= 300)]
    ),
    lifecycle=lifecycle(Rule("recover", product_count >= 1, MOVES["recover"].then)),
    service=Service([Rule("grant", tenure_months <= 12, A_PRICE)]),
    retention=retention(levels=("high", "medium", "low")),
)


class TestTheSameEverywhere:
    def test_in_every_process(self) -> None:
        code = (
            "from tests.decisions.proof.test_rule_book_proof import FAULTY\n"
            "from relationship_core.decisions.proof import prove_rule_book\n"
            "print(prove_rule_book(FAULTY).digest)"
        )
        digests = {
            subprocess.run(
                [sys.executable, "-c", code],
                env={"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(sys.path)},
                capture_output=True,
                check=True,
                text=True,
            ).stdout
            for seed in ("1", "2", "3")
        }
        assert digests == {prove_rule_book(FAULTY).digest + "\n"}

    def test_in_whatever_order_plugins_come(self) -> None:
        plugins = [HeadOffice(), Harbour(60_000), CzechBankServices()]
        one, other = (
            prove_rule_book(Engine.from_plugins(*order).rule_book)
            for order in (plugins, reversed(plugins))
        )
        assert one.to_json() == other.to_json()
        assert faults(one)

    def test_wherever_files_lie(self) -> None:
        moved = RuleBook.from_json(FAULTY.to_json())
        one, other = prove_rule_book(FAULTY), prove_rule_book(moved)
        assert any(each.place for each in one.findings)
        assert not any(each.place for each in other.findings)
        assert one.digest == other.digest


class CzechBankServices:
    name, version = "services", "1.0"

    @hookimpl
    def rc_service(self) -> Service:
        return Service([Rule("grant", tenure_months <= 12, A_PRICE)])


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"tiering": tiering(keep=[Rule("gold", aum >= 80)])}, "RC105 redundant of gold"),
        ({"lifecycle": FAULTY.lifecycle}, "RC123 oscillation"),
        ({"lifecycle": FAULTY.lifecycle}, "RC106 unreachable of recover"),
        ({"lifecycle": lifecycle(Rule("slip", aum >= 9, SLOWLY))}, "RC121 clash of slip, fall"),
    ],
)
def test_what_the_solver_leaves_open_is_told_and_never_fine(
    changes: dict[str, Any], code: str
) -> None:
    proof = prove_rule_book(sound_book(**changes), steps=1)
    assert not proof.holds
    assert any(f"whether there is a fault {code} is" in each.message for each in proof.undecided)

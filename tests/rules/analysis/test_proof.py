"""A proof tells each fault once, the same on every machine, and admits what it couldn't settle."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date
from decimal import Decimal
from itertools import combinations

import pytest
from attrs import evolve

from relationship_core.errors import MissingExtraError, RuleError
from relationship_core.rules import Fact, HitPolicy, Kind, Literal, Place, Rule, RuleSet
from relationship_core.rules.analysis import RULE_CODES, Monotone, Severity, prove
from relationship_core.rules.analysis.blame import Blame
from relationship_core.rules.analysis.examination import Examination
from relationship_core.rules.analysis.finding import (
    CONFLICT,
    GAP,
    IMPOSSIBLE,
    OPEN,
    OUT_OF_RANGE,
    PROTECTED,
    REDUNDANT,
    SHADOWED,
    SKIPPED,
    UNDECIDED,
    UNREACHABLE,
    Code,
    Finding,
)
from relationship_core.rules.analysis.inquiry import Inquiry, UndecidedError
from relationship_core.rules.analysis.world import World
from tests.rules.analysis.beast import (
    Beast,
    age,
    aum,
    bound,
    debt,
    online,
    products,
    rules,
    salaried,
    segment,
    sex,
    share,
)
from tests.rules.analysis.zoo_laws import BROKEN, LAWLESS
from tests.rules.analysis.zoo_reach import SHADOWS

CROSSED = (aum > 9) & (aum < 5)
FAULTY = rules(
    ("gold", (aum >= 100) & (sex == "male"), "gold"),
    ("never", CROSSED, "silver"),
    ("late", (aum > 200) & (sex == "male"), "silver"),
    Rule("share", share > 35, "basic", if_missing="skip"),
)


def found(book: RuleSet, code: Code, **asked: object) -> list[Finding]:
    return [each for each in prove(book, **asked).findings if each.code == code]  # type: ignore[arg-type]


class TestWhatIsFound:
    """Findings are ordered, lead to their rule, and aren't told twice."""

    def test_the_gravest_come_first(self) -> None:
        proof = prove(FAULTY)
        ranks = [list(Severity).index(each.code.severity) for each in proof.findings]
        assert ranks == sorted(ranks)
        assert set(proof.errors) == {
            each for each in proof.findings if each.code.severity == "error"
        }
        assert not proof.holds

    def test_a_finding_names_set_rule_place_and_plugin(self) -> None:
        book = RuleSet(
            "tiers",
            [Rule("never", CROSSED, origin="northern", place=Place("northern/tiers.py", 7))],
        )
        (finding,) = found(book, IMPOSSIBLE)
        assert (finding.rule_set, finding.rules, finding.origin) == (
            "tiers",
            ("never",),
            "northern",
        )
        assert str(finding).startswith(
            "northern/tiers.py:7: error: nobody can meet the rule 'never'"
        )
        assert str(finding).endswith("[RC104 impossible]")

    def test_a_finding_of_no_rule_has_no_place(self) -> None:
        (finding,) = found(rules(("gold", aum > 0)), GAP)
        assert (finding.rules, finding.place) == ((), None)
        assert str(finding) == "error: no rule covers this customer [RC101 gap]"

    def test_how_many_rules_were_proved(self) -> None:
        assert prove(FAULTY).proved == (("zoo", 4),)
        assert prove(RuleSet("empty", ())).proved == (("empty", 0),)

    def test_an_empty_set_covers_nobody(self) -> None:
        assert [each.code for each in prove(RuleSet("empty", ())).findings] == [GAP]

    def test_a_set_of_which_nothing_is_to_be_said_says_nothing(self) -> None:
        assert prove(RuleSet("empty", ()), otherwise="none").findings == ()

    @pytest.mark.parametrize("policy", HitPolicy)
    def test_a_rule_that_asks_nothing_is_sound(self, policy: HitPolicy) -> None:
        always = Rule("always", Literal(True, Kind.FLAG))
        assert prove(RuleSet("tiers", [always], policy)).findings == ()

    def test_where_no_customer_can_be_every_rule_is_impossible(self) -> None:
        torn = Fact("torn", Kind.COUNT, relations=(Literal(False, Kind.FLAG),))
        (finding,) = prove(rules(("gold", torn > 3))).errors
        assert (finding.code, finding.witness) == (IMPOSSIBLE, None)


class TestJson:
    """The same rules give the same proof, byte for byte."""

    def test_it_is_plain_data_and_comes_back_as_it_was(self) -> None:
        written = prove(FAULTY).to_json()
        assert json.loads(json.dumps(written)) == written

    def test_twice_in_one_process(self) -> None:
        assert prove(FAULTY).to_json() == prove(FAULTY).to_json()
        assert prove(FAULTY).digest == prove(FAULTY).digest

    def test_in_whatever_order_the_rules_are_given(self) -> None:
        turned = RuleSet("zoo", tuple(reversed(FAULTY.rules)))
        assert prove(turned).to_json() == prove(FAULTY).to_json()

    def test_in_another_process(self) -> None:
        script = (
            "from tests.rules.analysis.test_proof import FAULTY, prove\nprint(prove(FAULTY).digest)"
        )
        printed = subprocess.run(
            [sys.executable, "-c", script], capture_output=True, check=True, text=True
        ).stdout
        assert printed.strip() == prove(FAULTY).digest

    def test_wherever_the_files_lie(self) -> None:
        moved = [evolve(rule, place=Place("elsewhere.py", 1)) for rule in FAULTY.rules]
        proof = prove(RuleSet("zoo", moved))
        assert proof.digest == prove(FAULTY).digest
        assert proof.to_json() != prove(FAULTY).to_json()

    def test_another_fault_is_another_digest(self) -> None:
        assert prove(RuleSet("zoo", FAULTY.rules[1:])).digest != prove(FAULTY).digest


PRODUCTS = (aum * share > 5) & (debt / aum > share)


def asked_hard(policy: str) -> RuleSet:
    return rules(
        Rule("a", PRODUCTS, "gold", if_missing="skip"),
        Rule("b", PRODUCTS & (age > 30), "gold"),
        Rule("c", PRODUCTS | (share > 5), "silver"),
        policy=policy,
    )


class TestUndecided:
    """What the solver leaves open is told as an error, never passed over."""

    @pytest.mark.parametrize("policy", HitPolicy)
    def test_too_few_steps_leave_every_question_open(self, policy: HitPolicy) -> None:
        laws = [Monotone(aum, ("gold", "silver"))]
        proof = prove(asked_hard(policy), laws=laws, outcomes=["bronze"], must_cover=True, steps=1)
        assert not proof.holds
        told = " ".join(each.message for each in proof.undecided)
        left = {code.id for code in RULE_CODES if f"a fault {code}" in told}
        expected = {GAP, OUT_OF_RANGE, PROTECTED, laws[0].code, OPEN, SKIPPED}
        expected |= {SHADOWED} if policy is HitPolicy.FIRST else {IMPOSSIBLE}
        if policy in {HitPolicy.UNIQUE, HitPolicy.ANY}:
            expected |= {CONFLICT}
        assert left == {each.id for each in expected}
        # Whatever is undecided, an outcome that no rule leads to stays one.
        assert [each.rules for each in proof.findings if each.code == UNREACHABLE] == [()]

    def test_an_outcome_for_the_others_too(self) -> None:
        proof = prove(asked_hard("first"), otherwise="none", steps=1)
        assert any(f"a fault {UNREACHABLE}" in each.message for each in proof.undecided)

    def test_an_undecided_rule_isnt_called_dead(self) -> None:
        proof = prove(asked_hard("first"), steps=1)
        assert not {SHADOWED, IMPOSSIBLE, UNREACHABLE} & {each.code for each in proof.findings}

    def test_what_the_rules_dont_confirm_isnt_told_as_a_fault(self) -> None:
        examination = Examination(FAULTY)
        customer = examination.inquiry.customer()
        assert customer is not None
        finding = examination.finding(GAP, "", "", (), customer, shows=lambda _: False)
        assert finding.code == UNDECIDED
        assert "the rules don't confirm" in finding.message

    def test_a_question_whose_answer_isnt_so_has_no_reasons(self) -> None:
        examination = Examination(FAULTY)
        inquiry = examination.inquiry
        with pytest.raises(UndecidedError):
            inquiry.in_the_way(examination.true[0], [])


class TestRefused:
    """What can't be asked is refused by name."""

    def test_without_the_extra_the_error_names_it(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(sys.modules, "z3", None)
        with pytest.raises(MissingExtraError, match=r"proving rules needs the extra 'verify'"):
            prove(FAULTY)

    def test_a_law_of_a_fact_without_an_order(self) -> None:
        with pytest.raises(RuleError, match="a category has no order"):
            prove(rules(("a", segment == "small")), laws=[Monotone("segment", ("a",))])

    def test_a_law_of_a_fact_that_no_rule_reads_holds(self) -> None:
        book = rules(("a", aum >= 0))
        assert prove(book, laws=[Monotone(debt, ("a",)), Monotone("nobody", ("a",))]).holds

    def test_rules_of_several_days_want_a_day(self) -> None:
        versions = [
            Rule("a", aum > 1, valid_until=date(2026, 12, 31)),
            Rule("a", aum > 2, valid_from=date(2027, 1, 1)),
        ]
        with pytest.raises(RuleError, match="several versions"):
            prove(RuleSet("a", versions))


class TestMissing:
    """Notes on what happens where a fact isn't known."""

    def test_whose_answer_is_left_open(self) -> None:
        book = rules(("gold", (aum >= 100) & salaried), ("rest", aum < 100), ("more", aum >= 100))
        notes = {each.message: each for each in found(book, OPEN)}
        assert any(each.startswith("where aum is missing") for each in notes)
        finding = next(each for each in notes.values() if "salaried" in each.message)
        assert finding.rules == ("gold",)
        assert finding.witness is not None
        assert dict(finding.witness.facts)["salaried"] is None
        assert None not in {v for n, v in finding.witness.facts if n != "salaried"}

    def test_a_default_leaves_nothing_open(self) -> None:
        book = rules(("gold", aum.or_else(0) >= 100), ("rest", aum.or_else(0) < 100))
        assert prove(book).findings == ()

    def test_rules_after_the_first_that_fires_leave_nothing_open(self) -> None:
        book = rules(("gold", aum >= 0), ("never", salaried))
        assert {each.message.split()[1] for each in found(book, OPEN)} == {"aum"}

    def test_of_agreeing_rules_only_what_would_differ_is_open(self) -> None:
        book = rules(("a", aum >= 0, 1), ("b", salaried, 1), policy="any")
        assert {each.message.split()[1] for each in found(book, OPEN)} == {"aum"}

    def test_whom_a_skipped_rule_passes_over(self) -> None:
        book = rules(
            Rule("gold", aum >= 100, if_missing="skip"),
            ("silver", salaried),
            ("basic", ~salaried),
        )
        (finding,) = found(book, SKIPPED)
        assert finding.rules == ("gold",)
        assert finding.witness is not None
        assert finding.witness.open == ("gold",)

    def test_who_is_refused_an_answer_isnt_left_open(self) -> None:
        book = rules(("a", aum >= 0), ("b", aum >= 0), ("c", salaried), policy="unique")
        assert not prove(book).undecided
        assert {each.message.split()[1] for each in found(book, OPEN)} == {"aum"}

    def test_a_fact_that_others_are_only_declared_beside_isnt_told(self) -> None:
        assert {each.message.split()[1] for each in found(rules(("a", bound > 5)), OPEN)} == {
            "average"
        }

    def test_a_skipped_rule_that_is_always_known_isnt_told(self) -> None:
        assert not found(rules(Rule("a", aum.is_missing(), if_missing="skip")), SKIPPED)


class TestNeeded:
    """A rule is only called needless if nobody would miss it, unknown facts or not."""

    either = ((aum >= 100) & salaried) | ((aum >= 100) & ~salaried)

    def test_a_rule_is_needed_where_its_stand_in_cant_be_told(self) -> None:
        book = rules(("sure", aum >= 100, 1), ("late", self.either | (debt > 5), 1))
        assert not found(book, REDUNDANT, otherwise="none")

    def test_one_is_needed_too_where_another_between_them_cant_be_told(self) -> None:
        between = ("between", (debt > aum) & (debt < 50), 2)
        book = rules(("sure", aum >= 100, 1), between, ("late", aum >= 80, 1))
        assert not found(book, REDUNDANT, otherwise="none")

    def test_one_that_is_collected_too(self) -> None:
        book = rules(
            ("late", self.either | (debt > 5), 1), ("sure", aum >= 100, 1), policy="collect"
        )
        assert not found(book, REDUNDANT)

    def test_a_rule_without_which_a_shadowed_one_would_decide_is_needed(self) -> None:
        book = rules(("a", aum >= 100, 1), ("b", aum >= 100, 2), ("c", aum >= 0, 1))
        assert not found(book, REDUNDANT)
        assert [each.rules for each in found(book, SHADOWED)] == [("b", "a")]

    def test_its_twin_further_down_counts_as_gone(self) -> None:
        book = rules(("a", aum >= 100, 1), ("b", salaried, 2), ("c", aum >= 100, 1))
        assert not found(book, REDUNDANT, otherwise="none")
        assert [each.rules for each in found(book, SHADOWED, otherwise="none")] == [("c", "a")]

    def test_what_comes_after_its_twin_may_stand_in(self) -> None:
        book = rules(("a", aum >= 100, 1), ("b", aum >= 100, 1), ("c", aum >= 50, 1))
        assert [each.rules for each in found(book, REDUNDANT, otherwise="none")] == [("a",)]

    def test_of_two_alike_that_are_collected_one_is_needed(self) -> None:
        book = rules(("a", aum >= 100, 1), ("b", aum >= 100, 1), policy="collect")
        assert [each.rules for each in found(book, REDUNDANT)] == [("b",)]

    def test_the_same_outcome_for_others_is_needed(self) -> None:
        book = rules(("a", aum >= 100, 1), ("b", salaried, 1), policy="collect")
        assert not found(book, REDUNDANT)

    def test_what_one_of_several_shadowed_ones_led_to_doesnt_count(self) -> None:
        book = rules(
            ("a", aum >= 100, 1),
            ("b", aum >= 200, 1),
            ("c", salaried, 2),
            ("d", (aum >= 50) & ((debt < 1) | self.either), 1),
            ("e", (aum >= 50) & (debt < 5), 1),
            ("f", aum >= 40, 1),
        )
        assert [each.rules for each in found(book, SHADOWED, otherwise="none")] == [("b", "a")]
        told = [each.rules for each in found(book, REDUNDANT, otherwise="none")]
        assert told == [("e",)] or told == [("d",), ("e",)]

    @pytest.mark.parametrize("policy", ["first", "collect"])
    def test_whether_it_is_needed_may_be_left_open(
        self, policy: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def given_up(*_: object) -> bool:
            raise UndecidedError

        monkeypatch.setattr(Inquiry, "is_there", given_up)
        book = rules(("vip", aum >= 200, 1), ("gold", aum >= 100, 1), policy=policy)
        told = prove(book, must_cover=False).undecided
        assert ("vip",) in [each.rules for each in told]
        assert all(f"a fault {REDUNDANT} of " in each.message for each in told)

    def test_rules_that_lead_to_nothing_agree(self) -> None:
        book = rules(("a", aum >= 100), ("b", salaried), policy="any")
        assert not found(book, CONFLICT)


class TestBlame:
    """A rule that never decides is told with those that take its customers."""

    def test_only_so_many_conflicts_are_told(self) -> None:
        pairs = list(enumerate(combinations(range(11), 2)))
        shared = {each: [n for n, pair in pairs if each in pair] for each in range(11)}
        book = rules(*((f"r{n}", aum.is_in(at)) for n, at in shared.items()), policy="unique")
        told = found(book, CONFLICT, otherwise="none")
        assert len(told) == len({each.rules for each in told}) == 50

    def test_none_of_them_is_named_in_vain(self) -> None:
        few, many = ("few", products < 11), ("many", products > 11)
        (finding,) = found(rules(few, many, ("rich", aum >= 5), ("never", aum >= 7)), SHADOWED)
        assert finding.rules == ("never", "rich")

    def test_many_take_them_together(self) -> None:
        bands = [(f"b{n}", products == n) for n in range(21)]
        book = rules(*bands, ("never", online), ("nor", salaried))
        told = found(book, SHADOWED)
        assert [each.rules[0] for each in told] == ["never", "nor"]
        assert all(set(each.rules[1:]) == {name for name, _ in bands} for each in told)
        assert Blame(Examination(book)).of(22) == list(range(21))


@pytest.mark.parametrize(
    "beast", [*BROKEN[:2], *LAWLESS[:2], *SHADOWS[:2]], ids=lambda each: each.name
)
def test_amounts_in_a_proof_are_such_as_a_bank_has_seen(beast: Beast) -> None:
    for finding in prove(beast.sick, **beast.asked).findings:
        for witness in (finding.witness, finding.other):
            for _, value in () if witness is None else witness.facts:
                assert not isinstance(value, Decimal) or abs(value) <= 10**13


def test_a_law_about_a_flag_that_is_derived() -> None:
    rich = Fact("rich", Kind.FLAG, derived=aum >= 100)
    law = [Monotone(rich, ("gold",))]
    assert prove(rules(("gold", rich, "gold")), laws=law, otherwise="none").holds
    assert not prove(rules(("gold", ~rich, "gold")), laws=law, otherwise="none").holds


def test_a_derived_fact_that_never_differs_is_told_of_both_customers() -> None:
    always = Fact("always", Kind.FLAG, derived=Literal(True, Kind.FLAG))
    world = World([always], ())
    pair = Inquiry(world).pair(world.differing_in(always))
    assert pair == ({"always": True}, {"always": True})

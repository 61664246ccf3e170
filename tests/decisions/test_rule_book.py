from __future__ import annotations

import json
import os
import pickle
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from itertools import permutations
from pathlib import Path
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from relationship_core import (
    Confirmation,
    Engine,
    Entitlement,
    Fact,
    Kind,
    Lifecycle,
    ProductParameters,
    Retention,
    RetentionAction,
    Rule,
    RuleBook,
    Service,
    Stage,
    Tiering,
    Transition,
)
from relationship_core.decisions import rule_book
from relationship_core.errors import RuleBookError, RuleError
from relationship_core.facts import CATALOGUE, Phase, aum, contribution_12m, product_count
from relationship_core.rules import Text
from tests.decisions.known_facts import known
from tests.decisions.small_bank import OPENED, parameters
from tests.decisions.small_book import LIFECYCLE, TIERING, derived, model, small_book, supplied

D = Decimal
ROOT = Path(__file__).resolve().parents[2]
SCORE = supplied("bank.score")
STARS = supplied("bank.stars", Kind.COUNT, categories=None, minimum=0, maximum=7)
RICH = derived("bank.rich", aum * 2)
LOUNGE = Rule("lounge", aum >= 1_000, Entitlement("lounge", "a lounge", annual_cost=D(10)))


def full_book(**changes: Any) -> RuleBook:
    """A book with a bit of everything in it."""
    given: dict[str, Any] = {
        "lifecycle": Lifecycle(
            [Stage("prospect"), Stage("stable"), Stage("decline")],
            [Rule("stable", product_count >= 1)],
            [
                Rule("fall", aum < 1, Transition(["stable", "prospect"], "decline", None)),
                Rule("back", aum > 1, Transition("decline", None, Confirmation(2, 10))),
            ],
        ),
        "tiering": Tiering(
            ["best", "good", "rest"],
            [
                Rule("best", (RICH >= 100) & (STARS >= 5), reason=Text("Best", "最优")),
                Rule("good", contribution_12m >= D("10.5"), overridable=True),
                Rule("good", contribution_12m >= 5, scope=["north"]),
            ],
            gold=["best", "good"],
        ),
        "service": Service([LOUNGE]),
        "retention": Retention(
            risks=[Rule("high", SCORE >= D("0.5"), valid_from=date(2026, 1, 1))],
            actions=[Rule("call", aum > 5, RetentionAction("call", "call", D("20.00")))],
        ),
        "facts": [SCORE, STARS, RICH],
        "models": [model("churn", SCORE, aum, RICH, expires=date(2027, 1, 1))],
        "plugins": ["north 1.0"],
    }
    return small_book(**(given | changes))


class TestTheFingerprint:
    book = full_book()

    @pytest.mark.parametrize(
        "changes",
        [
            {"plugins": ["north 2.0", "east 1.0"]},
            {"facts": [RICH, STARS, SCORE]},
            {
                "tiering": attrs.evolve(
                    book.tiering,
                    rules=[attrs.evolve(rule, origin="x") for rule in book.tiering.rules.rules],
                    gold=["good", "best"],
                )
            },
            {"contribution": [attrs.evolve(parameters(), hurdle_rate=D("0.100"))]},
            {"retention": attrs.evolve(book.retention, maximum_cost_share=D("0.250"))},
            {
                "contribution": [
                    attrs.evolve(
                        parameters(),
                        unit_costs=parameters().unit_costs[::-1],
                        transfer_prices=parameters().transfer_prices[::-1],
                    )
                ]
            },
            {
                "service": Service(
                    [
                        attrs.evolve(
                            LOUNGE,
                            then=Entitlement("lounge", "a lounge", annual_cost=D("10.00")),
                        )
                    ]
                )
            },
        ],
    )
    def test_does_not_change_with_what_decides_nothing(self, changes: dict[str, Any]) -> None:
        assert full_book(**changes).fingerprint == self.book.fingerprint

    @pytest.mark.parametrize(
        "changes",
        [
            {"tiering": TIERING},
            {"tiering": attrs.evolve(book.tiering, ladder=["best", "good", "others"], gold=())},
            {"tiering": attrs.evolve(book.tiering, gold=["best"])},
            {"tiering": attrs.evolve(book.tiering, downgrade=None)},
            {"lifecycle": LIFECYCLE},
            {"service": Service()},
            {"service": Service([attrs.evolve(LOUNGE, when=aum >= 1_001)])},
            {"service": Service([attrs.evolve(LOUNGE, reason=Text("Rich"))])},
            {"service": Service([attrs.evolve(LOUNGE, priority=3)])},
            {"service": Service([attrs.evolve(LOUNGE, scope=("north",))])},
            {"service": Service([attrs.evolve(LOUNGE, valid_until=date(2027, 1, 1))])},
            {"service": Service([attrs.evolve(LOUNGE, if_missing="skip")])},
            {"service": Service([attrs.evolve(LOUNGE, then=Entitlement("lounge", "lounge"))])},
            {"retention": attrs.evolve(book.retention, levels=["high", "low"])},
            {"contribution": [parameters(hurdle_rate=D("0.11"))]},
            {"contribution": [parameters(products=(ProductParameters(),))]},
            {"contribution": [parameters(), parameters(version="next", valid_from=OPENED)]},
            {"facts": [SCORE, attrs.evolve(STARS, maximum=5), RICH]},
            {"facts": [SCORE, attrs.evolve(STARS, label=Text("stars", "星级")), RICH]},
            {"facts": [SCORE, attrs.evolve(STARS, relations=[STARS <= product_count]), RICH]},
            {"facts": [SCORE, STARS, derived("bank.rich", aum * 3)]},
            {"facts": [SCORE, STARS, RICH, supplied("bank.unread")]},
            {"models": [attrs.evolve(book.models[0], version="2")]},
            {"models": [attrs.evolve(book.models[0], digest="def")]},
            {"models": [attrs.evolve(book.models[0], inputs=[RICH, aum])]},
            {"models": [attrs.evolve(book.models[0], expires=None)]},
            {"models": []},
        ],
    )
    def test_changes_with_anything_that_decides(self, changes: dict[str, Any]) -> None:
        assert full_book(**changes).fingerprint != self.book.fingerprint

    def test_changes_with_what_a_fact_is_said_to_be(self) -> None:
        origin = supplied("bank.origin")
        open_, protected = (
            full_book(facts=[SCORE, STARS, RICH, attrs.evolve(origin, protected=each)])
            for each in (False, True)
        )
        assert open_.fingerprint != protected.fingerprint

    def test_changes_with_a_catalogue_fact_that_is_read(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def with_another(fact: Fact) -> str:
            changed = attrs.evolve(fact, description="something else")
            monkeypatch.setattr(rule_book, "CATALOGUE", {**CATALOGUE, fact.name: changed})
            return full_book().fingerprint

        assert with_another(aum) != self.book.fingerprint
        assert with_another(CATALOGUE["wallet_share"]) == self.book.fingerprint

    def test_is_the_same_in_every_process(self) -> None:
        code = (
            "from tests.decisions.test_rule_book import full_book;"
            "from relationship_core import Engine;"
            "print(full_book().fingerprint, Engine.from_plugins().rule_book.fingerprint)"
        )
        found = {
            subprocess.run(
                [sys.executable, "-c", code],
                env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
                capture_output=True,
                check=True,
                text=True,
            ).stdout
            for seed in ("1", "2")
        }
        here = (self.book.fingerprint, Engine.from_plugins().rule_book.fingerprint)
        assert found == {f"{' '.join(here)}\n"}

    @given(st.permutations(range(4)))
    def test_does_not_depend_on_the_order_of_rules(self, order: list[int]) -> None:
        rules = [Rule(f"r{n}", aum > n, Entitlement(f"e{n}", "x"), priority=n % 2) for n in order]
        expected = small_book(service=Service(sorted(rules, key=lambda rule: rule.id)))
        assert small_book(service=Service(rules)).fingerprint == expected.fingerprint


def test_books_are_equal_where_their_fingerprints_are() -> None:
    assert full_book() == full_book(plugins=())
    assert hash(full_book()) == hash(full_book(plugins=()))
    assert full_book() != full_book(facts=[SCORE, attrs.evolve(STARS, maximum=5), RICH])
    assert full_book() != "a book"


def test_a_book_shows_how_much_is_in_it_and_no_more() -> None:
    assert repr(full_book()).startswith("<RuleBook of ")
    assert repr(full_book()).endswith(" rules, plugins: ('north 1.0',)>")
    assert len(repr(full_book())) < 80


def test_parts_given_in_any_order_are_kept_in_one() -> None:
    later = parameters(version="later", valid_from=OPENED)
    for sets in permutations([later, parameters()]):
        assert [one.version for one in small_book(contribution=sets).contribution] == [
            "test",
            "later",
        ]
    assert [fact.name for fact in full_book().facts] == ["bank.rich", "bank.score", "bank.stars"]


def test_the_catalogue_holds_the_built_in_facts_and_the_books_own() -> None:
    assert set(full_book().catalogue) == {*CATALOGUE, "bank.rich", "bank.score", "bank.stars"}
    with pytest.raises(TypeError):
        full_book().catalogue["bank.new"] = SCORE  # type: ignore[index]


def test_the_facts_read_are_all_that_the_book_rests_on() -> None:
    related = supplied("bank.x", relations=[CATALOGUE["age_years"] > 1])
    book = full_book(facts=[SCORE, STARS, RICH, related])
    names = [fact.name for fact in book.facts_read()]
    assert names == sorted(names)
    assert {"age_years", "aum", "bank.rich", "bank.x", "contribution_12m"} <= set(names)
    assert "wallet_share" not in names


def test_derived_facts_come_phase_by_phase() -> None:
    late = derived("bank.late", contribution_12m * 2)
    later = derived("bank.later", late + 1)
    book = small_book(facts=[RICH, late, later])
    facts = known(aum=5) | dict.fromkeys(("bank.rich", "bank.late", "bank.later"))
    book.derive(facts, Phase.OBSERVE)
    assert (facts["bank.rich"], facts["bank.late"]) == (D("10.00"), None)
    facts["contribution_12m"] = D("3.00")
    book.derive(facts, Phase.CONTRIBUTION)
    assert (facts["bank.late"], facts["bank.later"]) == (D("6.00"), D("7.00"))
    before = dict(facts)
    book.derive(facts, Phase.TIERING)
    assert facts == before


class TestABookAtANode:
    book = full_book()

    def test_holds_what_holds_there(self) -> None:
        there = self.book.effective(["north"])
        assert [rule.scope for rule in there.tiering.rules.rules if rule.id == "good"] == [
            ("north",)
        ]
        assert len(there.tiering.rules.rules) == 2
        assert there.effective(["north"]) == there

    def test_holds_what_holds_on_the_day(self) -> None:
        assert not self.book.effective((), date(2025, 12, 31)).retention.risks.rules
        assert self.book.effective((), date(2026, 1, 1)).retention.risks.rules

    def test_asks_for_the_day_where_a_rule_has_versions(self) -> None:
        versions = [
            attrs.evolve(LOUNGE, valid_until=date(2026, 1, 31)),
            attrs.evolve(LOUNGE, valid_from=date(2026, 2, 1)),
        ]
        with pytest.raises(RuleError, match="say on which day"):
            small_book(service=Service(versions)).effective()

    def test_takes_a_path_and_no_text(self) -> None:
        with pytest.raises(RuleError, match="one text where several"):
            self.book.effective("north")


class TestABookInJson:
    book = full_book()

    @pytest.mark.parametrize("text", [dict, json.dumps, lambda data: json.dumps(data).encode()])
    def test_comes_back_the_same(self, text: Callable[[Any], Any]) -> None:
        there = RuleBook.from_json(text(json.loads(json.dumps(self.book.to_json()))))
        assert there == self.book
        assert there.to_json() == self.book.to_json()
        assert there.plugins == ("north 1.0",)
        assert [rule.origin for rule in there.rules()] == [
            rule.origin for rule in self.book.rules()
        ]

    def test_keeps_no_code_of_a_model(self) -> None:
        asked = attrs.evolve(self.book.models[0], predict=lambda batch: batch)
        there = RuleBook.from_json(full_book(models=[asked]).to_json())
        assert there.models == (asked,)
        assert there.models[0].predict is None

    def test_survives_facts_that_build_on_each_other(self) -> None:
        upper = derived("bank.a", supplied("bank.z", Kind.MONEY) + aum)
        book = small_book(facts=[upper, derived("bank.z", aum * 2)])
        assert RuleBook.from_json(book.to_json()) == book

    @pytest.mark.parametrize(
        "tamper",
        [
            lambda data: data["contribution"][0].update(hurdle_rate="0.2"),
            lambda data: data["tiering"]["rules"]["rules"].pop(),
            lambda data: data["tiering"]["ladder"].append("none"),
            lambda data: data["models"][0].update(version="2"),
            lambda data: data["plugin_facts"].pop(),
            lambda data: data["facts"].reverse() or data.update(fingerprint="0" * 64),
        ],
    )
    def test_refuses_to_have_been_changed(self, tamper: Callable[[Any], Any]) -> None:
        data = json.loads(json.dumps(self.book.to_json()))
        tamper(data)
        with pytest.raises(RuleBookError):
            RuleBook.from_json(data)

    def test_says_that_it_was_changed(self) -> None:
        data = self.book.to_json() | {"fingerprint": "0" * 64}
        with pytest.raises(RuleBookError, match=r"^rule book: its fingerprint isn't that of its"):
            RuleBook.from_json(data)

    def test_names_what_this_library_defines_otherwise(self) -> None:
        data = json.loads(json.dumps(self.book.to_json()))
        for fact in data["facts"]:
            if fact["name"] in {"aum", "product_count"}:
                fact["description"] = "as it once was"
        with pytest.raises(RuleBookError, match="defines otherwise .*: aum, product_count"):
            RuleBook.from_json(data)

    def test_where_it_came_from_may_change(self) -> None:
        data = json.loads(json.dumps(self.book.to_json()))
        data["plugins"] = ["north 9.9"]
        data["tiering"]["rules"]["rules"][0]["origin"] = "north 9.9"
        assert RuleBook.from_json(data) == self.book

    @pytest.mark.parametrize(
        "data",
        [
            "",
            "[]",
            b"\xff",
            "17",
            '{"schema": 1}',
            {"schema": 1, "facts": 3},
            {"schema": 1, "facts": [{}], "plugin_facts": []},
        ],
    )
    def test_that_is_none_is_refused(self, data: Any) -> None:
        with pytest.raises(RuleBookError, match="the data is no rule book"):
            RuleBook.from_json(data)

    @pytest.mark.parametrize("schema", [0, 2, None, "1"])
    def test_of_another_schema_is_refused(self, schema: Any) -> None:
        with pytest.raises(RuleBookError, match=rf"written in schema {schema!r}, not 1"):
            RuleBook.from_json(self.book.to_json() | {"schema": schema})

    def test_of_a_part_is_told_where_it_fails(self) -> None:
        data = json.loads(json.dumps(self.book.to_json()))
        data["contribution"][0]["hurdle_rate"] = 0.1
        with pytest.raises(RuleBookError, match="the data is no rule book") as caught:
            RuleBook.from_json(data)
        assert "written as text" in str(caught.value.__cause__)


def test_a_book_can_be_pickled_before_and_after_it_was_used() -> None:
    book = full_book()
    assert pickle.loads(pickle.dumps(book)) == book
    used = book.effective()
    used.tiering.decide(None, known(aum=5) | {"bank.rich": D(1), "bank.stars": 1}, OPENED)
    there = pickle.loads(pickle.dumps(used))
    assert (there, there.plugins) == (used, book.plugins)

"""A table takes the place of a set of rules, and changes nothing that it doesn't say."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from attrs import evolve

from relationship_core import Engine, Entitlement, Rule, RuleBook, Text, Tiering
from relationship_core.decisions.book_tables import book_table
from relationship_core.decisions.rule_book_diff import diff
from relationship_core.decisions.table_import import with_table
from relationship_core.errors import RuleBookError, RuleError, TableError
from relationship_core.facts import aum
from relationship_core.rules import IfMissing, between
from relationship_core.rules.tables import DecisionTable, Output, Row, read_table, write_table
from tests.decisions.listed_book import EARLIER, LATER, LOCAL, book
from tests.decisions.small_book import small_book
from tests.decisions.tabled_book import BOOK, SETS, rules_in

BUILT_IN = Engine.from_plugins().rule_book
SAYABLE = tuple({*SETS} - {"service.care", "retention.signals", "retention.risks"})
"""The built-in sets without arithmetic."""

Change = Callable[[list[str]], list[str]]


def changed(name: str, tmp_path: Path, change: Change, old: RuleBook = BOOK) -> DecisionTable:
    """The table of a set, as it is read once the lines of its file were changed."""
    file = tmp_path / "table.csv"
    write_table(book_table(old, name), file)
    lines = change(file.read_text(encoding="utf-8").splitlines())
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return read_table(file, facts=old.catalogue)


def replacing(old: str, new: str) -> Change:
    return lambda lines: [line.replace(old, new) for line in lines]


def without(*starts: str) -> Change:
    return lambda lines: [line for line in lines if not line.startswith(starts)]


def told(old: RuleBook, new: RuleBook) -> list[str]:
    return str(diff(old, new)).splitlines()


class TestNothingChanges:
    @pytest.mark.parametrize("form", [".csv", ".xlsx", ".dmn"])
    @pytest.mark.parametrize("name", SETS)
    def test_where_the_table_is_the_book_s(self, name: str, form: str, tmp_path: Path) -> None:
        file = tmp_path / f"table{form}"
        write_table(book_table(BOOK, name), file)
        table = read_table(file, facts=BOOK.catalogue)
        assert with_table(BOOK, name, table).fingerprint == BOOK.fingerprint

    @pytest.mark.parametrize("name", sorted(SAYABLE))
    def test_of_the_built_in_rules(self, name: str) -> None:
        table = book_table(BUILT_IN, name)
        assert with_table(BUILT_IN, name, table).fingerprint == BUILT_IN.fingerprint

    def test_where_rows_and_columns_come_in_another_order(self) -> None:
        table = book_table(BOOK, "tiering.rules")
        inputs = table.inputs[::-1]
        rows = [evolve(row, when=row.when[::-1]) for row in table.rows]
        shuffled = evolve(table, inputs=inputs, rows=[rows[1], rows[0], rows[2]])
        assert with_table(BOOK, "tiering.rules", shuffled) == BOOK

    def test_where_the_table_has_no_notes(self) -> None:
        table = book_table(BOOK, "service.entitlements")
        rows = [evolve(row, annotations=row.annotations[:1]) for row in table.rows]
        bare = evolve(table, annotations=["id"], rows=rows)
        assert with_table(BOOK, "service.entitlements", bare) == BOOK

    def test_but_the_places_and_rules_of_nodes_stay(self) -> None:
        old = book(LOCAL)
        table = book_table(old, "service.entitlements", scope=())
        assert with_table(old, "service.entitlements", table) == old


class TestChanges:
    def test_a_threshold_moves_in_the_rule_as_it_was_written(self, tmp_path: Path) -> None:
        table = changed("tiering.rules", tmp_path, replacing(">= 12", ">= 18"))
        new = with_table(BOOK, "tiering.rules", table)
        assert told(BOOK, new) == ["~ gold: tenure_months threshold 12 -> 18 (tiering.rules)"]
        assert rules_in(new, "tiering.rules")[0].overridable == (
            rules_in(BOOK, "tiering.rules")[0].overridable
        )

    def test_a_new_row_is_a_new_way(self, tmp_path: Path) -> None:
        added = '4,>= 20000,>= 60,-,"""silver""",silver,,,,Clause 4.,'
        table = changed("tiering.rules", tmp_path, lambda lines: [*lines, added])
        new = with_table(BOOK, "tiering.rules", table)
        silver = rules_in(new, "tiering.rules")[1]
        assert repr(silver.when) == (
            "(((aum >= 50000.00) & (kind == 'personal')) | ((aum >= 20000.00) &"
            " (tenure_months >= 60)))"
        )
        assert silver.exemption == Text("Clause 4.")
        assert silver.place is not None
        assert (Path(silver.place.file).name, silver.place.line) == ("table.csv", 11)

    def test_what_rows_share_is_asked_once(self, tmp_path: Path) -> None:
        rows = ["1,>= 7,>= 1,-,gold,,,,", "2,>= 7,-,personal,gold,,,,"]
        table = changed(
            "tiering.rules",
            tmp_path,
            lambda lines: [*lines[:8], *(f"{row},," for row in rows), lines[-1]],
        )
        gold = rules_in(with_table(BOOK, "tiering.rules", table), "tiering.rules")[0]
        assert repr(gold.when) == (
            "((aum >= 7.00) & ((tenure_months >= 1) | (kind == 'personal')))"
        )

    def test_a_reason_is_told(self, tmp_path: Path) -> None:
        table = changed("tiering.rules", tmp_path, replacing("Wealth", "Riches"))
        new = with_table(BOOK, "tiering.rules", table)
        [line] = told(BOOK, new)
        assert line.startswith("~ gold: reason")
        assert "Riches" in line

    def test_an_entitlement_is_another(self, tmp_path: Path) -> None:
        table = changed("service.entitlements", tmp_path, replacing("200", "250.50"))
        new = with_table(BOOK, "service.entitlements", table)
        [lounge] = [each for each in rules_in(new, "service.entitlements") if each.id == "lounge"]
        assert lounge.then == Entitlement(
            "lounge", Text("a lounge", "贵宾室"), "lane", Decimal("250.50")
        )

    def test_care_may_count_by_another_fact(self, tmp_path: Path) -> None:
        table = changed(
            "service.care", tmp_path, replacing(",,days_to_birthday", ",,days_to_loan_maturity")
        )
        birthday = rules_in(with_table(BOOK, "service.care", table), "service.care")[0]
        assert birthday.then.due_in.name == "days_to_loan_maturity"

    def test_a_row_may_be_skipped_where_facts_are_missing(self, tmp_path: Path) -> None:
        table = changed("service.care", tmp_path, replacing("skip", ""))
        silence = rules_in(with_table(BOOK, "service.care", table), "service.care")[1]
        assert silence.if_missing is IfMissing.UNDETERMINED

    def test_rules_keep_their_priorities_while_these_suit(self, tmp_path: Path) -> None:
        def swapped(lines: list[str]) -> list[str]:
            return [*lines[:-2], lines[-1], lines[-2]]

        table = changed("service.entitlements", tmp_path, swapped)
        rules = rules_in(with_table(BOOK, "service.entitlements", table), "service.entitlements")
        assert [(rule.id, rule.priority) for rule in rules] == [("lounge", 1), ("calls", 2)]
        for name, priorities in (("letter", [1, 2, 2]), ("advert", [1, 2, 3])):
            row = f'3,-,> 9,"""b""","""b""",0,{name},,,'
            more = changed("retention.actions", tmp_path, lambda lines, row=row: [*lines, row])
            actions = rules_in(with_table(BOOK, "retention.actions", more), "retention.actions")
            assert [rule.id for rule in actions] == ["visit", "call", name]
            assert [rule.priority for rule in actions] == priorities

    def test_a_row_without_an_id_is_named_by_its_number(self) -> None:
        table = DecisionTable(
            "care",
            [],
            [Output("label", "category"), Output("code", "category")],
            [Row([], ["a call", "call"])],
            "collect",
        )
        [rule] = rules_in(with_table(BOOK, "service.care", table), "service.care")
        assert (rule.id, rule.then.code, rule.then.label) == ("care.1", "call", Text("a call"))

    def test_a_rule_that_no_table_could_say_is_replaced(self) -> None:
        table = book_table(BOOK, "retention.risks")
        new = with_table(BUILT_IN, "retention.risks", table)
        assert [rule.id for rule in rules_in(new, "retention.risks")] == ["high", "medium"]

    def test_a_policy_of_one_answer_will_do(self) -> None:
        table = book_table(BOOK, "tiering.rules")
        for policy in ("any", "unique", "priority"):
            assert with_table(BOOK, "tiering.rules", evolve(table, policy=policy)) == BOOK

    def test_priority_puts_the_rows_in_order(self) -> None:
        table = book_table(BOOK, "tiering.rules")
        backwards = evolve(table, policy="priority", rows=table.rows[::-1])
        assert with_table(BOOK, "tiering.rules", backwards) == BOOK

    def test_rows_of_the_last_tier_change_nothing(self, tmp_path: Path) -> None:
        row = '4,-,-,-,"""rest""",rest,,,,,'
        table = changed("tiering.rules", tmp_path, lambda lines: [*lines, row])
        assert with_table(BOOK, "tiering.rules", table) == BOOK


class TestLadders:
    def test_the_table_may_list_another_ladder(self, tmp_path: Path) -> None:
        new = with_table(
            BOOK,
            "tiering.rules",
            changed("tiering.rules", tmp_path, replacing('""honorary"", ', "")),
        )
        assert new.tiering.ladder == ("gold", "silver", "rest")
        assert new.tiering.gold == ("gold", "silver")
        assert [tier for tier, _ in new.tiering.labels] == ["gold"]

    def test_or_it_is_stated(self) -> None:
        table = book_table(BOOK, "tiering.rules")
        rows = [evolve(row, outputs=["top"]) for row in table.rows[:2]]
        own = evolve(table, outputs=[Output("Tier?", "category")], rows=rows)
        new = with_table(BOOK, "tiering.rules", own, ladder=["top", "rest"])
        assert new.tiering.ladder == ("top", "rest")
        assert (new.tiering.gold, new.tiering.keep.rules) == (("top",), ())
        assert [rule.id for rule in rules_in(new, "tiering.rules")] == ["top"]

    @pytest.mark.parametrize("policy", ["unique", "any"])
    def test_a_list_without_an_order_is_no_ladder(self, policy: str) -> None:
        table = book_table(BOOK, "tiering.rules")
        ladder = BOOK.tiering.ladder
        backwards = [Output("tier", "category", ladder[::-1])]
        turned = evolve(table, policy=policy, outputs=backwards)
        assert with_table(BOOK, "tiering.rules", turned) == BOOK
        more = evolve(turned, outputs=[Output("tier", "category", ["top", *ladder])])
        for rows in (more.rows, ()):
            with pytest.raises(TableError, match=f"under {policy} not which is best"):
                with_table(BOOK, "tiering.rules", evolve(more, rows=rows))
        shorter = ["gold", "silver", "rest"]
        assert with_table(BOOK, "tiering.rules", more, ladder=shorter).tiering.ladder == (*shorter,)

    def test_chosen_gold_stays_as_far_as_it_can(self) -> None:
        chosen = evolve(BOOK, tiering=evolve(BOOK.tiering, gold=["gold", "honorary"]))
        table = book_table(chosen, "tiering.rules")
        own = evolve(table, outputs=[Output("tier", "category")])
        new = with_table(chosen, "tiering.rules", own, ladder=["gold", "silver", "rest"])
        assert new.tiering.gold == ("gold",)

    def test_a_tier_must_not_lose_its_rows(self, tmp_path: Path) -> None:
        table = changed("tiering.rules", tmp_path, without("3,"))
        with pytest.raises(TableError, match=r"table\.csv: no row answers 'silver' \(add one"):
            with_table(BOOK, "tiering.rules", table)

    def test_nor_be_new_without_any(self) -> None:
        table = evolve(book_table(BOOK, "tiering.rules"), outputs=[Output("tier", "category")])
        with pytest.raises(TableError, match="no row answers 'platinum'"):
            with_table(
                BOOK,
                "tiering.rules",
                table,
                ladder=["platinum", "gold", "silver", "honorary", "rest"],
            )
        empty = evolve(table, rows=[])
        with pytest.raises(TableError, match="table tiering.rules: no row answers 'gold'"):
            with_table(BOOK, "tiering.rules", empty)

    def test_nothing_else_has_a_ladder(self) -> None:
        table = book_table(BOOK, "retention.risks")
        with pytest.raises(RuleBookError, match="retention.risks: it has no ladder"):
            with_table(BOOK, "retention.risks", table, ladder=["high", "low"])


class TestRefusals:
    @pytest.mark.parametrize(
        ("name", "change", "message"),
        [
            (
                "service.entitlements",
                replacing(",200", ",dear"),
                "line 9, column annual_cost: 'dear' is no amount (write digits, or nothing)",
            ),
            (
                "service.care",
                replacing(",,days_to_birthday", ",,days_to_party"),
                "column due_in: there is no fact 'days_to_party'",
            ),
            (
                "service.care",
                replacing(",,days_to_birthday", ",,tier"),
                "'tier' is a category, which doesn't count days",
            ),
            (
                "tiering.rules",
                lambda lines: [*lines[:-2], lines[-2].replace("Wealth", "Riches"), lines[-1]],
                "line 10, column reason: rows of one rule differ: 'Wealth', 'Riches'",
            ),
            ("tiering.rules", replacing(">= 12", ">= 48"), "line 9: its limits 6 to 24"),
        ],
    )
    def test_name_the_row(self, name: str, change: Change, message: str, tmp_path: Path) -> None:
        table = changed(name, tmp_path, change)
        with pytest.raises(TableError) as caught:
            with_table(BOOK, name, table)
        assert "table.csv" in str(caught.value)
        assert message in str(caught.value)

    def test_rules_that_begin_or_end_are_not_overwritten(self) -> None:
        table = book_table(book(), "service.entitlements")
        with pytest.raises(RuleBookError) as caught:
            with_table(book(LATER, EARLIER), "service.entitlements", table)
        assert str(caught.value).startswith(
            "rule desk of service.entitlements: it begins or ends on a day, which no table says"
        )

    def test_a_node_s_rule_keeps_to_the_limits_of_its_upper_one(self) -> None:
        upper = Rule("gold", aum >= 100, overridable=between(50, 200))
        old = small_book(
            tiering=Tiering(["gold", "rest"], [upper, Rule("gold", aum >= 60, scope=["north"])])
        )
        table = book_table(old, "tiering.rules", scope=())
        assert with_table(old, "tiering.rules", table) == old
        place = table.annotations.index("overridable")
        [row] = table.rows
        notes = [*row.annotations]
        notes[place] = "aum [80..200]"
        stricter = evolve(table, rows=[evolve(row, annotations=notes)])
        with pytest.raises(RuleError, match="further than that allows"):
            with_table(old, "tiering.rules", stricter)

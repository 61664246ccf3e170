from __future__ import annotations

from typing import Any

import pytest
from attrs import evolve

from relationship_core.decisions.book_tables import book_table, form_of
from relationship_core.decisions.table_fitting import fitted
from relationship_core.errors import TableError
from relationship_core.facts import aum
from relationship_core.rules import HitPolicy
from relationship_core.rules.place import Place
from relationship_core.rules.tables import DecisionTable, Input, Output, Row, TablePolicy
from tests.decisions.tabled_book import BOOK, rows

TIERS = form_of(BOOK, "tiering.rules")


def tiers(*answers: str, policy: str = "first", **output: Any) -> DecisionTable:
    """A table of tiers as an analyst may write it."""
    return DecisionTable(
        "Which tier?",
        [Input(aum)],
        [Output("Tier?", "category", **output)],
        [
            Row([f">= {100 - number}"], [answer], place=Place("tiers.csv", number))
            for number, answer in enumerate(answers, start=6)
        ],
        policy,
    )


def fit(table: DecisionTable, name: str = "tiering.rules") -> DecisionTable:
    policy = HitPolicy.COLLECT if name.startswith("service.") else HitPolicy.FIRST
    return fitted(table, form_of(BOOK, name), policy)


def test_a_single_output_may_have_any_name() -> None:
    table = fit(tiers("gold", "silver", default="rest"))
    assert [each.name for each in table.outputs] == ["tier"]
    assert rows(table) == [">= 94 -> gold", ">= 93 -> silver"]
    assert table.outputs[0].default is None


def test_several_outputs_may_come_in_any_order() -> None:
    table = book_table(BOOK, "service.entitlements")
    turned = evolve(
        table,
        outputs=table.outputs[::-1],
        rows=[evolve(row, outputs=row.outputs[::-1]) for row in table.rows],
    )
    assert rows(fit(turned, "service.entitlements")) == rows(table)


def test_rows_of_the_last_tier_are_left_out() -> None:
    assert rows(fit(tiers("gold", "rest"))) == [">= 94 -> gold"]
    levels = evolve(tiers("high", "low"), outputs=[Output("level", "category")])
    assert len(fit(levels, "retention.risks").rows) == 2


def test_priority_is_the_order_of_the_rows() -> None:
    listed = ("gold", "silver", "honorary", "rest")
    table = fit(tiers("silver", "gold", policy="priority", values=listed))
    assert (table.policy, rows(table)) == (
        TablePolicy.FIRST,
        [">= 93 -> gold", ">= 94 -> silver"],
    )
    with pytest.raises(TableError, match="it answers 'gold' after 'silver'"):
        fit(tiers("gold", "silver", policy="priority", values=["silver", "gold"]))


@pytest.mark.parametrize("policy", ["unique", "any"])
def test_rows_that_exclude_each_other_have_no_order(policy: str) -> None:
    assert len(fit(tiers("silver", "gold", policy=policy)).rows) == 2


def test_the_cells_of_a_matrix_have_no_order() -> None:
    cells = evolve(tiers("passive", "focus"), outputs=[Output("cell", "category")])
    assert len(fit(cells, "tiering.matrix").rows) == 2


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (
            tiers("gold", policy="collect"),
            "table Which tier?, tiers.csv: its policy is collect, but tiering.rules is asked by"
            " first (make it first, unique, any, priority)",
        ),
        (
            tiers("gold", default="silver"),
            'its default is none that the set has (make it "rest", or take it out)',
        ),
        (
            tiers("gold", "golden"),
            "tiers.csv, line 7, column Tier?: 'golden' is no tier (write one of gold, silver,"
            " honorary, rest)",
        ),
        (
            tiers("gold", "silver", "gold"),
            "tiers.csv, line 8: it answers 'gold' after 'silver', but is tried before it (put the"
            " rows in the order gold, silver, honorary, rest)",
        ),
        (tiers("rest", "gold"), "tiers.csv, line 7: it answers 'gold' after 'rest'"),
        (
            evolve(tiers(), outputs=[Output("Tier?", "count")], rows=[Row([">= 1"], [3])]),
            "a category can't hold a int",
        ),
        (
            evolve(
                tiers(),
                outputs=[Output("tier", "category"), Output("fee", "money")],
            ),
            "it answers in tier, fee, but tiering.rules in tier (name the outputs so",
        ),
    ],
)
def test_what_doesn_t_fit_is_refused(table: DecisionTable, message: str) -> None:
    with pytest.raises(TableError) as caught:
        fit(table)
    assert message in str(caught.value)


def test_what_is_collected_has_no_default_and_no_first() -> None:
    table = book_table(BOOK, "service.entitlements")
    with pytest.raises(
        TableError, match=r"service.entitlements is asked by collect \(make it coll"
    ):
        fit(evolve(table, policy="first"), "service.entitlements")
    defaults = ["code", "label", "basic"]
    outputs = [
        evolve(each, default=value) for each, value in zip(table.outputs, defaults, strict=True)
    ]
    with pytest.raises(TableError, match=r"its default is none that the set has \(take it out\)"):
        fit(evolve(table, outputs=outputs), "service.entitlements")

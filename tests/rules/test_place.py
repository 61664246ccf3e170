"""Where a rule was written: the line that builds it, and no part of what it is."""

from __future__ import annotations

from attrs import evolve

from relationship_core.rules import Place, Rule
from relationship_core.rules.json_form import read_rule, write_rule
from tests.rules.strategies import aum

WRITTEN = Rule("gold", aum >= 5)


def test_a_rule_knows_the_line_that_builds_it() -> None:
    assert WRITTEN.place == Place(__file__, 11)
    assert str(WRITTEN.place) == f"{__file__}:11"


def test_a_changed_copy_is_still_written_where_it_was() -> None:
    assert evolve(WRITTEN, priority=1).place == WRITTEN.place


def test_a_place_can_be_told_and_makes_no_other_rule_of_it() -> None:
    told = Rule("gold", aum >= 5, place=Place("tiers.csv", 3))
    assert told.place == Place("tiers.csv", 3)
    assert told == WRITTEN
    assert "tiers.csv" not in repr(told)
    assert write_rule(told, str) == write_rule(WRITTEN, str)


def test_what_is_read_from_data_was_written_nowhere() -> None:
    assert read_rule(write_rule(WRITTEN, str), {"aum": aum}, str).place is None

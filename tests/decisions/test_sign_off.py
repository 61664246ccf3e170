from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import attrs
import pytest

from relationship_core.decisions.rule_book_diff import diff
from relationship_core.decisions.sign_off import SignOff
from relationship_core.errors import InvalidValueError, SignOffError
from tests.decisions.signed_books import (
    FIRST,
    JANUARY,
    PROOF,
    SECOND,
    SIMULATION,
    signed_off,
)


@attrs.frozen
class Report:
    """Something that was found, named by its digest."""

    digest: str
    subject: str = SECOND.fingerprint


COMPLETE = signed_off(
    SECOND,
    replaces=FIRST,
    proof=Report(PROOF),
    simulation=Report(SIMULATION),
    valid_until=date(2026, 6, 30),
    comment="Agreed with staff-9.",
)


def test_it_names_the_book_and_the_evidence_by_their_digests() -> None:
    assert COMPLETE.rule_book == SECOND.fingerprint
    assert COMPLETE.replaces == FIRST.fingerprint
    assert COMPLETE.diff == diff(FIRST, SECOND).digest
    assert (COMPLETE.proof, COMPLETE.simulation) == (PROOF, SIMULATION)


def test_a_first_book_replaces_none() -> None:
    first = signed_off(FIRST, proof=None)
    assert (first.replaces, first.diff, first.proof, first.simulation) == (None, None, None, None)


@pytest.mark.parametrize("name", ["proof", "simulation"])
def test_evidence_on_another_book_is_none(name: str) -> None:
    with pytest.raises(SignOffError, match=f"the {name} speaks of another rule book"):
        signed_off(FIRST, **{name: Report(PROOF)})


def test_people_and_what_they_say_are_in_no_repr() -> None:
    assert "staff" not in repr(COMPLETE)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"approved_by": "staff-7"}, "the approver is the one who proposed it"),
        ({"proposed_by": ""}, "SignOff.proposed_by: the id is empty"),
        ({"approved_by": " staff-8"}, "SignOff.approved_by: the id begins or ends with a space"),
        ({"approved_at": date(2025, 11, 2)}, "approved before it was proposed"),
        ({"valid_from": date(2025, 11, 19)}, "in force before it was approved"),
        ({"valid_until": date(2025, 12, 31)}, "its validity ends before it begins"),
        ({"valid_from": datetime(2026, 1, 1, tzinfo=UTC)}, "SignOff.valid_from: a datetime"),
        ({"proof": "abc"}, "SignOff.proof: that is no digest"),
        (
            {"simulation": Report("A" * 64, FIRST.fingerprint)},
            "SignOff.simulation: that is no digest",
        ),
        ({"comment": None}, "SignOff.comment: a NoneType where text belongs"),
    ],
)
def test_what_is_no_sign_off_is_refused(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidValueError, match=message) as refused:
        signed_off(FIRST, **changes)
    assert "staff-" not in str(refused.value)


@pytest.mark.parametrize("name", ["replaces", "diff"])
def test_a_replacement_comes_with_its_differences(name: str) -> None:
    with pytest.raises(InvalidValueError, match="comes with their differences"):
        attrs.evolve(COMPLETE, **{name: None})
    with pytest.raises(InvalidValueError, match=r"SignOff.rule_book: that is no digest"):
        attrs.evolve(COMPLETE, rule_book=None)


class TestVerifying:
    def test_refuses_evidence_that_was_not_there(self) -> None:
        with pytest.raises(SignOffError, match="the simulation given"):
            signed_off(FIRST).verify(FIRST, PROOF, SIMULATION)

    def test_holds_for_what_was_signed_off(self) -> None:
        COMPLETE.verify(SECOND, PROOF, Report(SIMULATION))
        signed_off(FIRST).verify(FIRST, Report(PROOF))

    @pytest.mark.parametrize(
        ("given", "named"),
        [
            ((FIRST, PROOF, SIMULATION), "the rule book given"),
            ((SECOND, SIMULATION, SIMULATION), "the proof given"),
            ((SECOND, PROOF, Report(PROOF)), "the simulation given"),
            ((SECOND, PROOF), "the simulation given"),
            ((FIRST, None, None), "the rule book or the proof or the simulation given"),
        ],
    )
    def test_names_all_that_does_not_match(self, given: tuple[Any, ...], named: str) -> None:
        with pytest.raises(SignOffError, match=f"what was signed off is not {named}") as refused:
            COMPLETE.verify(*given)
        assert SECOND.fingerprint[:16] in str(refused.value)


class TestInJson:
    @pytest.mark.parametrize("text", [dict, json.dumps, lambda data: json.dumps(data).encode()])
    def test_it_comes_back(self, text: Callable[[Any], Any]) -> None:
        for each in (COMPLETE, signed_off(FIRST)):
            there = SignOff.from_json(text(each.to_json()))
            assert there == each
            assert there.digest() == each.digest()

    def test_it_is_plain_data(self) -> None:
        data = COMPLETE.to_json()
        assert data["schema"] == 1
        assert (data["valid_from"], data["valid_until"]) == (JANUARY.isoformat(), "2026-06-30")
        assert data["digest"] == COMPLETE.digest()

    @pytest.mark.parametrize(
        "changes",
        [
            {"approved_by": "staff-9"},
            {"valid_until": None},
            {"comment": ""},
            {"proof": SIMULATION},
            {"digest": "0" * 64},
        ],
    )
    def test_it_is_refused_where_it_was_changed(self, changes: dict[str, Any]) -> None:
        with pytest.raises(SignOffError, match="its digest isn't that of its content"):
            SignOff.from_json(COMPLETE.to_json() | changes)

    def test_it_is_refused_in_another_schema(self) -> None:
        with pytest.raises(SignOffError, match="sign-off: it is written in schema 2, not 1"):
            SignOff.from_json(COMPLETE.to_json() | {"schema": 2})

    @pytest.mark.parametrize("name", ["rule_book", "valid_from", "digest"])
    def test_it_is_refused_where_something_is_gone(self, name: str) -> None:
        data = COMPLETE.to_json()
        del data[name]
        with pytest.raises(SignOffError, match="the data is no sign-off"):
            SignOff.from_json(data)

    def test_it_is_refused_where_it_could_never_have_been_written(self) -> None:
        with pytest.raises(InvalidValueError, match="the approver is the one"):
            SignOff.from_json(COMPLETE.to_json() | {"approved_by": "staff-7"})


def test_each_field_enters_the_digest() -> None:
    changed = [
        attrs.evolve(COMPLETE, **changes)
        for changes in (
            {"rule_book": PROOF},
            {"proposed_by": "staff-1"},
            {"proposed_at": date(2025, 11, 4)},
            {"approved_by": "staff-1"},
            {"approved_at": date(2025, 11, 21)},
            {"valid_from": date(2026, 1, 2)},
            {"valid_until": None},
            {"replaces": PROOF},
            {"diff": PROOF},
            {"proof": None},
            {"simulation": None},
            {"comment": "Agreed."},
        )
    ]
    assert len(changed) == len(attrs.fields(SignOff))
    assert len({each.digest() for each in [COMPLETE, *changed]}) == len(changed) + 1

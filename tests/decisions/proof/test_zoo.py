"""A zoo of rule books: each fault is found where it is, and its healthy twin is left in peace."""

from __future__ import annotations

import pytest

from relationship_core.decisions.proof import CODES, prove_rule_book
from relationship_core.rules.analysis import Finding, Severity
from tests.decisions.proof.sound_book import Exhibit, Shown, sound_book
from tests.decisions.proof.zoo_of_services import SERVICES
from tests.decisions.proof.zoo_of_stages import STAGES_AT_FAULT
from tests.decisions.proof.zoo_of_tiers import TIERS

ZOO = (*TIERS, *STAGES_AT_FAULT, *SERVICES)


def faults(findings: tuple[Finding, ...]) -> list[Finding]:
    return [each for each in findings if each.code.severity is not Severity.NOTE]


def named(exhibit: Exhibit) -> str:
    return exhibit.name.replace(" ", "-")


@pytest.mark.parametrize("exhibit", ZOO, ids=named)
def test_the_fault_is_found_and_shown(exhibit: Exhibit) -> None:
    found = faults(prove_rule_book(exhibit.faulty).findings)
    assert {each.code.id for each in found} <= {exhibit.code, *exhibit.besides}, found
    [finding] = [each for each in found if each.code.id == exhibit.code][:1]
    assert len(found) == 1 or exhibit.besides, found
    assert (finding.rule_set, finding.rules) == (exhibit.rule_set, exhibit.rules)
    assert finding.scope == exhibit.scope
    assert exhibit.on is None or finding.on == exhibit.on
    assert finding.witness is not None
    assert exhibit.is_shown(Shown.by(finding, exhibit.faulty))


@pytest.mark.parametrize("exhibit", ZOO, ids=named)
def test_the_healthy_twin_is_left_in_peace(exhibit: Exhibit) -> None:
    assert not faults(prove_rule_book(exhibit.healthy).findings)


def test_the_frame_is_sound() -> None:
    assert not faults(prove_rule_book(sound_book()).findings)


def test_each_kind_of_fault_that_a_book_can_have_is_shown() -> None:
    elsewhere = {
        "RC100",  # no book comes to be
        "RC102",  # no set of a book promises one answer
        "RC108",  # refused at loading
        "RC199",  # needs a solver that gives up
    }
    kinds = {code.id for code in CODES if code.severity is not Severity.NOTE}
    assert kinds - elsewhere == {each.code for each in ZOO}

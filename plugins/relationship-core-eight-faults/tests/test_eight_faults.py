"""Eight faults are in the plugin as it is installed, and no other."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from importlib.metadata import entry_points, version

import pytest

from relationship_core import Customer, CustomerKind, Dossier, Engine
from relationship_core.decisions.proof import prove_rule_book
from relationship_core.rules.analysis import Finding

ENGINE = Engine.discover(["eight-faults"])


@pytest.fixture(scope="module")
def found() -> dict[str, Finding]:
    """What the proof says, by code; the notes on missing facts aside."""
    findings = [
        each for each in prove_rule_book(ENGINE.rule_book).findings if each.code.severity != "note"
    ]
    assert len({each.code for each in findings}) == len(findings) == 8
    return {each.code.name: each for each in findings}


def test_it_is_installed_under_its_name() -> None:
    (point,) = entry_points(group="relationship_core", name="eight-faults")
    assert point.value == "relationship_core_eight_faults:EightFaults"
    assert ENGINE.rule_book.plugins == (
        f"eight-faults {version('relationship-core-eight-faults')}",
    )


def test_it_decides_all_the_same() -> None:
    dossier = Dossier(
        Customer("c", CustomerKind.PERSONAL), supplied={"contribution_12m": Decimal(200_000)}
    )
    assert ENGINE.review(dossier, date(2026, 6, 30)).tier.tier == "gold"


@pytest.mark.parametrize(
    ("name", "rules"),
    [
        ("shadowed", {"bronze", "silver"}),
        ("impossible", {"renewal"}),
        ("redundant", {"advice-for-savers"}),
        ("unreachable", set()),
        ("not-monotone", {"gold", "silver"}),
        ("out-of-range", {"collapse"}),
        ("oscillation", {"retail-gone", "second-chance"}),
    ],
)
def test_each_fault_is_of_the_rule_that_was_spoilt(
    found: dict[str, Finding], name: str, rules: set[str]
) -> None:
    assert set(found[name].rules) == rules


def test_the_price_that_loyalty_costs_is_shown_by_two_customers(found: dict[str, Finding]) -> None:
    finding = found["disloyal"]
    assert "welcome-price" in finding.rules
    assert finding.witness is not None
    assert finding.other is not None
    less, more = (dict(each.facts) for each in (finding.witness, finding.other))
    assert {name for name in less if less[name] != more[name]} == {"tenure_months"}
    assert less["tenure_months"] == 11
    assert "welcome-price" in finding.witness.decides
    assert "welcome-price" not in finding.other.decides


def test_the_tier_that_is_lost_by_more(found: dict[str, Finding]) -> None:
    one, other = found["not-monotone"].witness, found["not-monotone"].other
    assert one is not None
    assert other is not None
    assert (one.decides, other.decides) == (("gold",), ("silver",))
    less, more = (dict(each.facts)["contribution_12m"] for each in (one, other))
    assert Decimal(200_000) <= less <= Decimal(1_000_000) < more  # type: ignore[operator]

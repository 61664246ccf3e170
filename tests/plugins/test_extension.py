"""Adding to a part of the rule book."""

from __future__ import annotations

import pytest

from relationship_core import Retention, Rule, Service, Signal, extend
from relationship_core.errors import RuleBookError, RuleError
from relationship_core.facts import aum
from tests.plugins.bank import lounge, two_tiers


def test_rules_are_added_to_rules() -> None:
    service = extend(entitlements=[lounge()]).applied_to(Service())
    assert service.entitlements.rules == (lounge(),)


def test_several_fields_grow_at_once() -> None:
    signal = Rule("silent", when=aum <= 0, then=Signal("silent", "nothing left"))
    risk = Rule("grave", when=aum <= 0)
    grown = extend(signals=[signal], levels=["grave"], risks=[risk]).applied_to(Retention())
    assert (len(grown.signals.rules), len(grown.risks.rules)) == (1, 1)
    assert grown.levels == ("high", "medium", "low", "grave")


def test_what_is_added_is_checked_by_the_part() -> None:
    with pytest.raises(RuleError, match="its outcome is a NoneType"):
        extend(entitlements=[Rule("bare", when=aum > 0)]).applied_to(Service())


def test_a_branch_adds_its_own_version_of_a_rule() -> None:
    head_office = Service(entitlements=[lounge(aum >= 10, overridable=True)])
    both = extend(entitlements=[lounge(aum >= 5, scope=("north",))]).applied_to(head_office)
    (here,) = both.effective(["north", "harbour"]).entitlements.rules
    (there,) = both.effective(["south"]).entitlements.rules
    assert (str(here.when), str(there.when)) == (str(aum >= 5), str(aum >= 10))


@pytest.mark.parametrize("name", ["entitlement", "decide", "_asked"])
def test_a_field_that_does_not_exist_or_is_no_collection_is_refused(name: str) -> None:
    with pytest.raises(RuleBookError, match=f"no '{name}' to add to") as caught:
        extend(**{name: []}).applied_to(Service())
    assert caught.value.mend == "extend one of: entitlements, care"


def test_labels_grow_by_a_mapping_as_they_are_given() -> None:
    grown = extend(labels={"gold": "Gold customer"}).applied_to(two_tiers("gold"))
    assert str(grown.label("gold")) == "Gold customer"


def test_only_rules_are_added_to_rules() -> None:
    with pytest.raises(RuleBookError, match="a str can't be added to entitlements"):
        extend(entitlements=["lounge"]).applied_to(Service())


def test_a_single_value_cannot_grow() -> None:
    with pytest.raises(RuleBookError, match="no 'downgrade' to add to"):
        extend(downgrade=[]).applied_to(two_tiers("gold"))


def test_an_extension_does_not_change_afterwards() -> None:
    rules = [lounge()]
    extension = extend(entitlements=rules)
    rules.clear()
    assert extension.additions["entitlements"] == (lounge(),)
    with pytest.raises(TypeError):
        extension.additions["care"] = ()  # type: ignore[index]

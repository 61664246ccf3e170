"""The hooks as they are specified, documented and tried: the three never drift apart."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import attrs
import pytest

from relationship_core import (
    ContributionParameters,
    Customer,
    CustomerKind,
    Dossier,
    Engine,
    Fact,
    Kind,
    Lifecycle,
    Model,
    Retention,
    Review,
    Service,
    Stage,
    Tiering,
    extend,
    hookimpl,
)
from relationship_core.facts import aum
from relationship_core.plugins import specs
from relationship_core.plugins.host import assemble
from relationship_core.plugins.plugin import HOOKS
from relationship_core.plugins.registration import SPECS
from relationship_core.rules import RuleSet

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "reference" / "hooks.md").read_text(
    encoding="utf-8"
)
TRIED = Path(__file__).with_name("test_hooks.py").read_text(encoding="utf-8")
DOCUMENTED = dict(re.findall(r"^## `(rc_\w+)\(([^)]*)\)`$", PAGE, re.MULTILINE))
PARTS = {
    "rc_lifecycle": Lifecycle,
    "rc_tiering": Tiering,
    "rc_service": Service,
    "rc_retention": Retention,
}
LEVEL = Fact("west.level", Kind.COUNT)
MODEL = Model("west.model", "1", "0" * 64, LEVEL, inputs=[aum])
ANSWERS: dict[str, Callable[[], Any]] = {
    "rc_facts": lambda: [LEVEL],
    "rc_lifecycle": lambda: extend(stages=[Stage("dormant", role="decline")]),
    "rc_contribution_parameters": lambda: [ContributionParameters("west", date(2020, 1, 1), "CNY")],
    "rc_tiering": lambda: extend(labels={"vip": "the best"}),
    "rc_service": Service,
    "rc_retention": lambda: extend(levels=["grave"]),
    "rc_models": lambda: [MODEL],
    "rc_review_completed": lambda: None,
}
"""For each hook an answer that makes another rule book than the built-in one."""

each_hook = pytest.mark.parametrize("hook", HOOKS)


def section(hook: str) -> str:
    """What the page says of a hook."""
    return PAGE.split(f"\n## `{hook}(", 1)[1].split("\n## ", 1)[0]


@each_hook
def test_each_hook_is_documented_with_exactly_its_arguments(hook: str) -> None:
    assert DOCUMENTED[hook] == ", ".join(inspect.signature(getattr(specs, hook)).parameters)


def test_no_hook_is_documented_that_does_not_exist() -> None:
    assert list(DOCUMENTED) == list(HOOKS)
    assert set(re.findall(r"`(rc_\w+)", PAGE)) == set(HOOKS)


@each_hook
def test_each_hook_is_in_the_table_and_leads_to_its_section(hook: str) -> None:
    arguments = DOCUMENTED[hook]
    assert f"| [`{hook}`](#{hook}{arguments}) |" in PAGE


@each_hook
def test_each_hook_says_in_one_line_what_it_is_for(hook: str) -> None:
    words = inspect.getdoc(getattr(specs, hook))
    assert words
    assert "\n" not in words


@each_hook
def test_each_hook_is_given_every_argument_it_is_documented_with(hook: str) -> None:
    given: list[dict[str, Any]] = []
    bank = plugin_of(hook, given)
    settings = {"branches": {"south": "S1"}}
    engine = Engine.from_plugins(bank, settings=settings)
    dossier = Dossier(Customer("c", CustomerKind.PERSONAL))
    review = engine.review(dossier, date(2026, 6, 30))
    assert [set(each) for each in given] == [set(DOCUMENTED[hook].split(", "))]
    (arguments,) = given
    assert arguments == ({"settings": settings} if "settings" in arguments else {"review": review})
    assert isinstance(arguments.get("review", review), Review)


@each_hook
def test_each_hook_has_an_effect(hook: str) -> None:
    # A model scores a fact, so that a plugin with one brings that too.
    without = [plugin_of("rc_facts", [])] if hook == "rc_models" else []
    before = Engine.from_plugins(*without).rule_book
    after = Engine.from_plugins(plugin_of(hook, [])).rule_book
    assert (after != before) is (hook != "rc_review_completed")


def plugin_of(hook: str, given: list[dict[str, Any]]) -> Any:
    """A plugin whose hook takes what the page says and notes what it was given."""

    def note(**arguments: Any) -> Any:
        given.append(arguments)
        return ANSWERS[hook]()

    names = DOCUMENTED[hook].split(", ")
    passed = ", ".join(f"{name}={name}" for name in names)
    made: dict[str, Any] = {"note": note}
    exec(f"def {hook}(self, {DOCUMENTED[hook]}): return note({passed})", made)
    hooks = {hook: hookimpl(made[hook])}
    if hook == "rc_models":
        hooks["rc_facts"] = hookimpl(lambda self: [LEVEL])
    return type("West", (), hooks)()


def test_the_page_tells_their_version() -> None:
    assert f"version `{SPECS.version}`" in PAGE


@each_hook
def test_each_hook_is_tried_by_a_test_of_its_name(hook: str) -> None:
    assert re.search(rf"^def test_{hook}\(", TRIED, re.MULTILINE)


@pytest.mark.parametrize("hook", PARTS)
def test_the_page_names_all_that_an_extension_can_add_to(hook: str) -> None:
    part = getattr(assemble([]).rule_book, hook.removeprefix("rc_"))
    grows = {
        field.name
        for field in attrs.fields(PARTS[hook])
        if field.init and isinstance(getattr(part, field.name), RuleSet | tuple)
    }
    assert set(re.findall(r"`(\w+)=`", section(hook))) == grows

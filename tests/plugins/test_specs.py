"""The hooks as they are specified, documented and tried: the three never drift apart."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import attrs
import pytest

from relationship_core import Lifecycle, Retention, Service, Tiering
from relationship_core.plugins import specs
from relationship_core.plugins.host import assemble
from relationship_core.plugins.plugin import HOOKS
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

"""Trying every law of a contract on a plugin, and telling which it breaks."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from hypothesis import Phase, settings

from relationship_core.errors import RelationshipError
from relationship_core.testing import PluginContract

Broken = dict[str, RelationshipError]


@contextmanager
def _few_customers() -> Iterator[None]:
    """Enough to find what is broken on purpose, and none made simpler: that takes longest."""
    before = settings.get_current_profile_name()
    settings.register_profile("few", settings(), max_examples=40, phases=[Phase.generate])
    settings.load_profile("few")
    try:
        yield
    finally:
        settings.load_profile(before)


def broken_laws(
    contract: type[PluginContract],
    plugin: Any,
    *,
    monotone: Collection[str] = (),
    antitone: Collection[str] = (),
    only: str = "test_",
) -> Broken:
    """The laws that a plugin breaks, each with what is told of it.

    Args:
        contract: Whose laws are tried.
        plugin: On what.
        monotone: What is declared.
        antitone: What is declared.
        only: What the names of the laws begin with.
    """
    given = {"plugin": plugin, "monotone": monotone, "antitone": antitone}
    tried = type("TestTried", (contract,), given)
    broken: Broken = {}
    with _few_customers():
        for name in sorted(dir(tried)):
            if name.startswith(only):
                try:
                    getattr(tried(), name)()
                except pytest.skip.Exception:
                    continue
                except RelationshipError as error:
                    broken[name] = error
    return broken


def skipped_laws(contract: type[PluginContract], plugin: Any) -> set[str]:
    """The laws that can't be tried on a plugin."""
    tried = type("TestTried", (contract,), {"plugin": plugin})
    skipped = set()
    with _few_customers():
        for name in sorted(dir(tried)):
            if name.startswith("test_"):
                try:
                    getattr(tried(), name)()
                except pytest.skip.Exception:
                    skipped.add(name)
                except RelationshipError:
                    continue
    return skipped

"""Trying every law of a contract on a plugin, and telling which it breaks."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pytest
from hypothesis import Phase, settings

from relationship_core.errors import RelationshipError
from relationship_core.testing import PluginContract

Broken = dict[str, RelationshipError]


@contextmanager
def _customers(most: int) -> Iterator[None]:
    """Try laws on so many, and make none simpler that breaks one: that takes longest."""
    before = settings.get_current_profile_name()
    settings.register_profile("few", settings(), max_examples=most, phases=[Phase.generate])
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
    rounds: Sequence[int] = (12, 150),
) -> Broken:
    """The laws that a plugin breaks, each with what is told of it.

    A dozen customers show most of what is broken on purpose; where they show nothing many more are
    tried, as Hypothesis draws from the constants of whatever modules happen to be loaded.

    Args:
        contract: Whose laws are tried.
        plugin: On what.
        monotone: What is declared.
        antitone: What is declared.
        only: What the names of the laws begin with.
        rounds: How many customers are tried in each round; the next one only if nothing was shown.
    """
    given = {"plugin": plugin, "monotone": monotone, "antitone": antitone}
    tried = type("TestTried", (contract,), given)
    broken: Broken = {}
    for most in rounds:
        with _customers(most):
            for name, outcome in _outcomes(tried, only):
                if outcome is not None:
                    broken[name] = outcome
        if broken:
            break
    return broken


def keeps_all_laws(contract: type[PluginContract], plugin: Any, **declared: Any) -> bool:
    """Whether a plugin that nothing is wrong with breaks no law, tried on two dozen customers."""
    return not broken_laws(contract, plugin, rounds=(24,), **declared)


def skipped_laws(contract: type[PluginContract], plugin: Any) -> set[str]:
    """The laws that can't be tried on a sound plugin."""
    tried = type("TestTried", (contract,), {"plugin": plugin})
    with _customers(3):
        done = {name for name, _ in _outcomes(tried, "test_")}
    return {name for name in dir(tried) if name.startswith("test_")} - done


def _outcomes(
    tried: type[PluginContract], only: str
) -> Iterator[tuple[str, RelationshipError | None]]:
    """Each law that could be tried, with what is told of it where it is broken."""
    for name in sorted(dir(tried)):
        if name.startswith(only):
            try:
                getattr(tried(), name)()
            except pytest.skip.Exception:
                continue
            except RelationshipError as error:
                yield name, error
            else:
                yield name, None

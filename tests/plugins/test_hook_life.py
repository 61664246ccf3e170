"""How hooks end, warned of by name and then gone; which version of them a plugin is made for."""

from __future__ import annotations

import inspect
import pickle
import re
import warnings
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from attrs import evolve

import relationship_core
from relationship_core import Extension, extend, hookimpl
from relationship_core.errors import PluginError
from relationship_core.plugins import specs
from relationship_core.plugins.hook_life import LIVES, HookDeprecationWarning, HookLife
from relationship_core.plugins.host import assemble
from relationship_core.plugins.markers import hookspec
from relationship_core.plugins.plugin import Plugin
from relationship_core.plugins.registration import SPECS, HookSpecs, callers

POLICY = (
    Path(__file__).resolve().parents[2] / "docs" / "explanation" / "hook-policy.md"
).read_text(encoding="utf-8")


class Hooks:
    """Hooks of a later day: one of them ends, and an argument of another."""

    @hookspec
    def rc_price(self, settings: Any, bank: Any) -> Any:
        """Its argument `bank` ends."""

    @hookspec
    def rc_teller(self, settings: Any) -> Any:
        """It ends altogether."""

    @hookspec
    def rc_desk(self, settings: Any) -> Any:
        """It stays."""


ARGUMENT = HookLife("rc_price", "0.4", "0.5", "read settings['bank']", argument="bank")
NAME = HookLife("rc_teller", "0.4", "0.6", "answer rc_desk")
LATER = HookSpecs(Hooks, version=4, oldest=2, lives=(ARGUMENT, NAME))


class TakesAnArgumentThatEnds:
    @hookimpl
    def rc_price(self, settings: Any, bank: Any) -> Any:
        return settings, bank


class TakesItNoMore:
    @hookimpl
    def rc_price(self, settings: Any) -> Any:
        return settings


class AnswersAHookThatEnds:
    @hookimpl
    def rc_teller(self) -> Any:
        return "at your service"


class AnswersOneThatStays:
    @hookimpl
    def rc_desk(self, settings: Any) -> Any:
        return settings


def warned_of(bank: type) -> list[HookDeprecationWarning]:
    """What a plugin of these hooks is warned of."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        callers(Plugin("west", "1.0", bank), LATER)
    return [each.message for each in caught if isinstance(each.message, HookDeprecationWarning)]


class TestWarnings:
    """What is about to be removed still works, and says so."""

    def test_an_argument_is_warned_of_by_name(self) -> None:
        (warning,) = warned_of(TakesAnArgumentThatEnds)
        assert (warning.plugin, warning.version, warning.life) == ("west", "1.0", ARGUMENT)
        assert str(warning) == (
            "plugin west 1.0, rc_price: its argument 'bank' is deprecated since 0.4 and removed in"
            " 0.5 (read settings['bank'])"
        )

    def test_a_hook_is_warned_of_by_name(self) -> None:
        (warning,) = warned_of(AnswersAHookThatEnds)
        assert str(warning) == (
            "plugin west 1.0, rc_teller: it is deprecated since 0.4 and removed in 0.6"
            " (answer rc_desk)"
        )

    @pytest.mark.parametrize("bank", [TakesItNoMore, AnswersOneThatStays])
    def test_what_stays_is_not(self, bank: type) -> None:
        assert warned_of(bank) == []

    def test_both_are_still_asked(self) -> None:
        with pytest.warns(HookDeprecationWarning):
            asked = callers(Plugin("west", "", TakesAnArgumentThatEnds), LATER)
        assert asked["rc_price"](settings=1, bank=2) == [(1, 2)]
        with pytest.warns(HookDeprecationWarning, match="^plugin west, rc_teller: it is"):
            asked = callers(Plugin("west", "", AnswersAHookThatEnds), LATER)
        assert asked["rc_teller"](settings=1) == ["at your service"]

    def test_the_line_that_is_told_is_the_plugins(self) -> None:
        with pytest.warns(HookDeprecationWarning) as caught:
            callers(Plugin("west", "", AnswersAHookThatEnds), LATER)
        assert caught[0].filename == __file__

    def test_whoever_runs_the_plugin_sees_it(self) -> None:
        assert issubclass(HookDeprecationWarning, FutureWarning)

    def test_it_crosses_to_another_process(self) -> None:
        (warning,) = warned_of(AnswersAHookThatEnds)
        assert str(pickle.loads(pickle.dumps(warning))) == str(warning)

    def test_the_hooks_themselves_are_left_as_they_are(self) -> None:
        warned_of(AnswersAHookThatEnds)
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            callers(Plugin("west", "", AnswersAHookThatEnds), evolve(LATER, lives=()))


class TestVersions:
    """A plugin may say which version of the hooks it was written for."""

    @pytest.mark.parametrize("wanted", [2, 3, 4])
    def test_those_between_the_oldest_and_ours_work(self, wanted: int) -> None:
        bank = type("Bank", (AnswersOneThatStays,), {"requires_hooks": wanted})
        assert list(callers(Plugin("west", "1.0", bank), LATER)) == ["rc_desk"]

    @pytest.mark.parametrize(
        ("wanted", "reason", "mend"),
        [
            (5, "written for version 5 of the hooks, but this library has version 4", "install a"),
            (1, "written for version 1 of the hooks, but this library understands none", "install"),
            ("4", "its requires_hooks is no whole number", "requires_hooks = 4"),
            (True, "its requires_hooks is no whole number", "requires_hooks = 4"),
        ],
    )
    def test_another_is_refused_by_name(self, wanted: object, reason: str, mend: str) -> None:
        bank = type("Bank", (AnswersOneThatStays,), {"requires_hooks": wanted})
        with pytest.raises(PluginError, match=reason) as caught:
            callers(Plugin("west", "1.0", bank), LATER)
        assert (caught.value.plugin, caught.value.version) == ("west", "1.0")
        assert caught.value.mend.startswith(mend)

    def test_it_is_refused_before_a_hook_that_only_the_other_version_has(self) -> None:
        @hookimpl
        def rc_robot() -> None:
            return None

        bank = SimpleNamespace(requires_hooks=5, rc_robot=rc_robot)
        with pytest.raises(PluginError, match="written for version 5"):
            callers(Plugin("west", "1.0", bank), LATER)

    def test_the_host_can_go_on_without_it(self) -> None:
        class FromTomorrow:
            requires_hooks = SPECS.version + 1

            @hookimpl
            def rc_service(self) -> Extension:
                return extend()

        made = assemble([Plugin.of(FromTomorrow)], on_plugin_error="skip")
        (report,) = made.skipped
        assert (report.plugin, report.hook) == ("FromTomorrow", "")
        assert f"written for version {SPECS.version + 1}" in report.reason


def release(version: str) -> tuple[int, ...]:
    """The numbers of a release, for its place in time."""
    return tuple(int(number) for number in re.findall(r"\d+", version)[:2])


def faults(lives: tuple[HookLife, ...], functions: object, version: str) -> list[str]:
    """What in a table of lives breaks the policy, in a library of some version."""
    found = []
    for life in lives:
        hook = getattr(functions, life.hook, None)
        taken = [] if hook is None else list(inspect.signature(hook).parameters)
        if hook is None or (life.argument and life.argument not in taken):
            found.append(f"{life.hook} {life.argument} isn't there")
        if release(life.deprecated_in) > release(version):
            found.append(f"{life.hook} warns before {life.deprecated_in}")
        if release(life.removed_in) <= release(version):
            found.append(f"{life.hook} {life.argument} should be gone since {life.removed_in}")
        if release(life.removed_in) <= release(life.deprecated_in):
            found.append(f"{life.hook} ends in the release that began to warn")
        if not life.instead:
            found.append(f"{life.hook} doesn't say what to write instead")
    return found


class TestTheTable:
    """Nothing is removed unannounced, and nothing announced stays beyond its day."""

    def test_keeps_the_policy(self) -> None:
        assert faults(LIVES, specs, relationship_core.__version__) == []

    def test_a_table_that_keeps_it_has_no_fault(self) -> None:
        assert faults(LATER.lives, Hooks, "0.4.2") == []

    @pytest.mark.parametrize(
        ("life", "version", "fault"),
        [
            (ARGUMENT, "0.5.0", "rc_price bank should be gone since 0.5"),
            (NAME, "1.0", "rc_teller  should be gone since 0.6"),
            (ARGUMENT, "0.3.9", "rc_price warns before 0.4"),
            (evolve(NAME, hook="rc_clerk"), "0.4", "rc_clerk  isn't there"),
            (evolve(ARGUMENT, argument="vault"), "0.4", "rc_price vault isn't there"),
            (evolve(NAME, removed_in="0.4"), "0.3", "ends in the release that began to warn"),
            (evolve(NAME, instead=""), "0.4", "rc_teller doesn't say what to write instead"),
        ],
    )
    def test_each_way_to_break_it_is_found(self, life: HookLife, version: str, fault: str) -> None:
        assert any(fault in each for each in faults((life,), Hooks, version))

    def test_is_told_with_the_policy(self) -> None:
        assert f"`{SPECS.version}`" in POLICY.split("## Versions", 1)[1]
        for life in LIVES:
            assert f"`{life.hook}`" in POLICY

"""One plugin: its name, its hooks, and its way into another process."""

from __future__ import annotations

import pickle
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from relationship_core import Extension, Rule, extend, hookimpl
from relationship_core.errors import PluginError
from relationship_core.facts import aum
from relationship_core.plugins.plugin import HOOKS, Plugin
from tests.plugins.bank import plugin


class WesternBank:
    """A plugin as a class."""

    version = "3.2"

    @hookimpl
    def rc_service(self, settings: Any) -> Extension:
        return extend()


class TestNames:
    """A plugin is called what its object is called."""

    def test_an_object_by_its_class(self) -> None:
        assert Plugin.of(WesternBank()).origin == "WesternBank 3.2"

    def test_a_class_by_its_name(self) -> None:
        assert Plugin.of(WesternBank).origin == "WesternBank 3.2"

    def test_a_module_by_its_name_and_version(self, installed: Path) -> None:
        module = import_module("sound_bank")
        assert Plugin.of(module).origin == "sound_bank"
        module.__version__ = "1.0.0"
        assert Plugin.of(module).origin == "sound_bank 1.0.0"

    def test_a_version_that_is_no_text_is_none(self) -> None:
        assert Plugin.of(SimpleNamespace(version=3)).version == ""

    def test_a_plugin_is_itself(self) -> None:
        named = Plugin("western-bank", "4.0", WesternBank())
        assert Plugin.of(named) is named


class TestHooks:
    """What a plugin can be asked."""

    def test_those_it_implements(self) -> None:
        assert list(Plugin.of(WesternBank).hooks()) == ["rc_service"]

    def test_under_another_name_of_the_function(self) -> None:
        class Bank:
            @hookimpl(specname="rc_retention")
            def keep_them(self) -> Extension:
                return extend()

        west = Plugin.of(Bank)
        assert list(west.hooks()) == ["rc_retention"]
        assert west.ask("rc_retention", settings={}) == extend()

    def test_with_as_few_arguments_as_it_likes(self) -> None:
        class Bank:
            @hookimpl
            def rc_service(self) -> Extension:
                return extend()

        assert Plugin.of(Bank).ask("rc_service", settings={}) == extend()

    def test_as_functions_of_any_object(self) -> None:
        @hookimpl
        def rc_service(settings: Any) -> Any:
            return settings["answer"]

        west = Plugin.of(SimpleNamespace(rc_service=rc_service))
        assert west.ask("rc_service", settings={"answer": 7}) == 7

    def test_an_unknown_hook_like_no_other_is_told_all_hooks(self) -> None:
        with pytest.raises(PluginError) as caught:
            plugin("west", price_list=extend).hooks()
        assert caught.value.mend == f"the hooks are {', '.join(HOOKS)}"

    def test_several_arguments_it_is_not_given_are_all_named(self) -> None:
        class Bank:
            @hookimpl
            def rc_facts(self, bank: Any, settings: Any) -> list[Any]:
                return []

        with pytest.raises(PluginError, match="it takes 'bank', which its hook isn't given"):
            Plugin.of(Bank).hooks()

    def test_an_interruption_by_a_person_is_not_held_up(self) -> None:
        def interrupted() -> Any:
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            plugin("west", rc_service=interrupted).ask("rc_service", settings={})

    def test_leaving_the_interpreter_is_a_fault(self) -> None:
        with pytest.raises(PluginError, match="it raised SystemExit: 3"):
            plugin("west", rc_service=lambda: sys.exit(3)).ask("rc_service", settings={})

    def test_an_exception_that_cannot_say_what_it_is_is_told_by_its_type(self) -> None:
        class MuteError(Exception):
            def __str__(self) -> str:
                return self.args[0]  # type: ignore[no-any-return]

        def fail() -> Any:
            raise MuteError

        with pytest.raises(PluginError, match=r"it raised MuteError$"):
            plugin("west", rc_service=fail).ask("rc_service", settings={})

    def test_a_slip_in_a_rule_keeps_its_place_and_the_way_to_mend_it(self) -> None:
        def slip() -> Any:
            return Rule("gold customers", when=aum > 0)

        with pytest.raises(PluginError, match="'gold customers' is no id") as caught:
            plugin("west", rc_service=slip).ask("rc_service", settings={})
        assert caught.value.mend.startswith("use letters, digits")


class TestPickling:
    """A plugin crosses to another process with the engine whose reviews it watches."""

    def test_an_object(self) -> None:
        west = pickle.loads(pickle.dumps(Plugin.of(WesternBank())))
        assert west.origin == "WesternBank 3.2"
        assert list(west.hooks()) == ["rc_service"]

    def test_a_module(self, installed: Path) -> None:
        sound = Plugin("sound-bank", "1.0.0", import_module("sound_bank"))
        again = pickle.loads(pickle.dumps(sound))
        assert again.origin == "sound-bank 1.0.0"
        assert again.implementation is sound.implementation

    def test_an_engine_of_installed_plugins(self, installation: Path, tmp_path: Path) -> None:
        folder = {"PYTHONPATH": str(installation)}
        sent = tmp_path / "engine"
        send = """
import pickle, sys
from relationship_core import Engine
engine = Engine.discover(["sound-bank", "changes-settings"], on_plugin_error="skip")
open(sys.argv[1], "wb").write(pickle.dumps(engine))
print(engine.rule_book.fingerprint)
"""
        receive = """
import pickle, sys
from datetime import date
from relationship_core import Customer, CustomerKind, Dossier
engine = pickle.loads(open(sys.argv[1], "rb").read())
review = engine.review(Dossier(Customer("c", CustomerKind.PERSONAL)), date(2026, 6, 30))
import sound_bank
assert sound_bank.reviewed == ["c"]
assert review.skipped == engine.skipped != ()
print(review.rule_book)
"""
        printed = [
            subprocess.run(
                [sys.executable, "-c", script, str(sent)],
                env=folder,
                capture_output=True,
                check=True,
                text=True,
            ).stdout
            for script in (send, receive)
        ]
        assert printed[0] == printed[1]

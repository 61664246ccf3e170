"""Only what the host names is imported; the rest of what is installed is listed."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from relationship_core import Engine, PluginStatus
from relationship_core.errors import PluginError
from relationship_core.plugins.discovery import installed as installed_plugins
from relationship_core.plugins.discovery import load_allowed, not_allowed
from relationship_core.plugins.host import survey
from relationship_core.plugins.plugin import Plugin


def in_a_fresh_interpreter(installation: Path, script: str) -> object:
    """What a script prints as JSON, run where the folder of plugins is on the path."""
    printed = subprocess.run(
        [sys.executable, "-c", script],
        env={"PYTHONPATH": str(installation)},
        capture_output=True,
        check=True,
        text=True,
    ).stdout
    return json.loads(printed)


def test_a_plugin_that_is_not_allowed_is_never_imported(installation: Path) -> None:
    script = """
import json, sys
from relationship_core import Engine
from relationship_core.plugins.host import survey
engine = Engine.discover(["sound-bank"])
listed = [report.plugin for report in survey(["sound-bank"]) if report.status == "not allowed"]
print(json.dumps([engine.rule_book.plugins, "stranger" in sys.modules, "stranger" in listed]))
"""
    assert in_a_fresh_interpreter(installation, script) == [["sound-bank 1.0.0"], False, True]


def test_what_is_not_allowed_is_listed_with_its_version(installed: Path) -> None:
    reports = {report.plugin: report for report in not_allowed(["sound-bank"])}
    assert "sound-bank" not in reports
    stranger = reports["stranger"]
    assert (stranger.version, stranger.status) == ("2.0.0", PluginStatus.NOT_ALLOWED)
    assert str(stranger) == "stranger 2.0.0: it is installed, but the host doesn't allow it"
    assert "stranger" not in sys.modules


def test_an_empty_allowlist_loads_nothing(installed: Path) -> None:
    assert Engine.discover([]).rule_book.plugins == ()
    assert list(load_allowed([])) == []


def test_one_name_may_stand_for_a_list_of_one(installed: Path) -> None:
    assert Engine.discover("sound-bank").rule_book.plugins == ("sound-bank 1.0.0",)


def test_a_name_that_is_nearly_right_is_told_the_right_one(installed: Path) -> None:
    (fault,) = load_allowed(["sound-bnak"])
    assert isinstance(fault, PluginError)
    assert fault.mend == "did you mean 'sound-bank'?"


def test_a_name_like_no_other_is_told_what_there_is(installed: Path) -> None:
    (fault,) = load_allowed(["xyzzy"])
    assert isinstance(fault, PluginError)
    assert "south-tiering" in fault.mend


def test_where_nothing_is_installed_that_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("relationship_core.plugins.discovery.installed", lambda: ())
    (fault,) = load_allowed(["sound-bank"])
    assert isinstance(fault, PluginError)
    assert "no plugin is installed" in fault.mend


def test_two_distributions_with_one_plugin_name_are_named_both(
    installed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    twin = tmp_path / "relationship_core_sound_twin-9.0.dist-info"
    twin.mkdir()
    (twin / "METADATA").write_text("Name: relationship-core-sound-twin\nVersion: 9.0\n")
    (twin / "entry_points.txt").write_text("[relationship_core]\nsound-bank = twin:Bank\n")
    monkeypatch.syspath_prepend(tmp_path)
    (fault,) = load_allowed(["sound-bank"])
    assert isinstance(fault, PluginError)
    assert "relationship-core-sound-bank 1.0.0" in fault.what
    assert "relationship-core-sound-twin 9.0" in fault.what
    assert Engine.discover(["sound-bank"], on_plugin_error="skip").skipped


def test_a_name_allowed_twice_is_loaded_once(installed: Path) -> None:
    (plugin,) = load_allowed(["sound-bank", "sound-bank"])
    assert isinstance(plugin, Plugin)


def test_what_is_installed_comes_in_one_order(installed: Path) -> None:
    names = [point.name for point in installed_plugins()]
    assert names == sorted(names)


def test_a_survey_tells_what_becomes_of_each(installed: Path) -> None:
    told = {
        report.plugin: report.status
        for report in survey(["sound-bank", "raises", "no-such-plugin"])
    }
    assert told["sound-bank"] is PluginStatus.LOADED
    assert told["raises"] is told["no-such-plugin"] is PluginStatus.FAILED
    assert told["stranger"] is PluginStatus.NOT_ALLOWED
    assert set(told) == {point.name for point in installed_plugins()} | {"no-such-plugin"}
    assert list(told) == sorted(told)

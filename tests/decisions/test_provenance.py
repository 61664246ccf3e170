"""What became of a plugin, in one line."""

from __future__ import annotations

from relationship_core.decisions.provenance import PluginReport, PluginStatus


def test_it_names_plugin_version_hook_and_reason() -> None:
    report = PluginReport("west", "1.2", "failed", "rc_tiering", "it returned a dict")
    assert report.status is PluginStatus.FAILED
    assert str(report) == "west 1.2, rc_tiering: it returned a dict"


def test_what_is_not_known_leaves_no_gap() -> None:
    assert str(PluginReport("west", "", PluginStatus.LOADED)) == "west: loaded"

"""What plugins are told by the host, and can't change."""

from __future__ import annotations

import pickle

import pytest

from relationship_core.plugins.settings import Settings

GIVEN = {
    "name": "west",
    "rates": {"base": 1, "steps": [1, {"deep": [2]}]},
    "branches": {"a", "b"},
}


def test_settings_read_like_what_was_given() -> None:
    settings = Settings(GIVEN)
    assert settings["name"] == "west"
    assert settings["rates"]["steps"][1]["deep"] == (2,)
    assert settings["branches"] == {"a", "b"}
    assert settings.get("missing", 7) == 7
    assert list(settings) == ["name", "rates", "branches"]
    assert len(settings) == 3


def test_settings_cannot_be_changed_at_any_depth() -> None:
    settings = Settings(GIVEN)
    with pytest.raises(TypeError):
        settings["name"] = "east"  # type: ignore[index]
    with pytest.raises(TypeError):
        del settings["rates"]["base"]
    with pytest.raises(TypeError):
        settings["rates"]["steps"][1]["deep"][0] = 3
    with pytest.raises(AttributeError):
        settings["branches"].add("c")


def test_settings_do_not_follow_what_the_host_changes_later() -> None:
    given = {"rates": {"base": 1}}
    settings = Settings(given)
    given["rates"]["base"] = 2
    assert settings["rates"]["base"] == 1


def test_settings_cross_to_another_process() -> None:
    settings = Settings(GIVEN)
    assert pickle.loads(pickle.dumps(settings)) == settings


def test_settings_show_names_but_no_values() -> None:
    assert repr(Settings({"password": "secret"})) == "<Settings: password>"
    assert repr(Settings({})) == "<Settings: none>"


def test_an_object_of_the_hosts_own_is_handed_over_as_it_is() -> None:
    connection = object()
    assert Settings({"connection": connection})["connection"] is connection

from __future__ import annotations

from typing import Any

import attrs
import pytest

from relationship_core import Engine
from relationship_core.errors import PluginError, ReviewError
from relationship_core.portfolio.spark.travelling import TravellingBook

MODEL = ("star-levels", "retention-model")


def discovered(*plugins: str) -> TravellingBook:
    return TravellingBook.of(Engine.discover(plugins).rule_book)


def test_rules_alone_need_no_plugin_where_they_arrive(monkeypatch: pytest.MonkeyPatch) -> None:
    book = Engine.discover(("star-levels",)).rule_book
    travelling = TravellingBook.of(book)

    def refuse(*_: Any) -> None:
        raise AssertionError

    monkeypatch.setattr(Engine, "discover", refuse)
    assert travelling.plugins == ()
    assert travelling.arrived().fingerprint == book.fingerprint


def test_models_that_compute_come_from_the_plugins_installed_there() -> None:
    travelling = discovered(*MODEL)
    assert travelling.plugins == ("retention-model", "star-levels")
    arrived = travelling.arrived()
    assert any(model.predict is not None for model in arrived.models)
    assert arrived.fingerprint == travelling.fingerprint


def test_plugins_that_make_other_rules_are_refused() -> None:
    travelling = attrs.evolve(discovered(*MODEL), fingerprint="0" * 64)
    with pytest.raises(ReviewError, match="retention-model 0.1.0, star-levels 0.1.0") as caught:
        travelling.arrived()
    assert caught.value.where == "a worker of Spark"


def test_a_plugin_that_is_not_installed_there_is_named() -> None:
    travelling = attrs.evolve(discovered(*MODEL), plugins=("elsewhere",))
    with pytest.raises(PluginError, match="elsewhere"):
        travelling.arrived()


def test_another_version_of_the_library_is_refused() -> None:
    with pytest.raises(ReviewError, match=r"is installed there, but 0\.0\.1 asked"):
        attrs.evolve(discovered(), version="0.0.1").arrived()

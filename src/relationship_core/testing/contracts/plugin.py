"""What all contracts share: which plugin is tried, on whom, and how a law is."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from typing import Any, ClassVar, NoReturn
from weakref import WeakKeyDictionary

import pytest
from hypothesis import HealthCheck, given, reject, settings
from hypothesis.errors import Flaky, Unsatisfiable
from hypothesis.strategies import SearchStrategy

from relationship_core.decisions.rule_book import RuleBook
from relationship_core.engine import Engine
from relationship_core.errors import PluginError, RelationshipError
from relationship_core.plugins.plugin import Plugin
from relationship_core.testing.broken_law import BrokenLaw
from relationship_core.testing.host import engine_with, plugin_of
from relationship_core.testing.strategies.values import AS_OF
from relationship_core.testing.watching import Reach, Reached, watched

_NOT_WHILE_BUILDING = frozenset({Reach.CLOCK, Reach.CHANCE, Reach.NETWORK, Reach.PROCESSES})
_UNHURRIED = (
    HealthCheck.too_slow,
    HealthCheck.data_too_large,
    HealthCheck.filter_too_much,
    HealthCheck.large_base_example,
)


class PluginContract:
    """The laws of one plugin, tried in a host with just this plugin and the built-in rules.

    Subclass one of the contracts, name the plugin, and pytest tries every law.

    Attributes:
        plugin: An object, class or module with hooks, or the name of an installed plugin.
        settings: What the host sets for it.
        as_of: The day of the reviews.
        monotone: Names of facts of which more never gives less: no worse tier, no lower risk.
        antitone: Names of facts of which more never gives more.
    """

    plugin: ClassVar[Any]
    settings: ClassVar[Mapping[str, Any]] = {}
    as_of: ClassVar[date] = AS_OF
    monotone: ClassVar[Collection[str]] = ()
    antitone: ClassVar[Collection[str]] = ()
    hook: ClassVar[str]
    _broken: BrokenLaw | None = None

    def test_loads(self) -> None:
        """The plugin can be loaded alone, and answers the hook that the contract is about."""
        engine_with(self.plugin, self.settings)
        if self.hook not in self._loaded().hooks():
            self._breaks(
                f"it doesn't answer {self.hook}",
                "subclass the contract of a hook that it does answer",
            )

    def test_builds_alike(self) -> None:
        """The rule book is the same each time, and no clock, chance or network is asked for it."""
        with watched() as reached:
            first = self._engine()
        self._refuse([each for each in reached if each.reach in _NOT_WHILE_BUILDING])
        second = engine_with(self.plugin, self.settings)
        if first.rule_book.fingerprint != second.rule_book.fingerprint:
            self._breaks(
                "asked twice with the same settings, it gives two different rule books",
                "let its answer depend on the settings alone",
            )

    def _loaded(self) -> Plugin:
        return plugin_of(self.plugin)

    def _engine(self) -> Engine:
        """A new engine of the plugin; where there is none, another law says why."""
        try:
            return engine_with(self.plugin, self.settings)
        except RelationshipError:
            pytest.skip("the plugin doesn't load: test_loads says why")

    @property
    def engine(self) -> Engine:
        """The engine that the laws are tried on, built once for the contract."""
        contract = type(self)
        if contract not in _ENGINES:
            _ENGINES[contract] = self._engine()
        return _ENGINES[contract]

    def _try(self, law: Callable[..., None], *strategies: SearchStrategy[Any]) -> None:
        """Try a law on customers, as many as the Hypothesis profile in force says."""
        # Built now and not at import, so that the profile is the author's.
        tried = settings(deadline=None, suppress_health_check=_UNHURRIED)(given(*strategies)(law))
        try:
            tried()
        except Unsatisfiable:
            pytest.skip("no customer got an answer: another law says why")
        except Flaky:
            # What keeps something from one customer to the next can't be shown twice.
            if self._broken is None:
                raise
            raise self._broken from None

    def _declared(self, book: RuleBook) -> list[str]:
        """The facts that are declared monotone or antitone, each of which must have an order."""
        names = sorted({*self._never_falling(), *self.antitone})
        if not names:
            pytest.skip("no fact is declared: monotone = {...} or antitone = {...}")
        for name in names:
            if name not in book.catalogue or not book.catalogue[name].kind.is_numeric:
                self._breaks(
                    f"it declares {name!r} monotone, which is no number that a rule may read",
                    "name facts that have an order",
                )
        return names

    def _never_falling(self) -> frozenset[str]:
        """The facts that are declared monotone, here or in the book itself."""
        return frozenset(self.monotone)

    def _refuse(self, reached: Collection[Reached]) -> None:
        for each in reached:
            self._breaks(
                str(each),
                "let the host hand it in: as a setting, a supplied fact or the review date",
            )

    def _breaks(self, what: str, mend: str) -> NoReturn:
        self._broken = BrokenLaw(what, where=f"plugin {self._name()}", mend=mend)
        raise self._broken

    def _name(self) -> str:
        try:
            return self._loaded().origin
        except PluginError as error:
            return error.plugin


@contextmanager
def answered_elsewhere() -> Iterator[None]:
    """Leave a customer out who gets no answer: that is another law's business."""
    try:
        yield
    except Exception:  # noqa: BLE001 - whatever a plugin raises
        reject()


_ENGINES: WeakKeyDictionary[type[PluginContract], Engine] = WeakKeyDictionary()

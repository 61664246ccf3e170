"""The front door: one dossier and a date in, one explained review out."""

from __future__ import annotations

import json
import logging
from bisect import bisect_right
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from attrs import field, frozen

from relationship_core.decisions.benchmarks import Benchmarks
from relationship_core.decisions.contribution import (
    Contribution,
    contribute,
    contribution_facts,
)
from relationship_core.decisions.observe import Exchange, observe
from relationship_core.decisions.provenance import PluginReport
from relationship_core.decisions.review import Decisions, Review, Source, decide
from relationship_core.decisions.rule_book import RuleBook
from relationship_core.decisions.scoring import score
from relationship_core.domain.dossier import Dossier
from relationship_core.domain.standing import Standing
from relationship_core.errors import ReviewError
from relationship_core.facts import Phase
from relationship_core.plugins.discovery import load_allowed
from relationship_core.plugins.host import Assembly, OnPluginError, assemble
from relationship_core.plugins.plugin import Plugin
from relationship_core.rules import FactValue

_OBSERVER = "rc_review_completed"
_log = logging.getLogger("relationship_core")

Facts = dict[str, FactValue | None]


@frozen
class Engine:
    """A bank's rule book, ready to review customers.

    An engine never changes, can be pickled, and can be used by many threads at once. Build it with
    `from_plugins`, `discover` or `from_rule_book`.

    Args:
        rule_book: What the bank decides by.
        observers: The plugins that look at each review once it is decided.
        skipped: The plugins it goes without; told in every review.
        on_plugin_error: What an observer's fault does: "fail" raises it, "skip" logs it.
    """

    rule_book: RuleBook
    observers: tuple[Plugin, ...] = ()
    skipped: tuple[PluginReport, ...] = ()
    on_plugin_error: OnPluginError = field(default=OnPluginError.FAIL, converter=OnPluginError)
    _books: dict[tuple[Any, ...], RuleBook] = field(factory=dict, init=False, eq=False, repr=False)
    _scopes: frozenset[tuple[str, ...]] = field(init=False, eq=False, repr=False)
    _turning_days: tuple[date, ...] = field(init=False, eq=False, repr=False)
    _exchange: Exchange = field(init=False, eq=False, repr=False)
    _observing: tuple[tuple[Plugin, Callable[..., Any]], ...] = field(
        init=False, eq=False, repr=False
    )

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "_scopes", self.rule_book.scopes())
        object.__setattr__(self, "_turning_days", self.rule_book.turning_days())
        exchange = Exchange.from_parameters(self.rule_book.contribution)
        object.__setattr__(self, "_exchange", exchange)
        observing = tuple((plugin, plugin.hooks()[_OBSERVER]) for plugin in self.observers)
        object.__setattr__(self, "_observing", observing)

    def __reduce__(self) -> tuple[Any, ...]:
        return (Engine, (self.rule_book, self.observers, self.skipped, self.on_plugin_error))

    @classmethod
    def from_plugins(
        cls,
        *plugins: Any,
        settings: Mapping[str, Any] | None = None,
        on_plugin_error: OnPluginError | str = OnPluginError.FAIL,
    ) -> Engine:
        """An engine of the built-in rules and the plugins handed over, in any order.

        Args:
            plugins: Objects or modules whose functions are marked with @hookimpl.
            settings: What the plugins are given, read-only.
            on_plugin_error: "fail" stops before anything is decided; "skip" goes on without a
                faulty plugin, the whole of it, and says so in every review.

        Raises:
            PluginError: A plugin is at fault, and `on_plugin_error` is "fail".
            RuleBookError: Two plugins replace the same part, or the parts don't fit together.
        """
        found = (Plugin.of(plugin) for plugin in plugins)
        return cls._of(
            assemble(found, settings=settings, on_plugin_error=on_plugin_error), on_plugin_error
        )

    @classmethod
    def discover(
        cls,
        allow: Collection[str],
        *,
        settings: Mapping[str, Any] | None = None,
        on_plugin_error: OnPluginError | str = OnPluginError.FAIL,
    ) -> Engine:
        """An engine of the built-in rules and the installed plugins on an allowlist.

        Args:
            allow: The names of the plugins to load; whatever else is installed isn't imported.
            settings: What the plugins are given, read-only.
            on_plugin_error: As for `from_plugins`.

        Raises:
            PluginError: A plugin isn't installed, or is at fault and `on_plugin_error` is "fail".
            RuleBookError: Two plugins replace the same part, or the parts don't fit together.
        """
        if isinstance(allow, str):
            allow = [allow]
        found = load_allowed(allow)
        return cls._of(
            assemble(found, settings=settings, on_plugin_error=on_plugin_error), on_plugin_error
        )

    @classmethod
    def from_rule_book(cls, rule_book: RuleBook | Mapping[str, Any] | str | bytes) -> Engine:
        """An engine that decides by a rule book as it was, with no plugin installed.

        Args:
            rule_book: The book, the data that `RuleBook.to_json` gave, or its JSON text.

        Raises:
            RuleBookError: The book was changed, or this version of the library can't replay it.
        """
        if isinstance(rule_book, RuleBook):
            return cls(rule_book)
        data = json.loads(rule_book) if isinstance(rule_book, str | bytes) else rule_book
        return cls(RuleBook.from_json(data))

    @classmethod
    def _of(cls, assembly: Assembly, on_plugin_error: OnPluginError | str) -> Engine:
        return cls(
            assembly.rule_book,
            assembly.observers,
            assembly.skipped,
            OnPluginError(on_plugin_error),
        )

    def effective(self, scope: Iterable[str] = (), as_of: date | None = None) -> RuleBook:
        """The rule book as it holds at a node of the organisation.

        Args:
            scope: The path of names from the top to the node; empty for the head office.
            as_of: The day it must hold on; None leaves validity aside.
        """
        path = tuple(scope)
        # Nodes without rules of their own share their ancestors' book, days between changes too.
        own = max((node for node in self._scopes if path[: len(node)] == node), key=len, default=())
        age = None if as_of is None else bisect_right(self._turning_days, as_of)
        book = self._books.get((own, age))
        if book is None:
            book = self._books[own, age] = self.rule_book.effective(own, as_of)
        return book

    def observe(self, dossier: Dossier, as_of: date, benchmarks: Benchmarks | None = None) -> Facts:
        """All that is known of a customer before the first decision: every fact, None if missing.

        Facts that later phases set are there too, missing until then.
        """
        return self._observed(dossier, as_of, benchmarks, self.contribution(dossier, as_of))

    def contribution(self, dossier: Dossier, as_of: date) -> Contribution:
        """What a customer brings in, as `review` reckons it."""
        return contribute(dossier, as_of, self.rule_book.contribution)

    def benchmarks(self, dossiers: Iterable[Dossier], as_of: date) -> Benchmarks:
        """The cut-offs of a portfolio, which percentile facts are measured against."""
        return Benchmarks.from_contributions(
            as_of,
            (
                (dossier.customer.kind, self.contribution(dossier, as_of).total_12m)
                for dossier in dossiers
            ),
        )

    def decide(
        self,
        facts: Mapping[str, FactValue | None],
        as_of: date,
        *,
        standing: Standing | None = None,
        scope: Iterable[str] = (),
    ) -> Decisions:
        """Decide on facts that have been observed, without a dossier.

        Args:
            facts: What `observe` gave.
            as_of: The review date.
            standing: Where the relationship stood before; None on a first day.
            scope: The customer's node of the organisation.
        """
        return decide(self.effective(scope, as_of), dict(facts), standing, as_of)

    def review(self, dossier: Dossier, as_of: date, benchmarks: Benchmarks | None = None) -> Review:
        """Review one customer.

        Args:
            dossier: All that is known of the customer; records dated after `as_of` aren't read.
            as_of: The review date.
            benchmarks: The cut-offs of the last portfolio run; without them percentile facts are
                missing.

        Raises:
            ReviewError: The standing comes from a later review than this one.
            ParameterError: A parameter that a position needs is not in force.
            PluginError: An observer failed, and the engine was built to fail on that.
        """
        standing = dossier.standing
        if standing is not None and standing.reviewed is not None and standing.reviewed > as_of:
            raise ReviewError(
                f"its standing is of {standing.reviewed}, after the review date {as_of}",
                where=f"customer {dossier.customer.id}",
                mend="give the standing as it was on the review date",
            )
        contribution = self.contribution(dossier, as_of)
        facts = self._observed(dossier, as_of, benchmarks, contribution)
        book = self.effective(dossier.scope, as_of)
        decisions = decide(book, facts, standing, as_of)
        review = Review.of(
            contribution,
            decisions,
            Source(dossier, benchmarks, book),
            rule_book=self.rule_book.fingerprint,
            plugins=self.rule_book.plugins,
            skipped=self.skipped,
        )
        if self.observers:
            self._tell_observers(review)
        return review

    def review_many(
        self,
        dossiers: Iterable[Dossier],
        as_of: date,
        benchmarks: Benchmarks | None = None,
    ) -> Iterator[Review]:
        """Review customers one after the other, holding none of them."""
        for dossier in dossiers:
            yield self.review(dossier, as_of, benchmarks)

    def _observed(
        self,
        dossier: Dossier,
        as_of: date,
        benchmarks: Benchmarks | None,
        contribution: Contribution,
    ) -> Facts:
        book = self.rule_book
        facts = observe(dossier, as_of, facts=book.catalogue, exchange=self._exchange)
        book.derive(facts, Phase.OBSERVE)
        for name, value in contribution_facts(contribution, benchmarks).items():
            if name not in dossier.supplied:
                facts[name] = value
        for model in book.models:
            if model.score.name not in dossier.supplied or not model.is_valid(as_of):
                facts[model.score.name] = score(model, facts, as_of, book.catalogue)
        book.derive(facts, Phase.CONTRIBUTION)
        return facts

    def _tell_observers(self, review: Review) -> None:
        for plugin, tell in self._observing:
            try:
                tell(review=review)
            except Exception as error:
                # What it says may be about the customer, so only its type is passed on.
                fault = plugin.at_fault(f"it raised {type(error).__name__}", hook=_OBSERVER)
                if self.on_plugin_error is OnPluginError.FAIL:
                    raise fault from error
                _log.warning("%s", fault)

"""The front door: one dossier and a date in, one explained review out."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, cast

from attrs import field, frozen

from relationship_core.decisions.benchmarks import Benchmarks
from relationship_core.decisions.books_in_force import BooksInForce
from relationship_core.decisions.contribution import Contribution, contribute, contribution_facts
from relationship_core.decisions.deciding import Decisions, decide
from relationship_core.decisions.observe import Exchange, observe
from relationship_core.decisions.provenance import PluginReport
from relationship_core.decisions.retention import WORTH_FACT
from relationship_core.decisions.review import Review, Source
from relationship_core.decisions.rule_book import RuleBook
from relationship_core.decisions.scoring import score
from relationship_core.domain.dossier import Dossier
from relationship_core.domain.standing import Standing
from relationship_core.domain.validation import require_date
from relationship_core.errors import PluginError, ReviewError
from relationship_core.facts import Phase
from relationship_core.plugins.discovery import load_allowed
from relationship_core.plugins.host import Assembly, OnPluginError, assemble
from relationship_core.plugins.isolation import Isolate, Isolation
from relationship_core.plugins.plugin import Plugin, report_of
from relationship_core.rules import FactValue, Kind, quantise
from relationship_core.rules.text import several

_PERCENTILE = "contribution_percentile"
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
    _in_force: BooksInForce = field(init=False, eq=False, repr=False)
    _exchange: Exchange = field(init=False, eq=False, repr=False)

    @_in_force.default
    def _all_books(self) -> BooksInForce:
        return BooksInForce(self.rule_book)

    @_exchange.default
    def _rates(self) -> Exchange:
        return Exchange.from_parameters(self.rule_book.contribution)

    def __reduce__(self) -> tuple[Any, ...]:
        return (Engine, (self.rule_book, self.observers, self.skipped, self.on_plugin_error))

    @classmethod
    def from_plugins(
        cls,
        *plugins: Any,
        settings: Mapping[str, Any] | None = None,
        on_plugin_error: OnPluginError | str = OnPluginError.FAIL,
        isolate: Isolate = None,
        limit: float | None = None,
        memory: int | None = None,
    ) -> Engine:
        """An engine of the built-in rules and the plugins handed over, in any order.

        Args:
            plugins: Objects or modules whose functions are marked with @hookimpl.
            settings: What the plugins are given, read-only.
            on_plugin_error: "fail" stops before anything is decided; "skip" goes on without a
                faulty plugin, the whole of it, and says so in every review.
            isolate: "process" to run every plugin in a process of its own, or the names of those
                that are to; these are given as modules, or as classes that can be imported.
            limit: The seconds that importing such a plugin, and each call, may take; by default 10.
            memory: The bytes its process may take, on Linux; by default as many as there are.

        Raises:
            PluginError: A plugin is at fault, and `on_plugin_error` is "fail".
            RuleBookError: Two plugins replace the same part, or the parts don't fit together.
            InvalidValueError: A plugin that is to be isolated isn't there or can't be imported, a
                limit has no sense, or a setting can't be sent.
        """
        given = [Plugin.of(plugin) for plugin in plugins]
        isolation = Isolation.of(isolate, limit, memory, (plugin.name for plugin in given))
        found = map(isolation.around_given, given)
        assembly = assemble(found, settings=settings, on_plugin_error=on_plugin_error)
        return cls._of(assembly, on_plugin_error)

    @classmethod
    def discover(
        cls,
        allow: Collection[str],
        *,
        settings: Mapping[str, Any] | None = None,
        on_plugin_error: OnPluginError | str = OnPluginError.FAIL,
        isolate: Isolate = None,
        limit: float | None = None,
        memory: int | None = None,
    ) -> Engine:
        """An engine of the built-in rules and the installed plugins on an allowlist.

        Args:
            allow: The names of the plugins to load; whatever else is installed isn't imported.
            settings: What the plugins are given, read-only.
            on_plugin_error: As for `from_plugins`.
            isolate: "process" to run every plugin in a process of its own, where alone it is
                imported, or the names of those that are to.
            limit: As for `from_plugins`.
            memory: As for `from_plugins`.

        Raises:
            PluginError: A plugin isn't installed, or is at fault and `on_plugin_error` is "fail".
            RuleBookError: Two plugins replace the same part, or the parts don't fit together.
            InvalidValueError: A plugin that is to be isolated isn't allowed, a limit has no sense,
                or a setting can't be sent.
        """
        names = [allow] if isinstance(allow, str) else allow
        found = load_allowed(names, Isolation.of(isolate, limit, memory, names))
        assembly = assemble(found, settings=settings, on_plugin_error=on_plugin_error)
        return cls._of(assembly, on_plugin_error)

    @classmethod
    def from_rule_book(cls, rule_book: RuleBook | Mapping[str, Any] | str | bytes) -> Engine:
        """An engine that decides by a rule book as it was, with no plugin installed.

        What a model computes isn't in the book: its scores are to be supplied, or are missing.

        Args:
            rule_book: The book, the data that `RuleBook.to_json` gave, or its JSON text.

        Raises:
            RuleBookError: The book was changed, or this version of the library can't replay it.
        """
        if isinstance(rule_book, RuleBook):
            return cls(rule_book)
        return cls(RuleBook.from_json(rule_book))

    @classmethod
    def _of(cls, assembly: Assembly, on_plugin_error: OnPluginError | str) -> Engine:
        made = assembly.rule_book, assembly.observers, assembly.skipped
        return cls(*made, OnPluginError(on_plugin_error))

    def effective(self, scope: Iterable[str] = (), as_of: date | None = None) -> RuleBook:
        """The rule book as it holds at a node of the organisation.

        Args:
            scope: The path of names from the top to the node; empty for the head office.
            as_of: The day it must hold on; None leaves validity aside.

        Raises:
            InvalidValueError: The day is no date.
            RuleError: No day is given, and a rule has several versions, each valid in its time.
        """
        if as_of is not None:
            require_date(as_of, "as_of")
        return self._in_force.at(several(scope), as_of)

    def observe(self, dossier: Dossier, as_of: date, benchmarks: Benchmarks | None = None) -> Facts:
        """All that is known of a customer before the first decision: every fact, None if missing.

        What the review decides is still missing, or as the standing has it.

        Raises:
            ReviewError: The benchmarks are of a later day, or a model fails.
            ParameterError: A parameter that a position needs is not in force.
            InvalidValueError: The day is no date, or a supplied value isn't one its fact can have.
        """
        contribution = self.contribution(dossier, as_of)
        facts, _ = self._observed(dossier, as_of, benchmarks, contribution)
        return facts

    def contribution(self, dossier: Dossier, as_of: date) -> Contribution:
        """What a customer brings in, as `review` reckons it."""
        require_date(as_of, "as_of")
        return contribute(dossier, as_of, self.rule_book.contribution)

    def benchmarks(self, dossiers: Iterable[Dossier], as_of: date) -> Benchmarks:
        """The cut-offs of a portfolio, which percentile facts are measured against.

        A contribution that a dossier supplies stands in place of the one reckoned.
        """
        return Benchmarks.from_contributions(
            as_of,
            ((dossier.customer.kind, self._worth(dossier, as_of)) for dossier in dossiers),
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

        Raises:
            ReviewError: The standing comes from a later review, or from other stages or tiers.
            UnknownFactError: A fact that a rule reads isn't among the facts.
        """
        return decide(self.effective(scope, as_of), facts, standing, as_of)

    def review(self, dossier: Dossier, as_of: date, benchmarks: Benchmarks | None = None) -> Review:
        """Review one customer.

        Args:
            dossier: All that is known of the customer; records dated after `as_of` aren't read.
            as_of: The review date.
            benchmarks: The cut-offs of the last portfolio run; without them percentile facts are
                missing.

        Raises:
            ReviewError: The standing or the benchmarks are of a later day, the standing is of other
                stages or tiers, or a model fails.
            ParameterError: A parameter that a position needs is not in force.
            InvalidValueError: The day is no date, or a supplied value isn't one its fact can have.
            PluginError: An observer, or a model in a process of its own, failed, and the engine
                was built to fail on that.
        """
        contribution = self.contribution(dossier, as_of)
        facts, lost = self._observed(dossier, as_of, benchmarks, contribution)
        book = self._in_force.at(dossier.scope, as_of)
        review = Review.of(
            contribution,
            decide(book, facts, dossier.standing, as_of),
            Source(dossier, benchmarks, book),
            rule_book=self.rule_book.fingerprint,
            plugins=self.rule_book.plugins,
            skipped=(*self.skipped, *lost),
        )
        for plugin in self.observers:
            self._tell(plugin, review)
        return review

    def review_many(
        self,
        dossiers: Iterable[Dossier],
        as_of: date,
        benchmarks: Benchmarks | None = None,
    ) -> Iterator[Review]:
        """Review customers one after the other, holding none of them; an error ends it."""
        for dossier in dossiers:
            yield self.review(dossier, as_of, benchmarks)

    def _observed(
        self,
        dossier: Dossier,
        as_of: date,
        benchmarks: Benchmarks | None,
        contribution: Contribution,
    ) -> tuple[Facts, tuple[PluginReport, ...]]:
        """The facts, and the plugins whose models couldn't be asked and so leave some missing."""
        if benchmarks is not None and benchmarks.as_of > as_of:
            raise ReviewError(
                f"they are of {benchmarks.as_of}, after the review date {as_of}",
                where="Benchmarks.as_of",
                mend="give those of the last portfolio run before it",
            )
        book, supplied = self.rule_book, dossier.supplied
        facts = observe(dossier, as_of, facts=book.catalogue, exchange=self._exchange)
        book.derive(facts, Phase.OBSERVE)
        reckoned = contribution_facts(contribution, benchmarks)
        if supplied:
            if WORTH_FACT in supplied:
                reckoned[_PERCENTILE] = _percentile(dossier, facts[WORTH_FACT], benchmarks)
            for name in supplied:
                reckoned.pop(name, None)
        facts.update(reckoned)
        book.derive(facts, Phase.CONTRIBUTION)
        lost: list[PluginReport] = []
        for model in book.models:
            name = model.score.name
            if name not in supplied or not model.is_valid(as_of):
                try:
                    facts[name] = score(model, facts, as_of, book.catalogue)
                except PluginError as fault:
                    if self.on_plugin_error is OnPluginError.FAIL:
                        raise
                    facts[name] = None
                    lost.append(report_of(fault))
            # The next model, and facts that build on this score, can count on it.
            book.derive(facts, Phase.CONTRIBUTION)
        return facts, tuple(lost)

    def _worth(self, dossier: Dossier, as_of: date) -> Decimal | None:
        given = dossier.supplied.get(WORTH_FACT)
        if given is None:
            return self.contribution(dossier, as_of).total_12m
        return cast(Decimal, quantise(given, Kind.MONEY))

    def _tell(self, plugin: Plugin, review: Review) -> None:
        try:
            plugin.tell(review)
        except PluginError as fault:
            if self.on_plugin_error is OnPluginError.FAIL:
                raise
            _log.warning("%s", fault)


def _percentile(
    dossier: Dossier, worth: FactValue | None, benchmarks: Benchmarks | None
) -> FactValue | None:
    """The place of a contribution that was supplied."""
    if benchmarks is None:
        return None
    place = benchmarks.percentile(dossier.customer.kind, cast(Decimal, worth))
    return None if place is None else quantise(place, Kind.RATIO)

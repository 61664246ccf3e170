"""A review: what was decided about one customer on one day, and why."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from typing import Any

from attrs import evolve, field, frozen
from cattrs import Converter
from cattrs.gen import make_dict_structure_fn, make_dict_unstructure_fn, override

from relationship_core.decisions.benchmarks import Benchmarks
from relationship_core.decisions.choice import Choice
from relationship_core.decisions.contribution import Contribution
from relationship_core.decisions.json_form import converter_for, read_value, write_value
from relationship_core.decisions.provenance import PluginReport
from relationship_core.decisions.reasons import Explanation, explain_decisions
from relationship_core.decisions.retention import RISK_FACT, RetentionDecision
from relationship_core.decisions.rule_book import RuleBook
from relationship_core.decisions.service import ServiceDecision
from relationship_core.decisions.stage import StageDecision
from relationship_core.decisions.telling import tell
from relationship_core.decisions.tiering import TierDecision
from relationship_core.decisions.window import months_between
from relationship_core.domain.dossier import Dossier
from relationship_core.domain.standing import Standing
from relationship_core.errors import ReviewError
from relationship_core.facts import Phase
from relationship_core.rules import FactValue
from relationship_core.rules.json_form import fingerprint

REVIEW_SCHEMA = 1
"""The version of a review's JSON form."""


@frozen
class Decisions:
    """What was decided, phase by phase, and the facts it was decided on."""

    stage: StageDecision
    tier: TierDecision
    match: Choice
    treatment: Choice | None
    services: ServiceDecision
    retention: RetentionDecision
    standing: Standing
    facts: Mapping[str, FactValue | None] = field(repr=False)


def decide(
    book: RuleBook, facts: dict[str, FactValue | None], standing: Standing | None, as_of: date
) -> Decisions:
    """Decide the stage, the tier, the service and the retention, in this order.

    Args:
        book: The rule book as it holds at the customer's node on the day.
        facts: What was observed; what each phase decides is added to it.
        standing: Where the relationship stood before; None on a first day.
        as_of: The review date.

    Raises:
        ReviewError: The standing comes from a later review.
    """
    stage = book.lifecycle.advance(standing, facts, as_of)
    facts["stage"] = stage.stage
    facts["months_in_stage"] = _months_since(stage.since, as_of)
    book.derive(facts, Phase.LIFECYCLE)
    tier = book.tiering.decide(standing, facts, as_of)
    facts["tier"] = tier.tier
    facts["months_in_tier"] = _months_since(tier.since, as_of)
    book.derive(facts, Phase.TIERING)
    services = book.service.decide(facts, as_of)
    retention = book.retention.decide(facts)
    facts[RISK_FACT] = retention.risk
    return Decisions(
        stage=stage,
        tier=tier,
        match=book.tiering.match(facts),
        treatment=book.tiering.treat(tier.tier, facts),
        services=services,
        retention=retention,
        standing=tier.applied_to(stage.applied_to(standing)),
        facts=facts,
    )


def _months_since(since: date | None, as_of: date) -> int | None:
    return None if since is None else months_between(since, as_of)


@frozen
class InputDigests:
    """SHA-256, in hexadecimal, of all that a review was given; None where nothing was."""

    dossier: str
    benchmarks: str | None


@frozen
class Source:
    """What a review was made from, kept so that digests and reasons are worked out when asked."""

    dossier: Dossier
    benchmarks: Benchmarks | None
    rule_book: RuleBook

    def digests(self) -> InputDigests:
        """The digests of what was given."""
        benchmarks = None
        if self.benchmarks is not None:
            benchmarks = fingerprint(_converter().unstructure(self.benchmarks))
        return InputDigests(self.dossier.digest(), benchmarks)


class SeenFacts(Mapping[str, FactValue | None]):
    """The facts of a review by name: read-only, picklable, and shown in no `repr`."""

    __slots__ = ("_values",)

    def __init__(self, values: Mapping[str, FactValue | None]) -> None:
        self._values = dict(values)

    def __getitem__(self, name: str) -> FactValue | None:
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __repr__(self) -> str:
        known = sum(value is not None for value in self._values.values())
        return f"<{known} of {len(self._values)} facts known>"


@frozen
class Review:
    """What was decided about one customer on one day.

    Args:
        customer_id: The customer.
        as_of: The review date.
        stage: Where the customer stands in the lifecycle.
        contribution: What the customer brings in, component by component.
        tier: The tier, and what is pending or overridden.
        match: The cell of the match matrix: how good the customer is against how well we can serve.
        treatment: What becomes of a customer that isn't gold; None for one that is.
        services: Entitlements and occasions to care.
        retention: The risk of losing the customer, and what to do.
        standing: Where the relationship stands now: what the next review starts from.
        facts: All that was seen and decided, by name; None where missing. Kept out of `repr`.
        rule_book: The fingerprint of the rule book in force.
        plugins: Names and versions of the plugins it came from.
        skipped: The plugins the engine went without, and why.
        schema: The version of this form.
    """

    customer_id: str
    as_of: date
    stage: StageDecision
    contribution: Contribution = field(repr=False)
    tier: TierDecision
    match: Choice
    treatment: Choice | None
    services: ServiceDecision
    retention: RetentionDecision
    standing: Standing
    facts: SeenFacts = field(repr=False, converter=SeenFacts)
    rule_book: str
    plugins: tuple[str, ...] = ()
    skipped: tuple[PluginReport, ...] = ()
    schema: int = REVIEW_SCHEMA
    _source: Source | None = field(default=None, eq=False, repr=False)
    _digests: InputDigests | None = field(default=None, eq=False, repr=False)
    _explanation: Explanation | None = field(default=None, eq=False, repr=False)

    @classmethod
    def of(
        cls,
        contribution: Contribution,
        decisions: Decisions,
        source: Source,
        *,
        rule_book: str,
        plugins: tuple[str, ...],
        skipped: tuple[PluginReport, ...],
    ) -> Review:
        """The review that a phase-by-phase decision makes."""
        return cls(
            customer_id=contribution.customer_id,
            as_of=contribution.as_of,
            stage=decisions.stage,
            contribution=contribution,
            tier=decisions.tier,
            match=decisions.match,
            treatment=decisions.treatment,
            services=decisions.services,
            retention=decisions.retention,
            standing=decisions.standing,
            facts=decisions.facts,
            rule_book=rule_book,
            plugins=plugins,
            skipped=skipped,
            source=source,
        )

    @property
    def inputs(self) -> InputDigests:
        """The digests of all that the review was given."""
        if self._digests is None:
            object.__setattr__(self, "_digests", self._require_source().digests())
        return self._digests  # type: ignore[return-value]

    @property
    def explanation(self) -> Explanation:
        """Every rule that decided or could have, with the conditions that made the difference."""
        if self._explanation is None:
            book = self._require_source().rule_book
            object.__setattr__(
                self, "_explanation", explain_decisions(book, self.stage, self.tier, self.facts)
            )
        return self._explanation  # type: ignore[return-value]

    def explain(self) -> str:
        """The review in words, for a person."""
        return tell(self, self.explanation)

    def to_json(self) -> dict[str, Any]:
        """The review as plain JSON data, its digests and reasons with it."""
        converter = _converter()
        return {
            **converter.unstructure(self),
            "inputs": converter.unstructure(self.inputs),
            "explanation": converter.unstructure(self.explanation),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any] | str | bytes) -> Review:
        """The review that `to_json` wrote; it can still be explained.

        Raises:
            ReviewError: It was written in another schema.
        """
        written: Mapping[str, Any] = json.loads(data) if isinstance(data, str | bytes) else data
        if written.get("schema") != REVIEW_SCHEMA:
            raise ReviewError(
                f"it is written in schema {written.get('schema')!r}, not {REVIEW_SCHEMA}",
                where="review",
                mend="read it with the version of the library that wrote it",
            )
        converter = _converter()
        return evolve(
            converter.structure(written, cls),
            digests=converter.structure(written["inputs"], InputDigests),
            explanation=converter.structure(written["explanation"], Explanation),
        )

    def _require_source(self) -> Source:
        if self._source is None:
            raise ReviewError(
                "it no longer knows what it was made from",
                where=f"review of {self.customer_id}",
                mend="write it with to_json, which keeps its digests and reasons",
            )
        return self._source


@cache
def _converter() -> Converter:
    converter = converter_for({})
    converter.register_unstructure_hook(
        SeenFacts, lambda facts: {name: write_value(value) for name, value in facts.items()}
    )
    converter.register_structure_hook(
        SeenFacts,
        lambda data, _: SeenFacts({name: read_value(value) for name, value in data.items()}),
    )
    # Worked out when asked for, and written apart; what it was made from is never written.
    _leave_out(converter, Review, "_source", "_digests", "_explanation")
    _leave_out(converter, TierDecision, "before")
    return converter


def _leave_out(converter: Converter, kind: type, *names: str) -> None:
    apart: dict[str, Any] = {name: override(omit=True) for name in names}
    converter.register_unstructure_hook(kind, make_dict_unstructure_fn(kind, converter, **apart))
    converter.register_structure_hook(kind, make_dict_structure_fn(kind, converter, **apart))

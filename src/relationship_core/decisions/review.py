"""A review: what was decided about one customer on one day, and why."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Any

import attrs
from attrs import evolve, field, frozen
from cattrs import Converter
from cattrs.gen import make_dict_unstructure_fn

from relationship_core.decisions.benchmarks import Benchmarks
from relationship_core.decisions.contribution import Contribution
from relationship_core.decisions.deciding import Decisions
from relationship_core.decisions.json_form import (
    converter_for,
    leave_out,
    read_document,
    read_value,
    reading,
    write_value,
)
from relationship_core.decisions.provenance import PluginReport
from relationship_core.decisions.reasons import Explanation, explain_decisions
from relationship_core.decisions.rule_book import RuleBook
from relationship_core.decisions.seen_facts import SeenFacts
from relationship_core.decisions.stage import StageDecision
from relationship_core.decisions.telling import tell
from relationship_core.decisions.tier import TierDecision
from relationship_core.domain.digest import digest_of
from relationship_core.domain.dossier import Dossier
from relationship_core.errors import ReviewError
from relationship_core.rules import ConditionExplanation

SCHEMA = 1
"""The version of a review's JSON form."""

_WHAT = "review"
_UNORDERED = frozenset({"kinds"})


@frozen
class Inputs:
    """All that a review was given, as SHA-256 in hexadecimal; None where nothing was.

    Args:
        dossier: The digest of the dossier.
        benchmarks: The digest of the benchmarks.
        benchmarks_as_of: The day of the portfolio run they are from.
    """

    dossier: str
    benchmarks: str | None = None
    benchmarks_as_of: date | None = None


@frozen
class Source:
    """What a review was made from, kept so that digests and reasons are worked out when asked."""

    dossier: Dossier
    benchmarks: Benchmarks | None
    rule_book: RuleBook

    def inputs(self) -> Inputs:
        """The digests of what was given."""
        given = self.benchmarks
        if given is None:
            return Inputs(self.dossier.digest())
        return Inputs(self.dossier.digest(), digest_of(given, unordered=_UNORDERED), given.as_of)


@frozen
class Review(Decisions):
    """What was decided about one customer on one day.

    Args:
        customer_id: The customer.
        as_of: The review date.
        scope: The node of the organisation whose rules decided; empty for the head office.
        contribution: What the customer brings in, component by component.
        rule_book: The fingerprint of the rule book in force, with the rules of every node.
        plugins: Names and versions of the plugins it came from.
        skipped: The plugins the engine went without, and why.
        schema: The version of this form.
    """

    customer_id: str
    as_of: date
    scope: tuple[str, ...]
    contribution: Contribution = field(repr=False)
    rule_book: str
    plugins: tuple[str, ...] = ()
    skipped: tuple[PluginReport, ...] = ()
    schema: int = SCHEMA
    _source: Source | None = field(default=None, eq=False, repr=False)
    _inputs: Inputs | None = field(default=None, eq=False, repr=False)
    _explanation: Explanation | None = field(default=None, eq=False, repr=False)
    _reason_codes: Mapping[str, str] | None = field(default=None, eq=False, repr=False)

    @classmethod
    def of(
        cls,
        contribution: Contribution,
        decided: Decisions,
        source: Source,
        *,
        rule_book: str,
        plugins: tuple[str, ...],
        skipped: tuple[PluginReport, ...],
    ) -> Review:
        """The review that what was reckoned and decided makes."""
        return cls(
            stage=decided.stage,
            tier=decided.tier,
            match=decided.match,
            treatment=decided.treatment,
            services=decided.services,
            retention=decided.retention,
            standing=decided.standing,
            facts=decided.facts,
            customer_id=contribution.customer_id,
            as_of=contribution.as_of,
            scope=source.dossier.scope,
            contribution=contribution,
            rule_book=rule_book,
            plugins=plugins,
            skipped=skipped,
            source=source,
        )

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle digests and reasons, but neither the dossier nor the rule book."""
        apart = {
            "_source": None,
            "_inputs": self.inputs,
            "_explanation": self.explanation,
            "_reason_codes": self.reason_codes,
        }
        names = [each.name for each in attrs.fields(Review)]
        return (Review, tuple(apart.get(name, getattr(self, name)) for name in names))

    @property
    def inputs(self) -> Inputs:
        """The digests of all that the review was given."""
        if self._inputs is None:
            object.__setattr__(self, "_inputs", self._made_from().inputs())
        return self._inputs  # type: ignore[return-value]

    @property
    def explanation(self) -> Explanation:
        """Every rule that decided or could have, with the conditions that made the difference."""
        if self._explanation is None:
            explained = explain_decisions(self._made_from().rule_book, self)
            object.__setattr__(self, "_explanation", explained)
        return self._explanation  # type: ignore[return-value]

    @property
    def reason_codes(self) -> Mapping[str, str]:
        """By better tier, the nearest first, its rule and the first condition not met.

        Where the rule is met and the tier isn't held all the same, the first that is met; where
        missing facts leave the rule open, the first that is unknown.
        """
        if self._reason_codes is None:
            if self._source is None:
                goals = self.explanation.better_tiers
                codes = {goal.rule.rule_id: goal.rule.reason_code for goal in goals}
            else:
                tiering = self._source.rule_book.tiering
                codes = tiering.reason_codes(self.tier.tier, self.facts)
            object.__setattr__(self, "_reason_codes", codes)
        return self._reason_codes  # type: ignore[return-value]

    def explain(self) -> str:
        """The review in words, for a person."""
        return tell(self, self.explanation, self.inputs)

    def to_json(self) -> dict[str, Any]:
        """The review as plain JSON data, its digests and reasons with it."""
        converter = _converter()
        written: dict[str, Any] = converter.unstructure(self)
        return {
            **written,
            "inputs": converter.unstructure(self.inputs),
            "explanation": converter.unstructure(self.explanation),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any] | str | bytes) -> Review:
        """The review that `to_json` wrote; it can still be explained.

        Raises:
            ReviewError: It is no review, or was written in another schema.
        """
        written = read_document(data, _WHAT, SCHEMA, ReviewError)
        converter = _converter()
        with reading(_WHAT, ReviewError):
            return evolve(
                converter.structure(written, cls),
                inputs=converter.structure(written["inputs"], Inputs),
                explanation=converter.structure(written["explanation"], Explanation),
            )

    def _made_from(self) -> Source:
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
    # Most conditions have but a few of their fields, and a review has a hundred of them.
    converter.register_unstructure_hook(
        ConditionExplanation,
        make_dict_unstructure_fn(ConditionExplanation, converter, _cattrs_omit_if_default=True),
    )
    leave_out(converter, StageDecision, "before")
    leave_out(converter, TierDecision, "before")
    # Worked out when asked for, and written apart; what it was made from is never written.
    leave_out(converter, Review, "_source", "_inputs", "_explanation", "_reason_codes")
    return converter

"""The laws of models."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from itertools import pairwise
from typing import Any, NoReturn, cast

import pytest
from hypothesis import assume
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from relationship_core.decisions.model import Model
from relationship_core.decisions.rule_book import RuleBook
from relationship_core.decisions.scoring import input_batch, kept_score
from relationship_core.rules import FactValue, Rule
from relationship_core.testing.contracts.plugin import PluginContract, answered_elsewhere
from relationship_core.testing.strategies.facts import fact_mappings, rising
from relationship_core.testing.strategies.known import Known
from relationship_core.testing.watching import watched

Scores = list[FactValue | None]


class ModelContract(PluginContract):
    """The laws of `rc_models`: a score for each row, whoever stands in the rows beside it.

    `monotone` names inputs of which more never lowers a score, `antitone` those of which more never
    raises one.
    """

    hook = "rc_models"

    def test_total(self) -> None:
        """Everybody of whom all is known gets a score that its fact can hold, or none."""

        def law(model: Model, rows: list[Known]) -> None:
            self._answered(model, rows, "somebody gets no score", "return a column for each batch")

        self._try_models(law, self._rows())

    def test_deterministic(self) -> None:
        """The same customers get the same scores again."""

        def law(model: Model, rows: list[Known]) -> None:
            with answered_elsewhere():
                first, second = self._scores(model, rows), self._scores(model, rows)
            if first != second:
                self._breaks_in(
                    model,
                    "the same customers get two different scores",
                    "fix its seed, and keep nothing from one batch to the next",
                )

        self._try_models(law, self._rows())

    def test_without_io_or_clock(self) -> None:
        """Scoring reaches for nothing beside the batch: no file, network, clock or chance."""

        def law(model: Model, rows: list[Known]) -> None:
            batch = input_batch(model, rows, self._book.catalogue)
            with answered_elsewhere(), watched() as reached:
                self._predict(model)(batch)
            self._refuse(reached)

        self._try_models(law, self._rows())

    def test_scalar_equals_batch(self) -> None:
        """Alone or among others, in any order, a customer gets the same score."""

        def law(model: Model, rows: list[Known]) -> None:
            with answered_elsewhere():
                alone = [each for row in rows for each in self._scores(model, [row])]
                there = self._scores(model, rows)
                back = self._scores(model, rows[::-1])[::-1]
            if not alone == there == back:
                self._breaks_in(
                    model,
                    "a customer's score depends on the rows beside it",
                    "scale and rank by what it was trained on, never by the batch",
                )

        self._try_models(law, self._rows())

    def test_monotone(self) -> None:
        """More of what is declared monotone never lowers a score."""
        names = self._declared(self._book)

        def law(model: Model, rows: list[Known], name: str) -> None:
            with answered_elsewhere():
                scores = self._scores(model, rows)
            for place, (before, after) in enumerate(pairwise(scores)):
                if before is None or after is None:
                    continue
                falls = after < before if name in self.monotone else before < after  # type: ignore[operator]
                if falls:
                    least, most = (rows[each][name] for each in (place, place + 1))
                    self._breaks_in(
                        model,
                        f"the score moves the wrong way as {name} rises from {least} to {most},"
                        " all else equal",
                        f"constrain the model in {name}, or don't declare it",
                    )

        for each in names:
            alike = self._row().flatmap(partial(rising, each, book=self._book))
            self._try_models(law, alike, st.just(each))

    def test_survives_missing_facts(self) -> None:
        """What is missing never raises: it is null in the batch, and so perhaps is the score."""

        def law(model: Model, rows: list[Known]) -> None:
            assume(any(row[name] is None for row in rows for name in model.inputs))
            what = "where an input is missing somebody gets no score"
            self._answered(model, rows, what, "answer null where it can't tell")

        self._try_models(law, self._rows(missing=0.4))

    def _answered(self, model: Model, rows: list[Known], what: str, mend: str) -> None:
        try:
            scores = self._scores(model, rows)
        except Exception as error:  # noqa: BLE001 - whatever a model raises
            self._breaks_in(model, f"{what}: it raised {type(error).__name__}", mend)
        if len(scores) != len(rows):
            self._breaks_in(model, f"it gave {len(scores)} scores for {len(rows)} rows", mend)
        for each in scores:
            if each is not None and not model.score.admits(each):
                self._breaks_in(model, f"a score lies outside what {model.score.name} can be", mend)

    def _scores(self, model: Model, rows: Sequence[Known]) -> Scores:
        """The scores of some customers, as the engine would keep them."""
        batch = input_batch(model, rows, self._book.catalogue)
        answers, kind = self._predict(model)(batch).to_pylist(), model.score.kind
        return [None if each is None else kept_score(each, kind) for each in answers]

    def _predict(self, model: Model) -> Callable[[Any], Any]:
        return cast(Callable[[Any], Any], model.predict)

    def _breaks_in(self, model: Model, what: str, mend: str) -> NoReturn:
        self._breaks(f"model {model.name}: {what}", mend)

    @property
    def _book(self) -> RuleBook:
        return self.engine.rule_book

    def _try_models(self, law: Callable[..., None], *strategies: SearchStrategy[Any]) -> None:
        models = [model for model in self._book.models if model.predict is not None]
        if not models:
            pytest.skip("no model predicts: their scores are supplied")
        self._try(law, st.sampled_from(models), *strategies)

    def _rows(self, missing: float = 0) -> SearchStrategy[list[Known]]:
        return st.lists(self._row(missing), max_size=4)

    def _row(self, missing: float = 0) -> SearchStrategy[Known]:
        book = self._book
        inputs = [book.catalogue[name] for model in book.models for name in model.inputs]
        reading = [Rule("input", fact.is_missing()) for fact in inputs]
        return fact_mappings(book, missing=missing, read_by=reading)

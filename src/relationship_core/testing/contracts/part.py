"""The laws of a part of the rule book, whichever part it is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Any, ClassVar

from attrs import evolve
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from relationship_core.decisions.deciding import Decisions
from relationship_core.decisions.reasons import Explanation, explain_decisions
from relationship_core.decisions.review import Review
from relationship_core.decisions.rule_book import RuleBook
from relationship_core.decisions.rule_book_check import rule_sets
from relationship_core.decisions.witness import find_witness
from relationship_core.domain import Customer, CustomerKind, Dossier, Standing
from relationship_core.engine import Engine
from relationship_core.rules import (
    Facts,
    HitPolicy,
    Rule,
    RuleExplanation,
    RuleSet,
    explain,
)
from relationship_core.testing.bank import small_bank
from relationship_core.testing.contracts.case import (
    Case,
    Verdict,
    asks_for_missing,
    is_worse,
    what_a_host_supplies,
)
from relationship_core.testing.contracts.plugin import PluginContract, answered_elsewhere
from relationship_core.testing.strategies.facts import derive, fact_mappings, rising
from relationship_core.testing.strategies.known import Known
from relationship_core.testing.strategies.standings import standings_of
from relationship_core.testing.watching import watched


class PartContract(PluginContract):
    """The laws of a part of the rule book; its children say which part, and how it decides."""

    field: ClassVar[str]

    def test_total(self) -> None:
        """Everybody of whom all is known gets an answer."""

        def law(case: Case) -> None:
            try:
                self._decide(self._book(case), case)
            except Exception as error:  # noqa: BLE001 - whatever a plugin raises
                self._breaks(
                    f"somebody gets no answer: it raised {type(error).__name__}",
                    "decide by rules, which answer for everybody",
                )

        self._try(law, self._cases(standing=True))

    def test_deterministic(self) -> None:
        """The same customer gets the same answer again."""

        def law(case: Case) -> None:
            book = self._book(case)
            with answered_elsewhere():
                first, second = self._decide(book, case), self._decide(book, case)
            if first != second:
                self._breaks(
                    "the same customer gets two different answers",
                    "let the answer depend on the facts, the standing and the day alone",
                )

        self._try(law, self._cases(standing=True))

    def test_without_io_or_clock(self) -> None:
        """Deciding reaches for nothing beside the facts: no file, network, clock or chance."""

        def law(case: Case) -> None:
            book = self._book(case)
            with answered_elsewhere(), watched() as reached:
                self._decide(book, case)
            self._refuse(reached)

        self._try(law, self._cases(standing=True))

    def test_explained(self) -> None:
        """Of every rule that mattered each condition is told that made the difference."""

        def law(case: Case) -> None:
            book = self._book(case)
            with answered_elsewhere():
                decided = self.engine.decide(case.facts, self.as_of, scope=case.scope)
                explained = explain_decisions(book, decided)
            rules = [rule for each in self._sets(book) for rule in each.rules]
            told = list(self._told(explained))
            self._require_told(self._deciding(decided), told)
            for each in told:
                self._require_whole(each, rules, decided.facts)

        self._try(law, self._cases())

    def _require_told(self, deciding: Iterable[str], told: Sequence[RuleExplanation]) -> None:
        names = {each.rule_id for each in told}
        for rule_id in deciding:
            if rule_id not in names:
                self._breaks(
                    f"the rule {rule_id!r} decides, but the explanation doesn't tell it",
                    "decide by the rules that the plugin gives, and name the one that fired",
                )

    def _require_whole(self, told: RuleExplanation, rules: Sequence[Rule], facts: Facts) -> None:
        texts = {each.text for each in told.conditions}
        # What earns a tier and what keeps it are two rules of one name.
        left_out = [
            [each.text for each in explain(rule, facts).conditions if each.text not in texts]
            for rule in rules
            if rule.id == told.rule_id
        ]
        if not left_out:
            self._breaks(
                f"the explanation tells of a rule {told.rule_id!r} that isn't among its rules",
                "explain by the rules that decide",
            )
        if all(left_out):
            self._breaks(
                f"the explanation of the rule {told.rule_id!r} leaves out: {left_out[0][0]}",
                "leave explaining to the library, or tell each condition",
            )

    def test_scalar_equals_batch(self) -> None:
        """Reviewed one by one or all together, in any order, everybody gets the same answer."""

        def law(customers: Sequence[Dossier]) -> None:
            engine = self.engine
            with answered_elsewhere():
                alone = [self._of(engine.review(each, self.as_of)) for each in customers]
                back = engine.review_many(customers[::-1], self.as_of)
                together = [self._of(each) for each in back][::-1]
            if alone != together:
                self._breaks(
                    "a customer's answer depends on who was reviewed before",
                    "keep nothing from one customer to the next",
                )

        self._try(law, st.lists(self._dossiers(), min_size=3, max_size=4))
        self._try(law, st.just([evolve(each, standing=None) for each in small_bank()]))

    def test_monotone(self) -> None:
        """More of what is declared monotone never gives less."""
        book = self.engine.rule_book
        names, never_falling = self._declared(book), self._never_falling()

        def law(cases: list[Case], name: str) -> None:
            with answered_elsewhere():
                verdicts = [self._verdict(self._decide(self._book(one), one), one) for one in cases]
            for place, (before, after) in enumerate(pairwise(verdicts)):
                is_falling = name in never_falling
                if is_worse(after, before) if is_falling else is_worse(before, after):
                    least, most = (cases[each].facts[name] for each in (place, place + 1))
                    self._breaks(
                        f"{self._falls if is_falling else self._rises} as {name} rises from {least}"
                        f" to {most}, all else equal",
                        f"look at the rules that read {name}, or don't declare it",
                    )

        for each in names:
            self._try(law, self._rising(each), st.just(each))

    def test_survives_missing_facts(self) -> None:
        """What is missing never raises, and never gives more than what is known would."""

        def law(case: Case, data: Any) -> None:
            book = self._book(case)
            known = [name for name, value in case.facts.items() if value is not None]
            lost = data.draw(st.sets(st.sampled_from(known)) if known else st.just(set[str]()))
            poorer = Known({**case.facts, **dict.fromkeys(lost)})
            derive(poorer, book.catalogue)
            with answered_elsewhere():
                full = self._verdict(self._decide(book, case), case)
            try:
                partly = self._verdict(self._decide(book, case._replace(facts=poorer)), case)
            except Exception as error:  # noqa: BLE001 - whatever a plugin raises
                self._breaks(
                    f"without {' and '.join(sorted(lost))} it raised {type(error).__name__}",
                    "decide by rules, in which what is missing is unknown",
                )
            self._require_no_gain(book, full, partly, lost)

        self._try(law, self._cases(), st.data())

    def _require_no_gain(
        self, book: RuleBook, full: Verdict, partly: Verdict, lost: Iterable[str]
    ) -> None:
        asking = {
            rule.id
            for each in self._sets(book)
            for rule in each.rules
            if asks_for_missing(rule.when, book)
        }
        gained = {rule for rule in partly.given - full.given if rule not in asking}
        is_better = (partly.place or 0) < (full.place or 0)
        if gained or (is_better and partly.rule not in asking):
            self._breaks(
                f"{self._rises} because {' and '.join(sorted(lost))} is missing",
                "missing is never zero: ask for it by is_missing() where it shall count",
            )

    def test_compiled_equals_interpreted(self) -> None:
        """The compiled rules answer as the rules do when they are read one by one."""

        def law(facts: Known, scope: tuple[str, ...]) -> None:
            for each in self._sets(self.engine.effective(scope, self.as_of)):
                with answered_elsewhere():
                    compiled, read = each.compiled(facts), each.evaluate(facts)
                if compiled != read:
                    self._breaks(
                        f"{each.name} answers otherwise compiled than read rule by rule",
                        "use RuleSet as it is",
                    )

        self._try(law, self._facts(missing=0.2), st.sampled_from(self._scopes()))

    def test_replayed(self) -> None:
        """The rule book decides alike when it is read back from JSON, without the plugin."""
        replayed = Engine.from_rule_book(self.engine.rule_book.to_json())

        def law(case: Case) -> None:
            with answered_elsewhere():
                here = self._decide(self._book(case), case)
                there = self._decide(replayed.effective(case.scope, self.as_of), case)
            if here != there:
                self._breaks(
                    "read back from JSON, without the plugin, the rule book decides otherwise",
                    "decide by the rules alone: what the plugin's own code adds isn't in the book",
                )

        self._try(law, self._cases(standing=True))

    def test_reachable(self) -> None:
        """Each rule of the plugin's own decides for somebody."""
        origin = self._loaded().origin
        for scope in self._scopes():
            for each in self._sets(self.engine.effective(scope, self.as_of)):
                above: list[Rule] = []
                for rule in each.rules:
                    if rule.origin == origin and not self._is_met(rule, above):
                        self._breaks(
                            f"nobody was found for whom {rule.id!r} of {each.name} decides",
                            self._unreached(rule, above),
                        )
                    if self._bars(each):
                        above.append(rule)

    def _bars(self, rule_set: RuleSet) -> bool:
        """Whether a rule that fires keeps those below it from deciding."""
        return rule_set.hit_policy is HitPolicy.FIRST

    def _is_met(self, rule: Rule, above: Sequence[Rule]) -> bool:
        condition = rule.when
        for each in above:
            condition = condition & ~each.when
        return find_witness(condition) is not None

    def _unreached(self, rule: Rule, above: Sequence[Rule]) -> str:
        if find_witness(rule.when) is None:
            return "its condition can't hold: look for thresholds that exclude each other"
        better = ", ".join(each.id for each in above)
        return f"whoever meets it meets one of {better} first: compare their thresholds"

    # What the children say.

    _falls: ClassVar[str]
    _rises: ClassVar[str]

    def _decide(self, book: RuleBook, case: Case) -> Any:
        raise NotImplementedError

    def _of(self, review: Review) -> Any:
        raise NotImplementedError

    def _verdict(self, decision: Any, case: Case, /) -> Verdict:
        raise NotImplementedError

    def _deciding(self, decided: Decisions) -> Iterable[str]:
        raise NotImplementedError

    def _told(self, explained: Explanation) -> Iterator[RuleExplanation]:
        raise NotImplementedError

    # On whom the laws are tried.

    def _book(self, case: Case) -> RuleBook:
        return self.engine.effective(case.scope, self.as_of)

    def _sets(self, book: RuleBook) -> Iterator[RuleSet]:
        return rule_sets(getattr(book, self.field))

    def _scopes(self) -> list[tuple[str, ...]]:
        scopes = {rule.scope for each in self._sets(self.engine.rule_book) for rule in each.rules}
        return sorted(scopes | {()})

    def _facts(self, missing: float = 0) -> SearchStrategy[Known]:
        book = self.engine.rule_book
        return fact_mappings(book, missing=missing, read_by=self._read(book))

    def _read(self, book: RuleBook) -> list[Rule]:
        """The rules whose facts are to have values."""
        return [rule for each in self._sets(book) for rule in each.rules]

    def _standings(self) -> SearchStrategy[Standing]:
        book = self.engine.rule_book
        stages = tuple(stage.id for stage in book.lifecycle.stages)
        return standings_of(stages, book.tiering.ladder, as_of=self.as_of)

    def _cases(self, *, standing: bool = False, missing: float = 0) -> SearchStrategy[Case]:
        stands = st.none() | self._standings() if standing else st.none()
        return st.builds(Case, self._facts(missing), st.sampled_from(self._scopes()), stands)

    def _dossiers(self) -> SearchStrategy[Dossier]:
        # Records would be observed into the same facts; to supply them is quicker.
        customer = Customer("c", CustomerKind.PERSONAL)
        catalogue = self.engine.rule_book.catalogue
        return self._cases(standing=True, missing=0.3).map(
            lambda case: Dossier(
                customer,
                standing=case.standing,
                supplied=what_a_host_supplies(case.facts, catalogue),
                scope=case.scope,
            )
        )

    def _rising(self, name: str) -> SearchStrategy[list[Case]]:
        """Customers alike but for one fact, of which each has more than the one before."""
        book = self.engine.rule_book
        rules = self._read(book)

        def alike(case: Case) -> SearchStrategy[list[Case]]:
            return rising(name, case.facts, book, rules).map(
                lambda known: [case._replace(facts=each) for each in known]
            )

        return self._cases().flatmap(alike)

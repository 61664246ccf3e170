"""How long it takes to prove 20, 200 and 2,000 rules over 30 facts, healthy and random ones."""

from __future__ import annotations

import sys
from collections.abc import Callable
from itertools import product
from random import Random
from time import process_time, time
from typing import Any

import z3
from timing import hold, print_machine, print_table

from relationship_core.rules import Fact, Kind, Rule, RuleSet
from relationship_core.rules.analysis import Proof, Severity, prove

SIZES = (20, 200, 2_000)
AIMS = {20: 0.1, 200: 5.0, 2_000: 60.0}
WORDS = ("a", "b", "c", "d")
KINDS = (Kind.MONEY, Kind.COUNT, Kind.RATIO, Kind.MONTHS, Kind.CATEGORY, Kind.FLAG)
TIERS = ("gold", "silver", "basic")


def _fact(place: int) -> Fact:
    kind = KINDS[place % len(KINDS)]
    if kind is Kind.CATEGORY:
        return Fact(f"f{place}", kind, categories=WORDS)
    return Fact(f"f{place}", kind, minimum=None if kind is Kind.FLAG else 0)


FACTS = [_fact(place) for place in range(30)]
NAMED = [fact for fact in FACTS if fact.kind is Kind.CATEGORY]
FLAGS = [fact for fact in FACTS if fact.kind is Kind.FLAG]
COUNTED = [fact for fact in FACTS if fact.kind.is_numeric]


def table(size: int, chance: Random) -> RuleSet:
    """Cells of several categories, and in each a ladder over some facts: nobody meets two."""
    rules: list[Rule] = []
    for words in product(WORDS, repeat=len(NAMED)):
        cell: Any = NAMED[0] == words[0]
        for fact, word in zip(NAMED[1:], words[1:], strict=True):
            cell &= fact == word
        subject, other = chance.sample(COUNTED, 2)
        flag = chance.choice(FLAGS)
        low, high = sorted(chance.sample(range(1, 100), 2))
        least = chance.randrange(1, 100)
        steps = [
            (subject >= high) & (other >= least),
            ((subject >= high) & (other < least)) | ((subject >= low) & (subject < high) & flag),
            (subject < low) | ((subject >= low) & (subject < high) & ~flag),
        ]
        for step, tier in zip(steps, TIERS, strict=True):
            name = f"r{len(rules):04}"
            rules.append(Rule(name, cell & step, f"{tier} {words[0]}", priority=len(rules)))
        if len(rules) >= size:
            break
    return RuleSet("table", rules[:size])


def _condition(fact: Any, chance: Random) -> Any:
    if fact.kind is Kind.FLAG:
        return chance.choice([fact, ~fact])
    if fact.kind is Kind.CATEGORY:
        return fact.is_in(chance.sample(WORDS, 2))
    value = chance.randrange(100)
    ways = [fact >= value, fact < value, fact.between(value, value + 20)]
    return chance.choice(ways)


def heap(size: int, chance: Random) -> RuleSet:
    """Three conditions each, at random: of a thousand such rules half never decide."""
    rules = []
    for place in range(size):
        one, two, three = (_condition(fact, chance) for fact in chance.sample(FACTS, 3))
        outcome = f"o{chance.randrange(8)}"
        rules.append(Rule(f"r{place:04}", one & two & three, outcome, priority=place))
    return RuleSet("heap", rules)


class Asked:
    """Counts the questions that the solver is asked."""

    def __init__(self) -> None:
        self.questions = 0
        self._check = z3.Solver.check

    def __enter__(self) -> Asked:
        asked = self

        def check(solver: Any, *assumptions: Any) -> Any:
            asked.questions += 1
            return asked._check(solver, *assumptions)

        z3.Solver.check = check
        return self

    def __exit__(self, *_: object) -> None:
        z3.Solver.check = self._check


def timed(rules: RuleSet) -> tuple[float, float, int, Proof]:
    """CPU seconds, seconds by the clock, questions, and the proof itself."""
    with Asked() as asked:
        cpu, clock = process_time(), time()
        proof = prove(rules, otherwise="nothing")
        return process_time() - cpu, time() - clock, asked.questions, proof


def main() -> None:
    sizes = [int(size) for size in sys.argv[1:]] or list(SIZES)
    print_machine("relationship-core", "z3-solver")
    timed(table(3, Random(0)))
    aims = []
    rows = []
    makers: tuple[Callable[[int, Random], RuleSet], ...] = (table, heap)
    for make in makers:
        for size in sizes:
            # The quickest of a few, where that takes no time.
            runs = [timed(make(size, Random(7))) for _ in range(3 if size < 1_000 else 1)]
            cpu, clock, questions, proof = min(runs, key=lambda run: run[0])
            faults = sum(each.code.severity is not Severity.NOTE for each in proof.findings)
            cells = (f"{cpu:,.2f}", f"{clock:,.2f}", f"{questions:,}", f"{faults:,}")
            rows.append((f"{make.__name__}, {size:,} rules", *cells))
            if size in AIMS:
                aims.append((f"{make.__name__} of {size:,} rules", cpu, AIMS[size]))
    print_table(("rules over 30 facts", "CPU s", "s", "questions", "faults"), rows)
    hold(aims, " s")


if __name__ == "__main__":
    main()

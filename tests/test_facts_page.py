"""The page of facts is the catalogue's: run with WRITE_FACTS=1 to write it anew."""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from types import ModuleType

from relationship_core.facts import (
    CATALOGUE,
    PHASES,
    activity,
    care,
    customer,
    holdings,
    standing,
    worth,
)
from relationship_core.rules import Fact
from relationship_core.rules.words import shown

PAGE = Path(__file__).resolve().parents[1] / "docs" / "reference" / "facts.md"
MODULES = (customer, standing, holdings, activity, care, worth)
OPENING = """\
# Facts

Everything built in that a rule may ask about a customer. Each is imported by its name, as in
`from relationship_core.facts import aum`; [the rule language](rule-language.md) tells what can be
asked of it, and plugins [bring facts of their own](hooks.md#rc_factssettings).

- A fact that can't be known is missing, and never stands for zero.
- Facts are grouped by the phase of a review that sets them. A rule reads what is set before it is
  asked; [each hook](hooks.md) tells what its rules may read.
- *Moves* says how often a fact changes: from one day to the next, or with each month's end.
- Amounts are in the reporting currency; a share of 0.25 is a quarter.
- A protected fact can't be asked for by a rule.
- A fact that is supplied by the host stands in `Dossier.supplied` or the table `supplied`.

The tests write this page from the catalogue: `WRITE_FACTS=1 pytest tests/test_facts_page.py`.
"""
HEADER = """\
| fact | in words | kind | values | moves | what it holds |
| --- | --- | --- | --- | --- | --- |"""


def _module(fact: Fact) -> ModuleType:
    [home] = [module for module in MODULES if getattr(module, fact.name, None) is fact]
    return home


def _values(fact: Fact) -> str:
    if fact.categories is not None:
        return ", ".join(f"`{category}`" for category in fact.categories)
    if fact.minimum is None and fact.maximum is None:
        return "yes, no" if fact.kind == "flag" else "any"
    if fact.maximum is None:
        return f"{shown(fact.minimum)} or more"
    least = "up" if fact.minimum is None else shown(fact.minimum)
    return f"{least} to {shown(fact.maximum)}"


def _row(fact: Fact) -> str:
    kind = f"{fact.kind}, {fact.unit}" if fact.unit not in ("", fact.kind) else str(fact.kind)
    cells = (
        f"`{fact.name}`",
        f"{fact.label.en}<br>{fact.label.zh}",
        kind,
        _values(fact),
        {"daily": "daily", "month_end": "month's end"}[fact.freshness],
        f"{'**Protected.** ' if fact.protected else ''}{fact.description} *From: {fact.source}.*",
    )
    return f"| {' | '.join(cells)} |"


def _lines() -> Iterator[str]:
    yield OPENING
    for phase, of_phase in groupby(CATALOGUE.values(), key=lambda fact: PHASES[fact.name]):
        yield f"## Set by the phase `{phase}`\n"
        by_module: dict[str, list[Fact]] = {}
        for fact in of_phase:
            by_module.setdefault(_module(fact).__name__, []).append(fact)
        for module in MODULES:
            if module.__name__ in by_module:
                title, _, more = (module.__doc__ or "").partition("\n\n")
                about = title.removeprefix("Facts about ").removesuffix(".")
                yield f"### {about[0].upper()}{about[1:]}\n"
                if more:
                    yield f"{more.strip()}\n"
                yield HEADER
                yield from map(_row, by_module[module.__name__])
                yield ""


def test_the_page_of_facts_is_the_catalogues() -> None:
    rendered = "\n".join(_lines()).rstrip() + "\n"
    if os.environ.get("WRITE_FACTS") == "1":
        PAGE.write_text(rendered, encoding="utf-8", newline="\n")
    assert PAGE.read_text(encoding="utf-8") == rendered, "WRITE_FACTS=1 writes it anew"

"""A simulation in plain text, as wide as it needs to be."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from relationship_core.simulation.effects import Effect
from relationship_core.simulation.fairness import Fairness
from relationship_core.simulation.flapping import Flapping
from relationship_core.simulation.migration import Migration
from relationship_core.simulation.moves import Moves

if TYPE_CHECKING:
    from relationship_core.simulation.result import Simulation

MOST_CAUSES = 10
"""How many causes are told; the tables hold all."""

Cells = list[tuple[str, ...]]
"""Rows of cells, of which the first is the header."""


def in_plain_text(simulation: Simulation) -> str:
    """What a simulation found, in plain text."""
    blocks = [*headlines(simulation)]
    for title, rows in shown_tables(simulation):
        blocks += ["", title, *_lines(rows)]
    remarks = list(notes(simulation))
    return "\n".join([*blocks, *([""] if remarks else []), *remarks])


def headlines(simulation: Simulation) -> Iterator[str]:
    """What was compared, and how many move."""
    yield (
        f"{simulation.customers:,} customers reviewed twice as of {simulation.as_of}:"
        f" {simulation.tiers.moved:,} change tier, {simulation.stages.moved:,} change stage"
    )
    yield (
        f"rule book {simulation.current.fingerprint[:16]} in force,"
        f" {simulation.proposed.fingerprint[:16]} proposed"
    )


def shown_tables(simulation: Simulation) -> Iterator[tuple[str, Cells]]:
    """What is shown of a simulation: the matrices, causes, effects, fairness and flapping."""
    yield "Tiers, current down and proposed across", _matrix(simulation.tiers)
    yield "Stages, current down and proposed across", _matrix(simulation.stages)
    for name, moves in (("tier", simulation.tier_moves), ("stage", simulation.stage_moves)):
        if moves.customers:
            yield f"Why customers change {name}", _causes(moves)
    title = f"Entitlements a year and contribution of twelve months, {simulation.currency}"
    yield title, _effects(simulation.by_tier, simulation.total)
    if simulation.tiers.moved:
        yield "Changes of tier by age", _fairness(simulation.by_age)
        yield "Changes of tier by region", _fairness(simulation.by_region)
    if simulation.flapping is not None:
        yield _flapping_title(simulation.flapping), _flapping(simulation.flapping)


def notes(simulation: Simulation) -> Iterator[str]:
    """What the reader has to know beside the tables."""
    for name, book in (("current", simulation.current), ("proposed", simulation.proposed)):
        for report in book.skipped:
            yield f"the {name} book goes without a plugin: {report}"
    for name, found in (("tier", simulation.tiers), ("stage", simulation.stages)):
        if found.undetermined_current or found.undetermined_proposed:
            yield (
                f"left open by missing facts, {name}: {found.undetermined_current:,} by the"
                f" current book, {found.undetermined_proposed:,} by the proposed one;"
                f" {found.moved_undetermined:,} of those who move"
            )
        if found.waiting_current or found.waiting_proposed:
            yield (
                f"a change of {name} waits to be confirmed: {found.waiting_current:,} by the"
                f" current book, {found.waiting_proposed:,} by the proposed one"
            )
    if simulation.restarted:
        yield (
            f"{simulation.restarted:,} customers stood in a stage or tier that the proposed book"
            " lacks, and were taken for new"
        )
    if simulation.flapping is not None and simulation.flapping.is_left_open:
        yield (
            "of the months replayed some are left open by missing facts, and count as no tier:"
            f" {simulation.flapping.proposed.with_hysteresis.undetermined:,} of"
            f" {simulation.flapping.proposed.with_hysteresis.reviews:,} by the proposed book"
        )
    total = simulation.total
    for name, figures in (("current", total.current), ("proposed", total.proposed)):
        if figures.cost_unknown or figures.contribution_unknown:
            yield (
                f"not in the sums, {name} book: the cost of {figures.cost_unknown:,} customers in"
                f" part, the contribution of {figures.contribution_unknown:,}"
            )
    if simulation.rejected:
        places = ", ".join(f"{each.rows:,} in {each.file}" for each in simulation.rejected)
        yield f"rows and cells left out: {places}"


def _matrix(migration: Migration) -> Cells:
    rows: Cells = [("", *map(_words, migration.targets), "all")]
    for source, counts in zip(migration.sources, migration.customers, strict=True):
        rows.append((_words(source), *map(_number, counts), f"{sum(counts):,}"))
    return [
        *rows,
        ("all", *(f"{n:,}" for n in migration.by_target), f"{sum(migration.by_source):,}"),
    ]


def _causes(moves: Moves) -> Cells:
    found = moves.by_condition
    rows = [(told, f"{customers:,}") for told, customers in found[:MOST_CAUSES]]
    if len(found) > MOST_CAUSES:
        rest = sum(customers for _, customers in found[MOST_CAUSES:])
        rows.append((f"{len(found) - MOST_CAUSES:,} other causes", f"{rest:,}"))
    return [("", "customers"), *rows]


def _effects(effects: Sequence[Effect], total: Effect) -> Cells:
    rows: Cells = [("", "customers", "change", "cost", "change", "contribution", "change")]
    for name, effect in (*((_words(each.group), each) for each in effects), ("all", total)):
        then = effect.proposed
        rows.append(
            (
                name,
                f"{then.customers:,}",
                f"{then.customers - effect.current.customers:+,}",
                f"{then.cost:,}",
                f"{effect.cost_change:+,}",
                f"{then.contribution:,}",
                f"{effect.contribution_change:+,}",
            )
        )
    return rows


def _fairness(fairness: Fairness) -> Cells:
    rows: Cells = [("", "customers", "promoted", "of overall", "demoted", "of overall")]
    for name, group in (
        *((each.group, each) for each in fairness.groups),
        ("all", fairness.overall),
    ):
        rows.append(
            (
                name,
                f"{group.customers:,}",
                _percent(group.promoted_share),
                _times(fairness.promoted_ratio(group)),
                _percent(group.demoted_share),
                _times(fairness.demoted_ratio(group)),
            )
        )
    return rows


def _flapping_title(flapping: Flapping) -> str:
    of = f"{flapping.replayed:,} of {flapping.population:,} customers"
    months = len(flapping.months)
    span = "one month" if months == 1 else f"{months} months"
    return f"Tiers that went and came back in {span}, {of}"


def _flapping(flapping: Flapping) -> Cells:
    rows: Cells = [("", "customers", "share", "changes of tier")]
    for name, book in (("current", flapping.current), ("proposed", flapping.proposed)):
        for told, flaps in (
            (name, book.with_hysteresis),
            (f"{name}, without waiting", book.without_hysteresis),
        ):
            share = _percent(flapping.share(flaps))
            rows.append((told, f"{flaps.customers:,}", share, f"{flaps.changes:,}"))
    return rows


def _lines(rows: Iterable[Sequence[str]]) -> Iterator[str]:
    table = list(rows)
    widths = [max(len(row[column]) for row in table) for column in range(len(table[0]))]
    for row in table:
        cells = (cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))
        yield "  ".join(["", row[0].ljust(widths[0]), *cells]).rstrip()


def _words(name: str) -> str:
    return name.replace("_", " ")


def _number(count: int) -> str:
    return f"{count:,}" if count else "."


def _percent(share: Decimal | None) -> str:
    return "" if share is None else f"{share:.2%}"


def _times(ratio: Decimal | None) -> str:
    return "" if ratio is None else f"{ratio:.2f}x"

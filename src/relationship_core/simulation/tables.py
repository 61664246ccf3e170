"""A simulation as tables: rows for a program, CSV files for a spreadsheet."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from relationship_core.portfolio.publication import published
from relationship_core.portfolio.row_writer import as_cell
from relationship_core.simulation.effects import Effect
from relationship_core.simulation.fairness import Fairness, FairnessGroup
from relationship_core.simulation.flapping import Flapping
from relationship_core.simulation.migration import Migration
from relationship_core.simulation.moves import Moves

if TYPE_CHECKING:
    from relationship_core.simulation.result import Simulation

Rows = list[dict[str, Any]]

_CAUSE: Final = (
    "from",
    "to",
    "turn",
    "rule_set",
    "rule",
    "scope",
    "condition",
    "all_conditions",
    "current_rule",
    "proposed_rule",
)
_EFFECT: Final = (
    "group",
    "current_customers",
    "proposed_customers",
    "current_cost",
    "proposed_cost",
    "cost_change",
    "current_cost_unknown",
    "proposed_cost_unknown",
    "current_contribution",
    "proposed_contribution",
    "contribution_change",
    "current_contribution_unknown",
    "proposed_contribution_unknown",
)
_FAIRNESS: Final = (
    "group",
    "customers",
    "promoted",
    "demoted",
    "sideways",
    "promoted_share",
    "demoted_share",
    "promoted_ratio",
    "demoted_ratio",
)
COLUMNS: Final = {
    "tiers": ("from", "to", "customers", "undetermined"),
    "stages": ("from", "to", "customers", "undetermined"),
    "tier_causes": (*_CAUSE, "customers"),
    "stage_causes": (*_CAUSE, "customers"),
    "tier_movers": ("customer_id", *_CAUSE),
    "stage_movers": ("customer_id", *_CAUSE),
    "effect_by_tier": _EFFECT,
    "effect_by_branch": _EFFECT,
    "effect_by_industry": _EFFECT,
    "fairness_by_age": _FAIRNESS,
    "fairness_by_region": _FAIRNESS,
    "flapping": (
        "book",
        "hysteresis",
        "replayed",
        "customers",
        "share",
        "changes",
        "reviews",
        "undetermined",
    ),
}
"""The tables by name, with their columns."""

OUTPUT_FILES: Final = ("simulation.json", *(f"{name}.csv" for name in COLUMNS))
"""What is written; a folder that holds nothing else may be replaced by the next simulation."""

_ALL = "(all)"


def tables_of(simulation: Simulation) -> dict[str, Rows]:
    """Every table of a simulation by its name; tables of groups end with their whole."""
    total = simulation.total
    rows: dict[str, Iterator[Sequence[Any]]] = {
        "tiers": _migration(simulation.tiers),
        "stages": _migration(simulation.stages),
        "tier_causes": _causes(simulation.tier_moves),
        "stage_causes": _causes(simulation.stage_moves),
        "tier_movers": _movers(simulation.tier_moves),
        "stage_movers": _movers(simulation.stage_moves),
        "effect_by_tier": _effects(simulation.by_tier, total),
        "effect_by_branch": _effects(simulation.by_branch, total),
        "effect_by_industry": _effects(simulation.by_industry, total),
        "fairness_by_age": _fairness(simulation.by_age),
        "fairness_by_region": _fairness(simulation.by_region),
        "flapping": _flapping(simulation.flapping),
    }
    return {
        name: [dict(zip(columns, row, strict=True)) for row in rows[name]]
        for name, columns in COLUMNS.items()
    }


def write_files(simulation: Simulation, folder: Path) -> None:
    """Write `OUTPUT_FILES` to a folder that is there whole or not at all."""
    with published(folder, may_replace=OUTPUT_FILES) as place:
        text = json.dumps(simulation.to_json(), indent=1, ensure_ascii=False)
        (place / "simulation.json").write_text(text + "\n", encoding="utf-8")
        for name, rows in tables_of(simulation).items():
            with (place / f"{name}.csv").open("w", encoding="utf-8", newline="") as stream:
                writer = csv.writer(stream, lineterminator="\n")
                writer.writerow(COLUMNS[name])
                writer.writerows([as_cell(cell) for cell in row.values()] for row in rows)


def _migration(migration: Migration) -> Iterator[Sequence[Any]]:
    for source, customers, left_open in zip(
        migration.sources, migration.customers, migration.undetermined, strict=True
    ):
        for place, target in enumerate(migration.targets):
            yield source, target, customers[place], left_open[place]


def _causes(moves: Moves) -> Iterator[Sequence[Any]]:
    for one in moves.causes:
        yield *_cause(one), one.customers


def _movers(moves: Moves) -> Iterator[Sequence[Any]]:
    for move in moves.listed:
        yield move.customer_id, *_cause(move)


def _cause(move: Any) -> tuple[Any, ...]:
    cause = move.cause
    return (
        move.source,
        move.target,
        cause.turn.value,
        cause.rule_set,
        cause.rule,
        "/".join(cause.scope),
        cause.condition,
        "; ".join(cause.conditions),
        cause.current_rule,
        cause.proposed_rule,
    )


def _effects(effects: Sequence[Effect], total: Effect) -> Iterator[Sequence[Any]]:
    for effect in (*effects, total):
        now, then = effect.current, effect.proposed
        yield (
            _ALL if effect is total else effect.group,
            now.customers,
            then.customers,
            now.cost,
            then.cost,
            effect.cost_change,
            now.cost_unknown,
            then.cost_unknown,
            now.contribution,
            then.contribution,
            effect.contribution_change,
            now.contribution_unknown,
            then.contribution_unknown,
        )


def _fairness(fairness: Fairness) -> Iterator[Sequence[Any]]:
    for group in fairness.groups:
        yield _fairness_row(group.group, group, fairness)
    yield _fairness_row(_ALL, fairness.overall, fairness)


def _fairness_row(name: str, group: FairnessGroup, fairness: Fairness) -> Sequence[Any]:
    return (
        name,
        group.customers,
        group.promoted,
        group.demoted,
        group.sideways,
        group.promoted_share,
        group.demoted_share,
        fairness.promoted_ratio(group),
        fairness.demoted_ratio(group),
    )


def _flapping(flapping: Flapping | None) -> Iterator[Sequence[Any]]:
    if flapping is None:
        return
    for book, found in (("current", flapping.current), ("proposed", flapping.proposed)):
        for hysteresis, flaps in (
            ("with", found.with_hysteresis),
            ("without", found.without_hysteresis),
        ):
            yield (
                book,
                hysteresis,
                flapping.replayed,
                flaps.customers,
                flapping.share(flaps),
                flaps.changes,
                flaps.reviews,
                flaps.undetermined,
            )

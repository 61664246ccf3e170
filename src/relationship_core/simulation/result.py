"""What a simulation found: an object that is kept, signed off by its digest, shown and drawn."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Final

from attrs import frozen
from cattrs import Converter

from relationship_core.decisions.json_form import converter_for, read_document, reading
from relationship_core.decisions.provenance import PluginReport
from relationship_core.engine import Engine
from relationship_core.errors import ReviewError
from relationship_core.simulation.effects import Effect
from relationship_core.simulation.fairness import Fairness
from relationship_core.simulation.flapping import Flapping
from relationship_core.simulation.migration import Migration
from relationship_core.simulation.moves import CauseCount, Move, Moves
from relationship_core.simulation.picture import draw
from relationship_core.simulation.tables import Rows, tables_of, write_files
from relationship_core.simulation.words import in_plain_text

SCHEMA: Final = 1
"""The version of a simulation's JSON form."""

_WHAT = "simulation"


@frozen
class BookName:
    """Which rule book it was.

    Args:
        fingerprint: That of its content.
        plugins: Names and versions of the plugins it came from.
        skipped: The plugins it goes without, and why.
    """

    fingerprint: str
    plugins: tuple[str, ...] = ()
    skipped: tuple[PluginReport, ...] = ()

    @classmethod
    def of(cls, engine: Engine) -> BookName:
        """The name of an engine's book."""
        book = engine.rule_book
        return cls(book.fingerprint, book.plugins, engine.skipped)


@frozen
class LeftOut:
    """How many rows and cells of a file were left out."""

    file: str
    rows: int


@frozen(repr=False)
class Simulation:
    """What would become of a bank's customers if another rule book came into force on a day.

    Nothing in it is personal but the ids of listed movers.

    Args:
        as_of: The day of the reviews.
        customers: How many were reviewed, by both books.
        currency: The reporting currency.
        current: The rule book in force.
        proposed: The one that may follow it.
        tiers: From which tier to which.
        stages: From which stage to which.
        tier_moves: Who changes tier, and why.
        stage_moves: Who changes stage, and why.
        total: Cost of entitlements and contribution of all.
        by_tier: The same by tier.
        by_branch: The same by the branch that keeps the relationship.
        by_industry: The same by industry.
        by_age: Who of the personal customers changes tier, by age on the day.
        by_region: Who of all customers changes tier, by the node right below head office that
            their branch is under; where there is no tree, by branch.
        restarted: Customers whose stage or tier before isn't in the proposed book, which takes
            them for new.
        flapping: How tiers would have gone back and forth; None where no month was replayed.
        rejected: Rows and cells of the folder that were left out, by file.
    """

    as_of: date
    customers: int
    currency: str
    current: BookName
    proposed: BookName
    tiers: Migration
    stages: Migration
    tier_moves: Moves
    stage_moves: Moves
    total: Effect
    by_tier: tuple[Effect, ...]
    by_branch: tuple[Effect, ...]
    by_industry: tuple[Effect, ...]
    by_age: Fairness
    by_region: Fairness
    restarted: int = 0
    flapping: Flapping | None = None
    rejected: tuple[LeftOut, ...] = ()

    @property
    def is_without_change(self) -> bool:
        """Whether nobody moves, and the sums of costs and contributions stay, of every group too.

        What one customer of a group loses and another gains can't be told from that.
        """
        effects = (self.total, *self.by_tier, *self.by_branch, *self.by_industry)
        return (
            not self.tiers.moved
            and not self.stages.moved
            and all(effect.current == effect.proposed for effect in effects)
        )

    @property
    def subject(self) -> str:
        """The fingerprint of the rule book it speaks of: the proposed one."""
        return self.proposed.fingerprint

    @property
    def digest(self) -> str:
        """SHA-256 of all that `to_json` writes beside it, by which a sign-off can attach it."""
        return _digest_of(self._written())

    def to_json(self) -> dict[str, Any]:
        """The simulation as plain JSON data, its digest with it; amounts are text."""
        written = self._written()
        return {**written, "digest": _digest_of(written)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any] | str | bytes) -> Simulation:
        """The simulation that `to_json` wrote.

        Raises:
            ReviewError: It is no simulation, was written in another schema, or was changed since.
        """
        written = read_document(data, _WHAT, SCHEMA, ReviewError)
        with reading(_WHAT, ReviewError):
            content = {name: value for name, value in written.items() if name != "digest"}
            if _digest_of(content) != written["digest"]:
                raise ReviewError(
                    "its digest isn't that of its content",
                    where=_WHAT,
                    mend="take an unchanged copy, or simulate anew",
                )
            return _converter().structure(content, cls)

    def tables(self) -> dict[str, Rows]:
        """All that was found as named tables: rows from column to value."""
        return tables_of(self)

    def write(self, folder: Path | str) -> None:
        """Write simulation.json and a CSV file for each table; all are there at the end, or none.

        Args:
            folder: A new or empty folder, or one with an earlier simulation's files only.

        Raises:
            DataError: Something else is in the way.
        """
        write_files(self, Path(folder))

    def draw(self, path: Path | str) -> None:
        """Draw how tiers migrate as a heat map.

        Args:
            path: The file; its name says the kind: .svg, .png or .html, which needs no network.

        Raises:
            MissingExtraError: The extra `report` isn't installed.
            InvalidValueError: The name says no kind that can be drawn.
        """
        draw(self.tiers, Path(path))

    def __str__(self) -> str:
        """What matters, in plain text for a terminal or a mail; it names no customer."""
        return in_plain_text(self)

    def __repr__(self) -> str:
        return (
            f"<Simulation of {self.customers:,} customers as of {self.as_of}:"
            f" {self.tiers.moved:,} change tier, {self.stages.moved:,} stage>"
        )

    def _written(self) -> dict[str, Any]:
        return {"schema": SCHEMA, **_converter().unstructure(self)}


def _digest_of(content: Mapping[str, Any]) -> str:
    text = json.dumps(content, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("ascii")).hexdigest()


@cache
def _converter() -> Converter:
    converter = converter_for({})
    converter.register_unstructure_hook(Moves, lambda moves: _write_moves(moves, converter))
    converter.register_structure_hook(Moves, lambda data, _: _read_moves(data, converter))
    return converter


def _write_moves(moves: Moves, converter: Converter) -> dict[str, Any]:
    """Moves with each mover as an id and the place of what happened among the causes."""
    places = {
        (count.source, count.target, count.cause): place for place, count in enumerate(moves.causes)
    }
    return {
        "customers": moves.customers,
        "causes": converter.unstructure(moves.causes),
        "listed": [
            [move.customer_id, places[move.source, move.target, move.cause]]
            for move in moves.listed
        ],
    }


def _read_moves(data: Mapping[str, Any], converter: Converter) -> Moves:
    causes = converter.structure(data["causes"], tuple[CauseCount, ...])
    listed = (
        Move(customer_id, causes[place].source, causes[place].target, causes[place].cause)
        for customer_id, place in data["listed"]
    )
    return Moves(data["customers"], causes, tuple(listed))

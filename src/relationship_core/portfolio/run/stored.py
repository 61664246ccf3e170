"""One customer's review made again from what a run stored, with neither its source nor plugins."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import duckdb
from attrs import frozen

from relationship_core.decisions.accrual import Component, Part
from relationship_core.decisions.benchmarks import Benchmarks
from relationship_core.decisions.contribution import Contribution
from relationship_core.decisions.deciding import Decisions, decide
from relationship_core.decisions.reasons import explain_decisions
from relationship_core.decisions.review import Inputs, Review
from relationship_core.decisions.rule_book import RuleBook
from relationship_core.decisions.tariff import tariff_of
from relationship_core.decisions.twelve_months import OF_ACCOUNTS, TwelveMonths
from relationship_core.domain import BranchTree, CustomerKind, Standing, minor_units
from relationship_core.domain.digest import digest_of
from relationship_core.errors import DataError
from relationship_core.facts import Phase
from relationship_core.portfolio.benchmarks_file import read_benchmarks
from relationship_core.portfolio.cells import settled_reader
from relationship_core.portfolio.noun import build_standing
from relationship_core.portfolio.output import RECKONED
from relationship_core.portfolio.run.branches import read_tree
from relationship_core.portfolio.run.inputs import INPUTS
from relationship_core.portfolio.run.manifest import Manifest, read_manifest
from relationship_core.portfolio.run.publishing import BENCHMARKS, RULE_BOOK
from relationship_core.portfolio.run.sql import rows_in
from relationship_core.portfolio.run.stages import CUSTOMER, FACTS, KIND, REVIEWS, SCORES
from relationship_core.portfolio.schema import STANDINGS
from relationship_core.rules import FactValue, Kind, quantise
from relationship_core.rules.compile_frame import as_value

_WORTH: Final = "contribution_12m"
_PERCENTILE: Final = "contribution_percentile"
_LEAST_MONEY_SCALE: Final = 2
_RATIO_SCALE: Final = 6
_CHECKED: Final = ("stage", "tier", "retention_risk")

Row = Mapping[str, Any]


def stored_review(folder: Path | str, customer_id: str) -> Review:
    """The review of one customer, made again from a run's folder.

    It is the run's in all that was decided, and explains itself. Of the contribution it knows the
    sums, not the account-months, nor why something of it is unknown. In place of the dossier's
    digest stands that of the customer's inputs, 128 bits.

    Args:
        folder: What a run left.
        customer_id: The customer.

    Raises:
        DataError: A run hasn't been finished there, it has no such customer, or its files were
            changed since.
        RuleBookError: This version of the library can't replay the rule book.
    """
    run = _StoredRun.of(Path(folder))
    row = run.row(FACTS, customer_id)
    if row is None:
        raise DataError("there is no customer of that id", file=FACTS, field=CUSTOMER)
    return run.review(row)


@frozen
class _StoredRun:
    """A run's folder, to be asked about its customers."""

    folder: Path
    manifest: Manifest
    rule_book: RuleBook
    benchmarks: Benchmarks
    tree: BranchTree | None

    @classmethod
    def of(cls, folder: Path) -> _StoredRun:
        manifest = read_manifest(folder)
        book = RuleBook.from_json((folder / RULE_BOOK).read_bytes())
        return cls(folder, manifest, book, read_benchmarks(folder / BENCHMARKS), read_tree(folder))

    def row(self, table: str, customer_id: str) -> Row | None:
        rows = _rows(self.folder / table / "*.parquet", f"{CUSTOMER} = ?", [customer_id])
        return rows[0] if rows else None

    def review(self, row: Row) -> Review:
        as_of, book = self.manifest.as_of, self.rule_book
        scope = self._scope(row)
        in_force = book.effective(scope, as_of)
        standing = _standing(row)
        decided = decide(in_force, self._facts(row), standing, as_of)
        self._check(row[CUSTOMER], decided)
        return Review(
            stage=decided.stage,
            tier=decided.tier,
            match=decided.match,
            treatment=decided.treatment,
            services=decided.services,
            retention=decided.retention,
            standing=decided.standing,
            facts=decided.facts,
            customer_id=row[CUSTOMER],
            as_of=as_of,
            scope=scope,
            contribution=_contribution(row, book, as_of),
            rule_book=book.fingerprint,
            plugins=self.manifest.plugins,
            skipped=self.manifest.skipped,
            inputs=self._inputs(row[CUSTOMER]),
            explanation=explain_decisions(in_force, decided),
        )

    def _scope(self, row: Row) -> tuple[str, ...]:
        branch = row["recorded_branch"]
        return () if self.tree is None or branch is None else self.tree.path(branch)

    def _facts(self, row: Row) -> dict[str, FactValue | None]:
        """The facts as `Engine.review` sees them before the first decision."""
        book = self.rule_book
        facts = {
            name: as_value(row[name], fact.kind)
            for name, fact in book.catalogue.items()
            if name in row
        }
        book.derive(facts, Phase.OBSERVE)
        worth = facts[_WORTH]
        if facts.get(_PERCENTILE) is None:
            place = None
            if isinstance(worth, Decimal):
                place = self.benchmarks.percentile(CustomerKind(row[KIND]), worth)
            facts[_PERCENTILE] = None if place is None else quantise(place, Kind.RATIO)
        book.derive(facts, Phase.CONTRIBUTION)
        scores = (self.row(SCORES, row[CUSTOMER]) if book.models else None) or {}
        for model in book.models:
            name = model.score.name
            facts[name] = as_value(scores[name], model.score.kind)
            book.derive(facts, Phase.CONTRIBUTION)
        return facts

    def _check(self, customer_id: str, decided: Decisions) -> None:
        """Make sure that this says what the run said."""
        said = self.row(REVIEWS, customer_id) or {}
        says = (decided.stage.stage, decided.tier.tier, decided.retention.risk)
        for name, now in zip(_CHECKED, says, strict=True):
            if said.get(name) != now:
                raise DataError(
                    "what is stored of a customer doesn't lead to what was decided",
                    file=REVIEWS,
                    field=name,
                    mend="the folder was changed since; run the review again",
                )

    def _inputs(self, customer_id: str) -> Inputs:
        own = self.row(INPUTS, customer_id) or {"one": 0, "other": 0}
        benchmarks = digest_of(self.benchmarks, unordered=frozenset({"kinds"}))
        return Inputs(f"{own['one']:016x}{own['other']:016x}", benchmarks, self.benchmarks.as_of)


def _rows(files: Path, where: str, parameters: list[object]) -> list[Row]:
    with duckdb.connect() as connection:
        connection.execute("SET enable_progress_bar = false")
        try:
            query = f"SELECT * FROM {rows_in(files)} WHERE {where}"
            rows: list[Row] = connection.sql(query, params=parameters).to_arrow_table().to_pylist()
        except duckdb.IOException as error:
            raise DataError(
                "a file of the run is missing or can't be read",
                file=f"{files.parent.name}/{files.name}",
                mend="run the review again",
            ) from error
    return rows


def _standing(row: Row) -> Standing | None:
    if not row["has_standing"]:
        return None
    cells = []
    for column in STANDINGS.columns[1:]:
        cell = row[f"standing_{column.name}"]
        reader = settled_reader(column.kind) if isinstance(cell, str) else None
        cells.append(cell if reader is None else reader(cell))
    return build_standing(row[CUSTOMER], *cells)


@frozen
class _Sums(TwelveMonths):
    """Sums of twelve months, kept without the account-months that they are of."""

    @property
    def rows_are_complete(self) -> bool:
        """Whether every account-month that was owed was there."""
        return bool(self.parts)


def _contribution(row: Row, book: RuleBook, as_of: date) -> Contribution:
    currency = tariff_of(book.contribution).currency
    scale = max(_LEAST_MONEY_SCALE, minor_units(currency))

    def amount(name: str, places: int = scale) -> Decimal | None:
        units = row[name]
        return None if units is None else Decimal(int(units)).scaleb(-places)

    total = amount(RECKONED + _WORTH)
    sums = [amount(component.value) for component in OF_ACCOUNTS]
    capital = amount("capital_12m", _RATIO_SCALE)
    parts = () if capital is None else (Part._make(["", as_of, "", *sums, total, capital]),)
    upkeep = amount(Component.RELATIONSHIP_UPKEEP.value)
    return Contribution(
        customer_id=row[CUSTOMER],
        kind=CustomerKind(row[KIND]),
        as_of=as_of,
        currency=currency,
        year=_Sums(parts, upkeep or Decimal(0), (), total),
        previous=_Sums((), Decimal(0), (), amount(f"{RECKONED}contribution_previous_12m")),
        history_months=None,
    )

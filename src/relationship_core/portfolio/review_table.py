"""The columns of a table of reviews, and the files it is written to."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from datetime import date
from decimal import Decimal
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import attrs
import pyarrow as pa
import pyarrow.parquet as pq

from relationship_core.decisions.accrual import Component
from relationship_core.decisions.retention import RetentionDecision
from relationship_core.decisions.review import Review
from relationship_core.decisions.stage import StageDecision
from relationship_core.decisions.telling_rules import node_in_words
from relationship_core.decisions.tier import TierDecision
from relationship_core.domain import Dossier, minor_units
from relationship_core.portfolio.row_writer import as_cell
from relationship_core.rules import EXACT

ROWS_A_BATCH: Final = 5_000
_LEAST_MONEY_SCALE: Final = 2
_RATIO_SCALE: Final = 6
SHORT_OF: Final = "short_of_"
"""What the name of a column begins with that tells why the customer isn't in a better tier."""


@attrs.frozen
class ReviewColumn:
    """One column of a table of reviews.

    Args:
        name: In the header.
        kind: Its type in Parquet.
        value: What it holds of a review and the dossier reviewed.
    """

    name: str
    kind: pa.DataType
    value: Callable[[Review, Dossier], Any]


def review_columns(currency: str, ladder: Sequence[str]) -> tuple[ReviewColumn, ...]:
    """The columns, amounts being in a reporting currency.

    Args:
        currency: ISO 4217 code; its minor unit decides how many decimals amounts have.
        ladder: The tiers, best first.
    """
    money_scale = max(_LEAST_MONEY_SCALE, minor_units(currency))
    money, ratio = pa.decimal128(38, money_scale), pa.decimal128(38, _RATIO_SCALE)

    def amount(name: str, value: Callable[[Review], Decimal | None]) -> ReviewColumn:
        return ReviewColumn(name, money, lambda review, _: _scaled(value(review), money_scale))

    def fact(name: str, kind: pa.DataType) -> ReviewColumn:
        return ReviewColumn(name, kind, lambda review, _: review.facts.get(name))

    def component(one: Component) -> ReviewColumn:
        return amount(one.value, lambda review: review.contribution.components_12m[one])

    return (
        *_WHO,
        *_STAGE,
        *_TIER,
        *_SERVICE,
        *_RETENTION,
        amount("action_cost", _action_cost),
        amount("contribution_12m", lambda review: review.contribution.total_12m),
        *map(component, Component),
        amount("contribution_previous_12m", lambda review: review.contribution.total_previous_12m),
        ReviewColumn(
            "capital_12m",
            ratio,
            lambda review, _: _scaled(review.contribution.capital_12m, _RATIO_SCALE),
        ),
        ReviewColumn(
            "raroc_12m",
            ratio,
            lambda review, _: _scaled(review.contribution.raroc_12m, _RATIO_SCALE),
        ),
        fact("contribution_percentile", ratio),
        fact("aum", money),
        fact("deposits_average_3m", money),
        fact("loans_average_3m", money),
        *map(_short_of, ladder[:-1]),
    )


def _short_of(tier: str) -> ReviewColumn:
    """Why the customer isn't in a better tier."""
    return _text(f"{SHORT_OF}{tier}", lambda review, _: review.reason_codes.get(tier))


def _action_cost(review: Review) -> Decimal | None:
    action = review.retention.action
    return None if action is None else action.cost


def _scaled(amount: Decimal | None, scale: int) -> Decimal | None:
    return None if amount is None else amount.quantize(Decimal(1).scaleb(-scale), context=EXACT)


def _text(name: str, value: Callable[[Review, Dossier], Any]) -> ReviewColumn:
    return ReviewColumn(name, pa.string(), value)


def _day(name: str, value: Callable[[Review], date | None]) -> ReviewColumn:
    return ReviewColumn(name, pa.date32(), lambda review, _: value(review))


def _flag(name: str, value: Callable[[Review], bool]) -> ReviewColumn:
    return ReviewColumn(name, pa.bool_(), lambda review, _: value(review))


def _node(
    name: str, decision: Callable[[Review], StageDecision | TierDecision | RetentionDecision]
) -> ReviewColumn:
    """Which node's rule decided; empty where no rule did."""

    def node_of(review: Review, _: Dossier) -> str | None:
        made = decision(review)
        return None if made.rule is None else node_in_words(made.scope)

    return _text(name, node_of)


def _listed(names: Iterable[str]) -> str | None:
    return ";".join(names) or None


_WHO: Final = (
    _text("customer_id", lambda review, _: review.customer_id),
    _day("as_of", lambda review: review.as_of),
    _text("kind", lambda _, dossier: dossier.customer.kind.value),
    _text("branch", lambda _, dossier: dossier.customer.branch),
    _text("manager", lambda _, dossier: dossier.customer.manager),
    _text("industry", lambda _, dossier: dossier.customer.industry),
    _text("system", lambda _, dossier: dossier.customer.system),
)
_STAGE: Final = (
    _text("stage", lambda review, _: review.stage.stage),
    _day("stage_since", lambda review: review.stage.since),
    _text("stage_previous", lambda review, _: review.stage.previous),
    _text("stage_rule", lambda review, _: review.stage.rule),
    _node("stage_rule_node", lambda review: review.stage),
    _text("stage_pending", lambda review, _: review.stage.pending and review.stage.pending.target),
    _flag("stage_undetermined", lambda review: review.stage.is_undetermined),
    _text("stage_missing", lambda review, _: _listed(sorted(review.stage.missing))),
)
_TIER: Final = (
    _text("tier", lambda review, _: review.tier.tier),
    _day("tier_since", lambda review: review.tier.since),
    _text("tier_previous", lambda review, _: review.tier.previous),
    _text("tier_change", lambda review, _: review.tier.change.value),
    _text("tier_rule", lambda review, _: review.tier.rule),
    _node("tier_rule_node", lambda review: review.tier),
    _text("tier_pending", lambda review, _: review.tier.pending and review.tier.pending.target),
    _flag("tier_undetermined", lambda review: review.tier.is_undetermined),
    _text("tier_missing", lambda review, _: _listed(sorted(review.tier.missing))),
    _text("match", lambda review, _: review.match.outcome),
    _text("treatment", lambda review, _: review.treatment and review.treatment.outcome),
)
_SERVICE: Final = (
    _text(
        "entitlements",
        lambda review, _: _listed(
            [granted.entitlement.code for granted in review.services.entitlements]
        ),
    ),
    _text("care", lambda review, _: _listed([event.code for event in review.services.care])),
    _day("care_due", lambda review: review.services.care[0].due if review.services.care else None),
)
_RETENTION: Final = (
    _text("retention_risk", lambda review, _: review.retention.risk),
    _text("retention_rule", lambda review, _: review.retention.rule),
    _node("retention_rule_node", lambda review: review.retention),
    _flag("retention_undetermined", lambda review: review.retention.is_undetermined),
    _text(
        "signals",
        lambda review, _: _listed([raised.signal.code for raised in review.retention.signals]),
    ),
    _text("action", lambda review, _: review.retention.action and review.retention.action.code),
)


class ReviewTable:
    """Writes reviews to reviews.csv and reviews.parquet of a folder, holding few of them.

    Args:
        folder: Where the files are made.
        currency: The reporting currency.
        ladder: The tiers, best first.
    """

    def __init__(self, folder: Path, currency: str, ladder: Sequence[str]) -> None:
        self._columns = review_columns(currency, ladder)
        self._schema = pa.schema([(column.name, column.kind) for column in self._columns])
        self._files = ExitStack()
        stream = self._files.enter_context(
            (folder / "reviews.csv").open("w", encoding="utf-8", newline="")
        )
        self._csv = csv.writer(stream, lineterminator="\n")
        self._csv.writerow(self._schema.names)
        self._parquet = self._files.enter_context(
            pq.ParquetWriter(folder / "reviews.parquet", self._schema, compression="zstd")
        )
        self._held: list[list[Any]] = []

    def __enter__(self) -> Self:
        """Return the table, to be finished at the end of the block."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Write what is held, and close the files."""
        with self._files:
            if kind is None:
                self._flush()

    def write(self, review: Review, dossier: Dossier) -> None:
        """Add a review of a dossier."""
        row = [column.value(review, dossier) for column in self._columns]
        self._csv.writerow([as_cell(cell) for cell in row])
        self._held.append(row)
        if len(self._held) == ROWS_A_BATCH:
            self._flush()

    def _flush(self) -> None:
        if self._held:
            arrays = [
                pa.array(cells, column.kind)
                for cells, column in zip(zip(*self._held, strict=True), self._columns, strict=True)
            ]
            self._parquet.write_batch(pa.RecordBatch.from_arrays(arrays, schema=self._schema))
            self._held = []

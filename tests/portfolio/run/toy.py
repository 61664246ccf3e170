"""Small stages that know nothing of rules, so that a run itself can be tried in moments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
from attrs import define, field

from relationship_core.decisions.accrual import Component
from relationship_core.decisions.benchmarks import Benchmarks
from relationship_core.domain import BranchTree, CustomerKind
from relationship_core.portfolio.run.opening import PartTables
from relationship_core.portfolio.run.stages import FACTS, REVIEWS, STANDINGS

AS_OF = date(2026, 6, 30)

_FACTS = """
SELECT c.customer_id, c.kind, c.kind AS recorded_kind, c.branch, c.manager,
  CAST(coalesce(sum(o.worth), -1) AS BIGINT) AS contribution_12m,
  (SELECT count(*) FROM relations AS r WHERE c.customer_id IN (r.customer_id, r.other_id)) AS ties,
  (SELECT count(*) FROM supplied AS s WHERE s.customer_id = c.customer_id) AS given
FROM customers AS c LEFT JOIN (
  SELECT w.customer_id, p.credit_average // q.owners AS worth
  FROM owners AS w JOIN positions AS p USING (account_id)
  JOIN (SELECT account_id, count(*) AS owners FROM owners GROUP BY ALL) AS q USING (account_id)
) AS o USING (customer_id)
GROUP BY c.customer_id, c.kind, c.branch, c.manager
"""


@define
class WholeToy:
    """The same of everybody at once, as an engine does that divides the work itself."""

    engine: str = "whole 1"

    def review(self, tables: PartTables, to: Mapping[str, Path]) -> Benchmarks:
        toy = Toy()
        for folder in to.values():
            folder.mkdir()
            (folder / "_SUCCESS").touch()
        files = {name: folder / "some-name.parquet" for name, folder in to.items()}
        toy.observe(tables, files[FACTS])
        benchmarks = toy.benchmarks([files[FACTS]])
        toy.decide(files[FACTS], None, benchmarks, files)
        return benchmarks


@define
class Toy:
    """Stages in a few words of SQL; they note what they were asked for."""

    engine: str = "toy 1"
    asked: list[str] = field(factory=list)

    def observe(self, tables: PartTables, to: Path) -> None:
        self.asked.append("observe")
        with duckdb.connect() as connection:
            for name, frame in tables.opened_by(connection.read_parquet).frames.items():
                frame.to_native().create_view(name)
            connection.execute(f"COPY ({_FACTS}) TO '{to}' (FORMAT parquet)")

    def benchmarks(self, facts: Sequence[Path]) -> Benchmarks:
        self.asked.append("benchmarks")
        with duckdb.connect() as connection:
            rows = connection.read_parquet([str(path) for path in facts])
            found = rows.select("kind, contribution_12m").fetchall()
        amounts = [(CustomerKind(kind), Decimal(cents).scaleb(-2)) for kind, cents in found]
        return Benchmarks.from_contributions(AS_OF, amounts)

    def decide(
        self, facts: Path, tree: BranchTree | None, benchmarks: Benchmarks, to: Mapping[str, Path]
    ) -> None:
        self.asked.append("decide")
        with duckdb.connect() as connection:
            rows = connection.read_parquet(str(facts)).to_arrow_table().to_pylist()
            connection.execute("CREATE TABLE decided (customer_id VARCHAR, percentile VARCHAR)")
            for row in rows:
                amount = Decimal(row["contribution_12m"]).scaleb(-2)
                place = benchmarks.percentile(CustomerKind(row["kind"]), amount)
                connection.execute(
                    "INSERT INTO decided VALUES (?, ?)", [row["customer_id"], str(place)]
                )
            components = ", ".join(f"CAST(1 AS DECIMAL(38, 2)) AS {one}" for one in Component)
            connection.execute(
                f"COPY (SELECT f.*, percentile, 'stable' AS stage, 'gold' AS tier,"
                " NULL::VARCHAR AS match, 'self_service' AS treatment, 'low' AS retention_risk,"
                " false AS stage_undetermined, false AS tier_undetermined,"
                f" true AS retention_undetermined, {components}"
                f" FROM read_parquet('{facts}') AS f JOIN decided USING (customer_id))"
                f" TO '{to[REVIEWS]}' (FORMAT parquet)"
            )
            connection.execute(
                "COPY (SELECT customer_id, 'stable' AS stage FROM decided)"
                f" TO '{to[STANDINGS]}' (FORMAT parquet)"
            )

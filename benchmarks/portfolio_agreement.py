"""Whether all who took part say the same, and what the engine says of some of the customers."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Final

import duckdb
from portfolio_data import AS_OF

from relationship_core import Benchmarks, Engine
from relationship_core.domain import CustomerKind
from relationship_core.portfolio import read_folder

SAMPLED: Final = 2_000

Answer = tuple[Decimal | None, int | None, str]
"""Contribution, permille and tier."""


def require_agreement(folder: Path, answers: Mapping[str, Path]) -> None:
    """Stop unless all answers agree in every customer's cents, permille and tier.

    Raises:
        SystemExit: Two differ, or one differs from `Engine.review` on a sample.
    """
    with duckdb.connect() as database:
        for number, path in enumerate(answers.values()):
            database.execute(f"CREATE VIEW answer_{number} AS {_answer(database, path)}")
        first, *others = answers
        for number, name in enumerate(others, start=1):
            ((differing,),) = database.execute(
                f"SELECT count(*) FROM answer_0 AS a FULL JOIN answer_{number} AS b"
                " USING (customer_id) WHERE (a.worth, a.permille, a.tier)"
                " IS DISTINCT FROM (b.worth, b.permille, b.tier)"
            ).fetchall()
            if differing:
                raise SystemExit(f"{first} and {name} differ on {differing:,} customers")
        _require_reviews(database, folder, first)
    print(f"All {len(answers)} give every customer the same cents, permille and tier.")


def _answer(database: duckdb.DuckDBPyConnection, path: Path) -> str:
    files = f"read_parquet('{path}/*.parquet')" if path.is_dir() else f"'{path}'"
    columns = [name for name, *_ in database.execute(f"DESCRIBE FROM {files}").fetchall()]
    permille = "permille" if "permille" in columns else "contribution_percentile * 1000"
    return (
        f"SELECT customer_id, contribution_12m::DECIMAL(18, 2) AS worth,"
        f" ({permille})::BIGINT AS permille, tier FROM {files}"
    )


def _require_reviews(database: duckdb.DuckDBPyConnection, folder: Path, first: str) -> None:
    database.execute(f"CREATE VIEW customers AS FROM '{folder / 'customers'}.parquet'")
    worths = database.execute(
        "SELECT kind, worth FROM customers JOIN answer_0 USING (customer_id)"
    ).fetchall()
    benchmarks = Benchmarks.from_contributions(
        AS_OF, ((CustomerKind(kind), worth) for kind, worth in worths)
    )
    told: dict[str, Answer] = {
        customer_id: tuple(answer)
        for customer_id, *answer in database.execute(
            "SELECT customer_id, worth, permille, tier FROM customers JOIN answer_0"
            f" USING (customer_id) ORDER BY hash(customer_id) LIMIT {SAMPLED}"
        ).fetchall()
    }
    with tempfile.TemporaryDirectory() as place:
        _write_part(database, folder, Path(place), list(told))
        differing = {
            customer_id
            for customer_id, answer in _reviewed(Path(place), benchmarks).items()
            if customer_id in told and answer != told[customer_id]
        }
    if differing:
        raise SystemExit(f"{first} and Engine.review differ on {len(differing):,} customers")
    print(f"So does Engine.review on {len(told):,} of them.")


def _reviewed(folder: Path, benchmarks: Benchmarks) -> dict[str, Answer]:
    engine = Engine.from_plugins()
    answers: dict[str, Answer] = {}
    with read_folder(folder, as_of=AS_OF) as part:
        for review in engine.review_many(part.dossiers(), AS_OF, benchmarks):
            place = review.facts["contribution_percentile"]
            answers[review.customer_id] = (
                review.contribution.total_12m,
                None if not isinstance(place, Decimal) else int(place * 1000),
                review.tier.tier,
            )
    return answers


def _write_part(
    database: duckdb.DuckDBPyConnection, folder: Path, to: Path, customer_ids: list[str]
) -> None:
    """The rows of some customers' accounts, and of whoever shares one of these."""
    database.execute("CREATE TABLE sampled (customer_id VARCHAR)")
    database.execute("INSERT INTO sampled SELECT unnest(?)", [customer_ids])
    for name in ("owners", "accounts"):
        database.execute(f"CREATE VIEW {name} AS FROM '{folder / name}.parquet'")
    held = "account_id IN (SELECT account_id FROM owners SEMI JOIN sampled USING (customer_id))"
    people = f"customer_id IN (FROM sampled UNION SELECT customer_id FROM owners WHERE {held})"
    chosen = {
        "products": "true",
        "branches": "true",
        "accounts": held,
        "owners": held,
        "positions": held,
        "customers": people,
    }
    for name, condition in chosen.items():
        database.execute(
            f"COPY (SELECT * FROM '{folder / name}.parquet' WHERE {condition})"
            f" TO '{to / name}.parquet' (FORMAT parquet)"
        )

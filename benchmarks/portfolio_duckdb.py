"""Contribution, rank and tier by the SQL written by hand, on DuckDB."""

from __future__ import annotations

from pathlib import Path

import duckdb
import portfolio_sql
import portfolio_terms as terms

DIALECT = portfolio_sql.Dialect(divided="//", key="c", total="sum_no_overflow", wide="HUGEINT")
TERMS = """
CREATE TABLE terms (
    product_id VARCHAR, currency VARCHAR, exchange BIGINT, margins BOOLEAN, year BIGINT,
    credit_rate BIGINT, debit_rate BIGINT, price BIGINT, probability BIGINT, conversion BIGINT,
    weight BIGINT, upkeep BIGINT
)
"""


def answer(folder: Path, out: Path) -> None:
    """Write each customer's contribution, percentile and tier."""
    with duckdb.connect() as database:
        database.execute("SET preserve_insertion_order = false")
        for table in ("accounts", "owners", "positions", "products"):
            database.execute(f"CREATE VIEW {table} AS FROM '{folder / table}.parquet'")
        # A customer's number is quicker to look up than the id.
        database.execute(
            "CREATE VIEW customers AS SELECT *, file_row_number AS c FROM"
            f" read_parquet('{folder / 'customers'}.parquet', file_row_number = true)"
        )
        products = database.sql("SELECT product_id, family, day_count FROM products").fetchall()
        database.execute(TERMS)
        database.executemany(
            f"INSERT INTO terms VALUES ({', '.join('?' * len(terms.Terms._fields))})",
            terms.terms_of(products),
        )
        database.execute(f"COPY ({portfolio_sql.statement(DIALECT)}) TO '{out}' (FORMAT parquet)")

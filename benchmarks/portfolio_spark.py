"""Contribution, rank and tier by the SQL written by hand, on PySpark with two local workers."""

from __future__ import annotations

from pathlib import Path

import portfolio_sql
import portfolio_terms as terms
from pyspark.sql import SparkSession

DIALECT = portfolio_sql.Dialect(
    divided="div", key="customer_id", total="sum", wide="DECIMAL(20, 0)"
)
TERMS = """
    product_id STRING, currency STRING, exchange BIGINT, margins BOOLEAN, year BIGINT,
    credit_rate BIGINT, debit_rate BIGINT, price BIGINT, probability BIGINT, conversion BIGINT,
    weight BIGINT, upkeep BIGINT
"""


def started() -> SparkSession:
    """A session set up for one machine; starting it takes seconds, which aren't counted."""
    session = (
        SparkSession.builder.master("local[2]")
        .config("spark.driver.memory", "6g")
        .config("spark.sql.shuffle.partitions", "4")
        .config("spark.ui.enabled", "false")
        .getOrCreate()
    )
    session.sparkContext.setLogLevel("ERROR")
    return session


def answer(folder: Path, out: Path) -> None:
    """Write each customer's contribution, percentile and tier."""
    session = started()
    for table in ("accounts", "customers", "owners", "positions", "products"):
        session.read.parquet(str(folder / f"{table}.parquet")).createOrReplaceTempView(table)
    products = session.sql("SELECT product_id, family, day_count FROM products").collect()
    listed = session.createDataFrame(terms.terms_of(map(tuple, products)), TERMS)
    listed.createOrReplaceTempView("terms")
    session.sql(portfolio_sql.statement(DIALECT)).write.mode("overwrite").parquet(str(out))

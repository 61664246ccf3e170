"""A portfolio reviewed on Spark: whole customers in Arrow batches, the same columns on each."""

from relationship_core.portfolio.spark.faults import worker_faults
from relationship_core.portfolio.spark.review import BATCH_CUSTOMERS, review_on_spark

__all__ = ["BATCH_CUSTOMERS", "review_on_spark", "worker_faults"]

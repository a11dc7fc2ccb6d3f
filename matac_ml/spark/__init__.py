"""Features and scores on a Spark cluster, for a force or a region that outgrows one machine.

Nothing here is imported by the rest of the kernel: PySpark is asked for only where somebody uses it.
"""

from matac_ml.spark.engine import spark_session, write_feature_table_spark, write_scores_spark

__all__ = ["spark_session", "write_feature_table_spark", "write_scores_spark"]

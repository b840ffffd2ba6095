"""Reads report files with Spark, on one core of this machine."""

import canonical
import pyspark
from pyspark.sql import SparkSession
from pyspark.sql import functions as sf

KINDS = {
    "boolean": "bool",
    "bigint": "int64",
    "double": "float64",
    "string": "string",
    "date": "date",
    "timestamp": "timestamp",
}


def session() -> SparkSession:
    """A Spark that shows moments in UTC, opens no page and listens on loopback only."""
    chosen = {
        "spark.ui.enabled": "false",
        "spark.sql.session.timeZone": "UTC",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.log.level": "ERROR",
    }
    builder = SparkSession.builder.master("local[1]")
    for name, value in chosen.items():
        builder = builder.config(name, value)
    return builder.getOrCreate()


def read_with(spark: SparkSession, path: str) -> canonical.Columns:
    """The columns of the file as Spark reads them."""
    frame = spark.read.parquet(path)
    kinds = {name: KINDS[kind] for name, kind in frame.dtypes}
    asked = [sf.unix_micros(name).alias(name) if kind == "timestamp" else name for name, kind in kinds.items()]
    rows = frame.select(*asked).collect()
    return [(name, kind, [row[place] for row in rows]) for place, (name, kind) in enumerate(kinds.items())]


if __name__ == "__main__":
    spark = session()
    canonical.answer(f"Spark {pyspark.__version__}", lambda path: read_with(spark, path))

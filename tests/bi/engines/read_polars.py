"""Reads report files with polars."""

import canonical
import polars as pl

KINDS = {
    pl.Boolean(): "bool",
    pl.Int64(): "int64",
    pl.Float64(): "float64",
    pl.String(): "string",
    pl.Date(): "date",
    pl.Datetime("us", "UTC"): "timestamp",
}


def columns(path: str) -> canonical.Columns:
    """The columns of the file as polars reads them."""
    rows = pl.read_parquet(path, hive_partitioning=False)
    moments = rows.with_columns(pl.col(pl.Datetime("us", "UTC")).to_physical())
    return [(name, KINDS[kind], moments[name].to_list()) for name, kind in rows.schema.items()]


if __name__ == "__main__":
    canonical.answer(f"polars {pl.__version__}", columns)

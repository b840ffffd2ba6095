"""Reads report files with DuckDB."""

import canonical
import duckdb

KINDS = {
    "BOOLEAN": "bool",
    "BIGINT": "int64",
    "DOUBLE": "float64",
    "VARCHAR": "string",
    "DATE": "date",
    "TIMESTAMP WITH TIME ZONE": "timestamp",
}


def columns(path: str) -> canonical.Columns:
    """The columns of the file as DuckDB reads them."""
    rows = duckdb.read_parquet(path, hive_partitioning=False)
    kinds = [KINDS[str(kind)] for kind in rows.types]
    asked = [
        f'epoch_us("{name}")' if kind == "timestamp" else f'"{name}"'
        for name, kind in zip(rows.columns, kinds, strict=True)
    ]
    fetched = rows.select(", ".join(asked)).fetchall()
    return [
        (name, kind, [row[place] for row in fetched])
        for place, (name, kind) in enumerate(zip(rows.columns, kinds, strict=True))
    ]


if __name__ == "__main__":
    canonical.answer(f"duckdb {duckdb.__version__}", columns)

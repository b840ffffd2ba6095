"""Reads report files with pyarrow, of whichever release."""

import canonical
import pyarrow as pa
from pyarrow import parquet

KINDS = {
    pa.bool_(): "bool",
    pa.int64(): "int64",
    pa.float64(): "float64",
    pa.string(): "string",
    pa.date32(): "date",
    pa.timestamp("us", tz="UTC"): "timestamp",
}


def columns(path: str) -> canonical.Columns:
    """The columns of the file as pyarrow reads them."""
    rows = parquet.ParquetFile(path).read()
    return [(field.name, KINDS[field.type], _values(rows[field.name])) for field in rows.schema]


def _values(values: pa.ChunkedArray) -> list[object]:
    moments = pa.types.is_timestamp(values.type)
    return (values.cast(pa.int64()) if moments else values).to_pylist()  # type: ignore[no-any-return]


if __name__ == "__main__":
    canonical.answer(f"pyarrow {pa.__version__}", columns)

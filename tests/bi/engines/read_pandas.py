"""Reads report files with pandas, with the dtypes that know null."""

from typing import Any

import canonical
import pandas as pd

KINDS = {
    "boolean": "bool",
    "Int64": "int64",
    "Float64": "float64",
    "string": "string",
    "object": "date",
    "datetime64[us, UTC]": "timestamp",
}


def columns(path: str) -> canonical.Columns:
    """The columns of the file as pandas reads them; without `partitioning` it adds a column from the folder's name."""
    frame = pd.read_parquet(path, dtype_backend="numpy_nullable", partitioning=None)
    return [(name, KINDS[str(frame[name].dtype)], _values(frame[name])) for name in frame.columns]


def _values(values: "pd.Series[Any]") -> list[object]:
    if isinstance(values.dtype, pd.DatetimeTZDtype):
        known = values.notna()
        return values.astype("int64").where(known).astype("Int64").astype(object).where(known, None).tolist()
    return values.astype(object).where(values.notna(), None).tolist()


if __name__ == "__main__":
    canonical.answer(f"pandas {pd.__version__}", columns)

"""Reads report files with fastparquet, which shares no code with pyarrow.

It shows moments without their zone, and knows no null among floats, dates and moments but NaN and NaT,
which no report file holds: they are written as null.
"""

from typing import Any

import canonical
import fastparquet
import pandas as pd

KINDS = {"bool": "bool", "boolean": "bool", "int64": "int64", "Int64": "int64", "float64": "float64"}
CONVERTED = {0: "string", 6: "date", 10: "timestamp"}
"""Parquet's numbers of the converted types: UTF8, DATE, TIMESTAMP_MICROS."""


def columns(path: str) -> canonical.Columns:
    """The columns of the file as fastparquet reads them."""
    file = fastparquet.ParquetFile(path)
    frame = file.to_pandas()
    elements = {name: file.schema.schema_element(name) for name in frame.columns}
    kinds = {name: KINDS.get(str(frame[name].dtype)) or CONVERTED[elements[name].converted_type] for name in elements}
    return [(name, kind, _values(kind, frame[name])) for name, kind in kinds.items()]


def _values(kind: str, values: "pd.Series[Any]") -> list[object]:
    known = values.notna()
    if kind == "timestamp":
        values = values.astype("datetime64[us]").astype("int64").astype("Int64")
    return values.astype(object).where(known, None).tolist()


if __name__ == "__main__":
    canonical.answer(f"fastparquet {fastparquet.__version__}", columns)

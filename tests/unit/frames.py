"""Frames of staged tables from a few written rows, for tests."""

from collections.abc import Mapping, Sequence

import pandas as pd

from tasks.schema.frames import empty_frame
from tasks.schema.table import Table


def rows(table: Table, *written: Mapping[str, object]) -> pd.DataFrame:
    """The written rows as a frame of the declared table; what is not written is null."""
    empty = empty_frame(table)
    return pd.DataFrame(list(written), columns=list(empty.columns)).astype(empty.dtypes)


def values(frame: pd.DataFrame, names: Sequence[str]) -> list[tuple[object, ...]]:
    """The named columns row by row, null as None, days as ISO text."""
    plain = frame[list(names)].astype(object)
    dates = {name: frame[name].dt.date.astype(str) for name in names if frame[name].dtype == "datetime64[s]"}
    return [tuple(row) for row in plain.assign(**dates).where(frame[list(names)].notna(), None).itertuples(index=False)]

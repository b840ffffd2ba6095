"""Between declared Arrow tables and the pandas frames in which measures are computed.

In a frame an integer is `Int64` and a truth value `boolean`, so that null stays null;
a real number is `float64` with NaN for null; a date is `datetime64[s]` at midnight.
"""

from collections.abc import Mapping, Sequence

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from tasks.schema.table import Table

_PANDAS_TYPES: Mapping[pa.DataType, pd.api.extensions.ExtensionDtype] = {
    pa.int64(): pd.Int64Dtype(),
    pa.bool_(): pd.BooleanDtype(),
    pa.string(): pd.StringDtype(na_value=float("nan")),
}


def frame(rows: pa.Table) -> pd.DataFrame:
    """The rows as a pandas frame, with the types above."""
    dates = [field.name for field in rows.schema if field.type == pa.date32()]
    for name in dates:
        position = rows.schema.get_field_index(name)
        rows = rows.set_column(position, name, rows[name].cast(pa.timestamp("s")))
    values: pd.DataFrame = rows.to_pandas(types_mapper=_PANDAS_TYPES.get)
    return values


def arrow(table: Table, values: pd.DataFrame) -> pa.Table:
    """The frame as Arrow rows of the declared table, in its column order and sort order.

    A value that does not fit its declared type raises (`pa.ArrowInvalid`), a missing column KeyError.
    """
    arrays = [_array(values[field.name], field.type) for field in table.schema]
    return in_order(table, _cut_times(table, pa.Table.from_arrays(arrays, schema=table.schema)))


def _cut_times(table: Table, rows: pa.Table) -> pa.Table:
    """The rows with times cut as their columns declare, so that no follower is told by the moment of an account."""
    for column in table.columns:
        if column.published_to and rows.num_rows:
            place, times = rows.schema.get_field_index(column.name), rows[column.name]
            cut = pc.floor_temporal(times, unit="day")
            if column.published_to == "day or hour":
                cut = pc.if_else(pc.equal(rows["source"], "bluesky"), pc.floor_temporal(times, unit="hour"), cut)
            rows = rows.set_column(place, rows.schema.field(place), cut.cast(rows.schema.field(place).type))
    return rows


def with_columns(table: Table, rows: pa.Table, values: pd.DataFrame) -> pa.Table:
    """The rows with these columns replaced by the frame's, row by row; the frame's other columns stay unread."""
    for name in table.schema.names:
        if name in values.columns:
            place = rows.schema.get_field_index(name)
            rows = rows.set_column(place, rows.schema.field(name), _array(values[name], rows.schema.field(name).type))
    return rows


def in_order(table: Table, rows: pa.Table) -> pa.Table:
    """The rows sorted as the table declares, in one chunk, so that equal rows give equal bytes."""
    return sort_rows(rows, table.sort_order)


def sort_rows(rows: pa.Table, columns: Sequence[str]) -> pa.Table:
    """The rows by these columns, ascending, in one chunk; rows that are equal in all of them stay as they stood."""
    order = [(name, "ascending") for name in columns]
    return rows.take(pc.sort_indices(rows, sort_keys=order)).combine_chunks()


def empty_frame(table: Table) -> pd.DataFrame:
    """A frame of the declared table without a row."""
    return frame(table.schema.empty_table())


def _array(values: pd.Series, arrow_type: pa.DataType) -> pa.Array:
    array = pa.Array.from_pandas(values)
    if isinstance(array, pa.ChunkedArray):
        array = array.combine_chunks()
    if array.null_count == len(array):
        return pa.nulls(len(array), arrow_type)
    if pa.types.is_integer(array.type) and arrow_type == pa.string():
        return array.cast(pa.string())
    return array.cast(arrow_type, safe=True)

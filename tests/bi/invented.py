"""Report tables of invented rows, written as the pipeline writes them."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow as pa

from tasks.schema.catalog import REPORT_TABLES
from tasks.schema.column import Column
from tasks.schema.report_tables import CSV_TABLES
from tasks.schema.table import Table
from tasks.store.root import DataRoot
from tasks.store.tables import Tables

Written = Sequence[Mapping[str, object]]

FILLING: dict[str, object] = {
    "id": "1",
    "string": "",
    "int64": 0,
    "float64": 0.0,
    "bool": False,
    "date": date(2026, 7, 1),
    "timestamp": datetime(2026, 7, 1, tzinfo=UTC),
}
"""What stands where a row must have a value and the test writes none, because nothing looks at it."""


def rows(table: Table, written: Written) -> pa.Table:
    """The written rows of the declared table; what is not written is null where that is allowed, else filling."""
    strange = {name for row in written for name in row} - set(table.schema.names)
    if strange:
        message = f"{table.name} has no column {', '.join(sorted(strange))}"
        raise KeyError(message)
    columns = [[row.get(column.name, _filling(table, column)) for row in written] for column in table.columns]
    arrays = [pa.array(values, field.type) for values, field in zip(columns, table.schema, strict=True)]
    return pa.Table.from_arrays(arrays, schema=table.schema)


def _filling(table: Table, column: Column) -> object:
    if table.is_nullable(column):
        return None
    return column.values[0] if column.values else FILLING[column.type]


def write_reports(folder: Path, written: Mapping[str, Written]) -> DataRoot:
    """The data root in that folder with every report table in `latest/`: the rows written for it, or none."""
    root = DataRoot(str(folder))
    for table in REPORT_TABLES:
        Tables(root).replace_latest(table, rows(table, written.get(table.name, ())))
    for table in CSV_TABLES:
        Tables(root).write_csv(table)
    return root

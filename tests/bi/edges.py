"""Reports at the edges of what their declarations allow: the values on which readers differ."""

from datetime import UTC, date, datetime, timedelta
from itertools import cycle, islice
from pathlib import Path

import pyarrow as pa

from tasks.schema.catalog import REPORT_TABLES
from tasks.schema.column import Column
from tasks.schema.judgement_tables import FOLLOWER_JUDGEMENTS
from tasks.schema.report_tables import BENCHMARKS
from tasks.schema.table import Table
from tasks.store import layout
from tasks.store.parquet import write_file
from tasks.store.root import DataRoot
from tasks.store.tables import Tables
from tests.bi.invented import rows

ROWS = 12
MANY = 300_000
"""More rows than a row group holds."""

EDGES: dict[str, tuple[object, ...]] = {
    # A number of 19 digits loses its last ones wherever an id becomes a float.
    "id": ("1801234567890123457", "@handle", "007"),
    "string": ("", 'said "no", left', "two\nlines", "na\u00efve \u03a9", "\U0001f600", " ", "NULL"),
    # Above 2^53 a float no longer holds every whole number.
    "int64": (0, 1, 2**53 + 1, 2**63 - 1, -1, -(2**63)),
    "float64": (0.0, 0.1, 1 / 3, 100.0, 5e-324, 1.7976931348623157e308, -0.0, -1e-9),
    "bool": (True, False),
    "date": (date(2026, 7, 15), date(1970, 1, 1), date(1969, 12, 31), date(2024, 2, 29), date(2100, 12, 31)),
    "timestamp": (
        datetime(2026, 7, 15, 23, 59, 59, 999_999, tzinfo=UTC),
        datetime(1969, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
        datetime(2026, 3, 29, 1, 30, 0, 1, tzinfo=UTC),
    ),
}


def _edges(table: Table, column: Column) -> list[object]:
    allowed = [value for value in column.values or EDGES[column.type] if _is_allowed(column, value)]
    if table.is_nullable(column):
        allowed.append(None)
    return list(islice(cycle(allowed), ROWS))


def _is_allowed(column: Column, value: object) -> bool:
    if not isinstance(value, int | float):
        return True
    low = column.minimum is None or value >= column.minimum
    return low and (column.maximum is None or value <= column.maximum)


def edge_rows(table: Table) -> pa.Table:
    """Rows that hold every edge value that each column allows; a key tells the rows apart."""
    written: list[dict[str, object]] = [
        dict(zip(table.schema.names, values, strict=True))
        for values in zip(*(_edges(table, column) for column in table.columns), strict=True)
    ]
    unknown: dict[str, object] = {identity.total: None for identity in table.identities}
    return rows(table, [row | unknown | _told(table, row, place) for place, row in enumerate(written)])


def _told(table: Table, row: dict[str, object], place: int) -> dict[str, object]:
    """A key that no other row has: its first free text numbered, or else a day of its own."""
    keys = [column for column in table.columns if column.name in table.key and not column.values]
    texts = [column.name for column in keys if column.type in {"id", "string"}]
    if texts:
        return {texts[0]: f"{row[texts[0]]}-{place}"}
    return {next(column.name for column in keys if column.type == "date"): date(2026, 7, 1) + timedelta(days=place)}


def write_edges(folder: Path) -> list[str]:
    """Write every report table at its edges, and as a day of nulls; one without a row. The paths of all files."""
    root = DataRoot(str(folder))
    for table in REPORT_TABLES:
        Tables(root).replace_latest(table, edge_rows(table) if table != BENCHMARKS else rows(table, []))
        if table.date_column:
            write_file(table, rows(table, [{}]), root, layout.report_file(table, date(2026, 7, 1)))
    return report_files(folder)


def write_many(folder: Path) -> list[str]:
    """Write one table in several row groups; its path."""
    judged = [
        {
            "event_id": "1/2026-07-15/jump",
            "member_id": f"{n:016x}",
            "unexplained_probability": n / MANY if n % 3 else None,
        }
        for n in range(MANY)
    ]
    root = DataRoot(str(folder))
    Tables(root).replace_latest(FOLLOWER_JUDGEMENTS, rows(FOLLOWER_JUDGEMENTS, judged))
    return report_files(folder)


def report_files(folder: Path) -> list[str]:
    """The paths of all Parquet files of reports below a data root."""
    return sorted(map(str, (folder / "reports").rglob("*.parquet")))

"""Publishing a report table: its days, its flat file, its CSV, and the manifest last of all."""

import json
from collections.abc import Collection, Mapping
from dataclasses import asdict
from datetime import date
from pathlib import PurePosixPath
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from tasks.store import layout
from tasks.store.parquet import WrittenFile, read, read_all, write
from tasks.store.root import DataRoot
from tasks.tables.frames import in_order
from tasks.tables.table import SCHEMA_VERSION, Table

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
"""Excel reads a CSV as UTF-8 only when it begins with this."""


def write_days(table: Table, rows: pa.Table, root: DataRoot, accounts: Collection[str]) -> list[WrittenFile]:
    """Replace the rows of these accounts in every day that the rows touch; other accounts' rows stay."""
    if table.date_column is None:
        message = f"{table.name} has no day: write it with write_latest"
        raise ValueError(message)
    dates = rows[table.date_column]
    days = sorted(pc.unique(dates).to_pylist())
    return [_write_day(table, rows.filter(pc.equal(dates, pa.scalar(day))), root, (day, accounts)) for day in days]


def _write_day(table: Table, rows: pa.Table, root: DataRoot, scope: tuple[date, Collection[str]]) -> WrittenFile:
    day, accounts = scope
    path = layout.report_file(table, day)
    if root.exists(path):
        old = read(table, root, [str(path)])
        others = old.filter(pc.invert(pc.is_in(old["account_id"], value_set=pa.array(accounts, pa.string()))))
        rows = pa.concat_tables([others, rows])
    return write(table, in_order(table, rows), root, path)


def write_latest(table: Table, rows: pa.Table, root: DataRoot) -> WrittenFile:
    """Replace the flat file of a table that has no history."""
    return write(table, in_order(table, rows), root, layout.latest_file(table))


def rebuild_latest(table: Table, root: DataRoot) -> WrittenFile:
    """Rebuild the flat file from all days of the table's history."""
    return write_latest(table, read_all(table, root, layout.report_folder(table)), root)


def write_csv(table: Table, root: DataRoot) -> PurePosixPath:
    """A CSV copy of the flat file for spreadsheets: UTF-8 with byte order mark, empty cells for null."""
    rows = read(table, root, [str(layout.latest_file(table))])
    sink = pa.BufferOutputStream()
    csv.write_csv(rows, sink, csv.WriteOptions(quoting_style="needed"))
    path = layout.latest_file(table, "csv")
    root.replace(path, BYTE_ORDER_MARK + bytes(sink.getvalue()))
    return path


def write_manifest(root: DataRoot, run: Mapping[str, Any], files: Collection[WrittenFile]) -> PurePosixPath:
    """Say what `latest/` holds, and by which run: written after everything that it names."""
    content = {
        "schema_version": SCHEMA_VERSION,
        **run,
        "files": [asdict(file) for file in sorted(files, key=lambda file: file.path)],
    }
    root.replace(layout.MANIFEST, json.dumps(content, indent=2).encode())
    return layout.MANIFEST

"""What schema version 1 wrote, under today's names: what a report day says is derived again later."""

import json
from pathlib import PurePosixPath

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import parquet

from tasks.schema.frames import in_order
from tasks.schema.renames import RENAMED_CODES, RENAMED_COLUMNS
from tasks.schema.report_tables import ACCOUNTS, COLUMNS_TABLE, REPORT_TABLES
from tasks.schema.staged import VERDICTS
from tasks.schema.table import SCHEMA_VERSION, Table
from tasks.store import layout
from tasks.store.parquet import write_file
from tasks.store.report_tables import ReportTables
from tasks.store.root import DataRoot
from tasks.store.staged_tables import StagedTables

_CODES = ("verdict", "explanation", "verdict_history")


def migrate(root: DataRoot) -> int:
    """Rewrite every report and every verdict of an earlier schema version; how many files there were.

    What the earlier version did not know is null until the day is derived again.
    A run that was killed is finished by the next one, because the manifest is last.
    Call it inside the locks of reports and staging.
    """
    if reports_version(root) == SCHEMA_VERSION:
        return 0
    handles = _handles(root)
    # The dictionary as data is written whole by every run, and nothing rests on it.
    tables = [table for table in REPORT_TABLES if table is not COLUMNS_TABLE]
    rewritten = sum(_migrate(table, root, path, handles) for table in tables for path in _files(table, root))
    verdicts = StagedTables(root).rewrite_staged(VERDICTS, _in_new_codes)
    ReportTables(root).renew_manifest()
    return rewritten + len(verdicts)


def reports_version(root: DataRoot) -> str:
    """The schema version of the published reports; today's where nothing was published."""
    if not root.exists(layout.MANIFEST):
        return SCHEMA_VERSION
    return str(json.loads(root.read_bytes(layout.MANIFEST))["schema_version"])


def _handles(root: DataRoot) -> pa.Table:
    path = layout.latest_file(ACCOUNTS)
    if not root.exists(path):
        return pa.table({"account_id": pa.array([], pa.string()), "handle": pa.array([], pa.string())})
    with root.filesystem.open_input_file(str(path)) as file:
        return parquet.read_table(file, columns=["account_id", "handle"])


def _files(table: Table, root: DataRoot) -> list[str]:
    flat = layout.latest_file(table)
    return [*root.files(layout.report_folder(table)), *([str(flat)] if root.exists(flat) else [])]


def _migrate(table: Table, root: DataRoot, path: str, handles: pa.Table) -> bool:
    with root.filesystem.open_input_file(path) as file:
        rows = parquet.read_table(file)
    said = (rows.schema.metadata or {}).get(b"schema_version", b"").decode()
    if said == SCHEMA_VERSION:
        return False
    write_file(table, _renamed(table, rows, handles), root, PurePosixPath(path))
    return True


def _renamed(table: Table, rows: pa.Table, handles: pa.Table) -> pa.Table:
    """The rows in the declared columns: under their new names, with today's codes and each account's last handle."""
    new_names = RENAMED_COLUMNS.get(table.name, {})
    rows = rows.rename_columns([new_names.get(name, name) for name in rows.column_names])
    columns = [_column(field, rows, handles) for field in table.schema]
    # A renamed code may stand elsewhere in the order of the key.
    return in_order(table, pa.table(columns, schema=table.schema))


def _column(field: pa.Field, rows: pa.Table, handles: pa.Table) -> pa.ChunkedArray | pa.Array:
    if field.name not in rows.column_names:
        return _last_handles(rows, handles) if field.name == "handle" else pa.nulls(len(rows), field.type)
    values = rows[field.name]
    return (_today_s_codes(values) if field.name in _CODES else values).cast(field.type)


def _today_s_codes(values: pa.ChunkedArray) -> pa.ChunkedArray:
    for old, new in RENAMED_CODES.items():
        values = pc.replace_substring(values, old, new)
    return values


def _in_new_codes(rows: pa.Table) -> pa.Table | None:
    """Rows of staged `verdicts` under today's codes; None where they are."""
    codes = _today_s_codes(rows["verdict"])
    if codes.equals(rows["verdict"]):
        return None
    return rows.set_column(rows.column_names.index("verdict"), rows.schema.field("verdict"), codes)


def _last_handles(rows: pa.Table, handles: pa.Table) -> pa.Array:
    places = pc.index_in(rows["account_id"], value_set=handles["account_id"].combine_chunks())
    # An account that is tracked no longer stands under its id.
    return pc.coalesce(handles["handle"].take(places), rows["account_id"])

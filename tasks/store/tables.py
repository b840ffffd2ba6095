"""The one way to the tables: whoever needs rows asks for a table, and no caller builds a path."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pyarrow as pa

from tasks.schema.table import Table
from tasks.store import layout
from tasks.store.parquet import is_as_written, read_files, readable, rewrite_files
from tasks.store.report_tables import ReportTables
from tasks.store.staged_tables import StagedTables


@dataclass(frozen=True)
class Tables(StagedTables, ReportTables):
    """Everything that stands in tables below a data root: staged tables, report tables, and rows between tasks."""

    def files(self, table: Table) -> list[str]:
        """The names of all files of a staged table, or of a report table's days, hidden ones included."""
        folder = layout.staged_folder(table) if table.stage == "staged" else layout.report_folder(table)
        return self.root.files(folder)

    def read_file(self, table: Table, file: str) -> pa.Table:
        """The rows of one of the table's files."""
        return read_files(table, self.root, [file])

    def rewrite(self, table: Table, files: Sequence[str], change: Callable[[pa.Table], pa.Table | None]) -> int:
        """Replace the rows of these of the table's files by what they change to, None for as they are; how many."""
        return len(rewrite_files(table, self.root, files, change))

    def is_as_written(self, table: Table, file: str, rows: pa.Table) -> bool:
        """Whether the file that holds these rows is, bit for bit, what was written of them."""
        with readable(table, self.root), self.root.filesystem.open_input_file(file) as content:
            return is_as_written(table, rows, content)

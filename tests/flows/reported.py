"""What a run published, read back."""

from pathlib import Path

import pandas as pd

from tasks.store import layout
from tasks.store.parquet import read
from tasks.store.root import DataRoot
from tasks.tables.frames import frame
from tasks.tables.table import Table


def latest(table: Table, root: Path) -> pd.DataFrame:
    """The flat file of a report table."""
    return frame(read(table, DataRoot(str(root)), [str(layout.latest_file(table))]))

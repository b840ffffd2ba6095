"""What a run published, read back."""

from pathlib import Path

import pandas as pd

from tasks.schema.frames import frame
from tasks.schema.table import Table
from tasks.store import layout
from tasks.store.parquet import read
from tasks.store.root import DataRoot


def latest(table: Table, root: Path) -> pd.DataFrame:
    """The flat file of a report table."""
    return frame(read(table, DataRoot(str(root)), [str(layout.latest_file(table))]))

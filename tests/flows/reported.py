"""What a run published, read back."""

from pathlib import Path

import pandas as pd

from tasks.schema.frames import frame
from tasks.schema.table import Table
from tasks.store.root import DataRoot
from tasks.store.tables import Tables


def latest(table: Table, root: Path) -> pd.DataFrame:
    """The flat file of a report table."""
    return frame(Tables(DataRoot(str(root))).latest(table))

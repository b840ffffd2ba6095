"""What the report tables are made from: staged rows of all accounts."""

from dataclasses import dataclass

import pandas as pd


@dataclass(frozen=True)
class Observed:
    """Staged rows as frames (see `tasks.tables.staged`); of arrivals only who came when."""

    snapshots: pd.DataFrame
    activity: pd.DataFrame
    arrivals: pd.DataFrame
    posts: pd.DataFrame
    engagements: pd.DataFrame
    readings: pd.DataFrame

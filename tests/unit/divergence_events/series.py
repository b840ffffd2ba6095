"""Invented daily counts as the grids that the judgement reads."""

import numpy as np
import pandas as pd

from tasks.divergence.events import scan_grid, select_events
from tasks.divergence.grid import DailyGrid, daily_grid
from tests.evaluation.parameters import EVENTS

START = pd.Timestamp("2026-01-01")
NO_ARRIVALS = pd.DataFrame(
    {
        "account_id": pd.Series(dtype=str),
        "report_date": pd.Series(dtype="datetime64[s]"),
        "arrivals_count": pd.Series(dtype="Int64"),
    }
)


def days(counts: dict[str, list[float]], **more: list[float]) -> pd.DataFrame:
    """`account_days` rows of these counts, one list per account; nan is a day on which nothing was read."""
    frames = [
        pd.DataFrame(
            {
                "account_id": account,
                "report_date": pd.date_range(START, periods=len(values)).astype("datetime64[s]"),
                "followers_count": pd.array([None if np.isnan(value) else int(value) for value in values], "Int64"),
                "following_count": pd.array([100] * len(values), "Int64"),
                "new_followers_count": pd.array([None] * len(values), "Int64"),
                "account_created_at": pd.Series(pd.NaT, index=range(len(values)), dtype="datetime64[us, UTC]"),
                "followers_status": None,
                "day_impressions_count": np.nan,
                "day_profile_visits_count": np.nan,
                "day_x_engagements_count": np.nan,
            }
        )
        for account, values in counts.items()
    ]
    rows = pd.concat(frames, ignore_index=True)
    return rows.assign(**more)


def grid(counts: dict[str, list[float]]) -> DailyGrid:
    """The grid of these counts, without a follower list."""
    return daily_grid(days(counts), NO_ARRIVALS)


def find_events(of: DailyGrid) -> pd.DataFrame:
    """The events of the grid, as the product finds them with its own numbers."""
    return select_events(scan_grid(of, EVENTS), EVENTS)


def growing(length: int, start: float = 10_000.0, step: float = 10.0) -> list[float]:
    """A count that grows by the same step every day."""
    return [start + step * day for day in range(length)]

"""Absolute counts, rebuilt from one that somebody knows and the changes that the export states."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd

from tasks.schema.staged import ACCOUNT_SNAPSHOTS
from tasks.sources.exports.analytics import SOURCE, AnalyticsExport
from tasks.sources.exports.cells import LARGEST_COUNT
from tasks.sources.exports.owner import Owner, staged
from tasks.sources.exports.refusal import ExportRefusedError


@dataclass(frozen=True)
class Anchor:
    """A follower count that somebody read at the end of a day."""

    day: date
    followers_count: int


def anchored_counts(export: AnalyticsExport, anchor: Anchor, owner: Owner) -> pd.DataFrame:
    """Rows of `account_snapshots`, one per day of the export: F(d-1) = F(d) - new(d) + lost(d).

    Every count but the anchor's is estimated.
    The day before the export has a row only when it is the anchor's: nothing else is stated of it.
    Raises `ExportRefusedError` for an anchor outside the export's days, and when a count would fall below 0.
    """
    before = export.first_day - timedelta(days=1)
    if not before <= anchor.day <= export.last_day:
        message = f"the anchor's day is {anchor.day}; give a count from {before} to {export.last_day}"
        raise ExportRefusedError(message)
    if not 0 <= anchor.followers_count <= LARGEST_COUNT:
        message = f"the anchor's count is {anchor.followers_count}; give the followers at the end of {anchor.day}"
        raise ExportRefusedError(message)
    activity = export.activity
    change = (activity["new_followers_count"] - activity["lost_followers_count"]).to_numpy(dtype=np.int64)
    total = np.concatenate([[0], change.cumsum()])
    counts = anchor.followers_count + total - total[(anchor.day - before).days]
    if counts.min() < 0:
        first = before + timedelta(days=int(counts.argmin()))
        message = (
            f"with {anchor.followers_count} followers on {anchor.day} the count of {first} would be {counts.min()}; "
            "the anchor is too low: look it up again"
        )
        raise ExportRefusedError(message)
    return staged(ACCOUNT_SNAPSHOTS, _rows(export, anchor, owner, counts))


def _rows(export: AnalyticsExport, anchor: Anchor, owner: Owner, counts: np.ndarray) -> list[dict[str, object]]:
    made = export.activity["observed_at"].iloc[0]
    days = [export.first_day + timedelta(days=step - 1) for step in range(len(counts))]
    first = 0 if anchor.day < export.first_day else 1
    return [
        {
            "account_id": owner.account_id,
            "snapshot_date": at,
            "source": SOURCE,
            "handle": owner.handle,
            "observed_at": made,
            "followers_count": int(count),
            "is_estimated": at != anchor.day,
        }
        for at, count in zip(days[first:], counts[first:], strict=True)
    ]

"""Invented followers as staged arrivals."""

import numpy as np
import pandas as pd

from tasks.schema import frames
from tasks.schema.staged import FOLLOWER_ARRIVALS

START = pd.Timestamp("2026-01-01")


def arrivals(seen: list[int], **more: object) -> pd.DataFrame:
    """One follower per entry, first seen so many days after 2026-01-01 (0: in the first reading), in follow order.

    Without more, accounts are 1,000 days old when first seen.
    """
    first_seen = START + pd.to_timedelta(seen, unit="D")
    columns: dict[str, object] = {
        "account_id": "a",
        "follower_id": np.arange(len(seen)) + 1,
        "first_seen_date": first_seen,
        "source": "x_api",
        "observed_at": first_seen.tz_localize("UTC"),
        "arrival_number": np.arange(len(seen)),
        "is_baseline": [day == 0 for day in seen],
        "is_return": False,
        "followed_before": first_seen.tz_localize("UTC"),
        "follower_created_at": first_seen.tz_localize("UTC") - pd.Timedelta(days=1_000),
    }
    empty = frames.empty_frame(FOLLOWER_ARRIVALS)
    made = pd.DataFrame(columns | more, index=pd.RangeIndex(len(seen)))
    return made.reindex(columns=list(empty.columns)).astype(empty.dtypes.to_dict())


def event(first: int, last: int, **more: object) -> pd.DataFrame:
    """One rise over these days."""
    row: dict[str, object] = {
        "account_id": "a",
        "kind": "jump",
        "first_date": START + pd.Timedelta(days=first),
        "last_date": START + pd.Timedelta(days=last),
        "observed_count": 10.0,
        "expected_count": 1.0,
    }
    return pd.DataFrame([row | more])

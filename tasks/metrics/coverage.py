"""How much of the engagement was read by name, so that nobody known is not taken for nobody."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from tasks.metrics.actions import Actions
from tasks.metrics.days import BoolArray, Calendar, IntArray, day_numbers, floats, keys
from tasks.metrics.engagement_parameters import CommunityParameters
from tasks.metrics.maturity import account_numbers
from tasks.metrics.rates import FloatArray, quotient
from tasks.metrics.windows import windows


@dataclass(frozen=True)
class Coverage:
    """For every row asked for: the share of the engagement whose actors were read, and whether there was none."""

    share: FloatArray
    is_nobody: BoolArray


def action_coverage(taken: Actions, mature: pd.DataFrame, days: Calendar, parameters: CommunityParameters) -> Coverage:
    """Over the mature posts of the current window: actions read with their actor / engagement counted by X.

    Null when no post of the window is known or none of them was engaged with.
    """
    account = account_numbers(days, mature)
    received = floats(mature["engagement_count"])
    kept = np.flatnonzero((account >= 0) & ~np.isnan(received))
    day = day_numbers(mature["created_at"])
    order = kept[np.argsort(keys(account[kept], day[kept]), kind="stable")]
    read = np.minimum(_read_actions(taken, mature["post_id"].to_numpy(dtype=np.int64)[order]), received[order])
    oldest = parameters.lag_days + parameters.window_days - 1
    now = windows(days, keys(account[order], day[order]), oldest, parameters.lag_days)
    total = now.sums(received[order])
    return Coverage(np.asarray(quotient(now.sums(read), total)), (now.sizes > 0) & (total == 0))


def _read_actions(taken: Actions, posts: IntArray) -> FloatArray:
    """How many engagements of each post were read: one per actor and kind, mentions left out."""
    counted = taken.kind != "mention"
    post = taken.post[counted]
    subject = pd.DataFrame({"post": post, "actor": taken.actor[counted], "kind": taken.kind[counted]})
    known, per_post = np.unique(post[~subject.duplicated().to_numpy()], return_counts=True)
    if not len(known):
        return np.zeros(len(posts))
    place = np.searchsorted(known, posts).clip(max=len(known) - 1)
    return np.where(known[place] == posts, per_post[place], 0).astype(np.float64)

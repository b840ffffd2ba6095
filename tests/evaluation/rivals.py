"""The two open rivals' spike rules, written from their description in detection.md section 7, on the same worlds."""

import numpy as np
import pandas as pd

from tests.evaluation.judged import Frames
from tests.evaluation.outcomes import SLACK_DAYS
from tests.evaluation.worlds import DAYS

RECEIVED = ["like_count", "repost_count"]
ALL = [*RECEIVED, "reply_count", "quote_count"]


def flagged(frames: Frames, truth: pd.DataFrame) -> pd.DataFrame:
    """Per world and rule: whether the days of what was made to happen were flagged, and how many others were."""
    rows = []
    for world in truth.itertuples(index=False):
        counts, best, weekly = _series(frames, str(world.account_id))
        first, last = int(str(world.first_day)), int(str(world.first_day)) + int(str(world.days))
        for rule, days in (("xspider", xspider(counts, best)), ("AQE", aqe(counts, weekly)), ("MAD z", mad(counts))):
            inside = days[first : last + SLACK_DAYS].any()
            outside = int(days[: first - SLACK_DAYS].sum() + days[last + SLACK_DAYS :].sum())
            rows.append((world.scenario, rule, bool(inside), outside))
    return pd.DataFrame(rows, columns=["scenario", "rule", "is_flagged", "other_days"])


def xspider(counts: np.ndarray, best: np.ndarray) -> np.ndarray:
    """At least 1,000 followers, a day's change above 10 %, no post of the day above 10 x the 7-day mean with it in."""
    days = np.zeros(len(counts), dtype=bool)
    for day in range(7, len(counts)):
        mean = np.nanmean(best[day - 6 : day + 1]) if np.isfinite(best[day - 6 : day + 1]).any() else np.nan
        is_viral = bool(best[day] > 10 * mean)
        days[day] = counts[day - 1] >= 1_000 and counts[day] / counts[day - 1] - 1 > 0.10 and not is_viral
    return days


def aqe(counts: np.ndarray, weekly: np.ndarray) -> np.ndarray:
    """Z of the last change among at most 30, itself included, from 2.5; engagement moved by 15 % of growth or less."""
    days = np.zeros(len(counts), dtype=bool)
    change = np.diff(counts, prepend=np.nan)
    for day in range(14, len(counts)):
        window = change[max(day - 29, 1) : day + 1]
        spread = np.nanstd(window)
        growth = counts[day] / counts[day - 7] - 1
        engagement = weekly[day] / weekly[day - 7] - 1 if weekly[day - 7] > 0 else np.nan
        is_far = spread > 0 and (change[day] - np.nanmean(window)) / spread >= 2.5
        days[day] = is_far and abs(engagement) <= 0.15 * growth
    return days


def mad(counts: np.ndarray) -> np.ndarray:
    """Robust z above 6 on the 28 changes before the day, which attributes nothing."""
    days = np.zeros(len(counts), dtype=bool)
    change = np.diff(counts, prepend=np.nan)
    for day in range(29, len(counts)):
        past = change[day - 28 : day]
        middle = np.nanmedian(past)
        scale = max(1.4826 * np.nanmedian(np.abs(past - middle)), 1.0, 0.0005 * counts[day - 1])
        days[day] = (change[day] - middle) / scale > 6
    return days


def _series(frames: Frames, account: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Daily counts (a missed day carries the last), the day's best post, and engagement of the last 7 days."""
    snapshots = frames["account_snapshots"]
    mine = snapshots[snapshots["account_id"] == account]
    start = snapshots["snapshot_date"].min()
    counts = np.full(DAYS, np.nan)
    counts[(mine["snapshot_date"] - start).dt.days.to_numpy()] = mine["followers_count"].to_numpy(dtype=np.float64)
    counts = pd.Series(counts).ffill().to_numpy()
    posts = frames["posts"]
    own = posts[posts["account_id"] == account].sort_values("snapshot_date").drop_duplicates("post_id", keep="last")
    day = (own["created_at"].dt.tz_localize(None).dt.normalize() - start).dt.days.to_numpy()
    best, received = np.full(DAYS, np.nan), np.zeros(DAYS)
    np.fmax.at(best, day, own[RECEIVED].sum(axis=1).to_numpy(dtype=np.float64))
    np.add.at(received, day, own[ALL].sum(axis=1).to_numpy(dtype=np.float64))
    return counts, best, pd.Series(received).rolling(7, min_periods=1).sum().to_numpy()

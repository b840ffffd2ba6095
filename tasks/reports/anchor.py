"""The gap against the account before an open event: what came in it never becomes the norm by which it is judged."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from tasks.divergence.pace import community_equivalent_followers, pace
from tasks.metrics.vanity import gap_columns
from tasks.reports.daily import MeasureParameters
from tasks.schema.arrays import DAY_KEY, FloatArray, IntArray, day_numbers, float_values
from tasks.schema.columns.pace import PACE_COLUMNS, REFERENCE_END_DATE

_LEVEL, _CHANGE = "engagement_geometric_mean", "engagement_log_change"
_ENDS = ("_low", "_high")
_REFERENCE = "reference_followers_geometric_mean"
_WINDOWS = (_CHANGE, *(f"{_CHANGE}{end}" for end in _ENDS), _REFERENCE, "reference_posts_count")
"""What an anchor replaces of a day's windows."""
ANCHOR_INPUTS = (
    *_WINDOWS,
    *(_LEVEL, *(f"{_LEVEL}{end}" for end in _ENDS)),
    *("followers_count", "followers_geometric_mean", "mature_posts_count", "post_log_deviation"),
)
"""Columns of `account_daily` on which the anchored gap rests; none of them is ever rewritten by it."""
ANCHORED_COLUMNS = tuple(column.name for column in (*PACE_COLUMNS, REFERENCE_END_DATE))
FOLLOWERS_LEFT, FOLLOWERS_ENGAGE = "followers_left", "followers_engage"


@dataclass(frozen=True)
class AnchoredDays:
    """`ANCHORED_COLUMNS` for every row of the days, and the day and reason for which each event was closed."""

    days: pd.DataFrame
    closings: pd.DataFrame


def anchored_pace(days: pd.DataFrame, events: pd.DataFrame, measures: MeasureParameters) -> AnchoredDays:
    """Pace and gap of every day, with the reference window before any open event.

    `days` hold all days of each account, sorted, `events` rows of `divergence_events`.
    A rise that is not explained is open until a quarter of it is left or engagement goes with the whole count;
    its reference stands until the window lies wholly behind that day.
    """
    windows = days[list(_WINDOWS)].astype("float64")
    current = measures.engagement.lag_days + measures.engagement.window_days
    end = day_numbers(days["report_date"]) - current
    open_events = events[events["verdict"].isin(["unexplained_wave", "undetermined"])]
    open_events = open_events[open_events["unexplained_followers_count"].fillna(0) > 0].sort_values("first_date")
    places = {
        str(account): np.asarray(rows, dtype=np.int64) for account, rows in days.groupby("account_id").indices.items()
    }
    closings: list[tuple[str, pd.Timestamp, str]] = []
    for account, mine in open_events.groupby("account_id"):
        if str(account) in places:
            course = _Course(days, windows, end, places[str(account)], measures)
            closings += course.anchor(mine)
    return AnchoredDays(
        _paced(days, windows, end, measures),
        pd.DataFrame(closings, columns=["event_id", "closed_date", "closed_reason"]),
    )


def close_events(events: pd.DataFrame, closings: pd.DataFrame) -> pd.DataFrame:
    """The rows of `divergence_events` with the day and reason of their closing."""
    closed = closings.set_index("event_id")
    return events.assign(**{name: events["event_id"].map(closed[name]) for name in ("closed_date", "closed_reason")})


class _Course:
    """One account's rows, whose windows are anchored in place."""

    def __init__(
        self, days: pd.DataFrame, windows: pd.DataFrame, end: IntArray, rows: IntArray, measures: MeasureParameters
    ) -> None:
        self.windows, self.end, self.rows, self.measures = windows, end, rows, measures
        own = days.iloc[rows]
        self.dates = own["report_date"].tolist()
        self.first_day = int(day_numbers(own["report_date"])[0])
        self.followers = float_values(own["followers_count"])
        self.logs = [np.log1p(float_values(own[f"{_LEVEL}{part}"])) for part in ("", *_ENDS)]
        self.change = [windows[f"{_CHANGE}{part}"].to_numpy()[rows] for part in ("", *_ENDS)]
        self.reference = windows[_REFERENCE].to_numpy()[rows]

    def anchor(self, events: pd.DataFrame) -> list[tuple[str, pd.Timestamp, str]]:
        """Anchor each event that no earlier one still holds; gives those that were closed."""
        length = self.measures.engagement.lag_days + self.measures.engagement.window_days
        held, closings = 0, []
        counts = float_values(events["before_followers_count"])
        for event, count in zip(events.itertuples(index=False), counts.tolist(), strict=True):
            first = int(day_numbers(pd.Series([event.first_date]))[0]) - self.first_day
            if not 0 <= first < len(self.rows):
                continue
            closed, reason = self._hold(count, first, max(first + length, held))
            stop = len(self.rows) if closed is None else closed + length + self.measures.engagement.reference_days
            held = max(held, min(stop, len(self.rows)))
            if closed is not None:
                closings.append((str(event.event_id), self.dates[closed], reason))
        return closings

    def _hold(self, count: float, first: int, begin: int) -> tuple[int | None, str]:
        """Replace the windows from `begin` on by those before the event; where the event closes, and why.

        `count` are the followers before it, NaN where nobody counted them.
        """
        early = np.arange(first, min(begin, len(self.rows)))
        known = [row for row in early if not np.isnan(self.change[1][row])]
        base = int(known[-1]) if known else None
        # Of nobody there is no logarithm, and so nothing to compare with.
        reference = (count or np.nan) if base is None or np.isnan(self.reference[base]) else self.reference[base]
        missing = early[np.isnan(self.reference[early])]
        self.windows.loc[self.rows[missing], _REFERENCE] = reference
        rows = np.arange(begin, len(self.rows))
        change = [np.full(len(rows), np.nan)] * 3 if base is None else self._changes(base, rows)
        closed, reason = self._closing(rows, change[0], reference, count)
        length = self.measures.engagement.lag_days + self.measures.engagement.window_days
        stop = len(rows) if closed is None else closed - begin + length + self.measures.engagement.reference_days
        place = self.rows[rows[:stop]]
        for part, values in zip(("", *_ENDS), change, strict=True):
            self.windows.loc[place, f"{_CHANGE}{part}"] = values[:stop]
        self.windows.loc[place, _REFERENCE] = reference
        if base is not None:
            self.windows.loc[place, "reference_posts_count"] = self.windows["reference_posts_count"].iloc[
                self.rows[base]
            ]
        self.end[place] = self.first_day + first - 1
        return closed, reason

    def _changes(self, base: int, rows: IntArray) -> list[FloatArray]:
        """The change of engagement since before the event, with the interval of both levels together."""
        before = self.logs[0][base] - self.change[0][base]
        change = self.logs[0][rows] - before
        result = [change]
        for part, sign in ((1, -1.0), (2, 1.0)):
            level = np.abs(self.logs[part] - self.logs[0])
            both = np.abs(self.change[part][base] - self.change[0][base])
            of_reference = max(both**2 - level[base] ** 2, 0.0)
            result.append(change + sign * np.sqrt(level[rows] ** 2 + of_reference))
        return result

    def _closing(self, rows: IntArray, change: FloatArray, reference: float, before: float) -> tuple[int | None, str]:
        followers = self.followers[rows]
        came = np.fmax.reduce(self.followers) - before
        is_left = followers - before <= self.measures.pace.closed_share * came
        worth = np.asarray(community_equivalent_followers(reference, change, self.measures.pace.beta))
        is_engaging = worth >= followers
        closed = np.flatnonzero(is_left | is_engaging)
        if not len(closed):
            return None, ""
        return int(rows[closed[0]]), FOLLOWERS_LEFT if is_left[closed[0]] else FOLLOWERS_ENGAGE


def _paced(days: pd.DataFrame, windows: pd.DataFrame, end: IntArray, measures: MeasureParameters) -> pd.DataFrame:
    changes = days.assign(**{name: windows[name] for name in _WINDOWS})
    is_known = changes[f"{_CHANGE}_low"].notna().to_numpy()
    reason = days["pace_reason"].astype(pd.StringDtype(na_value=np.nan))
    of_counts = reason.isin(["too_few_counts", "no_followers_count"])
    reason = reason.mask(is_known | of_counts).mask(~is_known & (reason.isna() | of_counts), "too_few_posts")
    paced = pace(changes.assign(change_reason=reason), days, measures.pace)
    gap = pd.DataFrame(gap_columns(paced.assign(followers_count=days["followers_count"]), measures.vanity))
    dates = pd.DataFrame({REFERENCE_END_DATE.name: end.astype("datetime64[D]").astype("datetime64[s]")})
    return pd.concat([paced, gap, dates], axis=1)[[*DAY_KEY, *ANCHORED_COLUMNS]]

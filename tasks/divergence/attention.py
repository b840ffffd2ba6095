"""Whether the attention that an export states fits the arrivals of an event, in time and in size.

Everybody who follows has seen something first: a profile, a post. So the arrivals of a day are put beside the profile
visits, impressions and engagements of that day, and days count as much as they brought.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from tasks.divergence.grid import DailyGrid, Grid, fill_grid
from tasks.schema.arrays import BoolArray, IntArray

_STATED = ("new_followers_count", "day_impressions_count", "day_profile_visits_count", "day_x_engagements_count")


@dataclass(frozen=True)
class EventDays:
    """The days of each event side by side, events x days: arrivals in all, and those beyond the usual; NaN elsewhere.

    `columns` are the days' places in the grid, -1 after an event's last day.
    """

    rows: IntArray
    columns: IntArray
    arrivals: Grid
    excess: Grid

    def weighted(self, values: Grid) -> Grid:
        """Mean per event, days weighted by their excess; NaN where the known days hold less than half of it."""
        excess = np.nan_to_num(self.excess)
        known = np.where(np.isnan(values), 0.0, excess)
        summed, held = (known * np.nan_to_num(values)).sum(axis=1), known.sum(axis=1)
        is_known = (held > 0) & (2 * held >= excess.sum(axis=1))
        return np.where(is_known, summed / np.where(held > 0, held, 1.0), np.nan)

    def share_from(self, events: "pd.Series[int]", lags: "pd.Series[int]") -> Grid:
        """Share of the events' excess that came `lags` days after their first day or later; 1 for a day before it."""
        excess = np.nan_to_num(self.excess)
        later = np.cumsum(excess[:, ::-1], axis=1)[:, ::-1]
        later = np.concatenate([later, np.zeros((len(later), 1))], axis=1)
        total = np.where(later[:, 0] > 0, later[:, 0], np.nan)
        place = np.clip(lags.to_numpy(dtype=np.int64), 0, excess.shape[1])
        return np.asarray(later[events, place] / total[events])


def event_days(grid: DailyGrid, events: pd.DataFrame) -> EventDays:
    """The days of the events; of a rise in the list its arrivals, of one of the count alone the changes of the count.

    The usual that is taken away is the expectation spread evenly over the days; 0 where there is none.
    """
    rows, first, last = (events[name].to_numpy(dtype=np.int64) for name in ("row", "first", "last"))
    length = last - first + 1
    columns = first[:, None] + np.arange(length.max(initial=1))[None, :]
    inside = columns <= last[:, None]
    place = np.where(inside, columns, 0)
    is_listed = events["is_from_list"].to_numpy(dtype=bool)[:, None]
    came = np.where(is_listed, grid.arrived[rows[:, None], place], grid.change[rows[:, None], place])
    came = np.where(inside, came, np.nan)
    usual = events["expected_count"].fillna(0).to_numpy(dtype=np.float64) / length
    return EventDays(rows, np.where(inside, columns, -1), came, np.maximum(came - usual[:, None], 0.0))


def attention_facts(
    grid: DailyGrid, inside: EventDays, days: pd.DataFrame, history_days: int, minimum_days: int
) -> pd.DataFrame:
    """One row per event; NaN where no export states the attention of the days that brought half of the arrivals.

    `impressions_ratio`, `profile_visits_ratio`: over the usual, the median of the `history_days` before.
    `follows_per_visit`: excess arrivals over visits beyond the usual + 1; `follows_per_engagement`: the same over
    engagements, less the arrivals, for X counts a follow from a post as an engagement.
    With fewer than `minimum_days` before there is no usual: no ratio to it, and nothing to take away.
    All are geometric means, days weighted by their excess.
    Where the arrivals come from another source than the attention, a day's attention is the larger of it and its eve,
    because their days may begin at other hours.
    """
    place = grid.row(days["account_id"]), grid.column(days["report_date"])
    empty = np.full(grid.shape, np.nan)
    follows, shown, visits, engagements = (fill_grid(empty, *place, days[name]) for name in _STATED)
    others = np.maximum(engagements - np.nan_to_num(follows), 0.0)
    is_same_source = _at(~np.isnan(follows), inside) > 0
    seen_views, seen_visits, seen_engagements = (
        (_near(values, inside, is_same_source), _usual(values, inside, history_days, minimum_days))
        for values in (shown, visits, others)
    )
    with np.errstate(divide="ignore"):
        logs = {
            "impressions_ratio": _log_raised(*seen_views),
            "profile_visits_ratio": _log_raised(*seen_visits),
            "follows_per_visit": _log_yield(inside.excess, *seen_visits),
            "follows_per_engagement": _log_yield(inside.excess, *seen_engagements),
        }
    finite = {name: np.where(np.isfinite(values), values, np.nan) for name, values in logs.items()}
    return pd.DataFrame({name: np.exp(inside.weighted(values)) for name, values in finite.items()})


def _log_raised(near: Grid, usual: Grid) -> Grid:
    """Log of the attention over the usual; NaN where that is not known or 0."""
    return np.asarray(np.log(np.maximum(near, 0.5) / np.where(usual > 0, usual, np.nan)))


def _log_yield(excess: Grid, near: Grid, usual: Grid) -> Grid:
    """Log of the excess arrivals over the attention beyond the usual + 1."""
    return np.asarray(np.log(excess / (np.maximum(near - np.nan_to_num(usual), 0.0) + 1)))


def _at(values: Grid, inside: EventDays) -> Grid:
    found = np.asarray(values, dtype=np.float64)[inside.rows[:, None], np.maximum(inside.columns, 0)]
    return np.where(inside.columns >= 0, found, np.nan)


def _near(values: Grid, inside: EventDays, is_stated: BoolArray) -> Grid:
    """The day's value; the larger of it and its eve's where the arrivals come from another source."""
    eve = np.concatenate([np.full((len(values), 1), np.nan), values[:, :-1]], axis=1)
    return np.where(is_stated, _at(values, inside), _at(np.fmax(values, eve), inside))


def _usual(values: Grid, inside: EventDays, history_days: int, minimum_days: int) -> Grid:
    """Median of the days before each event, as a column; NaN with too few of them."""
    medians = np.full((len(inside.rows), 1), np.nan)
    for event, (row, first) in enumerate(zip(inside.rows, inside.columns[:, 0], strict=True)):
        past = values[row, max(first - history_days, 0) : first]
        known = past[~np.isnan(past)]
        if len(known) >= minimum_days:
            medians[event] = np.median(known)
    return medians

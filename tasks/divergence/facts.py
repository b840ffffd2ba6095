"""What the account did and what others did around each event, as plain figures: one row per event."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from tasks.divergence.attention import EventDays, attention_facts, event_days
from tasks.divergence.events import GridScan
from tasks.divergence.grid import DailyGrid, Grid
from tasks.divergence.read_state import mask_unread, reading_facts
from tasks.divergence.shared_days import SharedDays
from tasks.schema.arrays import MAD_TO_SD
from tasks.schema.ranges import DayCount, NatsFor, PositiveCount, PositiveDayCount, Share

ENGAGEMENT_COUNTS = ["like_count", "repost_count", "reply_count", "quote_count"]


@dataclass(frozen=True)
class FactParameters:
    """How far around an event is looked: config/model.toml, [judge.facts]."""

    post_lead_days: DayCount
    post_lag_days: DayCount
    post_share: Share
    post_history_days: PositiveDayCount
    minimum_posts_count: PositiveCount
    smallest_post_spread_nats: NatsFor
    mention_lead_days: DayCount
    mention_history_days: PositiveDayCount
    follow_lead_days: DayCount
    undo_days: PositiveDayCount
    undo_tolerance_share: Share
    held_readings_count: PositiveCount


@dataclass(frozen=True)
class Surroundings:
    """What the account did and what others did: staged posts and engagements, and `account_days`.

    `readings` say what was read up to `as_of`, and engagement is followed for `response_days`.
    """

    posts: pd.DataFrame
    engagements: pd.DataFrame
    days: pd.DataFrame
    readings: pd.DataFrame
    as_of: pd.Timestamp
    response_days: int


def facts(scanned: GridScan, events: pd.DataFrame, around: Surroundings, parameters: FactParameters) -> pd.DataFrame:
    """One row per event, in the order of `events`; NaN where what would tell was not read."""
    excess = (events["observed_count"] - events["expected_count"]).to_numpy(dtype=np.float64)
    grid = scanned.grid
    inside = event_days(grid, events)
    parts = [
        post_facts(events, inside, around.posts, parameters),
        mention_facts(events, around.engagements, parameters),
        attention_facts(grid, inside, around.days, parameters.post_history_days, parameters.minimum_posts_count),
        follow_facts(grid, events, parameters),
        shared_facts(events, scanned.shared),
        undo_facts(grid, events, excess, parameters),
        list_facts(grid, events),
        reading_facts(events, around.posts, around.readings, around.as_of, around.response_days),
    ]
    return mask_unread(pd.concat([pd.DataFrame({"excess_count": excess}), *parts], axis=1))


def post_facts(
    events: pd.DataFrame, inside: EventDays, posts: pd.DataFrame, parameters: FactParameters
) -> pd.DataFrame:
    """The largest own post around the event's first day against own posts before it, the post itself left out.

    A post explains what comes after it: one before whose day most of the arrivals came is none.

    `post_z` = (ln(1 + best) - median of ln(1 + earlier)) / spread, with spread = max(1.4826 MAD, floor);
    NaN below the least number of earlier posts. `post_received_count` is what that post received.
    `best_post_id` and `best_post_source` are its id and who told of it.
    """
    latest = posts.sort_values(["account_id", "post_id", "snapshot_date"]).drop_duplicates(
        ["account_id", "post_id"], keep="last"
    )
    own = latest[~latest["is_repost"].fillna(value=False).astype(bool)]
    received = own[ENGAGEMENT_COUNTS].astype("float64").sum(axis=1, min_count=1)
    frame = own[["account_id", "post_id", "source"]].assign(day=_naive_day(own["created_at"]), received=received)
    joined = _joined(events, frame.dropna())
    lag = (joined["day"] - joined["first_date"]).dt.days
    comes_first = inside.share_from(joined["event"], lag) >= parameters.post_share
    around = lag.between(-parameters.post_lead_days, parameters.post_lag_days) & comes_first
    earlier = lag.between(-parameters.post_history_days, -parameters.post_lead_days - 1)
    logs = np.log1p(joined["received"])
    past = logs[earlier].groupby(joined.loc[earlier, "event"])
    center = past.median()
    spread = (logs[earlier] - joined.loc[earlier, "event"].map(center)).abs().groupby(joined["event"]).median()
    spread = np.maximum(MAD_TO_SD * spread, parameters.smallest_post_spread_nats)
    largest = joined.loc[joined.loc[around].groupby("event")["received"].idxmax()].set_index("event")
    best = largest["received"]
    z = ((np.log1p(best) - center) / spread).where(past.size() >= parameters.minimum_posts_count)
    has_past = past.size() >= parameters.minimum_posts_count
    quiet = pd.Series(-9.0, index=has_past[has_past].index)
    every = pd.RangeIndex(len(events))
    return pd.DataFrame(
        {
            "post_z": z.reindex(every).fillna(quiet.reindex(every)),
            "post_received_count": best.reindex(every),
            "best_post_id": largest["post_id"].astype("Int64").reindex(every),
            "best_post_source": largest["source"].astype(object).reindex(every),
        }
    )


def received_rates(grid: DailyGrid, posts: pd.DataFrame, parameters: FactParameters) -> Grid:
    """Per account what its own posts received a day before its first count: median of a post x posts a day.

    By the first reading of each post of the `post_history_days` before; NaN with fewer than `minimum_posts_count`.
    """
    known = ~np.isnan(grid.followers)
    first = grid.date(np.where(known.any(axis=1), known.argmax(axis=1), 0).astype(np.int64))
    own = posts[~posts["is_repost"].fillna(value=False).astype(bool)]
    read = own.sort_values("snapshot_date", kind="stable").drop_duplicates(["account_id", "post_id"])
    row = grid.row(read["account_id"])
    lead = np.where(row >= 0, (first[row] - _naive_day(read["created_at"]).to_numpy()) / np.timedelta64(1, "D"), -1)
    received = read[ENGAGEMENT_COUNTS].astype("float64").sum(axis=1, min_count=1)
    frame = pd.DataFrame({"row": row, "lead": lead, "received": received}).dropna()
    by_row = frame[frame["lead"].between(1, parameters.post_history_days)].groupby("row")
    size = by_row.size()
    daily = (by_row["received"].median() * size / by_row["lead"].max())[size >= parameters.minimum_posts_count]
    return daily.reindex(pd.RangeIndex(len(grid.accounts))).to_numpy(dtype=np.float64)


def mention_facts(events: pd.DataFrame, engagements: pd.DataFrame, parameters: FactParameters) -> pd.DataFrame:
    """Mentions from the eve of the event to its second day: the largest author, how many authors, and the usual."""
    mentions = engagements[engagements["kind"] == "mention"]
    moment = mentions["engaged_at"].dt.tz_localize(None).dt.normalize().astype("datetime64[s]")
    day = moment.fillna(mentions["snapshot_date"])
    reach = mentions["actor_followers_count"].astype("float64")
    frame = pd.DataFrame({"account_id": mentions["account_id"], "day": day, "reach": reach})
    joined = _joined(events, frame)
    lag = (joined["day"] - joined["first_date"]).dt.days
    length = (joined["last_date"] - joined["first_date"]).dt.days.clip(upper=1)
    around = (lag >= -parameters.mention_lead_days) & (lag <= length)
    earlier = lag.between(-parameters.mention_history_days, -parameters.mention_lead_days - 1)
    every = pd.RangeIndex(len(events))
    reaches = joined.loc[around].groupby("event")["reach"]
    voices = reaches.size().reindex(every)
    usual = joined.loc[earlier].groupby("event").size().reindex(every) / (
        parameters.mention_history_days - parameters.mention_lead_days
    )
    looked = (events["last_date"] - events["first_date"]).dt.days.clip(upper=1) + parameters.mention_lead_days + 1
    return pd.DataFrame(
        {
            "mention_reach_count": reaches.max().reindex(every),
            "unread_mention_reaches_count": voices - reaches.count().reindex(every),
            "before_mention_reach_count": joined.loc[earlier].groupby("event")["reach"].max().reindex(every),
            "mentions_count": voices,
            "usual_mentions_count": usual * looked.to_numpy(),
        }
    )


def follow_facts(grid: DailyGrid, events: pd.DataFrame, parameters: FactParameters) -> pd.DataFrame:
    """By how much the account's own following rose from before the event to its end; NaN where it was not read."""
    rows = events["row"].to_numpy(dtype=np.int64)
    first, last = events["first"].to_numpy(dtype=np.int64), events["last"].to_numpy(dtype=np.int64)
    filled = _carried(grid.following)
    start = np.maximum(first - parameters.follow_lead_days, 0)
    rise = filled[rows, last] - filled[rows, start]
    return pd.DataFrame({"own_follows_delta": rise})


def shared_facts(events: pd.DataFrame, shared: SharedDays) -> pd.DataFrame:
    """Share of the other accounts that fell with each drop, and rose with each rise; NaN with too few others."""
    return pd.DataFrame(
        {
            "shared_falls_share": shared.others_share(events, "fall"),
            "shared_rises_share": shared.others_share(events, "rise"),
        }
    )


def undo_facts(grid: DailyGrid, events: pd.DataFrame, excess: Grid, parameters: FactParameters) -> pd.DataFrame:
    """Whether a move takes back an earlier one that the list never showed, and what a fall may take back of a rise.

    A level held in `held_readings_count` readings is a level, unless the list was read and does not show the rise.
    `earlier_rise_count` is how many came in the rises of the month before a fall, where they were at least as many.
    """
    listed = list_facts(grid, events)["listed_arrivals_count"].to_numpy()
    frame = events[["account_id", "row", "first", "last", "is_from_list"]].assign(excess=excess, listed=listed)
    frame["event"] = np.arange(len(events))
    pairs = frame.merge(frame, on="account_id", suffixes=("", "_earlier"))
    pairs = pairs[(pairs["first"] - pairs["first_earlier"]).between(1, parameters.undo_days)]
    size = pairs[["excess", "excess_earlier"]].abs().max(axis=1)
    cancels = (pairs["excess"] + pairs["excess_earlier"]).abs() <= parameters.undo_tolerance_share * size
    unseen = ~pairs["is_from_list"].astype(bool) & ~pairs["is_from_list_earlier"].astype(bool)
    rise = pairs["excess_earlier"].where(pairs["excess_earlier"] > 0, pairs["excess"])
    shown = pairs["listed_earlier"].where(pairs["excess_earlier"] > 0, pairs["listed"])
    is_held = _readings_between(grid, pairs) >= parameters.held_readings_count
    is_fault = cancels & unseen & (~is_held | (shown < parameters.undo_tolerance_share * rise))
    marks = np.zeros(len(events), dtype=bool)
    marks[pairs.loc[is_fault, ["event", "event_earlier"]].to_numpy(dtype=np.int64).ravel()] = True
    came = pairs[pairs["excess_earlier"] > 0].groupby("event")["excess_earlier"].sum().reindex(frame["event"])
    is_removal = (excess < 0) & (came.to_numpy() >= -excess) & ~marks
    return pd.DataFrame({"is_undone": marks, "earlier_rise_count": np.where(is_removal, came.to_numpy(), np.nan)})


def _readings_between(grid: DailyGrid, pairs: pd.DataFrame) -> Grid:
    """How many readings stand from the end of the earlier move to before the later one begins."""
    total = np.cumsum(~np.isnan(grid.followers), axis=1)
    row, end = pairs["row"].to_numpy(dtype=np.int64), pairs["last_earlier"].to_numpy(dtype=np.int64)
    begin = pairs["first"].to_numpy(dtype=np.int64)
    return np.asarray(total[row, begin - 1] - total[row, np.maximum(end - 1, 0)], dtype=np.float64)


def list_facts(grid: DailyGrid, events: pd.DataFrame) -> pd.DataFrame:
    """How many followers the list showed arriving in the event; NaN where the list was not read on all its days."""
    counts = [
        float(grid.arrived[row, first : last + 1].sum())
        for row, first, last in events[["row", "first", "last"]].itertuples(index=False)
    ]
    return pd.DataFrame({"listed_arrivals_count": np.array(counts, dtype=np.float64)})


def _joined(events: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    mine = events[["account_id", "first_date", "last_date"]].assign(event=np.arange(len(events)))
    return mine.merge(rows, on="account_id", how="inner")


def _naive_day(moments: pd.Series) -> pd.Series:
    naive: pd.Series = moments.dt.tz_localize(None).dt.normalize().astype("datetime64[s]")
    return naive


def _carried(values: Grid) -> Grid:
    """Each value or the latest known one before it."""
    known = ~np.isnan(values)
    place = np.where(known, np.arange(values.shape[1])[None, :], -1)
    latest = np.maximum.accumulate(place, axis=1)
    carried = np.take_along_axis(values, np.maximum(latest, 0), axis=1)
    return np.where(latest >= 0, carried, np.nan)

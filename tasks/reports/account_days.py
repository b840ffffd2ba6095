"""What the counts of every account say, day by day: the frame under `account_daily`."""

import numpy as np
import pandas as pd

from tasks.reports.arrivals import count_by_day
from tasks.reports.inputs import PROVISIONAL, StagedInputs
from tasks.schema.arrays import DAY_KEY
from tasks.schema.columns.counts import DAY_TOTAL_COLUMNS

_COUNTS = ["followers_count", "following_count", "posts_count", "listed_count"]
_SOURCE_ORDER = {"x_api": 0, "bluesky": 0, "counts_csv": 1, "analytics_csv": 2, "archive": 3, "content_csv": 4}
"""Which count stands when several sources state one: what was answered, what people noted, what was rebuilt.

Archives and content exports name the account and state no count.
"""


def account_days(inputs: StagedInputs) -> pd.DataFrame:
    """One row per account and day from the first observed day to the last, sorted, with counts and changes.

    Nulls follow the declared columns: a day on which nothing was read has no count, and says `not_observed`.
    """
    counts = _counts(inputs.snapshots)
    activity = _activity(inputs.activity)
    lists = _lists(inputs.lists)
    read = (_days(inputs.readings, "snapshot_date"), _days(inputs.posts, "snapshot_date"))
    parts = (counts, activity, lists, *read)
    seen = pd.concat([part[DAY_KEY] for part in parts], ignore_index=True)
    days = dense_days(seen[seen["account_id"].isin(_observed_accounts(inputs))])
    days = days.merge(counts, on=DAY_KEY, how="left", validate="one_to_one")
    days = days.merge(activity, on=DAY_KEY, how="left", validate="one_to_one", suffixes=("", "_activity"))
    days = days.merge(lists, on=DAY_KEY, how="left", validate="one_to_one", suffixes=("", "_list"))
    days = days.merge(select_arrival_counts(inputs), on=DAY_KEY, how="left", validate="one_to_one")
    days = days.merge(_quality(inputs), on=DAY_KEY, how="left", validate="one_to_one")
    spent = inputs.spend.rename(columns={"spend_date": "report_date"})
    days = days.merge(spent, on=DAY_KEY, how="left", validate="one_to_one")
    return _reasoned(_leveled(_changes(_named(days)), inputs.posts))


def add_handles(rows: pd.DataFrame, day: str, named: pd.DataFrame) -> pd.DataFrame:
    """The rows with their account's handle on the day in the column `day`; before the first named day that day's.

    `named` are days of accounts with handles, sorted.
    """
    rows = rows.drop(columns="handle", errors="ignore")  # an empty frame has every declared column
    on_day = named[[*DAY_KEY, "handle"]].rename(columns={"report_date": day})
    found = rows.merge(on_day, on=["account_id", day], how="left", validate="m:1")["handle"].set_axis(rows.index)
    first = named.drop_duplicates("account_id").set_index("account_id")["handle"]
    return rows.assign(handle=found.fillna(rows["account_id"].map(first)))


def _observed_accounts(inputs: StagedInputs) -> set[str]:
    """Accounts of which something is known; a handle that X has never known is not among them."""
    frames = (inputs.snapshots, inputs.activity, inputs.posts, inputs.lists)
    return {str(account_id) for rows in frames for account_id in rows["account_id"].unique()}


def _counts(snapshots: pd.DataFrame) -> pd.DataFrame:
    ranked = snapshots.assign(rank=snapshots["source"].map(_SOURCE_ORDER)).sort_values(
        ["account_id", "snapshot_date", "rank"], kind="stable"
    )
    preferred = ranked.drop_duplicates(["account_id", "snapshot_date"], keep="first")
    renamed = preferred.rename(columns={"snapshot_date": "report_date", "source": "counts_source"})
    kept = [*DAY_KEY, "handle", "observed_at", "counts_source", *_COUNTS, "is_estimated", "is_protected"]
    return renamed[[*kept, "account_created_at"]]


def _activity(activity: pd.DataFrame) -> pd.DataFrame:
    # Of two downloads up to the same day that one is the later whose day has counted more.
    order = ["account_id", "activity_date", "observed_at", "source", "day_impressions_count"]
    latest = activity.sort_values(order, kind="stable", na_position="first")
    latest = latest.drop_duplicates(["account_id", "activity_date"], keep="last")
    renamed = latest.rename(columns={"activity_date": "report_date", "source": "activity_source"})
    stated = ["new_followers_count", "lost_followers_count", *(column.name for column in DAY_TOTAL_COLUMNS)]
    return renamed[[*DAY_KEY, "handle", "observed_at", "activity_source", *stated]]


def _lists(lists: pd.DataFrame) -> pd.DataFrame:
    """The days on which a follower list was read elsewhere: something is known of them, if no count."""
    read = lists.drop_duplicates(["account_id", "list_date"]).rename(columns={"list_date": "report_date"})
    return read.assign(observed_at=read["report_date"].dt.tz_localize("UTC").astype("datetime64[us, UTC]"))


def _days(rows: pd.DataFrame, day: str) -> pd.DataFrame:
    return rows[["account_id", day]].drop_duplicates().rename(columns={day: "report_date"})


def select_arrival_counts(inputs: StagedInputs) -> pd.DataFrame:
    """How many arrived per account and day, as `count_by_day` counts them."""
    return count_by_day(inputs.arrivals) if inputs.arrival_counts is None else inputs.arrival_counts


def _quality(inputs: StagedInputs) -> pd.DataFrame:
    readings = inputs.readings.rename(columns={"snapshot_date": "report_date"}).sort_values([*DAY_KEY, "subject"])
    status = readings.set_index([*DAY_KEY, "subject"])["status"].unstack("subject")  # noqa: PD010 - keys are unique
    first = readings.groupby(DAY_KEY, sort=True)[["reading_reason", "observation_level"]].first()
    quality = first.rename(columns={"reading_reason": "unread_reason"}).assign(
        followers_status=status.get("followers"), posts_status=status.get("posts")
    )
    text = inputs.snapshots["handle"].dtype
    quality = quality.astype(dict.fromkeys(quality.columns, text))
    return quality.reset_index()


def _named(days: pd.DataFrame) -> pd.DataFrame:
    handle = days["handle"].fillna(days["handle_activity"]).fillna(days["handle_list"])
    by_account = handle.groupby(days["account_id"], sort=False)
    return days.assign(
        # A handle that no source states, as of rows staged by an earlier version, is the account's id.
        handle=by_account.ffill().fillna(by_account.bfill()).fillna(days["account_id"].str.removeprefix(PROVISIONAL)),
        observed_at=days["observed_at"].fillna(days["observed_at_activity"]).fillna(days["observed_at_list"]),
    ).drop(columns=["handle_activity", "observed_at_activity", "handle_list", "observed_at_list"])


def _changes(days: pd.DataFrame) -> pd.DataFrame:
    is_stated = days["new_followers_count"].notna()
    is_read = ~is_stated & _is_read_daily(days)
    arrived = days["arrivals_count"].fillna(0).where(is_read)
    new = days["new_followers_count"].fillna(arrived)
    delta = days.groupby("account_id", sort=False)["followers_count"].diff()
    delta = delta.fillna(days["new_followers_count"] - days["lost_followers_count"])
    derived = (new - delta).where(is_read & (new >= delta))
    lost = days["lost_followers_count"].fillna(derived)
    source = days["activity_source"].where(is_stated, None)
    return days.assign(
        new_followers_count=new,
        lost_followers_count=lost,
        followers_delta=delta,
        unaccounted_followers_delta=delta - (new - lost),
        changes_source=source.mask(is_read, "x_api"),
        listed_arrivals_count=_listed(days),
    ).drop(columns=["arrivals_count", "activity_source"])


def _listed(days: pd.DataFrame) -> pd.Series:
    """Who was first seen on the day; nobody on a day whose head was read to the known ones without a new one."""
    was_read = days["followers_status"].notna()
    is_followed = was_read.groupby(days["account_id"], sort=False).cumsum() > was_read
    nobody = pd.Series(0, index=days.index, dtype="Int64")
    quiet = nobody.where((days["followers_status"] == "complete") & is_followed)
    return days["arrivals_count"].astype("Int64").fillna(quiet)


def _is_read_daily(days: pd.DataFrame) -> pd.Series:
    """Whether the list's head was read on this day and on the day before: only then are the new ones this day's."""
    complete = days["followers_status"] == "complete"
    return complete & complete.groupby(days["account_id"], sort=False).shift(fill_value=False)


def _leveled(days: pd.DataFrame, posts: pd.DataFrame) -> pd.DataFrame:
    """Days known from exports alone are at level `posts` from the first exported post on, else at `counts`."""
    exported = posts[posts["source"].isin(["content_csv", "archive"])]
    first = exported.groupby("account_id")["created_at"].min().dt.tz_localize(None).dt.normalize()
    first = days[["account_id"]].merge(first.rename("first").reset_index(), on="account_id", how="left")["first"]
    has_posts = days["report_date"] >= first
    level = pd.Series("counts", index=days.index, dtype=days["handle"].dtype).mask(has_posts, "posts")
    known = days["observation_level"].fillna(level.where(days["observed_at"].notna()))
    return days.assign(observation_level=known)


def _reasoned(days: pd.DataFrame) -> pd.DataFrame:
    is_unknown = days["followers_count"].isna()
    reason = pd.Series("not_in_source", index=days.index, dtype=days["handle"].dtype)
    reason = reason.mask(days["new_followers_count"].notna(), "no_anchor")
    reason = reason.mask(days["observed_at"].isna(), "not_observed")
    return days.assign(counts_reason=reason.where(is_unknown))


def dense_days(observed: pd.DataFrame) -> pd.DataFrame:
    """Every day from an account's first observed day to its last, sorted by account and day.

    `observed` holds `account_id` and `report_date`, in any order, repeats allowed.
    A day between two observed ones on which nothing was read stands in the result all the same.
    """
    spans = observed.groupby("account_id", sort=True)["report_date"].agg(["min", "max"])
    lengths = ((spans["max"] - spans["min"]).dt.days + 1).to_numpy()
    starts = np.repeat(np.cumsum(lengths) - lengths, lengths)
    offsets = np.arange(lengths.sum()) - starts
    return pd.DataFrame(
        {
            "account_id": np.repeat(spans.index.to_numpy(), lengths),
            "report_date": np.repeat(spans["min"].to_numpy(), lengths) + offsets.astype("timedelta64[D]"),
        }
    ).astype({"account_id": observed["account_id"].dtype, "report_date": observed["report_date"].dtype})

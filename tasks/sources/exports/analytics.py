"""X's own account analytics export: what happened on each day, for nothing, and the counts that follow from one."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd

from tasks.schema.staged import ACCOUNT_ACTIVITY, ACCOUNT_SNAPSHOTS
from tasks.sources.exports.dates import end_of
from tasks.sources.exports.export import Export, ExportRefusedError, Owner, staged_frame
from tasks.sources.exports.sheet import (
    LARGEST_COUNT,
    Sheet,
    SheetColumns,
    SheetRow,
    missing_days,
    read_sheet,
    refuse_future,
    refuse_repeats,
    refuse_wide_steps,
)
from tasks.sources.exports.titles import IN_ANOTHER_LANGUAGE

_SOURCE = "analytics_csv"
_REQUIRED = {
    "date": "Date",
    "day_impressions_count": "Impressions",
    "new_followers_count": "New follows",
    "lost_followers_count": "Unfollows",
}
"""Without these it is another file."""
NO_DAY = "holds a header and no day; download it again"
ANALYTICS_COLUMNS = SheetColumns(
    {
        "date": ("date",),
        "new_followers_count": ("newfollows", "newfollowers"),
        "lost_followers_count": ("unfollows",),
        "day_impressions_count": ("impressions",),
        "day_likes_count": ("likes",),
        "day_x_engagements_count": ("engagements",),
        "day_bookmarks_count": ("bookmarks",),
        "day_shares_count": ("shares", "share"),
        "day_replies_count": ("replies",),
        "day_reposts_count": ("reposts", "retweets"),
        "day_profile_visits_count": ("profilevisits",),
        "day_posts_count": ("createpost", "postscreated", "posts"),
        "day_video_views_count": ("videoviews",),
        "day_media_views_count": ("mediaviews",),
    },
    frozenset(_REQUIRED),
    "overview",
)
"""Our columns and the titles under which X's exports have had them."""
OLD_DAYS_COLUMNS = SheetColumns(
    {
        "date": ("date",),
        "day_posts_count": ("tweetspublished",),
        "day_impressions_count": ("impressions",),
        "day_x_engagements_count": ("engagements",),
        "day_reposts_count": ("retweets",),
        "day_replies_count": ("replies",),
        "day_likes_count": ("likes", "favorites"),
        "day_media_views_count": ("mediaviews",),
    },
    frozenset({"date", "day_posts_count", "day_impressions_count"}),
)
"""`daily_tweet_activity_metrics_*.csv`, which analytics.twitter.com gave from 2015 to 2023.

Its `follows` are those who followed from a post, and its profile clicks those on a post: neither is a total of the day.
"""


@dataclass(frozen=True)
class Anchor:
    """A follower count that somebody read at the end of a day."""

    day: date
    followers_count: int


def analytics_export(content: bytes, name: str, owner: Owner, today: date) -> Export:
    """The daily totals of `account_overview_analytics.csv`: rows of `account_activity`, oldest first.

    The row of `today` is left out: the day is not over.
    `observed_at` is the end of the newest day, the earliest moment at which the export can have been made.
    Date, impressions, new follows and unfollows must be there; another column that is not there is null.
    A day that is missing between others stays unknown, and the notes name it.
    A title that is not known is refused where a known one is missing: it may be that one renamed, or translated.
    Raises `ExportRefusedError` on a foreign header, rows further apart than a day, a repeated day, a day in the future,
    or what is no count.
    """
    sheet = read_sheet(content, name, ANALYTICS_COLUMNS)
    _refuse_foreign(sheet)
    _refuse_impossible(sheet)
    return _days_export(sheet, owner, today, sheet.notes)


def old_days_export(content: bytes, name: str, owner: Owner, today: date) -> Export:
    """The same of `daily_tweet_activity_metrics_*.csv` of 2015 to 2023, which states no follows and unfollows of days.

    Raises `ExportRefusedError` as `analytics_export`.
    """
    sheet = read_sheet(content, name, OLD_DAYS_COLUMNS)
    if not sheet.rows:
        raise sheet.refusal(None, NO_DAY)
    return _days_export(sheet, owner, today, ("it says how posts did on each day; who followed or left, it does not",))


def _days_export(sheet: Sheet, owner: Owner, today: date, notes: tuple[str, ...]) -> Export:
    days = sheet.days()
    refuse_future(sheet, days, today)
    refuse_repeats(sheet, days)
    refuse_wide_steps(sheet, days)
    whole = [(day, row) for day, row in zip(days, sheet.rows, strict=True) if day < today]
    if not whole:
        raise sheet.refusal(None, "holds no day that is over; download it again tomorrow")
    first, last = min(day for day, _ in whole), max(day for day, _ in whole)
    about: dict[str, object] = {"account_id": owner.account_id, "source": _SOURCE, "handle": owner.handle}
    about["observed_at"] = end_of(last)
    rows = [about | {"activity_date": day} | _day_counts(sheet, row) for day, row in whole]
    if len(whole) < len(days):
        notes = (*notes, f"{today} is left out: the day is not over")
    if missing := missing_days([day for day, _ in whole]):
        notes = (*notes, f"not in the file, and so unknown: {missing}")
    tables = ((ACCOUNT_ACTIVITY, staged_frame(ACCOUNT_ACTIVITY, rows)),)
    return Export(sheet.name, owner, sheet.content, (first, last), tables, notes, sheet.columns)


def counts_from_anchor(export: Export, anchor: Anchor) -> pd.DataFrame:
    """Rows of `account_snapshots`, one per day of an analytics export: F(d-1) = F(d) - new(d) + lost(d).

    Every count but the anchor's is estimated; none is rebuilt beyond a day that the export leaves out.
    The day before the export has a row only when it is the anchor's: nothing else is stated of it.
    Raises `ExportRefusedError` for an anchor outside the export's days, and when a count would fall below 0.
    """
    first, last = export.days
    before = first - timedelta(days=1)
    if not before <= anchor.day <= last:
        message = f"the anchor's day is {anchor.day}; give a count from {before} to {last}"
        raise ExportRefusedError(message)
    if not 0 <= anchor.followers_count <= LARGEST_COUNT:
        message = f"the anchor's count is {anchor.followers_count}; give the followers at the end of {anchor.day}"
        raise ExportRefusedError(message)
    activity = _days_around(export.rows(ACCOUNT_ACTIVITY), anchor.day)
    before = activity["activity_date"].iloc[0].date() - timedelta(days=1)
    change = (activity["new_followers_count"] - activity["lost_followers_count"]).to_numpy(dtype=np.int64)
    total = np.concatenate([[0], change.cumsum()])
    counts = anchor.followers_count + total - total[(anchor.day - before).days]
    if counts.min() < 0:
        lowest = before + timedelta(days=int(counts.argmin()))
        message = (
            f"with {anchor.followers_count} followers on {anchor.day} the count of {lowest} would be {counts.min()}; "
            "the anchor is too low: look it up again"
        )
        raise ExportRefusedError(message)
    days = [before + timedelta(days=step) for step in range(len(counts))]
    start = 0 if anchor.day == before else 1
    columns = {
        "account_id": export.owner.account_id,
        "snapshot_date": days[start:],
        "source": _SOURCE,
        "handle": export.owner.handle,
        "observed_at": activity["observed_at"].iloc[0],
        "followers_count": counts[start:],
        "is_estimated": [day != anchor.day for day in days[start:]],
    }
    return staged_frame(ACCOUNT_SNAPSHOTS, columns)


def _days_around(activity: pd.DataFrame, day: date) -> pd.DataFrame:
    """The days of the export that follow one another without a hole, up to which and from which the day reaches."""
    days = activity["activity_date"]
    stretch = (days.diff().dt.days.fillna(1) != 1).cumsum()
    wanted = pd.Timestamp(day)
    for _, rows in activity.groupby(stretch):
        first, last = rows["activity_date"].iloc[0], rows["activity_date"].iloc[-1]
        if first - pd.Timedelta(days=1) <= wanted <= last:
            return rows
    message = f"the anchor's day is {day}, which the export leaves out; give a count of another day"
    raise ExportRefusedError(message)


def _refuse_foreign(sheet: Sheet) -> None:
    if missing := [title for column, title in _REQUIRED.items() if column not in sheet.titles]:
        said = f"the header lacks {', '.join(missing)}; download X's account_overview_analytics.csv in English"
        raise sheet.refusal(None, said)
    lacking = [column for column in ANALYTICS_COLUMNS.titles if column not in sheet.titles]
    if sheet.unknown_titles and lacking:
        if sheet.is_translated:
            raise sheet.refusal(None, IN_ANOTHER_LANGUAGE)
        unknown = ", ".join(sheet.unknown_titles)
        raise sheet.refusal(
            None, f"the header has what is not known: {unknown}; download it again, with X's own titles"
        )
    if not sheet.rows:
        raise sheet.refusal(None, NO_DAY)


def _refuse_impossible(sheet: Sheet) -> None:
    """Refuse translated titles under which a day has more likes, replies and reposts than engagements in all."""
    parts = ("day_likes_count", "day_replies_count", "day_reposts_count")
    if not sheet.is_translated or not {*parts, "day_x_engagements_count"} <= sheet.titles.keys():
        return
    for row in sheet.rows:
        counts = [sheet.count(row, column) or 0 for column in (*parts, "day_x_engagements_count")]
        if sum(counts[:-1]) > counts[-1]:
            raise sheet.refusal(row, IN_ANOTHER_LANGUAGE)


def _day_counts(sheet: Sheet, row: SheetRow) -> dict[str, int | None]:
    counts = {column: sheet.count(row, column) for column in sheet.titles if column != "date"}
    if empty := [title for column, title in _REQUIRED.items() if column in counts and counts[column] is None]:
        raise sheet.refusal(row, f"{', '.join(empty)} is empty; download it again")
    return counts

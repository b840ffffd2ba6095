"""X's own account analytics export: what happened on each day, for nothing."""

from dataclasses import dataclass
from datetime import date, datetime

import pandas as pd

from tasks.schema.staged import ACCOUNT_ACTIVITY
from tasks.sources.exports.cells import Row, Sheet, sheet
from tasks.sources.exports.days import day, read_at, refuse_future, refuse_gaps, refuse_repeats
from tasks.sources.exports.owner import Owner, staged

SOURCE = "analytics_csv"
TITLES = {
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
}
"""Our column and the titles under which X's exports have had it, without case, spaces and punctuation."""

ALIASES = {title: column for column, titles in TITLES.items() for title in titles}
REQUIRED = {
    "date": "Date",
    "day_impressions_count": "Impressions",
    "new_followers_count": "New follows",
    "lost_followers_count": "Unfollows",
}
"""Without these it is another file."""


@dataclass(frozen=True)
class AnalyticsExport:
    """What the export states: rows of `account_activity`, oldest first, and what was left out and why."""

    activity: pd.DataFrame
    first_day: date
    last_day: date
    notes: tuple[str, ...]


def analytics_export(content: bytes, name: str, owner: Owner, today: date) -> AnalyticsExport:
    """The daily totals of `account_overview_analytics.csv`.

    The row of `today` is left out: the day is not over.
    `observed_at` is the end of the newest day, the earliest moment at which the export can have been made.
    Date, impressions, new follows and unfollows must be there; another column that is not there is null.
    A column that is not known is refused: it may be a known one renamed, whose figures would be lost.
    Raises `ExportRefusedError` on a foreign header, a missing or repeated day, a day in the future, or no count.
    """
    export = sheet(content, name, ALIASES)
    _refuse_foreign(export)
    days = [day(export, row) for row in export.rows]
    refuse_future(export, days, today)
    refuse_repeats(export, days)
    refuse_gaps(export, days)
    whole = [(at, row) for at, row in zip(days, export.rows, strict=True) if at < today]
    if not whole:
        raise export.refusal(None, "holds no day that is over; download it again tomorrow")
    first, last = min(at for at, _ in whole), max(at for at, _ in whole)
    rows = [_activity(export, row, at, (owner, read_at(last, today))) for at, row in whole]
    notes = (f"{today} is left out: the day is not over",) if len(whole) < len(days) else ()
    return AnalyticsExport(staged(ACCOUNT_ACTIVITY, rows), first, last, notes)


def _refuse_foreign(export: Sheet) -> None:
    missing = [title for column, title in REQUIRED.items() if column not in export.titles]
    if missing:
        said = f"the header lacks {', '.join(missing)}; download X's account_overview_analytics.csv in English"
        raise export.refusal(None, said)
    if export.strangers:
        said = f"the header has what is not known: {', '.join(export.strangers)}; rename it as X does, or delete it"
        raise export.refusal(None, said)
    if not export.rows:
        raise export.refusal(None, "holds a header and no day; download it again")


def _activity(export: Sheet, row: Row, at: date, made_by: tuple[Owner, datetime]) -> dict[str, object]:
    owner, made = made_by
    stated = {column: export.count(row, column) for column in TITLES if column != "date"}
    empty = [column for column in REQUIRED if column != "date" and stated[column] is None]
    if empty:
        raise export.refusal(row, f"{', '.join(REQUIRED[column] for column in empty)} is empty; download it again")
    return {
        "account_id": owner.account_id,
        "activity_date": at,
        "source": SOURCE,
        "handle": owner.handle,
        "observed_at": made,
        **stated,
    }

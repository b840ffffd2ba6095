"""What an import would take of a file, and what reports will then be able to say: shown before anything is staged."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from tasks.schema.frames import frame
from tasks.sources.exports.export import Export
from tasks.sources.exports.follower_list import FollowerListExport

_SHOWN_ROWS = 3
_WIDEST = 24
"""Letters of a cell."""
_NOT_SHOWN = ("account_id", "handle", "source", "observed_at", "follower_id", "listed_follower_id")
"""The same in all rows, or ids of people, which are nobody's business on a terminal."""


@dataclass(frozen=True)
class KindWords:
    """What a kind of export is called, what reports tell from it, and what they do not."""

    name: str
    tells: str
    lacks: str


KIND_WORDS: Mapping[str, KindWords] = {
    "analytics": KindWords(
        "X's account analytics",
        "impressions, engagements, profile visits, new follows and unfollows of each day",
        "the absolute follower count (one count that you know gives it: --anchor 2025-03-21=1234), single posts",
    ),
    "old_days": KindWords(
        "X's analytics by day of before 2024",
        "impressions, engagements and posts of each day",
        "who followed and left, the absolute follower count, single posts",
    ),
    "content": KindWords(
        "X's content analytics",
        "impressions, likes, reposts and replies of each post, and engagement rates from them",
        "the follower count and its changes (X's account analytics or kept counts give them), quotes",
    ),
    "counts": KindWords(
        "follower counts that somebody kept",
        "the absolute count of these days, and where it leaves its own past",
        "who came and left, and whether the community grew with it (X's analytics or archive tell of that)",
    ),
    "followers": KindWords(
        "a follower list",
        "blocks of followers that came together, by follow order and creation dates",
        "engagement, the count of other days, and anything about followers who have left",
    ),
    "archive": KindWords(
        "X's archive",
        "every follower in follow order, all own posts with likes and reposts",
        "impressions, the public follower count, followers' profiles, who followed when",
    ),
}


def preview_lines(export: Export | FollowerListExport) -> list[str]:
    """What was recognized, how columns are taken, what is left out, the days, some rows, and what reports will say."""
    words = KIND_WORDS[export.kind]
    first, last = export.days
    lines = [f"{export.name}: {words.name}, of @{export.owner.handle}", f"  days: {first} to {last}"]
    if export.columns:
        lines.append(f"  columns: {', '.join(f'{title} = {column}' for column, title in export.columns)}")
    lines += [f"  note: {note}" for note in export.notes]
    lines += [f"  row: {row}" for row in _rows(export)]
    return [*lines, f"  reports will tell: {words.tells}", f"  and will not: {words.lacks}"]


def _rows(export: Export | FollowerListExport) -> list[str]:
    """The first rows of what would be staged, in words."""
    rows = next(frame(piece) for piece in export.rows()) if isinstance(export, FollowerListExport) else export.sample
    shown = rows.head(_SHOWN_ROWS).drop(columns=list(_NOT_SHOWN), errors="ignore")
    return [_words(row) for _, row in shown.dropna(axis="columns", how="all").iterrows()]


def _words(row: pd.Series) -> str:
    stated = row.dropna()
    return ", ".join(f"{name} {_cell(value)}" for name, value in stated.items())


def _cell(value: object) -> str:
    text = str(value.date()) if isinstance(value, pd.Timestamp) else str(value)
    return text[:_WIDEST]

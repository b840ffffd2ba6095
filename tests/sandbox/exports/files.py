"""X's two CSV files for the owner of an account: what happened on each day, and what each post received."""

import csv
import io
from collections.abc import Iterable
from datetime import date, timedelta

import numpy as np

from sandbox.world.moments import DAY, day_of, midnight
from sandbox.world.notables import Notable
from sandbox.world.post_view import PostView
from sandbox.world.posts import Kind
from sandbox.world.randomness import Numbers
from sandbox.world.world import World
from tests.sandbox.exports.follows import comings_and_goings
from tests.sandbox.exports.received import Totals, totals

OVERVIEW = (
    *("Date", "Impressions", "Likes", "Engagements", "Bookmarks", "Shares", "New follows", "Unfollows", "Replies"),
    *("Reposts", "Profile visits", "Create Post", "Video views", "Media views"),
)
CONTENT = (
    *("Post id", "Date", "Post text", "Post Link", "Impressions", "Likes", "Engagements", "Bookmarks", "Shares"),
    *("New follows", "Replies", "Reposts", "Profile visits", "Detail Expands", "URL Clicks", "Hashtag Clicks"),
    "Permalink Clicks",
)
# The file is in English whatever the language of the machine.
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
# Of so many who visit the profile from a post, one follows.
VISITS_PER_FOLLOW = 40

Cells = dict[str, list[int] | list[str]]


def account_analytics_name() -> str:
    """The name that X gives to the file of `analytics_csv`."""
    return "account_overview_analytics.csv"


def content_name(first: date, last: date) -> str:
    """The name that X gives to the file of `content_csv`.

    >>> content_name(date(2026, 1, 1), date(2026, 6, 17))
    'account_analytics_content_2026-01-01_2026-06-17.csv'
    """
    return f"account_analytics_content_{first}_{last}.csv"


def analytics_csv(world: World, handle: str, first: date, last: date) -> bytes:
    """X's overview of an account: one row per UTC day from `first` to `last`, newest first, none before it existed.

    Followers at the end of a day are those at the end of the day before, plus New follows, minus Unfollows.
    Whoever goes out of sight (left, suspended, deactivated) is an unfollow, whoever comes into sight a new follow.
    All else is what the account's own posts received on the day, reposts aside; profiles are visited from posts that
    mention the account, too. Nothing is watched or shared here, and nobody posts before the world's history begins.

    Raises:
        KeyError: Nobody has this handle.
        ValueError: The account did not exist by the end of `last`, or the days are the wrong way round.
    """
    account = world.account(handle)
    days = _days(account, first, last)
    moments = np.array([midnight(day) for day in (*days, last + timedelta(days=1))], dtype=np.int64)
    own = _own_posts(world, account, last)
    came, went = comings_and_goings(world.audiences.get(account.number), moments)
    received = totals(world.posts, own, moments)
    mentions = totals(world.posts, _mentions(world, account, last), moments)
    growing = {
        **_columns(received),
        "New follows": came,
        "Unfollows": went,
        "Profile visits": received.profile_visits.sum(axis=0) + mentions.profile_visits.sum(axis=0),
        "Create Post": np.searchsorted(np.sort(world.posts.rows.created[own]), moments),
    }
    columns: Cells = {title: np.diff(total).tolist() for title, total in growing.items()}
    columns["Date"] = [_written(day) for day in days]
    return _csv(OVERVIEW, columns, reversed(range(len(days))))


def content_csv(world: World, handle: str, first: date, last: date) -> bytes:
    """X's content export of 2026: every post, reply and quote of those UTC days as it stands at the end of `last`.

    Newest first, as the API lists them; a repost is another's post. Nothing here is shared or has an address to click.

    Raises:
        KeyError: Nobody has this handle.
        ValueError: The account did not exist by the end of `last`, or the days are the wrong way round.
    """
    account = world.account(handle)
    since = midnight(_days(account, first, last)[0])
    rows = _own_posts(world, account, last)
    rows = rows[world.posts.rows.created[rows] >= since]
    end = midnight(last) + DAY
    posts = PostView.of_rows(world, rows, end)
    received = totals(world.posts, rows, np.array([end]))
    counts = {
        **_columns(received, by_post=True),
        "Profile visits": received.profile_visits[:, 0],
        "New follows": received.profile_visits[:, 0] // VISITS_PER_FOLLOW,
        "Detail Expands": received.detail_expands[:, 0],
        "Permalink Clicks": received.permalink_clicks[:, 0],
    }
    columns: Cells = {title: count.tolist() for title, count in counts.items()}
    columns["Post id"] = [str(id_) for id_ in posts.ids]
    columns["Date"] = [_written(day_of(created)) for created in posts.created]
    columns["Post text"] = posts.texts
    columns["Post Link"] = [f"https://x.com/{account.handle}/status/{id_}" for id_ in posts.ids]
    return _csv(CONTENT, columns, range(len(posts)))


def _days(account: Notable, first: date, last: date) -> list[date]:
    """The days asked on which the account existed."""
    if first > last:
        message = f"The export would begin on {first} and end on {last}: give the earlier day first."
        raise ValueError(message)
    created = day_of(account.created)
    if created > last:
        message = f"The account {account.handle} did not exist by {last}: ask for days from {created} on."
        raise ValueError(message)
    since = max(first, created)
    return [since + timedelta(days=step) for step in range((last - since).days + 1)]


def _own_posts(world: World, account: Notable, last: date) -> Numbers:
    rows = world.posts.by_author(account.number, midnight(last) + DAY - 1)
    return np.extract(world.posts.rows.kind[rows] != Kind.REPOST, rows)


def _mentions(world: World, account: Notable, last: date) -> Numbers:
    """Posts in which others name the account of their own accord; replies under its posts are not seen by many."""
    rows = world.posts.mentioning(account.number, midnight(last) + DAY - 1)
    return np.extract(world.posts.rows.kind[rows] == Kind.ORIGINAL, rows)


def _columns(received: Totals, *, by_post: bool = False) -> dict[str, Numbers]:
    """What both files have: of each post at the only moment, or of all posts at each moment."""
    shown = {
        "Impressions": received.impressions,
        "Likes": received.likes,
        "Engagements": received.engagements,
        "Bookmarks": received.bookmarks,
        "Replies": received.replies,
        "Reposts": received.reposts,
    }
    return {title: total[:, 0] if by_post else total.sum(axis=0) for title, total in shown.items()}


def _written(day: date) -> str:
    return f"{WEEKDAYS[day.weekday()]}, {MONTHS[day.month - 1]} {day.day}, {day.year}"


def _csv(titles: tuple[str, ...], columns: Cells, order: Iterable[int]) -> bytes:
    """The file, with 0 under each title that the world has nothing for, and no newline at the end."""
    nothing = [0] * len(columns["Date"])
    shown = [columns.get(title, nothing) for title in titles]
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(titles)
    writer.writerows([column[place] for column in shown] for place in order)
    return text.getvalue().removesuffix("\n").encode()

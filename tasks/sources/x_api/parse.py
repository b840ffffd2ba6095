"""Raw pages to staged rows: the last place that knows X's words, in both vocabularies."""

from collections.abc import Iterable

import numpy as np
import pandas as pd

from tasks.sources.x_api import words
from tasks.sources.x_api.endpoints import POSTS, TIMELINE, USERS, USERS_BY
from tasks.sources.x_api.pages import Envelope
from tasks.tables.frames import arrow, frame
from tasks.tables.staged import ACCOUNT_SNAPSHOTS
from tasks.tables.staged import POSTS as POSTS_TABLE
from tasks.tables.table import Table

SOURCE = "x_api"


def parse_snapshots(pages: Iterable[Envelope]) -> pd.DataFrame:
    """Rows of `account_snapshots`: the counts of each account as last read on each day."""
    return _staged(ACCOUNT_SNAPSHOTS, [_snapshots(page) for page in _of(pages, USERS.name, USERS_BY.name)])


def parse_posts(pages: Iterable[Envelope]) -> pd.DataFrame:
    """Rows of `posts`: each own post as last read on each day.

    A post whose references X did not state is not called an original: `is_repost` and `is_quote` are null.
    It is known to answer nobody when it opens its conversation, and to answer somebody else when X names whom.
    """
    return _staged(POSTS_TABLE, [_posts(page) for page in _of(pages, TIMELINE.name, POSTS.name)])


def _snapshots(page: Envelope) -> pd.DataFrame:
    users = page.objects
    followers_count = words.counts(users, "followers_count")
    stated = {
        "account_id": words.texts(users, "id"),
        "handle": words.texts(users, "username"),
        "followers_count": followers_count,
        "following_count": words.counts(users, "following_count"),
        "posts_count": words.counts(users, "tweet_count", "post_count"),
        "listed_count": words.counts(users, "listed_count"),
        "is_estimated": words.same(len(users), value=False).where(followers_count.notna()),
        "is_protected": words.flags(users, "protected"),
        "account_created_at": words.moments(users, "created_at"),
    }
    return _read_on(page, pd.DataFrame(stated))


def _posts(page: Envelope) -> pd.DataFrame:
    posts = page.objects
    post_id = words.ids(posts, "id")
    has_references = _has_references(page)
    stated = {
        "post_id": post_id,
        "created_at": words.moments(posts, "created_at").fillna(words.snowflake_moments(post_id)),
        "is_repost": words.reference_ids(posts, "retweeted").notna().astype("boolean").where(has_references),
        "is_quote": words.reference_ids(posts, "quoted").notna().astype("boolean").where(has_references),
        "is_reply_to_other": _is_reply_to_other(page),
        "like_count": words.counts(posts, "like_count"),
        "repost_count": words.counts(posts, "retweet_count", "repost_count"),
        "reply_count": words.counts(posts, "reply_count"),
        "quote_count": words.counts(posts, "quote_count"),
        "bookmark_count": words.counts(posts, "bookmark_count"),
        "impression_count": words.counts(posts, "impression_count"),
    }
    return _read_on(page, pd.DataFrame(stated)).assign(account_id=page.batch)


def _is_reply_to_other(page: Envelope) -> pd.Series:
    posts = page.objects
    opens = words.ids(posts, "conversation_id") == words.ids(posts, "id")
    no_reply = words.reference_ids(posts, "replied_to").isna().to_numpy() & _has_references(page)
    answered = words.texts(posts, "in_reply_to_user_id")
    to_other = (answered != page.batch).astype("boolean").where(answered.notna())
    return to_other.mask(opens.fillna(value=False).to_numpy(dtype=bool) | no_reply, other=False)


def _has_references(page: Envelope) -> np.ndarray:
    """Per post, whether a missing reference means that there is none."""
    is_asked = "referenced_tweets" in page.parameters.get("tweet.fields", "").split(",")
    return np.array([is_asked or words.references(post) is not None for post in page.objects], dtype=bool)


def _read_on(page: Envelope, rows: pd.DataFrame) -> pd.DataFrame:
    observed_at = pd.Timestamp(page.received_at).as_unit("us")
    return rows.assign(snapshot_date=pd.Timestamp(page.day).as_unit("s"), source=SOURCE, observed_at=observed_at)


def _of(pages: Iterable[Envelope], *endpoints: str) -> list[Envelope]:
    chosen = [page for page in pages if page.endpoint in endpoints and page.objects]
    return sorted(chosen, key=lambda page: (page.received_at, page.request_id))


def _staged(table: Table, parts: list[pd.DataFrame]) -> pd.DataFrame:
    """The rows in the table's order; of rows with one key the last read stands."""
    rows = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=table.schema.names)
    return frame(arrow(table, rows[~rows.duplicated(list(table.key), keep="last")]))

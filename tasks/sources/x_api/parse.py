"""Raw pages to staged rows: the last place that knows X's words, in both vocabularies."""

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
import pandas as pd

from tasks.schema.frames import arrow, frame, nothing
from tasks.schema.staged import ACCOUNT_SNAPSHOTS
from tasks.schema.staged import POSTS as POSTS_TABLE
from tasks.schema.table import Table
from tasks.sources.x_api import words
from tasks.sources.x_api.blocks import Block, rows_by_arrival
from tasks.sources.x_api.endpoints import POSTS, TIMELINE, USERS, USERS_BY
from tasks.sources.x_api.pages import Envelope

SOURCE = "x_api"


def parse_snapshots(pages: Iterable[Envelope]) -> pd.DataFrame:
    """Rows of `account_snapshots`: the counts of each account as last read on each day."""
    chosen = (page for page in pages if page.endpoint in {USERS.name, USERS_BY.name})
    return _staged(ACCOUNT_SNAPSHOTS, rows_by_arrival(chosen, _snapshots))


def parse_posts(pages: Iterable[Envelope]) -> pd.DataFrame:
    """Rows of `posts`: each own post as last read on each day.

    A post whose references X did not state is not called an original: `is_repost` and `is_quote` are null.
    It is known to answer nobody when it opens its conversation, and to answer somebody else when X names whom.
    """
    chosen = (page for page in pages if page.endpoint in {TIMELINE.name, POSTS.name})
    return _staged(POSTS_TABLE, rows_by_arrival(chosen, _posts))


def _snapshots(block: Block) -> pd.DataFrame:
    users = block.objects
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
    return pd.DataFrame(stated | _read(block))


def _posts(block: Block) -> pd.DataFrame:
    posts = block.objects
    post_id = words.ids(posts, "id")
    has_references = _has_references(block)
    stated = {
        "account_id": block.account_id,
        "post_id": post_id,
        "created_at": words.moments(posts, "created_at").fillna(words.snowflake_moments(post_id)),
        "is_repost": words.reference_ids(posts, "retweeted").notna().astype("boolean").where(has_references),
        "is_quote": words.reference_ids(posts, "quoted").notna().astype("boolean").where(has_references),
        "is_reply_to_other": _is_reply_to_other(block, has_references),
        "like_count": words.counts(posts, "like_count"),
        "repost_count": words.counts(posts, "retweet_count", "repost_count"),
        "reply_count": words.counts(posts, "reply_count"),
        "quote_count": words.counts(posts, "quote_count"),
        "bookmark_count": words.counts(posts, "bookmark_count"),
        "impression_count": words.counts(posts, "impression_count"),
    }
    return pd.DataFrame(stated | _read(block))


def _is_reply_to_other(block: Block, has_references: npt.NDArray[np.bool_]) -> pd.Series:
    posts = block.objects
    opens = words.ids(posts, "conversation_id") == words.ids(posts, "id")
    no_reply = words.reference_ids(posts, "replied_to").isna().to_numpy() & has_references
    answered = words.texts(posts, "in_reply_to_user_id")
    to_other = (answered != block.account_id).astype("boolean").where(answered.notna())
    return to_other.mask(opens.fillna(value=False).to_numpy(dtype=bool) | no_reply, other=False)


def _has_references(block: Block) -> npt.NDArray[np.bool_]:
    """Per post, whether a missing reference means that there is none."""
    is_asked = block.has(lambda page: "referenced_tweets" in page.parameters.get("tweet.fields", "").split(","))
    is_stated = np.array([words.references(post) is not None for post in block.objects], dtype=bool)
    is_known: npt.NDArray[np.bool_] = is_asked | is_stated
    return is_known


def _read(block: Block) -> dict[str, pd.Series]:
    source = block.of_page((SOURCE for _ in block.pages), "str")
    return {"snapshot_date": block.day, "source": source, "observed_at": block.observed_at}


def _staged(table: Table, rows: pd.DataFrame | None) -> pd.DataFrame:
    """The rows in the table's order; of rows with one key the last read stands."""
    if rows is None:
        return nothing(table)
    return frame(arrow(table, rows[~rows.duplicated(list(table.key), keep="last")]))

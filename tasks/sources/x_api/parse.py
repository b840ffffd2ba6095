"""Raw pages to staged rows: the last place that knows X's words, in both vocabularies."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from operator import attrgetter
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from tasks.schema.frames import arrow, empty_frame, frame
from tasks.schema.staged import ACCOUNT_SNAPSHOTS, ENGAGEMENTS
from tasks.schema.staged import POSTS as POSTS_TABLE
from tasks.schema.table import Table
from tasks.sources.snowflakes import snowflake_moments
from tasks.sources.x_api.columns import (
    Block,
    blocks_of,
    constant_column,
    flag_column,
    id_column,
    is_filled_column,
    metric_column,
    moment_column,
    reference_id_column,
    references,
    rows_by_arrival,
    text_column,
)
from tasks.sources.x_api.endpoints import (
    FOLLOWERS_LIST,
    LIKERS,
    MENTIONS,
    POST_LOOKUP,
    QUOTES,
    REPOSTERS,
    TIMELINE,
    USERS,
    USERS_BY,
)
from tasks.sources.x_api.page_content import odd_fields
from tasks.sources.x_api.pages import Ids, RawPage, first_of_each

_SOURCE = "x_api"


def parse_snapshots(pages: Iterable[RawPage]) -> pd.DataFrame:
    """Rows of `account_snapshots`: the counts of each account as last read on each day."""
    chosen = (page for page in pages if page.endpoint in {USERS.name, USERS_BY.name})
    return _last_read(ACCOUNT_SNAPSHOTS, rows_by_arrival(chosen, _snapshot_rows))


def parse_posts(pages: Iterable[RawPage]) -> pd.DataFrame:
    """Rows of `posts`: each own post as last read on each day.

    A post whose references X did not state is not called an original: `is_repost` and `is_quote` are null.
    It is known to answer nobody when it opens its conversation, and to answer somebody else when X names whom.
    """
    chosen = (page for page in pages if page.endpoint in {TIMELINE.name, POST_LOOKUP.name})
    return _last_read(POSTS_TABLE, rows_by_arrival(chosen, _post_rows))


def _snapshot_rows(block: Block) -> pd.DataFrame:
    users = block.objects
    followers_count = metric_column(users, "followers_count")
    stated = {
        "account_id": text_column(users, "id"),
        "handle": text_column(users, "username"),
        "followers_count": followers_count,
        "following_count": metric_column(users, "following_count"),
        "posts_count": metric_column(users, "tweet_count", "post_count"),
        "listed_count": metric_column(users, "listed_count"),
        "is_estimated": constant_column(len(users), value=False).where(followers_count.notna()),
        "is_protected": flag_column(users, "protected"),
        "account_created_at": moment_column(users, "created_at"),
    }
    return pd.DataFrame(stated | _reading_columns(block))


def _post_rows(block: Block) -> pd.DataFrame:
    posts = block.objects
    post_id = id_column(posts, "id")
    has_references = _has_references(block)
    stated = {
        "account_id": block.account_id,
        "post_id": post_id,
        "created_at": moment_column(posts, "created_at").fillna(snowflake_moments(post_id)),
        "is_repost": reference_id_column(posts, "retweeted").notna().astype("boolean").where(has_references),
        "is_quote": reference_id_column(posts, "quoted").notna().astype("boolean").where(has_references),
        "is_reply_to_other": _is_reply_to_other(block, has_references),
        "like_count": metric_column(posts, "like_count"),
        "repost_count": metric_column(posts, "retweet_count", "repost_count"),
        "reply_count": metric_column(posts, "reply_count"),
        "quote_count": metric_column(posts, "quote_count"),
        "bookmark_count": metric_column(posts, "bookmark_count"),
        "impression_count": metric_column(posts, "impression_count"),
    }
    return pd.DataFrame(stated | _reading_columns(block))


def _is_reply_to_other(block: Block, has_references: npt.NDArray[np.bool_]) -> pd.Series:
    posts = block.objects
    opens = id_column(posts, "conversation_id") == id_column(posts, "id")
    no_reply = reference_id_column(posts, "replied_to").isna().to_numpy() & has_references
    answered = text_column(posts, "in_reply_to_user_id")
    to_other = (answered != block.account_id).astype("boolean").where(answered.notna())
    return to_other.mask(opens.fillna(value=False).to_numpy(dtype=bool) | no_reply, other=False)


def _has_references(block: Block) -> npt.NDArray[np.bool_]:
    """Per post, whether a missing reference means that there is none: not where X answers in its other words."""
    is_asked = block.has(_states_references)
    is_stated = np.array([references(post) is not None for post in block.objects], dtype=bool)
    is_odd = np.array([not odd_fields(post).keys().isdisjoint(_REFERENCES) for post in block.objects], dtype=bool)
    is_known: npt.NDArray[np.bool_] = (is_asked | is_stated) & ~is_odd
    return is_known


_REFERENCES = ("referenced_tweets", "referenced_posts")


def _states_references(page: RawPage) -> bool:
    is_asked = "referenced_tweets" in page.parameters.get("tweet.fields", "").split(",")
    return is_asked and not any("repost_count" in (post.get("public_metrics") or {}) for post in page.objects)


def _reading_columns(block: Block) -> dict[str, pd.Series]:
    source = block.of_page((_SOURCE for _ in block.pages), "str")
    return {"snapshot_date": block.day, "source": source, "observed_at": block.observed_at}


def _last_read(table: Table, rows: pd.DataFrame | None) -> pd.DataFrame:
    """The rows in the table's order; of rows with one key the last read stands."""
    if rows is None:
        return empty_frame(table)
    return frame(arrow(table, rows[~rows.duplicated(list(table.key), keep="last")]))


def parse_engagements(pages: Iterable[RawPage]) -> pd.DataFrame:
    """Rows of `engagements`, each as first read on its day; what the account does with its own posts is none.

    A mention that X says answers the account is a `reply` to the post that it answers;
    any other stands as a `mention` under its own post id.
    A post whose author X does not state has no row: its metrics still count it.
    """
    chosen = (page for page in pages if page.endpoint in _ENGAGEMENT_ROWS)
    rows = rows_by_arrival(chosen, _engagement_rows)
    if rows is None:
        return empty_frame(ENGAGEMENTS)
    is_own = rows["actor_id"].astype("str") == rows["account_id"]
    known = rows[rows["actor_id"].notna() & rows["post_id"].notna() & ~is_own]
    return frame(arrow(ENGAGEMENTS, known[~known.duplicated(list(ENGAGEMENTS.key))]))


def _engagement_rows(block: Block) -> pd.DataFrame:
    read = {
        "account_id": block.account_id,
        "snapshot_date": block.day,
        "source": block.of_page(("x_api" for _ in block.pages), "str"),
        "observed_at": block.observed_at,
    }
    return _ENGAGEMENT_ROWS[block.pages[0].endpoint](block).assign(**read)


def _mention_rows(block: Block) -> pd.DataFrame:
    rows = _acting_posts(block, "mention")
    answered = reference_id_column(block.objects, "replied_to")
    answers_account = (text_column(block.objects, "in_reply_to_user_id") == block.account_id) & answered.notna()
    rows["kind"] = rows["kind"].mask(answers_account, "reply")
    rows["post_id"] = rows["post_id"].mask(answers_account, answered)
    return rows


def _quote_rows(block: Block) -> pd.DataFrame:
    return _acting_posts(block, "quote").assign(post_id=_subject_id(block))


def _acting_posts(block: Block, kind: str) -> pd.DataFrame:
    stated = {
        "post_id": id_column(block.objects, "id"),
        "actor_id": id_column(block.objects, "author_id"),
        "kind": block.of_page((kind for _ in block.pages), "str"),
        "engaged_at": moment_column(block.objects, "created_at"),
        "actor_followers_count": metric_column(list(_authors(block)), "followers_count"),
    }
    return pd.DataFrame(stated)


def _authors(block: Block) -> Iterator[dict[str, Any]]:
    """For each post its author, as its own page includes it; nothing where the page does not."""
    for page in block.pages:
        included = {str(user["id"]): user for user in reversed(page.authors)}
        yield from (included.get(str(post.get("author_id")), {}) for post in page.objects)


def _acting_users(block: Block, kind: str) -> pd.DataFrame:
    stated = {
        "post_id": _subject_id(block),
        "actor_id": id_column(block.objects, "id"),
        "kind": block.of_page((kind for _ in block.pages), "str"),
        "engaged_at": block.of_page((pd.NaT for _ in block.pages), "datetime64[us, UTC]"),
        "actor_followers_count": metric_column(block.objects, "followers_count"),
    }
    return pd.DataFrame(stated)


def _subject_id(block: Block) -> pd.Series:
    return block.of_page((int(page.subject_id or 0) for page in block.pages), "Int64")


_ENGAGEMENT_ROWS: Mapping[str, Callable[[Block], pd.DataFrame]] = {
    MENTIONS.name: _mention_rows,
    QUOTES.name: _quote_rows,
    REPOSTERS.name: lambda block: _acting_users(block, "repost"),
    LIKERS.name: lambda block: _acting_users(block, "like"),
}

DEFAULT_IMAGE = "default_profile"
"""Stands in the address of a picture that nobody chose."""


@dataclass(frozen=True)
class _PlaceInList:
    """Where a page stands among the pages of its list, and how many followers it holds."""

    account_id: str
    day: date
    is_head: bool
    size: int


def parse_profiles(pages: Iterable[RawPage], endpoint: str = FOLLOWERS_LIST.name) -> pd.DataFrame:
    """The followers that pages list, each once per account, in X's order: newest first, as first seen on its day.

    Columns: `account_id`, `follower_id`, `first_seen_date`, `observed_at` and the profile columns of
    `follower_arrivals`.
    The pages come in the order of account and sequence number, as `read_pages` gives them; one block is held at a time.
    """
    parts = [_profile_rows(Block([]))]
    listed: list[_PlaceInList] = []
    for block in blocks_of(page for page in pages if page.endpoint == endpoint):
        parts.append(_profile_rows(block))
        listed += map(_PlaceInList, *_page_facts(block))
    profiles = pd.concat(parts, ignore_index=True)
    places = _places(listed, profiles["follower_id"].to_numpy(dtype=np.int64))
    return profiles.iloc[places].reset_index(drop=True)


def _page_facts(block: Block) -> tuple[Iterable[str], Iterable[date], Iterable[bool], Iterable[int]]:
    is_head = (page.is_good and "pagination_token" not in page.parameters for page in block.pages)
    return (page.batch for page in block.pages), (page.day for page in block.pages), is_head, block.lengths.tolist()


def _places(listed: Iterable[_PlaceInList], ids: Ids) -> npt.NDArray[np.int64]:
    """Where among the ids of all pages each follower stands first, in the order of each account's list."""
    start = 0
    places = [np.empty(0, dtype=np.int64)]
    for _, grouped in groupby(listed, attrgetter("account_id", "day")):
        pages = list(grouped)
        own = ids[start : start + sum(page.size for page in pages)]
        known, first = np.unique(own, return_index=True)
        places.append(start + first[np.searchsorted(known, _in_order(pages, own))])
        start += len(own)
    return np.concatenate(places)


def _in_order(pages: Iterable[_PlaceInList], ids: Ids) -> Ids:
    """The list that the pages show, pass after pass: a page without a token begins a new one."""
    order = current = ids[:0]
    end = 0
    for page in pages:
        if page.is_head:
            order, current = splice_passes(current, order), ids[:0]
        end += page.size
        current = ids[end - page.size - len(current) : end]
    return splice_passes(current, order)


def splice_passes(newer: Ids, older: Ids) -> Ids:
    """The list as the newer pass shows it; who stood in the older pass alone stands behind the one he stood behind.

    >>> spliced(np.array([9, 5, 4]), np.array([5, 7, 4, 3])).tolist()
    [9, 5, 7, 4, 3]
    """
    newer = first_of_each(newer)
    missing = ~np.isin(older, newer)
    if not missing.any():
        return newer
    place = {follower: float(number) for number, follower in enumerate(newer.tolist())}
    shared = older[~missing].tolist()
    behind = place[shared[0]] - 1 if shared else float(len(newer))
    places = []
    for follower, is_missing in zip(older.tolist(), missing.tolist(), strict=True):
        behind = behind if is_missing else place[follower]
        places.append(behind)
    both = np.concatenate([newer, older[missing]])
    order = np.concatenate([np.arange(len(newer)), np.array(places)[missing] + 0.5])
    return both[np.argsort(order, kind="stable")]


def _profile_rows(block: Block) -> pd.DataFrame:
    users = block.objects
    handles = [str(user.get("username") or "") for user in users]
    pictures = text_column(users, "profile_image_url")
    lengths = [len(handle) or None for handle in handles]
    digits = [len(handle) - len(handle.rstrip("0123456789")) if handle else None for handle in handles]
    stated = {
        "account_id": block.account_id,
        "follower_id": id_column(users, "id"),
        "first_seen_date": block.day,
        "observed_at": block.observed_at,
        "follower_created_at": moment_column(users, "created_at"),
        "follower_followers_count": metric_column(users, "followers_count"),
        "follower_following_count": metric_column(users, "following_count"),
        "follower_posts_count": metric_column(users, "tweet_count", "post_count"),
        "follower_listed_count": metric_column(users, "listed_count"),
        "follower_likes_count": metric_column(users, "like_count"),
        "follower_last_post_at": snowflake_moments(id_column(users, "most_recent_tweet_id", "most_recent_post_id")),
        "has_default_image": pictures.str.contains(DEFAULT_IMAGE, regex=False)
        .astype("boolean")
        .where(pictures.notna()),
        **{f"has_{name}": _filled(block, name) for name in ("description", "location", "url")},
        "is_follower_protected": flag_column(users, "protected"),
        "is_follower_verified": flag_column(users, "verified"),
        "handle_length_count": pd.Series(pd.array(lengths, dtype="Int64")),
        "handle_digits_count": pd.Series(pd.array(digits, dtype="Int64")),
    }
    return pd.DataFrame(stated)


def _filled(block: Block, name: str) -> pd.Series:
    is_asked = block.has(lambda page: name in page.parameters.get("user.fields", "").split(","))
    return is_filled_column(block.objects, name).where(is_asked)

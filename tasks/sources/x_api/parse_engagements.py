"""Raw pages of mentions, quotes, reposters and likers to rows of `engagements`."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import pandas as pd

from tasks.schema.frames import arrow, frame, nothing
from tasks.schema.staged import ENGAGEMENTS
from tasks.sources.x_api import words
from tasks.sources.x_api.blocks import Block, rows_by_arrival
from tasks.sources.x_api.endpoints import LIKERS, MENTIONS, QUOTES, REPOSTERS
from tasks.sources.x_api.pages import Envelope


def parse_engagements(pages: Iterable[Envelope]) -> pd.DataFrame:
    """Rows of `engagements`, each as first read on its day.

    A mention that X says answers the account is a `reply` to the post that it answers;
    any other stands as a `mention` under its own post id.
    A post whose author X does not state has no row: its metrics still count it.
    """
    chosen = (page for page in pages if page.endpoint in _ROWS)
    rows = rows_by_arrival(chosen, _rows)
    if rows is None:
        return nothing(ENGAGEMENTS)
    known = rows[rows["actor_id"].notna() & rows["post_id"].notna()]
    return frame(arrow(ENGAGEMENTS, known[~known.duplicated(list(ENGAGEMENTS.key))]))


def _rows(block: Block) -> pd.DataFrame:
    read = {
        "account_id": block.account_id,
        "snapshot_date": block.day,
        "source": block.of_page(("x_api" for _ in block.pages), "str"),
        "observed_at": block.observed_at,
    }
    return _ROWS[block.pages[0].endpoint](block).assign(**read)


def _mentions(block: Block) -> pd.DataFrame:
    rows = _posts(block, "mention")
    answered = words.reference_ids(block.objects, "replied_to")
    answers_account = (words.texts(block.objects, "in_reply_to_user_id") == block.account_id) & answered.notna()
    rows["kind"] = rows["kind"].mask(answers_account, "reply")
    rows["post_id"] = rows["post_id"].mask(answers_account, answered)
    return rows


def _quotes(block: Block) -> pd.DataFrame:
    return _posts(block, "quote").assign(post_id=_subject_id(block))


def _posts(block: Block, kind: str) -> pd.DataFrame:
    stated = {
        "post_id": words.ids(block.objects, "id"),
        "actor_id": words.ids(block.objects, "author_id"),
        "kind": block.of_page((kind for _ in block.pages), "str"),
        "engaged_at": words.moments(block.objects, "created_at"),
        "actor_followers_count": words.counts(list(_authors(block)), "followers_count"),
    }
    return pd.DataFrame(stated)


def _authors(block: Block) -> Iterator[dict[str, Any]]:
    """For each post its author, as its own page includes it; nothing where the page does not."""
    for page in block.pages:
        included = {str(user["id"]): user for user in reversed(page.included("users"))}
        yield from (included.get(str(post.get("author_id")), {}) for post in page.objects)


def _users(block: Block, kind: str) -> pd.DataFrame:
    stated = {
        "post_id": _subject_id(block),
        "actor_id": words.ids(block.objects, "id"),
        "kind": block.of_page((kind for _ in block.pages), "str"),
        "engaged_at": block.of_page((pd.NaT for _ in block.pages), "datetime64[us, UTC]"),
        "actor_followers_count": words.counts(block.objects, "followers_count"),
    }
    return pd.DataFrame(stated)


def _subject_id(block: Block) -> pd.Series:
    return block.of_page((int(page.subject_id or 0) for page in block.pages), "Int64")


_ROWS: Mapping[str, Callable[[Block], pd.DataFrame]] = {
    MENTIONS.name: _mentions,
    QUOTES.name: _quotes,
    REPOSTERS.name: lambda block: _users(block, "repost"),
    LIKERS.name: lambda block: _users(block, "like"),
}

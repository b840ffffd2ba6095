"""Raw pages of mentions, quotes, reposters and likers to rows of `engagements`."""

from collections.abc import Callable, Iterable, Mapping

import pandas as pd

from tasks.sources.x_api import words
from tasks.sources.x_api.endpoints import LIKERS, MENTIONS, QUOTES, REPOSTERS
from tasks.sources.x_api.pages import Envelope
from tasks.tables.frames import arrow, frame
from tasks.tables.staged import ENGAGEMENTS


def parse_engagements(pages: Iterable[Envelope]) -> pd.DataFrame:
    """Rows of `engagements`, each as first read on its day.

    A mention that X says answers the account is a `reply` to the post that it answers;
    any other stands as a `mention` under its own post id.
    A post whose author X does not state has no row: its metrics still count it.
    """
    chosen = [page for page in pages if page.endpoint in _ROWS and page.objects]
    parts = [_rows(page) for page in sorted(chosen, key=lambda page: (page.received_at, page.request_id))]
    rows = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=ENGAGEMENTS.schema.names)
    known = rows[rows["actor_id"].notna() & rows["post_id"].notna()]
    return frame(arrow(ENGAGEMENTS, known[~known.duplicated(list(ENGAGEMENTS.key))]))


def _rows(page: Envelope) -> pd.DataFrame:
    return _ROWS[page.endpoint](page).assign(
        account_id=page.batch,
        snapshot_date=pd.Timestamp(page.day).as_unit("s"),
        source="x_api",
        observed_at=pd.Timestamp(page.received_at).as_unit("us"),
    )


def _mentions(page: Envelope) -> pd.DataFrame:
    rows = _posts(page, "mention")
    answered = words.reference_ids(page.objects, "replied_to")
    answers_account = (words.texts(page.objects, "in_reply_to_user_id") == page.batch) & answered.notna()
    rows["kind"] = rows["kind"].mask(answers_account, "reply")
    rows["post_id"] = rows["post_id"].mask(answers_account, answered)
    return rows


def _quotes(page: Envelope) -> pd.DataFrame:
    return _posts(page, "quote").assign(post_id=int(page.subject_id or 0))


def _posts(page: Envelope, kind: str) -> pd.DataFrame:
    authors = page.included("users")
    counts = pd.Series(words.counts(authors, "followers_count").array, index=words.ids(authors, "id"))
    actor_id = words.ids(page.objects, "author_id")
    stated = {
        "post_id": words.ids(page.objects, "id"),
        "actor_id": actor_id,
        "kind": pd.Series([kind] * len(actor_id), dtype="str"),
        "engaged_at": words.moments(page.objects, "created_at"),
        "actor_followers_count": actor_id.map(counts[~counts.index.duplicated()]).astype("Int64"),
    }
    return pd.DataFrame(stated)


def _users(page: Envelope, kind: str) -> pd.DataFrame:
    actor_id = words.ids(page.objects, "id")
    stated = {
        "post_id": pd.Series([int(page.subject_id or 0)] * len(actor_id), dtype="Int64"),
        "actor_id": actor_id,
        "kind": pd.Series([kind] * len(actor_id), dtype="str"),
        "engaged_at": pd.Series([pd.NaT] * len(actor_id), dtype="datetime64[us, UTC]"),
        "actor_followers_count": words.counts(page.objects, "followers_count"),
    }
    return pd.DataFrame(stated)


_ROWS: Mapping[str, Callable[[Envelope], pd.DataFrame]] = {
    MENTIONS.name: _mentions,
    QUOTES.name: _quotes,
    REPOSTERS.name: lambda page: _users(page, "repost"),
    LIKERS.name: lambda page: _users(page, "like"),
}

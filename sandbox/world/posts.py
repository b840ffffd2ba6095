"""Every post of the world, who engaged with it, and its counts at any moment."""

from dataclasses import dataclass, fields
from enum import IntEnum

import numpy as np

from sandbox.world import ids
from sandbox.world.randomness import Floats, Numbers, Truths

NOBODY = -1


class Kind(IntEnum):
    """What a post is."""

    ORIGINAL = 0
    REPLY = 1
    QUOTE = 2
    REPOST = 3


@dataclass(frozen=True)
class PostRows:
    """Posts as columns; times in milliseconds, parents as rows, NOBODY where there is none."""

    author: Numbers
    created: Numbers
    kind: Numbers
    parent: Numbers
    # The notable whom the post mentions.
    about: Numbers
    # What the counts grow to, and how fast: impressions and bookmarks, and engagement by people outside this world.
    impressions: Floats
    ripening: Floats
    bookmarks: Floats
    outside_likes: Floats
    outside_reposts: Floats

    def __len__(self) -> int:
        """How many posts."""
        return len(self.author)


def plain_rows(author: Numbers, created: Numbers, kind: Numbers, parent: Numbers, about: Numbers) -> PostRows:
    """Posts that hardly anybody sees."""
    little = np.full(len(author), 40.0)
    nothing = np.zeros(len(author))
    return PostRows(
        author, created, kind, parent, about, little, np.full(len(author), 2.5e7), nothing, nothing, nothing
    )


def concatenate_rows(parts: list[PostRows]) -> PostRows:
    """Rows of several groups in one; parents must already count from the first row of all."""
    return PostRows(*(np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(PostRows)))


@dataclass(frozen=True)
class Engagements:
    """Likes or reposts as columns: which post, by whom, when (milliseconds)."""

    post: Numbers
    person: Numbers
    at: Numbers


@dataclass(frozen=True)
class Counts:
    """The public counts of one post at a moment."""

    likes: int
    reposts: int
    replies: int
    quotes: int
    bookmarks: int
    impressions: int


class PostBook:
    """Every post of the world, found by id, author, parent or mention."""

    def __init__(self, rows: PostRows, likes: Engagements, reposts: Engagements) -> None:
        """Index the posts and what was done with them."""
        self.rows = rows
        self.ids = ids.post_ids(rows.created, np.arange(len(rows), dtype=np.int64))
        self.likes, self.reposts = likes, reposts
        self._by_author = Index(rows.author, rows.created)
        self._by_about = Index(rows.about, rows.created)
        self._children = {kind: Index(np.where(rows.kind == kind, rows.parent, -1), rows.created) for kind in Kind}
        self._liked = Index(likes.post, likes.at)
        self._reposted = Index(reposts.post, reposts.at)

    def find(self, id_: int, at: int) -> int | None:
        """The row of a post that exists at a moment."""
        row = ids.number(id_)
        exists = row < len(self.rows) and self.ids[row] == id_ and self.rows.created[row] <= at
        return row if exists else None

    def by_author(self, number: int, at: int) -> Numbers:
        """Rows written by a person by a moment, newest first."""
        return self._by_author.until(number, at)[::-1]

    def has_written(self, numbers: Numbers) -> Truths:
        """Which people wrote any of these posts, ever."""
        return self._by_author.has(numbers)

    def last_id(self, number: int, at: int) -> int | None:
        """The id of a person's newest post in this book by a moment."""
        rows = self._by_author.until(number, at)
        return int(self.ids[rows[-1]]) if len(rows) else None

    def mentioning(self, number: int, at: int) -> Numbers:
        """Rows in which others mention a notable, newest first."""
        return self._by_about.until(number, at)[::-1]

    def quoting(self, row: int, at: int) -> Numbers:
        """Rows that quote a post, newest first."""
        return self._children[Kind.QUOTE].until(row, at)[::-1]

    def between(self, start: int, end: int) -> Numbers:
        """All rows written in an interval, newest first."""
        rows = np.flatnonzero((self.rows.created >= start) & (self.rows.created < end))
        return rows[np.argsort(-self.ids[rows])]

    def likers(self, row: int, at: int) -> Numbers:
        """Row numbers of the people who like a post, newest first."""
        return self.likes.person[self._liked.until(row, at)][::-1]

    def reposters(self, row: int, at: int) -> Numbers:
        """Row numbers of the people who reposted a post, newest first."""
        return self.reposts.person[self._reposted.until(row, at)][::-1]

    def counts(self, row: int, at: int) -> Counts:
        """The public counts of a post: they only grow, and hardly after two days."""
        rows = self.rows
        grown = 1.0 - float(np.exp(-(at - rows.created[row]) / rows.ripening[row]))
        likes = len(self._liked.until(row, at)) + int(rows.outside_likes[row] * grown)
        reposts = len(self._reposted.until(row, at)) + int(rows.outside_reposts[row] * grown)
        replies = len(self._children[Kind.REPLY].until(row, at))
        quotes = len(self._children[Kind.QUOTE].until(row, at))
        return Counts(
            likes=likes,
            reposts=reposts,
            replies=replies,
            quotes=quotes,
            bookmarks=int(rows.bookmarks[row] * grown),
            impressions=int(rows.impressions[row] * grown) + likes + reposts + replies + quotes,
        )


class Index:
    """Rows grouped by a key and, within it, in the order of a second column."""

    def __init__(self, keys: Numbers, order: Numbers) -> None:
        """Group the rows 0, 1, 2, ... by key; negative keys are left out."""
        rows = np.lexsort((order, keys))
        rows = rows[np.searchsorted(keys[rows], 0) :]
        self.rows = rows
        self._keys = keys[rows]
        self._order = order[rows]

    def until(self, key: int, at: int) -> Numbers:
        """The rows of one key whose order lies at or before `at`, oldest first."""
        start, end = np.searchsorted(self._keys, (key, key + 1))
        return self.rows[start : start + int(np.searchsorted(self._order[start:end], at, side="right"))]

    def has(self, keys: Numbers) -> Truths:
        """Which of these keys have any row."""
        places = np.searchsorted(self._keys, keys)
        return np.asarray(np.append(self._keys, NOBODY)[places] == keys)

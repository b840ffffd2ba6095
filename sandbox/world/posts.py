"""Every post of the world, who engaged with it, and its counts at any moment."""

from dataclasses import dataclass

import numpy as np

from sandbox.world import ids
from sandbox.world.dice import Numbers, Truths
from sandbox.world.postrows import Index, Kind, PostRows


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

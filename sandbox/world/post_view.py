"""Posts as seen at a moment, column by column."""

from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np

from sandbox.world import ids, randomness, words
from sandbox.world.posts import NOBODY, Counts, Kind
from sandbox.world.randomness import Numbers
from sandbox.world.user_view import UserView
from sandbox.world.world import World

UNSEEN = Counts(likes=0, reposts=0, replies=0, quotes=0, bookmarks=0, impressions=0)


@dataclass(frozen=True)
class PostView:
    """Some posts at a moment. `rows` hold NOBODY for ordinary posts of ordinary people, which are not in the book."""

    world: World
    rows: Numbers
    ids: list[int]
    author: Numbers
    created: list[int]
    at: int

    @classmethod
    def of_rows(cls, world: World, rows: Numbers, at: int) -> Self:
        """Posts of the book."""
        book = world.posts
        return cls(world, rows, book.ids[rows].tolist(), book.rows.author[rows], book.rows.created[rows].tolist(), at)

    @classmethod
    def of_status(cls, world: World, id_: int, author: int, at: int) -> Self:
        """One ordinary post of an ordinary person."""
        created = (id_ >> ids.LOW) + ids.SNOWFLAKE_EPOCH
        return cls(world, np.array([NOBODY]), [id_], np.array([author]), [created], at)

    def __len__(self) -> int:
        """How many posts."""
        return len(self.rows)

    @cached_property
    def author_ids(self) -> list[int]:
        """User ids of the authors."""
        return self._user_ids(self.author)

    @cached_property
    def authors(self) -> list[str]:
        """Handles of the authors."""
        return self._handles(self.author)

    @cached_property
    def kinds(self) -> list[Kind]:
        """What each post is."""
        return [Kind(int(kind)) for kind in self._of_book(self.world.posts.rows.kind, int(Kind.ORIGINAL))]

    @cached_property
    def parents(self) -> Numbers:
        """Rows of the posts replied to, quoted or reposted; NOBODY for originals."""
        return self._of_book(self.world.posts.rows.parent, NOBODY)

    @cached_property
    def parent_ids(self) -> list[int | None]:
        """Ids of the parents."""
        return [int(self.world.posts.ids[row]) if row >= 0 else None for row in self.parents.tolist()]

    @cached_property
    def parent_authors(self) -> Numbers:
        """Row numbers of the parents' authors; NOBODY for originals."""
        return np.where(self.parents >= 0, self.world.posts.rows.author[self.parents], NOBODY)

    @cached_property
    def conversation_ids(self) -> list[int]:
        """The id of the post that each conversation began with; a quote or repost begins its own."""
        return [self._root(row, id_) for row, id_ in zip(self.rows.tolist(), self.ids, strict=True)]

    @cached_property
    def mentioned(self) -> Numbers:
        """Row numbers of the users named in each text; NOBODY where nobody is."""
        replied = np.array([kind in {Kind.REPLY, Kind.REPOST} for kind in self.kinds])
        about = self._of_book(self.world.posts.rows.about, NOBODY)
        return np.where(replied, self.parent_authors, about)

    @cached_property
    def mentions(self) -> list[tuple[int, str] | None]:
        """User id and handle of the one named in each text."""
        named = np.flatnonzero(self.mentioned >= 0)
        people = self.mentioned[named]
        found = dict(zip(named.tolist(), zip(self._user_ids(people), self._handles(people), strict=True), strict=True))
        return [found.get(position) for position in range(len(self))]

    @cached_property
    def texts(self) -> list[str]:
        """What each post says."""
        drawn = randomness.bits(self.world.seed, "texts", np.array(self.ids, dtype=np.int64)).tolist()
        return [
            _text(kind, bits, mention[1] if mention else None)
            for kind, bits, mention in zip(self.kinds, drawn, self.mentions, strict=True)
        ]

    @cached_property
    def counts(self) -> list[Counts]:
        """Public counts; those of ordinary posts are all zero."""
        book = self.world.posts
        return [book.counts(row, self.at) if row >= 0 else UNSEEN for row in self.rows.tolist()]

    def _of_book(self, column: Numbers, otherwise: int) -> Numbers:
        return np.where(self.rows >= 0, column[self.rows], otherwise)

    def _user_ids(self, numbers: Numbers) -> list[int]:
        return [value for value in UserView(self.world, numbers, self.at).column("id") if isinstance(value, int)]

    def _handles(self, numbers: Numbers) -> list[str]:
        return [str(value) for value in UserView(self.world, numbers, self.at).column("username")]

    def _root(self, row: int, id_: int) -> int:
        rows = self.world.posts.rows
        while row >= 0 and rows.kind[row] == Kind.REPLY:
            row = int(rows.parent[row])
            id_ = int(self.world.posts.ids[row])
        return id_


def _text(kind: Kind, bits: int, handle: str | None) -> str:
    if kind is Kind.REPOST:
        return f"RT @{handle}: {words.post_text(bits)}"
    if kind is Kind.REPLY:
        return f"@{handle} {words.reply_text(bits)}"
    if kind is Kind.QUOTE:
        return f"{words.reply_text(bits)} https://t.co/{bits & 0xFFFFFFFFFF:010x}"
    return words.post_text(bits) if handle is None else f"{words.reply_text(bits)} @{handle}"

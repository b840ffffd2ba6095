"""Posts as columns, and the index that finds them by author, by parent and by the account they mention."""

from dataclasses import dataclass, fields
from enum import IntEnum

import numpy as np

from sandbox.world.dice import Floats, Numbers, Truths

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


def stacked(parts: list[PostRows]) -> PostRows:
    """Rows of several groups in one; parents must already count from the first row of all."""
    return PostRows(*(np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(PostRows)))


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

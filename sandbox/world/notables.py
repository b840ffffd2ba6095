"""The few accounts with a name: those a pipeline tracks, and those that play a part."""

from dataclasses import dataclass

import numpy as np

from sandbox.world.ids import user_ids

# Rows below this belong to notables, rows from here on to the people.
NOTABLES = 1_024


@dataclass(frozen=True)
class Counts:
    """Counts that the world does not derive: followers only of accounts whose list is not in it."""

    followers: int = 0
    following: int = 0
    # Posts before the world's history.
    earlier_posts: int = 0
    listed: int = 0
    likes: int = 0


@dataclass(frozen=True)
class Notable:
    """An account with a name; times in milliseconds."""

    number: int
    handle: str
    name: str
    created: int
    counts: Counts
    description: str = ""
    location: str = ""
    protected: bool = False
    verified: bool = False
    suspended: bool = False

    @property
    def id(self) -> int:
        """The user id."""
        return int(user_ids(np.array([self.created]), np.array([self.number]))[0])

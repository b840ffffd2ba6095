"""The few accounts with a name: those a pipeline tracks, and those that play a part."""

from dataclasses import dataclass

import numpy as np

from tasks.sources.sandbox.world.dice import Numbers
from tasks.sources.sandbox.world.ids import user_ids

# Rows below this belong to notables, rows from here on to the people.
NOTABLES = 1_024


@dataclass(frozen=True)
class Notable:
    """An account with a name; times in milliseconds."""

    number: int
    handle: str
    name: str
    created: int
    description: str
    location: str = ""
    # Counts that the world does not derive: of a celebrity whose followers are not in it, and of posts before its history.
    followers_count: int = 0
    following_count: int = 0
    earlier_posts_count: int = 0
    listed_count: int = 0
    likes_count: int = 0
    protected: bool = False
    verified: bool = False
    suspended: bool = False

    @property
    def id(self) -> int:
        """The user id."""
        numbers: Numbers = np.array([self.number])
        return int(user_ids(np.array([self.created]), numbers)[0])

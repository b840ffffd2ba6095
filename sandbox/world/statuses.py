"""Ordinary posts of ordinary people: not stored, but found again from their ids."""

import numpy as np

from sandbox.world import ids
from sandbox.world.dice import Numbers
from sandbox.world.profiles import Profiles

# Post rows from here on are ordinary posts: their row is this plus the row of their author.
FIRST_STATUS = ids.CAPACITY // 2


def last_ids(numbers: Numbers, profiles: Profiles, at: int) -> list[int | None]:
    """The id of each person's last ordinary post by a moment, None before the first."""
    counts = profiles.posts_until(at)
    created = profiles.created + counts * profiles.post_every
    rows = np.minimum(FIRST_STATUS + numbers, ids.MASK)
    posts = ids.post_ids(created, rows).tolist()
    return [post if count else None for post, count in zip(posts, counts.tolist(), strict=True)]


def is_status(created: int, profiles: Profiles, at: int) -> bool:
    """Whether the one person of these profiles wrote an ordinary post at exactly this moment."""
    since, every = int(profiles.created[0]), int(profiles.post_every[0])
    steps, rest = divmod(created - since, every)
    return rest == 0 and steps >= 1 and created <= min(at, int(profiles.last_post[0]))

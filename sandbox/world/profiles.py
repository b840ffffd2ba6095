"""What profiles of people and of batch-made accounts look like, drawn column by column from row numbers.

Ordinary posts of ordinary people are not stored, but found again from their ids.
"""

from dataclasses import dataclass, fields
from typing import Self

import numpy as np

from sandbox.world import ids, randomness
from sandbox.world.moments import DAY, HOUR, NEVER, YEAR
from sandbox.world.randomness import Floats, Numbers, Truths

# Of people, the share that stopped posting, is protected, verified, or never set a picture; working assumptions.
DORMANT, PROTECTED, VERIFIED, FACELESS = 0.3, 0.05, 0.03, 0.06
# Of accounts made in batches, the share that ever liked anything, or has no picture (batches observed: 2 % and few).
LIKED, FACELESS_BATCH = 0.03, 0.04

# Post rows from here on are ordinary posts: their row is this plus the row of their author.
FIRST_STATUS = ids.CAPACITY // 2


@dataclass(frozen=True)
class Profiles:
    """Profiles as columns; times in milliseconds."""

    created: Numbers
    followers: Numbers
    following: Numbers
    listed: Numbers
    likes: Numbers
    # A person's ordinary posts come at a steady beat, so that the number of posts and the last one agree at any moment.
    post_every: Numbers
    last_post: Numbers
    protected: Truths
    verified: Truths
    default_image: Truths

    def take(self, rows: Numbers) -> Self:
        """The profiles of these rows."""
        return type(self)(*(getattr(self, field.name)[rows] for field in fields(self)))

    def posts_until(self, at: int) -> Numbers:
        """How many ordinary posts each has written by a moment."""
        lived = np.minimum(self.last_post, at) - self.created
        return np.asarray(np.maximum(lived // self.post_every, 0), dtype=np.int64)


def concatenate_profiles(parts: list[Profiles]) -> Profiles:
    """Profiles of several groups in one."""
    return Profiles(*(np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(Profiles)))


def people(seed: int, numbers: Numbers, followed: Numbers) -> Profiles:
    """Ordinary people: accounts created in the years before the follow, counts spread over magnitudes."""
    created = followed - _age_at_follow(seed, numbers, followed)
    dormant = randomness.uniform(seed, "dormant", numbers) < DORMANT
    quiet_since = followed - (randomness.uniform(seed, "quiet", numbers) ** 2 * (followed - created)).astype(np.int64)
    return Profiles(
        created=created,
        followers=_rounded(randomness.lognormal(seed, "followers", numbers, 170, 1.5)),
        following=_rounded(np.minimum(randomness.lognormal(seed, "following", numbers, 310, 1.1), 7_500)),
        listed=_rounded(randomness.lognormal(seed, "listed", numbers, 0.9, 1.6)),
        likes=_rounded(randomness.lognormal(seed, "likes", numbers, 1_300, 1.9)),
        post_every=_beat(randomness.lognormal(seed, "posts", numbers, 0.22, 1.6)),
        last_post=np.where(dormant, quiet_since, NEVER),
        protected=randomness.uniform(seed, "protected", numbers) < PROTECTED,
        verified=randomness.uniform(seed, "verified", numbers) < VERIFIED,
        default_image=randomness.uniform(seed, "image", numbers) < FACELESS,
    )


@dataclass(frozen=True)
class Batch:
    """Accounts made together: when the first was created, and within how many days all were."""

    created: int
    days: float


def batch_profiles(seed: int, numbers: Numbers, batch: Batch) -> Profiles:
    """Accounts made together and silent ever since: pictures set, some posts, a plausible number of followers."""
    created = batch.created + (randomness.uniform(seed, "created", numbers) * batch.days * DAY).astype(np.int64)
    awake = (randomness.uniform(seed, "awake", numbers) * 70 + 5) * DAY
    posts = randomness.lognormal(seed, "posts", numbers, 34, 0.7)
    likes = np.where(randomness.uniform(seed, "likes", numbers) < LIKED, 4.0, 0.0)
    nobody = np.zeros(len(numbers), dtype=np.bool_)
    return Profiles(
        created=created,
        followers=_rounded(randomness.lognormal(seed, "followers", numbers, 22, 0.9)),
        following=_rounded(randomness.lognormal(seed, "following", numbers, 350, 0.5)),
        listed=np.zeros(len(numbers), dtype=np.int64),
        likes=_rounded(likes),
        post_every=np.maximum((awake / posts).astype(np.int64), HOUR // 2),
        last_post=created + awake.astype(np.int64),
        protected=nobody,
        verified=nobody,
        default_image=randomness.uniform(seed, "image", numbers) < FACELESS_BATCH,
    )


def last_status_ids(numbers: Numbers, profiles: Profiles, at: int) -> list[int | None]:
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


def _age_at_follow(seed: int, numbers: Numbers, followed: Numbers) -> Numbers:
    """Years mostly (exponential, cut at the first year of X), and days for one in sixteen."""
    draw = randomness.uniform(seed, "age", numbers)
    longest = (followed - ids.FIRST_USER - YEAR).astype(np.float64)
    mean = 5.0 * YEAR
    years = -mean * np.log1p(-draw * (1.0 - np.exp(-longest / mean)))
    days = draw * 40 * DAY
    is_fresh = randomness.uniform(seed, "fresh", numbers) < 1 / 16
    return np.asarray(np.where(is_fresh, days, years), dtype=np.int64) + HOUR // 4


def _rounded(values: Floats) -> Numbers:
    return np.floor(values).astype(np.int64)


def _beat(posts_a_day: Floats) -> Numbers:
    return (DAY / np.clip(posts_a_day, 0.002, 60.0)).astype(np.int64)

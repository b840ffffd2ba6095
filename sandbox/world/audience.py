"""Who follows an account at a moment, newest first: listed in memory, or computed page by page."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from sandbox.world import randomness
from sandbox.world.moments import DAY, NEVER
from sandbox.world.randomness import Numbers, Truths


class Audience(Protocol):
    """The followers of one account."""

    def count(self, at: int) -> int:
        """How many follow at a moment, without the suspended and deactivated."""

    def slots(self, at: int) -> int:
        """How long the list is that pages are cut from: X removes suspended users only after the cut."""

    def page(self, at: int, skip: int, size: int) -> Numbers:
        """Row numbers of the people on one page, newest follow first: fewer than `size` where some are hidden."""


@dataclass(frozen=True)
class Follows:
    """Follows as columns, in follow order; times in milliseconds."""

    people: Numbers
    followed: Numbers
    left: Numbers
    # Suspended or deactivated: out of sight, and back at the old place if the interval ends.
    hidden_from: Numbers
    hidden_until: Numbers

    def standing(self, at: int) -> Truths:
        """Which follows hold at a moment."""
        return (self.followed <= at) & (at < self.left)

    def hidden(self, at: int) -> Truths:
        """Which followers are out of sight at a moment."""
        return (self.hidden_from <= at) & (at < self.hidden_until)


class MemoryAudience:
    """Followers held in memory, for accounts of some ten thousands."""

    def __init__(self, follows: Follows) -> None:
        """Keep the follows, which must be in follow order."""
        self.follows = follows
        self._seen: tuple[int, Numbers, Truths] | None = None

    def count(self, at: int) -> int:
        """How many follow at a moment, without the suspended and deactivated."""
        return int((~self._list(at)[1]).sum())

    def slots(self, at: int) -> int:
        """How long the list is that pages are cut from."""
        return len(self._list(at)[0])

    def page(self, at: int, skip: int, size: int) -> Numbers:
        """Row numbers of the people on one page, newest follow first."""
        rows, hidden = self._list(at)
        cut = slice(skip, skip + size)
        return self.follows.people[rows[cut][~hidden[cut]]]

    def _list(self, at: int) -> tuple[Numbers, Truths]:
        if self._seen is None or self._seen[0] != at:
            rows = np.flatnonzero(self.follows.standing(at))[::-1]
            self._seen = (at, rows, self.follows.hidden(at)[rows])
        return self._seen[1], self._seen[2]


@dataclass(frozen=True)
class Growth:
    """How a computed audience grew: so many by a moment, on a curve before it, at a steady pace after it."""

    began: int
    known_at: int
    known_count: int
    daily: float
    # Nobody comes after so many.
    most: int
    # The share that has left within a year of following.
    leaving: float = 0.06
    # The oldest arrivals are spread over the years since the account began: rank share ** 0.7 of the time.
    bend: float = 0.7


class ComputedAudience:
    """Followers computed from their rank, for accounts of millions: a page costs its own size, whatever the total."""

    BLOCK = 65_536

    def __init__(self, seed: int, growth: Growth, first_number: int) -> None:
        """People are the rows from `first_number` on, in follow order."""
        self._seed = seed
        self._growth = growth
        self._first = first_number
        self._counted: tuple[int, int] | None = None

    def count(self, at: int) -> int:
        """How many follow at a moment."""
        if self._counted is None or self._counted[0] != at:
            starts = range(0, self.slots(at), self.BLOCK)
            self._counted = (at, sum(len(self._following(at, start, start + self.BLOCK)) for start in starts))
        return self._counted[1]

    def slots(self, at: int) -> int:
        """How many have ever followed by a moment."""
        growth = self._growth
        if at >= growth.known_at:
            return min(growth.known_count + int((at - growth.known_at) * growth.daily / DAY), growth.most)
        lived = max(at - growth.began, 0) / (growth.known_at - growth.began)
        return int(growth.known_count * lived ** (1 / growth.bend))

    def page(self, at: int, skip: int, size: int) -> Numbers:
        """Row numbers of the people on one page, newest follow first: without those who have left since."""
        end = self.slots(at) - skip
        return self._following(at, max(end - size, 0), max(end, 0))[::-1]

    def numbers(self, ranks: Numbers) -> Numbers:
        """Row numbers of the followers of these ranks (0 = oldest)."""
        return self._first + ranks

    def followed(self, ranks: Numbers) -> Numbers:
        """When the follower of each rank (0 = oldest) followed: the moment from which `slots` counts it."""
        growth = self._growth
        share = (ranks + 1) / growth.known_count
        early = growth.began + np.minimum(share, 1.0) ** growth.bend * (growth.known_at - growth.began)
        late = growth.known_at + (ranks + 1 - growth.known_count) * (DAY / growth.daily)
        return np.ceil(np.where(ranks < growth.known_count, early, late)).astype(np.int64)

    def left(self, ranks: Numbers) -> Numbers:
        """When each left again; far in the future for most."""
        numbers = self._first + ranks
        leaves = randomness.uniform(self._seed, "leaves", numbers) < self._growth.leaving
        stayed = (randomness.uniform(self._seed, "stayed", numbers) ** 2 * 365 * DAY).astype(np.int64) + 1
        return np.where(leaves, self.followed(ranks) + stayed, NEVER)

    def _following(self, at: int, start: int, end: int) -> Numbers:
        ranks = np.arange(start, min(end, self.slots(at)), dtype=np.int64)
        return self._first + ranks[self.left(ranks) > at]

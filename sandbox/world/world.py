"""The make-believe X: people, follows and posts at any moment."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

import numpy as np

from sandbox.world import ids
from sandbox.world.audience import Audience
from sandbox.world.moments import milliseconds
from sandbox.world.notables import NOTABLES, Notable
from sandbox.world.posts import PostBook
from sandbox.world.profiles import FIRST_STATUS, Profiles, is_status
from sandbox.world.randomness import Numbers, Truths
from sandbox.world.truth import Truth, TruthSource


class People(Protocol):
    """The people who are not notable, by row number."""

    def profiles(self, numbers: Numbers) -> Profiles:
        """Their profiles."""

    def known(self, number: int) -> bool:
        """Whether this row is a person."""

    def suspended(self, numbers: Numbers, at: int) -> Truths:
        """Which of them are suspended at a moment."""


@dataclass(frozen=True)
class World:
    """A make-believe X. Everything asked of it is a pure function of its seed and the moment asked."""

    seed: int
    # The accounts that a pipeline tracks are those with an audience; all others only play a part.
    notables: dict[int, Notable]
    audiences: dict[int, Audience]
    people: People
    posts: PostBook
    truth_source: TruthSource
    # Rows below this belong to notables.
    people_from: int = NOTABLES
    _by_handle: dict[str, Notable] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        """Index the notables by handle."""
        self._by_handle.update({notable.handle.lower(): notable for notable in self.notables.values()})

    @property
    def accounts(self) -> tuple[Notable, ...]:
        """The accounts that a pipeline tracks."""
        return tuple(self.notables[number] for number in self.audiences)

    def account(self, handle: str) -> Notable:
        """A notable by handle.

        Raises:
            KeyError: Nobody has this handle.
        """
        return self._by_handle[handle.lower()]

    def truth(self) -> Truth:
        """Who really follows, since when and why, and what happened: for evaluation only."""
        return self.truth_source()

    def followers_count(self, account_id: int, at: int | datetime) -> int:
        """The public followers count at a moment."""
        number = ids.number(account_id)
        if number not in self.audiences:
            return self.notables[number].counts.followers
        return self.audiences[number].count(_ms(at))

    def followers(self, account_id: int, at: int | datetime) -> list[int]:
        """Ids of all followers at a moment, newest follow first."""
        audience = self.audiences[ids.number(account_id)]
        numbers = audience.page(_ms(at), 0, audience.slots(_ms(at)))
        ids_: list[int] = ids.user_ids(self.people.profiles(numbers).created, numbers).tolist()
        return ids_

    def following(self, number: int) -> Numbers:
        """Row numbers of those whom a notable follows."""
        count = self.notables[number].counts.following if number in self.notables else 0
        people = range(self.people_from, self.people_from + count)
        return np.array([person for person in people if self.people.known(person)], dtype=np.int64)

    def find_notable(self, handle: str) -> Notable | None:
        """A notable by handle, if there is one."""
        return self._by_handle.get(handle.lower())

    def is_person(self, number: int) -> bool:
        """Whether this row is a person's who is not notable."""
        return number >= self.people_from and self.people.known(number)

    def suspended(self, numbers: Numbers, at: int) -> Truths:
        """Which users are suspended at a moment."""
        notable = [self.notables[number].suspended if number in self.notables else False for number in numbers.tolist()]
        return self.people.suspended(numbers, at) | np.array(notable, dtype=np.bool_)

    def status_author(self, post_id: int, at: int) -> int | None:
        """The row of the author of an ordinary post, which is not in the book."""
        number = ids.number(post_id) - FIRST_STATUS
        if number < self.people_from or not self.is_person(number):
            return None
        created = (post_id >> ids.LOW) + ids.SNOWFLAKE_EPOCH
        profiles = self.people.profiles(np.array([number]))
        return number if is_status(created, profiles, at) else None


def _ms(at: int | datetime) -> int:
    return milliseconds(at) if isinstance(at, datetime) else at

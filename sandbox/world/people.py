"""People held in memory, built up group by group."""

from dataclasses import dataclass, field

import numpy as np

from sandbox.world import profiles
from sandbox.world.arrivals import Group
from sandbox.world.moments import NEVER
from sandbox.world.notables import NOTABLES
from sandbox.world.profiles import Profiles
from sandbox.world.randomness import Numbers, Truths


class MemoryPeople:
    """People held in memory: the row NOTABLES is the first."""

    def __init__(self, drawn: Profiles, suspended_at: Numbers) -> None:
        """Keep the profiles, and when each is suspended (milliseconds, NEVER for most)."""
        self._profiles = drawn
        self._suspended_at = suspended_at

    def profiles(self, numbers: Numbers) -> Profiles:
        """The profiles of these rows."""
        return self._profiles.take(numbers - NOTABLES)

    def known(self, number: int) -> bool:
        """Whether this row is a person."""
        return NOTABLES <= number < NOTABLES + len(self._suspended_at)

    def suspended(self, numbers: Numbers, at: int) -> Truths:
        """Which of these rows are suspended at a moment."""
        people = np.maximum(numbers - NOTABLES, 0)
        return np.asarray((self._suspended_at[people] <= at) & (numbers >= NOTABLES))


@dataclass
class Census:
    """Numbers people while a world is being built."""

    seed: int
    _profiles: list[Profiles] = field(default_factory=list)
    _suspended: list[Numbers] = field(default_factory=list)
    _next: int = NOTABLES

    def enter(self, group: Group) -> Numbers:
        """Give each of a group a row number, and draw the profiles."""
        numbers = np.arange(self._next, self._next + len(group))
        self._next += len(group)
        if group.batch is None:
            self._profiles.append(profiles.people(self.seed, numbers, group.followed))
        else:
            self._profiles.append(profiles.batch_profiles(self.seed, numbers, group.batch))
        self._suspended.append(np.where(group.hidden_until == NEVER, group.hidden_from, NEVER))
        return numbers

    def people(self) -> MemoryPeople:
        """All who were entered."""
        return MemoryPeople(profiles.concatenate_profiles(self._profiles), np.concatenate(self._suspended))

"""One account of a world being built: its groups of followers become an audience, a pool of engagers and the truth."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from sandbox.world.arrivals import Group, parts
from sandbox.world.audience import Follows
from sandbox.world.moments import DAY, NEVER, day_of
from sandbox.world.people import Census
from sandbox.world.plans import HISTORY, Plan
from sandbox.world.randomness import Numbers
from sandbox.world.truth import Event
from sandbox.world.writing import Pool

# Of those who leave, the share that comes back later: at the head of the list, with a known id.
RETURNING = 0.04


@dataclass(frozen=True)
class AccountFollowers:
    """An account with its groups of followers and the row numbers of each group's people."""

    plan: Plan
    groups: list[Group]
    numbers: list[Numbers]

    @property
    def people(self) -> Numbers:
        """Row numbers of all followers, in the order of the groups."""
        return np.concatenate(self.numbers)

    def follows(self, rng: np.random.Generator) -> Follows:
        """All follows in follow order, with those of people who come back."""
        times = parts(self.groups)
        visible = np.flatnonzero((times["left"] < NEVER) & (times["hidden_from"] == NEVER) & (times["left"] > HISTORY))
        back = visible[rng.random(len(visible)) < RETURNING]
        never = np.full(len(back), NEVER)
        again = times["left"][back] + (rng.uniform(4, 40, len(back)) * DAY).astype(np.int64)
        people = np.append(self.people, self.people[back])
        followed = np.append(times["followed"], again)
        order = np.argsort(followed, kind="stable")
        columns = (
            people,
            followed,
            *(np.append(times[name], never) for name in ("left", "hidden_from", "hidden_until")),
        )
        return Follows(*(column[order] for column in columns))

    def pool(self, rng: np.random.Generator, passers_by: Numbers) -> Pool:
        """The people among them who ever engage; accounts made in batches never do."""
        people = [
            (group, numbers) for group, numbers in zip(self.groups, self.numbers, strict=True) if group.batch is None
        ]
        times = parts([group for group, _ in people])
        numbers = np.concatenate([numbers for _, numbers in people])
        chosen = np.flatnonzero(rng.random(len(numbers)) < self.plan.engaging)
        gone = np.minimum(times["left"], np.where(times["hidden_until"] == NEVER, times["hidden_from"], NEVER))
        weight = rng.pareto(1.5, len(chosen)) + 0.3
        return Pool(numbers[chosen], weight, times["followed"][chosen], gone[chosen], passers_by)

    def truth(self) -> pd.DataFrame:
        """One row per follow of a person's first time: who, of which kind, why, from when to when."""
        times = parts(self.groups)
        suspended = np.where(times["hidden_until"] == NEVER, times["hidden_from"], NEVER)
        return pd.DataFrame(
            {
                "number": self.people,
                "kind": np.repeat(["person" if group.batch is None else "bot" for group in self.groups], self._sizes),
                "cause": np.repeat([group.cause for group in self.groups], self._sizes),
                "followed_at": times["followed"],
                "left_at": np.where(suspended < NEVER, NEVER, times["left"]),
                "suspended_at": suspended,
            }
        )

    @property
    def _sizes(self) -> list[int]:
        return [len(group) for group in self.groups]


def enter_account(census: Census, plan: Plan, groups: list[Group]) -> AccountFollowers:
    """An account whose followers are entered in the census."""
    return AccountFollowers(plan, groups, [census.enter(group) for group in groups])


def arrival_event(followed: AccountFollowers, cause: str) -> Event:
    """The event that brought the groups of one cause."""
    when = np.concatenate([group.followed for group in followed.groups if group.cause == cause])
    return Event(
        followed.plan.notable.id,
        followed.plan.notable.handle,
        cause,
        day_of(int(when.min())),
        day_of(int(when.max())),
        len(when),
    )

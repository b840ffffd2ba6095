"""Worlds of large or many accounts: people computed from their rank, in bounded memory whatever the counts."""

from dataclasses import replace

import numpy as np
import pandas as pd

from sandbox.world import ids, profiles
from sandbox.world.audience import ComputedAudience, Growth
from sandbox.world.moments import DAY, NEVER, utc_milliseconds
from sandbox.world.notables import NOTABLES, Counts, Notable
from sandbox.world.plans import HISTORY, SUMMER, Daily, PerPost, Plan
from sandbox.world.posts import PostBook
from sandbox.world.profiles import FIRST_STATUS, Profiles
from sandbox.world.randomness import Numbers, Truths, generator
from sandbox.world.truth import Truth, truth_of
from sandbox.world.world import World
from sandbox.world.writing import Library, Pool, write_days

BEGAN = utc_milliseconds(2013, 4, 9, 10)
# Days after June 1 on which people still come.
DAYS = 210
ENGAGERS, PASSERS_BY = 4_000, 400
SMALL = PerPost(likes=3.0, reposts=0.5, replies=0.4, quotes=0.1)
# New followers per day: a share of all up to the knee (2 at 1,000), bent above it (1,000 at a million).
NEW_SHARE, NEW_KNEE, NEW_BEND = 0.002, 10_000, -0.15


class ComputedPeople:
    """People of one or many accounts, each with the same room in the table of rows."""

    def __init__(self, seed: int, audiences: list[ComputedAudience], first: int, room: int) -> None:
        """Account k has the rows from first + k * room on."""
        self._seed, self._audiences, self._first, self._room = seed, audiences, first, room

    def profiles(self, numbers: Numbers) -> Profiles:
        """Their profiles, drawn from the row and the moment of the follow."""
        ranks = (numbers - self._first) % self._room
        return profiles.people(self._seed, numbers, self._audiences[0].followed(ranks))

    def known(self, number: int) -> bool:
        """Whether this row is a person."""
        return self._first <= number < self._first + self._room * len(self._audiences)

    def suspended(self, numbers: Numbers, at: int) -> Truths:  # noqa: ARG002 - nobody is, whenever asked
        """Which of them are suspended at a moment: none."""
        return np.zeros(len(numbers), dtype=np.bool_)


def large_account(seed: int, followers_count: int = 1_000_000, posts_per_day: float = 3.0) -> World:
    """A world of one account, `large_lena`, with about so many followers on 2026-06-01."""
    growth = _growth(followers_count, new_followers_per_day(followers_count), DAYS)
    engaged = float(np.sqrt(followers_count))
    per_post = PerPost(likes=0.3 * engaged, reposts=0.05 * engaged, replies=0.04 * engaged, quotes=0.01 * engaged)
    lena = _notable(0, "large_lena")
    return _world(seed, [lena], growth, _plan(lena, per_post, posts_per_day, HISTORY))


def many_accounts(
    seed: int, accounts_count: int, followers_count: int, arrivals_per_day: float, days: int = DAYS
) -> World:
    """A world of alike accounts `crowd_0000`, `crowd_0001`, ..., each with about so many followers on 2026-06-01.

    So many come to each on every day of the given days after; each posts three times a day, and as long.
    """
    notables = [_notable(number, f"crowd_{number:04d}") for number in range(accounts_count)]
    plan = _plan(notables[0], SMALL, posts_per_day=3.0, history=SUMMER - 30 * DAY)
    plan = replace(plan, until=min(plan.until, SUMMER + (days + 1) * DAY))
    return _world(seed, notables, _growth(followers_count, arrivals_per_day, days), plan)


def new_followers_per_day(followers_count: int) -> float:
    """How many follow a computed account each day.

    >>> [round(new_followers_per_day(count)) for count in (1_000, 10_000, 100_000, 1_000_000)]
    [2, 20, 142, 1002]
    """
    return float(followers_count * NEW_SHARE * max(followers_count / NEW_KNEE, 1.0) ** NEW_BEND)


def _notable(number: int, handle: str) -> Notable:
    return Notable(number, handle, handle.replace("_", " ").title(), BEGAN, Counts(following=200, earlier_posts=4_000))


def _world(seed: int, notables: list[Notable], growth: Growth, plan: Plan) -> World:
    first = max(NOTABLES, len(notables))
    if growth.most * len(notables) > ids.CAPACITY - FIRST_STATUS - first:
        asked = f"{len(notables)} accounts of {growth.most} followers in the end"
        message = f"{asked} do not fit: ask for at most 2 million people in all."
        raise ValueError(message)
    audiences = [ComputedAudience(seed, growth, first + notable.number * growth.most) for notable in notables]
    library = Library()
    for notable, audience in zip(notables, audiences, strict=True):
        rng = generator(seed, notable.handle, "posts")
        write_days(library, replace(plan, notable=notable), _pool(audience, rng), rng)
    return World(
        seed=seed,
        notables={notable.number: notable for notable in notables},
        audiences={notable.number: audience for notable, audience in zip(notables, audiences, strict=True)},
        people=ComputedPeople(seed, audiences, first, growth.most),
        posts=_fitting(library.book()),
        truth_source=lambda: _truth(seed, notables, audiences),
        people_from=first,
    )


def _fitting(book: PostBook) -> PostBook:
    """The book itself: its rows lie below those of the posts of ordinary people."""
    if len(book.rows) > FIRST_STATUS:
        message = f"{len(book.rows)} posts do not fit: ask for fewer accounts or days, at most 2 million posts in all."
        raise ValueError(message)
    return book


def _growth(followers_count: int, daily: float, days: int) -> Growth:
    """Some have left by June 1, so somewhat more have ever come."""
    ever = round(followers_count / (1.0 - Growth.leaving))
    return Growth(BEGAN, SUMMER, ever, daily, most=ever + round(daily * days))


def _plan(notable: Notable, per_post: PerPost, posts_per_day: float, history: int) -> Plan:
    """What is ordinary about a computed account; its followers come by `Growth`, not by the plan."""
    daily = Daily(arrivals=0.0, departures=0.0, posts=posts_per_day, mentions=0.5)
    return Plan(notable, followers_count=0, engaging=1.0, daily=daily, per_post=per_post, history=history)


def _pool(audience: ComputedAudience, rng: np.random.Generator) -> Pool:
    """Up to four thousand followers, evenly over the ranks of June 1, and passers-by from the oldest."""
    ever = audience.slots(SUMMER)
    ranks = np.unique(np.linspace(0, ever - 1, min(ENGAGERS, max(ever // 4, 1))).astype(np.int64))
    weight = rng.pareto(1.5, len(ranks)) + 0.3
    passers_by = audience.numbers(np.arange(min(PASSERS_BY, ever)))
    return Pool(audience.numbers(ranks), weight, audience.followed(ranks), audience.left(ranks), passers_by)


def _truth(seed: int, notables: list[Notable], audiences: list[ComputedAudience]) -> Truth:
    """Everybody is a person and came on an ordinary day."""
    follows = []
    for notable, audience in zip(notables, audiences, strict=True):
        ranks = np.arange(audience.slots(NEVER))
        people = profiles.people(seed, audience.numbers(ranks), audience.followed(ranks))
        columns = {
            "account_id": notable.id,
            "follower_id": ids.user_ids(people.created, audience.numbers(ranks)),
            "kind": "person",
            "cause": "organic",
            "followed_at": audience.followed(ranks),
            "left_at": audience.left(ranks),
            "suspended_at": np.full(len(ranks), NEVER),
        }
        follows.append(pd.DataFrame(columns))
    return truth_of(follows, [])

"""What is noted of followers while their rosters pass, so that nobody has to be held for it."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from tasks.followers.response import one_of
from tasks.followers.roster import Roster
from tasks.schema.arrays import DAY_ROOM, BoolArray, IntArray

_KEYS = ["account_id", "follower_id"]
_AT_ONCE = 131_072
"""Followers noted at a time: a list may be long."""


@dataclass(frozen=True)
class ActorNote:
    """Note those who acted, when they were first seen, and of each account the follower seen first.

    `actors` has account_id and actor_id: of nobody else is it asked whether he follows.
    """

    actors: pd.DataFrame

    def __call__(self, roster: Roster, members: pd.DataFrame) -> pd.DataFrame:  # noqa: ARG002 - see stream.Note
        """Rows of account_id, follower_id and first_seen_date."""
        mine = self.actors[np.asarray(roster.row(self.actors["account_id"])) >= 0]
        place = np.flatnonzero(one_of(roster.follower_id, mine["actor_id"]))
        place = np.union1d(place, roster.starts[:-1]).astype(np.int64)
        return pd.DataFrame(
            {
                "account_id": roster.accounts[roster.account[place]],
                "follower_id": roster.follower_id[place],
                "first_seen_date": roster.seen[place].astype("datetime64[D]").astype("datetime64[s]"),
            }
        )


@dataclass(frozen=True)
class PostingNote:
    """Note from which day to which day followers count as posting: so many days after their last post at most.

    `departures` are those found gone, with account_id, follower_id and departed_date; nobody counts after that.
    """

    departures: pd.DataFrame
    active_days: int

    def __call__(self, roster: Roster, members: pd.DataFrame) -> pd.DataFrame:
        """Rows of account_id, posting_day and followers_delta: how many more count from the day on.

        Judged followers stand in rows of their own, with follower_id; in all others it is -1.
        Days are numbered from 1970.
        A follower counts from the first row that knows a last post; an account without any such row has none here.
        """
        counts = ~np.isnan(roster.last_post)
        counts &= ~_repeated(roster, counts)
        is_judged = one_of(roster.follower_id, members["follower_id"])
        starts = range(0, max(len(counts), 1), _AT_ONCE)
        parts = (first + np.flatnonzero(counts[first : first + _AT_ONCE]) for first in starts)
        return pd.concat([self._posting(roster, part, is_judged) for part in parts], ignore_index=True)

    def _posting(self, roster: Roster, place: IntArray, is_judged: BoolArray) -> pd.DataFrame:
        start = roster.seen[place].astype(np.int64)
        stop = np.floor(roster.last_post[place]).astype(np.int64) + self.active_days + 1
        stop = np.minimum(stop, self._departed(roster, place))
        named = np.where(is_judged[place], roster.follower_id[place], -1)
        return _steps(roster, roster.account[place], named, np.stack([start, np.maximum(stop, start)]))

    def _departed(self, roster: Roster, place: IntArray) -> IntArray:
        """The day on which each was first found gone; far away for those who were not."""
        gone = np.full(len(place), DAY_ROOM, dtype=np.int64)
        mine = self.departures[np.asarray(roster.row(self.departures["account_id"])) >= 0]
        mine = mine.dropna(subset=["follower_id"])
        likely = np.flatnonzero(one_of(roster.follower_id[place], mine["follower_id"]))
        if len(likely):
            left = mine.groupby(_KEYS)["departed_date"].min().reset_index()
            asked = _named(roster, place[likely]).merge(left, on=_KEYS, how="left")["departed_date"]
            days = asked.to_numpy().astype("datetime64[D]")
            gone[likely] = np.where(np.isnat(days), DAY_ROOM, days.astype(np.int64))
        return gone


def _steps(roster: Roster, account: IntArray, named: IntArray, days: IntArray) -> pd.DataFrame:
    """One more on the first of each two days, one less on the second; those without a name are added up."""
    is_named = np.tile(named >= 0, 2)
    accounts, day = np.tile(account, 2).astype(np.int64), days.ravel()
    delta = np.repeat([1, -1], len(account))
    # By a table of the few days: sorting all rows takes several times as long.
    number, keys = pd.factorize((accounts * DAY_ROOM + day)[~is_named], sort=True)
    summed = np.bincount(number, delta[~is_named], minlength=len(keys)).astype(np.int64)
    owner = np.concatenate([keys // DAY_ROOM, accounts[is_named]])
    return pd.DataFrame(
        {
            "account_id": roster.accounts[owner],
            "follower_id": np.concatenate([np.full(len(keys), -1), np.tile(named, 2)[is_named]]),
            "posting_day": np.concatenate([keys % DAY_ROOM, day[is_named]]),
            "followers_delta": np.concatenate([summed, delta[is_named]]),
        }
    )


def _named(roster: Roster, place: IntArray) -> pd.DataFrame:
    return pd.DataFrame(
        {"account_id": roster.accounts[roster.account[place]], "follower_id": roster.follower_id[place]}
    )


def _repeated(roster: Roster, counts: BoolArray) -> BoolArray:
    """Which of the rows that count are of a follower of the account who stands in an earlier one of them."""
    repeated = np.zeros(len(counts), dtype=bool)
    ordered = roster.follower_id[counts]
    ordered.sort()
    twice = ordered[1:][ordered[1:] == ordered[:-1]]
    likely = np.flatnonzero(counts & one_of(roster.follower_id, pd.Series(twice)))
    repeated[likely] = _named(roster, likely).duplicated().to_numpy()
    return repeated

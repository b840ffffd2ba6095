"""Followers of all accounts as aligned arrays, account by account in follow order."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

SECONDS_PER_DAY = 86_400.0
PROFILE_COUNTS = ("followers", "following", "posts", "listed", "likes")
PROFILE_FLAGS = ("has_default_image", "has_description", "has_location", "has_url")


@dataclass(frozen=True)
class Roster:
    """Followers sorted by account, day first seen and place in follow order; times are days since 1970 in UTC.

    `clock` is the follow clock: the latest creation time among a follower and all older ones, a true lower bound.
    `followed` is the best estimate of the follow: the reading for those seen arriving, the clock for the others.
    `age` is how old the follower's account was when it followed, in days; NaN without a creation time.
    """

    accounts: NDArray[Any]
    account: Ints
    follower_id: Ints
    seen: Ints
    is_baseline: NDArray[np.bool_]
    created: Floats
    clock: Floats
    followed: Floats
    counts: dict[str, NDArray[np.float32]]
    flags: NDArray[np.int8]

    @property
    def age(self) -> Floats:
        """Days between creation and follow, at least 0."""
        return np.maximum(self.followed - self.created, 0.0)

    def row(self, account_id: pd.Series) -> Ints:
        """The account numbers of these ids; -1 for an account without followers here."""
        return np.asarray(pd.Index(self.accounts).get_indexer(pd.Index(account_id)), dtype=np.int64)

    def positions(self, account: Ints, day: Ints) -> Ints:
        """Where, in each account, the followers first seen on the day or later begin."""
        return np.searchsorted(self._keys, account * _WIDE + day, side="left").astype(np.int64)

    @property
    def _keys(self) -> Ints:
        return np.asarray(self.account * _WIDE + self.seen)


_WIDE = 1_000_000
"""More days than any date has: account and day in one sortable number."""


def roster(arrivals: pd.DataFrame) -> Roster:
    """The roster of `follower_arrivals` rows; a follower who comes back stands once per arrival."""
    account, accounts = pd.factorize(arrivals["account_id"], sort=True)
    number = arrivals["arrival_number"].astype("float64").to_numpy()
    seen = _days(arrivals["first_seen_date"]).astype(np.int64)
    order = np.lexsort((number, seen, account))
    account = np.asarray(account[order], dtype=np.int64)
    created = _days(arrivals["follower_created_at"])[order]
    is_baseline = arrivals["is_baseline"].to_numpy(dtype=bool)[order]
    clock = follow_clock(account, created)
    before = _days(arrivals["followed_before"])[order]
    return Roster(
        accounts=np.asarray(accounts),
        account=account,
        follower_id=arrivals["follower_id"].to_numpy(dtype=np.int64)[order],
        seen=seen[order],
        is_baseline=is_baseline,
        created=created,
        clock=clock,
        followed=np.where(is_baseline | np.isnan(before), clock, before),
        counts={
            name: arrivals[f"follower_{name}_count"].to_numpy(dtype=np.float32, na_value=np.nan)[order]
            for name in PROFILE_COUNTS
        },
        flags=_flags(arrivals)[order],
    )


def follow_clock(account: Ints, created: Floats) -> Floats:
    """The running maximum of creation times within each account, in follow order (Meeder 2011).

    Nobody follows before existing, so each follower followed no earlier; NaN before the first known time.

    >>> follow_clock(np.array([0, 0, 0, 1]), np.array([5.0, 3.0, 7.0, 1.0])).tolist()
    [5.0, 5.0, 7.0, 1.0]
    """
    if not len(created):
        return created
    known = np.where(np.isnan(created), -np.inf, created)
    floor = np.nanmin(np.where(np.isinf(known), np.nan, known)) if np.isfinite(known).any() else 0.0
    lift = account * 1e6
    raised = np.where(np.isinf(known), -1.0, known - floor) + lift
    clock = np.maximum.accumulate(raised) - lift
    return np.where(clock < 0, np.nan, clock + floor)


def _days(moments: pd.Series) -> Floats:
    """Times as days since 1970; NaN for null."""
    values = moments.dt.tz_localize(None) if isinstance(moments.dtype, pd.DatetimeTZDtype) else moments
    seconds = values.to_numpy().astype("datetime64[s]")
    days = seconds.astype(np.int64) / SECONDS_PER_DAY
    return np.where(np.isnat(seconds), np.nan, days)


def _flags(arrivals: pd.DataFrame) -> NDArray[np.int8]:
    """The four yes-or-no facts of a profile as one code in base 3; 2 stands for unknown."""
    code = np.zeros(len(arrivals), dtype=np.int8)
    for name in PROFILE_FLAGS:
        value = arrivals[name].astype("Int8").fillna(2).to_numpy(dtype=np.int8)
        code = np.asarray(code * 3 + value, dtype=np.int8)
    return code

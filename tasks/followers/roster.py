"""Followers of all accounts as aligned arrays, account by account in follow order."""

from dataclasses import dataclass, fields, replace
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tasks.schema.arrays import FloatArray, IntArray, day_fractions

PROFILE_COUNTS = ("followers", "following", "posts", "listed", "likes")
PROFILE_FLAGS = ("has_default_image", "has_description", "has_location", "has_url")
UNKNOWN_FACT = 2
"""A yes-or-no fact that nobody stated."""
ROSTER_COLUMNS = (
    "follower_id",
    "first_seen_date",
    "arrival_number",
    "is_baseline",
    "followed_before",
    "follower_created_at",
    "follower_last_post_at",
    *(f"follower_{name}_count" for name in PROFILE_COUNTS),
    *PROFILE_FLAGS,
)
"""What a roster is made of, by the names of `follower_arrivals`, besides the account."""
COARSE_COLUMNS = tuple(f"follower_{name}_count" for name in PROFILE_COUNTS)
"""Columns of which a roster keeps seven digits."""


@dataclass(frozen=True)
class Roster:
    """Followers sorted by account, day first seen and place in follow order; times are days since 1970 in UTC.

    `followed` is the best estimate of the follow: the reading for those seen arriving, for the others what the source
    tells, and where it does not the follow clock: the latest creation time among a follower and all older ones, a true
    lower bound.
    `age` is how old the follower's account was when it followed, in days; NaN without a creation time.
    `number` is the place in follow order and `last_post` the last post before it was seen, NaN where unknown.
    """

    accounts: NDArray[Any]
    account: IntArray
    follower_id: IntArray
    seen: IntArray
    number: FloatArray
    is_baseline: NDArray[np.bool_]
    created: FloatArray
    followed: FloatArray
    last_post: FloatArray
    counts: dict[str, NDArray[np.float32]]
    flags: NDArray[np.int8]

    @cached_property
    def age(self) -> FloatArray:
        """Days between creation and follow, at least 0."""
        return np.maximum(self.followed - self.created, 0.0)

    @cached_property
    def starts(self) -> IntArray:
        """Where each account begins, and the end: one more than there are accounts."""
        return np.searchsorted(self.account, np.arange(len(self.accounts) + 1)).astype(np.int64)

    @property
    def is_outline(self) -> bool:
        """Whether profiles were left out (see `outline_roster`)."""
        return len(self.flags) < len(self.account)

    def flag(self, name: str) -> NDArray[np.int8]:
        """One of the yes-or-no facts: 1, 0, or 2 for unknown."""
        place = len(PROFILE_FLAGS) - 1 - PROFILE_FLAGS.index(name)
        return np.asarray(_FACTS[place][self.flags])

    def row(self, account_id: pd.Series) -> IntArray:
        """The account numbers of these ids; -1 for an account without followers here."""
        number = self._numbers
        return np.array([number.get(account, -1) for account in account_id.tolist()], dtype=np.int64)

    def positions(self, account: IntArray, day: IntArray) -> IntArray:
        """Where, in each account, the followers first seen on the day or later begin."""
        if not len(self.accounts):
            return np.zeros(len(account), dtype=np.int64)
        places = zip(self.starts[account].tolist(), self.starts[account + 1].tolist(), day.tolist(), strict=True)
        found = [start + self.seen[start:stop].searchsorted(first) for start, stop, first in places]
        return np.array(found, dtype=np.int64)

    @cached_property
    def _numbers(self) -> dict[str, int]:
        return {account: number for number, account in enumerate(self.accounts.tolist())}


_FACTS = np.array([np.arange(81) // 3**place % 3 for place in range(len(PROFILE_FLAGS))], dtype=np.int8)
"""Each fact in every code, the last of a profile first."""


def roster(arrivals: pd.DataFrame) -> Roster:
    """The roster of `follower_arrivals` rows; a follower who comes back stands once per arrival."""
    account, accounts = pd.factorize(arrivals["account_id"], sort=True)
    columns = {name: _plain(arrivals[name]) for name in ROSTER_COLUMNS}
    return roster_of(np.asarray(accounts), np.asarray(account, dtype=np.int64), columns)


def roster_of(
    accounts: NDArray[Any], account: IntArray, columns: dict[str, NDArray[Any]], latest: float = np.nan
) -> Roster:
    """The roster of plain columns: `account` numbers the sorted `accounts`, the columns are `ROSTER_COLUMNS`.

    The columns are taken out one by one, so that not everything stands twice.
    `latest` is the follow clock so far where these rows go on with an account.
    A count is a number with NaN for unknown, a time datetime64 with NaT, a yes-or-no fact 1, 0 or 2 for unknown.
    """
    seen = columns.pop("first_seen_date").astype("datetime64[D]", copy=False).view(np.int64)
    number = columns.pop("arrival_number").astype(np.float64)
    seen = _day_of_the_follow(seen, number, columns["followed_before"])
    order = _order(account, seen, number)
    account, seen, number = account[order], seen[order], number[order]

    def column(name: str) -> NDArray[Any]:
        return np.asarray(columns.pop(name)[order])

    created, followed = day_fractions(column("follower_created_at")), day_fractions(column("followed_before"))
    is_baseline = column("is_baseline").astype(bool)
    clock = follow_clock(account, created)
    # A reading of the list is of the day on which it was seen; what lies days before it is the follow's own time.
    is_clocked = np.isnan(followed) | (is_baseline & (np.isnan(number) | ~(followed < seen - 1)))
    np.copyto(followed, np.fmax(clock, latest, out=clock), where=is_clocked)
    del clock
    return Roster(
        accounts=accounts,
        account=account,
        follower_id=column("follower_id").astype(np.int64, copy=False),
        seen=seen,
        number=number,
        is_baseline=is_baseline,
        created=created,
        followed=followed,
        last_post=day_fractions(column("follower_last_post_at")),
        counts={name: column(f"follower_{name}_count").astype(np.float32, copy=False) for name in PROFILE_COUNTS},
        flags=_flags([column(name) for name in PROFILE_FLAGS]),
    )


def _day_of_the_follow(seen: IntArray, number: FloatArray, followed_before: NDArray[Any]) -> IntArray:
    """The day of the reading that would have shown each follower; of a list read in part that was an earlier one."""
    is_part = np.isnan(number) & ~np.isnat(followed_before)
    if not is_part.any():
        return seen
    return np.where(is_part, np.minimum(seen, followed_before.astype("datetime64[D]").astype(np.int64)), seen)


def join_parts(parts: list[Roster]) -> Roster:
    """Parts of one account as one roster; the list is emptied, so that not everything stands twice."""
    if len(parts) == 1:
        return parts.pop()
    accounts = parts[0].accounts
    columns = {name: [getattr(part, name) for part in parts] for name in _FLAT}
    counts = {name: np.concatenate([part.counts[name] for part in parts]) for name in parts[0].counts}
    parts.clear()
    whole: dict[str, Any] = {name: np.concatenate(columns.pop(name)) for name in _FLAT}
    joined = Roster(accounts, counts=counts, **whole)
    if (joined.seen[1:] >= joined.seen[:-1]).all():
        return joined
    order = np.argsort(joined.seen, kind="stable")
    whole = {name: of[order] if len(of) else of for name, of in whole.items()}
    return Roster(accounts, counts={name: of[order] for name, of in counts.items()}, **whole)


def take_followers(roster: Roster, place: IntArray) -> Roster:
    """These followers alone; when they followed is what it was among all."""
    columns: dict[str, Any] = {name: getattr(roster, name)[place] for name in _FLAT}
    return Roster(roster.accounts, counts={name: of[place] for name, of in roster.counts.items()}, **columns)


def outline_roster(roster: Roster) -> Roster:
    """Who was seen when, and what the audit of order needs, in narrow types and whole days; no profile, no follow."""
    nothing: Any = np.empty(0)
    narrow: Any = roster.account.astype(np.int8), roster.seen.astype(np.int32)
    days = _whole_days(roster.created), _whole_days(roster.last_post)
    left = replace(roster, followed=nothing, counts={}, flags=nothing, is_baseline=nothing)
    return replace(left, account=narrow[0], seen=narrow[1], created=days[0], last_post=days[1])


def _whole_days(days: FloatArray) -> Any:  # noqa: ANN401 - narrower than a roster's
    return np.floor(days, out=np.empty(len(days), dtype=np.float32), casting="same_kind")


_FLAT = tuple(one.name for one in fields(Roster) if one.name not in ("accounts", "counts"))
"""The columns of a roster that are one array each."""


def empty_roster() -> Roster:
    """A roster without a follower."""
    nothing = np.empty(0, dtype=np.int64)
    times = ("first_seen_date", "followed_before", "follower_created_at", "follower_last_post_at")
    columns = {name: nothing.astype("datetime64[us]") if name in times else nothing for name in ROSTER_COLUMNS}
    return roster_of(np.empty(0, dtype=object), nothing, columns)


def _order(account: IntArray, seen: IntArray, number: FloatArray) -> IntArray | slice:
    """What puts the rows in order: everything as it is where they are sorted, as in staged files."""
    # A step from or to an unknown place compares false, so such rows are sorted.
    is_sorted = number[1:] >= number[:-1]
    for key in (seen, account):
        is_sorted &= key[1:] == key[:-1]
        is_sorted |= key[1:] > key[:-1]
    return slice(None) if is_sorted.all() else np.lexsort((number, seen, account)).astype(np.int64)


def follow_clock(account: IntArray, created: FloatArray) -> FloatArray:
    """The running maximum of creation times within each account, in follow order (Meeder 2011).

    Nobody follows before existing, so each follower followed no earlier; NaN before the first known time.

    >>> follow_clock(np.array([0, 0, 0, 1]), np.array([5.0, 3.0, 7.0, 1.0])).tolist()
    [5.0, 5.0, 7.0, 1.0]
    """
    clock = np.empty(len(created))
    bounds = [0, *(np.flatnonzero(np.diff(account)) + 1).tolist(), len(created)]
    for start, stop in pairwise(bounds):
        part = created[start:stop]
        # Leaving out unknown values takes twice as long.
        latest = np.fmax if np.isnan(part).any() else np.maximum
        latest.accumulate(part, out=clock[start:stop])
    return clock


def _flags(facts: list[NDArray[Any]]) -> NDArray[np.int8]:
    """The four yes-or-no facts of a profile as one code in base 3; 2 stands for unknown."""
    code = np.zeros(len(facts[0]), dtype=np.int8)
    for fact in facts:
        code = code * np.int8(3) + fact.astype(np.int8)
    return code


def _plain(values: pd.Series) -> NDArray[Any]:
    """A frame's column as `roster_of` takes it."""
    if isinstance(values.dtype, pd.DatetimeTZDtype):
        return np.asarray(values.dt.tz_localize(None).to_numpy())
    if isinstance(values.dtype, pd.BooleanDtype):
        return values.astype("Int8").fillna(UNKNOWN_FACT).to_numpy(dtype=np.int8)
    if isinstance(values.dtype, pd.Int64Dtype) and values.hasnans:
        return values.to_numpy(dtype=np.float64, na_value=np.nan)
    return values.to_numpy(dtype=np.int64) if isinstance(values.dtype, pd.Int64Dtype) else values.to_numpy()

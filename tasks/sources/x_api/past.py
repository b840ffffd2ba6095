"""What earlier days told, and the numbers by which the next reading is chosen."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import numpy as np
import numpy.typing as npt
import pandas as pd

from tasks.schema.frames import nothing
from tasks.schema.staged import ACCOUNT_SNAPSHOTS, FOLLOWER_ARRIVALS, POSTS, READINGS
from tasks.sources.x_api.gaps import Gap
from tasks.sources.x_api.known import DAY, Arrivals, Counts, KnownFollowers, known_in
from tasks.sources.x_api.readings import CUT_REASONS

NOWHERE = np.empty(0, dtype=np.intp)


@dataclass(frozen=True)
class Wish:
    """A tracked account, and how deep it is to be read: `counts`, `posts`, `sample` or `full`.

    `with_authors` and `with_likers` buy more of its engagers: who wrote mentions and quotes, and who liked own posts.
    `day_usd` is what its own readings may cost on a UTC day; null where only the common budget binds.
    """

    handle: str
    level: str
    is_owned: bool
    with_engagers: bool
    day_usd: Decimal | None = None
    with_authors: bool = False
    with_likers: bool = False


@dataclass(frozen=True)
class ReadingParameters:
    """When posts are read, and the people behind them: config/pipeline.toml, [reading].

    A post is read when it is `settled_hours` old, and again at the ages of `again_days` if it moves.
    A whole list is read every `scan_days` days, where full scans are scheduled.
    The first reading of an account's posts goes `first_days` back.
    People are listed for posts that are at most `engagers_days` old when they have settled.
    """

    settled_hours: int
    again_days: tuple[int, ...]
    engagers_days: int
    moving_ratio: float
    rising_share: float
    jump_ratio: float
    minimum_jump_count: int
    first_days: int
    sample_followers: int
    scan_days: int

    @property
    def settled(self) -> timedelta:
        """The age at which a post is read."""
        return timedelta(hours=self.settled_hours)


@dataclass(frozen=True)
class Past:
    """What earlier days told: the known followers by account, and every recent reading of own posts (staged `posts`).

    `counts` are the recent staged `account_snapshots` of X.
    `gaps` are the parts of lists that a budget left unread, by account.
    `posts_read_at` and `engagers_read_at` say, by account, when these were last read to their end.
    """

    known: Mapping[str, KnownFollowers]
    posts: pd.DataFrame
    counts: pd.DataFrame = field(default_factory=lambda: nothing(ACCOUNT_SNAPSHOTS))
    posts_read_at: Mapping[str, datetime] = field(default_factory=dict)
    engagers_read_at: Mapping[str, datetime] = field(default_factory=dict)
    gaps: Mapping[str, Gap] = field(default_factory=dict)


def past_of(staged: Mapping[str, pd.DataFrame], gaps: Mapping[str, Gap]) -> Past:
    """What earlier days tell: all staged `follower_arrivals`, recent rows of the other tables, and open gaps."""
    counts, readings, posts = (staged[table.name] for table in (ACCOUNT_SNAPSHOTS, READINGS, POSTS))
    counted = counts[counts["source"] == "x_api"]
    return Past(
        known=_known(staged[FOLLOWER_ARRIVALS.name], counted, readings),
        posts=posts[posts["source"] == "x_api"],
        counts=counted,
        posts_read_at=_read_at("posts", counted, readings),
        engagers_read_at=_read_at("engagers", counted, readings),
        gaps=gaps,
    )


def _read_at(subject: str, counts: pd.DataFrame, readings: pd.DataFrame) -> dict[str, datetime]:
    """By account, when its counts were read on the last day on which the subject was read to its end."""
    is_read = (readings["subject"] == subject) & (readings["status"] == "complete")
    read = readings.loc[is_read, ["account_id", "snapshot_date"]].merge(counts, on=["account_id", "snapshot_date"])
    last = read.sort_values("observed_at", kind="stable").drop_duplicates("account_id", keep="last")
    return {str(name): at.to_pydatetime() for name, at in zip(last["account_id"], last["observed_at"], strict=True)}


def _known(arrivals: pd.DataFrame, snapshots: pd.DataFrame, readings: pd.DataFrame) -> dict[str, KnownFollowers]:
    heads = readings[(readings["subject"] == "followers") & is_staged_list(readings)]
    counted = snapshots[["account_id", "snapshot_date", "followers_count", "observed_at"]]
    read = heads[["account_id", "snapshot_date", "status"]].merge(counted, on=["account_id", "snapshot_date"])
    read = read.sort_values("snapshot_date", kind="stable", ignore_index=True)
    every, lists = Arrivals.of(arrivals), _Lists.of(read)
    on_days = read.groupby("account_id").indices
    return {
        str(account_id): _known_of(every.at(np.asarray(places)), lists.at(np.asarray(on_days.get(account_id, NOWHERE))))
        for account_id, places in sorted(arrivals.groupby("account_id").indices.items())
    }


@dataclass(frozen=True)
class _Lists:
    """Readings of follower lists with the counts beside them, as plain arrays in the order of their days."""

    counts: Counts
    is_complete: npt.NDArray[np.bool_]
    observed_at: npt.NDArray[np.datetime64]

    @classmethod
    def of(cls, read: pd.DataFrame) -> "_Lists":
        counts = Counts(
            read["snapshot_date"].to_numpy(dtype=DAY),
            read["followers_count"].to_numpy(dtype=np.float64, na_value=np.nan),
        )
        moments = read["observed_at"].dt.tz_localize(None).to_numpy(dtype="datetime64[us]")
        return cls(counts, (read["status"] == "complete").to_numpy(dtype=bool), moments)

    def at(self, places: npt.NDArray[np.intp] | npt.NDArray[np.bool_]) -> "_Lists":
        counts = Counts(self.counts.days[places], self.counts.followers[places])
        return _Lists(counts, self.is_complete[places], self.observed_at[places])


def is_staged_list(readings: pd.DataFrame) -> pd.Series:
    """Which readings of follower lists have staged arrivals: complete ones, and those that a limit cut.

    What another reason left unread, the next reading brings, and can number.
    """
    is_cut = (readings["status"] == "partial") & readings["reading_reason"].isin(list(CUT_REASONS))
    return (readings["status"] == "complete") | is_cut


def _known_of(arrivals: Arrivals, lists: _Lists) -> KnownFollowers:
    """The known followers of one account, and its counts when its list was read.

    After a cut reading, too, the next one looks only for those who came since: the rest stands in a gap.
    """
    complete = lists.at(lists.is_complete)
    last = lists.counts.followers[-1:]
    return known_in(
        arrivals,
        None if np.isnan(last).any() or not len(last) else int(last[0]),
        complete.observed_at[-1].item().replace(tzinfo=UTC) if len(complete.observed_at) else None,
        complete.counts,
    )

"""What a follower list is made of, account by account: the figures that a reader of reports asks for first."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tasks.followers.roster import UNKNOWN_FACT, Roster, empty_roster
from tasks.schema.arrays import FloatArray, IntArray, known_values, median_of_known


@dataclass(frozen=True)
class ProfileParameters:
    """After how many silent days a follower is inactive, how long a window is, and what days count as the same."""

    active_days: float
    window_count: int
    squeeze_window_days: float


WINDOWS = ("narrowest_creation_days", "most_silent_window_share", "most_squeezed_window_share")
"""Figures of the most conspicuous window, which rest on follow order."""


@dataclass(frozen=True)
class ProfileNote:
    """Note the profiles of lists that are held whole; of one that was read in parts little is left to tell."""

    parameters: ProfileParameters

    def __call__(self, roster: Roster, members: pd.DataFrame) -> pd.DataFrame:  # noqa: ARG002 - see stream.Note
        """Rows as `profile` has them."""
        return profile(empty_roster() if roster.is_outline else roster, self.parameters)


def profile(roster: Roster, parameters: ProfileParameters) -> pd.DataFrame:
    """One row per account: how many, which shares, which medians, and the most conspicuous window of its list.

    A share is taken of those of whom it is known; it is NaN where of nobody, as is a window in a shorter list.
    `narrowest_creation_days` is the least time within which all followers of a window were created,
    `most_silent_window_share` the largest share of one that never posted,
    `most_squeezed_window_share` the largest share of neighbors in one created within half a squeeze window.
    """
    starts = roster.starts
    posts, likes = roster.counts["posts"], roster.counts["likes"]
    is_inactive, is_told = _inactive(roster, parameters.active_days)
    shares = {
        "no_post_share": (posts == 0, ~np.isnan(posts)),
        "no_like_share": (likes == 0, ~np.isnan(likes)),
        "inactive_share": (is_inactive, is_told),
        "default_image_share": _known_flag(roster, "has_default_image"),
        "description_share": _known_flag(roster, "has_description"),
    }
    return pd.DataFrame(
        {
            "account_id": roster.accounts,
            "listed_count": np.diff(starts),
            "baseline_count": _summed(roster.is_baseline, starts),
            **{name: _share(is_so & known, known, starts) for name, (is_so, known) in shares.items()},
            "median_age_days": _median(roster.age, starts),
            "median_followers_count": _median(roster.counts["followers"], starts),
            **_windows(roster, starts, parameters),
        }
    )


def _inactive(roster: Roster, active_days: float) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Who posted nothing for longer than so many days, and of whom that is known."""
    silent = roster.seen - roster.last_post
    return ~(silent <= active_days), ~np.isnan(silent) | (roster.counts["posts"] == 0)


def _windows(roster: Roster, starts: IntArray, parameters: ProfileParameters) -> dict[str, FloatArray]:
    width = parameters.window_count
    spread = extreme_by_account(rolling_spread(roster.created, width), starts, width, np.fmin)
    silent = rolling_sum(roster.counts["posts"] == 0, width)
    most_silent = extreme_by_account(silent, starts, width, np.fmax)
    del silent
    step = np.diff(roster.created)
    near = np.abs(step, out=step) <= parameters.squeeze_window_days / 2
    del step
    # A window of n followers has n - 1 pairs of neighbors.
    most_squeezed = extreme_by_account(rolling_sum(near, width - 1), starts, width, np.fmax)
    return dict(zip(WINDOWS, (spread, most_silent / width, most_squeezed / (width - 1)), strict=True))


def _known_flag(roster: Roster, name: str) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    value = roster.flag(name)
    return value == 1, value != UNKNOWN_FACT


def _share(is_so: NDArray[np.bool_], known: NDArray[np.bool_], starts: IntArray) -> FloatArray:
    size = _summed(known, starts)
    return np.where(size > 0, _summed(is_so, starts) / np.where(size > 0, size, 1), np.nan)


def _summed(values: NDArray[np.bool_], starts: IntArray) -> IntArray:
    """How many of each account."""
    return np.array([np.count_nonzero(values[start:stop]) for start, stop in pairwise(starts)], dtype=np.int64)


def _median(values: NDArray[np.floating], starts: IntArray) -> FloatArray:
    """The median of the known values of each account; NaN where there is none."""
    return np.array(
        [median_of_known(known_values(values[start:stop])) for start, stop in pairwise(starts)], dtype=np.float64
    )


def rolling_extreme(values: NDArray[Any], width: int, extreme: np.ufunc) -> NDArray[Any]:
    """The highest (`np.maximum`) or lowest (`np.minimum`) of each window of so many values, by its first place.

    NaN where one is unknown.
    Windows double: the highest of 4 is the higher of two highest of 2; a few passes over the cache do the rest.

    >>> rolling_extreme(np.array([1.0, 5.0, 2.0, 3.0]), 3, np.maximum).tolist()
    [5.0, 5.0]
    """
    if len(values) < width:
        return values[:0]
    reach, found = 1, values
    while 2 * reach <= width:
        found = extreme(found[:-reach], found[reach:])
        reach *= 2
    rest = width - reach
    return np.asarray(extreme(found[: len(found) - rest], found[rest:]))


def rolling_sum(values: NDArray[Any], width: int) -> NDArray[np.int32]:
    """The sum of each window of so many small whole numbers, by its first place.

    >>> rolling_sum(np.array([1, 0, 1, 1]), 3).tolist()
    [2, 2]
    """
    summed = np.zeros(len(values) + 1, dtype=np.int32)
    np.cumsum(values, out=summed[1:], dtype=np.int32)
    return summed[width:] - summed[:-width] if len(values) >= width else summed[:0]


def rolling_spread(values: FloatArray, width: int) -> FloatArray:
    """Highest less lowest of each window; NaN where one is unknown.

    >>> rolling_spread(np.array([1.0, 5.0, 2.0, 3.0]), 3).tolist()
    [4.0, 3.0]
    """
    spread = rolling_extreme(values, width, np.maximum)
    return np.asarray(np.subtract(spread, rolling_extreme(values, width, np.minimum), out=spread))


def extreme_by_account(windows: NDArray[Any], starts: IntArray, width: int, extreme: np.ufunc) -> FloatArray:
    """The highest (`np.fmax`) or lowest (`np.fmin`) window that lies inside each account; NaN where there is none.

    Windows of an unknown value are left out.
    """
    found = np.full(len(starts) - 1, np.nan)
    stops = starts[1:] - width + 1
    has_windows = stops > starts[:-1]
    if not has_windows.any():
        return found
    # Every second cut is the gap between accounts: windows there hold followers of two.
    cuts = np.stack([starts[:-1][has_windows], stops[has_windows]], axis=1).ravel()
    cuts = cuts[:-1] if cuts[-1] >= len(windows) else cuts
    found[has_windows] = extreme.reduceat(windows, cuts)[::2]
    return found

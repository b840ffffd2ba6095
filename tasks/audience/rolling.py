"""Windows of so many neighbors in follow order, over all accounts at once."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from tasks.audience.roster import Floats, Ints


def rolling_highest(values: NDArray[Any], width: int) -> NDArray[Any]:
    """The highest of each window of so many values, by its first place; NaN where one is unknown.

    Windows double: the highest of 4 is the higher of two highest of 2; a few passes over the cache do the rest.

    >>> rolling_highest(np.array([1.0, 5.0, 2.0, 3.0]), 3).tolist()
    [5.0, 5.0]
    """
    if len(values) < width:
        return values[:0]
    reach, highest = 1, values
    while 2 * reach <= width:
        highest = np.maximum(highest[:-reach], highest[reach:])
        reach *= 2
    rest = width - reach
    return np.asarray(np.maximum(highest[: len(highest) - rest], highest[rest:]))


def rolling_sum(values: NDArray[Any], width: int) -> Ints:
    """The sum of each window of so many whole numbers, by its first place.

    >>> rolling_sum(np.array([1, 0, 1, 1]), 3).tolist()
    [2, 2]
    """
    summed = np.zeros(len(values) + 1, dtype=np.int64)
    np.cumsum(values, out=summed[1:])
    return summed[width:] - summed[:-width] if len(values) >= width else summed[:0]


def rolling_spread(values: Floats, width: int) -> Floats:
    """Highest less lowest of each window; NaN where one is unknown.

    >>> rolling_spread(np.array([1.0, 5.0, 2.0, 3.0]), 3).tolist()
    [4.0, 3.0]
    """
    lowest = -rolling_highest(-values, width)
    return np.asarray(rolling_highest(values, width) - lowest)


def highest_by_account(windows: NDArray[Any], starts: Ints, width: int) -> Floats:
    """The highest window that lies inside each account, unknown ones left out; NaN where there is none."""
    highest = np.full(len(starts) - 1, np.nan)
    stops = starts[1:] - width + 1
    has_windows = stops > starts[:-1]
    if not has_windows.any():
        return highest
    # Every second cut is the gap between accounts: windows there hold followers of two.
    cuts = np.stack([starts[:-1][has_windows], stops[has_windows]], axis=1).ravel()
    cuts = cuts[:-1] if cuts[-1] >= len(windows) else cuts
    highest[has_windows] = np.fmax.reduceat(windows, cuts)[::2]
    return highest

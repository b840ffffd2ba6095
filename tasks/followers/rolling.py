"""Windows of so many neighbors in follow order, over all accounts at once."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from tasks.followers.roster import Floats, Ints


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


def rolling_spread(values: Floats, width: int) -> Floats:
    """Highest less lowest of each window; NaN where one is unknown.

    >>> rolling_spread(np.array([1.0, 5.0, 2.0, 3.0]), 3).tolist()
    [4.0, 3.0]
    """
    spread = rolling_extreme(values, width, np.maximum)
    return np.asarray(np.subtract(spread, rolling_extreme(values, width, np.minimum), out=spread))


def extreme_by_account(windows: NDArray[Any], starts: Ints, width: int, extreme: np.ufunc) -> Floats:
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

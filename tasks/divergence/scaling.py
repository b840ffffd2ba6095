"""How engagement per post scales with followers across accounts, by slopes that outliers do not move."""

import numpy as np
from numpy.typing import NDArray

from tasks.divergence.pace import FloatArray, Values

MAD_TO_DEVIATION = 1.4826
"""Median absolute deviation of a normal variable x 1.4826 = its standard deviation."""


def theil_sen_slope(across: FloatArray, up: FloatArray) -> float:
    """Theil-Sen slope: median of the slopes of all pairs of points with distinct abscissae.

    Unit: of `up` over that of `across`.
    Null without such a pair.
    Source: Theil 1950, Sen 1968.

    >>> theil_sen_slope(np.arange(6.0), np.array([0.0, 1, 2, 3, 4, 50]))
    1.0
    """
    first, second = np.triu_indices(len(across), 1)
    return _median_slope(across, up, first.astype(np.int64), second.astype(np.int64))


def distant_pair_slope(across: FloatArray, up: FloatArray, pairs: int) -> float:
    """Theil's incomplete slope: the median over about `pairs` pairs that lie half the ordered points apart.

    The number of all pairs grows with the square of the points, and distant pairs are the ones that say most.
    `across` and `up` are in ascending order of `across`.
    Null without such a pair.
    Source: Theil 1950, part 1.

    >>> distant_pair_slope(np.arange(6.0), np.array([0.0, 1, 2, 3, 4, 50]), pairs=3)
    1.0
    """
    half = len(across) // 2
    offsets = half + np.arange(max(1, min(-(-pairs // max(half, 1)), len(across) - half)))
    first = np.concatenate([np.arange(len(across) - offset) for offset in offsets])
    second = first + np.repeat(offsets, len(across) - offsets)
    return _median_slope(across, up, first, second)


def _median_slope(across: FloatArray, up: FloatArray, first: NDArray[np.int64], second: NDArray[np.int64]) -> float:
    run, rise = across[second] - across[first], up[second] - up[first]
    is_distinct = run != 0
    return float(np.median(rise[is_distinct] / run[is_distinct])) if is_distinct.any() else np.nan


def residual_z(residuals: FloatArray) -> FloatArray:
    """Residuals in robust standard deviations: (r - median) / (1.4826 MAD).

    Unit: standard deviations; below 0 an account receives less engagement than its size predicts.
    Null when half of the residuals are the same.

    >>> [round(float(z), 4) for z in residual_z(np.array([1.0, 2, 3, 4, 100]))]
    [-1.349, -0.6745, 0.0, 0.6745, 65.4256]
    """
    distance, spread = _median_distance(residuals)
    return distance / (MAD_TO_DEVIATION * spread) if spread > 0 else np.full(residuals.shape, np.nan)


def _median_distance(values: FloatArray) -> tuple[FloatArray, float]:
    distance = values - np.median(values)
    return distance, float(np.median(np.abs(distance)))


def percentiles(values: Values) -> Values:
    """Percentile of each value among the others: 100 x (mid-rank - 0.5) / n.

    Unit: percentile points.
    Null for a missing value, which does not count among the others.

    >>> [float(p) for p in percentiles([100, 1000, 1000, 50_000, 2_000_000])]
    [10.0, 40.0, 40.0, 70.0, 90.0]
    """
    given = np.asarray(values, dtype=float)
    known = np.sort(given[~np.isnan(given)])
    below = np.searchsorted(known, given, side="left")
    upto = np.searchsorted(known, given, side="right")
    share = 100.0 * (below + upto) / 2 / max(len(known), 1)
    return np.where(np.isnan(given), np.nan, share)

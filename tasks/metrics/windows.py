"""Sums and quantiles over windows of days, for all rows at once.

A window holds the events of one account from day t - `oldest` to day t - `newest`, both included.
Each window is summed by itself, from its first to its last event,
so a value depends neither on other accounts nor on which dates are asked for.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from tasks.metrics.days import Calendar, keys
from tasks.schema.arrays import FloatArray, IntArray

GATHERED_CELLS = 4_000_000
"""How many values are laid out side by side at once when windows are sorted: 32 MB."""


@dataclass(frozen=True)
class Windows:
    """For every row asked for, the events from `start` up to but not including `stop`."""

    start: IntArray
    stop: IntArray

    @property
    def sizes(self) -> IntArray:
        """Events in each window."""
        return self.stop - self.start

    def sums(self, values: FloatArray) -> FloatArray:
        """Sum of the values in each window; 0 for an empty one."""
        if not len(self.start):
            return np.zeros(0)
        bounds = np.column_stack([self.start, self.stop]).ravel()
        totals = np.add.reduceat(np.append(values, 0.0), bounds)[::2]
        return np.where(self.sizes > 0, totals, 0.0)

    def quantiles(self, values: FloatArray, share: float) -> FloatArray:
        """Linear quantile of the values in each window, leaving out NaN; NaN for a window without values."""
        result = np.full(len(self.start), np.nan)
        for rows in self._batches():
            result[rows] = _row_quantiles(self._gathered(values, rows), share)
        return result

    def _batches(self) -> Iterator[IntArray]:
        by_size = np.argsort(self.sizes, kind="stable")
        doubling = np.ceil(np.log2(np.maximum(self.sizes[by_size], 1))).astype(np.int64)
        batch = np.cumsum(1 << doubling) // GATHERED_CELLS
        is_new = (np.diff(batch) != 0) | (np.diff(doubling) != 0)
        yield from np.split(by_size, np.flatnonzero(is_new) + 1)

    def _gathered(self, values: FloatArray, rows: IntArray) -> FloatArray:
        widest = int(self.sizes[rows].max(initial=0))
        places = self.start[rows, None] + np.arange(widest)
        inside = places < self.stop[rows, None]
        padded = np.append(values, np.nan)
        return padded[np.where(inside, places, len(values))]


def windows(days: Calendar, event_keys: IntArray, oldest: int, newest: int) -> Windows:
    """The window of each row asked for, over events whose keys are in ascending order."""
    start = np.searchsorted(event_keys, keys(days.asked_account, days.asked_day - oldest), side="left")
    stop = np.searchsorted(event_keys, keys(days.asked_account, days.asked_day - newest), side="right")
    return Windows(start.astype(np.int64), stop.astype(np.int64))


def _row_quantiles(rows: FloatArray, share: float) -> FloatArray:
    if not rows.shape[1]:
        return np.full(len(rows), np.nan)
    ordered = np.sort(rows, axis=1)
    known = np.count_nonzero(~np.isnan(ordered), axis=1)
    return sorted_quantiles(ordered, known, share)


def sorted_quantiles(ordered: FloatArray, known: IntArray, share: float) -> FloatArray:
    """Linear quantile of each row's first `known` values, given in ascending order; NaN where there are none."""
    place = share * np.maximum(known - 1, 0)
    below = np.floor(place).astype(np.int64)
    above = np.minimum(below + 1, np.maximum(known - 1, 0))
    row = np.arange(len(ordered))
    low, high = ordered[row, below], ordered[row, above]
    return np.where(known > 0, low + (high - low) * (place - below), np.nan)

"""Followers next to each other in follow order whose accounts were created within the same few days, long before.

Newcomers, whose accounts are squeezed in every inflow, are left out: a wave of fresh accounts is not found here.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy import special

from tasks.schema.arrays import FloatArray, IntArray
from tasks.schema.ranges import Amount, Count, Edges, PositiveCount, PositiveRatio, Probability

_Nears = NDArray[np.int16]


@dataclass(frozen=True)
class SqueezeParameters:
    """When creation is squeezed: config/model.toml, [retrospective.squeeze]."""

    neighbors_count: PositiveCount
    squeeze_window_days: Amount
    settled_age_days: Amount
    least_near_count: PositiveCount
    least_lift: PositiveRatio
    chance: Probability
    gap_count: Count
    least_block_count: PositiveCount
    chunk_count: PositiveCount
    age_edges_days: Edges


def squeezed_blocks(created: FloatArray, clock: FloatArray, parameters: SqueezeParameters) -> list[IntArray]:
    """Places of the members of each block, in follow order; `created` and the follow clock are in days."""
    near = near_counts(created, parameters.neighbors_count, parameters.squeeze_window_days / 2)
    usual = _UsualNear(created, clock, parameters)
    flagged = np.concatenate(
        [_flagged(slice(start, start + CHUNK), near, usual, parameters) for start in range(0, len(created), CHUNK)]
    )
    runs = np.split(flagged, np.flatnonzero(np.diff(flagged) > parameters.gap_count) + 1)
    return [_members(run, created) for run in runs if len(run) >= parameters.least_block_count]


def _flagged(part: slice, near: _Nears, usual: "_UsualNear", parameters: SqueezeParameters) -> IntArray:
    """Those of a part of the list who have too many near neighbors, and followed long after their creation."""
    age, chance = usual.age(part), usual.chance(part)
    is_settled = age >= parameters.settled_age_days
    is_many = (near[part] >= parameters.least_near_count) & (near[part] >= parameters.least_lift * chance)
    likely = np.flatnonzero(is_settled & is_many)
    is_flagged = special.pdtrc(near[part][likely] - 1, chance[likely]) < parameters.chance
    return np.asarray(part.start + likely[is_flagged])


def _members(run: IntArray, created: FloatArray) -> IntArray:
    """Everybody between the first and the last of the run who was created in the same days."""
    inside = np.arange(run[0], run[-1] + 1)
    low, high = np.quantile(created[run], (0.005, 0.995))
    return np.asarray(inside[(created[inside] >= low - 1) & (created[inside] <= high + 1)])


def near_counts(created: FloatArray, neighbors: int, half_window_days: float) -> _Nears:
    """How many of so many neighbors on each side in follow order were created within so many days.

    >>> near_counts(np.array([1.0, 2.0, 90.0, 3.0]), 1, 3.5).tolist()
    [1, 1, 0, 0]
    """
    near = np.zeros(len(created), dtype=np.int16)
    for start in range(0, len(created), CHUNK):
        low, high = max(start - neighbors, 0), min(start + CHUNK + neighbors, len(created))
        stop = min(start + CHUNK, len(created))
        near[start:stop] = _near_in(created[low:high], neighbors, half_window_days)[start - low : stop - low]
    return near


CHUNK = 16_384
"""Followers counted at a time: what fits the cache is counted several times as fast."""


def _near_in(created: FloatArray, neighbors: int, half_window_days: float) -> _Nears:
    near = np.zeros(len(created), dtype=np.int16)
    for lag in range(1, min(neighbors, len(created) - 1) + 1):
        close = np.abs(created[lag:] - created[:-lag]) <= half_window_days
        near[lag:] += close
        near[:-lag] += close
    return near


class _UsualNear:
    """How many near neighbors chance gives: neighbors x usual share of the age bin x window over width of the bin.

    The usual share is the median over equal chunks of the list, so that one block does not become the norm.
    """

    def __init__(self, created: FloatArray, clock: FloatArray, parameters: SqueezeParameters) -> None:
        """The usual shares of the list."""
        self._created, self._clock, self._edges = created, clock, np.asarray(parameters.age_edges_days)
        size = len(created)
        cuts = -(-np.arange(parameters.chunk_count + 1) * size // parameters.chunk_count)
        chunks = [self._counted(first, last) / max(last - first, 1) for first, last in pairwise(cuts.tolist())]
        share = np.maximum(np.median(chunks, axis=0), 1 / size)
        width = np.diff(np.concatenate([[0.0], self._edges, [2 * self._edges[-1]]]))
        chance = np.minimum(parameters.squeeze_window_days / width, 1.0)
        self._usual = 2 * parameters.neighbors_count * share * chance

    def age(self, part: slice) -> FloatArray:
        """How old the accounts were by the clock, in days."""
        return np.asarray(self._clock[part] - self._created[part])

    def chance(self, part: slice) -> FloatArray:
        """How many near neighbors are usual."""
        return np.asarray(self._usual[self._bins(part)])

    def _bins(self, part: slice) -> IntArray:
        return np.searchsorted(self._edges, np.nan_to_num(self.age(part)), side="right").astype(np.int64)

    def _counted(self, first: int, last: int) -> IntArray:
        least = len(self._edges) + 1
        counts = np.zeros(least, dtype=np.int64)
        for start in range(first, last, CHUNK):
            counts += np.bincount(self._bins(slice(start, min(start + CHUNK, last))), minlength=least)
        return counts

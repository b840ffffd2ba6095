"""How unlike the profiles of some followers are those of others, and who of a mixture is of which kind."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tasks.schema.arrays import FloatArray, IntArray, known_values, median_of_known
from tasks.schema.ranges import NatsFor, PositiveCount, Share

LEAST_VALUES = 20
"""Known values below which two distributions are not compared."""
SMALLEST_SPREAD = 0.05
"""Counts that are wholly alike spread by a twentieth, so that one kind of count does not speak for all."""
ROUNDS = 20
"""Of expectation and maximization, which settles the share of a mixture well before."""


@dataclass(frozen=True)
class ProfileLikeness:
    """When profiles are unlike: config/model.toml, [retrospective.stretches.likeness]."""

    least_distance: Share
    least_evidence: NatsFor
    largest_evidence: NatsFor
    cells_count: PositiveCount


def compare_profiles(
    around: FloatArray, is_inside: NDArray[np.bool_], own: FloatArray, parameters: ProfileLikeness
) -> tuple[float, IntArray]:
    """How far those inside lie from the account's own, and which of those around are of their kind; none if not unlike.

    Rows are features, the first the age, NaN where one is not known; the distance is the mean Kolmogorov-Smirnov
    distance over the features, NaN where no count is known of both.
    Unlike means far, and so regular that a profile left out of the count is told by the others (nats per feature), and
    that the counts spread less than people's do (nats, see `narrowness`).
    """
    inside = around[:, is_inside]
    distances = np.array([_ks(one, other) for one, other in zip(inside, own, strict=True)])
    is_known = ~np.isnan(distances)
    if not is_known[1:].any():
        return np.nan, np.zeros(0, dtype=np.int64)
    distance = float(distances[is_known].mean())
    cells = [_Cells(inside[row], own[row], parameters.cells_count) for row in np.flatnonzero(is_known)]
    evidence = np.mean([one.left_out.mean() for one in cells]) + np.nan_to_num(narrowness(inside[1:], own[1:]))
    if distance < parameters.least_distance or evidence < parameters.least_evidence:
        return distance, np.zeros(0, dtype=np.int64)
    told = np.sum([one.told(around[row]) for one, row in zip(cells, np.flatnonzero(is_known), strict=True)], axis=0)
    return distance, _members(np.clip(told, -parameters.largest_evidence, parameters.largest_evidence))


def narrowness(inside: FloatArray, own: FloatArray) -> float:
    """Mean of ln(spread of the own / spread inside) over counts, kinds x followers; NaN where none can be compared.

    Who is run by one hand is more alike than people are, whoever they are (CatchSync, KDD 2014: synchronicity), while
    another crowd lies elsewhere and spreads as much.
    The spread is the mean distance of ln(1 + count) from its median.
    Counts that are 0 for half of either group are left out: their spread follows from their level.

    >>> round(narrowness(np.array([[np.e - 1, np.e**2 - 1] * 10]), np.array([[np.e - 1, np.e**3 - 1] * 10])), 6)
    0.693147
    """
    ratios = [_spread(other) - _spread(one) for one, other in zip(inside, own, strict=True)]
    known = [ratio for ratio in ratios if np.isfinite(ratio)]
    return float(np.mean(known)) if known else np.nan


def _spread(counts: FloatArray) -> float:
    """Ln of the spread of known counts; NaN where few are known or half of them are 0."""
    known = known_values(counts)
    middle = median_of_known(known.copy()) if len(known) >= LEAST_VALUES else 0.0
    if middle <= 0:
        return np.nan
    distance = np.log1p(known)
    distance -= np.log1p(middle)
    return float(np.log(max(np.abs(distance, out=distance).sum() / len(known), SMALLEST_SPREAD)))


def _ks(some: FloatArray, others: FloatArray) -> float:
    """Largest distance between two empirical distributions; NaN where few values of one are known."""
    some, others = np.sort(some[~np.isnan(some)]), np.sort(others[~np.isnan(others)])
    if min(len(some), len(others)) < LEAST_VALUES:
        return np.nan
    at = np.concatenate([some, others])
    shares = [np.searchsorted(values, at, side="right") / len(values) for values in (some, others)]
    return float(np.abs(shares[0] - shares[1]).max())


class _Cells:
    """Shares of two groups in cells of about equal size, by which a value tells the groups apart; unknown is a cell."""

    def __init__(self, inside: FloatArray, own: FloatArray, cells: int) -> None:
        """The cells of both groups."""
        known = np.concatenate([inside, own])
        self._edges = np.unique(np.nanquantile(known, np.arange(1, cells) / cells))
        width = len(self._edges) + 2
        self._unknown = width - 1
        code = self._coded(inside)
        counts = np.bincount(code, minlength=width)
        usual = (np.bincount(self._coded(own), minlength=width) + 1) / (len(own) + width)
        self._told = np.log((counts + 1) / (len(inside) + width) / usual)
        self.left_out = np.log(np.maximum(counts, 1) / (len(inside) + width - 1) / usual)[code]
        """What the others inside tell of each inside, in nats."""

    def told(self, values: FloatArray) -> FloatArray:
        """Log of how much likelier each value is inside than among the account's own."""
        return np.asarray(self._told[self._coded(values)])

    def _coded(self, values: FloatArray) -> IntArray:
        codes: IntArray = np.searchsorted(self._edges, values, side="right").astype(np.int64)
        codes[np.isnan(values)] = self._unknown
        return codes


def _members(evidence: FloatArray) -> IntArray:
    """The run of highest evidence, less those in it who are likelier the account's own."""
    total = np.concatenate([[0.0], np.cumsum(evidence)])
    last = int(np.argmax(total - np.minimum.accumulate(total)))
    run = np.arange(int(np.argmin(total[: last + 1])), last)
    share = 0.9
    for _ in range(ROUNDS):
        share = float(np.clip(np.mean(1 / (1 + np.exp(-evidence[run]) * (1 - share) / share)), 0.01, 0.99))
    return np.asarray(run[evidence[run] + np.log(share / (1 - share)) >= 0])

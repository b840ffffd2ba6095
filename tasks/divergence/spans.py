"""Runs of marked days, and where inside them a wave really began and ended."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from tasks.divergence.grid import Grid
from tasks.divergence.shock import Marks, Series, ShockParameters
from tasks.schema.arrays import BoolArray


@dataclass(frozen=True)
class Span:
    """Days `first` to `last` of one row of a grid."""

    row: int
    first: int
    last: int


def runs(marked: BoolArray, gap_days: int) -> Iterator[Span]:
    """Runs of marked days per row; runs at most `gap_days` unmarked days apart are one."""
    rows, days = np.nonzero(marked)
    if not len(rows):
        return
    breaks = np.flatnonzero((np.diff(rows) != 0) | (np.diff(days) > gap_days + 1))
    starts = np.concatenate([[0], breaks + 1])
    ends = np.concatenate([breaks, [len(rows) - 1]])
    for start, end in zip(starts, ends, strict=True):
        yield Span(int(rows[start]), int(days[start]), int(days[end]))


def waves(series: Series, marks: Marks, run: Span, parameters: ShockParameters) -> list[Span]:
    """The waves inside a marked run, in order of time; waves that touch are one.

    A wave is the stretch with the largest sum of excess over half its own mean daily excess:
    the boundary that best separates a steady delivery from usual days on both sides.
    What lies before and after it is searched in the same way, and a stretch that rests for days is several waves.
    """
    excess = _excess(series, marks, run)
    scale = _first_known(marks.scale[run.row, run.first : run.last + 1])
    smallest = _Smallest.of(series, run, parameters)
    stretches = sorted(_stretches(excess, scale, smallest))
    found = [part for stretch in stretches for part in _parts(excess, *stretch, scale, smallest)]
    joined: list[tuple[int, int]] = []
    for first, last in found:
        if joined and first == joined[-1][1] + 1:
            joined[-1] = (joined[-1][0], last)
        else:
            joined.append((first, last))
    return [Span(run.row, run.first + first, run.first + last) for first, last in joined]


@dataclass(frozen=True)
class _Smallest:
    """What a stretch must be worth to be a wave."""

    jump_count: float
    drip_count: float
    z: float
    rest_days: int

    @classmethod
    def of(cls, series: Series, run: Span, parameters: ShockParameters) -> "_Smallest":
        before = series.followers[run.row, : run.first]
        known = before[~np.isnan(before)]
        followers = float(known[-1]) if len(known) else 0.0
        least = parameters.minimum_jump_count
        return cls(
            jump_count=max(parameters.minimum_jump_share * followers, least),
            drip_count=max(parameters.minimum_drip_share * followers, least),
            z=parameters.shock_z,
            rest_days=parameters.rest_days,
        )

    def accepts(self, worth: float, days: int, scale: float) -> bool:
        """A stretch of one or two days as a jump, a longer one as a drip."""
        least = self.jump_count if days <= 2 else self.drip_count  # noqa: PLR2004 - the shortest drip window is 3 days
        return worth >= least and worth >= self.z * scale * np.sqrt(days)


def _stretches(excess: Grid, scale: float, smallest: _Smallest, offset: int = 0) -> Iterator[tuple[int, int]]:
    if not len(excess) or not (stretch := _stretch(excess, scale)):
        return
    first, last = stretch
    if not smallest.accepts(float(excess[first : last + 1].sum()), last - first + 1, scale):
        return
    yield offset + first, offset + last
    yield from _stretches(excess[:first], scale, smallest, offset)
    yield from _stretches(excess[last + 1 :], scale, smallest, offset + last + 1)


def _parts(excess: Grid, first: int, last: int, scale: float, smallest: _Smallest) -> Iterator[tuple[int, int]]:
    """The stretch, cut where it rests longer than `rest_days`: a delivery is steady, bursts after posts are not."""
    inside = excess[first : last + 1]
    hot = first + np.flatnonzero(inside > inside.mean() / 2)
    cuts = np.flatnonzero(np.diff(hot) > smallest.rest_days + 1)
    for part in np.split(hot, cuts + 1):
        begin, end = int(part[0]), int(part[-1])
        if smallest.accepts(float(excess[begin : end + 1].sum()), end - begin + 1, scale):
            yield begin, end


def _excess(series: Series, marks: Marks, run: Span) -> Grid:
    days = slice(run.first, run.last + 1)
    usual = _first_known(marks.usual[run.row, days])
    values = series.changes[run.row, days]
    known = ~np.isnan(values)
    return np.where(known, np.nan_to_num(values) - usual * np.nan_to_num(series.spans[run.row, days]), 0.0)


def _stretch(excess: Grid, scale: float) -> tuple[int, int] | None:
    margin = scale
    best: tuple[int, int] | None = None
    for _ in range(4):
        found = _largest_sum(excess - margin)
        if not found or found == best:
            break
        best = found
        margin = float(excess[found[0] : found[1] + 1].mean()) / 2
    return best


def _largest_sum(values: Grid) -> tuple[int, int] | None:
    """First and last index of the contiguous stretch with the largest positive sum; None without one."""
    total = np.concatenate([[0.0], np.cumsum(values)])
    lowest = np.minimum.accumulate(total[:-1])
    gain = total[1:] - lowest
    last = int(np.argmax(gain))
    if gain[last] <= 0:
        return None
    first = last - int(np.argmin(total[: last + 1][::-1]))
    return first, last


def _first_known(values: Grid) -> float:
    known = values[~np.isnan(values)]
    return float(known[0]) if len(known) else 0.0

"""Day-block bootstrap of windows: every rolling window is a difference of running sums.

Running sums are exact, because what is summed are whole numbers below 2^53;
so a value depends neither on the other accounts of a batch nor on which dates are asked for.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from scipy.special import gammaln

from tasks.metrics.days import Calendar
from tasks.metrics.windows import sorted_quantiles
from tasks.schema.arrays import FloatArray, IntArray

MOST_DRAWS = 16
"""A day drawn more often has a chance below 1e-14."""


@dataclass(frozen=True)
class Draws:
    """How often to resample, from which seed, and how many days before a row are looked at."""

    seed: int
    resamples: int
    depth: int


def day_weights(draws: Draws, first_day: int, last_day: int) -> FloatArray:
    """Poisson(1) weights, one row per day since 1970 from first to last, one column per resample.

    A weight is a function of seed, day and resample alone and the same for every account:
    what one day's run draws, a year's backfill draws again.
    Source: Poisson bootstrap, Chamandy et al. 2012; blocks of one day keep the posts of a day together.
    """
    steps = np.arange(MOST_DRAWS + 1)
    chances = np.cumsum(np.exp(-1.0 - gammaln(steps + 1.0)))
    days = range(first_day, last_day + 1)
    return np.stack([np.searchsorted(chances, _uniform(draws, day), side="right") for day in days]).astype(np.float64)


def _uniform(draws: Draws, day: int) -> FloatArray:
    generator = np.random.Generator(np.random.Philox(key=np.array([draws.seed, day], dtype=np.uint64)))
    return generator.random(draws.resamples)


BATCH_DAYS = 250
"""Days that are resampled at once: a running sum of 1,000 resamples is 2 MB, near the cache and below `MAPPED_BYTES`.

Larger ones are memory that the kernel has to give anew each time.
"""
SPAN_ROWS = 128
"""Rows of one account that lie in one batch."""
LARGEST_TOTAL = 2.0**49
"""Largest sum of one quantity over a batch; resampled, it stays below the 2^53 up to which floats are exact."""


@dataclass(frozen=True)
class DayRange:
    """The days of a window, counted back from the row: `oldest` to `newest`, both included."""

    oldest: int
    newest: int


@dataclass(frozen=True)
class DayTotals:
    """Whole-number totals of events: each event's account, day and quantities, summed per day when laid out."""

    account: IntArray
    day: IntArray
    quantities: Mapping[str, FloatArray]


@dataclass(frozen=True)
class AccountBatch:
    """Several accounts' days laid end to end: their totals, their weights in every resample, and the rows due.

    `rows` are places among the rows asked for, `here` the place of each row's day in the batch.
    """

    weights: FloatArray
    totals: Mapping[str, FloatArray]
    here: IntArray
    rows: IntArray

    def sums(self, name: str, *ranges: DayRange) -> list[FloatArray]:
        """The resampled sum over each window, one row per row due and one column per resample."""
        ends = [(self.here - days_back.oldest, self.here - days_back.newest + 1) for days_back in ranges]
        edges, places = np.unique(ends, return_inverse=True)
        running = self._running(self.totals[name], edges)
        spans = places.reshape(np.shape(ends))
        return [_rows_of(running, after) - _rows_of(running, before) for before, after in spans]

    def _running(self, totals: FloatArray, edges: IntArray) -> FloatArray:
        """The resampled sum from the first edge to each: a daily run asks for few days, so most edges lie far apart."""
        running = np.zeros((len(edges), self.weights.shape[1]))
        np.multiply(_rows_of(self.weights, edges[:-1]), totals[edges[:-1], None], out=running[1:])
        for place in np.flatnonzero(np.diff(edges) > 1):
            between = slice(edges[place], edges[place + 1])
            np.einsum("i,ij->j", totals[between], self.weights[between], out=running[place + 1])
        # Row after row, because a cumulative sum down the columns takes four times as long.
        for row in range(1, len(edges)):
            running[row] += running[row - 1]
        return running


def _rows_of(values: FloatArray, places: IntArray) -> FloatArray:
    """The rows at ascending places; those that lie side by side are not copied."""
    first, last = int(places[0]), int(places[-1])
    return values[first : last + 1] if last - first + 1 == len(places) else values[places]


@dataclass(frozen=True)
class _Layout:
    """Where each account's days lie: from `depth` days before its first row due to its last."""

    accounts: IntArray
    first_day: IntArray
    starts: IntArray
    stops: IntArray

    @property
    def days(self) -> IntArray:
        owner = np.repeat(np.arange(len(self.accounts)), self.stops - self.starts)
        return np.arange(self.stops[-1]) - self.starts[owner] + self.first_day[owner]

    def places(self, account: IntArray, day: IntArray) -> IntArray:
        """The place of each account's day; -1 where it was not laid out."""
        owner = np.searchsorted(self.accounts, account).clip(max=len(self.accounts) - 1)
        place = self.starts[owner] + day - self.first_day[owner]
        inside = (self.accounts[owner] == account) & (place >= self.starts[owner]) & (place < self.stops[owner])
        return np.where(inside, place, -1)

    def totals(self, events: DayTotals) -> dict[str, FloatArray]:
        """The quantities of the events per laid-out day."""
        places = self.places(events.account, events.day) + 1
        size = int(self.stops[-1]) + 1
        return {name: np.bincount(places, values, size)[1:].astype(float) for name, values in events.quantities.items()}


def account_batches(days: Calendar, due: IntArray, events: DayTotals, draws: Draws) -> Iterator[AccountBatch]:
    """The rows asked for at the places `due`, in batches of a few accounts or of a span of one.

    Raises `ValueError` when totals are too large for exact sums.
    """
    if not len(due):
        return
    layout = _layout(days, due, draws.depth)
    day, totals = layout.days, layout.totals(events)
    table = day_weights(draws, int(day.min()), int(day.max()))
    places = layout.places(days.asked_account[due], days.asked_day[due])
    for rows in _spans(layout, places, draws.depth):
        start, stop = places[rows][0] - draws.depth, places[rows][-1] + 1
        mine = {name: _exact(values[start:stop]) for name, values in totals.items()}
        weights = _rows_of(table, day[start:stop] - day.min())
        yield AccountBatch(weights, mine, places[rows] - start, due[rows])


def _spans(layout: _Layout, places: IntArray, depth: int) -> Iterator[slice]:
    """Which rows make a batch: spans of an account as they come, together up to about `BATCH_DAYS`."""
    owner = np.searchsorted(layout.stops, places, side="right")
    first = np.flatnonzero(np.diff(owner, prepend=-1))
    rank = np.arange(len(places)) - np.repeat(first, np.diff(np.append(first, len(places))))
    starts = np.flatnonzero(rank % SPAN_ROWS == 0)
    ends = np.append(starts[1:], len(places))
    batch = np.cumsum(places[ends - 1] - places[starts] + depth + 1) // BATCH_DAYS
    cuts = ends[np.append(np.flatnonzero(np.diff(batch)), len(ends) - 1)]
    yield from map(slice, np.append(0, cuts[:-1]).tolist(), cuts.tolist())


def _layout(days: Calendar, due: IntArray, depth: int) -> _Layout:
    account, day = days.asked_account[due], days.asked_day[due]
    accounts, first, sizes = np.unique(account, return_index=True, return_counts=True)
    first_day = day[first] - depth
    lengths = day[first + sizes - 1] - first_day + 1
    stops = np.cumsum(lengths)
    return _Layout(accounts, first_day, stops - lengths, stops)


def _exact(totals: FloatArray) -> FloatArray:
    if totals.sum() > LARGEST_TOTAL:
        message = "posts: sums over a batch would exceed 2^53 and not be exact; check the counts, then report less."
        raise ValueError(message)
    return totals


def percentile_ends(replicates: FloatArray, confidence: float) -> tuple[FloatArray, FloatArray]:
    """The two ends between which the middle share of each row's replicates lies; NaN replicates do not count."""
    ordered = np.sort(replicates, axis=1)
    known = np.count_nonzero(~np.isnan(ordered), axis=1)
    tail = (1 - confidence) / 2
    return sorted_quantiles(ordered, known, tail), sorted_quantiles(ordered, known, 1 - tail)

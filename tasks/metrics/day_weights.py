"""How often each calendar day is drawn in each resample."""

from dataclasses import dataclass

import numpy as np
from scipy.special import gammaln

from tasks.metrics.rates import FloatArray

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

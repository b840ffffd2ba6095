"""Chance that is a pure function of its seed: by name for processes, by number for people."""

import zlib

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Truths = npt.NDArray[np.bool_]
Bits = npt.NDArray[np.uint64]

GOLDEN = 0x9E3779B97F4A7C15
WORD = 2**64


def generator(seed: int, *names: str) -> np.random.Generator:
    """A generator of its own for each seed and name, so that one account's draws never move another's."""
    return np.random.default_rng([seed, *(zlib.crc32(name.encode()) for name in names)])


def bits(seed: int, name: str, numbers: Numbers) -> Bits:
    """64 well-mixed bits for each number (splitmix64, Steele 2014): the same for the same seed and name.

    >>> bool((bits(1, "a", np.arange(3)) == bits(1, "a", np.arange(3))).all())
    True
    """
    start = (seed * GOLDEN + zlib.crc32(name.encode()) * 0xBF58476D1CE4E5B9) % WORD
    mixed = numbers.astype(np.uint64) * np.uint64(GOLDEN) + np.uint64(start)
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        mixed = (mixed ^ (mixed >> np.uint64(shift))) * np.uint64(factor)
    return mixed ^ (mixed >> np.uint64(31))


def uniform(seed: int, name: str, numbers: Numbers) -> Floats:
    """One draw in (0, 1) for each number."""
    return ((bits(seed, name, numbers) >> np.uint64(11)).astype(np.float64) + 0.5) / 2.0**53


def normal(seed: int, name: str, numbers: Numbers) -> Floats:
    """One standard normal draw for each number (Box and Muller 1958)."""
    radius = np.sqrt(-2.0 * np.log(uniform(seed, name, numbers)))
    return np.asarray(radius * np.cos(2.0 * np.pi * uniform(seed, name + "'", numbers)), dtype=np.float64)


def lognormal(seed: int, name: str, numbers: Numbers, median: float, sigma: float) -> Floats:
    """One lognormal draw for each number, with this median and this standard deviation of its logarithm."""
    return np.asarray(median * np.exp(sigma * normal(seed, name, numbers)), dtype=np.float64)

"""How sure a share of people is: Wilson's interval."""

from typing import NamedTuple

import numpy as np

from tasks.metrics.rates import Values, quotient


class Interval(NamedTuple):
    """The two ends of an interval."""

    low: Values
    high: Values


def wilson_interval(yes: Values, people: Values, z: float) -> Interval:
    """Wilson's interval of a share of people.

    Center (p + z^2/2n) / (1 + z^2/n), half-width z sqrt(p(1-p)/n + z^2/4n^2) / (1 + z^2/n).
    Unit: 1, within 0 to 1.
    Null without people.
    It is for shares of people alone: engagement over followers is no such share, since one person acts several times.
    Source: Wilson 1927.

    >>> low, high = wilson_interval(3, 1000, z=1.959964)
    >>> round(float(low), 6), round(float(high), 6)
    (0.001021, 0.008783)
    """
    share = np.asarray(quotient(yes, people))
    square = np.asarray(quotient(z * z, people))
    middle = share + square / 2
    half = np.sqrt(np.maximum(0.0, square * (share * (1 - share) + square / 4)))
    low = np.clip((middle - half) / (1 + square), 0.0, 1.0)
    high = np.clip((middle + half) / (1 + square), 0.0, 1.0)
    return Interval(np.where(share == 0, 0.0, low)[()], np.where(share == 1, 1.0, high)[()])

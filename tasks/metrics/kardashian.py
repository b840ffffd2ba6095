"""The Kardashian index: followers beside what scientific citations would suggest."""

import numpy as np

from tasks.metrics.reach import Values

FACTOR, EXPONENT = 43.3, 0.32
"""Hall 2014, Genome Biology 15:424: followers expected of a scientist with C citations are 43.3 C^0.32."""


def expected_followers(citations: Values) -> Values:
    """Followers to expect of a scientist: 43.3 x citations^0.32.

    Unit: accounts.
    Null when the citations are unknown.
    Source: Hall 2014.

    >>> round(float(expected_followers(550)), 4)
    326.1399
    """
    followers: Values = FACTOR * np.power(np.asarray(citations, dtype=float), EXPONENT)
    return followers


def kardashian_index(followers: Values, citations: Values) -> Values:
    """Followers / followers to expect of the citations; above 5 fame has outrun work.

    Unit: 1.
    Null when either is unknown or nothing was cited.
    Source: Hall 2014.

    >>> round(float(kardashian_index(6534, 550)), 6)
    20.034346
    """
    expected = np.asarray(expected_followers(citations))
    index: Values = np.divide(followers, expected, out=np.full(expected.shape, np.nan), where=expected > 0)
    return index

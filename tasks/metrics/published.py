"""Published regressions on follower counts: reference values to stand beside, never part of a score."""

import numpy as np

from tasks.metrics.reach import Values

REPOST_INTERCEPT, REPOST_SLOPE = -2.6420, 0.1532
"""Garcia 2017, n 3,300,045 (dgarcia-eu/IPP_Twitter_2016)."""
KLOUT_INTERCEPT, KLOUT_ACTIVITY, KLOUT_FOLLOWERS, KLOUT_BOTH = 3.2217, -0.0632, 0.1382, 0.0021
"""Garcia 2016, n 6,784."""
RANK_INTERCEPT, RANK_SLOPE = 21.0, -1.1


def expected_reposts(followers: Values) -> Values:
    """Mean reposts of a random account's post: exp(-2.6420 + 0.1532 ln(followers + 1)).

    Unit: reposts per post.
    Null when the followers are unknown.
    Source: Garcia 2017; its test error is 0.7 % below that of knowing nothing.

    >>> round(float(expected_reposts(1000)), 5)
    0.20524
    """
    reposts: Values = np.exp(REPOST_INTERCEPT + REPOST_SLOPE * np.log1p(np.asarray(followers, dtype=float)))
    return reposts


def expected_klout(followers: Values, activity: Values) -> Values:
    """Klout of 2016 by a regression: ln Klout = 3.2217 - 0.0632 a + 0.1382 f + 0.0021 a f, a and f logs of 1 + count.

    Unit: points; above 100 from some 78,000 followers on, since it is a regression and no score.
    Null when either is unknown.
    Source: Garcia 2016.

    >>> round(float(expected_klout(1000, activity=78)), 2)
    52.65
    """
    active, followed = (np.log1p(np.asarray(count, dtype=float)) for count in (activity, followers))
    alone = KLOUT_INTERCEPT + KLOUT_ACTIVITY * active + KLOUT_FOLLOWERS * followed
    klout: Values = np.exp(alone + KLOUT_BOTH * active * followed)
    return klout


def expected_rank(followers: Values) -> Values:
    """Rank among all accounts that goes with a follower count: exp(21 - 1.1 ln followers).

    Unit: place.
    Null when the followers are unknown.
    Source: a rule of thumb read in a page that quotes it.

    >>> round(float(expected_rank(10_000)))
    52503
    """
    rank: Values = np.exp(RANK_INTERCEPT + RANK_SLOPE * np.log(np.asarray(followers, dtype=float)))
    return rank

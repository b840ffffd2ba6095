"""Whether the engagement comes from many people or from a few."""

import numpy as np

from tasks.metrics.rates import Values, quotient


def gini(actions: Values) -> Values:
    """Gini coefficient: 2 sum(i x_i) / (n sum x) - (n + 1)/n, with the actors sorted from least to most active.

    Unit: 1; 0 when all act equally often, toward 1 when one acts alone.
    Null without actions.
    Source: Gini 1912, in the form for sorted values.

    >>> round(float(gini([4, 3, 2, 1])), 6)
    0.25
    """
    counts = np.sort(np.asarray(actions, dtype=float))
    ranks = np.arange(1, counts.size + 1)
    weighted = quotient(2 * np.sum(ranks * counts), counts.size * counts.sum())
    return weighted - quotient(counts.size + 1, counts.size)


def herfindahl(actions: Values) -> Values:
    """Herfindahl index: sum of the squared shares of actions.

    Unit: 1; from 1/n to 1.
    Null without actions.

    >>> round(float(herfindahl([4, 3, 2, 1])), 6)
    0.3
    """
    counts = np.asarray(actions, dtype=float)
    return np.sum(np.asarray(quotient(counts, counts.sum())) ** 2) if counts.size else np.nan


def normalized_herfindahl(actions: Values) -> Values:
    """Herfindahl index between its bounds: (H - 1/n) / (1 - 1/n).

    Unit: 1.
    Null with fewer than two actors.

    >>> round(float(normalized_herfindahl([4, 3, 2, 1])), 7)
    0.0666667
    """
    least = quotient(1, np.size(actions))
    return quotient(herfindahl(actions) - least, 1 - least)


def effective_count(actions: Values) -> Values:
    """Effective number of engagers: how many equally active ones would be as concentrated, 1 / Herfindahl.

    Unit: accounts.
    Null without actions.

    >>> round(float(effective_count([4, 3, 2, 1])), 6)
    3.333333
    """
    return quotient(1, herfindahl(actions))


def entropy_count(actions: Values) -> Values:
    """Effective number of engagers by entropy: exp(- sum s ln s), which heeds rare engagers more.

    Unit: accounts.
    Null without actions.

    >>> round(float(entropy_count([50, 20, 10, 5, 5, 5, 2, 1, 1, 1])), 6)
    4.780165
    """
    counts = np.asarray(actions, dtype=float)
    shares = np.asarray(quotient(counts, counts.sum()))
    shares = shares[shares > 0]
    return np.exp(-np.sum(shares * np.log(shares))) if shares.size else np.nan


def top_share(actions: Values) -> Values:
    """Share of all actions that the most active engager took.

    Unit: 1.
    Null without actions.

    >>> float(top_share([4, 3, 2, 1]))
    0.4
    """
    counts = np.asarray(actions, dtype=float)
    return quotient(counts.max(), counts.sum()) if counts.size else np.nan

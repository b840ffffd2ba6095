"""The Klout-style score and the gap between the count and the community."""

import numpy as np

from tasks.metrics.reach import Values
from tasks.metrics.vanity_parameters import VanityParameters


def klout_style_score(reach: Values, amplification: Values, network: Values, parameters: VanityParameters) -> Values:
    """Klout-style reconstruction; not Klout's algorithm: weighted mean of the components that are known.

    (w_reach x reach + w_amplification x amplification + w_network x network) / sum of the weights of those known.
    Unit: points.
    Null when reach is unknown: a score without it would fall on every day on which the count was not read.
    Source: components after Klout 2010-11, whose weights were never published; the weights are a convention.

    >>> parameters = VanityParameters(12.5, 20.0, 12.5, 0.5, 0.3, 0.2, 5.0, 0.6, 500, 0.02)
    >>> round(float(klout_style_score(53.763146, 26.0206, 27.237212, parameters)), 6)
    40.135195
    """
    weights = (parameters.reach_weight, parameters.amplification_weight, parameters.network_weight)
    components = [np.asarray(part, dtype=float) for part in (reach, amplification, network)]
    known = [np.where(np.isnan(part), 0.0, weight) for part, weight in zip(components, weights, strict=True)]
    total = np.sum([weight * np.nan_to_num(part) for part, weight in zip(components, known, strict=True)], axis=0)
    weighed = np.sum(known, axis=0)
    result = np.full(np.shape(total), np.nan)
    np.divide(total, weighed, out=result, where=~np.isnan(components[0]))
    score: Values = result[()]
    return score


def components_count(reach: Values, amplification: Values, network: Values) -> Values:
    """How many of the three components are known.

    >>> int(components_count(53.8, float("nan"), 27.2))
    2
    """
    known = [~np.isnan(np.asarray(part, dtype=float)) for part in (reach, amplification, network)]
    count: Values = np.sum(known, axis=0)
    return count


def vanity_gap(audience: Values, community: Values) -> Values:
    """Audience score - community score; above 0 the count is ahead of the community.

    Unit: points; 3.76 per doubling and 12.5 per factor of ten, when a decade has 12.5 points.
    Null when either is unknown.
    Source: convention of this project.

    >>> round(float(vanity_gap(53.369204, 40.054892)), 6)
    13.314312
    """
    return np.subtract(audience, community)

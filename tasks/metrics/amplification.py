"""Amplification: the part of a vanity score that comes from what posts receive."""

from tasks.metrics.reach import Values, points
from tasks.metrics.vanity_parameters import VanityParameters


def amplification_score(inbound_actions: Values, parameters: VanityParameters) -> Values:
    """Amplification component: points for the mean number of inbound actions per own post.

    Unit: points; 9 actions per post give 20, 999 give 60.
    Null when too few posts were read.
    Source: Klout's factor "inbound messages per outbound message" (2011); the scale is a convention.

    >>> parameters = VanityParameters(12.5, 20.0, 12.5, 0.5, 0.3, 0.2, 5.0, 0.6, 500, 0.02)
    >>> round(float(amplification_score(19, parameters)), 6)
    26.0206
    """
    return points(inbound_actions, parameters.amplification_points)

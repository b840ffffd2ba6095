"""Social networking potential."""

import numpy as np

from tasks.metrics.reach import Values


def social_networking_potential(interactor_ratio: Values, repost_reply_ratio: Values) -> Values:
    """SNP: (interactor ratio + repost and reply ratio) / 2.

    Unit: 1.
    Null when either is unknown.
    Source: Anger and Kittl 2011, as printed in Riquelme and Gonzalez-Cantergiani, arXiv 1508.07951.

    >>> round(float(social_networking_potential(0.05, 0.30)), 3)
    0.175
    """
    return np.add(interactor_ratio, repost_reply_ratio) / 2

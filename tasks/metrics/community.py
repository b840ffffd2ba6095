"""Who engages: shares and counts over the people behind the engagement."""

from tasks.metrics.rates import Values, quotient


def interactor_ratio(interactors: Values, followers: Values) -> Values:
    """Ir: accounts that reposted, quoted, mentioned or replied, each once / followers.

    Unit: 1; above 1 is possible, since whoever interacts need not follow.
    Null when either is unknown or there are no followers.
    Source: Riquelme and Gonzalez-Cantergiani, arXiv 1508.07951, whose printed form adds reposters and mentioners;
    here an account in both counts once.

    >>> float(interactor_ratio(interactors=50, followers=1000))
    0.05
    """
    return quotient(interactors, followers)

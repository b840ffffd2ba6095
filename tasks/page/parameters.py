"""How much the page holds. Who only configures it does not load what draws it."""

from dataclasses import dataclass

from tasks.divergence.annotations import Annotation

DAYS_COUNT = 365
"""How many of the latest days are told, unless somebody asks otherwise: a year, so that seasons show."""


@dataclass(frozen=True)
class PageParameters:
    """How much the page holds, so that it opens at once on a phone: the most urgent accounts and the latest days.

    `annotations` are drawn on the days of which they tell.
    """

    accounts_count: int = 100
    days_count: int = DAYS_COUNT
    annotations: tuple[Annotation, ...] = ()


USUAL = PageParameters()

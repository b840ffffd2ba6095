"""Ranges of days, month by month: the step in which a long range is written, so that memory holds one of them."""

from datetime import date, timedelta

import pandas as pd

Days = tuple[date, date]
"""First and last day, both included."""
X_BEGAN = date(2006, 3, 21)
"""The day of the first account and of the first post on X (public record): nobody was observed before."""


def each_day(days: Days) -> list[date]:
    """Every day of the range."""
    first, last = days
    return [first + timedelta(days=step) for step in range((last - first).days + 1)]


def months(days: Days) -> list[Days]:
    """The range cut where months begin.

    >>> [last.isoformat() for _, last in months((date(2026, 1, 30), date(2026, 3, 1)))]
    ['2026-01-31', '2026-02-28', '2026-03-01']
    """
    first, last = days
    spans = []
    while first <= last:
        end = min(last, (first.replace(day=1) + timedelta(days=31)).replace(day=1) - timedelta(days=1))
        spans.append((first, end))
        first = end + timedelta(days=1)
    return spans


def is_within(dates: pd.Series, days: Days) -> pd.Series:
    """Which dates of a column of a frame lie in the range."""
    return (dates >= pd.Timestamp(days[0])) & (dates <= pd.Timestamp(days[1]))

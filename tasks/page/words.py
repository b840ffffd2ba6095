"""Numbers, intervals and days as people read them: the one place, for the page and the terminal alike.

Numbers are rounded here and nowhere else, so that page, terminal and Parquet cannot disagree.
A value that is unknown is said to be unknown; it is never 0 and never left out.
"""

from collections.abc import Callable
from typing import Any, TypeAlias

import pandas as pd

Scalar: TypeAlias = Any
"""One cell of a frame: a number, a day, or null in whatever form its column has."""

NOT_KNOWN = "not known"
POINT_DIGITS, _SHARE_DIGITS = 1, 3
"""Digits kept of points, and of shares, which are shown in percent with one digit."""

_MONTHS_FROM, _YEARS_FROM = 60, 730
"""From so many days on a span is told in months, and in years."""
_MONTH, _YEAR = 30.44, 365.25

_WHOLES = {0.0: "none", 1.0: "all"}

_SURE = 0.999
"""Above this a probability is not told apart from certainty, which no evidence gives."""


def format_count(value: Scalar) -> str:
    """A number of people or things, whole, with commas.

    >>> format_count(18358), format_count(None)
    ('18,358', 'not known')
    """
    return NOT_KNOWN if pd.isna(value) else f"{float(value):,.0f}"


def format_points(value: Scalar) -> str:
    """Points of a score, or another number with one digit.

    >>> format_points(39.932)
    '39.9'
    """
    return NOT_KNOWN if pd.isna(value) else f"{float(value):,.{POINT_DIGITS}f}"


def format_difference(value: Scalar) -> str:
    """Points of a difference, signed.

    >>> format_difference(12.198), format_difference(-0.04)
    ('+12.2', '+0.0')
    """
    return NOT_KNOWN if pd.isna(value) else f"{round(float(value), POINT_DIGITS) + 0.0:+,.{POINT_DIGITS}f}"


def format_share(value: Scalar) -> str:
    """A part of one, in percent.

    >>> format_share(0.8943)
    '89.4 %'
    """
    return NOT_KNOWN if pd.isna(value) else f"{float(value):.{_SHARE_DIGITS - 2}%}".replace("%", " %")


def format_part(value: Scalar) -> str:
    """A part of one in whole percent, for a plain sentence: all and none are said of these alone.

    >>> [format_part(part) for part in (0.9709, 0.9997, 1.0, 0.002, 0.0)]
    ['97 %', 'more than 99 %', 'all', 'less than 1 %', 'none']
    """
    if pd.isna(value):
        return NOT_KNOWN
    percent = round(100 * float(value))
    if percent in (0, 100):
        return _WHOLES.get(float(value), "less than 1 %" if percent == 0 else "more than 99 %")
    return f"{percent} %"


def format_probability(value: Scalar) -> str:
    """A probability in percent, which never claims to be sure.

    >>> format_probability(0.875), format_probability(0.99998)
    ('87.5 %', 'above 99.9 %')
    """
    return "above 99.9 %" if pd.notna(value) and value > _SURE else format_share(value)


def format_usd(value: Scalar) -> str:
    """US dollars with cents.

    >>> format_usd(649.925)
    '$649.92'
    """
    return NOT_KNOWN if pd.isna(value) else f"${float(value):,.2f}"


def format_day(value: Scalar) -> str:
    """A calendar day.

    >>> format_day(pd.Timestamp("2026-07-15"))
    '2026-07-15'
    """
    return NOT_KNOWN if pd.isna(value) else pd.Timestamp(value).strftime("%Y-%m-%d")


def format_days(first: Scalar, last: Scalar) -> str:
    """The days from the first to the last, with their preposition.

    >>> format_days(pd.Timestamp("2026-07-15"), pd.Timestamp("2026-07-16"))
    'from 2026-07-15 to 2026-07-16'
    """
    return f"on {format_day(first)}" if first == last else f"from {format_day(first)} to {format_day(last)}"


def format_interval(form: Callable[[Scalar], str], value: Scalar, low: Scalar, high: Scalar) -> str:
    """The value with its interval in brackets, and a word where the interval could not be had.

    >>> format_interval(format_share, 0.8943, 0.8679, 0.9205)
    '89.4 % (86.8 % to 92.0 %)'
    >>> format_interval(format_share, 0.0, None, None)
    '0.0 % (interval not known)'
    >>> format_interval(format_count, 0, 0, 0)
    '0'
    """
    if pd.isna(value):
        return NOT_KNOWN
    if pd.notna(low) and pd.notna(high) and form(low) == form(value) == form(high):
        return form(value)
    if pd.isna(low) or pd.isna(high):
        return f"{form(value)} (interval {NOT_KNOWN})"
    return f"{form(value)} ({form(low)} to {form(high)})"


def format_range(low: Scalar, high: Scalar) -> str:
    """A number of which only the ends are known, or one of them.

    >>> format_range(1512, 1648), format_range(None, 1648), format_range(1512, None)
    ('1,512 to 1,648', 'at most 1,648', 'at least 1,512')
    """
    if pd.isna(low):
        return NOT_KNOWN if pd.isna(high) else f"at most {format_count(high)}"
    if pd.notna(high) and low == high:
        return format_count(low)
    return f"at least {format_count(low)}" if pd.isna(high) else f"{format_count(low)} to {format_count(high)}"


def format_age(days: Scalar) -> str:
    """A span of days as people say it: days, months, or years.

    >>> [format_age(days) for days in (0.4, 1, 18.2, 200, 1690.8)]
    ['less than a day', '1 day', '18 days', '7 months', '4.6 years']
    """
    if pd.isna(days):
        return NOT_KNOWN
    if days < 1:
        return "less than a day"
    if days < _MONTHS_FROM:
        return pluralize(round(days), "day")
    return f"{days / _MONTH:.0f} months" if days < _YEARS_FROM else f"{days / _YEAR:.1f} years"


def pluralize(number: int, one: str, many: str = "") -> str:
    """The number with its noun.

    >>> pluralize(1, "day"), pluralize(2, "day"), pluralize(3, "story", "stories")
    ('1 day', '2 days', '3 stories')
    """
    return f"{number:,} {one}" if number == 1 else f"{number:,} {many or one + 's'}"


def format_sentence(text: str) -> str:
    """The text with a capital letter and a full stop.

    >>> format_sentence("nothing was read")
    'Nothing was read.'
    """
    return text[:1].upper() + text[1:].rstrip(".") + "."

"""Numbers, intervals and days as people read them: the one place, for the page and the terminal alike.

Numbers are rounded here and nowhere else, so that page, terminal and Parquet cannot disagree.
A value that is unknown is said to be unknown; it is never 0 and never left out.
"""

from collections.abc import Callable
from typing import Any, TypeAlias

import pandas as pd

Scalar: TypeAlias = Any
"""One cell of a frame: a number, a day, or null in whatever form its column has."""

UNKNOWN = "not known"
POINT_DIGITS, SHARE_DIGITS = 1, 3
"""Digits kept of points, and of shares, which are shown in percent with one digit."""

SURE = 0.999
"""Above this a probability is not told apart from certainty, which no evidence gives."""


def count(value: Scalar) -> str:
    """A number of people or things, whole, with commas.

    >>> count(18358), count(None)
    ('18,358', 'not known')
    """
    return UNKNOWN if pd.isna(value) else f"{float(value):,.0f}"


def change(value: Scalar) -> str:
    """A signed whole number.

    >>> change(10669), change(-3)
    ('+10,669', '-3')
    """
    return UNKNOWN if pd.isna(value) else f"{float(value):+,.0f}"


def points(value: Scalar) -> str:
    """Points of a score, or another number with one digit.

    >>> points(39.932)
    '39.9'
    """
    return UNKNOWN if pd.isna(value) else f"{float(value):,.{POINT_DIGITS}f}"


def lead(value: Scalar) -> str:
    """Points of a difference, signed.

    >>> lead(12.198), lead(-0.04)
    ('+12.2', '+0.0')
    """
    return UNKNOWN if pd.isna(value) else f"{round(float(value), POINT_DIGITS) + 0.0:+,.{POINT_DIGITS}f}"


def share(value: Scalar) -> str:
    """A part of one, in percent.

    >>> share(0.8943)
    '89.4 %'
    """
    return UNKNOWN if pd.isna(value) else f"{float(value):.{SHARE_DIGITS - 2}%}".replace("%", " %")


def probability(value: Scalar) -> str:
    """A probability in percent, which never claims to be sure.

    >>> probability(0.875), probability(0.99998)
    ('87.5 %', 'above 99.9 %')
    """
    return "above 99.9 %" if pd.notna(value) and value > SURE else share(value)


def money(value: Scalar) -> str:
    """US dollars with cents.

    >>> money(649.925)
    '$649.92'
    """
    return UNKNOWN if pd.isna(value) else f"${float(value):,.2f}"


def day(value: Scalar) -> str:
    """A calendar day.

    >>> day(pd.Timestamp("2026-07-15"))
    '2026-07-15'
    """
    return UNKNOWN if pd.isna(value) else pd.Timestamp(value).strftime("%Y-%m-%d")


def span(first: Scalar, last: Scalar) -> str:
    """The days from the first to the last, with their preposition.

    >>> span(pd.Timestamp("2026-07-15"), pd.Timestamp("2026-07-16"))
    'from 2026-07-15 to 2026-07-16'
    """
    return f"on {day(first)}" if first == last else f"from {day(first)} to {day(last)}"


def within(form: Callable[[Scalar], str], value: Scalar, low: Scalar, high: Scalar) -> str:
    """The value with its interval in brackets, and a word where the interval could not be had.

    >>> within(share, 0.8943, 0.8679, 0.9205)
    '89.4 % (86.8 % to 92.0 %)'
    >>> within(share, 0.0, None, None)
    '0.0 % (interval not known)'
    """
    if pd.isna(value):
        return UNKNOWN
    if pd.isna(low) or pd.isna(high):
        return f"{form(value)} (interval {UNKNOWN})"
    return f"{form(value)} ({form(low)} to {form(high)})"


def between(low: Scalar, high: Scalar) -> str:
    """A number of which only the ends are known, or one of them.

    >>> between(1512, 1648), between(None, 1648), between(1512, None)
    ('1,512 to 1,648', 'at most 1,648', 'at least 1,512')
    """
    if pd.isna(low):
        return UNKNOWN if pd.isna(high) else f"at most {count(high)}"
    return f"at least {count(low)}" if pd.isna(high) else f"{count(low)} to {count(high)}"


def plural(number: int, one: str, many: str = "") -> str:
    """The number with its noun.

    >>> plural(1, "day"), plural(2, "day"), plural(3, "story", "stories")
    ('1 day', '2 days', '3 stories')
    """
    return f"{number:,} {one}" if number == 1 else f"{number:,} {many or one + 's'}"


def sentence(text: str) -> str:
    """The text with a capital letter and a full stop.

    >>> sentence("nothing was read")
    'Nothing was read.'
    """
    return text[:1].upper() + text[1:].rstrip(".") + "."

"""Days and moments as exports and spreadsheets write them."""

import re
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import partial

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
"""X's own month names: the operating system's follow the user's language."""

_X_DAY = re.compile(r"^(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*,? )?([a-z]{3})[a-z]* (\d{1,2}),? (\d{4})$")
_DAY_MONTH = re.compile(r"^(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*,? )?(\d{1,2}) ([a-z]{3})[a-z]*,? (\d{4})$")
_YEAR_FIRST = re.compile(r"^(\d{4})[/.\u5e74](\d{1,2})[/.\u6708](\d{1,2})\u65e5?$")
"""`2026/11/27`, and as Japan writes it."""
_NUMBERS = re.compile(r"^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?: \d{1,2}:\d{2}(?::\d{2})?)?$")
_MONTHS_COUNT = len(_MONTHS)
_X_MOMENT = re.compile(r"^[A-Z][a-z]{2} ([A-Z][a-z]{2}) (\d{2}) (\d{2}):(\d{2}):(\d{2}) \+0000 (\d{4})$")
"""`Thu Nov 03 08:50:26 +0000 2022`, as the archive and X's API of old write it."""
_ISO = re.compile(r"^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?: ?(?:Z|UTC|[+-]\d{2}:?\d{2}))?)?$")


def date_reader(texts: Sequence[str]) -> Callable[[str], date]:
    """How the days of a column are read, all in the same way; what it is given may raise `ValueError`.

    `27/11/2026` is read where the column shows which number is the day: one of them is above 12.
    """
    found = [_NUMBERS.match(text) for text in texts]
    firsts, seconds = ({int(match.group(place)) for match in found if match} for place in (1, 2))
    is_day_first, is_month_first = max(firsts, default=0) > _MONTHS_COUNT, max(seconds, default=0) > _MONTHS_COUNT
    if not all(found) or is_day_first == is_month_first:
        return parse_date
    return partial(_numbered_date, is_day_first=is_day_first)


def _numbered_date(text: str, *, is_day_first: bool) -> date:
    found = _NUMBERS.match(text)
    if not found:
        raise ValueError
    first, second, year = map(int, found.groups())
    return date(year, second, first) if is_day_first else date(year, first, second)


def parse_date(text: str) -> date:
    """The day of `Fri, Mar 21, 2025`, `Thu Mar 20 2025`, `2025-03-21`, `2025/3/21` or of a moment that begins so.

    Raises `ValueError` for anything else, a week of ISO 8601 among it.
    """
    if _ISO.match(text):
        return parse_moment(text).date()
    if found := _X_DAY.match(text.lower()):
        month, number, year = found.groups()
        return date(int(year), _MONTHS.index(month) + 1, int(number))
    if found := _DAY_MONTH.match(text.lower()):
        number, month, year = found.groups()
        return date(int(year), _MONTHS.index(month) + 1, int(number))
    if found := _YEAR_FIRST.match(text):
        year, month, number = found.groups()
        return date(int(year), int(month), int(number))
    return parse_moment(text).date()


def parse_moment(text: str) -> datetime:
    """The moment in UTC: ISO 8601, where no zone means UTC and no time midnight, or X's own writing.

    Raises `ValueError` for anything else: the number of a spreadsheet's day, or a day written in a country's own way.

    >>> parse_moment("Thu Nov 03 08:50:26 +0000 2022").isoformat()
    '2022-11-03T08:50:26+00:00'
    >>> parse_moment("2022-11-03 10:50:26+02:00").isoformat()
    '2022-11-03T08:50:26+00:00'
    """
    if found := _X_MOMENT.match(text):
        name, *numbers = found.groups()
        day, hour, minute, second, year = map(int, numbers)
        return datetime(year, _MONTHS.index(name.lower()) + 1, day, hour, minute, second, tzinfo=UTC)
    if not _ISO.match(text):
        message = f"{text[:40]!r} is no moment"
        raise ValueError(message)
    said = datetime.fromisoformat(text.removesuffix("UTC").strip())
    try:
        return said.astimezone(UTC) if said.tzinfo else said.replace(tzinfo=UTC)
    except OverflowError:
        message = f"{text[:40]!r} is no moment"
        raise ValueError(message) from None


def end_of(day: date) -> datetime:
    """The midnight with which a day ends, in UTC."""
    return datetime.combine(day + timedelta(days=1), time(), UTC)


def start_of(day: date) -> datetime:
    """The midnight with which a day begins, in UTC."""
    return datetime.combine(day, time(), UTC)

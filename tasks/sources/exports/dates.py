"""Days and moments as exports and spreadsheets write them."""

import re
from datetime import UTC, date, datetime, time, timedelta

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
"""X's own month names: the operating system's follow the user's language."""

_X_DAY = re.compile(r"^(?:mon|tue|wed|thu|fri|sat|sun),? ([a-z]{3}) (\d{1,2}),? (\d{4})$")
_X_MOMENT = re.compile(r"^[A-Z][a-z]{2} ([A-Z][a-z]{2}) (\d{2}) (\d{2}):(\d{2}):(\d{2}) \+0000 (\d{4})$")
"""`Thu Nov 03 08:50:26 +0000 2022`, as the archive and X's API of old write it."""
_ISO = re.compile(r"^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?: ?(?:Z|UTC|[+-]\d{2}:?\d{2}))?)?$")


def parse_date(text: str) -> date:
    """The day of `Fri, Mar 21, 2025`, `Thu Mar 20 2025` or `2025-03-21`; `ValueError` for anything else."""
    if found := _X_DAY.match(text.lower()):
        month, number, year = found.groups()
        return date(int(year), _MONTHS.index(month) + 1, int(number))
    return date.fromisoformat(text)


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


def reading_time(day: date, today: date) -> datetime:
    """When what is stated for a day counts as read: at the day's end, but while it is not over at its beginning.

    The end of today lies ahead, and nothing has been read there.
    """
    return datetime.combine(day + timedelta(days=1) if day < today else day, time(), UTC)

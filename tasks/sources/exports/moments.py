"""Times as exports and spreadsheets write them."""

import re
from datetime import UTC, date, datetime

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
"""X's own month names: the operating system's follow the user's language."""

ISO = re.compile(r"^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?: ?(?:Z|UTC|[+-]\d{2}:?\d{2}))?)?$")
X_MOMENT = re.compile(r"^[A-Z][a-z]{2} ([A-Z][a-z]{2}) (\d{2}) (\d{2}):(\d{2}):(\d{2}) \+0000 (\d{4})$")
"""`Thu Nov 03 08:50:26 +0000 2022`, as the archive and X's API of old write it."""


def moment(text: str) -> datetime:
    """The moment in UTC: ISO 8601, where no zone means UTC and no time midnight, or X's own writing.

    Raises `ValueError` for anything else: the number of a spreadsheet's day, or a day written in a country's own way.

    >>> moment("Thu Nov 03 08:50:26 +0000 2022").isoformat()
    '2022-11-03T08:50:26+00:00'
    >>> moment("2022-11-03 10:50:26+02:00").isoformat()
    '2022-11-03T08:50:26+00:00'
    """
    if found := X_MOMENT.match(text):
        name, day, hour, minute, second, year = found.groups()
        on = date(int(year), MONTHS.index(name.lower()) + 1, int(day))
        return datetime(on.year, on.month, on.day, int(hour), int(minute), int(second), tzinfo=UTC)
    if not ISO.match(text):
        message = f"{text[:40]!r} is no moment"
        raise ValueError(message)
    said = datetime.fromisoformat(text.removesuffix("UTC").strip())
    try:
        return said.astimezone(UTC) if said.tzinfo else said.replace(tzinfo=UTC)
    except OverflowError:
        message = f"{text[:40]!r} is no moment"
        raise ValueError(message) from None

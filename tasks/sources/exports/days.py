"""Days as exports write them, and calendars that must have no hole."""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

from tasks.sources.exports.cells import Row, Sheet
from tasks.sources.exports.moments import MONTHS

X_DAY = re.compile(r"^(?:mon|tue|wed|thu|fri|sat|sun),? ([a-z]{3}) (\d{1,2}),? (\d{4})$")
NAMED = 5
"""How many missing days a refusal names."""


def day(sheet: Sheet, row: Row, column: str = "date") -> date:
    """The day in a cell: `Fri, Mar 21, 2025`, `Thu Mar 20 2025` or `2025-03-21`; anything else is refused."""
    text = row.cells[column]
    try:
        if found := X_DAY.match(text.lower()):
            month, number, year = found.groups()
            return date(int(year), MONTHS.index(month) + 1, int(number))
        return date.fromisoformat(text)
    except ValueError:
        written = f"{sheet.titles[column]} is {text[:40]!r}"
        said = f"{written}; write days as 2025-03-21, or as X does in English: Fri, Mar 21, 2025"
        raise sheet.refusal(row, said) from None


def read_at(at: date, today: date) -> datetime:
    """When what is stated for a day counts as read: at the day's end, but while it is not over at its beginning.

    The end of today lies ahead, and nothing has been read there.
    """
    return datetime.combine(at + timedelta(days=1) if at < today else at, time(), UTC)


def refuse_repeats(sheet: Sheet, days: Sequence[date]) -> None:
    """Refuse a day that stands in the file twice: which of the two holds cannot be known."""
    seen: dict[date, Row] = {}
    for row, at in zip(sheet.rows, days, strict=True):
        if at in seen:
            raise sheet.refusal(row, f"{at} stands here and on line {seen[at].line}; keep one of them")
        seen[at] = row


def refuse_future(sheet: Sheet, days: Sequence[date], today: date) -> None:
    """Refuse a day that has not been yet."""
    for row, at in zip(sheet.rows, days, strict=True):
        if at > today:
            said = f"{at} lies in the future: today is {today} in UTC; correct the date or download it again"
            raise sheet.refusal(row, said)


def refuse_gaps(sheet: Sheet, days: Sequence[date]) -> None:
    """Refuse a calendar with a hole, naming the missing days."""
    first, last = min(days), max(days)
    missing = sorted({first + timedelta(days=step) for step in range((last - first).days)} - set(days))
    if missing:
        named = ", ".join(map(str, missing[:NAMED])) + (f" and {len(missing) - NAMED} more" if missing[NAMED:] else "")
        said = f"days are missing between {first} and {last}: {named}; download the whole range"
        raise sheet.refusal(None, said)

"""Invented exports, written as the programs write them."""

from datetime import date

HEADER = (
    "Date,Impressions,Likes,Engagements,Bookmarks,Shares,New follows,Unfollows,Replies,Reposts,Profile visits,"
    "Create Post,Video views,Media views"
)
DAYS = (
    (date(2025, 3, 5), 900, 12, 30, 1, 0, 4, 1, 2, 1, 9, 1, 0, 0),
    (date(2025, 3, 4), 1800, 10, 25, 0, 0, 2, 0, 1, 0, 7, 1, 0, 0),
    (date(2025, 3, 3), 700, 8, 20, 0, 1, 0, 3, 3, 2, 5, 2, 0, 0),
)
"""Newest first, as X writes them: Wednesday to Monday."""

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def x_day(day: date) -> str:
    """A day as X writes it: `Wed, Mar 5, 2025`."""
    return f"{WEEKDAYS[day.weekday()]}, {MONTHS[day.month - 1]} {day.day}, {day.year}"


def analytics_csv(*rows: tuple[object, ...], header: str = HEADER) -> bytes:
    """X's account analytics with these rows; a day is written as X writes it."""
    lines = [",".join([f'"{x_day(row[0])}"', *map(str, row[1:])]) for row in rows if isinstance(row[0], date)]
    return "\n".join([header, *lines]).encode()

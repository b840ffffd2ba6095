"""Moments as milliseconds since 1970, the unit in which the world computes."""

from datetime import UTC, date, datetime, timedelta

SECOND = 1_000
HOUR = 3_600 * SECOND
DAY = 24 * HOUR
YEAR = 365 * DAY
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# Later than every moment asked: "has not left", "is not suspended".
NEVER = 2**62


def milliseconds(moment: datetime) -> int:
    """Milliseconds since 1970-01-01 UTC.

    Raises:
        ValueError: The moment has no time zone.
    """
    if moment.tzinfo is None:
        message = f"The moment {moment.isoformat()} has no time zone: give it in UTC, e.g. 2026-06-01T12:00:00+00:00."
        raise ValueError(message)
    return (moment - EPOCH) // timedelta(milliseconds=1)


def utc_milliseconds(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> int:
    """A UTC moment in milliseconds."""
    return milliseconds(datetime(year, month, day, hour, minute, tzinfo=UTC))


def moment(ms: int) -> datetime:
    """The UTC moment of these milliseconds."""
    return EPOCH + timedelta(milliseconds=ms)


def midnight(day: date) -> int:
    """Milliseconds at which a UTC day begins."""
    return (day - EPOCH.date()).days * DAY


def day_of(ms: int) -> date:
    """The UTC day in which these milliseconds lie."""
    return EPOCH.date() + timedelta(days=ms // DAY)


def wire_time(ms: int, *, whole_seconds: bool = False) -> str:
    """A time as X writes it, with or without milliseconds.

    >>> wire_time(1609958440344)
    '2021-01-06T18:40:40.344Z'
    """
    text = moment(ms).replace(tzinfo=None).isoformat(timespec="seconds" if whole_seconds else "milliseconds")
    return text + "Z"

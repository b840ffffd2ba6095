"""Bluesky's names as the 64-bit numbers of the tables, and the times that its record keys hold."""

import re
from datetime import UTC, datetime, timedelta

from tasks.schema.identity import did_number

DIGITS = "234567abcdefghijklmnopqrstuvwxyz"
"""base32-sortable: the AT Protocol's digits for record keys (specification "Timestamp Identifiers (TIDs)")."""

TID = re.compile(r"^[234567a-j][234567a-z]{12}$")

CLOCK_BITS = 10
"""The lowest bits of a TID tell clocks apart; above them stand microseconds since 1970."""

_EPOCH = datetime.fromtimestamp(0, UTC)


def tid_number(tid: str) -> int | None:
    """The record key as the number it stands for, ordered by time; null when it is no TID.

    The example is that of the library @atcute/tid.

    >>> tid_number("3l25zusnsfctk") == 1724171495793000 * 1024 + 816
    True
    """
    if not TID.match(tid):
        return None
    number = 0
    for digit in tid:
        number = number * len(DIGITS) + DIGITS.index(digit)
    return number


def tid_at(tid: str) -> datetime | None:
    """The moment in a record key; null when it is no TID.

    >>> tid_at("3l25zusnsfctk").isoformat()
    '2024-08-20T16:31:35.793000+00:00'
    """
    number = tid_number(tid)
    return None if number is None else _EPOCH + timedelta(microseconds=number >> CLOCK_BITS)


def key_of(uri: str) -> str:
    """The record key at the end of `at://did/collection/key`.

    >>> key_of("at://did:plc:a/app.bsky.feed.post/3jzfcijpj2z2a")
    '3jzfcijpj2z2a'
    """
    return uri.rpartition("/")[2]


def repository_of(uri: str) -> str:
    """The DID in whose repository the record stands.

    >>> repository_of("at://did:plc:a/app.bsky.feed.post/3jzfcijpj2z2a")
    'did:plc:a'
    """
    return uri.removeprefix("at://").partition("/")[0]


def record_number(uri: str) -> int:
    """The number of a record: that of its TID, or for another key the first 63 bits of the address's SHA-256."""
    number = tid_number(key_of(uri))
    return did_number(uri) if number is None else number


def parse_record_time(text: str | None) -> datetime | None:
    """A moment as a record states it, in UTC; null when it is none or stands in another calendar than ours.

    >>> moment("2024-05-01T12:00:00.000Z").isoformat()
    '2024-05-01T12:00:00+00:00'
    """
    if not text:
        return None
    try:
        said = datetime.fromisoformat(text)
        return said.astimezone(UTC) if said.tzinfo else said.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None

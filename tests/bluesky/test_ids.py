"""Bluesky's names become numbers that keep their order, and times that cannot be read are null."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.schema.identity import did_number
from tasks.sources.bluesky.ids import parse_record_time, record_number, tid_at, tid_number
from tests.bluesky.appview import tid

MOMENTS = st.datetimes(datetime(2023, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis wants them so


def test_a_record_key_is_the_time_of_its_record() -> None:
    """The example of the library @atcute/tid: 1724171495793000 microseconds, clock 816."""
    assert 1724171495793000 * 1024 + 816 == tid_number("3l25zusnsfctk")
    assert datetime.fromtimestamp(1724171495.793, UTC) == tid_at("3l25zusnsfctk")


@given(first=MOMENTS, second=MOMENTS)
def test_numbers_keep_the_order_of_time(first: datetime, second: datetime) -> None:
    """A later record has a higher number, which fits 63 bits."""
    numbers = [tid_number(tid(at)) or 0 for at in sorted((first, second))]
    assert numbers == sorted(numbers)
    assert numbers[-1] < 2**63


@given(text=st.text(max_size=15))
def test_what_is_no_time_is_null(text: str) -> None:
    """Keys and dates may be anything that somebody's program wrote: null, never an exception."""
    said = parse_record_time(text)
    assert said is None or said.tzinfo is UTC
    assert tid_at("zzzzzzzzzzzzz") is None
    assert tid_number("self") is None


@pytest.mark.parametrize(
    "text", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "-2000-01-01", "2024", None]
)
def test_dates_beyond_the_calendar_are_null(text: str | None) -> None:
    """Such dates stand in records: anybody may write one."""
    assert parse_record_time(text) is None


def test_an_account_has_one_number_everywhere() -> None:
    """The first 63 bits of the SHA-256 of its DID, as the program sha256sum gives it: ba7d64deefe391f3..."""
    assert 0xBA7D64DEEFE391F3 >> 1 == did_number("did:plc:ada")


def test_a_record_without_a_time_has_a_number_too() -> None:
    """Its address is hashed as a DID is, so that it still is one number in every reading."""
    address = "at://did:plc:ada/app.bsky.feed.post/self"
    assert did_number(address) == record_number(address)

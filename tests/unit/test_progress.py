"""A long reading says how far it is."""

import logging

import pytest

from tasks.sources.progress import tell_progress


def test_each_tenth_of_the_accounts_is_said_once_it_is_read(caplog: pytest.LogCaptureFixture) -> None:
    """Of 25 accounts a tenth is two and a half: said at 3, 5, 8 and so on, and at the end; nothing before the first."""
    caplog.set_level(logging.INFO)
    read, said = [], []
    for account in tell_progress(range(1, 26)):
        said.append(len(caplog.records))
        read.append(account)
    assert list(range(1, 26)) == read
    assert [0, 0, 0, 1, 1, 2] == said[:6]
    expected = [f"{number} of 25 accounts read" for number in (3, 5, 8, 10, 13, 15, 18, 20, 23, 25)]
    assert expected == caplog.messages


def test_a_short_reading_says_nothing(caplog: pytest.LogCaptureFixture) -> None:
    """The lines on each account at its end are enough."""
    caplog.set_level(logging.INFO)
    assert ["a", "b"] == list(tell_progress(["a", "b"]))
    assert [] == caplog.messages

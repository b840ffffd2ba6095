"""Which posts are read again, and which accounts do something unusual."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pandas as pd

from tasks.schema.frames import arrow, frame
from tasks.schema.staged import ACCOUNT_SNAPSHOTS, POSTS
from tasks.sources.x_api.account_plan import moving_accounts, moving_posts
from tests.x_api.living import NUMBERS as CHOSEN

NOW = datetime(2026, 7, 20, 6, tzinfo=UTC)
NUMBERS = replace(CHOSEN, again_days=(7, 30), moving_ratio=3.0, rising_share=0.1, jump_ratio=4.0, minimum_jump_count=8)


def _posts(*read: tuple[int, float, float, int]) -> pd.DataFrame:
    """Readings of posts: id, age in days now, age in days when read, likes."""
    rows = [
        {
            "account_id": "1",
            "post_id": number,
            "created_at": NOW - timedelta(days=age),
            "observed_at": NOW - timedelta(days=age - age_then),
            "like_count": likes,
        }
        for number, age, age_then, likes in read
    ]
    return frame(arrow(POSTS, pd.DataFrame(rows, columns=POSTS.schema.names)))


def _ordinary(*numbers: int) -> list[tuple[int, float, float, int]]:
    return [(number, 20.0, 2.0, 10) for number in numbers]


def test_a_post_that_took_off_is_read_again_after_a_week() -> None:
    """Thirty likes beside a median of ten: read at seven days; one of twenty is over."""
    posts = _posts(*_ordinary(1, 2, 3), (8, 7.1, 2.0, 30), (9, 7.1, 2.0, 20))
    assert {"1": [8]} == moving_posts(posts, NOW, NUMBERS)


def test_what_rose_in_the_first_week_is_read_once_more_after_a_month() -> None:
    """Both had thirty likes and more after two days; only one of them had a tenth more after seven."""
    again = [(8, 30.5, 2.0, 40), (8, 30.5, 7.0, 44), (9, 30.5, 2.0, 40), (9, 30.5, 7.0, 43)]
    assert {"1": [8]} == moving_posts(_posts(*_ordinary(1, 2, 3), *again), NOW, NUMBERS)


def test_an_age_that_was_missed_is_made_up_for_within_days() -> None:
    """The tool was off at seven days: read at eleven, no more at twelve and a half; never twice at one age."""
    large = [(7, 11.0, 2.0, 50), (8, 12.5, 2.0, 50), (9, 8.0, 7.1, 50)]
    assert {"1": [7]} == moving_posts(_posts(*_ordinary(1, 2, 3, 4), *large), NOW, NUMBERS)


def _counts(*followers: int, account: str = "1") -> pd.DataFrame:
    rows = [
        {
            "account_id": account,
            "snapshot_date": (NOW - timedelta(days=days)).date(),
            "source": "x_api",
            "observed_at": NOW - timedelta(days=days),
            "followers_count": count,
        }
        for days, count in zip(range(len(followers), 0, -1), followers, strict=True)
    ]
    return frame(arrow(ACCOUNT_SNAPSHOTS, pd.DataFrame(rows, columns=ACCOUNT_SNAPSHOTS.schema.names)))


def _today(count: int) -> pd.DataFrame:
    return _counts(count).assign(observed_at=pd.Timestamp(NOW))


def test_an_account_moves_when_its_count_does_what_it_does_not_usually_do() -> None:
    """It changes by two a day: nine more is unusual, seven more is too few for anything, nine fewer is unusual too."""
    usual = _counts(100, 102, 104, 106)
    for count, moves in ((115, True), (113, False), (97, True)):
        assert moves == bool(moving_accounts(usual, _today(count), NUMBERS))


def test_a_growing_account_does_not_move_by_growing() -> None:
    """A hundred more every day is its way; four hundred more is not."""
    usual = _counts(1000, 1100, 1200)
    assert not moving_accounts(usual, _today(1300), NUMBERS)
    assert {"1"} == moving_accounts(usual, _today(1600), NUMBERS)


def test_an_account_seen_for_the_first_time_does_not_move() -> None:
    """One count is no change, and two are the first: what is usual nobody knows yet."""
    assert not moving_accounts(_counts(), _today(5000), NUMBERS)
    assert not moving_accounts(_counts(100), _today(5000), NUMBERS)

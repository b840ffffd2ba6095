"""What came in on a day, by two readings or by an export."""

import csv
from pathlib import Path

import pandas as pd
import pytest

from tasks.metrics.daily_engagement import daily_engagement
from tests.unit.frames import values
from tests.unit.metrics.invented import PARAMETERS, account_days, on, posts, reading

SHARED = Path(__file__).parents[4] / "shared" / "evaluation"
NAMES = ["received_likes_delta", "received_engagement_delta", "received_source", "received_reason"]


def _read(post: int, day: int, likes: int | None, **said: object) -> dict[str, object]:
    return reading(post, f"2026-01-01T0{post}:00", 24 * day, like_count=likes, **said)


def test_the_difference_of_two_readings_is_the_later_day_s() -> None:
    """Two posts gain 4 and 1 likes, the second also a reply; the day of the first readings says so."""
    read = posts(_read(1, 0, 10), _read(2, 0, 3), _read(1, 1, 14), _read(2, 1, 4, reply_count=1))
    received = daily_engagement(read, account_days([100, 100, 100]), PARAMETERS)
    expected = [(None, None, None, "one_reading"), (5, 6, "readings", None), (None, None, None, "no_readings")]
    assert expected == values(received, NAMES)
    assert on(received, 1)["received_per_follower"] == 0.06


def test_the_last_reading_of_a_day_stands_for_it() -> None:
    """Two readings of one day give no difference between them."""
    read = posts(_read(1, 0, 10), reading(1, "2026-01-01T01:00", 5, like_count=12), _read(1, 1, 15))
    assert on(daily_engagement(read, account_days([9, 9]), PARAMETERS), 1)["received_likes_delta"] == 3


def test_a_longer_pause_is_said() -> None:
    """A difference over three days stands on the last of them, with its span."""
    received = daily_engagement(posts(_read(1, 0, 10), _read(1, 3, 40)), account_days([9] * 4), PARAMETERS)
    assert (30, 3) == (on(received, 3)["received_likes_delta"], on(received, 3)["received_span_days"])


def test_a_withdrawn_like_counts_against() -> None:
    """More withdrawn than given is a negative difference."""
    received = daily_engagement(posts(_read(1, 0, 10), _read(1, 1, 8)), account_days([9, 9]), PARAMETERS)
    assert on(received, 1)["received_likes_delta"] == -2


def test_coverage_is_the_share_of_posts_read_before() -> None:
    """A new post among the three read today has no earlier reading."""
    read = posts(_read(1, 0, 1), _read(2, 0, 1), _read(1, 1, 1), _read(2, 1, 1), _read(3, 1, 5))
    received = daily_engagement(read, account_days([9, 9]), PARAMETERS)
    assert on(received, 1)["received_coverage_share"] == pytest.approx(2 / 3)


def test_a_count_that_was_not_stated_is_not_zero() -> None:
    """Where a reading lacks likes, the difference is unknown and says so."""
    received = daily_engagement(posts(_read(1, 0, None), _read(1, 1, 8)), account_days([9, 9]), PARAMETERS)
    assert [(None, None, "readings", "not_stated")] == values(received, NAMES)[1:]


def test_the_export_wins() -> None:
    """Where the export states the day, its totals stand, and quotes, which it lacks, stay unknown."""
    days = account_days([100, 100])
    stated = {"day_likes_count": 7, "day_replies_count": 2, "day_reposts_count": 1, "day_impressions_count": 500}
    for name, count in stated.items():
        days.loc[1, name] = count
    received = daily_engagement(posts(_read(1, 0, 10), _read(1, 1, 14)), days, PARAMETERS)
    assert (7, 10, "export", None) == values(received, NAMES)[1]
    assert on(received, 1)["received_impressions_delta"] == 500
    assert pd.isna(on(received, 1)["received_quotes_delta"])


def test_a_real_export_is_reproduced_day_by_day() -> None:
    """Impressions, likes, replies and reposts of a real account's export come back as it states them."""
    if not SHARED.exists():
        pytest.skip("the shared evaluation data does not lie beside the repository")
    with (SHARED / "growing_account_overview.csv").open(encoding="utf-8") as file:
        stated = list(csv.DictReader(file))
    days = account_days([None] * len(stated), first=pd.Timestamp(stated[0]["date"]))
    for kind in ("likes", "replies", "reposts", "impressions"):
        days[f"day_{kind}_count"] = pd.Series([int(row[kind]) for row in stated], dtype="Int64")
    received = daily_engagement(posts(), days, PARAMETERS)
    assert len(stated) == 102
    for kind in ("likes", "replies", "reposts", "impressions"):
        assert [int(row[kind]) for row in stated] == received[f"received_{kind}_delta"].tolist()

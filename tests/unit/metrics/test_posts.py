"""Posts at maturity: which reading counts, which posts, and what they rest on."""

import numpy as np
import pandas as pd

from tasks.metrics.posts import post_engagement
from tests.unit.frames import values
from tests.unit.metrics.invented import PARAMETERS, account_days, on, posts, reading

DAYS = account_days([100, 200, None, 400, 500])


def test_the_first_reading_at_48_hours_or_later_counts() -> None:
    """A reading at 47 hours is too young, the one at 48 is taken, and what came later changes nothing."""
    read = [reading(1, "2026-01-01T10:00", hours, like_count=hours) for hours in (300, 48, 47, 60)]
    mature = post_engagement(posts(*read), DAYS, PARAMETERS)
    assert [(1, 48, 48.0)] == values(mature, ["post_id", "engagement_count", "reading_age_hours"])


def test_a_late_first_reading_still_counts() -> None:
    """Whenever the first mature reading was made, the post matures 48 hours after it was published."""
    mature = post_engagement(posts(reading(1, "2026-01-01T23:30", 900)), DAYS, PARAMETERS)
    assert [("2026-01-03", 900.0)] == values(mature, ["maturity_date", "reading_age_hours"])


def test_only_own_words_count() -> None:
    """Pure reposts and replies to others are left out; quotes stay, and what nobody said of a post keeps it in."""
    kinds: list[dict[str, object]] = [
        {"is_repost": True},
        {"is_reply_to_other": True},
        {"is_quote": True},
        {"is_repost": None},
    ]
    read = posts(*(reading(number, "2026-01-01", 50, **kind) for number, kind in enumerate(kinds, 1)))
    assert [3, 4] == post_engagement(read, DAYS, PARAMETERS)["post_id"].tolist()


def test_a_post_of_which_x_does_not_say_whether_it_answers_is_no_own_post() -> None:
    """X says it of others, so an unknown one is left out; an export never says it, so its posts stay in."""
    read = posts(
        reading(1, "2026-01-01", 50, is_reply_to_other=None),
        reading(2, "2026-01-01", 50, is_reply_to_other=None, source="content_csv"),
    )
    assert [2] == post_engagement(read, DAYS, PARAMETERS)["post_id"].tolist()


def test_followers_are_those_of_the_posting_day() -> None:
    """A rate by followers takes the count of the day of the post; a day that was not read gives none."""
    read = posts(*(reading(day, f"2026-01-0{day}T23:59", 50, like_count=10) for day in (2, 3)))
    mature = post_engagement(read, DAYS, PARAMETERS)
    assert [(200, 0.05), (None, None)] == values(mature, ["posting_followers_count", "engagement_by_followers_rate"])


def test_quotes_that_were_not_stated_are_left_out_and_said_so() -> None:
    """Without quotes engagement is the other three; without likes there is none."""
    stated = {"like_count": 5, "repost_count": 2, "reply_count": 1}
    read = posts(
        reading(1, "2026-01-01", 50, **stated, quote_count=4),
        reading(2, "2026-01-01", 50, **stated, quote_count=None),
        reading(3, "2026-01-01", 50, **(stated | {"like_count": None})),
    )
    expected = [(12, True), (8, False), (None, True)]
    assert expected == values(post_engagement(read, DAYS, PARAMETERS), ["engagement_count", "is_quote_counted"])


def test_of_two_sources_at_the_same_moment_the_api_stands() -> None:
    """The API states quotes, which an export does not."""
    read = posts(
        reading(1, "2026-01-01", 50, like_count=3, source="content_csv"), reading(1, "2026-01-01", 50, like_count=4)
    )
    assert [("x_api", 4)] == values(post_engagement(read, DAYS, PARAMETERS), ["source", "like_count"])


def test_a_post_nobody_was_shown_has_no_rate_by_impressions() -> None:
    """No impressions is no rate, not a rate of zero."""
    mature = post_engagement(posts(reading(1, "2026-01-01", 50, impression_count=0)), DAYS, PARAMETERS)
    assert np.isnan(mature["engagement_by_impressions_rate"].iloc[0])


def test_no_posts_give_an_empty_table() -> None:
    """An account that posts nothing has no rows and no error."""
    assert len(post_engagement(posts(), DAYS, PARAMETERS)) == 0
    assert pd.isna(on(DAYS, 2)["followers_count"])

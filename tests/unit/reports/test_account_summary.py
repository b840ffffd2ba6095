"""When an account's figures will be known, by hand."""

import pandas as pd

from tasks.reports.account_summary import SUMMARY_INPUTS, account_summary
from tasks.reports.gap_dates import gap_dates
from tasks.schema.frames import empty_frame
from tasks.schema.judgement_tables import DIVERGENCE_EVENTS
from tasks.schema.report_tables import ACCOUNT_DAILY
from tests.page.made import WINDOWS

FIRST = pd.Timestamp("2026-07-01")


def summary(days: int, unread: tuple[int, ...] = (), **last: object) -> pd.Series:
    """The row of an account of so many days, of which some were not read."""
    empty = empty_frame(ACCOUNT_DAILY)[list(SUMMARY_INPUTS)]
    rows = [
        {
            "account_id": "1",
            "handle": "frank",
            "report_date": FIRST + pd.Timedelta(days=place),
            "followers_count": None if place in unread else 1_600,
            **(last if place == days - 1 else {}),
        }
        for place in range(days)
    ]
    told = pd.DataFrame(rows, columns=list(empty.columns)).astype(empty.dtypes)
    return account_summary(told, empty_frame(DIVERGENCE_EVENTS), gap_dates(told, WINDOWS)).iloc[0]


def test_the_gap_is_known_75_days_after_the_first_count() -> None:
    """45 counts of the 90 days before, then a window of 28 days that ends 2 days before: 2026-07-01 + 45 + 28 + 2 - 1.

    The row's own day is the last of them, so the first count counts as one of the 45.
    """
    row = summary(10, pace_reason="too_few_counts")
    assert pd.Timestamp("2026-09-13") == row["vanity_gap_known_date"]


def test_each_day_that_was_not_read_puts_the_gap_off_by_one() -> None:
    """Three of the first ten days are missing, so the 45th count is three days later."""
    row = summary(10, unread=(2, 5, 6), pace_reason="too_few_counts")
    assert pd.Timestamp("2026-09-16") == row["vanity_gap_known_date"]


def test_no_day_is_promised_where_counts_are_not_what_is_missing() -> None:
    """Too few posts stay too few, however many days pass."""
    assert pd.isna(summary(10, pace_reason="too_few_posts")["vanity_gap_known_date"])
    assert pd.isna(summary(10)["vanity_gap_known_date"])


def test_how_many_are_explained_is_known_when_days_are_cleared() -> None:
    """The day is that of `clearing_date`, which knows how many judged days are enough."""
    cleared = pd.Timestamp("2026-07-14")
    row = summary(10, unexplained_reason="past_too_short", clearing_date=cleared)
    assert cleared == row["explained_known_date"]
    assert pd.isna(summary(10, clearing_date=cleared)["explained_known_date"])


def test_who_came_back_is_known_56_days_after_people_were_first_read() -> None:
    """On 2026-07-10 people have been read for six days, since July 5: two windows of 28 days end on August 29."""
    row = summary(10, community_reason="too_few_days", community_days_count=6)
    assert pd.Timestamp("2026-08-29") == row["community_known_date"]
    assert pd.isna(summary(10, community_reason="engagers_not_read")["community_known_date"])
    assert pd.isna(summary(10, community_days_count=6)["community_known_date"])


def test_an_account_is_cleared_by_the_widest_limits_of_its_cleared_days() -> None:
    """The one day that is cleared, the last, has limits of 19 and 52; a day without a limit clears nothing."""
    row = summary(10, detectable_jump_followers_delta=19, detectable_drip_followers_delta=52)
    assert [19, 52] == [row[f"largest_detectable_{kind}_followers_delta"] for kind in ("jump", "drip")]
    reason = {"unexplained_reason": "past_too_short", "detectable_jump_followers_delta": 19}
    assert pd.isna(summary(10, **reason)["largest_detectable_jump_followers_delta"])
    assert pd.isna(summary(10)["largest_detectable_jump_followers_delta"])

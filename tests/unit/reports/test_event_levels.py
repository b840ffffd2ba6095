"""An event's account before it and after, by hand."""

import pandas as pd
import pytest

from tasks.reports.account_summary import LEVEL_INPUTS, event_levels

KNOWN = [
    # report_date, followers, engagers
    ("2026-06-01", 1_000, 40),
    ("2026-07-14", 1_596, 100),
    ("2026-07-15", 9_000, 101),
    ("2026-07-16", 18_600, 102),
    ("2026-07-20", None, None),
    ("2026-08-15", 18_419, 125),
    ("2026-08-16", 18_400, 126),
]


def days(account: str = "1") -> pd.DataFrame:
    """The account's days, of which nothing else is known."""
    rows = pd.DataFrame(KNOWN, columns=["report_date", "followers_count", "engagers_count_28d"])
    known = rows.assign(account_id=account, report_date=pd.to_datetime(rows["report_date"]))
    return known.reindex(columns=list(LEVEL_INPUTS)).astype(
        {"followers_count": "Int64", "engagers_count_28d": "Int64", "klout_style_score": "float64"}
    )


def event(first: str, last: str, account: str = "1") -> pd.DataFrame:
    """One event of the account."""
    at = {"first_date": pd.Timestamp(first), "last_date": pd.Timestamp(last)}
    return pd.DataFrame([{"account_id": account, "event_id": "1", **at}])


def test_before_is_the_last_count_before_and_after_the_newest_within_thirty_days() -> None:
    """July 14 lies before the event of July 15; August 15 is its thirtieth day, August 16 lies beyond."""
    row = event_levels(event("2026-07-15", "2026-07-16"), days()).iloc[0]
    assert (1_596, 100) == (row["before_followers_count"], row["before_engagers_count_28d"])
    assert pd.Timestamp("2026-08-15") == row["after_date"]
    assert (18_419, 125) == (row["after_followers_count"], row["after_engagers_count_28d"])


def test_an_event_of_today_stands_after_itself() -> None:
    """On the last day of the event the newest count is that of the day."""
    row = event_levels(event("2026-08-15", "2026-08-16"), days()).iloc[0]
    assert (18_600, 18_400) == (row["before_followers_count"], row["after_followers_count"])


def test_people_are_compared_only_once_a_whole_window_was_read() -> None:
    """People are read by name from June 1 on, so their number of July 14 is whole, and that of June 1 is not."""
    row = event_levels(event("2026-06-02", "2026-06-03"), days()).iloc[0]
    assert 1_000 == row["before_followers_count"]
    assert pd.isna(row["before_engagers_count_28d"])


def test_nothing_is_known_before_the_first_count_or_of_another_account() -> None:
    """Unknown is null, and no other account's figure stands in."""
    first = event_levels(event("2026-06-01", "2026-06-01"), days()).iloc[0]
    assert pd.isna(first["before_followers_count"])
    stranger = event_levels(event("2026-07-15", "2026-07-16", "2"), days()).iloc[0]
    assert pd.isna(stranger["before_followers_count"])
    assert pd.isna(stranger["after_date"])


def test_a_count_that_the_judgement_states_stands() -> None:
    """The judgement's own count before the event is not replaced."""
    judged = event("2026-07-15", "2026-07-16").assign(before_followers_count=1_600)
    assert 1_600 == event_levels(judged, days()).iloc[0]["before_followers_count"]


def test_events_keep_their_order_and_each_its_own_account() -> None:
    """Levels go by account, whatever the order of the rows."""
    both = pd.concat([event("2026-08-15", "2026-08-16", "2"), event("2026-07-15", "2026-07-16")], ignore_index=True)
    found = event_levels(both, pd.concat([days("1"), days("2")], ignore_index=True))
    assert [18_600, 1_596] == list(found["before_followers_count"])


@pytest.mark.parametrize("text", ["object", "str"])
def test_texts_of_either_type_are_compared(text: str) -> None:
    """Days that were read have pandas' strings, an event just found or none at all may have Python's."""
    events = event("2026-07-15", "2026-07-16").astype({"account_id": text})
    for some in (events, events.iloc[:0]):
        found = event_levels(some, days().astype({"account_id": "str"}))
        assert [1_596] * len(some) == found["before_followers_count"].tolist()


def test_of_people_who_were_never_read_nothing_is_said() -> None:
    """Counts alone give the followers before and after."""
    alone = days().assign(engagers_count_28d=pd.array([pd.NA] * len(KNOWN), "Int64"))
    row = event_levels(event("2026-07-15", "2026-07-16"), alone).iloc[0]
    assert (1_596, 18_419) == (row["before_followers_count"], row["after_followers_count"])
    assert pd.isna(row["before_engagers_count_28d"])
    assert pd.isna(row["after_engagers_count_28d"])

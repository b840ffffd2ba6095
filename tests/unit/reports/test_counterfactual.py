"""What is left of Frank's count without those whom his activity does not explain, by hand."""

import numpy as np
import pandas as pd
import pytest

from tasks.followers.notes import PostingNote
from tasks.followers.roster import roster
from tasks.metrics.parameters import VanityParameters
from tasks.reports.counterfactual import COUNTERFACTUAL_INPUTS, CounterfactualInputs, counterfactual, find_changed_days
from tasks.schema.frames import empty_frame
from tasks.schema.staged import FOLLOWER_ARRIVALS, FOLLOWER_DEPARTURES
from tests.unit.frames import rows

VANITY = VanityParameters(12.5, 20.0, 12.5, 0.5, 0.3, 0.2, 5.0, 0.6, 500, 0.02)
ACTIVE_DAYS = 120
FIRST = pd.Timestamp("2026-07-01")
COUNT = "present_unexplained_followers_count"
PAST = [1600] * 14


def _days(counts: list[float], account: str = "1") -> pd.DataFrame:
    """Followers day by day from July 1; 100 followed, nothing else known."""
    dates = pd.date_range(FIRST, periods=len(counts), unit="s")
    unknown = {name: np.full(len(counts), np.nan) for name in COUNTERFACTUAL_INPUTS}
    known = {"followers_count": counts, "following_count": 100.0}
    return pd.DataFrame({"account_id": account, "report_date": dates, **unknown, **known})


def _event(verdict: str, first: int, last: int, unexplained: tuple[int, int, int]) -> dict[str, object]:
    count, low, high = unexplained
    return {
        "event_id": f"1/{first}",
        "account_id": "1",
        "first_date": FIRST + pd.Timedelta(days=first),
        "last_date": FIRST + pd.Timedelta(days=last),
        "verdict": verdict,
        "before_followers_count": 1600,
        "unexplained_followers_count": count,
        "unexplained_followers_count_low": low,
        "unexplained_followers_count_high": high,
    }


def _known(
    *events: dict[str, object],
    followers: pd.DataFrame | None = None,
    arrivals: pd.DataFrame | None = None,
    departures: pd.DataFrame | None = None,
) -> CounterfactualInputs:
    members = pd.DataFrame(
        {
            "account_id": pd.Series(dtype="str"),
            "event_id": pd.Series(dtype="str"),
            "follower_id": pd.Series(dtype="Int64"),
            "unexplained_probability": pd.Series(dtype="float64"),
        }
    )
    left = empty_frame(FOLLOWER_DEPARTURES) if departures is None else departures
    note = PostingNote(left.rename(columns={"first_missing_date": "departed_date"}), ACTIVE_DAYS)
    judged = members if followers is None else followers
    return CounterfactualInputs(
        events=pd.DataFrame(events, columns=list(_event("", 0, 0, (0, 0, 0)))),
        followers=judged,
        posting=note(roster(empty_frame(FOLLOWER_ARRIVALS) if arrivals is None else arrivals), judged),
        departures=left,
        judged_days=_judged_days(range(1, 40)),
        minimum_days=13,
    )


def _judged_days(days: range) -> pd.DataFrame:
    """Every day from the second on was judged, and a rise of 240 in a day or 600 in a month would have been seen."""
    return pd.DataFrame(
        {
            "account_id": "1",
            "report_date": pd.Series([FIRST + pd.Timedelta(days=day) for day in days]).astype("datetime64[s]"),
            "detectable_jump_followers_delta": 240.0,
            "detectable_drip_followers_delta": 600.0,
        }
    )


def _judged(counts: list[float], known: CounterfactualInputs) -> pd.DataFrame:
    return counterfactual(_days(counts), known, VANITY)


def test_without_the_wave_frank_scores_as_before() -> None:
    """G16: 18,600 followers give 53.369204 points, the 1,600 that are left without the 17,000 give 40.054892."""
    wave = _event("unexplained_wave", 14, 14, (17_000, 16_990, 17_004))
    last = _judged([*PAST, 18_600], _known(wave)).iloc[-1]
    assert (17_000, 16_990, 17_004) == tuple(last[[COUNT, f"{COUNT}_low", f"{COUNT}_high"]])
    assert pytest.approx(40.054892, abs=1e-6) == last["audience_score_without_unexplained"]
    assert last["audience_score_without_unexplained_low"] < 40.05 < last["audience_score_without_unexplained_high"]


def test_only_those_who_had_come_are_left_out() -> None:
    """Of 17,000 who came in two days 8,500 had come when half of the rise stood."""
    wave = _event("unexplained_wave", 14, 15, (17_000, 17_000, 17_000))
    judged = _judged([*PAST, 10_100, 18_600], _known(wave))
    assert [0, 8_500, 17_000] == judged[COUNT].tolist()[-3:]


def test_what_cannot_be_told_widens_the_interval_alone() -> None:
    """An undetermined rise takes nobody out of the count, but all of it may be unexplained."""
    rise = _event("undetermined", 14, 14, (400, 390, 410))
    last = _judged([*PAST, 2_000], _known(rise)).iloc[-1]
    assert (0, 0, 410) == tuple(last[[COUNT, f"{COUNT}_low", f"{COUNT}_high"]])


def test_falls_of_the_count_lower_the_lower_end() -> None:
    """Of the 5,000 who left 17,000 / 18,600 were probably of the wave, so 12,430 remain, and at least 12,000."""
    wave = _event("unexplained_wave", 14, 14, (17_000, 17_000, 17_000))
    last = _judged([*PAST, 18_600, 13_600], _known(wave)).iloc[-1]
    assert (12_430, 12_000, 13_600) == tuple(last[[COUNT, f"{COUNT}_low", f"{COUNT}_high"]])


def test_members_found_gone_are_not_counted() -> None:
    """Of ten equally probable members two were found gone the next day: eight tenths of the wave remain."""
    followers = pd.DataFrame(
        {"account_id": "1", "event_id": "1/14", "follower_id": range(10), "unexplained_probability": 0.9}
    )
    gone = {
        "account_id": "1",
        "first_missing_date": "2026-07-16",
        "source": "x_api",
        "left_before": "2026-07-16T02:00:00Z",
    }
    departures = rows(FOLLOWER_DEPARTURES, {"follower_id": 0, **gone}, {"follower_id": 1, **gone})
    wave = _event("unexplained_wave", 14, 14, (1_000, 1_000, 1_000))
    judged = _judged([*PAST, 2_600, 2_600], _known(wave, followers=followers, departures=departures))
    assert [1_000, 800] == judged[COUNT].tolist()[-2:]


def test_too_short_a_past_says_so() -> None:
    """Before the fourteenth change nothing can be judged, and a day without a count stays unknown."""
    judged = _judged([1600] * 13 + [np.nan, 1600], _known())
    assert ["past_too_short", "no_followers_count", None] == [
        None if pd.isna(reason) else reason for reason in judged["unexplained_reason"].tolist()[-3:]
    ]
    assert [pd.NA, pd.NA, 0] == judged[COUNT].tolist()[-3:]


def test_who_posted_lately_is_reachable() -> None:
    """A follower counts from being seen until 120 days after the last post; an unexplained one by what is left."""
    seen = {"account_id": "1", "source": "x_api", "observed_at": "2026-07-02T02:00:00Z", "is_return": False}
    old = {**seen, "is_baseline": True, "first_seen_date": "2026-07-01"}
    arrivals = rows(
        FOLLOWER_ARRIVALS,
        {**old, "follower_id": 1, "follower_last_post_at": "2026-06-30T10:00:00Z"},
        {**old, "follower_id": 2, "follower_last_post_at": "2026-03-16T10:00:00Z"},
        {**old, "follower_id": 3},
    )
    low = _judged([*PAST, 1600], _known(arrivals=arrivals))["reachable_followers_count_low"].tolist()
    assert ([2] * 14, [1]) == (low[:14], low[14:])


def test_days_that_were_published_otherwise_are_found() -> None:
    """A verdict that changes on July 15 revises the days from there on and no earlier one."""
    wave = _event("unexplained_wave", 14, 14, (17_000, 17_000, 17_000))
    before, now = _judged([*PAST, 18_600, 18_600], _known()), _judged([*PAST, 18_600, 18_600], _known(wave))
    assert (FIRST + pd.Timedelta(days=14), FIRST + pd.Timedelta(days=15)) == find_changed_days(now, before)
    assert find_changed_days(now, now) is None


def test_a_wave_on_the_tenth_day_is_no_zero() -> None:
    """Of ten days the account's past is too short to clear it, but a night that was seen on the tenth is counted."""
    wave = _event("unexplained_wave", 9, 9, (17_000, 16_000, 17_004))
    judged = _judged([*PAST[:9], 18_600, 18_600], _known(wave))
    assert judged[COUNT].isna().tolist() == [True] * 9 + [False] * 2
    assert judged[COUNT].tolist()[-1] == 17_000


def test_judged_days_are_counted_and_say_what_could_be_missed() -> None:
    """Of three days the first has nothing before it, so one day and then two were judged."""
    judged = _judged(PAST[:3], _known())
    assert judged["judged_days_count"].tolist() == [0, 1, 2]
    assert judged["detectable_jump_followers_delta"].tolist() == [pd.NA, 240, 240]
    assert set(judged["unexplained_reason"]) == {"past_too_short"}


def test_the_day_from_which_days_are_cleared_is_told() -> None:
    """Thirteen judged days are needed: of the first day July 14, and of the day itself once they are there nothing."""
    judged = _judged([1600] * 15, _known())
    assert judged["clearing_date"].tolist()[:2] == [FIRST + pd.Timedelta(days=13)] * 2
    assert judged["clearing_date"].isna().tolist() == [False] * 13 + [True] * 2

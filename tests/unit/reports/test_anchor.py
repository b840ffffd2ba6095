"""A gap that does not forget: the window before an open event stays the one that is compared with."""

from dataclasses import replace
from functools import cache

import numpy as np
import pandas as pd
import pytest

from tasks.reports.anchor import ANCHORED_COLUMNS, anchored_pace
from tasks.reports.daily import daily_reports
from tasks.reports.inputs import StagedInputs
from tasks.schema.frames import empty_frame
from tasks.schema.report_tables import ACCOUNT_DAILY
from tasks.schema.staged import ACCOUNT_ACTIVITY, ENGAGEMENTS, FOLLOWER_ARRIVALS, POSTS, READINGS
from tests.evaluation.frames import FIRST_DATE, dates, moments, staged_frame
from tests.evaluation.observed import counted_series
from tests.evaluation.parameters import PIPELINE

NIGHT, DAYS = 130, 540
MEASURES = replace(PIPELINE.measures, engagement=replace(PIPELINE.measures.engagement, resamples=200))


def _followers(*, gone: int = DAYS, first: int = 0) -> pd.Series:
    """1,600 followers, 17,000 more from the night on, and fewer again from the day on which they are gone."""
    day = np.arange(first, DAYS)
    return pd.Series(1_600.0 + np.where((day >= NIGHT) & (day < gone), 17_000.0, 0.0), index=day)


@cache
def _measured(*, gone: int = DAYS, first: int = 0, grown: bool = False) -> pd.DataFrame:
    """The measured days of an account with a post a day of 12 to 27 likes, sixty times as many where it has grown."""
    followers = _followers(gone=gone, first=first)
    counted = counted_series(pd.Series(dates(followers.index.to_numpy())), followers.reset_index(drop=True), "1")
    day = np.arange(DAYS)
    likes = 12 + 5 * (day % 4) * np.where(grown & (day > NIGHT + 100), 60, 1)
    read: dict[str, object] = {
        "post_id": day + 1,
        "snapshot_date": dates(day + 3),
        "observed_at": moments(day + 3.5),
        "created_at": moments(day + 0.5),
        "is_repost": False,
        "is_reply_to_other": False,
        "like_count": likes,
        **dict.fromkeys(("repost_count", "reply_count", "quote_count"), 0),
    }
    empty = {
        name: empty_frame(table)
        for name, table in (
            ("activity", ACCOUNT_ACTIVITY),
            ("arrivals", FOLLOWER_ARRIVALS),
            ("engagements", ENGAGEMENTS),
            ("readings", READINGS),
        )
    }
    inputs = StagedInputs(snapshots=counted, posts=staged_frame(POSTS, "1", read, DAYS), **empty)
    span = (FIRST_DATE.date(), (FIRST_DATE + pd.Timedelta(days=DAYS)).date())
    return daily_reports(inputs, span, MEASURES)[ACCOUNT_DAILY.name].sort_values("report_date", ignore_index=True)


EVENT = {
    "event_id": "1/night",
    "account_id": "1",
    "first_date": FIRST_DATE + pd.Timedelta(days=NIGHT),
    "verdict": "unexplained_wave",
    "before_followers_count": 1_600,
    "unexplained_followers_count": 17_000,
}
EVENTS = pd.DataFrame([EVENT]).astype({"first_date": "datetime64[s]"})
NONE = EVENTS.iloc[:0]


def _gap(days: pd.DataFrame, after: int) -> float:
    return float(days.set_index("report_date")["vanity_gap"][FIRST_DATE + pd.Timedelta(days=NIGHT + after)])


def test_the_gap_a_year_later_is_that_of_the_day_after() -> None:
    """18,600 over 1,600 are 12.5 x log10(18,601 / 1,601) = 13.3 points, the day after and a year later alike."""
    days = _measured()
    anchored = anchored_pace(days, EVENTS, MEASURES).days
    assert _gap(days, 365) < 1  # what a window that moves on would say: the bots have become the reference
    assert _gap(anchored, 1) == pytest.approx(12.5 * np.log10(18_601 / 1_601), abs=1)
    assert _gap(anchored, 365) == pytest.approx(_gap(anchored, 1), abs=1)
    assert anchored["reference_end_date"].iloc[-1] == EVENT["first_date"] - pd.Timedelta(days=1)


def test_an_account_watched_for_ten_days_before_has_a_gap_too() -> None:
    """Posts tell their past at once and the count before the night is known, so no quarter of a year is waited for."""
    days = _measured(first=NIGHT - 10)
    anchored = anchored_pace(days, EVENTS, MEASURES).days
    assert np.isnan(_gap(days, 40))
    assert _gap(anchored, 40) == pytest.approx(13.3, abs=1)


def test_nobody_before_is_no_reference() -> None:
    """Of 0 followers there is no logarithm: where no window before the night has counts enough, there is no gap."""
    from_nobody = anchored_pace(_measured(first=NIGHT - 10), EVENTS.assign(before_followers_count=0), MEASURES).days
    assert np.isnan(_gap(from_nobody, 60))
    assert not np.isinf(from_nobody.select_dtypes("number").to_numpy(dtype=np.float64, na_value=np.nan)).any()


def test_an_event_is_closed_by_its_followers_leaving() -> None:
    """Two hundred days later they are gone: the event is closed on that day, and the gap with it."""
    judged = anchored_pace(_measured(gone=NIGHT + 200), EVENTS, MEASURES)
    closed = FIRST_DATE + pd.Timedelta(days=NIGHT + 200)
    assert judged.closings.to_numpy().tolist() == [["1/night", closed, "followers_left"]]
    assert _gap(judged.days, 199) > 12
    assert abs(_gap(judged.days, 330)) < 1


def test_an_event_before_which_nobody_counted_is_held_by_the_window_before_it() -> None:
    """How many are left of those who came is not known then, and so closes nothing; the gap is what it was."""
    days = _measured()
    uncounted = EVENTS.assign(before_followers_count=pd.array([pd.NA], dtype="Int64"))
    anchored = anchored_pace(days, uncounted, MEASURES)
    assert anchored.closings.empty
    assert _gap(anchored.days, 400) == pytest.approx(13.3, abs=0.1)


def test_an_event_is_closed_by_its_followers_engaging() -> None:
    """Where posts receive as much more as 18,600 followers would bring, whoever came has become the community."""
    judged = anchored_pace(_measured(grown=True), EVENTS, MEASURES)
    assert judged.closings["closed_reason"].tolist() == ["followers_engage"]


def test_without_an_event_every_day_stands_as_it_was_measured() -> None:
    """What the anchor computes again is what was measured, to the last bit, and again where it was anchored before."""
    days = _measured()
    anchored = anchored_pace(days, EVENTS, MEASURES).days
    columns = [name for name in ANCHORED_COLUMNS if name != "reference_end_date"]
    for given in (days, days.assign(**{name: anchored[name] for name in columns})):
        again = anchored_pace(given, NONE, MEASURES).days
        pd.testing.assert_frame_equal(again[columns], days[columns], check_exact=True, check_dtype=False)

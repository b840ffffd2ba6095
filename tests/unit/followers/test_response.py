import numpy as np
import pandas as pd

from tasks.followers.cohort import cohort
from tasks.followers.response import count_engagers, follow_up_days, stayed_share
from tasks.followers.roster import roster
from tests.unit.followers.people import START, arrivals, event


def _acts(*rows: tuple[int, int]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["actor_id", "day"])
    dates = START + pd.to_timedelta(frame["day"], unit="D")
    return frame.assign(account_id="a", snapshot_date=dates.astype("datetime64[s]"))


def test_those_who_engage_within_the_days_count_once() -> None:
    """Followers 2 and 3 arrive on day 5; 2 engages twice, 3 after the week is over, 1 is no member."""
    people, rise = roster(arrivals([0, 5, 5])), event(5, 5)
    follow = follow_up_days(rise, START + pd.Timedelta(days=30), 7)
    assert count_engagers(people, cohort(people, rise), follow, _acts((2, 6), (2, 8), (3, 13), (1, 6))).tolist() == [
        1.0
    ]


def test_nobody_can_have_answered_before_the_event_is_over() -> None:
    """Before the last day the follow-up is -1, on it 0, and it ends at the longest."""
    rise = event(5, 9)
    waits = [follow_up_days(rise, START + pd.Timedelta(days=day), 7)[0] for day in (7, 9, 12, 90)]
    assert waits == [-1, 0, 3, 7]


def _gone(ids: list[int], days: list[int], account: str = "a") -> pd.DataFrame:
    dates = (START + pd.to_timedelta(pd.Series(days, dtype="int64"), unit="D")).astype("datetime64[s]")
    return pd.DataFrame({"account_id": account, "follower_id": ids, "departed_date": dates}).astype(
        {"account_id": "str", "follower_id": "int64"}
    )


def test_who_left_another_account_still_stays_here() -> None:
    """Follower 1 leaves account b and goes on following a."""
    people, rise = roster(arrivals([5])), event(5, 5)
    late = START + pd.Timedelta(days=60)
    assert stayed_share(people, cohort(people, rise), _gone([1], [6], "b"), late, 7).tolist() == [1.0]


def test_who_left_within_the_days_did_not_stay() -> None:
    """Of four arrivals on day 5 one is gone on day 6 and one on day 20: 3/4 stay 7 days, 2/4 stay 30."""
    people, rise = roster(arrivals([5, 5, 5, 5])), event(5, 5)
    gone = _gone([1, 3], [6, 20])
    late = START + pd.Timedelta(days=60)
    members = cohort(people, rise)
    assert stayed_share(people, members, gone, late, 7).tolist() == [0.75]
    assert stayed_share(people, members, gone, late, 30).tolist() == [0.5]


def test_survival_is_unknown_before_its_day() -> None:
    """Three days after the event nobody can have stayed seven."""
    people, rise = roster(arrivals([5, 5])), event(5, 5)
    gone = _gone([], [])
    soon = START + pd.Timedelta(days=8)
    assert np.isnan(stayed_share(people, cohort(people, rise), gone, soon, 7)).all()

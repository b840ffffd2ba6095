import numpy as np
import pandas as pd
import pytest

from tasks.followers.cohort import Members, cohort, reference
from tasks.followers.roster import follow_clock, roster
from tests.unit.followers.people import START, arrivals, event


def test_the_follow_clock_is_the_running_maximum_of_each_account() -> None:
    """Nobody follows before existing: 5, 3, 7 give 5, 5, 7, and the next account begins anew."""
    clock = follow_clock(np.array([0, 0, 0, 1]), np.array([5.0, 3.0, 7.0, 1.0]))
    assert clock.tolist() == [5.0, 5.0, 7.0, 1.0]


def test_an_unknown_creation_does_not_stop_the_clock() -> None:
    """A follower without a date has the clock of those before it; before the first date it is unknown."""
    clock = follow_clock(np.zeros(3, dtype=np.int64), np.array([np.nan, 5.0, np.nan]))
    assert np.isnan(clock[0])
    assert clock[1:].tolist() == [5.0, 5.0]


def test_those_seen_arriving_followed_at_the_reading_the_others_by_the_clock() -> None:
    """An account created 2025-12-02 in the first reading ticks the clock; one seen on day 9 followed then."""
    created = pd.to_datetime(["2025-12-02", "2020-01-01", "2025-12-31"], utc=True)
    people = roster(arrivals([0, 0, 9], follower_created_at=created))
    assert people.age.tolist() == [0.0, pytest.approx((created[0] - created[1]).days), 10.0]


def test_the_cohort_is_who_was_first_seen_in_the_event() -> None:
    """Of arrivals on days 0, 0, 4, 5, 5, 6 an event of days 5 and 6 has the last three; a drop has none."""
    people = roster(arrivals([0, 0, 4, 5, 5, 6]))
    assert cohort(people, event(5, 6)).position.tolist() == [3, 4, 5]
    assert cohort(people, event(5, 6, kind="drop")).position.tolist() == []


def test_the_reference_is_the_past_of_the_account_without_other_events() -> None:
    """The two latest before a second event skip the cohort of the first."""
    people = roster(arrivals([0, 0, 0, 4, 4, 9]))
    events = pd.concat([event(4, 4), event(9, 9)], ignore_index=True)
    cohorts = cohort(people, events)
    before = reference(people, events, cohorts, 2)
    assert before.position.tolist() == [1, 2, 1, 2]
    assert before.event.tolist() == [0, 0, 1, 1]


def test_another_account_is_no_reference() -> None:
    """An account without a past has no reference, whatever its neighbor in the frame has."""
    rows = pd.concat([arrivals([0, 0, 0]), arrivals([5, 5], account_id="b")], ignore_index=True)
    people = roster(rows)
    events = event(5, 5, account_id="b")
    assert reference(people, events, cohort(people, events), 10).position.tolist() == []


def test_the_order_of_rows_is_irrelevant() -> None:
    """A shuffled frame gives the same roster."""
    rows = arrivals([0, 0, 4, 5])
    shuffled = rows.sample(frac=1, random_state=3)
    assert roster(rows).follower_id.tolist() == roster(shuffled).follower_id.tolist() == [1, 2, 3, 4]


def test_thinning_spreads_evenly_and_keeps_the_size() -> None:
    """Two of six rows are the third and the sixth."""
    members = Members(np.zeros(6, dtype=np.int64), np.arange(6), 1)
    assert members.thinned(np.array([2])).position.tolist() == [2, 5]


def test_the_start_of_the_calendar_is_the_fixture_s() -> None:
    """Days are counted since 1970 in UTC."""
    assert roster(arrivals([0])).seen.tolist() == [(START - pd.Timestamp("1970-01-01")).days]

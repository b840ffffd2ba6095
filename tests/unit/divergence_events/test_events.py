import pandas as pd
import pytest

from tasks.divergence.grid import daily_grid
from tests.unit.divergence_events.series import NO_ARRIVALS, START, days, find_events, grid, growing


def test_a_quiet_account_has_no_event() -> None:
    """Ten new followers a day for 100 days are nothing to speak of."""
    assert find_events(grid({"a": growing(100)})).empty


def test_the_first_reading_that_shows_a_jump_opens_the_event() -> None:
    """A jump on the last day read is an event of that day, with 500 observed where 10 were expected."""
    found = find_events(grid({"quiet": growing(41), "a": [*growing(40), 10_390 + 500]}))
    assert found["account_id"].tolist() == ["a"]
    assert found["first_date"].tolist() == [START + pd.Timedelta(days=40)]
    assert found["kind"].tolist() == ["jump"]
    assert found["observed_count"].tolist() == [500]
    assert found["expected_count"].tolist() == [pytest.approx(10)]


def test_a_reading_that_comes_back_is_a_reversal_not_a_jump_and_a_drop() -> None:
    """One wrong reading of 15,000 between 10,390 and 10,410 is one event of one day."""
    found = find_events(grid({"a": [*growing(40), 15_000, *growing(20, 10_410)]}))
    assert found["kind"].tolist() == ["reversal"]
    assert found["last"].tolist() == found["first"].tolist() == [40]


def test_a_purge_is_a_drop() -> None:
    """300 fewer from one day to the next, for good, is a drop of 300."""
    found = find_events(grid({"a": [*growing(40), *growing(30, 10_090)]}))
    assert found["kind"].tolist() == ["drop"]
    assert found["observed_count"].tolist() == [-300]


def _with_list(counts: list[float], seen: dict[int, int]) -> pd.DataFrame:
    rows = days({"a": counts}).assign(followers_status="complete")
    arrivals = pd.DataFrame(
        {
            "account_id": "a",
            "report_date": [START + pd.Timedelta(days=day) for day in seen],
            "arrivals_count": list(seen.values()),
        }
    ).astype({"report_date": "datetime64[s]"})
    return find_events(daily_grid(rows, arrivals))


def test_arrivals_are_taken_from_the_list_where_it_was_read() -> None:
    """600 arrive and 100 leave on the same day: the list says 600 where the count says 500."""
    found = _with_list([*growing(40), 10_390 + 500], {**dict.fromkeys(range(1, 40), 10), 40: 600})
    assert found["observed_count"].tolist() == [600]
    assert found["is_from_list"].tolist() == [True]


def test_a_count_that_the_list_does_not_bear_out_stands_as_a_jump_of_the_count_alone() -> None:
    """The count gains 2,000 for good while the list shows ten arrivals a day."""
    found = _with_list([*growing(40), *growing(10, 12_400)], dict.fromkeys(range(1, 50), 10))
    assert found["is_from_list"].tolist() == [False]


def test_accounts_do_not_touch_each_other() -> None:
    """An account's events are the same alone and beside another account's jump."""
    calm, wild = growing(60), [*growing(40), *growing(20, 20_000)]
    together = find_events(grid({"a": wild, "b": calm}))
    alone = find_events(grid({"a": wild}))
    pd.testing.assert_frame_equal(together, alone)


def test_nothing_observed_has_no_event() -> None:
    """Without a single account there is an empty table, not an error."""
    assert find_events(daily_grid(days({"a": [1.0]}).iloc[:0], NO_ARRIVALS)).empty

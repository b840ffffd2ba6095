from itertools import pairwise

import numpy as np
import pandas as pd

from tasks.followers.cohorts import FollowUp, compare_cohorts
from tasks.followers.notes import ActorNote, PostingNote
from tasks.followers.profile import (
    ProfileParameters,
    extreme_by_account,
    profile,
    rolling_extreme,
    rolling_spread,
    rolling_sum,
)
from tasks.followers.roster import Roster, roster, take_followers
from tasks.followers.stream import TEXTS, StreamParameters, audience
from tasks.schema.frames import empty_frame
from tasks.schema.staged import ENGAGEMENTS, FOLLOWER_DEPARTURES
from tests.evaluation.parameters import JUDGE
from tests.unit.followers.people import START, arrivals, event

NUMBERS = StreamParameters(JUDGE.audience, 0.01)
PROFILE = ProfileParameters(120, 3, 7)


def _account(name: str, seed: int) -> pd.DataFrame:
    """An invented account of 400 followers: 300 in the first reading, 20 a day later on, 40 on day 3."""
    random = np.random.default_rng(seed)
    seen = [0] * 300 + [1] * 20 + [2] * 20 + [3] * 40 + [4] * 20
    created = START.tz_localize("UTC") - pd.to_timedelta(random.uniform(0, 3_000, 400), "D")
    counts = {
        f"follower_{count}_count": np.floor(np.exp(random.normal(4, 2, 400)))
        for count in ("followers", "following", "posts", "listed", "likes")
    }
    return arrivals(seen, account_id=name, follower_created_at=created, **counts)


def _afterwards(rows: pd.DataFrame) -> FollowUp:
    """On day 4 two of the arrivals of each account engaged, and one of day 3 was gone."""
    late = rows[rows["first_seen_date"] == START + pd.Timedelta(days=3)]
    empty = empty_frame(ENGAGEMENTS)
    acts = late.groupby("account_id").head(2).rename(columns={"follower_id": "actor_id"})
    acts = acts.assign(snapshot_date=START + pd.Timedelta(days=4)).reindex(columns=list(empty.columns))
    gone = empty_frame(FOLLOWER_DEPARTURES).rename(columns={"first_missing_date": "departed_date"})
    left = late.groupby("account_id").tail(1).assign(departed_date=START + pd.Timedelta(days=4))
    departures = left.reindex(columns=list(gone.columns))
    return FollowUp(acts.astype(empty.dtypes.to_dict()), departures.astype(gone.dtypes.to_dict()), _day(12))


def _day(number: int) -> pd.Timestamp:
    return START + pd.Timedelta(days=number)


def test_parts_say_what_the_whole_says() -> None:
    """Cohorts, probabilities and reasons are the same, account by account or all accounts at once."""
    accounts = {name: _account(name, seed) for seed, name in enumerate(["a", "b", "c"])}
    whole = pd.concat(accounts.values(), ignore_index=True)
    named = ["c", "nobody", "a", "b", "c"]
    asked = pd.concat([event(3, 3, account_id=name) for name in named[:4]] + [event(1, 2, account_id="c")])
    asked = asked.reset_index(drop=True)
    after = _afterwards(whole)
    once = compare_cohorts(roster(whole), asked, after, JUDGE.audience)
    rosters = [roster(rows) for rows in accounts.values()]
    found = audience(rosters, asked, after, NUMBERS, [_sizes])
    pd.testing.assert_frame_equal(once.figures, found.compared.figures, check_dtype=False)
    members = once.members.astype(dict.fromkeys(TEXTS, "str"))
    pd.testing.assert_frame_equal(members, found.compared.members, check_dtype=False)
    assert found.order["account_id"].tolist() == ["a", "b", "c"]
    assert found.noted[0]["listed_count"].tolist() == [400, 400, 400]
    assert found.noted[0]["judged_count"].tolist() == [40, 40, 80]


def test_an_account_in_parts_is_judged_as_a_whole() -> None:
    """Cut into five parts of which the clock goes on, an account gives the figures, members and notes of one roster."""
    rows = _account("b", 1).assign(follower_last_post_at=START.tz_localize("UTC"))
    rows.loc[rows.index[390], "follower_id"] = rows["follower_id"].iloc[10]
    asked = pd.concat([event(3, 3, account_id="b"), event(1, 2, account_id="b")], ignore_index=True)
    whole = roster(rows)
    cuts = [0, 100, 250, 310, 350, 400]
    parts = [take_followers(whole, np.arange(first, last)) for first, last in pairwise(cuts)]
    before, later = (roster(_account(name, 5)) for name in ("a", "c"))
    left = empty_frame(FOLLOWER_DEPARTURES).rename(columns={"first_missing_date": "departed_date"})
    acted = pd.DataFrame({"account_id": ["b"], "actor_id": [rows["follower_id"].iloc[200]]})
    notes = (PostingNote(left, 120), ActorNote(acted))
    once, found = (
        audience([before, *cut, later], asked, _afterwards(rows), NUMBERS, notes) for cut in ([whole], parts)
    )
    pd.testing.assert_frame_equal(once.order, found.order)
    pd.testing.assert_frame_equal(once.compared.figures, found.compared.figures)
    pd.testing.assert_frame_equal(once.compared.members, found.compared.members)
    for one, other in zip(once.noted, found.noted, strict=True):
        pd.testing.assert_frame_equal(one, other, check_dtype=False)


def _sizes(one: Roster, members: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame({"listed_count": [len(one.account)], "judged_count": [len(members)]}).iloc[: len(one.accounts)]


def test_without_followers_events_stand_with_nothing_known() -> None:
    """An event of an account without a list has a cohort of nobody, and no judged member."""
    found = audience([], event(3, 3), _afterwards(_account("a", 1)), NUMBERS)
    assert found.compared.figures["cohort_count"].tolist() == [0]
    assert found.compared.members.empty


def test_a_profile_is_what_can_be_counted_by_hand() -> None:
    """Of five followers two never posted, one of four known posted 200 days ago, and the middle ones are neighbors."""
    seen = START.tz_localize("UTC")
    rows = arrivals(
        [0] * 5,
        follower_posts_count=[0, 0, 9, 9, 9],
        follower_followers_count=[1, 2, 3, 4, 100],
        follower_last_post_at=[pd.NaT, pd.NaT, seen - _days(200), seen - _days(10), pd.NaT],
        follower_created_at=[seen - _days(days) for days in (900, 500, 499, 497, 10)],
        has_default_image=[True, False, None, None, None],
    )
    row = profile(roster(rows), PROFILE).iloc[0]
    assert row["listed_count"] == 5
    assert row["no_post_share"] == 0.4
    assert row["inactive_share"] == 0.75
    assert row["default_image_share"] == 0.5
    assert row["median_followers_count"] == 3
    assert row["narrowest_creation_days"] == 3
    assert row["most_silent_window_share"] == 2 / 3
    assert row["most_squeezed_window_share"] == 1
    assert np.isnan(row["no_like_share"])


def _days(number: int) -> pd.Timedelta:
    return pd.Timedelta(days=number)


def test_windows_of_a_list_shorter_than_a_window_are_unknown() -> None:
    """Two followers fill no window of three."""
    row = profile(roster(arrivals([0, 0])), PROFILE).iloc[0]
    assert np.isnan([row["narrowest_creation_days"], row["most_silent_window_share"]]).all()


def test_rolling_measures_are_those_of_every_window_by_itself() -> None:
    """Doubled windows give what a plain loop over all windows gives, at every width."""
    values = np.random.default_rng(1).integers(0, 50, 40).astype(np.float64)
    for width in (1, 2, 3, 7, 8, 40):
        windows = [values[start : start + width] for start in range(40 - width + 1)]
        assert [max(window) for window in windows] == rolling_extreme(values, width, np.maximum).tolist()
        assert [max(window) - min(window) for window in windows] == rolling_spread(values, width).tolist()
        assert [sum(window) for window in windows] == rolling_sum(values, width).tolist()


def test_no_window_reaches_over_two_accounts() -> None:
    """Of accounts of 3, 1 and 2 followers with windows of two, the 9 over the border counts nowhere."""
    windows = rolling_sum(np.array([1, 1, 4, 5, 2, 1]), 2)
    assert windows.tolist() == [2, 5, 9, 7, 3]
    highest = extreme_by_account(windows, np.array([0, 3, 4, 6]), 2, np.fmax)
    assert highest[[0, 2]].tolist() == [5, 3]
    assert np.isnan(highest[1])

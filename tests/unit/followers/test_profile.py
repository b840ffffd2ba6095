"""What a follower list is made of, beside hand counts and beside DuckDB."""

from pathlib import Path

import numpy as np
import pandas as pd

from tasks.datasets.rosters import in_follow_order
from tasks.followers.profile import WINDOWS, ProfileNote, ProfileParameters, profile
from tasks.followers.roster import ROSTER_COLUMNS, outline_roster, roster
from tasks.store.account_rows import AccountQuery, merge_by_account
from tasks.store.root import DataRoot
from tests.benchmarks.engines import duckdb_profiles
from tests.benchmarks.followers import write_followers
from tests.unit.followers.people import START, arrivals


def test_shares_are_of_those_of_whom_it_is_known() -> None:
    """Of five, two of four never posted; of one nothing is known, and it counts in none of the shares."""
    first = START.tz_localize("UTC")
    rows = arrivals(
        [0, 0, 0, 2, 3],
        follower_posts_count=[0, 5, None, 0, 7],
        follower_likes_count=[1, 1, None, 0, 1],
        follower_followers_count=[10, 30, None, 20, 1],
        follower_last_post_at=[None, first - pd.Timedelta(days=11), None, None, first],
        has_default_image=[True, False, None, False, False],
        follower_created_at=[first - pd.Timedelta(days=days) for days in (400, 300, 350, 10, 8)],
    )
    (told,) = profile(roster(rows), ProfileParameters(10, 3, 7)).to_dict("records")
    assert (5, 3) == (told["listed_count"], told["baseline_count"])
    assert (2 / 4, 1 / 4, 1 / 4) == (told["no_post_share"], told["no_like_share"], told["default_image_share"])
    assert 3 / 4 == told["inactive_share"], "the silent two, and the one who posted eleven days before"
    assert 15.0 == told["median_followers_count"]
    # By the follow clock the third followed with the second, at 300 days before; the last two on days 2 and 3.
    assert np.median([0, 0, 50, 12, 11]) == told["median_age_days"]
    assert np.isnan(told["description_share"])


def test_the_most_conspicuous_three_in_a_row_are_found() -> None:
    """Accounts 2 to 4 were created within two days, and 3 to 5 never posted; each with its neighbor within a week."""
    first = START.tz_localize("UTC")
    created = [first - pd.Timedelta(days=days) for days in (900, 100, 99, 98, 50)]
    rows = arrivals([0] * 5, follower_posts_count=[1, 1, 0, 0, 0], follower_created_at=created)
    (told,) = profile(roster(rows), ProfileParameters(10, 3, 7))[list(WINDOWS)].to_numpy().tolist()
    assert [2.0, 1.0, 1.0] == told
    (short,) = profile(roster(rows.head(2)), ProfileParameters(10, 3, 7))[list(WINDOWS)].to_numpy().tolist()
    assert np.isnan(short).all(), "a list of two has no window of three"


def test_every_figure_is_what_duckdb_says(tmp_path: Path) -> None:
    """Five invented accounts of uneven size, staged; SQL shares no code with it."""
    path = tmp_path / "followers.parquet"
    write_followers(path, 5_000, 5)
    (people,) = in_follow_order(merge_by_account(DataRoot(str(tmp_path)), [path.name], AccountQuery(ROSTER_COLUMNS)))
    ours = profile(people, ProfileParameters(120, 100, 7))
    pd.testing.assert_frame_equal(ours, duckdb_profiles(path)[list(ours.columns)], check_dtype=False, rtol=1e-9)


def test_of_a_list_that_was_read_in_parts_nothing_is_told() -> None:
    """Its profiles were left while it was read: no figure rather than one of a part."""
    assert (
        len(ProfileNote(ProfileParameters(10, 3, 7))(outline_roster(roster(arrivals([0, 0, 1]))), pd.DataFrame())) == 0
    )

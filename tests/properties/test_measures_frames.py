"""What the numbers of an account's day must not depend on, to the last bit."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from tasks.divergence.pace import pace
from tasks.metrics.changes import engagement_changes
from tasks.metrics.community import community_metrics
from tasks.metrics.daily_engagement import daily_engagement
from tasks.metrics.days import Dates
from tasks.metrics.levels import engagement_levels
from tasks.metrics.posts import post_engagement
from tests.unit.divergence.invented_changes import PACE
from tests.unit.metrics.invented import (
    COMMUNITY,
    FIRST_DAY,
    PARAMETERS,
    Act,
    account_days,
    daily_posts,
    engagements,
)

DAYS, HISTORY = 200, 120
RESAMPLED = replace(PARAMETERS, resamples=100)


@dataclass(frozen=True)
class World:
    """Everything that is measured."""

    days: pd.DataFrame
    posts: pd.DataFrame
    engagements: pd.DataFrame

    def of(self, choose: Callable[[pd.DataFrame], pd.DataFrame]) -> "World":
        """The world with each of its frames changed."""
        return World(*(choose(frame).reset_index(drop=True) for frame in (self.days, self.posts, self.engagements)))


def _account(number: int) -> World:
    random = np.random.default_rng(number)
    followers = np.cumsum(random.poisson(3, DAYS)) + 900 * number
    posts = [random.poisson(6 * number, random.integers(0, 4)).tolist() for _ in range(DAYS)]
    acts = [
        Act(int(actor), int(day), int(post), follows=bool(actor % 2), followers=int(actor) * 7)
        for actor, day, post in zip(
            random.integers(40, size=400), random.integers(DAYS, size=400), random.integers(9, size=400), strict=True
        )
    ]
    name = str(number)
    return World(account_days(followers.tolist(), name), daily_posts(posts, name), engagements(*acts, account=name))


def _together(*worlds: World) -> World:
    names = ("days", "posts", "engagements")
    return World(*(pd.concat([getattr(world, name) for world in worlds], ignore_index=True) for name in names))


THREE = _together(_account(1), _account(2), _account(3))


def _measured(world: World, dates: Dates | None = None) -> pd.DataFrame:
    mature = post_engagement(world.posts, world.days, RESAMPLED)
    changes = engagement_changes(mature, world.days, RESAMPLED, dates)
    frames = [
        changes,
        engagement_levels(mature, world.posts, world.days, RESAMPLED, dates),
        daily_engagement(world.posts, world.days, RESAMPLED, dates),
        community_metrics(world.engagements, mature, world.days, COMMUNITY, dates),
        pace(changes, world.days, PACE),
    ]
    return pd.concat([frame.set_index(["account_id", "report_date"]) for frame in frames], axis=1).reset_index()


def _day(number: int) -> pd.Timestamp:
    return FIRST_DAY + pd.Timedelta(days=number)


ALL = _measured(THREE)


def _rows(frame: pd.DataFrame, accounts: list[str], first: int, last: int) -> pd.DataFrame:
    chosen = frame["account_id"].isin(accounts) & frame["report_date"].between(_day(first), _day(last))
    return frame[chosen].reset_index(drop=True)


def test_the_summer_is_eventful_enough_to_compare() -> None:
    """The frames compared below hold values, not only nulls."""
    late = _rows(ALL, ["1", "2", "3"], 160, 199)
    known = late.notna().mean()
    names = ["pace_divergence_low", "engagement_mean_high", "retention_28d_share", "engagement_gini", "elasticity"]
    assert known[names].min() > 0.9


def test_an_account_does_not_depend_on_others() -> None:
    """Measured alone, an account has the same numbers as among others, to the last bit."""
    alone = _measured(_account(2))
    assert_frame_equal(_rows(ALL, ["2"], 0, DAYS), alone, check_exact=True)


@pytest.mark.parametrize(("first", "last"), [(199, 199), (150, 150), (130, 170)])
def test_a_backfill_of_a_day_is_that_of_a_year(first: int, last: int) -> None:
    """Whichever dates are asked for, a day's numbers are the same, to the last bit."""
    asked = _measured(THREE, (_day(first), _day(last)))
    assert_frame_equal(_rows(ALL, ["1", "2", "3"], first, last), asked, check_exact=True)


def test_only_the_last_months_of_history_matter() -> None:
    """Read from no further back than the windows reach, a day has the same numbers, to the last bit."""
    since = _day(199 - HISTORY)
    recent = World(
        THREE.days[THREE.days["report_date"] >= since],
        THREE.posts[THREE.posts["snapshot_date"] >= since],
        THREE.engagements[THREE.engagements["snapshot_date"] >= since],
    )
    asked = _measured(recent, (_day(199), _day(199)))
    assert_frame_equal(_rows(ALL, ["1", "2", "3"], 199, 199), asked, check_exact=True)


def test_row_order_is_irrelevant() -> None:
    """Shuffled input gives the same frame, to the last bit."""
    shuffled = THREE.of(lambda frame: frame.sample(frac=1, random_state=4))
    assert_frame_equal(ALL, _measured(shuffled), check_exact=True)


def test_strangers_change_no_engagement_number() -> None:
    """10,000 followers more on the last day: the day's engagement and community counts stay to the last bit."""
    bought = THREE.days.copy()
    is_last = bought["report_date"] == _day(199)
    bought.loc[is_last, "followers_count"] += 10_000
    after = _rows(_measured(World(bought, THREE.posts, THREE.engagements)), ["1", "2", "3"], 199, 199)
    before = _rows(ALL, ["1", "2", "3"], 199, 199)
    relative = {"active_follower_share", "interactor_ratio", "hollow_share", "received_per_follower"}
    same = [name for name in before.columns if not name.startswith(tuple(relative))]
    assert_frame_equal(before[same], after[same], check_exact=True)
    assert (after["active_follower_share"] < before["active_follower_share"]).all()
    assert (after["hollow_share"] > before["hollow_share"]).all()


def test_zeros_give_no_infinity() -> None:
    """An account without followers, engagement and engagers has nulls with reasons, and no infinity."""
    empty = account_days([0] * DAYS)
    quiet = World(empty, daily_posts([[0, 0]] * DAYS), engagements())
    frame = _measured(quiet)
    numbers = frame.select_dtypes("float64")
    assert not np.isinf(numbers.to_numpy()).any()
    last = frame.iloc[-1]
    assert (last["engagement_geometric_mean"], last["engagers_count_28d"]) == (0, 0)
    assert (last["pace_reason"], last["community_reason"]) == ("no_engagement", "no_followers_count")


def test_no_accounts_and_no_dates_give_empty_frames() -> None:
    """Before anything is observed, and for dates without rows, there are no rows and no error."""
    nothing = World(THREE.days.iloc[:0], THREE.posts, THREE.engagements)
    assert len(_measured(nothing)) == 0
    assert len(_measured(THREE, (_day(5000), _day(5001)))) == 0


def test_an_account_without_posts_has_a_row_for_each_day() -> None:
    """Counts alone give rows of nulls with reasons."""
    bare = World(THREE.days, THREE.posts.iloc[:0], THREE.engagements.iloc[:0])
    frame = _measured(bare)
    assert len(frame) == 3 * DAYS
    assert {"no_posts_read"} == set(frame["engagement_reason"]) | set(frame["pace_reason"])
    assert {"engagers_not_read"} == set(frame["community_reason"])
    assert {"no_readings"} == set(frame["received_reason"])

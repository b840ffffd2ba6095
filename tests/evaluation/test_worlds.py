"""The generated worlds are what the pipeline would have staged, and hold what they are labelled with."""

import pandas as pd
import pytest

from tasks.schema import frames
from tasks.schema.check import refuse_problems
from tasks.schema.staged import STAGED_TABLES
from tests.evaluation.scenarios import DEVELOPMENT_SEED, FINAL_SEED, Scenario, scenarios
from tests.evaluation.worlds import world

BY_NAME = {scenario.name: scenario for scenario in scenarios()}
SOME = ("frank_aged", "drip_7d_look_alike", "viral_20", "press_chatter", "purge", "misread_up", "bought_in_a_gap")


@pytest.mark.parametrize("name", SOME)
def test_a_world_keeps_the_promises_of_the_staged_tables(name: str) -> None:
    """Types, nulls, bounds, codes and keys are those that a real day would have."""
    made = world(BY_NAME[name], DEVELOPMENT_SEED)
    for table in STAGED_TABLES:
        if table.name in made.frames:
            refuse_problems(table, frames.arrow(table, made.frames[table.name]))


def test_the_same_seed_is_the_same_world() -> None:
    """Scenario and seed decide everything."""
    one, other = (world(BY_NAME["viral_20"], 7) for _ in range(2))
    for name, frame in one.frames.items():
        pd.testing.assert_frame_equal(frame, other.frames[name])


def test_frank_has_1600_people_and_17000_arrive_on_one_day() -> None:
    """The reference case: 17,000 on top of 1,600, with people among them."""
    made = world(BY_NAME["frank_batch"], 3)
    counts = made.frames["account_snapshots"].set_index("snapshot_date")["followers_count"]
    jump = counts.diff().max()
    assert len(made.bot_ids) == 17_000
    assert 16_990 < jump < 17_100
    assert abs(counts.iloc[0] - 1_600) < 5


def test_nobody_follows_before_being_created() -> None:
    """Every follower's account is older than its follow, in every kind of wave."""
    for name in ("frank_batch", "frank_fresh", "frank_aged", "frank_look_alike"):
        followers = world(BY_NAME[name], 3).frames["follower_arrivals"]
        assert (followers["follower_created_at"] <= followers["followed_before"]).all()


def test_bought_accounts_have_the_published_medians() -> None:
    """Medians of 18 followers, 344 following and 36 posts, 98.1 % without a like (detection.md section 4)."""
    made = world(BY_NAME["frank_batch"], 3)
    followers = made.frames["follower_arrivals"]
    bots = followers[followers["follower_id"].isin(made.bot_ids)]
    medians = bots[["follower_followers_count", "follower_following_count", "follower_posts_count"]].median()
    assert medians.to_list() == [pytest.approx(18, rel=0.1), pytest.approx(344, rel=0.1), pytest.approx(36, rel=0.1)]
    assert (bots["follower_likes_count"] == 0).mean() == pytest.approx(0.981, abs=0.02)


def test_final_seeds_are_apart_from_development_seeds() -> None:
    """No scenario of the development range reaches the held-back one."""
    assert DEVELOPMENT_SEED + 1_000 * len(BY_NAME) < FINAL_SEED


def test_a_world_without_events_has_no_bots() -> None:
    """The quiet world is quiet."""
    assert world(Scenario("nothing", "none"), 1).truth["bots"] == 0

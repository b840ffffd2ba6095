"""Single followers in generated worlds: the judgement against a truth that it does not see."""

import numpy as np
import pandas as pd
import pytest

from tasks.followers.roster import roster
from tasks.followers.shape import ScreeningParameters, hollow_profile
from tests.evaluation.judged import judgement
from tests.evaluation.outcomes import LAST_DAY, auc, lived
from tests.evaluation.parameters import JUDGE
from tests.evaluation.scenarios import Scenario, franks
from tests.unit.followers.people import arrivals

BATCH = next(scenario for scenario in franks() if scenario.bot_kind == "batch")


def test_in_a_bot_majority_the_people_are_not_the_anomaly() -> None:
    """Frank's night: 1,600 people before, 17,000 batch-created bots: his people of the same day score below them."""
    worlds, frames = lived(BATCH, [5])
    said = judgement(frames, LAST_DAY, JUDGE)
    largest = said.events["observed_count"].idxmax()
    inside = said.followers[said.followers["event"] == largest]
    is_bot = inside["follower_id"].isin(worlds[0].bot_ids).to_numpy()
    assert auc(inside["unexplained_probability"].to_numpy(), is_bot) >= 0.95


def test_a_post_that_took_off_leaves_nobody_unexplained() -> None:
    """After a post that took off no follower is more probably unexplained than not."""
    viral = Scenario("viral", "organic_post", people=0.2, days=4, has_post=True, followers=3_000)
    _, frames = lived(viral, [5])
    said = judgement(frames, LAST_DAY, JUDGE)
    assert (said.followers["unexplained_probability"] < 0.5).all()
    assert said.events["unexplained_count"].tolist() == [0.0]


def test_the_public_rule_follows_its_published_form() -> None:
    """Following / followers^2 above 0.5: 344 on 18 is 1.06, 226 on 102 is 0.02 (medians of detection.md section 4)."""
    people = roster(arrivals([0, 0], follower_followers_count=[18, 102], follower_following_count=[344, 226]))
    rule = ScreeningParameters(following_per_squared_follower=0.5)
    assert hollow_profile(people, np.arange(2), rule).tolist() == [1.0, 0.0]


def test_nothing_observed_is_no_error() -> None:
    """A day without any follower list still has its events, with nothing said of followers."""
    _, frames = lived(BATCH, [5])
    frames["follower_arrivals"] = frames["follower_arrivals"].iloc[:0]
    readings = frames["readings"]
    frames["readings"] = readings[readings["subject"] != "followers"]
    said = judgement(frames, LAST_DAY, JUDGE)
    assert said.followers.empty
    assert "unexplained_wave" not in set(said.events["verdict"])


@pytest.mark.parametrize("day", [0, 7])
def test_a_young_account_is_told_nothing(day: int) -> None:
    """In the first week after the first reading there is no past and so no event."""
    _, frames = lived(BATCH, [5])
    last = LAST_DAY - pd.Timedelta(days=99 - day)
    young = {name: frame[frame.filter(like="_date").iloc[:, 0] <= last] for name, frame in frames.items()}
    assert judgement(young, last, JUDGE).events.empty

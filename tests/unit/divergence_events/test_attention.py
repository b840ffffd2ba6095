"""Arrivals beside the attention of their own days: hand calculations, the case from the field, and labelled worlds."""

import numpy as np
import pandas as pd
import pytest

from tasks.divergence.attention import attention_facts, event_days
from tasks.divergence.grid import daily_grid
from tests.evaluation.exports import export_world, labelled_verdicts, summarize
from tests.evaluation.judged import days_of, judgement
from tests.evaluation.observed import SHARED, exported
from tests.evaluation.parameters import JUDGE
from tests.unit.divergence_events.series import NO_ARRIVALS, days

HISTORY_DAYS, MINIMUM_DAYS = 60, 8
QUIET_DAYS = 20
QUIET_FOLLOWS = 4.0
QUIET = {"new_followers_count": QUIET_FOLLOWS, "day_impressions_count": 200.0}
QUIET |= {"day_profile_visits_count": 9.0, "day_x_engagements_count": 24.0}


def _facts(*event: dict[str, float], **more: float) -> pd.Series:
    """The facts of an event on these days, after 20 quiet ones on which 4 follow, 9 visit and 20 engage otherwise."""
    told = [QUIET | more] * QUIET_DAYS + [QUIET | day for day in event]
    rows = days({"a": [np.nan] * len(told)}, **{name: [day[name] for day in told] for name in QUIET})
    grid = daily_grid(rows, NO_ARRIVALS)
    events = pd.DataFrame(
        {
            "row": [0],
            "first": [QUIET_DAYS],
            "last": [QUIET_DAYS + len(event) - 1],
            "is_from_list": [True],
            "expected_count": [QUIET_FOLLOWS * len(event)],
        }
    )
    return attention_facts(grid, event_days(grid, events), rows, HISTORY_DAYS, MINIMUM_DAYS).iloc[0]


def test_follows_are_put_beside_attention_beyond_the_usual() -> None:
    """104 follows are 100 beyond 4; 34 visits are 25 beyond 9; 144 engagements are 40 without them, 20 beyond 20."""
    found = _facts({"new_followers_count": 104.0, "day_profile_visits_count": 34.0, "day_x_engagements_count": 144.0})
    assert found["follows_per_visit"] == pytest.approx(100 / 26)
    assert found["follows_per_engagement"] == pytest.approx(100 / 21)
    assert found["profile_visits_ratio"] == pytest.approx(34 / 9)
    assert found["impressions_ratio"] == pytest.approx(1)


def test_a_post_on_another_day_of_the_event_explains_only_its_own_day() -> None:
    """300 came on a quiet day and 100 with a post shown 81 times as often: 81 to the power of a quarter is 3."""
    quiet = {"new_followers_count": 304.0}
    post = {"new_followers_count": 104.0, "day_impressions_count": 16_200.0}
    assert _facts(quiet, post)["impressions_ratio"] == pytest.approx(3)


def test_what_the_export_does_not_state_is_unknown() -> None:
    """Without visits there is nothing to say of them, and an event of which half is not covered has no figures."""
    assert np.isnan(_facts({"new_followers_count": 104.0}, day_profile_visits_count=np.nan)["profile_visits_ratio"])
    unknown = dict.fromkeys(QUIET, np.nan) | {"new_followers_count": 504.0}
    assert _facts({"new_followers_count": 104.0}, unknown).isna().all()


def test_a_pulse_without_visits_is_not_the_post_four_days_later() -> None:
    """216 follows with 191 impressions and no visit, before an ordinary good post: nothing on that day is organic."""
    file = SHARED.parent / "cases" / "truth" / "pulse_without_visits.csv"
    if not file.exists():
        pytest.skip("the cases beside the repository are absent")
    observed = exported(file, "quim_q")
    events = judgement(observed, days_of(observed)["report_date"].max(), JUDGE).events
    day = pd.Timestamp("2025-03-31")
    holds = events[(events["first_date"] <= day) & (events["last_date"] >= day)]
    assert holds["verdict"].tolist() == ["unexplained_wave"]


def test_pulses_and_spikes_of_invented_exports_are_told_apart() -> None:
    """At most 1 % of the pulses organic and of the spikes a wave; 90 % of the pulses not explained, 80 % attributed."""
    found = summarize(pd.concat([labelled_verdicts(export_world(seed)) for seed in range(100, 106)]))
    assert found["pulses called organic"] <= 0.01
    assert found["spikes called a wave"] <= 0.01
    assert found["pulses not explained"] >= 0.9
    assert found["spikes attributed"] >= 0.8

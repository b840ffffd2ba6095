import numpy as np
import pandas as pd

from tasks.divergence.verdict import count_unexplained, lower_for_organic_causes

EVENT = {
    "kind": ["jump"],
    "observed_count": [640.0],
    "expected_count": [36.4],
    "expected_low_count": [24.0],
    "expected_high_count": [51.0],
}


def _counts(verdict: str, **changes: list[object]) -> list[float]:
    return count_unexplained(pd.DataFrame(EVENT | changes), pd.Series([verdict])).iloc[0].tolist()


def test_what_came_beyond_the_usual_is_unexplained() -> None:
    """640 came where 36.4 were expected, between 24 and 51: 604 are left, between 589 and 616."""
    assert _counts("unexplained_wave") == [604.0, 589.0, 616.0]


def test_an_explained_event_leaves_nobody() -> None:
    """Where a post explains the arrivals none is unexplained."""
    assert _counts("organic_post") == [0.0, 0.0, 0.0]


def test_nobody_arrives_in_a_drop() -> None:
    """A drop has no unexplained followers, which is not zero of them."""
    assert np.isnan(_counts("undetermined", kind=["drop"])).all()


def test_without_a_past_the_count_is_unknown() -> None:
    """Nothing expected is unknown, not everything unexplained."""
    unknown: list[object] = [np.nan]
    found = _counts("undetermined", expected_count=unknown, expected_low_count=unknown, expected_high_count=unknown)
    assert np.isnan(found).all()


def test_where_a_post_helped_the_wave_is_counted_by_profiles() -> None:
    """Of 604 beyond the usual, profiles give 400 to the wave: 400, down to 10 % and 1.645 spreads less."""
    counts = count_unexplained(pd.DataFrame(EVENT), pd.Series(["undetermined"]))
    cohorts = pd.DataFrame({"cohort_count": [640], "wave_members_count": [400.0], "wave_members_spread_count": [10.0]})
    spoken = pd.DataFrame({"event": [0], "explanation": ["organic_post"], "weight_nats": [2.0]})
    assert lower_for_organic_causes(counts, cohorts, spoken, 0.1).iloc[0].tolist() == [400.0, round(360 - 16.45), 616.0]
    silent = spoken.assign(weight_nats=-2.5)
    assert lower_for_organic_causes(counts, cohorts, silent, 0.1).iloc[0].tolist() == [604.0, 589.0, 616.0]

"""The visible real series; skipped where ../shared is absent."""

import pandas as pd
import pytest

from tests.evaluation.judged import days_of, judgement
from tests.evaluation.observed import SHARED, Frames, analytics_account, growing_account, organizations
from tests.evaluation.parameters import JUDGE

pytestmark = pytest.mark.skipif(not SHARED.exists(), reason="the real series beside the repository are absent")


def _events(frames: Frames) -> pd.DataFrame:
    last = days_of(frames)["report_date"].max()
    return judgement(frames, last, JUDGE).events


def test_wrong_readings_are_faults() -> None:
    """The four wrong readings of one organization are one fault, from the first of them to the last."""
    found = _events(organizations())
    faults = found[found["verdict"] == "data_fault"]
    assert faults["account_id"].tolist() == ["series_3"]
    assert faults["first_date"].tolist() == [pd.Timestamp("2023-05-09")]
    assert faults["last_date"].tolist() == [pd.Timestamp("2023-05-13")]


def test_from_counts_alone_a_jump_is_undetermined() -> None:
    """Of the organizations only counts are known, so no jump of theirs has a verdict."""
    found = _events(organizations())
    assert set(found.loc[found["kind"] != "reversal", "verdict"]) == {"undetermined"}


def test_jumps_after_posts_that_took_off_are_explained_by_them() -> None:
    """Every jump that covers a post with more than 7,000 impressions is organic."""
    found = _events(growing_account())
    for day in ("2026-02-15", "2026-02-20", "2026-03-06", "2026-03-17"):
        covers = (found["first_date"] <= day) & (found["last_date"] >= day)
        assert found.loc[covers, "verdict"].tolist() == ["organic_post"]


@pytest.mark.parametrize("series", [growing_account, organizations, analytics_account])
def test_no_real_series_is_called_a_wave(series: object) -> None:
    """Nothing that can be seen of these accounts bears that verdict."""
    assert callable(series)
    assert "unexplained_wave" not in set(_events(series())["verdict"])

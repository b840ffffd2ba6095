"""Cases from the field with their right answers; skipped where ../shared is absent."""

from pathlib import Path

import pandas as pd
import pytest

from tests.evaluation.judged import judgement
from tests.evaluation.observed import counted_series, nothing_else
from tests.evaluation.parameters import JUDGE

CASES = Path(__file__).parents[3].parent / "shared" / "cases" / "truth"
pytestmark = pytest.mark.skipif(not CASES.exists(), reason="the cases beside the repository are absent")


def test_a_level_that_was_kept_for_weeks_is_no_wrong_reading() -> None:
    """25,300 came in three days and 16,400 of them stayed: no move of it is a fault, and its falls are removals."""
    rows = pd.read_csv(CASES / "gained_then_purged.csv", parse_dates=["date"])
    observed = nothing_else({"account_snapshots": counted_series(rows["date"], rows["followers"], "sven_s")})
    found = judgement(observed, rows["date"].max(), JUDGE).events
    assert set(found["verdict"]) == {"undetermined"}
    assert found.loc[0, ["kind", "observed_count"]].tolist() == ["jump", 25_300]
    falls = found[found["kind"] == "drop"]
    assert falls["earlier_rise_count"].notna().all()

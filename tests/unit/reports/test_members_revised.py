"""A verdict that comes later changes what was published of members."""

import pandas as pd

from tasks.reports.judgement import find_member_changes


def test_days_on_which_a_member_is_judged_otherwise_are_found() -> None:
    """Ann's probability rose from .2 to .9 after July 1 was published, Bob arrived in no event then and now."""
    published = pd.DataFrame(
        {
            "account_id": "1",
            "report_date": pd.to_datetime(["2026-07-01", "2026-07-01", "2026-07-02"]).astype("datetime64[s]"),
            "member_id": ["ann", "bob", "ann"],
            "unexplained_probability": [0.2, None, 0.9],
        }
    )
    judged = pd.DataFrame(
        {"account_id": "1", "member_id": ["ann", "ann"], "unexplained_probability": [0.1, 0.9], "event_id": ["a", "b"]}
    )
    assert [pd.Timestamp("2026-07-01")] == find_member_changes(published, judged).tolist()

"""A verdict that comes later changes what was published of members."""

import pandas as pd

from tasks.reports.judgement import find_member_changes


def test_days_on_which_a_member_is_judged_otherwise_are_found() -> None:
    """Five people's probability rose from .2 to .9 after July 1 was published; five others came in no event."""
    came, others = [f"ann{number}" for number in range(5)], [f"bob{number}" for number in range(5)]
    days = pd.to_datetime(["2026-07-01", "2026-07-02"]).astype("datetime64[s]")
    published = pd.DataFrame(
        {
            "account_id": "1",
            "report_date": days.repeat(10),
            "member_id": [*came, *others] * 2,
            "unexplained_probability": [*[0.2] * 5, *[None] * 5, *[0.9] * 5, *[None] * 5],
        }
    )
    judged = pd.DataFrame(
        {"account_id": "1", "member_id": came * 2, "unexplained_probability": [*[0.1] * 5, *[0.904] * 5]}
    )
    assert [pd.Timestamp("2026-07-01")] == find_member_changes(published, judged).unique().tolist()

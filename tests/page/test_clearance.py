"""An all-clear states what it could have missed, and days that were not judged are never cleared."""

import numpy as np
import pandas as pd

from tasks.page.clearance import describe_clearance
from tasks.page.hero import account_sentence


def _days(jump: list[float], drip: list[float], reason: list[str | None]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "report_date": pd.date_range("2026-07-01", periods=len(jump)),
            "detectable_jump_followers_delta": jump,
            "detectable_drip_followers_delta": drip,
            "unexplained_reason": pd.Series(reason, dtype="str"),
            "clearing_date": pd.Timestamp("2026-07-08"),
        }
    )


def test_a_single_reading_clears_nothing() -> None:
    """Of one count no change is known."""
    said = describe_clearance(_days([np.nan], [np.nan], ["past_too_short"]))
    assert said == "No day could be judged yet: a change needs two counts, so nothing is cleared before 2026-07-08."


def test_a_short_past_says_how_few_days_were_judged() -> None:
    """Two of three days were judged, each by a wide limit: too few to clear, and the limit is named."""
    said = describe_clearance(_days([np.nan, 980, 610], [np.nan] * 3, ["past_too_short"] * 3))
    assert said == (
        "Only 2 days of 3 could be judged, too few to clear any before 2026-07-08: "
        "rises below 980 a day would not have shown."
    )


def test_an_all_clear_states_its_limits() -> None:
    """The widest limits of the cleared days are told, with the day on which they begin and the days left out."""
    days = _days(
        [np.nan, 980, 240, np.nan, 230], [np.nan, np.nan, np.nan, 600, 590], ["past_too_short"] * 2 + [None] * 3
    )
    assert describe_clearance(days) == (
        "Since 2026-07-03 a rise above 240 in a day or 590 in 30 days would have stood out of its own past; "
        "less could have been missed. 3 days of 5 were judged."
    )


def test_before_30_days_an_all_clear_says_that_a_slow_rise_could_have_been_missed() -> None:
    """Without 30 known days there is no limit for what comes slowly, so none is told and that is said."""
    days = _days([np.nan, 240, 230], [np.nan] * 3, ["past_too_short"] + [None] * 2)
    assert describe_clearance(days) == (
        "Since 2026-07-02 a rise above 240 in a day would have stood out of its own past; "
        "less, or more that came slowly, could have been missed. 2 days of 3 were judged."
    )


def test_a_headline_that_clears_states_its_limits() -> None:
    """Nobody is unexplained on 40 judged days: what a day and 30 days could have hidden stands in the same sentence."""
    row = {
        **dict.fromkeys(["last_unread_reason", "unexplained_reason", "explained_known_date", "engagers_count_28d"]),
        "report_date": 1,
        "followers_count": 650,
        "judged_days_count": 40,
        "community_reason": "engagers_not_read",
        **{f"explained_followers_count{end}": 650 for end in ("", "_low", "_high")},
        "present_unexplained_followers_count": 0,
        "largest_detectable_jump_followers_delta": 19,
        "largest_detectable_drip_followers_delta": 52,
    }
    said = account_sentence(row, 1)
    limits = "a rise above 19 in a day or 52 in 30 days would have stood out, and less could have been missed."
    assert f"On 40 days judged no rise was found that the account's activity does not explain; {limits}" in said
    unknown = account_sentence({**row, "largest_detectable_jump_followers_delta": None}, 1)
    assert "what could have been missed is not known" in unknown

"""What schema version 1 called otherwise: for readers of old reports, and for what was staged under an old code."""

from collections.abc import Mapping

RENAMED_COLUMNS: Mapping[str, Mapping[str, str]] = {
    "divergence_events": {
        "unexplained_low_followers_count": "unexplained_followers_count_low",
        "unexplained_high_followers_count": "unexplained_followers_count_high",
        "expected_low_followers_delta": "expected_followers_delta_low",
        "expected_high_followers_delta": "expected_followers_delta_high",
        "followers_before_count": "before_followers_count",
        "inauthentic_wave_probability": "unexplained_wave_probability",
    },
    "shared_days": {
        "low_relative_followers_delta": "median_relative_followers_delta_low",
        "high_relative_followers_delta": "median_relative_followers_delta_high",
    },
    "follow_clock": {
        "followed_by_high_count": "followed_by_count_high",
        "followed_by_estimate_count": "followed_by_count",
    },
}
"""By table the old name of each column and its new one."""

REPLACED_COLUMNS: Mapping[str, Mapping[str, str]] = {
    "account_daily": {"vanity_index": "followers_count / community_equivalent_followers"},
}
"""By table each column that is gone, and what to compute in its place."""

RENAMED_CODES: Mapping[str, str] = {"inauthentic_wave": "unexplained_wave"}
"""Codes of `verdict` and `explanation`."""

"""What an analytics export tells of an account: what is usual day by day, and how it stands in sum without a count."""

from collections.abc import Mapping

import pandas as pd

ACTIVITY_COLUMNS = (
    "followers_delta",
    "new_followers_count",
    "day_impressions_count",
    "day_x_engagements_count",
    "day_profile_visits_count",
)
"""Columns of account_daily that an export fills."""

USUAL_DAYS, LEAST_DAYS = 28, 14
"""What is usual on a day is told by the 28 days before it, of which 14 must be known."""
RATE_DAYS = 7
"""Rates are of seven days together: on one day a small account has too few visits to divide by."""
LEAST_DIVISOR = 20
"""With fewer visits, engagements or impressions in seven days one more follower would make a rate leap."""
USUAL_ENDS = (0.05, 0.95)
LEAST_RISE = 3
"""Fewer followers than this above what is usual stand out of nothing: on most days of a small account nobody comes."""


def activity_days(days: pd.DataFrame) -> pd.DataFrame:
    """What an account's days are measured by, one row per day of `days`, null where nothing can be told.

    `usual_low` and `usual_high` are the 5 % and 95 % quantiles of followers_delta in the 28 days before.
    The rates are percentages of seven days together: new followers per profile visit and per engagement,
    and engagements per impression; null where one of the seven days is unknown, or fewer than 20 stand below the line.
    """
    known = days[list(ACTIVITY_COLUMNS)].astype("float64")
    low, high = (_usual(known["followers_delta"], end) for end in USUAL_ENDS)
    week = known.rolling(RATE_DAYS, min_periods=RATE_DAYS).sum()
    came, engaged = week["new_followers_count"], week["day_x_engagements_count"]
    return pd.DataFrame(
        {
            "usual_low": low,
            "usual_high": high,
            "follows_per_visit": _percent(came, week["day_profile_visits_count"]),
            "follows_per_engagement": _percent(came, engaged),
            "engagement_rate": _percent(engaged, week["day_impressions_count"]),
        }
    )


def _usual(values: pd.Series, end: float) -> pd.Series:
    return values.shift().rolling(USUAL_DAYS, min_periods=LEAST_DAYS).quantile(end)


def _percent(part: pd.Series, whole: pd.Series) -> pd.Series:
    return 100 * part / whole.where(whole >= LEAST_DIVISOR)


def followers_above_usual(days: pd.DataFrame) -> pd.Series:
    """By how many more came than was usual at most, on the days on which that is three or more."""
    above = days["followers_delta"].astype("float64") - activity_days(days)["usual_high"]
    return above[above >= LEAST_RISE]


def activity_summary(days: pd.DataFrame) -> pd.DataFrame:
    """By account what an export tells in sum, of those of which no follower count is known on any day.

    `days` are rows of account_daily by account and day.
    """
    has_count = days["followers_count"].notna().groupby(days["account_id"]).transform("any")
    told = days[~has_count & days[list(ACTIVITY_COLUMNS)].notna().any(axis=1)]
    rows = [{"account_id": account, **_sums(own)} for account, own in told.groupby("account_id", sort=True)]
    return pd.DataFrame(rows, columns=["account_id", *_TYPES]).astype(_TYPES)


_TYPES = {
    "stated_followers_delta": "Int64",
    "stated_days_count": "Int64",
    "stated_last_date": "datetime64[s]",
    "new_follows_per_visit_rate": "float64",
    "x_engagements_per_impression_rate": "float64",
    "largest_rise_date": "datetime64[s]",
    "largest_rise_followers_delta": "Int64",
}


def _sums(days: pd.DataFrame) -> Mapping[str, object]:
    known = days[days["followers_delta"].notna()]
    if known.empty:
        return dict.fromkeys(_TYPES)
    largest = days.loc[followers_above_usual(days).nlargest(1).index]
    return {
        "stated_followers_delta": int(known["followers_delta"].sum()),
        "stated_days_count": len(known),
        "stated_last_date": known["report_date"].iloc[-1],
        "new_follows_per_visit_rate": _rate(days, "new_followers_count", "day_profile_visits_count"),
        "x_engagements_per_impression_rate": _rate(days, "day_x_engagements_count", "day_impressions_count"),
        "largest_rise_date": largest["report_date"].min(),
        "largest_rise_followers_delta": largest["followers_delta"].max(),
    }


def _rate(days: pd.DataFrame, part: str, whole: str) -> float | None:
    """One sum over the other, of the days on which both are known."""
    known = days[[part, whole]].astype("float64").dropna().sum()
    return known[part] / known[whole] if known[whole] else None

"""What may be said of an account without an event: on which days nothing happened, and what could have been missed."""

import pandas as pd

from tasks.page.words import format_count, format_day, pluralize

CLEARANCE_COLUMNS = (
    *("detectable_jump_followers_delta", "detectable_drip_followers_delta"),
    *("unexplained_reason", "clearing_date"),
)
"""Columns of account_daily on which an all-clear rests."""


def describe_clearance(days: pd.DataFrame) -> str:
    """The all-clear of these days of an account, with its limits; never one of days that were not judged.

    `days` holds report_date and `CLEARANCE_COLUMNS`, one row per day, in order.
    """
    jump, drip = (days[name].astype("float64") for name in CLEARANCE_COLUMNS[:2])
    is_judged = jump.notna()
    if not is_judged.any():
        return f"No day could be judged yet: a change needs two counts, so nothing is cleared{_when(days)}."
    is_clear = is_judged & days["unexplained_reason"].isna()
    judged = f"{pluralize(int(is_judged.sum()), 'day')} of {len(days)}"
    if not is_clear.any():
        least = format_count(jump.max())
        limit = f"rises below {least} a day would not have shown"
        return f"Only {judged} could be judged, too few to clear any{_when(days)}: {limit}."
    since = format_day(days.loc[is_clear, "report_date"].iloc[0])
    limits, missed = describe_limits(jump[is_clear].max(), drip[is_clear].max())
    return (
        f"Since {since} a rise above {limits} would have stood out of its own past; {missed}. "
        f"{judged[0].upper()}{judged[1:]} were judged."
    )


def describe_limits(jump: float, drip: float) -> tuple[str, str]:
    """The smallest rises that would have stood out in a day and in 30, and what could have been missed.

    Without 30 known days there is no limit for a slow rise, so one of any size could have been.
    """
    if pd.isna(drip):
        return f"{format_count(jump)} in a day", "less, or more that came slowly, could have been missed"
    return f"{format_count(jump)} in a day or {format_count(drip)} in 30 days", "less could have been missed"


def _when(days: pd.DataFrame) -> str:
    """From when on days are cleared, as far as the last day tells."""
    day = days["clearing_date"].iloc[-1]
    return "" if pd.isna(day) else f" before {format_day(day)}"

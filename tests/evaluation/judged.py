"""The product's judgement, called on the frames of a world."""

import pandas as pd

from tasks.reports.account_days import account_days
from tasks.reports.judgement import Judgement, JudgeParameters
from tasks.reports.judgement import judgement as judged
from tasks.reports.observed import Observed
from tasks.tables import frames, staged

__all__ = ["Frames", "JudgeParameters", "Judgement", "days_of", "judgement", "until"]

Frames = dict[str, pd.DataFrame]


def seen(observed: Frames) -> Observed:
    """The frames as the pipeline hands them on."""
    return Observed(
        snapshots=observed["account_snapshots"],
        activity=observed.get("account_activity", frames.nothing(staged.ACCOUNT_ACTIVITY)),
        arrivals=observed["follower_arrivals"],
        posts=observed["posts"],
        engagements=observed["engagements"],
        readings=observed["readings"],
    )


def days_of(observed: Frames) -> pd.DataFrame:
    """`account_days` of the staged frames."""
    return account_days(seen(observed))


def judgement(observed: Frames, as_of: pd.Timestamp, parameters: JudgeParameters) -> Judgement:
    """Everything said of everything observed up to the day."""
    departures = observed["follower_departures"].rename(columns={"first_missing_date": "departed_date"})
    return judged(seen(observed), departures, as_of, parameters)


def until(observed: Frames, day: pd.Timestamp) -> Frames:
    """What had been observed by the end of the day."""
    dated = {table.name: str(table.date_column) for table in staged.STAGED_TABLES}
    return {name: frame[frame[dated[name]] <= day].reset_index(drop=True) for name, frame in observed.items()}

"""The product's judgement, called on the frames of a world."""

from dataclasses import replace

import pandas as pd

from tasks.followers.roster import roster
from tasks.reports.account_days import account_days
from tasks.reports.inputs import StagedInputs
from tasks.reports.judgement import Judgement, JudgeParameters, JudgeRequest
from tasks.reports.judgement import judgement as judged
from tasks.schema import frames, staged
from tasks.schema.retrospective_tables import PAST_BLOCKS
from tests.evaluation.parameters import PIPELINE

__all__ = ["Frames", "JudgeParameters", "Judgement", "days_of", "judgement", "until"]

Frames = dict[str, pd.DataFrame]
ACTIVE_DAYS = PIPELINE.counterfactual.active_days


def seen(observed: Frames) -> StagedInputs:
    """The frames as the pipeline hands them on."""
    return StagedInputs(
        snapshots=observed["account_snapshots"],
        activity=observed.get("account_activity", frames.empty_frame(staged.ACCOUNT_ACTIVITY)),
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
    frames_seen = replace(seen(observed), departures=observed["follower_departures"])
    rosters = [roster(frames_seen.arrivals)] if len(frames_seen.arrivals) else []
    return judged(frames_seen, rosters, JudgeRequest(as_of, parameters, ACTIVE_DAYS, frames.empty_frame(PAST_BLOCKS)))


def until(observed: Frames, day: pd.Timestamp) -> Frames:
    """What had been observed by the end of the day."""
    dated = {table.name: str(table.date_column) for table in staged.STAGED_TABLES}
    return {name: frame[frame[dated[name]] <= day].reset_index(drop=True) for name, frame in observed.items()}

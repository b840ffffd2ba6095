"""The whole judgement of observed frames, as tasks/judge.py wires it."""

from dataclasses import dataclass

import pandas as pd

from tasks.audience.cohorts import Afterwards, AudienceParameters, comparison, followers_judged
from tasks.audience.roster import roster
from tasks.divergence.case import Case, EvidenceParameters
from tasks.divergence.events import EventParameters, events
from tasks.divergence.evidence import evidence
from tasks.divergence.facts import FactParameters, Surroundings, facts
from tasks.divergence.grid import daily_grid
from tasks.divergence.unexplained import shared_causes, unexplained
from tasks.divergence.verdict import VerdictParameters, probabilities, verdicts, wave_chances
from tasks.reports.account_days import account_days
from tasks.reports.observed import Observed
from tasks.tables import frames, staged

Frames = dict[str, pd.DataFrame]


@dataclass(frozen=True)
class JudgeParameters:
    """The values of config/pipeline.toml, [judge]."""

    events: EventParameters
    audience: AudienceParameters
    facts: FactParameters
    evidence: EvidenceParameters
    verdict: VerdictParameters
    shared_slack_share: float


@dataclass(frozen=True)
class Judgement:
    """Events with their verdicts, the evidence behind them, their cohorts and the followers in them."""

    events: pd.DataFrame
    evidence: pd.DataFrame
    facts: pd.DataFrame
    cohorts: pd.DataFrame
    followers: pd.DataFrame


def days_of(observed: Frames) -> pd.DataFrame:
    """`account_days` of the staged frames."""
    activity = observed.get("account_activity", frames.nothing(staged.ACCOUNT_ACTIVITY))
    return account_days(
        Observed(
            snapshots=observed["account_snapshots"],
            activity=activity,
            arrivals=observed["follower_arrivals"],
            posts=observed["posts"],
            engagements=observed["engagements"],
            readings=observed["readings"],
        )
    )


def judgement(observed: Frames, as_of: pd.Timestamp, parameters: JudgeParameters) -> Judgement:
    """Everything said of everything observed up to the day."""
    days = days_of(observed)
    grid = daily_grid(days, observed["follower_arrivals"])
    found = events(grid, parameters.events)
    around = facts(grid, found, Surroundings(observed["posts"], observed["engagements"], days), parameters.facts)
    compared = comparison(
        roster(observed["follower_arrivals"]),
        found,
        Afterwards(observed["engagements"], observed["follower_departures"], as_of),
        parameters.audience,
    )
    rows = evidence(Case(found, around, compared.figures), parameters.evidence)
    chances = probabilities(found["kind"], rows, parameters.verdict)
    told = verdicts(chances, rows, parameters.verdict)
    wave = wave_chances(chances, rows, parameters.verdict)
    left = unexplained(found, told["verdict"])
    left = shared_causes(left, compared.figures, rows, parameters.shared_slack_share)
    joined = pd.concat([found, told, left, chances.add_suffix("_probability"), around], axis=1)
    return Judgement(joined, rows, around, compared.figures, followers_judged(compared.members, wave))


def until(observed: Frames, day: pd.Timestamp) -> Frames:
    """What had been observed by the end of the day."""
    dated = {"follower_arrivals": "first_seen_date", "follower_departures": "departed_date"}
    return {
        name: frame[frame[dated.get(name, "snapshot_date")] <= day].reset_index(drop=True)
        for name, frame in observed.items()
    }

"""The judgement of everything observed: events, the evidence behind them, their cohorts and the people in them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from tasks.divergence.case import Case, EvidenceParameters
from tasks.divergence.events import EventParameters, events
from tasks.divergence.evidence import evidence
from tasks.divergence.facts import FactParameters, Surroundings, facts
from tasks.divergence.grid import daily_grid
from tasks.divergence.report import divergence_events, event_evidence, event_ids
from tasks.divergence.verdict import (
    VerdictParameters,
    probabilities,
    shared_causes,
    unexplained,
    verdicts,
    wave_chances,
)
from tasks.followers.cohorts import Afterwards, AudienceParameters, followers_judged
from tasks.followers.notes import Acquaintances, Posting
from tasks.followers.profile import WINDOWS, ProfileParameters, Profiles
from tasks.followers.report import MemberParameters, arrival_cohorts, community_members, follower_judgements, pseudonym
from tasks.followers.roster import Roster, roster
from tasks.followers.stream import Events, StreamParameters, audience
from tasks.metrics.parameters import VanityParameters
from tasks.reports.account_days import account_days, arrived
from tasks.reports.counterfactual import CounterfactualParameters
from tasks.reports.inputs import Observed
from tasks.schema.frames import nothing
from tasks.schema.judgement_tables import (
    ARRIVAL_COHORTS,
    COMMUNITY_MEMBERS,
    DIVERGENCE_EVENTS,
    EVENT_EVIDENCE,
    FOLLOWER_JUDGEMENTS,
)

ORDER_NAMES = {
    "checked_count": "order_checked_count",
    "violations_count": "order_violations_count",
    "violation_share": "order_violation_share",
    "has_order": "is_order_used",
}
PROFILE_NAMES = {
    "listed_count": "profiled_followers_count",
    "no_post_share": "followers_never_posted_share",
    "no_like_share": "followers_never_liked_share",
    "inactive_share": "followers_inactive_share",
    "default_image_share": "followers_default_image_share",
    "description_share": "followers_described_share",
    "median_age_days": "followers_median_age_days",
    "median_followers_count": "followers_of_followers_median",
}
NAMED = ["event_id", "account_id", "first_date", "last_date"]


@dataclass(frozen=True)
class JudgeParameters:
    """The values of config/pipeline.toml, [judge]."""

    events: EventParameters
    audience: AudienceParameters
    facts: FactParameters
    evidence: EvidenceParameters
    verdict: VerdictParameters
    shared_slack_share: float
    largest_violation_share: float
    profile_window_count: int

    @property
    def streamed(self) -> StreamParameters:
        """Those for the followers, roster by roster."""
        return StreamParameters(self.audience, self.largest_violation_share)


@dataclass(frozen=True)
class JudgingParameters:
    """The chosen parameters that a judgement needs."""

    judge: JudgeParameters
    vanity: VanityParameters
    counterfactual: CounterfactualParameters
    core_days_count: int


@dataclass(frozen=True)
class Judgement:
    """Events with their verdicts, the evidence behind them, their cohorts, their followers, and the audit of order.

    `profiles` say what each list is made of.
    `acquaintances` are the followers who acted, and `posting` says when how many were posting (`followers.notes`).
    """

    events: pd.DataFrame
    evidence: pd.DataFrame
    facts: pd.DataFrame
    cohorts: pd.DataFrame
    followers: pd.DataFrame
    order: pd.DataFrame
    profiles: pd.DataFrame
    acquaintances: pd.DataFrame
    posting: pd.DataFrame


@dataclass(frozen=True)
class Asked:
    """Up to which day is judged, by which parameters, and after how many days without a post a follower is silent."""

    as_of: pd.Timestamp
    parameters: JudgeParameters
    active_days: int


def judgement(observed: Observed, rosters: Iterable[Roster], asked: Asked) -> Judgement:
    """Everything said of everything observed up to the day.

    `rosters` hold all followers, each account whole in one of them, in the order of account ids; each is left at once.
    """
    parameters = asked.parameters
    days = account_days(observed)
    grid = daily_grid(days, arrived(observed))
    found = events(grid, parameters.events)
    around = facts(grid, found, Surroundings(observed.posts, observed.engagements, days), parameters.facts)
    departures = observed.departures.rename(columns={"first_missing_date": "departed_date"})
    listed = audience(
        rosters,
        Events(found, Afterwards(observed.engagements, departures, asked.as_of)),
        parameters.streamed,
        (
            Profiles(_profiled(asked)),
            Acquaintances(observed.engagements[["account_id", "actor_id"]]),
            Posting(departures, asked.active_days),
        ),
    )
    compared = listed.compared
    rows = evidence(Case(found, around, compared.figures), parameters.evidence)
    chances = probabilities(found["kind"], rows, parameters.verdict)
    told = verdicts(chances, rows, parameters.verdict)
    left = unexplained(found, told["verdict"])
    left = shared_causes(left, compared.figures, rows, parameters.shared_slack_share)
    joined = pd.concat([found, told, left, chances.add_suffix("_probability"), around], axis=1)
    wave = wave_chances(chances, rows, parameters.verdict)
    followers = followers_judged(compared.members, wave)
    return Judgement(joined, rows, around, compared.figures, followers, listed.order, *listed.noted)


def _profiled(asked: Asked) -> ProfileParameters:
    squeeze = asked.parameters.audience.likelihood.squeeze_window_days
    return ProfileParameters(asked.active_days, asked.parameters.profile_window_count, squeeze)


def listed(arrivals: pd.DataFrame) -> list[Roster]:
    """The rosters of `follower_arrivals` that are held as one frame."""
    return [roster(arrivals)] if len(arrivals) else []


@dataclass(frozen=True)
class Told:
    """What was said on earlier days (staged `verdicts`), and the secret that makes pseudonyms."""

    verdicts: pd.DataFrame
    secret: str | None


@dataclass(frozen=True)
class JudgedDays:
    """The days of `account_daily` and of `community_members` that the work files hold."""

    account_days: tuple[date, date]
    members_days: tuple[date, date]


@dataclass(frozen=True)
class Judged:
    """Rows of the judged report tables by name, all but `community_members`; judged followers; `list_profiles` rows.

    `acquaintances` and `posting` are those of the judgement.
    """

    tables: dict[str, pd.DataFrame]
    followers: pd.DataFrame
    lists: pd.DataFrame
    acquaintances: pd.DataFrame
    posting: pd.DataFrame


def judged_reports(observed: Observed, rosters: Iterable[Roster], asked: Asked, told: Told) -> Judged:
    """Rows of the judged report tables, as of the day."""
    judged = judgement(observed, rosters, asked)
    named = judged.events.assign(event_id=event_ids(judged.events))[NAMED]
    followers = follower_judgements(judged.followers, named)
    tables = {
        DIVERGENCE_EVENTS.name: divergence_events(judged.events, judged.facts, said_last(told.verdicts), asked.as_of),
        EVENT_EVIDENCE.name: event_evidence(judged.evidence, judged.events),
        ARRIVAL_COHORTS.name: arrival_cohorts(judged.cohorts, named),
        FOLLOWER_JUDGEMENTS.name: followers.assign(member_id=pseudonyms(followers, told.secret)),
    }
    return Judged(tables, followers, _lists(judged), judged.acquaintances, judged.posting)


def _lists(judged: Judgement) -> pd.DataFrame:
    """Rows of `list_profiles`; of a list whose order cannot be trusted no window says anything."""
    order = judged.order.rename(columns=ORDER_NAMES)
    profiles = judged.profiles.rename(columns=PROFILE_NAMES).drop(columns="baseline_count")
    lists = order.merge(profiles.astype({"profiled_followers_count": "Int64"}), on="account_id", how="left")
    lists.loc[~lists["is_order_used"].astype(bool), list(WINDOWS)] = np.nan
    return lists


def community_lists(
    engagements: pd.DataFrame, judged: Judged, days: pd.DatetimeIndex, parameters: MemberParameters
) -> pd.DataFrame:
    """Rows of `community_members`: the community of each day, by what had been seen up to it."""
    known = judged.acquaintances
    seen = known["first_seen_date"]
    # Before anybody was read by name there is nobody to list.
    days = days[days >= engagements["snapshot_date"].min()]
    lists = [
        community_members(engagements, known[seen <= day], judged.followers, day, parameters)
        for day in days.as_unit("s")
    ]
    return pd.concat(lists, ignore_index=True) if lists else nothing(COMMUNITY_MEMBERS)


def members_revised(published: pd.DataFrame, followers: pd.DataFrame) -> pd.Series:
    """The days whose published members stand under another probability than they are judged by now.

    `published` are rows of `community_members`, `followers` those of `follower_judgements`.
    """
    keys = ["account_id", "member_id"]
    now = followers.groupby(keys)["unexplained_probability"].max().rename("now").reset_index()
    both = published.merge(now, on=keys, how="left")
    before = both["unexplained_probability"]
    is_same = (before == both["now"]) | (before.isna() & both["now"].isna())
    days: pd.Series = both.loc[~is_same, "report_date"]
    return days


def said_last(told: pd.DataFrame) -> pd.DataFrame:
    """Of each event the last verdict and the history of all, from the verdicts told day by day."""
    ordered = told.sort_values(["event_id", "judged_date"], kind="stable")
    said = ordered["judged_date"].dt.strftime("%Y-%m-%d ") + ordered["verdict"]
    by_event = ordered.assign(said=said).groupby("event_id", sort=True)
    return pd.DataFrame(
        {"verdict": by_event["verdict"].last(), "verdict_history": by_event["said"].agg("; ".join)}
    ).reset_index()


def newly_told(events: pd.DataFrame, earlier: pd.DataFrame) -> pd.DataFrame:
    """Rows of staged `verdicts`: what is said today of an event for the first time, or otherwise than before."""
    last = events["event_id"].map(said_last(earlier).set_index("event_id")["verdict"])
    changed = events[last.isna() | (last != events["verdict"])]
    return changed[["account_id", "event_id", "judged_date", "verdict"]]


def pseudonyms(rows: pd.DataFrame, secret: str | None) -> pd.Series:
    """The pseudonym of each follower in the rows."""
    pairs = zip(rows["account_id"].to_numpy(), rows["follower_id"].to_numpy(dtype=np.int64).tolist(), strict=True)
    named = [pseudonym(str(account), follower, secret) for account, follower in pairs]
    return pd.Series(named, index=rows.index, dtype=pd.StringDtype(na_value=np.nan))

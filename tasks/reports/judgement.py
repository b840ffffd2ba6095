"""The judgement of everything observed: events, the evidence behind them, their cohorts and the people in them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from tasks.divergence.annotations import Annotation, annotation_facts
from tasks.divergence.blocks import block_facts
from tasks.divergence.case import Case, EvidenceParameters
from tasks.divergence.events import EventParameters, judged_days, scan_grid, select_events
from tasks.divergence.evidence import evidence
from tasks.divergence.facts import FactParameters, Surroundings, facts, received_rates
from tasks.divergence.grid import DailyGrid, daily_grid, fill_grid
from tasks.divergence.next_reading import (
    DecisionRules,
    JudgedRises,
    NextReadingParameters,
    evidence_dates,
    next_readings,
    unread_authors,
)
from tasks.divergence.report import divergence_events, event_evidence, event_ids
from tasks.divergence.shared_days import shared_days_table
from tasks.divergence.verdict import (
    VerdictParameters,
    count_unexplained,
    lower_for_organic_causes,
    probabilities,
    verdicts,
    wave_chances,
)
from tasks.followers.anonymity import alike_judgements, alike_members, shared_probabilities
from tasks.followers.cohorts import AudienceParameters, FollowUp, judge_members
from tasks.followers.notes import ActorNote, PostingNote
from tasks.followers.profile import WINDOWS, ProfileNote, ProfileParameters
from tasks.followers.report import MemberParameters, arrival_cohorts, community_members, follower_judgements, pseudonym
from tasks.followers.roster import Roster
from tasks.followers.stream import StreamParameters, audience
from tasks.reports.account_days import account_days, select_arrival_counts
from tasks.reports.counterfactual import CounterfactualParameters
from tasks.reports.daily import MeasureParameters
from tasks.reports.inputs import StagedInputs
from tasks.schema.frames import empty_frame
from tasks.schema.judgement_tables import (
    ARRIVAL_COHORTS,
    COMMUNITY_MEMBERS,
    DIVERGENCE_EVENTS,
    EVENT_EVIDENCE,
    FOLLOWER_JUDGEMENTS,
)
from tasks.schema.months import Days
from tasks.schema.ranges import PositiveCount, Share

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
_EVENT_COLUMNS = ["event_id", "account_id", "first_date", "last_date"]


@dataclass(frozen=True)
class JudgeParameters:
    """The values of config/model.toml, [judge]."""

    events: EventParameters
    audience: AudienceParameters
    facts: FactParameters
    evidence: EvidenceParameters
    verdict: VerdictParameters
    shared_slack_share: Share
    largest_violation_share: Share
    profile_window_count: PositiveCount
    next_reading: NextReadingParameters

    @property
    def decision_rules(self) -> DecisionRules:
        """When a sample of arrivals decides."""
        return DecisionRules(
            self.verdict.decisive_probability,
            self.verdict.contested_nats,
            self.evidence.unlike_weight,
            self.audience.minimum_reference_size,
            self.audience.minimum_cohort_size,
        )

    @property
    def stream(self) -> StreamParameters:
        """Those for the followers, roster by roster."""
        return StreamParameters(self.audience, self.largest_violation_share)


@dataclass(frozen=True)
class JudgementParameters:
    """The chosen parameters that a judgement needs."""

    judge: JudgeParameters
    measures: MeasureParameters
    counterfactual: CounterfactualParameters
    annotations: tuple[Annotation, ...]


@dataclass(frozen=True)
class Judgement:
    """Events with their verdicts, the evidence behind them, their cohorts, their followers, and the audit of order.

    `judged_days` are the days that were judged, with what could have been missed on them.
    `profiles` say what each list is made of.
    `acquaintances` are the followers who acted, and `posting` says when how many were posting (`followers.notes`).
    """

    events: pd.DataFrame
    evidence: pd.DataFrame
    facts: pd.DataFrame
    cohorts: pd.DataFrame
    followers: pd.DataFrame
    judged_days: pd.DataFrame
    shared_days: pd.DataFrame
    order: pd.DataFrame
    profiles: pd.DataFrame
    acquaintances: pd.DataFrame
    posting: pd.DataFrame


@dataclass(frozen=True)
class JudgeRequest:
    """Up to which day is judged, by which parameters, and after how many days without a post a follower is silent.

    `blocks` are rows of `past_blocks`, and `annotations` what users say of days.
    """

    as_of: pd.Timestamp
    parameters: JudgeParameters
    active_days: int
    blocks: pd.DataFrame
    annotations: Sequence[Annotation] = ()


def judgement(inputs: StagedInputs, rosters: Iterable[Roster], request: JudgeRequest) -> Judgement:
    """Everything said of everything observed up to the day.

    `rosters` hold all followers, each account whole in one of them, in the order of account ids; each is left at once.
    """
    parameters = request.parameters
    days = account_days(inputs)
    grid = daily_grid(days, select_arrival_counts(inputs))
    scanned = scan_grid(grid, parameters.events, received_rates(grid, inputs.posts, parameters.facts))
    found = select_events(scanned, parameters.events)
    handles = days.drop_duplicates("account_id", keep="last").set_index("account_id")["handle"]
    around = pd.concat(
        [
            facts(scanned, found, _surroundings(inputs, days, request), parameters.facts),
            annotation_facts(found, handles, request.annotations),
            block_facts(found, request.blocks, parameters.evidence.block_largest_ratio),
        ],
        axis=1,
    )
    departures = inputs.departures.rename(columns={"first_missing_date": "departed_date"})
    listed = audience(
        rosters,
        found,
        FollowUp(inputs.engagements, departures, request.as_of),
        parameters.stream,
        (
            ProfileNote(_profile_parameters(request)),
            ActorNote(inputs.engagements[["account_id", "actor_id"]]),
            PostingNote(departures, request.active_days),
        ),
    )
    compared = listed.compared
    rows = evidence(Case(found, around, compared.figures), parameters.evidence)
    chances = probabilities(found["kind"], rows, parameters.verdict)
    decided = verdicts(chances, rows, around, parameters.verdict)
    left = count_unexplained(found, decided["verdict"])
    left = lower_for_organic_causes(left, compared.figures, rows, parameters.shared_slack_share)
    counted = compared.figures[["cohort_count"]]
    joined = pd.concat([found, decided, left, chances.add_suffix("_probability"), around, counted], axis=1)
    joined = _with_outlook(JudgedRises(joined, rows, compared.figures, _counts_of_x(grid, days)), request)
    wave = wave_chances(chances, rows, parameters.verdict)
    followers = judge_members(compared.members, wave)
    clear = judged_days(scanned)
    shared = shared_days_table(grid, scanned.net_marks.usual, scanned.shared)
    return Judgement(joined, rows, around, compared.figures, followers, clear, shared, listed.order, *listed.noted)


def _counts_of_x(grid: DailyGrid, days: pd.DataFrame) -> DailyGrid:
    """The grid with the counts that X told alone: by others no list of X is placed."""
    told = days["followers_count"].where(days["counts_source"] == "x_api")
    place = grid.row(days["account_id"]), grid.column(days["report_date"])
    return replace(grid, followers=fill_grid(np.full(grid.shape, np.nan), *place, told))


POSTS_READ_DAYS = 3
"""Posts are read within so many days, because they settle in two: see `settled_hours` in config/pipeline.toml."""


def _with_outlook(rises: JudgedRises, request: JudgeRequest) -> pd.DataFrame:
    """The judged events with when more will be known of them, and which reading would decide them."""
    parameters = request.parameters
    days = parameters.audience.response_days, parameters.facts.post_lag_days + POSTS_READ_DAYS
    readings = next_readings(rises, parameters.decision_rules, parameters.next_reading)
    return pd.concat([rises.events, readings], axis=1).assign(
        evidence_complete_date=evidence_dates(rises, request.as_of, *days),
        unread_mention_authors_count=unread_authors(rises.events),
    )


def _surroundings(inputs: StagedInputs, days: pd.DataFrame, request: JudgeRequest) -> Surroundings:
    followed = request.parameters.audience.response_days
    return Surroundings(inputs.posts, inputs.engagements, days, inputs.readings, request.as_of, followed)


def _profile_parameters(request: JudgeRequest) -> ProfileParameters:
    squeeze = request.parameters.audience.likelihood.squeeze_window_days
    return ProfileParameters(request.active_days, request.parameters.profile_window_count, squeeze)


@dataclass(frozen=True)
class PriorVerdicts:
    """What was said on earlier days (staged `verdicts`), and the secret that makes pseudonyms."""

    verdicts: pd.DataFrame
    secret: str | None


@dataclass(frozen=True)
class JudgementDays:
    """The days of `account_daily` and of `community_members` that the work files hold."""

    account_days: Days
    members_days: Days


@dataclass(frozen=True)
class JudgementReports:
    """Rows of the judged report tables by name, all but `community_members`; judged followers; `list_profiles` rows.

    `shared_days` are the days on which many accounts moved, whichever accounts are reported.
    `judged_days`, `acquaintances` and `posting` are those of the judgement.
    """

    tables: dict[str, pd.DataFrame]
    followers: pd.DataFrame
    judged_days: pd.DataFrame
    lists: pd.DataFrame
    shared_days: pd.DataFrame
    acquaintances: pd.DataFrame
    posting: pd.DataFrame


def judgement_reports(
    inputs: StagedInputs, rosters: Iterable[Roster], request: JudgeRequest, prior: PriorVerdicts
) -> JudgementReports:
    """Rows of the judged report tables, as of the day."""
    judged = judgement(inputs, rosters, request)
    named = judged.events.assign(event_id=event_ids(judged.events))[_EVENT_COLUMNS]
    followers = follower_judgements(judged.followers, named)
    followers["member_id"] = pseudonyms(followers, prior.secret)
    tables = {
        DIVERGENCE_EVENTS.name: divergence_events(
            judged.events, judged.evidence, last_verdicts(prior.verdicts), request.as_of
        ),
        EVENT_EVIDENCE.name: event_evidence(judged.evidence, judged.events),
        ARRIVAL_COHORTS.name: arrival_cohorts(judged.cohorts, named),
        FOLLOWER_JUDGEMENTS.name: alike_judgements(followers),
    }
    return JudgementReports(
        tables,
        followers,
        judged.judged_days,
        _lists(judged),
        judged.shared_days,
        judged.acquaintances,
        judged.posting,
    )


def _lists(judged: Judgement) -> pd.DataFrame:
    """Rows of `list_profiles`; of a list whose order cannot be trusted no window says anything."""
    order = judged.order.rename(columns=ORDER_NAMES)
    profiles = judged.profiles.rename(columns=PROFILE_NAMES).drop(columns="baseline_count")
    lists = order.merge(profiles.astype({"profiled_followers_count": "Int64"}), on="account_id", how="left")
    lists.loc[~lists["is_order_used"].astype(bool), list(WINDOWS)] = np.nan
    return lists


def community_lists(
    acts: pd.DataFrame, judged: JudgementReports, days: pd.DatetimeIndex, parameters: MemberParameters
) -> pd.DataFrame:
    """Rows of `community_members`: who engaged up to each day, and who of them had been seen to follow by then.

    `acts` are engagements with `engaged_date`, see `add_action_dates`.
    """
    # Before anybody is known to have engaged there is nobody to list.
    days = days[days >= acts["engaged_date"].min()]
    if days.empty:
        return empty_frame(COMMUNITY_MEMBERS)
    return alike_members(community_members(acts, judged.acquaintances, judged.followers, days, parameters))


def find_member_changes(published: pd.DataFrame, followers: pd.DataFrame) -> pd.Series:
    """The days whose published members stand under another probability than they are judged by now.

    `published` are rows of `community_members`, `followers` the judged ones in all digits.
    """
    keys = ["account_id", "member_id"]
    now = followers.groupby(keys)["unexplained_probability"].max().rename("now").reset_index()
    both = published.merge(now, on=keys, how="left")
    before, after = both["unexplained_probability"], shared_probabilities(both, "now")
    is_same = (before == after) | (before.isna() & after.isna())
    days: pd.Series = both.loc[~is_same, "report_date"]
    return days


def last_verdicts(verdicts_by_day: pd.DataFrame) -> pd.DataFrame:
    """Of each event the last verdict and the history of all, from the verdicts of each day."""
    ordered = verdicts_by_day.sort_values(["event_id", "judged_date"], kind="stable")
    said = ordered["judged_date"].dt.strftime("%Y-%m-%d ") + ordered["verdict"]
    by_event = ordered.assign(said=said).groupby("event_id", sort=True)
    return pd.DataFrame(
        {"verdict": by_event["verdict"].last(), "verdict_history": by_event["said"].agg("; ".join)}
    ).reset_index()


def select_new_verdicts(events: pd.DataFrame, earlier: pd.DataFrame) -> pd.DataFrame:
    """Rows of staged `verdicts`: what is said today of an event for the first time, or otherwise than before."""
    last = events["event_id"].map(last_verdicts(earlier).set_index("event_id")["verdict"])
    changed = events[last.isna() | (last != events["verdict"])]
    return changed[["account_id", "event_id", "judged_date", "verdict"]]


def pseudonyms(rows: pd.DataFrame, secret: str | None) -> pd.Series:
    """The pseudonym of each follower in the rows."""
    pairs = zip(rows["account_id"].to_numpy(), rows["follower_id"].to_numpy(dtype=np.int64).tolist(), strict=True)
    named = [pseudonym(str(account), follower, secret) for account, follower in pairs]
    return pd.Series(named, index=rows.index, dtype=pd.StringDtype(na_value=np.nan))

"""The cohort of every event beside the followers before it: the frame under `arrival_cohorts`."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from tasks.followers.cohort import Members, cohort, reference, top_share, top_shares
from tasks.followers.likelihood import (
    CellCounts,
    LikelihoodParameters,
    count_cells,
    likelihood,
    member_rows,
    reason_codes,
    squeeze_ratio,
)
from tasks.followers.likeness import narrowness
from tasks.followers.response import count_engagers, follow_up_days, select_newcomers, stayed_share
from tasks.followers.roster import Roster
from tasks.followers.shape import (
    FEATURES,
    ScreeningParameters,
    cell_codes,
    hollow_profile,
    member_share,
    silent,
    synchronicity,
    unlike_share,
)
from tasks.schema.arrays import FloatArray, IntArray
from tasks.schema.ranges import Ages, NatsFor, PositiveCount, PositiveDayCount, PositiveRatio


@dataclass(frozen=True)
class AudienceParameters:
    """How cohorts are compared: config/model.toml, [judge.audience]."""

    reference_size: PositiveCount
    minimum_reference_size: PositiveCount
    minimum_cohort_size: PositiveCount
    cluster_design_ratio: PositiveRatio
    response_days: PositiveDayCount
    survival_days: Ages
    telling_reason_nats: NatsFor
    likelihood: LikelihoodParameters
    screening: ScreeningParameters


@dataclass(frozen=True)
class CohortComparison:
    """Cohorts of all events with their references, their figures and their members' likelihoods."""

    figures: pd.DataFrame
    members: pd.DataFrame


@dataclass(frozen=True)
class FollowUp:
    """What was seen of followers after they arrived, up to the day: staged engagements, and who was found gone.

    `departures` has account_id, follower_id and departed_date, the day of the first reading without the follower.
    """

    engagements: pd.DataFrame
    departures: pd.DataFrame
    as_of: pd.Timestamp


def compare_cohorts(
    roster: Roster, events: pd.DataFrame, afterwards: FollowUp, parameters: AudienceParameters
) -> CohortComparison:
    """Each rise's arrivals against the account's followers before it; rows stand in the order of `events`.

    `events` has account_id, kind, first_date, last_date, observed_count and expected_count.
    A figure is NaN where its group is empty or too small: nothing is concluded from it.
    """
    cohorts = cohort(roster, events)
    before = reference(roster, events, cohorts, parameters.reference_size)
    usual = usual_share(events, cohorts)
    counted = count_cells(roster, cohorts, before, parameters.likelihood)
    squeeze = squeeze_ratio(roster, cohorts, parameters.likelihood)
    found = likelihood(counted, squeeze, cohorts, usual, parameters.likelihood)
    follow_days = follow_up_days(events, afterwards.as_of, parameters.response_days)
    past = select_newcomers(roster, before, events, follow_days)
    figures: dict[str, FloatArray | IntArray] = {
        "cohort_count": cohorts.sizes(),
        "before_count": before.sizes(),
        "usual_share": usual,
        **_likeness(counted, usual),
        "unlike_spread_nats": _spread(roster, cohorts, before),
        **_squeeze(roster, cohorts, before, parameters),
        **_screened(roster, cohorts, before, parameters),
        **_response(roster, cohorts, past, follow_days, afterwards.engagements),
        **_survival(roster, cohorts, afterwards, parameters),
        **_members_counted(events, cohorts, found.probability, parameters.cluster_design_ratio),
    }
    members = member_rows(roster, cohorts, found, reason_codes(found, parameters.telling_reason_nats))
    return CohortComparison(pd.DataFrame(_abstained(figures, parameters)), members)


def usual_share(events: pd.DataFrame, cohorts: Members) -> FloatArray:
    """Share of each cohort that would have come anyway: expected over arrived, inside (0, 1).

    Where only part of the arrivals was read, the share of all of them holds for the part.
    """
    expected = np.nan_to_num(events["expected_count"].to_numpy(dtype=np.float64))
    arrived = count_arrivals(events, cohorts)
    return np.clip(np.where(arrived > 0, expected / np.maximum(arrived, 1), 0.5), 1e-4, 0.95)


def count_arrivals(events: pd.DataFrame, cohorts: Members) -> FloatArray:
    """How many arrived in each event: as counted, at least as many as were read."""
    observed = np.nan_to_num(events["observed_count"].to_numpy(dtype=np.float64))
    return np.asarray(np.maximum(observed, cohorts.sizes()))


def _members_counted(
    events: pd.DataFrame, cohorts: Members, probability: FloatArray, design: float
) -> dict[str, FloatArray]:
    """Members of the wave among all arrivals, and the spread of that number.

    The sum of probabilities, raised from the part that was read to all that arrived.
    A part is a contiguous block, newest first, and so a cluster: where it is not all, its sampling variance
    p (1 - p) n is multiplied by the design effect.
    """
    size, arrived = cohorts.sizes().astype(np.float64), count_arrivals(events, cohorts)
    scale = np.where(size > 0, arrived / np.maximum(size, 1), 1.0)
    summed = np.bincount(cohorts.event, probability, minlength=len(events))
    doubt = np.bincount(cohorts.event, probability * (1 - probability), minlength=len(events))
    share_of = summed / np.maximum(size, 1)
    unread = np.clip(1 - 1 / scale, 0.0, 1.0) * share_of * (1 - share_of) * size * design
    return {"wave_members_count": summed * scale, "wave_members_spread_count": scale * np.sqrt(doubt + unread)}


def _likeness(counted: dict[str, CellCounts], usual: FloatArray) -> dict[str, FloatArray]:
    """Unlike shares per feature, and the largest of all but age: an inflow of newcomers changes ages innocently."""
    shares = {
        f"unlike_{feature}_share": unlike_share(counted[feature].cohort[:, :-1], counted[feature].before[:, :-1], usual)
        for feature in FEATURES
    }
    lasting = [share_of for name, share_of in shares.items() if name != "unlike_age_share"]
    largest = np.max([np.nan_to_num(share_of, nan=-1.0) for share_of in lasting], axis=0)
    return {"unlike_share": np.where(largest < 0, np.nan, largest), **shares}


def _spread(roster: Roster, cohorts: Members, before: Members) -> FloatArray:
    """How much less the counts of each cohort spread than those of the followers before, less what chance gives so few.

    `narrowness` - 1 / sqrt(size), about three of its spreads among as many people (calibrated).
    """
    found = np.zeros(cohorts.events)
    counts = [roster.counts[feature] for feature in COUNTED]
    stops, past_stops = np.cumsum(cohorts.sizes()), np.cumsum(before.sizes())
    for event, (size, past) in enumerate(zip(cohorts.sizes(), before.sizes(), strict=True)):
        came = cohorts.position[stops[event] - size : stops[event]]
        there = before.position[past_stops[event] - past : past_stops[event]]
        if size and past:
            inside, own = (np.stack([each[group] for each in counts]).astype(np.float64) for group in (came, there))
            found[event] = narrowness(inside, own) - size**-0.5
    return found


def _squeeze(
    roster: Roster, cohorts: Members, before: Members, parameters: AudienceParameters
) -> dict[str, FloatArray]:
    """Largest creation shares of the cohort, and of as many followers before by their age at the follow.

    Ages stand in for dates before the event, whose followers came over years: a newcomer's account is always young.
    `settled` leaves out accounts younger than the squeeze age, which are squeezed in every inflow.
    """
    sizes = np.minimum(cohorts.sizes(), before.sizes())
    ours, theirs = cohorts.thinned(sizes), before.thinned(sizes)
    created = top_shares(cohorts, roster.created[cohorts.position], WINDOWS_DAYS)
    figures = {f"created_within_{days}d_share": share for days, share in zip(WINDOWS_DAYS, created, strict=True)}
    settled, settled_before = _settled(roster, ours, parameters), _settled(roster, theirs, parameters)
    figures["settled_created_within_7d_share"] = top_share(settled, roster.created[settled.position], 7)
    figures["before_settled_created_within_7d_share"] = top_share(
        settled_before, roster.age[settled_before.position], 7
    )
    figures["settled_count"] = settled.sizes().astype(np.float64)
    shape = parameters.likelihood.shape
    figures["cell_collision_share"] = synchronicity(ours, cell_codes(roster, ours, shape))
    figures["before_cell_collision_share"] = synchronicity(theirs, cell_codes(roster, theirs, shape))
    return figures


def _settled(roster: Roster, members: Members, parameters: AudienceParameters) -> Members:
    kept = roster.age[members.position] >= parameters.likelihood.squeeze_from_age_days
    return Members(members.event[kept], members.position[kept], members.events)


def _screened(
    roster: Roster, cohorts: Members, before: Members, parameters: AudienceParameters
) -> dict[str, FloatArray]:
    rule = parameters.screening
    return {
        "hollow_profile_share": member_share(cohorts, hollow_profile(roster, cohorts.position, rule)),
        "before_hollow_profile_share": member_share(before, hollow_profile(roster, before.position, rule)),
        "silent_share": member_share(cohorts, silent(roster, cohorts.position)),
        "before_silent_share": member_share(before, silent(roster, before.position)),
    }


def _response(
    roster: Roster, cohorts: Members, past: Members, follow_days: IntArray, engagements: pd.DataFrame
) -> dict[str, FloatArray]:
    return {
        "response_days": follow_days.astype(np.float64),
        "engaged_count": count_engagers(roster, cohorts, follow_days, engagements),
        "before_newcomer_count": past.sizes().astype(np.float64),
        "before_engaged_count": count_engagers(roster, past, follow_days, engagements),
    }


def _survival(
    roster: Roster, cohorts: Members, afterwards: FollowUp, parameters: AudienceParameters
) -> dict[str, FloatArray]:
    return {
        f"stayed_{days}d_share": stayed_share(roster, cohorts, afterwards.departures, afterwards.as_of, days)
        for days in parameters.survival_days
    }


def _abstained(
    figures: dict[str, FloatArray | IntArray], parameters: AudienceParameters
) -> dict[str, FloatArray | IntArray]:
    """Likeness and squeeze are NaN where either group is too small to bear them."""
    small = (figures["before_count"] < parameters.minimum_reference_size) | (
        figures["cohort_count"] < parameters.minimum_cohort_size
    )
    compared = {name: np.where(small, np.nan, figures[name]) for name in figures if name.startswith(_COMPARED)}
    return figures | compared


COUNTED = ("followers", "following", "posts", "listed", "likes")
"""Features that are counts."""
WINDOWS_DAYS = (1, 7, 30)
_COMPARED = ("unlike_", "settled_created", "before_settled", "cell_", "before_cell")


def judge_members(members: pd.DataFrame, wave_probability: FloatArray) -> pd.DataFrame:
    """The members with their probability of being unexplained: that of the wave x that of belonging to it."""
    chance = wave_probability[members["event"].to_numpy()]
    return members.assign(unexplained_probability=chance * members["probability_given_wave"].to_numpy())

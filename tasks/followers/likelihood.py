"""How much more likely a profile is among the arrivals of an event than among the followers before it."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from tasks.followers.cohort import Members, count_near
from tasks.followers.roster import Roster
from tasks.followers.shape import FEATURES, ShapeParameters, cells, tally
from tasks.schema.arrays import FloatArray, IntArray
from tasks.schema.ranges import Amount, NatsFor, PositiveCount, Share


@dataclass(frozen=True)
class LikelihoodParameters:
    """How cells are smoothed and added up: config/model.toml, [judge.likelihood]."""

    smoothing_count: Amount
    largest_ratio_nats: NatsFor
    dependence_share: Share
    mixture_rounds: PositiveCount
    squeeze_window_days: Amount
    squeeze_from_age_days: Amount
    squeeze_smoothing_count: Amount
    shape: ShapeParameters


@dataclass(frozen=True)
class Likelihood:
    """Log-likelihood ratios of every cohort member, one column per feature, and the probability they add up to.

    `probability` is that of being one of the excess arrivals, given that the excess is one wave that nothing explains.
    `usual_share` is, per event, the share of the cohort that is not.
    """

    ratios: dict[str, FloatArray]
    probability: FloatArray
    usual_share: FloatArray


@dataclass(frozen=True)
class CellCounts:
    """The cells of cohort and past for one feature, counted; `place` is each member's in the table of all cells.

    `size` is how many each cohort has, `spread` by how many of both groups together each cell is smoothed,
    and `usual` the smoothed share of the past: what no round of the mixture changes.
    """

    place: IntArray
    cohort: FloatArray
    before: FloatArray
    size: FloatArray
    spread: FloatArray
    usual: FloatArray


def count_cells(
    roster: Roster, cohort: Members, before: Members, parameters: LikelihoodParameters
) -> dict[str, CellCounts]:
    """Both groups counted feature by feature."""
    return {feature: _counted(roster, cohort, before, feature, parameters) for feature in FEATURES}


def likelihood(
    counted: dict[str, CellCounts],
    squeeze: FloatArray,
    cohort: Members,
    usual_share: FloatArray,
    parameters: LikelihoodParameters,
) -> Likelihood:
    """Ratios of each cohort member against the account's own past, and their sum on the prior of the event.

    Prior odds: excess arrivals over usual ones, (1 - share) / share, beginning with the expected share.
    Each of `mixture_rounds` takes the share that the last probabilities left (expectation-maximization), so that
    people whom a post brought into the same days are told apart from the wave.
    The sum is shrunk by `dependence_share` because profile features go together.
    `squeeze` is the `squeeze_ratio` of each member.
    """
    found = _mixed(counted, squeeze, cohort, usual_share, parameters)
    for _ in range(parameters.mixture_rounds):
        kept = np.bincount(cohort.event, 1 - found.probability, minlength=cohort.events)
        left = np.where(cohort.sizes() > 0, kept / np.maximum(cohort.sizes(), 1), usual_share)
        found = _mixed(counted, squeeze, cohort, np.clip(left, 1e-4, 0.95), parameters)
    return found


def _counted(
    roster: Roster, cohort: Members, before: Members, feature: str, parameters: LikelihoodParameters
) -> CellCounts:
    codes, width = cells(roster, cohort.position, feature, parameters.shape)
    past_codes, _ = cells(roster, before.position, feature, parameters.shape)
    arrived, past = tally(cohort, codes, width), tally(before, past_codes, width)
    return CellCounts(
        cohort.event * width + codes, arrived, past, *smooth_cells(arrived, past, parameters.smoothing_count)
    )


def _mixed(
    counted: dict[str, CellCounts],
    squeeze: FloatArray,
    cohort: Members,
    usual_share: FloatArray,
    parameters: LikelihoodParameters,
) -> Likelihood:
    ratios = {feature: _feature_ratio(one, usual_share, parameters) for feature, one in counted.items()}
    ratios["squeeze"] = squeeze
    odds = np.zeros(len(cohort.event))
    for ratio in ratios.values():
        odds += ratio
    odds *= parameters.dependence_share
    odds += np.log((1 - usual_share) / usual_share)[cohort.event]
    return Likelihood(ratios, 1 / (1 + np.exp(-np.clip(odds, -50, 50))), usual_share)


def _feature_ratio(cell: CellCounts, usual_share: FloatArray, parameters: LikelihoodParameters) -> FloatArray:
    table = log_ratios(cell, usual_share, parameters.smoothing_count)
    clipped = np.clip(table, -parameters.largest_ratio_nats, parameters.largest_ratio_nats)
    # The last cell means unknown.
    clipped[:, -1] = 0.0
    return np.asarray(clipped.ravel()[cell.place])


def log_ratios(cell: CellCounts, usual_share: FloatArray, smoothing: float) -> FloatArray:
    """ln(share among the excess / share before) of every cell: events x cells.

    The excess is the cohort less the usual arrivals it must hold, which look like the followers before.
    Both shares are smoothed by `smoothing` followers spread as cohort and past together are.
    """
    excess = np.maximum(cell.cohort - usual_share[:, None] * cell.size * cell.usual, 0.0)
    wave = (excess + cell.spread) / (excess.sum(axis=1, keepdims=True) + smoothing)
    return np.asarray(np.log(wave / cell.usual))


def smooth_cells(cohort: FloatArray, before: FloatArray, smoothing: float) -> tuple[FloatArray, FloatArray, FloatArray]:
    """The size of each cohort, by how many followers each of its cells is smoothed, and the smoothed share before."""
    size, past = cohort.sum(axis=1, keepdims=True), before.sum(axis=1, keepdims=True)
    together = (cohort + before + 0.1) / (size + past + 0.1 * cohort.shape[1])
    spread = smoothing * together
    return size, spread, (before + spread) / (past + smoothing)


def squeeze_ratio(roster: Roster, cohort: Members, parameters: LikelihoodParameters) -> FloatArray:
    """Ln of how many were created in the same days, over as many as a smooth spread of their ages would give.

    Left at 0 for young accounts: that many people follow soon after joining is what an inflow looks like.
    """
    created, age = roster.created[cohort.position], roster.age[cohort.position]
    edges = np.asarray(parameters.shape.age_edges_days)
    codes = np.searchsorted(edges, age, side="right")
    low = np.concatenate([[0.0], edges])[np.minimum(codes, len(edges))]
    high = np.concatenate([edges, [2 * edges[-1]]])[np.minimum(codes, len(edges))]
    same = tally(cohort, np.minimum(codes, len(edges)), len(edges) + 1)[cohort.event, np.minimum(codes, len(edges))]
    window = parameters.squeeze_window_days
    smooth = same * np.minimum(window / np.maximum(high - low, window), 1.0)
    near = count_near(cohort, created, window / 2) - 1
    damped = parameters.squeeze_smoothing_count
    ratio = np.log((near + damped) / (smooth + damped))
    limit = parameters.largest_ratio_nats
    is_old = age >= parameters.squeeze_from_age_days
    return np.where(is_old & ~np.isnan(ratio), np.clip(ratio, -limit, limit), 0.0)


REASON_CODES = {
    "age": "account_age",
    "followers": "followers_count",
    "following": "following_count",
    "posts": "posts_count",
    "listed": "listed_count",
    "likes": "likes_count",
    "flags": "profile_fields",
    "squeeze": "created_together",
}
"""Reason codes by feature: what sets a follower apart from those before, most telling first."""


def reason_codes(found: Likelihood, least_nats: float) -> pd.Categorical:
    """The reasons of each cohort member that weigh at least so much, joined by a semicolon."""
    codes = np.zeros(len(found.probability), dtype=np.int16)
    for bit, feature in enumerate(REASON_CODES):
        codes += (np.nan_to_num(found.ratios[feature]) >= least_nats) * np.int16(1 << bit)
    return pd.Categorical.from_codes(codes, _TEXTS)


def _texts() -> list[str]:
    """The reasons of every code: bit by bit, in their order."""
    names = list(REASON_CODES.values())
    return [";".join(name for bit, name in enumerate(names) if code >> bit & 1) for code in range(1 << len(names))]


_TEXTS = pd.Index(_texts(), dtype=object)


def member_rows(roster: Roster, cohort: Members, found: Likelihood, reasons: pd.Categorical) -> pd.DataFrame:
    """The cohort members with their event, probability and reasons, one row each."""
    position: IntArray = cohort.position
    return pd.DataFrame(
        {
            "account_id": pd.Categorical.from_codes(roster.account[position], pd.Index(roster.accounts, dtype=object)),
            "follower_id": roster.follower_id[position],
            "event": cohort.event,
            "probability_given_wave": found.probability,
            "judgement_reasons": reasons,
        }
    )

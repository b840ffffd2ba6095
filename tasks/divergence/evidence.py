"""Each fact as evidence for or against each explanation, in log-odds: rows that add up openly."""

from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd
from scipy import special

from tasks.divergence.case import Case, EvidenceParameters
from tasks.divergence.grid import Grid

Weights = dict[str, Grid]
EvidencePiece = tuple[str, Grid, Weights]
"""A code, the figure behind it per event, and the weight per explanation; NaN where the fact is unknown."""


def evidence(case: Case, parameters: EvidenceParameters) -> pd.DataFrame:
    """One row per event, piece of evidence and explanation it speaks on, with the figure and the weight.

    `weight_nats` > 0 speaks for the explanation, < 0 against it; a fact that was not read gives no row.
    """
    rows = [_rows(piece, parameters.largest_weight_nats) for gather in GATHERERS for piece in gather(case, parameters)]
    columns = ["event", "evidence_code", "explanation", "evidence_value", "weight_nats"]
    return pd.concat(rows, ignore_index=True)[columns].sort_values(
        ["event", "evidence_code", "explanation"], ignore_index=True
    )


def _rows(piece: EvidencePiece, largest: float) -> pd.DataFrame:
    code, value, weights = piece
    frames = [
        pd.DataFrame(
            {
                "event": np.arange(len(value)),
                "evidence_code": code,
                "explanation": explanation,
                "evidence_value": value,
                "weight_nats": np.clip(weight, -largest, largest),
            }
        )
        for explanation, weight in weights.items()
    ]
    rows = pd.concat(frames, ignore_index=True)
    return rows[rows["weight_nats"].notna() & (rows["weight_nats"] != 0)]


def own_post(case: Case, parameters: EvidenceParameters) -> Iterator[EvidencePiece]:
    """An own post far above own posts before it, large enough to have brought so many; or none."""
    z = np.where(case.is_rise() > 0, case.fact("post_z"), np.nan)
    above = parameters.post_z_weight * (z - parameters.post_z_start)
    weight = np.where(np.isnan(z), np.nan, np.maximum(above, parameters.post_absent_weight))
    yields = case.fact("excess_count") / case.fact("post_received_count")
    too_small = np.where(above > 0, -np.log(np.maximum(yields / parameters.post_yield_ratio, 1.0)), np.nan)
    yield "own_post_took_off", z, {"organic_post": weight}
    yield "own_post_too_small", yields, {"organic_post": too_small}


def mention(case: Case, parameters: EvidenceParameters) -> Iterator[EvidencePiece]:
    """A mention by somebody whose followers would suffice, beyond those who mention the account anyway.

    Where some authors' followers were not read, that none suffices is not known.
    """
    has_mentions = ~np.isnan(case.fact("usual_mentions_count")) & (case.is_rise() > 0)
    reach = np.nan_to_num(case.fact("mention_reach_count"))
    usual = np.nan_to_num(case.fact("before_mention_reach_count"))
    ratio = np.where(has_mentions, reach / np.maximum(case.fact("excess_count"), 1.0), np.nan)
    enough = (ratio >= parameters.mention_reach_ratio) & (reach > usual)
    ratio = np.where(~enough & (case.fact("unread_mention_reaches_count") > 0), np.nan, ratio)
    above = parameters.mention_weight + 0.5 * np.log(np.maximum(ratio, 1e-9) / parameters.mention_reach_ratio)
    is_silent = ratio < parameters.mention_reach_ratio
    weight = np.where(enough, above, np.where(is_silent, parameters.mention_absent_weight, 0.0))
    yield "mention_by_large_account", ratio, {"organic_mention": np.where(np.isnan(ratio), np.nan, weight)}
    count, mean = np.nan_to_num(case.fact("mentions_count")), case.fact("usual_mentions_count")
    z = np.where(has_mentions, (count - mean) / np.sqrt(np.maximum(mean, 1.0)), np.nan)
    many = np.where(z >= parameters.voices_z, parameters.voices_weight, 0.0)
    yield "many_voices", z, {"organic_mention": np.where(np.isnan(z), np.nan, many)}


def likeness(case: Case, parameters: EvidenceParameters) -> Iterator[EvidencePiece]:
    """How far the arrivals differ from the account's followers before, and whether they were created together."""
    unlike = case.figure("unlike_share")
    yield (
        "unlike_followers_before",
        unlike,
        {"unexplained_wave": np.clip(parameters.unlike_weight * (unlike - parameters.unlike_start_share), -4, 4)},
    )
    young = case.figure("unlike_age_share")
    weight = np.clip(parameters.unlike_weight * (young - parameters.unlike_age_start_share), 0, 4)
    yield "unlike_in_age", young, {"unexplained_wave": weight}
    share, before = (
        case.figure("settled_created_within_7d_share"),
        case.figure("before_settled_created_within_7d_share"),
    )
    with np.errstate(invalid="ignore", divide="ignore"):
        lift = share / before
        enough = (lift >= parameters.squeeze_lift) & (case.figure("settled_count") >= parameters.squeeze_least_count)
        weight = np.where(enough, parameters.squeeze_weight * np.log(lift / parameters.squeeze_lift), 0.0)
    yield "created_together", lift, {"unexplained_wave": np.where(np.isnan(lift), np.nan, weight)}


def alikeness(case: Case, parameters: EvidenceParameters) -> Iterator[EvidencePiece]:
    """Counts of the arrivals that spread less than those of people do, whoever they are."""
    narrow = case.figure("unlike_spread_nats")
    weight = parameters.alike_weight * (narrow - parameters.alike_start_nats)
    limited = np.clip(weight, 0, parameters.alike_largest_weight)
    yield "alike_among_themselves", narrow, {"unexplained_wave": limited}


def silence(case: Case, parameters: EvidenceParameters) -> Iterator[EvidencePiece]:
    """More arrivals that never gave a like than among the followers before."""
    rise = (case.figure("silent_share") - case.figure("before_silent_share")) / (1 - case.figure("usual_share"))
    weight = parameters.silent_weight * (rise - parameters.silent_start_share)
    limited = np.clip(weight, parameters.silent_least_weight, -3 * parameters.silent_least_weight)
    yield "never_gave_a_like", rise, {"unexplained_wave": limited}


def response(case: Case, parameters: EvidenceParameters) -> Iterator[EvidencePiece]:
    """Whether the arrivals engage as newcomers of this account do, or keep silent (binomial likelihood ratio).

    Of those who engage only the part is seen that was read: both rates are of that part,
    so that a little that was read says a little, and nothing says nothing.
    Silence where there was hardly a post to answer says as little: usual rates are of weeks with posts.
    """
    size, engaged = case.figure("cohort_count"), case.figure("engaged_count")
    past, past_engaged = case.figure("before_newcomer_count"), case.figure("before_engaged_count")
    read, read_before = case.fact("engagers_read_share"), np.nan_to_num(case.fact("before_engagers_read_share"))
    prior = parameters.response_prior_count
    usual = (past_engaged + prior * parameters.response_prior_share) / (past * read_before + prior)
    share = case.figure("usual_share")
    silent = share * usual + (1 - share) * parameters.response_wave_share
    ready = (case.figure("response_days") >= 1) & (size > 0) & (read > 0)
    usual, silent = (np.where(ready, np.minimum(rate, 1) * read, np.nan) for rate in (usual, silent))
    ratio = _binomial_log(engaged, size, silent) - _binomial_log(engaged, size, usual)
    weight = np.clip(
        parameters.response_trust_share * ratio, -parameters.answered_largest_weight, parameters.silent_largest_weight
    )
    chance = np.minimum(np.nan_to_num(case.fact("response_posts_count")) / parameters.response_posts_count, 1.0)
    weight = np.where(weight > 0, weight * chance, weight)
    yield "engagement_response", engaged / np.where(ready, size, np.nan), {"unexplained_wave": weight}


def _binomial_log(count: Grid, size: Grid, share: Grid) -> Grid:
    """Natural logarithm of the binomial probability that so many of `size` do what a `share` does."""
    ways = special.gammaln(size + 1) - (special.gammaln(count + 1) + special.gammaln(size - count + 1))
    return np.asarray(ways + special.xlogy(count, share) + special.xlog1py(size - count, -share))


def exports(case: Case, parameters: EvidenceParameters) -> Iterator[EvidencePiece]:
    """Impressions and profile visits of the days that brought the arrivals, far above the usual day."""
    for name in ("impressions", "profile_visits"):
        ratio = np.where(case.is_rise() > 0, case.fact(f"{name}_ratio"), np.nan)
        with np.errstate(divide="ignore"):
            weight = parameters.export_weight * np.log(ratio / parameters.export_ratio)
        yield f"{name}_rose", ratio, {"organic_post": weight, "organic_mention": weight / 2}


def attention(case: Case, parameters: EvidenceParameters) -> Iterator[EvidencePiece]:
    """Arrivals beside the engagements and profile visits of their own days: a post's fit them, a delivery's do not."""
    for name, subject in (("follows_per_engagement", "engagement"), ("follows_per_visit", "visit")):
        ratio = np.where(case.is_rise() > 0, case.fact(name), np.nan)
        turn, slope, largest = (
            getattr(parameters, f"{subject}_yield_{part}") for part in ("ratio", "weight", "largest_weight")
        )
        with np.errstate(divide="ignore"):
            weight = np.clip(slope * np.log(ratio / turn), -largest, largest)
        organic = np.where(weight > 0, -weight, -weight / 2)
        yield name, ratio, {"unexplained_wave": weight, "organic_post": organic, "organic_mention": organic}


def follow_back(case: Case, parameters: EvidenceParameters) -> Iterator[EvidencePiece]:
    """The account itself had followed many just before: they may be following back."""
    rise = case.fact("own_follows_delta") / np.maximum(case.fact("excess_count"), 1.0)
    is_many = (rise >= parameters.follow_back_share) & (case.is_rise() > 0)
    weight = np.where(is_many, parameters.follow_back_weight, 0.0)
    yield "followed_many_before", rise, {"other": weight, "unexplained_wave": -weight / 2}


def faults(case: Case, parameters: EvidenceParameters) -> Iterator[EvidencePiece]:
    """Readings that come back, and counts that the list does not bear out."""
    comes_back = np.asarray(case.events["kind"] == "reversal", dtype=np.float64)
    yield "reading_came_back", comes_back, {"data_fault": comes_back * parameters.return_weight}
    rise = case.is_rise() * ~case.events["is_from_list"].to_numpy(dtype=bool)
    share = np.where(rise > 0, case.fact("listed_arrivals_count") / np.maximum(case.fact("excess_count"), 1), np.nan)
    weight = np.where(share < parameters.list_disagrees_share, parameters.list_disagrees_weight, 0.0)
    absent = np.where(np.isnan(share), np.nan, weight)
    against = dict.fromkeys(("unexplained_wave", "organic_post", "organic_mention"), -absent)
    yield "list_shows_no_arrivals", share, {"data_fault": absent, **against}
    is_undone = case.fact("is_undone")
    yield "move_was_undone", is_undone, {"data_fault": is_undone * parameters.undone_weight}


def shared_moves(case: Case, parameters: EvidenceParameters) -> Iterator[EvidencePiece]:
    """A drop that many others share is the platform's, a lone one hardly; a rise that many share is nobody's own."""
    share = case.fact("shared_falls_share")
    weight = np.where(share >= parameters.shared_share, parameters.shared_weight, parameters.lone_drop_weight)
    yield "others_dropped_too", share, {"platform_purge": np.where(np.isnan(share), np.nan, weight)}
    share = case.fact("shared_rises_share")
    against = np.where(share >= parameters.shared_share, -parameters.shared_weight, np.nan)
    yield "others_rose_too", share, dict.fromkeys(("unexplained_wave", "organic_post", "organic_mention"), against)


def weak_signs(case: Case, parameters: EvidenceParameters) -> Iterator[EvidencePiece]:
    """A round number, and arrivals that leave again soon: both have innocent causes too."""
    excess = np.where(case.is_rise() > 0, case.fact("excess_count"), np.nan)
    with np.errstate(invalid="ignore", divide="ignore"):
        step = 10 ** np.floor(np.log10(excess))
        off = np.abs(excess / step - np.round(excess / step)) * step / excess
    is_round = np.where(off <= parameters.round_tolerance_share, parameters.round_weight, 0.0)
    yield "round_number", excess, {"unexplained_wave": np.where(np.isnan(excess), np.nan, is_round)}
    left = 1 - case.figure("stayed_7d_share")
    is_leaving = np.where(left >= parameters.churn_ratio, parameters.churn_weight, 0.0)
    yield "arrivals_left_again", left, {"unexplained_wave": np.where(np.isnan(left), np.nan, is_leaving)}


def blocks(case: Case, parameters: EvidenceParameters) -> Iterator[EvidencePiece]:
    """Blocks of a list that can have followed in the event, by the part of the arrivals that they hold."""
    share = case.fact("block_share")
    yield "block_in_list", share, {"unexplained_wave": share * parameters.block_weight}


def annotation(case: Case, parameters: EvidenceParameters) -> Iterator[EvidencePiece]:
    """The user's own word that something of these days explains them: as strong as one piece may be."""
    said = case.fact("explained_by_annotation")
    yield "user_annotation", said, {"annotation": said * parameters.largest_weight_nats}


GATHERERS: tuple[Callable[[Case, EvidenceParameters], Iterator[EvidencePiece]], ...] = (
    own_post,
    mention,
    likeness,
    alikeness,
    silence,
    response,
    exports,
    attention,
    follow_back,
    faults,
    shared_moves,
    weak_signs,
    blocks,
    annotation,
)

"""Lists of people in which nobody stands alone: what fewer than five share is told of none of them.

Whoever runs the same program over the same public list has the same lists under other pseudonyms.
So rows that stand out would name people, however well their pseudonyms are made.
"""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tasks.schema.arrays import IntArray

LEAST_ALIKE = 5
"""So many rows of a list are alike at least, or all of a shorter list: a usual least size of groups of people."""
PROBABILITY_DIGITS = 2
"""More would name people, and mean nothing: the judgement of one person is not that sharp."""
_MEMBER_DIGITS = 1
"""Of a community a few arrived in an event, of whom five share no more digits."""
_LIST = ["account_id", "report_date"]
_LEVELS = ["member_days_count_28d", "member_actions_count_28d", "member_last_date"]
_PROBABILITIES = ["probability_given_wave", "unexplained_probability"]


def shared_probabilities(rows: pd.DataFrame, probability: str = "unexplained_probability") -> pd.Series:
    """The probability of each row, to one digit; null where fewer than five of its account's list of a day have it."""
    return _shared(rows, _LIST, rows[probability].round(_MEMBER_DIGITS))


def alike_judgements(followers: pd.DataFrame) -> pd.DataFrame:
    """Rows of `follower_judgements` of which five at least are alike: those of an event who differ in the same.

    Reasons are empty where fewer than five of the event have them; five in a row by probability get their mean.
    """
    reasons = _shared(followers, ["event_id"], followers["judgement_reasons"]).fillna("")
    rows = followers.assign(judgement_reasons=reasons)
    order, starts = _runs(rows, ["event_id", "judgement_reasons"], _PROBABILITIES)
    by_run = rows.groupby(_by_row(np.arange(len(starts)), order, starts))
    means = {name: by_run[name].transform("mean").round(PROBABILITY_DIGITS) for name in _PROBABILITIES}
    return rows.assign(**means)


def alike_members(members: pd.DataFrame) -> pd.DataFrame:
    """Rows of `community_members` of which five at least are alike: counts and days are told as "at least".

    Members of equal probability stand in the order of what they did, and five in a row at a time are given the least
    of their counts and the earliest of their last days. They are of the core where all are; who follows is null where
    they differ in it.
    """
    rows = members.assign(unexplained_probability=shared_probabilities(members))
    order, starts = _runs(rows, [*_LIST, "unexplained_probability"], ["is_follower", *_LEVELS])
    if not len(starts):
        return rows
    told = {}
    for name in (*_LEVELS, "is_core"):
        codes, values = rows[name].factorize(sort=True)
        told[name] = values.take(_by_row(np.minimum.reduceat(codes[order], starts), order, starts))
    follows = _codes(rows["is_follower"])[order]
    is_alike = np.minimum.reduceat(follows, starts) == np.maximum.reduceat(follows, starts)
    return rows.assign(**told, is_follower=rows["is_follower"].where(_by_row(is_alike, order, starts)))


def _shared(rows: pd.DataFrame, keys: list[str], values: pd.Series) -> pd.Series:
    """The values, null where fewer than five of a list have the same.

    Where then one to four would stand alone without a value, the next smallest group loses its own too.
    """
    if values.isna().all():
        return values
    place = rows.groupby(keys).ngroup().to_numpy()
    value, is_null = _codes(values), values.isna().to_numpy()
    classes, of_row, size = np.unique(place * (len(rows) + 1) + value, return_inverse=True, return_counts=True)
    owner, value = np.divmod(classes, len(rows) + 1)
    # Those without a value come first, then the smallest groups.
    is_value = np.bincount(of_row, ~is_null) > 0
    order = np.lexsort((value, size, is_value, owner))
    before = np.empty_like(size)
    before[order] = np.cumsum(size[order]) - size[order]
    starts = np.flatnonzero(np.diff(owner[order], prepend=-1))
    before -= before[order[starts]][owner]
    is_told = is_value & (size >= LEAST_ALIKE) & ((before == 0) | (before >= LEAST_ALIKE))
    return values.where(is_told[of_row])


def _runs(rows: pd.DataFrame, kinds: list[str], order: list[str]) -> tuple[IntArray, IntArray]:
    """The places of the rows in this order, and where in it each run begins.

    Of each kind five in a row at a time are one, the last ones with what is left over.
    """
    keys = [_codes(rows[name]) for name in (*kinds, *order)]
    placed = np.lexsort(keys[::-1])
    kind = np.stack([key[placed] for key in keys[: len(kinds)]])
    firsts = np.flatnonzero((np.diff(kind, prepend=-1) != 0).any(axis=0))
    runs = np.maximum(_sizes(placed, firsts) // LEAST_ALIKE, 1)
    within = np.arange(runs.sum()) - np.repeat(np.cumsum(runs) - runs, runs)
    return placed, np.repeat(firsts, runs) + LEAST_ALIKE * within


def _by_row(of_runs: NDArray[Any], order: IntArray, starts: IntArray) -> NDArray[Any]:
    """What each run has, at the places of its rows."""
    values = np.empty(len(order), dtype=of_runs.dtype)
    values[order] = np.repeat(of_runs, _sizes(order, starts))
    return values


def _sizes(order: IntArray, starts: IntArray) -> IntArray:
    return np.diff(starts, append=len(order))


def _codes(values: pd.Series) -> IntArray:
    """The values as whole numbers in their order, null after all others."""
    codes, known = values.factorize(sort=True)
    return np.where(codes < 0, len(known), codes)

"""Lists of people in which nobody stands alone: what fewer than five share is told of none of them.

Whoever runs the same program over the same public list has the same lists under other pseudonyms.
So rows that stand out would name people, however well their pseudonyms are made.
"""

from typing import TYPE_CHECKING, Any

import pandas as pd

if TYPE_CHECKING:
    from pandas.core.groupby import DataFrameGroupBy

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
    ordered, runs = _runs(rows, ["event_id", "judgement_reasons"], _PROBABILITIES)
    for name in _PROBABILITIES:
        ordered[name] = runs[name].transform("mean").round(PROBABILITY_DIGITS)
    return ordered.loc[followers.index]


def alike_members(members: pd.DataFrame) -> pd.DataFrame:
    """Rows of `community_members` of which five at least are alike: counts and days are told as "at least".

    Members of equal probability stand in the order of what they did, and five in a row at a time are given the least
    of their counts and the earliest of their last days. They are of the core where all are; who follows is null where
    they differ in it.
    """
    rows = members.assign(unexplained_probability=shared_probabilities(members))
    ordered, runs = _runs(rows, [*_LIST, "unexplained_probability"], ["is_follower", *_LEVELS])
    for name in (*_LEVELS, "is_core"):
        ordered[name] = runs[name].transform("min")
    is_alike = runs["is_follower"].transform("nunique", dropna=False) == 1
    ordered["is_follower"] = ordered["is_follower"].where(is_alike)
    return ordered.loc[members.index]


def _shared(rows: pd.DataFrame, keys: list[str], values: pd.Series) -> pd.Series:
    """The values, null where fewer than five of a list have the same.

    Where then one to four would stand alone without a value, the next smallest group loses its own too.
    """
    classes = rows[keys].assign(value=values).groupby([*keys, "value"]).size().rename("size").reset_index()
    classes = classes.sort_values([*keys, "size", "value"], kind="stable")
    nulls = values.isna().groupby([rows[name] for name in keys]).sum().rename("nulls").reset_index()
    classes = classes.merge(nulls, on=keys)
    before = classes.groupby(keys)["size"].cumsum() - classes["size"] + classes["nulls"]
    is_told = (classes["size"] >= LEAST_ALIKE) & ((before == 0) | (before >= LEAST_ALIKE))
    told = rows[keys].assign(value=values).merge(classes[is_told][[*keys, "value"]].assign(is_told=True), how="left")
    return values.where(told["is_told"].set_axis(values.index).notna())


def _runs(rows: pd.DataFrame, kinds: list[str], order: list[str]) -> "tuple[pd.DataFrame, DataFrameGroupBy[Any, Any]]":
    """The rows in this order, and of each kind five in a row at a time, the last ones with what is left over."""
    ordered = rows.sort_values([*kinds, *order], kind="stable")
    by_kind = ordered.groupby(kinds, dropna=False)
    last = by_kind[kinds[0]].transform("size") // LEAST_ALIKE - 1
    run = (by_kind.cumcount() // LEAST_ALIKE).clip(upper=last.clip(lower=0)).rename("run")
    return ordered, ordered.groupby([*(ordered[name] for name in kinds), run], dropna=False)

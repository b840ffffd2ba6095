"""The whole story of every account in one look: first and last values, and the day that changed most."""

import pandas as pd

FIRST_AND_LAST = ("followers_count", "klout_style_score", "reach_score", "engagement_geometric_mean")
LAST = ("pace_state", "handle")
BLOCKS = "▁▂▃▄▅▆▇█"
MISSING = " "


def glance(days: pd.DataFrame) -> pd.DataFrame:
    """One row per account, the widest vanity gap first: `<name>_first` and `_last` known values, and `LAST` ones.

    `largest_delta` is the change of the follower count that is largest in size, `largest_date` its day.
    `widest_gap` is the largest vanity gap, `widest_date` its day,
    `widest_community` what the community was worth on that day, in followers.
    Null for an account without two counts in a row, and without a gap.
    """
    ordered = days.sort_values(["account_id", "report_date"], kind="stable")
    by_account = ordered.groupby("account_id", sort=True)
    known = list(FIRST_AND_LAST)
    rows = by_account[known].first().add_suffix("_first").join(by_account[known].last().add_suffix("_last"))
    largest = _highest(ordered.assign(size=ordered["followers_delta"].abs()), "size")
    widest = _highest(ordered, "vanity_gap")
    rows = rows.join(by_account[list(LAST)].last()).assign(
        largest_delta=largest["followers_delta"],
        largest_date=largest["report_date"],
        widest_gap=widest["vanity_gap"],
        widest_date=widest["report_date"],
        widest_community=widest["community_equivalent_followers"],
    )
    table: pd.DataFrame = rows.reset_index().sort_values("widest_gap", ascending=False, kind="stable")
    return table


def _highest(days: pd.DataFrame, name: str) -> pd.DataFrame:
    """Of each account the row in which the column is highest, the latest of several."""
    known = days.dropna(subset=[name]).sort_values(name, kind="stable")
    return known.drop_duplicates("account_id", keep="last").set_index("account_id")


def sparkline(counts: pd.Series, width: int, top: float | None = None) -> str:
    """The counts as a line of blocks from 0 to `top`, their maximum when not given; a blank where nothing is known.

    >>> sparkline(pd.Series([0, 4, 8], dtype="Int64"), 3)
    '▁▅█'
    >>> sparkline(pd.Series([1, 2], dtype="Int64"), 2, top=8)
    '▂▃'
    """
    values = counts.astype("Float64")
    top = values.max() if top is None else top
    chosen = [values.iloc[round(place * (len(values) - 1) / max(width - 1, 1))] for place in range(width)]
    return "".join(MISSING if pd.isna(value) else _block(value, top) for value in chosen)


def _block(value: float, top: float) -> str:
    return BLOCKS[min(round(value / top * len(BLOCKS)), len(BLOCKS) - 1)] if top else BLOCKS[0]

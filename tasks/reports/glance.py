"""The whole story of every account in one look: first and last values, and the day that changed most."""

import pandas as pd

FIRST_AND_LAST = ("followers_count", "klout_style_score", "reach_score", "engagement_geometric_mean")
LAST = ("community_equivalent_followers", "vanity_gap", "pace_state", "handle")
BLOCKS = "▁▂▃▄▅▆▇█"
MISSING = " "


def glance(days: pd.DataFrame) -> pd.DataFrame:
    """One row per account, the largest vanity gap first: `<name>_first` and `_last` known values, and `LAST` ones.

    `largest_delta` is the change of the follower count that is largest in size, `largest_date` its day;
    both are null for an account without two counts in a row.
    """
    ordered = days.sort_values(["account_id", "report_date"], kind="stable")
    by_account = ordered.groupby("account_id", sort=True)
    known = list(FIRST_AND_LAST)
    edges = by_account[known].first().add_suffix("_first").join(by_account[known].last().add_suffix("_last"))
    largest = ordered.assign(size=ordered["followers_delta"].abs()).sort_values("size", kind="stable")
    largest = largest.dropna(subset=["size"]).drop_duplicates("account_id", keep="last").set_index("account_id")
    moved = largest[["followers_delta", "report_date"]].set_axis(["largest_delta", "largest_date"], axis=1)
    rows: pd.DataFrame = edges.join(by_account[list(LAST)].last()).join(moved).reset_index()
    return rows.sort_values("vanity_gap", ascending=False, na_position="last", kind="stable")


def sparkline(counts: pd.Series, width: int) -> str:
    """The counts as a line of blocks from 0 to their maximum, `width` of them; a blank where nothing is known.

    >>> sparkline(pd.Series([0, 4, 8], dtype="Int64"), 3)
    '▁▅█'
    """
    values = counts.astype("Float64")
    top = values.max()
    chosen = [values.iloc[round(place * (len(values) - 1) / max(width - 1, 1))] for place in range(width)]
    return "".join(MISSING if pd.isna(value) else _block(value, top) for value in chosen)


def _block(value: float, top: float) -> str:
    return BLOCKS[min(round(value / top * len(BLOCKS)), len(BLOCKS) - 1)] if top else BLOCKS[0]

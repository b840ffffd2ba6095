"""Followers counted where the arrival map cannot tell them apart: of millions a few thousand rows are left."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

COLUMNS = 48
"""How many stretches of follow order the map has: fine enough to see a batch, coarse enough for a hundred accounts."""
APART = ["account_id", "first_seen_date", "is_baseline", "stretch", "created_day", "is_in_block"]
COUNTED = [*APART, "last_place", "followers_count"]


def span(arrivals: pd.DataFrame) -> pd.DataFrame:
    """The last place and the first day seen of each account, of those alone who have a place and a creation date."""
    known = arrivals.dropna(subset=["arrival_number", "follower_created_at"])
    by_account = known.groupby("account_id")
    return by_account.agg(last_place=("arrival_number", "max"), first_seen_date=("first_seen_date", "min"))


def spans_together(parts: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """The same of all parts."""
    by_account = pd.concat(parts).groupby("account_id")
    return by_account.agg({"last_place": "max", "first_seen_date": "min"})


def counted(arrivals: pd.DataFrame, spans: pd.DataFrame, blocks: pd.DataFrame) -> pd.DataFrame:
    """How many of these arrivals are alike: followers_count, with the last of their places.

    `arrivals` needs account_id, first_seen_date, is_baseline, arrival_number and follower_created_at.
    `spans` are those of the accounts' whole lists.
    Of followers without a place or a creation date only the number is told: stretch, created_day and place are null.
    """
    arrivals = arrivals.reset_index(drop=True)
    is_known = (arrivals["arrival_number"].notna() & arrivals["follower_created_at"].notna()).to_numpy(dtype=bool)
    known = arrivals[is_known]
    place = known["arrival_number"].to_numpy(dtype=np.int64)
    places_each = -(-(spans["last_place"].reindex(known["account_id"]).to_numpy(dtype=np.int64) + 1) // COLUMNS)
    created = known["follower_created_at"].dt.tz_convert(None).to_numpy().astype("datetime64[D]").astype(np.int64)
    told = pd.DataFrame(
        {
            "stretch": place // places_each,
            "created_day": created,
            "is_in_block": in_blocks(known, spans, blocks),
            "last_place": place,
        },
        index=known.index,
    )
    kept = arrivals[["account_id", "first_seen_date", "is_baseline"]].astype({"is_baseline": bool})
    return _summed(kept.join(told.astype("float64")).assign(followers_count=1))


def together(parts: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Several such counts as one; none where nobody was counted."""
    return _summed(pd.concat(parts, ignore_index=True)) if parts else pd.DataFrame(columns=COUNTED)


def _summed(rows: pd.DataFrame) -> pd.DataFrame:
    alike = rows.groupby(APART, dropna=False, sort=False)
    return alike.agg(last_place=("last_place", "max"), followers_count=("followers_count", "sum")).reset_index()


def in_blocks(arrivals: pd.DataFrame, spans: pd.DataFrame, blocks: pd.DataFrame) -> np.ndarray:
    """Whether each follower lies in a block: in the first reading, among its places, and created in its days."""
    listed, account = arrivals["is_baseline"].to_numpy(dtype=bool), arrivals["account_id"]
    place, created = arrivals["arrival_number"].to_numpy(dtype=np.int64), arrivals["follower_created_at"]
    found = np.zeros(len(arrivals), dtype=bool)
    is_first = blocks["list_date"].to_numpy() == spans["first_seen_date"].reindex(blocks["account_id"]).to_numpy()
    for _, block in blocks[is_first].iterrows():
        is_then = created.between(block["created_first_at"], block["created_last_at"]).to_numpy()
        is_there = (place >= block["first_rank"]) & (place <= block["last_rank"])
        found |= listed & is_then & is_there & (account == block["account_id"]).to_numpy(dtype=bool)
    return found

"""The arrival map: followers by their place in follow order and the day on which their account was created.

They are counted where the map cannot tell them apart, so that of millions a few thousand rows are left.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from tasks.page.inputs import ReportRow
from tasks.page.story import CANNOT_TELL, CAUSE_FOUND, NOT_EXPLAINED, STATE_OF_VERDICT
from tasks.schema.columns.divergence import RISES

_STRETCHES = 48
"""How many stretches of follow order the map has: fine enough to see a batch, coarse enough for a hundred accounts."""
_CELL_COLUMNS = ["account_id", "first_seen_date", "is_baseline", "stretch", "created_day", "is_in_block"]
_CELL_COUNT_COLUMNS = [*_CELL_COLUMNS, "last_place", "followers_count"]
_DAY_ROWS = 24
"""How many rows of days the map has."""

OTHERWISE, IN_BLOCK = "otherwise", "in a block"
ARRIVAL_KINDS = (OTHERWISE, CAUSE_FOUND, CANNOT_TELL, IN_BLOCK, NOT_EXPLAINED)
"""How a follower arrived: in no event that was seen, in one of which this is said, or in a block of the past."""


def measure_spans(arrivals: pd.DataFrame) -> pd.DataFrame:
    """The last place and the first day seen of each account, of those alone who have a place and a creation date.

    `has_order` and not `is_turned` until something else is known.
    """
    known = arrivals.dropna(subset=["arrival_number", "follower_created_at"])
    by_account = known.groupby("account_id")
    spans = by_account.agg(last_place=("arrival_number", "max"), first_seen_date=("first_seen_date", "min"))
    return spans.assign(is_turned=False, has_order=True)


def merge_spans(parts: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """The same of all parts."""
    by_account = pd.concat(parts).groupby("account_id")
    return by_account.agg({"last_place": "max", "first_seen_date": "min", "is_turned": "any", "has_order": "all"})


def count_alike(arrivals: pd.DataFrame, spans: pd.DataFrame, blocks: pd.DataFrame) -> pd.DataFrame:
    """How many of these arrivals are alike: followers_count, with the last of their places.

    `arrivals` needs account_id, first_seen_date, is_baseline, arrival_number and follower_created_at.
    `spans` are those of the accounts' whole lists; where one `is_turned`, the newest follower stands first in it.
    Of followers in no order, without a place or a creation date only the number is told: other columns are null.
    """
    arrivals = arrivals.reset_index(drop=True)
    has_order = spans["has_order"].reindex(arrivals["account_id"]).fillna(value=False).to_numpy(dtype=bool)
    is_known = has_order & (arrivals[["arrival_number", "follower_created_at"]].notna().all(axis=1)).to_numpy()
    known = arrivals[is_known]
    of_account = spans.reindex(known["account_id"])
    last_place = of_account["last_place"].to_numpy(dtype=np.int64)
    given = known["arrival_number"].to_numpy(dtype=np.int64)
    place = np.where(of_account["is_turned"].to_numpy(dtype=bool), last_place - given, given)
    places_each = -(-(last_place + 1) // _STRETCHES)
    created = known["follower_created_at"].dt.tz_convert(None).to_numpy().astype("datetime64[D]").astype(np.int64)
    cells = pd.DataFrame(
        {
            "stretch": place // places_each,
            "created_day": created,
            "is_in_block": _in_blocks(known, spans, blocks),
            "last_place": place,
        },
        index=known.index,
    )
    kept = arrivals[["account_id", "first_seen_date", "is_baseline"]].astype({"is_baseline": bool})
    return _sum_alike(kept.join(cells.astype("float64")).assign(followers_count=1))


def merge_counts(parts: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Several such counts as one; none where nobody was counted."""
    return _sum_alike(pd.concat(parts, ignore_index=True)) if parts else pd.DataFrame(columns=_CELL_COUNT_COLUMNS)


def _sum_alike(rows: pd.DataFrame) -> pd.DataFrame:
    alike = rows.groupby(_CELL_COLUMNS, dropna=False, sort=False)
    return alike.agg(last_place=("last_place", "max"), followers_count=("followers_count", "sum")).reset_index()


def _in_blocks(arrivals: pd.DataFrame, spans: pd.DataFrame, blocks: pd.DataFrame) -> np.ndarray:
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


@dataclass(frozen=True)
class MapCells:
    """Cells of the grid that hold followers of one kind, column after column: steps from cell to cell, and counts."""

    kind: str
    steps: list[int]
    counts: list[int]


@dataclass(frozen=True)
class ArrivalMap:
    """Followers counted into a grid of `rows` rows.

    A cell is `places_each` places wide and `days_each` days high; the lowest begins `first_day` days after 1970-01-01.
    `followers_count` is how many are drawn, `left_out_count` how many have no place or no creation date.
    """

    cells: list[MapCells]
    rows: int
    places_each: int
    days_each: int
    first_day: int
    followers_count: int
    left_out_count: int


def build_arrival_map(arrivals: pd.DataFrame, events: Sequence[ReportRow]) -> ArrivalMap | None:
    """The arrivals of one account, counted where they are alike, in cells; None without a place and a creation date."""
    known = arrivals[arrivals["stretch"].notna()]
    if known.empty:
        return None
    created, count = (known[name].to_numpy(dtype=np.int64) for name in ("created_day", "followers_count"))
    first_day = int(created.min())
    places_each = -(-int(known["last_place"].max() + 1) // _STRETCHES)
    days_each = -(-int(created.max() - first_day + 1) // _DAY_ROWS)
    cell = known["stretch"].to_numpy(dtype=np.int64) * _DAY_ROWS + (created - first_day) // days_each
    kinds = np.where(known["is_in_block"] == 1, ARRIVAL_KINDS.index(IN_BLOCK), _arrival_kinds(known, events))
    each = [(kind, kinds == number) for number, kind in enumerate(ARRIVAL_KINDS)]
    cells = [_map_cells(kind, cell[is_kind], count[is_kind]) for kind, is_kind in each if is_kind.any()]
    shown = int(count.sum())
    left_out = int(arrivals["followers_count"].sum()) - shown
    return ArrivalMap(cells, _DAY_ROWS, places_each, days_each, first_day, shown, left_out)


def _map_cells(kind: str, cell: np.ndarray, count: np.ndarray) -> MapCells:
    numbers, place = np.unique(cell, return_inverse=True)
    counts = np.bincount(place, weights=count).astype(np.int64)
    return MapCells(kind, np.diff(numbers, prepend=0).tolist(), counts.tolist())


def _arrival_kinds(arrivals: pd.DataFrame, events: Sequence[ReportRow]) -> np.ndarray:
    """For each follower the index in `ARRIVAL_KINDS` of the event in which it was first seen.

    The first reading of a list shows who follows, not who arrived, so its followers belong to no event.
    """
    kinds = np.full(len(arrivals), ARRIVAL_KINDS.index(OTHERWISE))
    seen = arrivals["first_seen_date"].to_numpy()
    arrived = ~arrivals["is_baseline"].to_numpy(dtype=bool)
    for event in events:
        if event["event_kind"] in RISES:
            first, last = (event[end].to_datetime64() for end in ("first_date", "last_date"))
            state = STATE_OF_VERDICT.get(str(event["verdict"]), CAUSE_FOUND)
            kinds[arrived & (seen >= first) & (seen <= last)] = ARRIVAL_KINDS.index(state)
    return kinds

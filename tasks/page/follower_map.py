"""The arrival map: followers by their place in follow order and the day on which their account was created."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from tasks.page.arrivals import COLUMNS
from tasks.page.inputs import Row
from tasks.page.story import CANNOT_TELL, EXPLAINED, NOT_EXPLAINED, STATE_OF_VERDICT

ROWS = 24
"""The grid has so many rows of days, and columns as `arrivals.py` has them."""

OTHERWISE, IN_BLOCK = "otherwise", "in a block"
KINDS = (OTHERWISE, EXPLAINED, CANNOT_TELL, IN_BLOCK, NOT_EXPLAINED)
"""How a follower arrived: in no event that was seen, in one of which this is said, or in a block of the past."""

RISES = ("jump", "drip")


@dataclass(frozen=True)
class Cells:
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

    cells: list[Cells]
    rows: int
    places_each: int
    days_each: int
    first_day: int
    followers_count: int
    left_out_count: int


def arrival_map(arrivals: pd.DataFrame, events: Sequence[Row]) -> ArrivalMap | None:
    """The arrivals of one account, counted where they are alike, in cells; None without a place and a creation date."""
    known = arrivals[arrivals["stretch"].notna()]
    if known.empty:
        return None
    created, count = (known[name].to_numpy(dtype=np.int64) for name in ("created_day", "followers_count"))
    first_day = int(created.min())
    places_each = -(-int(known["last_place"].max() + 1) // COLUMNS)
    days_each = -(-int(created.max() - first_day + 1) // ROWS)
    cell = known["stretch"].to_numpy(dtype=np.int64) * ROWS + (created - first_day) // days_each
    kinds = np.where(known["is_in_block"] == 1, KINDS.index(IN_BLOCK), arrival_kinds(known, events))
    each = [(kind, kinds == number) for number, kind in enumerate(KINDS)]
    cells = [_cells(kind, cell[is_kind], count[is_kind]) for kind, is_kind in each if is_kind.any()]
    shown = int(count.sum())
    left_out = int(arrivals["followers_count"].sum()) - shown
    return ArrivalMap(cells, ROWS, places_each, days_each, first_day, shown, left_out)


def _cells(kind: str, cell: np.ndarray, count: np.ndarray) -> Cells:
    numbers, place = np.unique(cell, return_inverse=True)
    counts = np.bincount(place, weights=count).astype(np.int64)
    return Cells(kind, np.diff(numbers, prepend=0).tolist(), counts.tolist())


def arrival_kinds(arrivals: pd.DataFrame, events: Sequence[Row]) -> np.ndarray:
    """For each follower the index in `KINDS` of the event in which it was first seen.

    The first reading of a list shows who follows, not who arrived, so its followers belong to no event.
    """
    kinds = np.full(len(arrivals), KINDS.index(OTHERWISE))
    seen = arrivals["first_seen_date"].to_numpy()
    arrived = ~arrivals["is_baseline"].to_numpy(dtype=bool)
    for event in events:
        if event["event_kind"] in RISES:
            first, last = (event[end].to_datetime64() for end in ("first_date", "last_date"))
            state = STATE_OF_VERDICT.get(str(event["verdict"]), EXPLAINED)
            kinds[arrived & (seen >= first) & (seen <= last)] = KINDS.index(state)
    return kinds

"""The arrival map: followers by their place in follow order and the day on which their account was created."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from tasks.page.material import Row
from tasks.page.story import CANNOT_TELL, EXPLAINED, NOT_EXPLAINED, STATE_OF_VERDICT

COLUMNS, ROWS = 48, 24
"""The grid into which followers are counted: fine enough to see a batch, coarse enough for a hundred accounts."""

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


def arrival_map(arrivals: pd.DataFrame, events: Sequence[Row], blocks: pd.DataFrame) -> ArrivalMap | None:
    """The arrivals of one account counted into cells; None when no follower has a place and a creation date."""
    known = arrivals.dropna(subset=["arrival_number", "follower_created_at"])
    if known.empty:
        return None
    place = known["arrival_number"].to_numpy(dtype=np.int64)
    created = known["follower_created_at"].dt.tz_convert(None).to_numpy().astype("datetime64[D]").astype(np.int64)
    first_day = int(created.min())
    places_each = -(-int(place.max() + 1) // COLUMNS)
    days_each = -(-int(created.max() - first_day + 1) // ROWS)
    cell = place // places_each * ROWS + (created - first_day) // days_each
    kinds = np.where(in_blocks(known, blocks), KINDS.index(IN_BLOCK), arrival_kinds(known, events))
    cells = [_cells(kind, cell[kinds == number]) for number, kind in enumerate(KINDS) if (kinds == number).any()]
    return ArrivalMap(cells, ROWS, places_each, days_each, first_day, len(known), len(arrivals) - len(known))


def _cells(kind: str, cell: np.ndarray) -> Cells:
    numbers, counts = np.unique(cell, return_counts=True)
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


def in_blocks(arrivals: pd.DataFrame, blocks: pd.DataFrame) -> np.ndarray:
    """Whether each follower lies in a block: in the first reading, among its places, and created in its days."""
    listed = arrivals["is_baseline"].to_numpy(dtype=bool)
    place = arrivals["arrival_number"].to_numpy(dtype=np.int64)
    created = arrivals["follower_created_at"]
    found = np.zeros(len(arrivals), dtype=bool)
    for _, block in blocks[blocks["list_date"] == arrivals["first_seen_date"].min()].iterrows():
        is_then = created.between(block["created_first_at"], block["created_last_at"]).to_numpy()
        found |= listed & is_then & (place >= block["first_rank"]) & (place <= block["last_rank"])
    return found

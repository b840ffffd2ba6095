"""An invented follower list in follow order as people keep it: CSV or Parquet, written a piece at a time."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from pyarrow import csv, parquet

PIECE = 262_144
FIRST_ACCOUNT, FIRST_FOLLOW, LAST_FOLLOW = 13_300, 14_000, 20_600
"""Days since 1970: X's first accounts in 2006, the first follower in 2008, and the last in 2026."""
BLOCK_AT, BLOCK_SHARE = 0.6, 0.02
"""Where in the list a coordinated block stands, and how much of the list it is."""
COUNTS = {"followers_count": 4.5, "following_count": 5.5, "posts_count": 4.0, "listed_count": 0.0, "likes_count": 4.0}
FLAGS = {"has_default_image": 0.2, "has_description": 0.6, "is_protected": 0.1, "is_verified": 0.02}


def write_list(path: Path, followers: int) -> None:
    """The list as `.csv` or `.parquet`, the same each time."""
    pieces = _pieces(followers)
    first = next(pieces)
    if path.suffix == ".csv":
        writer: Any = csv.CSVWriter(path, first.schema, write_options=csv.WriteOptions(quoting_style="needed"))
    else:
        writer = parquet.ParquetWriter(path, first.schema)
    with writer:
        writer.write_table(first)
        for piece in pieces:
            writer.write_table(piece)


def _pieces(followers: int) -> Iterator[pa.Table]:
    random = np.random.default_rng(5)
    for first in range(0, followers, PIECE):
        yield _piece(random, np.arange(first, min(first + PIECE, followers)), followers)


def _piece(random: np.random.Generator, rank: NDArray[np.int64], followers: int) -> pa.Table:
    place = rank / followers
    followed = FIRST_FOLLOW + (LAST_FOLLOW - FIRST_FOLLOW) * place
    created = followed - random.gamma(2, 400, len(rank))
    oldest = FIRST_ACCOUNT + (followed - FIRST_ACCOUNT) * random.random(len(rank))
    created = np.where(created < FIRST_ACCOUNT, oldest, created)
    is_block = (place >= BLOCK_AT) & (place < BLOCK_AT + BLOCK_SHARE)
    created = np.where(is_block, FIRST_FOLLOW + 2_000 + 5 * random.random(len(rank)), created)
    columns = {
        "rank": rank,
        # Multiplied by an odd number, so that no id stands twice and none follows from the one before; all are of the
        # years in which X counted its accounts, for a longer id tells when, and a list that says otherwise is refused.
        "follower_id": (rank + 1) * 1_299_721 % 2**32,
        "created_at": pa.array((created * 86_400).astype(np.int64), pa.timestamp("s", "UTC")),
        **{name: np.floor(np.exp(random.normal(center, 2, len(rank)))).astype(int) for name, center in COUNTS.items()},
        **{name: random.random(len(rank)) < share for name, share in FLAGS.items()},
    }
    return pa.table(columns)

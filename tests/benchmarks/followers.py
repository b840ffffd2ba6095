"""Invented followers of many accounts as a staged file, written a row group at a time."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from pyarrow import parquet

from tasks.schema.staged import FOLLOWER_ARRIVALS
from tasks.store.parquet import GROUP_ROWS, WRITER
from tasks.store.spill_file import regroup

FIRST_DAY, WAVE_DAY, DAYS = 20_440, 120, 180
"""Days since 1970 of the first reading; days after it of the wave, and of the last reading."""
SMALLEST = 300


def write_followers(path: Path, followers: int, accounts: int) -> None:
    """A staged file of so many followers; sizes of accounts are log-normal, the same each time."""
    random = np.random.default_rng(1)
    weight = random.lognormal(0, 1.2, accounts)
    sizes = np.maximum((weight / weight.sum() * followers).astype(int), min(SMALLEST, followers // accounts))
    sizes[np.argmax(sizes)] += followers - sizes.sum()
    with parquet.ParquetWriter(path, FOLLOWER_ARRIVALS.schema, **WRITER) as file:
        for rows in regroup(_accounts(random, sizes), GROUP_ROWS):
            file.write_table(rows, row_group_size=GROUP_ROWS)


def _accounts(random: np.random.Generator, sizes: NDArray[np.int64]) -> Iterator[pa.Table]:
    most = 2**19
    for number, size in enumerate(sizes.tolist()):
        for first in range(0, size, most):
            yield _part(random, f"{10_000 + number}", np.arange(first, min(first + most, size)), size)


def _part(random: np.random.Generator, account: str, place: NDArray[np.int64], size: int) -> pa.Table:
    """A stretch of an account: a tenth was seen arriving, half of that in a wave of hollow accounts of one week."""
    late = np.clip((place - 0.9 * size) / (0.1 * size), 0, None)
    is_wave = (late >= 0.25) & (late < 0.75)
    organic = np.where(late < 0.25, late * 4 * WAVE_DAY, WAVE_DAY + (late - 0.75) * 4 * (DAYS - WAVE_DAY))
    day = np.where(is_wave, WAVE_DAY, np.ceil(organic)).astype(np.int64)
    seen = FIRST_DAY + day
    followed = np.where(day > 0, seen, FIRST_DAY - 3_000 * (1 - place / size))
    created = followed - random.gamma(2, 500, len(place))
    created = np.where(is_wave, FIRST_DAY - 500 + 5 * random.random(len(place)), created)
    posts, likes = (np.where(is_wave, 0, _counted(random, len(place), 4)) for _ in range(2))
    columns: dict[str, Any] = {
        "account_id": pa.repeat(account, len(place)),
        "follower_id": random.integers(10**9, 2 * 10**18, len(place)),
        "first_seen_date": pa.array(seen.astype(np.int32), pa.date32()),
        "source": pa.repeat("x_api", len(place)),
        "observed_at": _moments(seen + 0.1),
        "arrival_number": place,
        "is_baseline": day == 0,
        "is_return": np.zeros(len(place), dtype=bool),
        "followed_before": _moments(seen + 0.1),
        "follower_created_at": _moments(created),
        "follower_followers_count": _counted(random, len(place), 4.5),
        "follower_following_count": _counted(random, len(place), 5.5),
        "follower_posts_count": posts,
        "follower_listed_count": random.poisson(0.7, len(place)),
        "follower_likes_count": likes,
        "follower_last_post_at": _moments(seen - random.exponential(90, len(place)), posts == 0),
        "has_default_image": random.random(len(place)) < 0.2,
        "has_description": random.random(len(place)) < 0.6,
        "has_location": random.random(len(place)) < 0.4,
        "has_url": random.random(len(place)) < 0.2,
    }
    schema = FOLLOWER_ARRIVALS.schema
    filled = [columns.get(name, pa.nulls(len(place), schema.field(name).type)) for name in schema.names]
    arrays = [pa.array(values, kind) for values, kind in zip(filled, schema.types, strict=True)]
    return pa.Table.from_arrays(arrays, schema=schema)


def _counted(random: np.random.Generator, size: int, center: float) -> NDArray[np.int64]:
    return np.floor(np.exp(random.normal(center, 2, size))).astype(np.int64)


def _moments(days: NDArray[np.floating[Any]], unknown: NDArray[np.bool_] | None = None) -> pa.Array:
    """Days since 1970 as moments of whole seconds."""
    seconds = np.maximum(days, 13_300) * 86_400 if unknown is None else days * 86_400
    return pa.array(seconds.astype(np.int64) * 1_000_000, pa.timestamp("us", "UTC"), mask=unknown)

"""X's JSON as columns: either spelling is read, absent and null alike, and a missing value stays null."""

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
import pyarrow as pa

Objects: TypeAlias = Sequence[dict[str, Any]]

SNOWFLAKE_START_MS = 1_288_834_974_657
"""X's epoch, in Unix milliseconds: a snowflake's upper bits count from 2010-11-04T01:42:54.657Z."""

FIRST_SNOWFLAKE = 2**40
"""Ids up to here were counted one by one and hold no time."""


def ids(objects: Objects, *names: str) -> pd.Series:
    """Decimal ids as Int64, from the first of the names that holds one."""
    return _integers(_strings(_either(objects, names)))


def counts(objects: Objects, *names: str) -> pd.Series:
    """Counts in `public_metrics` as Int64, from the first of the names that holds one."""
    metrics = [entry.get("public_metrics") or {} for entry in objects]
    return pd.Series(pd.array(_either(metrics, names), dtype="Int64"))


def flags(objects: Objects, name: str) -> pd.Series:
    """Truth values as boolean."""
    return pd.Series(pd.array(_either(objects, (name,)), dtype="boolean"))


def texts(objects: Objects, name: str) -> pd.Series:
    """Texts as str, null where there is none."""
    return pd.Series(_either(objects, (name,)), dtype="str")


def moments(objects: Objects, name: str) -> pd.Series:
    """Times as UTC microseconds; X writes them with and without milliseconds."""
    stated = pd.Series(_either(objects, (name,)), dtype="str")
    return pd.to_datetime(stated, format="ISO8601", utc=True).astype("datetime64[us, UTC]")


def is_filled(objects: Objects, name: str) -> pd.Series:
    """Whether a text that was asked for is there: X leaves empty ones out, or sends null."""
    return pd.Series(pd.array([bool(entry.get(name)) for entry in objects], dtype="boolean"))


def same(size: int, value: bool | None) -> pd.Series:
    """One truth value, or null, as many times."""
    return pd.Series(pd.array([value] * size, dtype="boolean"))


def snowflake_moments(snowflakes: pd.Series) -> pd.Series:
    """When ids were given out: ms = (id >> 22) + `SNOWFLAKE_START_MS`; null for ids that hold no time.

    >>> str(snowflake_moments(pd.Series([1346889436626259968], dtype="Int64"))[0])
    '2021-01-06 18:40:40.344000+00:00'
    """
    is_known = (snowflakes.notna() & (snowflakes > FIRST_SNOWFLAKE)).to_numpy(dtype=bool, na_value=False)
    milliseconds = (snowflakes.fillna(0).to_numpy(dtype=np.int64) >> 22) + SNOWFLAKE_START_MS
    read = pd.Series(milliseconds.astype("datetime64[ms]").astype("datetime64[us]"))
    return read.dt.tz_localize("UTC").where(is_known)


def reference_ids(objects: Objects, kind: str) -> pd.Series:
    """The id of the post that each post has replied to, quoted or retweeted, as Int64; null without such a post."""
    found = [
        next((str(r["id"]) for r in references(entry) or () if r.get("type") == kind and r.get("id")), None)
        for entry in objects
    ]
    return _integers(found)


def references(entry: dict[str, Any]) -> list[dict[str, Any]] | None:
    """The posts to which a post refers; null where X did not say."""
    said = entry.get("referenced_tweets")
    return said if said is not None else entry.get("referenced_posts")


def _either(objects: Objects, names: Sequence[str]) -> list[Any]:
    first, *others = names
    found = [entry.get(first) for entry in objects]
    for name in others:
        found = [entry.get(name) if known is None else known for known, entry in zip(found, objects, strict=True)]
    return found


def _strings(said: list[Any]) -> list[str | None]:
    return [None if entry is None else str(entry) for entry in said]


def _integers(said: list[str | None]) -> pd.Series:
    parsed = pa.array(said, pa.string()).cast(pa.int64())
    return pd.Series(pd.array(parsed.to_pandas(types_mapper={pa.int64(): pd.Int64Dtype()}.get), dtype="Int64"))

"""The time that X writes into its ids: a snowflake's upper bits count milliseconds from 2010-11-04T01:42:54.657Z."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd

FIRST_SNOWFLAKE = 2**40
"""Ids below were counted one by one and hold no time."""
_START_MS = 1_288_834_974_657
"""X's epoch, in Unix milliseconds."""
_TIME_SHIFT = 22


def snowflake_moment(snowflake: int) -> datetime:
    """When an id was given out, to the millisecond: ms = (id >> 22) + X's epoch.

    >>> snowflake_moment(1346889436626259968).isoformat(timespec="milliseconds")
    '2021-01-06T18:40:40.344+00:00'
    """
    return datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=(snowflake >> _TIME_SHIFT) + _START_MS)


def snowflake_moments(snowflakes: pd.Series) -> pd.Series:
    """The same of a column of ids; null for ids that hold no time, and for no id.

    >>> str(snowflake_moments(pd.Series([1346889436626259968], dtype="Int64"))[0])
    '2021-01-06 18:40:40.344000+00:00'
    """
    is_timed = (snowflakes.notna() & (snowflakes >= FIRST_SNOWFLAKE)).to_numpy(dtype=bool, na_value=False)
    milliseconds = (snowflakes.fillna(0).to_numpy(dtype=np.int64) >> _TIME_SHIFT) + _START_MS
    read = pd.Series(milliseconds.astype("datetime64[ms]").astype("datetime64[us]"))
    return read.dt.tz_localize("UTC").where(is_timed)

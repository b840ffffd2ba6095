"""What the world knows and a pipeline never sees: for evaluation."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date

import numpy as np
import pandas as pd

from sandbox.world.moments import NEVER


@dataclass(frozen=True)
class Event:
    """Something that happened to an account: unexplained_wave, organic_post, organic_mention or platform_purge."""

    account_id: int
    handle: str
    kind: str
    first_date: date
    last_date: date
    # Followers who came by it, or whom a purge took.
    count: int


@dataclass(frozen=True)
class Truth:
    """The truth of a world.

    `followers`: one row per person and account (the first follow): account_id, follower_id, kind (person, bot),
    cause (organic, or the kind of the event that brought it), followed_at, left_at, suspended_at (null if never).
    `events`: one row per event, columns as in `Event`.
    """

    followers: pd.DataFrame
    events: pd.DataFrame


TruthSource = Callable[[], Truth]


def truth_of(follows: list[pd.DataFrame], events: list[Event]) -> Truth:
    """The truth as tables, times as UTC moments."""
    followers = pd.concat(follows, ignore_index=True)
    for column in ("followed_at", "left_at", "suspended_at"):
        followers[column] = moments(followers[column].to_numpy())
    table = pd.DataFrame([asdict(event) for event in events], columns=list(Event.__dataclass_fields__))
    return Truth(followers, table.astype({"first_date": "datetime64[s]", "last_date": "datetime64[s]"}))


def moments(milliseconds: "np.ndarray[tuple[int], np.dtype[np.int64]]") -> pd.Series:
    """UTC moments of milliseconds; NEVER becomes null."""
    never = np.iinfo(np.int64).min
    return (
        pd.Series(np.where(milliseconds >= NEVER, never, milliseconds).astype("datetime64[ms]"))
        .dt.tz_localize("UTC")
        .astype("datetime64[us, UTC]")
    )

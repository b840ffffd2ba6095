"""What the report tables are made from: staged rows of all accounts."""

from dataclasses import dataclass, field

import pandas as pd

from tasks.schema.frames import nothing
from tasks.schema.staged import ACCOUNT_SPEND, FOLLOWER_DEPARTURES, FOLLOWER_LIST_MEMBERS

LISTED = ["account_id", "list_date", "handle"]


def _nobody_left() -> pd.DataFrame:
    return nothing(FOLLOWER_DEPARTURES)


def _no_list() -> pd.DataFrame:
    return nothing(FOLLOWER_LIST_MEMBERS)[LISTED]


def _nothing_spent() -> pd.DataFrame:
    return nothing(ACCOUNT_SPEND)


@dataclass(frozen=True)
class Observed:
    """Staged rows as frames (see `tasks.schema.staged`).

    `arrived` says how many followers came per account and day, counted from `arrivals` where it is not given.
    Lists are too long to be held: `arrivals` holds then those followers who engaged, and at least one of each list.

    `lists` says of which account a follower list was brought in, and on which day it was read.
    """

    snapshots: pd.DataFrame
    activity: pd.DataFrame
    arrivals: pd.DataFrame
    posts: pd.DataFrame
    engagements: pd.DataFrame
    readings: pd.DataFrame
    departures: pd.DataFrame = field(default_factory=_nobody_left)
    lists: pd.DataFrame = field(default_factory=_no_list)
    arrived: pd.DataFrame | None = None
    spend: pd.DataFrame = field(default_factory=_nothing_spent)

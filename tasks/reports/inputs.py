"""What the report tables are made from: staged rows of all accounts under one id each, whole or in shards."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise

import pandas as pd

from tasks.schema.frames import empty_frame
from tasks.schema.months import Days
from tasks.schema.staged import ACCOUNT_SPEND, FOLLOWER_DEPARTURES, FOLLOWER_LIST_MEMBERS

LIST_INPUTS = ["account_id", "list_date", "handle"]


def _nobody_left() -> pd.DataFrame:
    return empty_frame(FOLLOWER_DEPARTURES)


def _no_list() -> pd.DataFrame:
    return empty_frame(FOLLOWER_LIST_MEMBERS)[LIST_INPUTS]


def _nothing_spent() -> pd.DataFrame:
    return empty_frame(ACCOUNT_SPEND)


@dataclass(frozen=True)
class StagedInputs:
    """Staged rows as frames (see `tasks.schema.staged`).

    `arrival_counts` says how many followers came per account and day, counted from `arrivals` where it is not given.
    Lists are too long to be held: `arrivals` holds then those followers who engaged, and at least one of each list.

    `ids` are those that stand for provisional ones.
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
    arrival_counts: pd.DataFrame | None = None
    ids: Mapping[str, str] = field(default_factory=dict)
    spend: pd.DataFrame = field(default_factory=_nothing_spent)


PROVISIONAL = "@"
"""An id that begins with this stands for a handle whose id on X was not known when an export was read."""


def provisional_id(handle: str) -> str:
    """The id under which an export's rows stand until the account's id on X is known."""
    return f"{PROVISIONAL}{handle.lower()}"


def first_provisional_days(snapshots: pd.DataFrame, activity: pd.DataFrame) -> dict[str, pd.Timestamp]:
    """The first day of which rows under each provisional id tell."""
    days = pd.concat(
        [
            snapshots[["account_id", "snapshot_date"]].rename(columns={"snapshot_date": "day"}),
            activity[["account_id", "activity_date"]].rename(columns={"activity_date": "day"}),
        ],
        ignore_index=True,
    )
    first = days[days["account_id"].str.startswith(PROVISIONAL)].groupby("account_id")["day"].min()
    return {str(account): pd.Timestamp(day) for account, day in first.items()}


def map_provisional_ids(snapshots: pd.DataFrame, first_days: Mapping[str, pd.Timestamp]) -> dict[str, str]:
    """From provisional id to the id on X of the account that had the handle when its rows begin.

    A handle may pass to another account. Of the ids that were read with it that one stands which was last read for the
    first time on that day or before, else the first one; never an account that is younger than the rows, which then
    stay an account of their own.
    `first_days` is what `first_provisional_days` gives; `account_created_at` may be missing from the snapshots.
    """
    read = snapshots[~snapshots["account_id"].str.startswith(PROVISIONAL)]
    read = read.reindex(columns=["account_id", "handle", "snapshot_date", "account_created_at"])
    owners = read.assign(stands_under=PROVISIONAL + read["handle"].str.lower()).groupby(["stands_under", "account_id"])
    known = owners.agg(first=("snapshot_date", "min"), created=("account_created_at", "min")).reset_index()
    known = known.sort_values(["stands_under", "first", "account_id"], kind="stable")
    found = {str(name): _owner(rows, first_days.get(str(name))) for name, rows in known.groupby("stands_under")}
    return {name: owner for name, owner in found.items() if owner is not None}


def _owner(known: pd.DataFrame, begins: pd.Timestamp | None) -> str | None:
    """The account of these ids, by their first reading, whose the rows are that begin on the day; None for nobody."""
    if begins is None:
        return str(known["account_id"].iloc[-1])
    created = pd.to_datetime(known["created"], utc=True).dt.tz_localize(None).dt.normalize()
    old_enough = known[~(created > begins)]
    before = old_enough[old_enough["first"] <= begins]
    if not before.empty:
        return str(before["account_id"].iloc[-1])
    return None if old_enough.empty else str(old_enough["account_id"].iloc[0])


def replace_provisional_ids(rows: pd.DataFrame, ids: dict[str, str]) -> pd.DataFrame:
    """The rows with every provisional id replaced by the known one; unknown ones stay as they are."""
    is_provisional = rows["account_id"].str.startswith(PROVISIONAL).to_numpy(dtype=bool)
    if not is_provisional.any():
        return rows
    known = rows["account_id"].where(~is_provisional, rows["account_id"].map(ids))
    return rows.assign(account_id=known.fillna(rows["account_id"]))


@dataclass(frozen=True)
class Share:
    """Some of the accounts: by id, with the provisional ids under which some of their rows stand."""

    accounts: tuple[str, ...]
    ids: Mapping[str, str]


@dataclass(frozen=True)
class Shard:
    """Some accounts on some days, both included; of no share when all accounts are measured at once."""

    days: Days
    share: Share | None = None


def split_shards(everybody: Share, days: Days, account_days: int) -> list[Shard]:
    """The accounts in shares of at most so many account-days, in the order of their ids; one account at least.

    A share keeps all of the days: every window reaches five months back, and a month alone would lay them out anew.
    """
    each = max(1, account_days // ((days[1] - days[0]).days + 1))
    if len(everybody.accounts) <= each:
        return [Shard(days)]
    return [Shard(days, share) for share in _shares(everybody, each)]


def _shares(everybody: Share, each: int) -> Iterator[Share]:
    number = -(-len(everybody.accounts) // each)
    # Shares of one size end together; the last one of full shares would be waited for alone.
    ends = [place * len(everybody.accounts) // number for place in range(number + 1)]
    for start, stop in pairwise(ends):
        accounts = everybody.accounts[start:stop]
        inside = set(accounts)
        yield Share(accounts, {stand: account for stand, account in everybody.ids.items() if account in inside})

"""One day of Bluesky for all tracked accounts: opened once, a day's batch of its own beside X's."""

from collections.abc import Mapping
from datetime import date, timedelta

import pandas as pd

from tasks.schema.frames import empty_frame, frame
from tasks.schema.staged import (
    ACCOUNT_SNAPSHOTS,
    ENGAGEMENTS,
    FOLLOWER_ARRIVALS,
    FOLLOWER_DEPARTURES,
    POSTS,
    READINGS,
    REJECTIONS,
)
from tasks.schema.table import Table
from tasks.sources.bluesky.history import AccountHistory, account_history
from tasks.sources.bluesky.parameters import BlueskyParameters
from tasks.sources.reading import Reading
from tasks.store import layout
from tasks.store.parquet import Selection
from tasks.store.root import DataRoot
from tasks.store.tables import Tables

FILLED_TABLES = (ACCOUNT_SNAPSHOTS, FOLLOWER_ARRIVALS, FOLLOWER_DEPARTURES, POSTS, ENGAGEMENTS, READINGS, REJECTIONS)
"""The staged tables that Bluesky fills."""
_HISTORY_TABLES = (ACCOUNT_SNAPSHOTS, FOLLOWER_ARRIVALS, FOLLOWER_DEPARTURES, ENGAGEMENTS, READINGS)


class BlueskyDay:
    """One day of Bluesky, opened once: what an earlier run of it staged, on which fetch and stage work.

    Bluesky costs nothing, so a run that is killed before its rows are staged is read again.
    """

    def __init__(self, root: DataRoot, day: date, parameters: BlueskyParameters) -> None:
        """Open the day; call it inside the lock of the day's reading."""
        self.root, self.day, self.parameters = root, day, parameters
        self._before = Selection(days=(date.min, day - timedelta(days=1)))
        self._parts = {table.name: [self._staged(table)] for table in FILLED_TABLES}
        snapshots = frame(Tables(root).staged(ACCOUNT_SNAPSHOTS, self._before))
        self._snapshots_before = snapshots[snapshots["source"] == "bluesky"]

    def _staged(self, table: Table) -> pd.DataFrame:
        """What an earlier run of the day staged; accounts that could not be found are asked for again."""
        batch = Tables(self.root).read_batch(table, layout.bluesky_batch(self.day))
        rows = empty_frame(table) if batch is None else frame(batch)
        return rows[~rows["account_id"].str.startswith("@")]

    def complete_handles(self) -> frozenset[str]:
        """The accounts that were read completely on this day, by handle in lower case."""
        readings, snapshots = self.rows(READINGS), self.rows(ACCOUNT_SNAPSHOTS)
        unfinished = readings.loc[readings["status"] != "complete", "account_id"]
        complete = snapshots.loc[~snapshots["account_id"].isin(unfinished), "handle"]
        return frozenset(str(handle).lower() for handle in complete)

    def history(self, handle: str) -> AccountHistory:
        """What earlier days tell of the account."""
        named = self._snapshots_before
        named = named[named["handle"].str.lower() == handle.lower()]
        if named.empty:
            return AccountHistory()
        selection = Selection(days=self._before.days, accounts=(str(named["account_id"].iloc[-1]),))
        return account_history({of.name: frame(Tables(self.root).staged(of, selection)) for of in _HISTORY_TABLES})

    def put(self, rows: Mapping[str, pd.DataFrame]) -> None:
        """Take in the rows of one account, by the table's name; they replace those that it had on this day."""
        account_id = rows[READINGS.name]["account_id"].iloc[0]
        for name, new in rows.items():
            others = [part[part["account_id"] != account_id] for part in self._parts[name]]
            self._parts[name] = [*others, new]

    def put_unread(self, handle: str, status: str, reason: str) -> None:
        """Note that not even the counts of the account could be read; its DID is not known, so its handle stands."""
        empty = empty_frame(READINGS)
        told = {"account_id": f"@{handle.lower()}", "subject": "counts", "snapshot_date": pd.Timestamp(self.day)}
        told |= {"status": status, "reading_reason": reason, "pages_count": 0, "objects_count": 0}
        row = pd.DataFrame([told | {"observation_level": "counts"}], columns=list(empty.columns))
        self._parts[READINGS.name].append(row.astype(empty.dtypes))

    def rows(self, table: Table) -> pd.DataFrame:
        """All rows of the day for a staged table."""
        return pd.concat([empty_frame(table), *self._parts[table.name]], ignore_index=True)

    def readings(self) -> list[Reading]:
        """How far each reading of the day got."""
        return [_reading(row) for rows in self._parts[READINGS.name] for _, row in rows.iterrows()]


def _reading(row: pd.Series) -> Reading:
    reason = None if pd.isna(row["reading_reason"]) else str(row["reading_reason"])
    sizes = int(row["pages_count"]), int(row["objects_count"])
    return Reading(str(row["account_id"]), str(row["subject"]), str(row["status"]), reason, *sizes)

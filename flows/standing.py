"""What stands on disk and what is known of each day: the ground on which a run is planned."""

from collections.abc import Collection, Mapping
from datetime import date, timedelta

import pandas as pd

from config.pipeline import Parameters
from config.refusal import RefusedError
from tasks.datasets.staged_inputs import staged_rows
from tasks.freshness.fingerprints import fingerprints
from tasks.freshness.ledger import Fingerprints, derived_records, published_days, read_ledger, write_ledger
from tasks.freshness.plan import MATURED, Asked, DayPlan, Standing, planned
from tasks.reports.inputs import identified, known_ids
from tasks.schema.months import Days
from tasks.schema.staged import ACCOUNT_ACTIVITY, ACCOUNT_SNAPSHOTS, POSTS, READINGS
from tasks.schema.table import Table
from tasks.store.parquet import Selection
from tasks.store.root import DataRoot

TELLING = {
    ACCOUNT_SNAPSHOTS: "snapshot_date",
    ACCOUNT_ACTIVITY: "activity_date",
    READINGS: "snapshot_date",
}
"""Staged tables whose rows make a report day; a reading alone tells only that the day was asked for."""


def each_day(first: date, last: date) -> list[date]:
    """Every day from the first to the last."""
    return [first + timedelta(days=step) for step in range((last - first).days + 1)]


def plan_of(
    root: DataRoot, days: Days, parameters: Parameters, asked: Asked, known: pd.DataFrame | None = None
) -> list[DayPlan]:
    """The plan of every day; `asked.accounts` are ids or handles. `RefusedError` names those nobody ever observed.

    `known` are the `known_days`, when they have been read already.
    """
    every = each_day(*days)
    known = known_days(root, parameters) if known is None else known
    ids = _ids(known, asked.accounts)
    standing = Standing(read_ledger(root, every), published_days(root), fingerprints(root, every, parameters))
    return planned(every, known, standing, Asked(asked.today, ids, asked.is_forced))


def record(
    root: DataRoot, rests_on: Mapping[date, Fingerprints], accounts: Collection[str] | None, whole_from: date
) -> None:
    """Remember what these days rest on, now that they are published; call it inside the lock `reports`.

    Before `whole_from` the community was not listed anew, so a day that has no record yet stays to be derived.
    """
    earlier = read_ledger(root, list(rests_on))
    published = published_days(root)
    done = {day: published.get(day, ()) for day in rests_on if day >= whole_from or day in earlier}
    write_ledger(root, derived_records(earlier, rests_on, done, accounts))


def known_days(root: DataRoot, parameters: Parameters) -> pd.DataFrame:
    """A row per account, day, handle and source that tells of it; handle and source are null where not stated."""
    told = [_told(root, table, day) for table, day in TELLING.items()]
    ids = known_ids(told[0].rename(columns={"report_date": "snapshot_date"}))
    return identified(
        pd.concat([*told, *_of_posts(root, parameters.measures.engagement.maturity_hours)], ignore_index=True), ids
    )


def _told(root: DataRoot, table: Table, day: str) -> pd.DataFrame:
    rows = staged_rows(table, root, Selection(columns=("account_id", day, "source", "handle")))
    return _day_rows(rows.rename(columns={day: "report_date"}))


def _of_posts(root: DataRoot, maturity_hours: float) -> list[pd.DataFrame]:
    """The days on which posts were read, and those on which they matured: these may lie before the first reading."""
    rows = staged_rows(POSTS, root, Selection(columns=("account_id", "snapshot_date", "created_at", "source")))
    settled = rows["created_at"] + pd.Timedelta(hours=maturity_hours)
    matured = settled.dt.tz_localize(None).dt.normalize().astype(rows["snapshot_date"].dtype)
    read = rows.rename(columns={"snapshot_date": "report_date"})
    is_past = matured <= rows["snapshot_date"]
    return [_day_rows(read), _day_rows(rows[is_past].assign(report_date=matured[is_past], source=MATURED))]


def _day_rows(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.reindex(columns=["account_id", "report_date", "source", "handle"]).drop_duplicates()


def _ids(known: pd.DataFrame, wanted: Collection[str] | None) -> list[str] | None:
    if wanted is None:
        return None
    asked = {name.lower() for name in wanted}
    is_wanted = known["account_id"].str.lower().isin(asked) | known["handle"].str.lower().isin(asked)
    found = known[is_wanted]
    strangers = asked - set(found["account_id"].str.lower()) - set(found["handle"].str.lower())
    if strangers:
        message = f"never observed: {', '.join(sorted(strangers))}; see the report table accounts for those that were"
        raise RefusedError(message)
    return sorted(map(str, found["account_id"].unique()))

"""The record of which report days were derived, from what, by which code and with which numbers.

It alone says what is missing or stale; Prefect's history does not.
A record is written after publishing, so a run that was killed leaves a day that is derived again to the same bytes.
"""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from pathlib import PurePosixPath
from typing import Any

from tasks.schema.judgement_tables import COMMUNITY_MEMBERS
from tasks.schema.report_tables import ACCOUNT_DAILY, POST_ENGAGEMENT
from tasks.store.root import DataRoot
from tasks.store.sealed import SEAL, sealed_json
from tasks.store.tables import Tables

FOLDER = PurePosixPath("ledger") / "days"
DAY_TABLES = (ACCOUNT_DAILY, POST_ENGAGEMENT, COMMUNITY_MEMBERS)
"""Report tables of which every day has a file of its own."""


@dataclass(frozen=True)
class Fingerprints:
    """What a day's report rests on: the code, the chosen numbers, and the staged batches in its reach."""

    code: str
    config: str
    inputs: str


@dataclass(frozen=True)
class DayRecord:
    """How a report day was derived: all accounts together, and since then some of them alone, by id.

    One that rests on nothing, as earlier releases wrote them, has reports but stays to be derived.
    """

    day: date
    tables: tuple[str, ...]
    whole: Fingerprints | None = None
    alone: Mapping[str, Fingerprints] = field(default_factory=dict)

    @property
    def is_derived(self) -> bool:
        """Whether the day was derived for anybody."""
        return self.whole is not None or bool(self.alone)

    def of(self, account_id: str) -> Fingerprints | None:
        """What the account's row of the day rests on; None when it was never derived."""
        return self.alone.get(account_id, self.whole)


def read_ledger(root: DataRoot, days: Collection[date]) -> dict[date, DayRecord]:
    """The records of those of the days that have one."""
    months = {_month_file(day) for day in days}
    records = [record for path in sorted(months) for record in _read_month(root, path)]
    return {record.day: record for record in records if record.day in set(days)}


def write_ledger(root: DataRoot, records: Iterable[DayRecord]) -> None:
    """Replace the records of these days, a month in one move; call it inside the lock `reports`."""
    by_month: defaultdict[PurePosixPath, list[DayRecord]] = defaultdict(list)
    for record in records:
        by_month[_month_file(record.day)].append(record)
    for path, new in sorted(by_month.items()):
        kept = {record.day: record for record in (*_read_month(root, path), *new)}
        content = {day.isoformat(): _entry(kept[day]) for day in sorted(kept)}
        root.replace(path, sealed_json(content, indent=1))


def record_days(root: DataRoot, rests_on: Mapping[date, Fingerprints], accounts: Collection[str] | None) -> None:
    """Remember what these days rest on, now that they are published; call it inside the lock `reports`."""
    earlier, published = read_ledger(root, list(rests_on)), report_days(root)
    done = {day: published.get(day, ()) for day in rests_on}
    write_ledger(root, merge_records(earlier, rests_on, done, accounts))


def merge_records(
    earlier: Mapping[date, DayRecord],
    now: Mapping[date, Fingerprints],
    published: Mapping[date, tuple[str, ...]],
    accounts: Collection[str] | None,
) -> list[DayRecord]:
    """The records of the days, with their published tables, after a derivation of these accounts; None is all."""
    records = []
    for day, tables in sorted(published.items()):
        before = earlier.get(day, DayRecord(day, ()))
        if accounts is None:
            records.append(DayRecord(day, tables, now[day]))
        else:
            alone = {**before.alone, **dict.fromkeys(sorted(accounts), now[day])}
            records.append(replace(before, tables=tables, alone=alone))
    return records


def report_days(root: DataRoot) -> dict[date, tuple[str, ...]]:
    """The report days of which a file lies on disk, with the tables that have one."""
    days = {table.name: set(Tables(root).days(table)) for table in DAY_TABLES}
    every = sorted(set().union(*days.values()))
    return {day: tuple(sorted(name for name, written in days.items() if day in written)) for day in every}


def recorded_days(root: DataRoot) -> list[date]:
    """The days that have a record, whether or not a file of them lies on disk."""
    return [record.day for path in root.files(FOLDER, ".json") for record in _read_month(root, PurePosixPath(path))]


def _month_file(day: date) -> PurePosixPath:
    return FOLDER / f"{day:%Y-%m}.json"


def _read_month(root: DataRoot, path: PurePosixPath) -> list[DayRecord]:
    if not root.exists(path):
        return []
    content: dict[str, Any] = json.loads(root.read_bytes(path))
    return [_record(date.fromisoformat(day), entry) for day, entry in content.items() if day != SEAL]


def _record(day: date, entry: Mapping[str, Any]) -> DayRecord:
    whole = Fingerprints(**entry["whole"]) if entry["whole"] else None
    alone = {account: Fingerprints(**values) for account, values in entry["alone"].items()}
    return DayRecord(day, tuple(entry["tables"]), whole, alone)


def _entry(record: DayRecord) -> dict[str, Any]:
    alone = {account: asdict(values) for account, values in record.alone.items()}
    return {"tables": record.tables, "whole": asdict(record.whole) if record.whole else None, "alone": alone}

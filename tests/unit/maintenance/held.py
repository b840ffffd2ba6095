"""Data roots that hold invented people, and what of them stands where."""

import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
from pyarrow import parquet

from tasks.followers.report import pseudonym
from tasks.freshness.ledger import DayRecord, Fingerprints, write_ledger
from tasks.schema.frames import in_order
from tasks.schema.judgement_tables import COMMUNITY_MEMBERS
from tasks.schema.staged import ACCOUNT_SNAPSHOTS, ENGAGEMENTS, FOLLOWER_ARRIVALS, READINGS
from tasks.schema.table import Table
from tasks.store import layout
from tasks.store.parquet import write_file
from tasks.store.root import DataRoot
from tasks.store.secret import secret_of
from tasks.store.tables import Tables

SECRET = "5e" * 32
FIRST = date(2026, 1, 1)
TRACKED = 1_000_000_000_000_000_000
"""Tracked accounts have ids from here on, followers from twice of it."""


def rows(table: Table, count: int, **columns: object) -> pa.Table:
    """Rows with these columns, zeros and nulls in the others."""
    arrays = [_column(field, count, columns.get(field.name)) for field in table.schema]
    return in_order(table, pa.table(arrays, schema=table.schema))


def _column(field: pa.Field, count: int, given: object) -> pa.Array:
    if given is not None:
        values = given if isinstance(given, list | np.ndarray) else [given] * count
        return pa.array(values, field.type)
    if field.nullable:
        return pa.nulls(count, field.type)
    kinds = {pa.bool_(): False, pa.string(): "x_api", pa.date32(): FIRST, pa.int64(): 0, pa.float64(): 0.0}
    return pa.array([kinds.get(field.type, FIRST)] * count, field.type)


def held(folder: Path, accounts: int, days: int, followers: int) -> tuple[DataRoot, str]:
    """A data root with as many accounts and days, and the id of a person who follows them all and engages daily.

    Each account has as many other people, who are seen on every day.
    """
    root = DataRoot(str(folder))
    root.replace(layout.PSEUDONYMS, SECRET.encode())
    secret_of(root)
    person, others = str(2 * TRACKED + 17), [2 * TRACKED + 1_000 + number for number in range(followers)]
    names = [str(TRACKED + number) for number in range(accounts)]
    for step in range(days):
        _staged_day(root, FIRST + timedelta(days=step), names, [int(person), *others])
        _raw_day(folder, FIRST + timedelta(days=step), names, [person, *map(str, others)])
        _reported_day(root, FIRST + timedelta(days=step), names, [int(person), *others])
    reported = (FIRST + timedelta(days=step) for step in range(days))
    write_ledger(root, [DayRecord(day, (COMMUNITY_MEMBERS.name,), Fingerprints("", "", "")) for day in reported])
    written = Tables(root).rebuild_latest(COMMUNITY_MEMBERS)
    Tables(root).write_manifest({}, [written])
    return root, person


def _staged_day(root: DataRoot, day: date, names: list[str], people: list[int]) -> None:
    batch = layout.day_batch(day)
    account = np.repeat(names, len(people))
    who = np.tile(people, len(names))
    columns = {"account_id": account, "follower_id": who, "first_seen_date": day, "actor_id": who}
    columns |= {"post_id": [7] * len(who), "kind": "reply", "snapshot_date": day, "source": "x_api"}
    for table in (FOLLOWER_ARRIVALS, ENGAGEMENTS):
        Tables(root).put_batch(table, batch, rows(table, len(who), **columns))
    single = {"account_id": names, "snapshot_date": day, "source": "x_api", "handle": [f"h{n}" for n in names]}
    single |= {"subject": "counts", "status": "complete", "observation_level": "full"}
    for table in (ACCOUNT_SNAPSHOTS, READINGS):
        Tables(root).put_batch(table, batch, rows(table, len(names), **single))


def _reported_day(root: DataRoot, day: date, names: list[str], people: list[int]) -> None:
    members = [pseudonym(account, person, SECRET) for account in names for person in people]
    columns = {"account_id": np.repeat(names, len(people)), "report_date": day, "member_id": members}
    columns |= {"member_last_date": day}
    table = rows(COMMUNITY_MEMBERS, len(members), **columns)
    write_file(COMMUNITY_MEMBERS, table, root, layout.report_file(COMMUNITY_MEMBERS, day))


def _raw_day(folder: Path, day: date, names: list[str], people: list[str]) -> None:
    users = [{"id": person, "username": f"u{person}", "public_metrics": {"followers_count": 3}} for person in people]
    body = {"data": users, "meta": {"result_count": len(users)}}
    for account in names:
        path = folder / "raw" / "x_api" / f"dt={day}" / account / "followers-0000.json"
        path.parent.mkdir(parents=True)
        page = {"day": str(day), "batch": account, "parameters": {"max_results": "100"}, "body": body}
        path.write_text(json.dumps(page, separators=(",", ":")))


def everything_said(folder: Path) -> Iterator[tuple[Path, bytes]]:
    """Every file with all that it says: its bytes, and of Parquet also every value, statistic and note, decoded."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield path, path.read_bytes() + (_decoded(path) if path.suffix == ".parquet" else b"")


def _decoded(path: Path) -> bytes:
    file = parquet.ParquetFile(path)
    groups = [file.metadata.row_group(number) for number in range(file.metadata.num_row_groups)]
    columns = [group.column(place) for group in groups for place in range(group.num_columns)]
    ends = [f"{column.statistics.min} {column.statistics.max}" for column in columns if column.statistics]
    texts = [value for column in file.read().columns for value in _texts(column)]
    return "\n".join([*ends, *texts, str(file.metadata.metadata)]).encode()


def _texts(column: pa.ChunkedArray) -> list[str]:
    return [str(value) for value in column.unique().to_pylist()]


def holding(folder: Path, *words: str) -> list[str]:
    """The files in which one of the words stands, in whatever form, 64-bit numbers included."""
    needles = [word.encode() for word in words]
    needles += [int(word).to_bytes(8, "little") for word in words if word.isdecimal()]
    found = ((path, said) for path, said in everything_said(folder) if any(needle in said for needle in needles))
    return [str(path.relative_to(folder)) for path, _ in found]

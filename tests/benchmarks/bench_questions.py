"""How long the ready questions take: `python -m tests.benchmarks.bench_questions [accounts [days]]`.

Generated reports of 1,000 accounts over three years, through the declared tables and the store's own writer,
are asked every question of `sql/` by DuckDB on two threads.
Every column of every table holds values of its kind, so that a column costs what it costs;
an account has ten people in its community each day, one post a day and an event every half year.
"""

import sys
import tempfile
import time
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa

from tasks.schema.catalog import REPORT_TABLES
from tasks.schema.column import Column
from tasks.schema.table import Table
from tasks.store.root import DataRoot
from tasks.store.tables import Tables
from tests.benchmarks.figures import Figure, record

QUESTIONS = Path(__file__).parents[2] / "sql"
LAST_DAY = date(2026, 7, 28)
MEMBERS_A_DAY, MEMBERS_KNOWN, DAYS_PER_EVENT = 10, 40, 180
SIZE = (1_000, 3 * 365)
"""Accounts and days."""
BATCH = 100
"""Accounts generated at once."""
NULL_SHARE = 0.05
THREADS, REPEATS, SECONDS_ALLOWED = 2, 5, 1.0
LARGEST_COUNT = 100_000

Filled = dict[str, pa.Array]


def _generated(table: Table, column: Column, rows: int, random: np.random.Generator) -> pa.Array:
    """Values of the column's kind by chance, one in twenty null where null is allowed."""
    missing = random.random(rows) < NULL_SHARE if table.is_nullable(column) else None
    low = column.minimum or 0.0
    high = column.maximum if column.maximum is not None else low + LARGEST_COUNT
    if column.type == "float64":
        return pa.array(random.uniform(low, high, rows), pa.float64(), mask=missing)
    if column.type == "int64":
        return pa.array(random.integers(int(low), int(high) + 1, rows), pa.int64(), mask=missing)
    if column.type == "bool":
        return pa.array(random.random(rows) < 1 / 2, pa.bool_(), mask=missing)
    if column.type in {"id", "string"}:
        return _chosen(list(column.values or ("a word", "another word")), rows, random, missing)
    moment = LAST_DAY if column.type == "date" else datetime(2026, 7, 28, tzinfo=UTC)
    values = pa.nulls(rows, column.arrow_type(table.stage)).fill_null(moment)
    return values if missing is None else pa.compute.if_else(pa.array(~missing), values, None)


def _chosen(words: list[str], rows: int, random: np.random.Generator, missing: np.ndarray | None) -> pa.Array:
    places = pa.array(random.integers(0, len(words), rows), pa.int32(), mask=missing)
    return pa.DictionaryArray.from_arrays(places, words).cast(pa.string())


def _batch(table: Table, rows: int, known: Filled, random: np.random.Generator) -> pa.Table:
    arrays = [
        known[column.name] if column.name in known else _generated(table, column, rows, random)
        for column in table.columns
    ]
    for identity in table.identities:
        arrays[table.schema.get_field_index(identity.total)] = pa.nulls(rows, pa.int64())
    return pa.Table.from_arrays(arrays, schema=table.schema)


def _days_back(days: np.ndarray) -> pa.Array:
    return pa.array(np.datetime64(LAST_DAY) - days, pa.date32())


def _named(numbers: np.ndarray, prefix: str = "") -> pa.Array:
    return pa.array([f"{prefix}{number}" for number in numbers])


def _known(table: Table, accounts: np.ndarray, days: int) -> Filled:
    """The keys and days of a batch of accounts, which chance cannot give."""
    if table.name == "accounts":
        return {"account_id": _named(accounts), "handle": _named(accounts, "handle_")}
    if table.name == "account_daily":
        return _by_day(accounts, days, 1) | {"handle": _named(np.repeat(accounts, days), "handle_")}
    if table.name == "community_members":
        rows = len(accounts) * days
        first = np.tile(np.arange(days), len(accounts)) // 7
        people = (first[:, None] + np.arange(MEMBERS_A_DAY)[None, :] * 3) % MEMBERS_KNOWN
        return _by_day(accounts, days, MEMBERS_A_DAY) | {"member_id": _pseudonyms(people.reshape(rows * MEMBERS_A_DAY))}
    if table.name == "post_engagement":
        known = _by_day(accounts, days, 1)
        return {
            "account_id": known["account_id"],
            "maturity_date": known["report_date"],
            "post_id": _named(np.arange(len(accounts) * days) + int(accounts[0]) * days),
        }
    return _of_events(table, accounts, days)


def _by_day(accounts: np.ndarray, days: int, rows_a_day: int) -> Filled:
    back = np.repeat(np.tile(np.arange(days)[::-1], len(accounts)), rows_a_day)
    return {"account_id": _named(np.repeat(accounts, days * rows_a_day)), "report_date": _days_back(back)}


def _pseudonyms(people: np.ndarray) -> pa.Array:
    names = [f"{number * 2_654_435_761:016x}" for number in range(MEMBERS_KNOWN)]
    return pa.DictionaryArray.from_arrays(pa.array(people, pa.int32()), names).cast(pa.string())


def _of_events(table: Table, accounts: np.ndarray, days: int) -> Filled:
    back = np.tile(np.arange(0, days, DAYS_PER_EVENT), len(accounts))
    owners = np.repeat(accounts, len(back) // len(accounts))
    codes = table.column("evidence_code").values if table.name == "event_evidence" else ("",)
    events = np.repeat([f"{owner}/{day}/jump" for owner, day in zip(owners, back, strict=True)], len(codes))
    known = {
        "account_id": _named(np.repeat(owners, len(codes))),
        "event_id": pa.array(events),
        "first_date": _days_back(np.repeat(back, len(codes))),
    }
    return known | ({"evidence_code": pa.array(list(codes) * len(owners))} if len(codes) > 1 else {})


ASKED = (
    "accounts",
    "account_daily",
    "post_engagement",
    "community_members",
    "divergence_events",
    "event_evidence",
    "arrival_cohorts",
)
"""The report tables that the questions read; the others stay without a row."""


def _generated_rows(table: Table, accounts: int, days: int, random: np.random.Generator) -> pa.Table:
    batches = [table.schema.empty_table()]
    for first in range(0, accounts if table.name in ASKED else 0, BATCH):
        known = _known(table, np.arange(first, min(first + BATCH, accounts)) + 1_000_000, days)
        batches.append(_batch(table, len(known["account_id"]), known, random))
    return pa.concat_tables(batches)


def write_reports(folder: Path, accounts: int, days: int) -> dict[str, int]:
    """Write the reports below the folder; the bytes of each table's flat file."""
    root, random = DataRoot(str(folder)), np.random.default_rng(1)
    written = ((table, _generated_rows(table, accounts, days, random)) for table in REPORT_TABLES)
    return {table.name: Tables(root).replace_latest(table, rows).bytes_count for table, rows in written}


def seconds_of(question: Path, reports: Path) -> tuple[float, float, int]:
    """Seconds of the first asking in a fresh connection, median seconds of the next, and how many rows answer."""
    connection = duckdb.connect(config={"threads": THREADS, "file_search_path": str(reports)})
    asked = question.read_text(encoding="utf-8")
    taken = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        answer = connection.sql(asked).to_arrow_table()
        taken.append(time.perf_counter() - start)
    return taken[0], float(np.median(taken[1:])), answer.num_rows


def main(arguments: list[str]) -> None:
    """Print one line per table and per question; a question above its second is marked."""
    accounts, days = [*map(int, arguments), *SIZE[len(arguments) :]]
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        sizes = write_reports(Path(folder), accounts, days)
        lines = [f"{accounts} accounts, {days} days; written in {time.perf_counter() - start:.0f} s"]
        lines += [f"  {name:<36} {size / 2**20:8.1f} MB" for name, size in sizes.items() if name in ASKED]
        lines += [f"  {'question':<36} {'first':>8} {'median':>8} {'rows':>8}"]
        for question in sorted(QUESTIONS.glob("*.sql")):
            first, median, rows = seconds_of(question, Path(folder) / "reports")
            record(Figure("questions", question.stem, median, "s", "first asking", first, SECONDS_ALLOWED))
            mark = "  above its second" if median > SECONDS_ALLOWED else ""
            lines += [f"  {question.stem:<36} {first:6.2f} s {median:6.2f} s {rows:>8}{mark}"]
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])

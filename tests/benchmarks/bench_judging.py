"""How long ten million followers take to judge, and how much memory.

`python -m tests.benchmarks.bench_judging [followers accounts]`

Generated input: accounts of uneven size, their followers as staged, a tenth seen arriving, half of these in one wave.
Beside it, in the same run: decoding the same columns, and the same aggregates and windows in polars and in DuckDB.
Each figure is taken in a process of its own with two threads; the other engines are held to our values.
Ways are compared by CPU seconds, user and system together, because wall seconds tell of the machine's other work, too.
Then one account with all of the followers: its retrospective, and its judgement as the product reads it, in parts.
The search for events reads counts, not followers, and is not part of this: the days of the waves are given.
"""

import os
import pickle
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
from pyarrow import parquet

from flows import ALLOCATOR, keep_pages
from tasks.datasets.rosters import PART, in_follow_order
from tasks.followers.cohorts import FollowUp
from tasks.followers.notes import ActorNote, PostingNote
from tasks.followers.profile import ProfileNote, ProfileParameters, profile
from tasks.followers.roster import COARSE_COLUMNS, ROSTER_COLUMNS, Roster
from tasks.followers.stream import audience
from tasks.schema.frames import empty_frame
from tasks.schema.staged import ENGAGEMENTS, FOLLOWER_DEPARTURES
from tasks.store.account_rows import AccountQuery, merge_by_account, read_ahead
from tasks.store.root import DataRoot
from tests.benchmarks.engines import duckdb_profiles, polars_profiles
from tests.benchmarks.figures import Figure, record
from tests.benchmarks.followers import FIRST_DAY, WAVE_DAY, write_followers

NAME = "judging"
MODULE = "tests.benchmarks.bench_judging"
PROFILE = ProfileParameters(active_days=120, window_count=100, squeeze_window_days=7)
FILE, ASKED, NUMBERS, PAST_NUMBERS = "followers.parquet", "asked.pickle", "numbers.pickle", "past_numbers.pickle"
MOST_MEGABYTES, MOST_RATIO = 400, 4.0
POLARS_SHARE, DUCKDB_SHARE, POLARS_MEMORY_SHARE = 1.0, 0.2, 0.25
"""What aggregates and windows may take of the CPU seconds of another engine, and of the memory of polars."""
LARGEST_MEGABYTES, LARGEST_SECONDS = 1024, 180
BATCH = 163_840
ROUNDS = 3
"""What else runs on the machine slows one round more than another."""
Profiled = Callable[[Path], pd.DataFrame]


class Cost(NamedTuple):
    """What a way takes: wall seconds, CPU seconds of all threads, and the most megabytes held."""

    seconds: float
    cpu_seconds: float
    megabytes: float


def decoded(path: Path) -> pd.DataFrame:
    """Decode every column that is judged, and leave it at that."""
    file = parquet.ParquetFile(path, read_dictionary=["account_id"])
    for group in range(file.num_row_groups):
        for batch in file.iter_batches(BATCH, row_groups=[group], columns=["account_id", *ROSTER_COLUMNS]):
            del batch
    return pd.DataFrame()


def rosters(path: Path) -> Iterator[Roster]:
    """The followers of some accounts at a time."""
    parts = merge_by_account(
        DataRoot(str(path.parent)), [path.name], AccountQuery(ROSTER_COLUMNS, BATCH, coarse=COARSE_COLUMNS)
    )
    return read_ahead(in_follow_order(parts))


def profiled(path: Path) -> pd.DataFrame:
    """Aggregates and windows alone, as the other engines have them."""
    return pd.concat([profile(roster, PROFILE) for roster in rosters(path)], ignore_index=True)


def judged(path: Path) -> pd.DataFrame:
    """Aggregates, windows, cohorts, and the probability and reasons of every arrival in a wave."""
    events, after = pickle.loads(path.with_name(ASKED).read_bytes())  # noqa: S301 - written by this run
    numbers = pickle.loads(path.with_name(NUMBERS).read_bytes())  # noqa: S301 - written by this run
    found = audience(rosters(path), events, after, numbers, [ProfileNote(PROFILE)])
    assert len(found.compared.figures) == len(events), "every event is judged"
    return found.noted[0]


def judged_in_parts(path: Path) -> pd.DataFrame:
    """The same of one long list as the product reads it: in parts, with what it notes instead of aggregates."""
    events, after = pickle.loads(path.with_name(ASKED).read_bytes())  # noqa: S301 - written by this run
    numbers = pickle.loads(path.with_name(NUMBERS).read_bytes())  # noqa: S301 - written by this run
    parts = merge_by_account(
        DataRoot(str(path.parent)), [path.name], AccountQuery(ROSTER_COLUMNS, BATCH, part=PART, coarse=COARSE_COLUMNS)
    )
    notes = (ActorNote(after.engagements[["account_id", "actor_id"]]), PostingNote(after.departures, 120))
    found = audience(read_ahead(in_follow_order(parts)), events, after, numbers, notes)
    assert found.compared.figures["cohort_count"].gt(0).all(), "every event is judged"
    return found.order


def asked(path: Path) -> tuple[pd.DataFrame, FollowUp]:
    """One wave in each account, and nothing seen of anybody afterwards."""
    accounts = pd.Series(sorted(account_ids(path)))
    day = pd.to_datetime(FIRST_DAY + WAVE_DAY, unit="D")
    events = pd.DataFrame({"account_id": accounts, "kind": "jump", "first_date": day, "last_date": day})
    departures = empty_frame(FOLLOWER_DEPARTURES).rename(columns={"first_missing_date": "departed_date"})
    after = FollowUp(empty_frame(ENGAGEMENTS), departures, day + pd.Timedelta(days=60))
    return events.assign(observed_count=np.nan, expected_count=1.0), after


def account_ids(path: Path) -> set[str]:
    """The accounts in the file, from its dictionaries."""
    groups = parquet.ParquetFile(path, read_dictionary=["account_id"]).iter_batches(BATCH, columns=["account_id"])
    return {name for batch in groups for name in batch.column(0).dictionary.to_pylist()}


def looked_back(path: Path) -> pd.DataFrame:
    """The retrospective over the file as one list."""
    from tasks.followers.retrospective import retrospective  # noqa: PLC0415 - brings scipy into its own memory alone

    numbers = pickle.loads(path.with_name(PAST_NUMBERS).read_bytes())  # noqa: S301 - written by this run
    created = parquet.read_table(path, columns=["follower_created_at"])["follower_created_at"].to_pandas()
    followers = pd.DataFrame({"rank": np.arange(len(created)), "created_at": created})
    found = retrospective(followers, pd.Timestamp("2027-01-01", tz="UTC"), numbers)
    return found.blocks


WAYS: dict[str, Profiled] = {
    "decode": decoded,
    "profiles": profiled,
    "polars": polars_profiles,
    "duckdb": duckdb_profiles,
    "judged": judged,
    "retrospective": looked_back,
    "judged in parts": judged_in_parts,
}
SAME = ("profiles", "polars", "duckdb", "judged")
"""Ways that must give the same values."""


def measure(way: str, path: Path) -> None:
    """Print what one way costs, and leave its values beside the file."""
    pa.set_cpu_count(2)
    keep_pages()
    start, start_cpu = time.perf_counter(), time.process_time()
    values = WAYS[way](path)
    seconds, cpu_seconds = time.perf_counter() - start, time.process_time() - start_cpu
    peak = int(Path("/proc/self/status").read_text(encoding="ascii").split("VmHWM:")[1].split()[0]) / 1024
    values.to_pickle(path.with_suffix(f".{way}"))
    sys.stdout.write(f"{seconds} {cpu_seconds} {peak}")


def write_numbers(path: Path) -> None:
    """The configured numbers, so that who is measured holds them without all that reads a configuration."""
    from config.pipeline import load_parameters  # noqa: PLC0415 - Prefect and its like would stand in every figure
    from config.settings import HERE  # noqa: PLC0415

    pipeline = load_parameters(HERE)
    path.write_bytes(pickle.dumps(pipeline.judge.stream))
    path.with_name(PAST_NUMBERS).write_bytes(pickle.dumps(pipeline.retrospective))


def measured(way: str, path: Path) -> Cost:
    """What one way costs, in a process of its own."""
    command = [sys.executable, "-m", MODULE, "--only", way, str(path)]
    told = subprocess.run(  # noqa: S603 - this very file
        command, check=True, capture_output=True, text=True, env=os.environ | ALLOCATOR | {"POLARS_MAX_THREADS": "2"}
    )
    return Cost(*map(float, told.stdout.split()))


def best(ways: Sequence[str], path: Path) -> dict[str, Cost]:
    """The least seconds of each way in some rounds, in which each has its turn, and the highest peak of all."""
    rounds = [{way: measured(way, path) for way in ways} for _ in range(ROUNDS)]
    return {way: _best([one[way] for one in rounds]) for way in ways}


def _best(costs: Sequence[Cost]) -> Cost:
    seconds, cpu_seconds, megabytes = zip(*costs, strict=True)
    return Cost(min(seconds), min(cpu_seconds), max(megabytes))


def same_values(path: Path) -> None:
    """Raise AssertionError where another way gives other values than ours."""
    ours, *others = [pd.read_pickle(path.with_suffix(f".{way}")) for way in SAME]  # noqa: S301 - written by this run
    for other in others:
        pd.testing.assert_frame_equal(ours, other[list(ours.columns)], check_dtype=False, rtol=1e-9)


def figures(found: dict[str, Cost]) -> list[Figure]:
    """What is promised of many accounts, each figure beside its reference in this run and beside its bar."""
    ours, decoding, judging = found["profiles"], found["decode"], found["judged"]
    ratio, share = judging.cpu_seconds / decoding.cpu_seconds, POLARS_MEMORY_SHARE
    return [
        _beside(found, "polars", POLARS_SHARE),
        _beside(found, "duckdb", DUCKDB_SHARE),
        _megabytes("aggregates and windows", ours, "polars", found, share * found["polars"].megabytes),
        Figure(NAME, "judged, CPU of that to decode", ratio, "x", "decode", 1.0, at_most=MOST_RATIO),
        _megabytes("judged", judging, "decode", found, MOST_MEGABYTES),
    ]


def _beside(found: dict[str, Cost], engine: str, share: float) -> Figure:
    reference = found[engine].cpu_seconds
    ours = found["profiles"].cpu_seconds
    return Figure(NAME, "aggregates and windows, CPU", ours, "s", engine, reference, at_most=share * reference)


def _megabytes(said: str, cost: Cost, engine: str, found: dict[str, Cost], at_most: float) -> Figure:
    reference = found[engine].megabytes
    return Figure(NAME, f"{said}, peak memory", cost.megabytes, "MB", engine, reference, at_most=at_most)


def largest_figures(found: dict[str, Cost]) -> list[Figure]:
    """What is promised of one account with all the followers."""
    seconds = sum(one.seconds for one in found.values())
    peaks = [
        Figure(NAME, f"one account, {way}, peak memory", found[way].megabytes, "MB", at_most=LARGEST_MEGABYTES)
        for way in found
    ]
    return [Figure(NAME, "one account, all of it", seconds, "s", at_most=LARGEST_SECONDS), *peaks]


def sentence(figure: Figure) -> str:
    """The figure with its reference and its bar."""
    beside = "" if figure.reference is None else f" ({figure.reference} {figure.reference_value:,.2f})"
    held = "held" if figure.is_met else "MISSED"
    return f"  {figure.figure}: {figure.value:,.2f} {figure.unit}{beside}; bar {figure.at_most:,.2f}: {held}"


def table(found: dict[str, Cost]) -> str:
    """The costs as text, CPU seconds beside those of the first."""
    floor = next(iter(found.values())).cpu_seconds
    rows = [
        f"  {way:<16}{one.seconds:8.2f} s wall{one.cpu_seconds:8.2f} s CPU{one.cpu_seconds / floor:7.1f} x"
        f"{one.megabytes:9.0f} MB"
        for way, one in found.items()
    ]
    return "\n".join(rows)


def main(arguments: list[str]) -> None:
    """Print both tables; exit code 1 when a bar is not met."""
    if arguments[:1] == ["--only"]:
        measure(arguments[1], Path(arguments[2]))
        return
    followers, accounts = [int(argument) for argument in arguments] or (10_000_000, 1_000)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / FILE
        write_numbers(path.with_name(NUMBERS))
        write_followers(path, followers, accounts)
        path.with_name(ASKED).write_bytes(pickle.dumps(asked(path)))
        many = best(("decode", "profiles", "polars", "duckdb", "judged"), path)
        print(f"{followers:,} followers of {accounts:,} accounts, beside decoding the same columns:\n{table(many)}")  # noqa: T201 - a benchmark prints
        same_values(path)
        write_followers(path, followers, 1)
        path.with_name(ASKED).write_bytes(pickle.dumps(asked(path)))
        one = best(("decode", "retrospective", "judged in parts"), path)
        print(f"one account with all of them:\n{table(one)}")  # noqa: T201
    promised = figures(many) + largest_figures(one)
    for figure in promised:
        record(figure)
    print("\n".join(map(sentence, promised)))  # noqa: T201
    if missed := [figure for figure in promised if not figure.is_met]:
        sys.exit(f"{len(missed)} bars are not met")


if __name__ == "__main__":
    main(sys.argv[1:])

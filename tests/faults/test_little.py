"""Honest files of somebody who has little: a few days, one kind of export, one after the other; each is reported."""

import os
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate
from pathlib import Path
from random import Random

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import parquet

from sandbox.world.ids import post_ids
from tests.faults import TODAY
from tests.faults.hidden import dice
from tests.flows.conftest import Server
from tests.unit.export_files import analytics_csv

HONEST_FILES = int(os.environ.get("HONEST_FILES", "4"))
"""How many times; `make test-faults` asks for 300."""
_FIRST = date(2026, 1, 1)


def _days(random: Random) -> list[date]:
    first = _FIRST + timedelta(days=random.randrange(200))
    return [first + timedelta(days=step) for step in range(random.choice([1, 2, 8, 31, 70, 120]))]


def _jumps(random: Random, days: list[date]) -> dict[date, int]:
    return {random.choice(days): random.choice([50, 900, 17_000]) for _ in range(random.choice([0, 1, 1, 3]))}


def _overview(random: Random) -> bytes:
    days, level = _days(random), random.choice([0, 1, 8, 300])
    came, gone = _jumps(random, days), _jumps(random, days)
    drawn = np.random.default_rng(random.randrange(2**32)).poisson(level, (len(days), 13)).tolist()
    for row, day in zip(drawn, days, strict=True):
        row[5] += came.get(day, 0)
        row[6] += gone.get(day, 0)
    return analytics_csv(*((day, *row) for day, row in zip(days[::-1], drawn[::-1], strict=True)))


def _counts(random: Random) -> bytes:
    missing, every = random.choice([0, 0, 0.1, 0.5]), _days(random)
    days = [day for day in every if random.random() >= missing] or every[:1]
    begin = random.choice([0, 0, 3, 1_600, 250_000])
    came, gone = _jumps(random, days), _jumps(random, days)
    steps = [came.get(day, 0) - gone.get(day, 0) + random.choice([-1, 0, 1, 5]) for day in days]
    counts = accumulate(steps, lambda count, step: max(0, count + step), initial=begin)
    rows = zip(days, list(counts)[:-1] if random.random() < 0.5 else list(counts)[1:], strict=True)
    return "\n".join(["date,followers", *(f"{day},{count}" for day, count in rows)]).encode()


def _content(random: Random) -> bytes:
    lines = ["Post id,Date,Impressions,Likes,Replies,Reposts,Bookmarks"]
    for number in range(random.choice([1, 9, 80])):
        moment = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=random.randrange(280_000))
        post_id = post_ids(np.array(int(moment.timestamp() * 1000)), np.array(number))
        received = (random.choice(["", "0", str(random.randrange(most))]) for most in (5_000, 80, 9, 20, 4))
        lines.append(f"{post_id},-,{','.join(received)}")
    return "\n".join(lines).encode()


def _followers(random: Random) -> bytes:
    lines, size = ["rank,created_at"], random.choice([1, 90, 900])
    for rank in range(size):
        created = datetime(2012, 1, 1, tzinfo=UTC) + timedelta(days=random.random() * (400 + 4_000 * rank / size))
        lines.append(f"{rank},{created:%Y-%m-%dT%H:%M:%SZ}")
    return "\n".join(lines).encode()


_KINDS: dict[str, Callable[[Random], bytes]] = {
    "--analytics-csv": _overview,
    "--counts-csv": _counts,
    "--content-csv": _content,
    "--followers": _followers,
}


def test_whatever_part_somebody_has_is_reported(server: Server, tmp_path: Path) -> None:
    """Exit code 0 and no traceback, and no number of a report is infinite."""
    found = []
    for seed in range(HONEST_FILES):
        random, root = dice(seed), tmp_path / f"{seed}"
        for turn in range(random.choice([1, 1, 2])):
            words = []
            for option in random.sample(list(_KINDS), random.choice([1, 1, 2])):
                file = tmp_path / f"{seed}-{turn}{option}.csv"
                file.write_bytes(_KINDS[option](random))
                words += [option, str(file)]
            done = server.module("flows.imports", *words, "--handle", "ada", VANITY_GAP_DATA_ROOT=str(root), **TODAY)
            if done.returncode:
                found.append((seed, words[::2], (done.stdout + done.stderr)[-300:]))
        found += [(seed, name) for name in _infinite(root / "reports" / "latest")]
    assert [] == found


def _infinite(folder: Path) -> list[str]:
    """Columns that hold a number without end."""
    tables = {path.stem: parquet.read_table(path) for path in sorted(folder.glob("*.parquet"))}
    numbers = [(table, field.name, rows) for table, rows in tables.items() for field in rows.schema]
    real = [(f"{table}.{name}", rows[name]) for table, name, rows in numbers if pa.types.is_floating(rows[name].type)]
    return [name for name, values in real if pc.any(pc.is_inf(values)).as_py()]

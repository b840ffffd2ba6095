"""A data root damaged in every way, one at a time: each is named by `verify`, and none crashes it."""

import json
import os
import random
import shutil
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest

from tasks.freshness.batches import inputs_by_day, staged_batches
from tasks.freshness.ledger import DayRecord, Fingerprints, write_ledger
from tasks.maintenance.verify import remove_damaged, verify
from tasks.schema.judgement_tables import COMMUNITY_MEMBERS
from tasks.schema.staged import API_SPEND
from tasks.store import layout
from tasks.store.forgotten import remember
from tasks.store.root import DataRoot
from tasks.store.sealed import SEAL, sealed_html, sealed_json
from tasks.store.secret import secret_of
from tasks.store.tables import Tables
from tests.faults.hidden import dice
from tests.unit.maintenance.held import FIRST, held, rows

DAMAGES = int(os.environ.get("DAMAGES", "60"))
"""`make test-faults` asks for 300."""
_KINDS = ("flip", "flip", "flip", "cut", "empty", "lose", "add", "mistake")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data root in which nothing is wrong: tables, raw pages, notes, a page, and the forgotten."""
    folder = tmp_path_factory.mktemp("whole")
    root, _ = held(folder, accounts=2, days=3, followers=20)
    for path in folder.rglob("followers-*.json"):
        path.write_bytes(sealed_json(json.loads(path.read_bytes())))
    for day in (FIRST + timedelta(days=step) for step in range(3)):
        asked = [f"{day}/{path.parent.name}/{path.stem}" for path in folder.glob(f"raw/x_api/dt={day}/*/*.json")]
        at = datetime.combine(day, time(2), UTC)
        spent = rows(API_SPEND, len(asked), request_id=asked, spend_date=day, spent_at=at)
        Tables(root).put_batch(API_SPEND, layout.day_batch(day), spent)
    secret_of(root)
    remember(root, ["4711"])
    root.replace(layout.REPORTS / "index.html", sealed_html("<html>a page</html>\n"))
    days = [FIRST + timedelta(days=day) for day in range(3)]
    inputs = inputs_by_day(staged_batches(root), days, 1, 1)
    records = [DayRecord(day, (COMMUNITY_MEMBERS.name,), Fingerprints("c", "p", inputs[day])) for day in days]
    write_ledger(root, records)
    assert [] == verify(root)
    return folder


def _damaged(folder: Path, chance: random.Random) -> str:
    """Damage one file, and say how."""
    # Which batches were read is noted to be faster, and noted anew where the note is damaged.
    # A raw page that is copied under another name is not told from one that was read.
    files = [path for path in sorted(folder.rglob("*")) if path.is_file() and ".locks" not in path.parts]
    files = [path for path in files if path.name[:5] != ".held" and path.name != "batches.json"]
    path, kind = chance.choice(files), chance.choice(_KINDS)
    is_raw = "raw" in path.parts
    if kind in {"add", "mistake"} and is_raw:
        kind = "cut"
    if path.name == "index.html" and kind == "lose":
        kind = "empty"  # The next run draws it again.
    content = path.read_bytes()
    if kind == "flip":
        place = chance.randrange(8 * len(content))
        path.write_bytes(
            content[: place // 8] + bytes([content[place // 8] ^ (1 << place % 8)]) + content[place // 8 + 1 :]
        )
        return f"bit {place} of {path.relative_to(folder)}"
    if kind in {"cut", "empty"}:
        path.write_bytes(content[: chance.randrange(len(content)) if kind == "cut" else 0])
    elif kind == "lose":
        path.unlink()
    elif kind == "add":
        place = (
            folder
            / chance.choice(["staged", "reports"])
            / chance.choice(["mine", "latest", "dt=1"])
            / "x"
            / "a.parquet"
        )
        place.parent.mkdir(parents=True)
        place.write_bytes(content)
    elif path.suffix == ".parquet" and "latest" not in path.parts:
        day = path.parent.with_name(f"{path.parent.name[:-2]}27")
        path.parent.rename(day)
    else:
        path.write_bytes(content[: len(content) // 2] + b"1" + content[len(content) // 2 :])
    return f"{kind} {path.relative_to(folder)}"


@pytest.mark.parametrize("part", range(4))
def test_every_damage_is_named(whole: Path, tmp_path: Path, part: int) -> None:
    """One at a time, each in a fresh copy; what is said is short, and no sentence is a traceback."""
    silent = []
    for seed in range(part, DAMAGES, 4):
        folder = tmp_path / "data"
        shutil.copytree(whole, folder)
        how = _damaged(folder, dice(seed))
        said = verify(DataRoot(str(folder)))
        if not said:
            silent.append((seed, how))
        assert all(len(problem) < 2048 for problem in said), how
        shutil.rmtree(folder)
    assert [] == silent


def test_damaged_reports_are_removed_and_nothing_else(whole: Path, tmp_path: Path) -> None:
    """So that they are derived anew; a staged file that is damaged stays, because nothing else gives it again."""
    folder = tmp_path / "data"
    shutil.copytree(whole, folder)
    root = DataRoot(str(folder))
    day = folder / layout.report_file(COMMUNITY_MEMBERS, FIRST)
    staged = next(folder.glob("staged/*/*/*.parquet"))
    for path in (day, staged):
        path.write_bytes(path.read_bytes()[:-9])
    assert 2 == remove_damaged(root)
    assert not day.exists()
    assert not Tables(root).has_latest(COMMUNITY_MEMBERS)
    assert staged.exists()
    assert SEAL in (folder / "ledger" / "secret.json").read_text()

"""Every flow on an object store gives the reports of a folder, through faults."""

import random
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from flows.cli.check import check
from tasks.store.layout import PSEUDONYMS
from tests.flows.conftest import Server
from tests.storage.store import BUCKET, KEY, SECRET
from tests.storage.world import DAY, FIRST, SEED, World, unlike

LATE = date(2026, 9, 15)
LIVED = (
    *(("daily", FIRST), ("daily", DAY), ("imports", DAY), ("backfill", DAY), ("forget", DAY), ("full_scan", DAY)),
    *(("compact", LATE), ("expire", LATE), ("verify", LATE)),
)
"""What is done in a folder and in an object store; two months later months are put together and pages expire."""
MOST_REQUESTS = 190
"""Of a day of an account at level `full` that was read the day before: 15 pages of X are put, one after the other."""
FATES: tuple[str | int, ...] = (500, 503, "reset", "cut", "lost")


def test_days_lived_on_an_object_store_give_the_reports_of_a_folder(world: World, server: Server) -> None:
    """Days from nothing, then every other flow, while the store fails now and then: staged files and reports alike.

    So the next day begins on a machine that has nothing of the day before but the object store.
    """
    folder = world.folder / "folder"
    (folder).mkdir()
    secret = (world.base / PSEUDONYMS).read_bytes()
    (folder / PSEUDONYMS).write_bytes(secret)
    world.store.put("data", {str(PSEUDONYMS): secret})
    dice = random.Random(SEED)  # noqa: S311 - chooses faults
    world.proxy.plan = lambda *_: dice.choice(FATES) if dice.random() < 0.02 else None
    for flow, day in LIVED:
        assert [0, 0] == [world.run(flow, folder, day), world.run(flow, world.uri, day)], world.warden.said()
        assert unlike(_tables(folder), _reported(world.store.objects("data"))) == [], flow
    world.proxy.plan = lambda *_: None
    person = world.warden.errand["person"].encode()
    held = world.store.objects("data")
    assert [] == [name for name, content in held.items() if person in content]
    assert [] == [name for name, content in held.items() if KEY.encode() in content or SECRET.encode() in content]
    written = (world.folder / "log", *server.home.rglob("*"))
    assert [] == [str(path) for path in written if path.is_file() and SECRET.encode() in path.read_bytes()]
    _check_polars(world, folder)
    _purge(world, folder)


def test_a_daily_run_asks_the_store_what_it_holds_once_a_lock(world: World) -> None:
    """It was 800 requests when each question was asked anew, most of them listings."""
    world.begin()
    before = world.proxy.requests_count
    assert 0 == world.run("daily", world.uri, DAY), world.warden.said()
    assert world.proxy.requests_count - before <= MOST_REQUESTS


def _purge(world: World, folder: Path) -> None:
    """Of an account that is tracked no longer nothing is left on either."""
    accounts = world.folder / "config" / "accounts.toml"
    tracked = accounts.read_bytes()
    accounts.write_text('[[account]]\nhandle = "somebody_else"\n')
    assert [0, 0] == [world.run("purge", folder, LATE), world.run("purge", world.uri, LATE)], world.warden.said()
    accounts.write_bytes(tracked)
    assert unlike(_tables(folder), _reported(world.store.objects("data"))) == []


def _tables(folder: Path) -> dict[str, bytes]:
    """The staged files and reports in the folder."""
    files = (path for path in folder.rglob("*") if path.is_file() and path.name[0] != ".")
    return _reported({str(path.relative_to(folder)): path.read_bytes() for path in files})


def _reported(files: dict[str, bytes]) -> dict[str, bytes]:
    return {name: content for name, content in files.items() if name.startswith(("staged/", "reports/"))}


def _check_polars(world: World, folder: Path) -> None:
    """Polars, with a client of its own, reads the flat file and the history as it reads those of the folder."""
    options = {
        "aws_endpoint_url": world.store.endpoint,
        "aws_allow_http": "true",
        "aws_region": "us-east-1",
        "aws_access_key_id": KEY,
        "aws_secret_access_key": SECRET,
    }
    for place in ("reports/latest/account_daily.parquet", "reports/account_daily/*/*.parquet"):
        there = pl.read_parquet(f"s3://{BUCKET}/data/{place}", storage_options=options, hive_partitioning=False)
        assert pl.read_parquet(folder / place, hive_partitioning=False).equals(there)


def test_a_check_tries_the_bucket_and_leaves_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """It writes, reads and deletes; a bucket that is not there, or one on which locks would not hold, is refused."""
    monkeypatch.setenv("VANITY_GAP_CONFIG_DIR", str(world.folder / "config"))
    monkeypatch.setenv("VANITY_GAP_X_BASE_URL", world.warden.sandbox.base_url)
    monkeypatch.setenv("X_BEARER_TOKEN", world.warden.sandbox.settings.bearer_token)
    monkeypatch.setenv("VANITY_GAP_DATA_ROOT", world.store.uri("checked"))
    state = check()
    assert state.is_completed(), state.message
    assert f"reports under s3://{BUCKET}/checked;" in str(state.message)
    assert {} == world.store.objects("checked")
    monkeypatch.setenv("VANITY_GAP_DATA_ROOT", world.store.uri("checked").replace(BUCKET, "another-bucket"))
    assert "there is no such bucket; create it, or correct the storage URI" in str(check().message)


def test_a_store_on_which_locks_would_not_hold_is_refused(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that passes over If-None-Match, as some do, would let two runs write at once."""
    monkeypatch.setenv("VANITY_GAP_CONFIG_DIR", str(world.folder / "config"))
    monkeypatch.setenv("VANITY_GAP_X_BASE_URL", world.warden.sandbox.base_url)
    monkeypatch.setenv("X_BEARER_TOKEN", world.warden.sandbox.settings.bearer_token)
    monkeypatch.setenv("VANITY_GAP_DATA_ROOT", world.store.uri("careless", world.proxy.port))
    world.proxy.ignored = "If-None-Match"
    said = str(check().message)
    world.proxy.ignored = ""
    assert "does not keep to If-None-Match, so two runs at once could lose rows" in said
    assert {} == world.store.objects("careless")

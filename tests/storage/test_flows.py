"""Every flow on an object store: the reports of a folder, through faults, and after `kill -9` at any request."""

import os
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from flows.check import check
from tasks.sources.sandbox.serve import serve
from tasks.sources.sandbox.worlds import summer
from tasks.store.layout import PSEUDONYMS
from tests.faults.killing import KILLED, Warden, prepared, somebody
from tests.flows.conftest import serving
from tests.storage.store import BUCKET, ENVIRONMENT, KEY, SECRET, Proxy, Store, proxied

INSTANTS = int(os.environ.get("FAULT_INSTANTS", "8"))
"""Over all flows; `make test-faults` asks for 320."""
FLOWS = ("daily", "imports", "backfill", "forget")
SEED = 7
FIRST, DAY, LATE = date(2026, 7, 14), date(2026, 7, 15), date(2026, 9, 15)
LIVED = (
    *(("daily", FIRST), ("daily", DAY), ("imports", DAY), ("backfill", DAY), ("forget", DAY), ("full_scan", DAY)),
    *(("compact", LATE), ("expire", LATE), ("verify", LATE)),
)
"""What is done in a folder and in an object store; two months later months are put together and pages expire."""
FATES: tuple[str | int, ...] = (500, 503, "reset", "cut", "lost")
LEASE, PATIENCE = 3.0, 5.0
"""Short, so that a rerun need not wait long for a dead run's locks; long beside the pauses of a busy machine."""


@dataclass
class World:
    """The same days lived in a folder and in an object store, and a process that runs flows in either."""

    warden: Warden
    store: Store
    proxy: Proxy
    folder: Path

    @property
    def base(self) -> Path:
        """The folder in which the first day was lived, and nothing else."""
        return self.folder / "base"

    @property
    def uri(self) -> str:
        """The object store, through the proxy."""
        return self.store.uri("data", self.proxy.port, lease_seconds=LEASE, timeout_seconds=PATIENCE)

    def begin(self) -> None:
        """Let the object store hold the first day."""
        files = (path for path in self.base.rglob("*") if path.is_file() and ".locks" not in path.parts)
        self.store.put("data", {str(path.relative_to(self.base)): path.read_bytes() for path in files})

    def run(self, flow: str, root: str | Path, day: date = DAY) -> int:
        """The exit code of the flow."""
        return self.warden.run(flow, root, day)  # type: ignore[arg-type]  # it passes the name on

    def reports(self) -> dict[str, bytes]:
        """Every report in the object store."""
        return {name: content for name, content in self.store.objects("data").items() if name.startswith("reports/")}

    def victim(self) -> int:
        """The process that runs the flow."""
        return int((self.folder / "count.pid").read_text())


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, store: Store) -> Iterator[World]:
    """One day lived in a folder."""
    folder = tmp_path_factory.mktemp("world")
    errand = prepared(folder, 'level = "full"\n')
    os.environ.update(ENVIRONMENT)
    with serving(folder / "prefect", **ENVIRONMENT) as server, serve(summer(SEED)) as sandbox, proxied(store) as proxy:
        warden = Warden(server, folder, sandbox, errand)
        lived = World(warden, store, proxy, folder)
        try:
            assert 0 == lived.run("daily", lived.base, FIRST), warden.said()
            warden.errand = {**warden.errand, "person": somebody(lived.base)}
            yield lived
        finally:
            warden.end()


def test_days_lived_on_an_object_store_give_the_reports_of_a_folder(world: World) -> None:
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
        assert _unlike(_tables(folder), _reported(world.store.objects("data"))) == [], flow
    world.proxy.plan = lambda *_: None
    person = world.warden.errand["person"].encode()
    held = world.store.objects("data")
    assert [] == [name for name, content in held.items() if person in content]
    assert [] == [name for name, content in held.items() if KEY.encode() in content or SECRET.encode() in content]
    written = (world.folder / "log", *world.folder.glob("prefect/**/*"))
    assert [] == [str(path) for path in written if path.is_file() and SECRET.encode() in path.read_bytes()]
    _check_polars(world, folder)
    _purge(world, folder)


def _purge(world: World, folder: Path) -> None:
    """Of an account that is tracked no longer nothing is left on either."""
    accounts = world.folder / "config" / "accounts.toml"
    tracked = accounts.read_bytes()
    accounts.write_text('[[account]]\nhandle = "somebody_else"\n')
    assert [0, 0] == [world.run("purge", folder, LATE), world.run("purge", world.uri, LATE)], world.warden.said()
    accounts.write_bytes(tracked)
    assert _unlike(_tables(folder), _reported(world.store.objects("data"))) == []


def _tables(folder: Path) -> dict[str, bytes]:
    """The staged files and reports in the folder."""
    files = (path for path in folder.rglob("*") if path.is_file() and path.name[0] != ".")
    return _reported({str(path.relative_to(folder)): path.read_bytes() for path in files})


def _reported(files: dict[str, bytes]) -> dict[str, bytes]:
    return {name: content for name, content in files.items() if name.startswith(("staged/", "reports/"))}


def _unlike(expected: dict[str, bytes], found: dict[str, bytes]) -> list[str]:
    return sorted(name for name in {*expected, *found} if expected.get(name) != found.get(name))


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


@pytest.mark.parametrize("flow", FLOWS)
def test_a_kill_at_any_request_is_made_good_by_running_again(flow: str, world: World) -> None:
    """Before a change arrives or after it, before its answer: each report is old or new, and the rerun ends alike.

    The killed run's locks are free after their lease; its machine's disk is not needed again.
    """
    world.begin()
    before = world.reports()
    world.proxy.changes_count = 0
    assert 0 == world.run(flow, world.uri), world.warden.said()
    after, changes = world.reports(), world.proxy.changes_count
    dice = random.Random(f"{SEED} {flow}")  # noqa: S311 - chooses instants
    for instant in sorted(dice.sample(range(1, changes + 1), k=max(1, INSTANTS // len(FLOWS)))):
        _kill(world, flow, instant, dice.choice(["kill before", "kill after"]))
        now = world.reports()
        mixed = [name for name in {*now, *before, *after} if now.get(name) not in (before.get(name), after.get(name))]
        assert [] == mixed, f"{flow} at change {instant}"
        assert 0 == world.run(flow, world.uri), world.warden.said()
        assert [] == _unlike(after, world.reports()), f"{flow} at change {instant}"


def _kill(world: World, flow: str, instant: int, fate: str) -> None:
    """Run the flow from the first day on, and kill it at that change."""
    world.begin()
    world.proxy.changes_count, world.proxy.victim = 0, world.victim
    world.proxy.plan = lambda _method, _path, _number: fate if world.proxy.changes_count == instant else None
    assert KILLED == world.run(flow, world.uri), f"{flow} was not killed at change {instant}"
    world.proxy.plan = lambda *_: None


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

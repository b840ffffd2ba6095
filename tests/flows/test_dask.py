"""One world, measured by threads, by a Dask cluster, and by one that loses a worker: the reports are the same bytes."""

import logging
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path, PurePosixPath

import pytest
from distributed import LocalCluster

from config.pipeline import load_parameters
from config.refusal import RefusedError
from config.settings import HERE
from flows.derive import task_runner
from tasks.measure import measure
from tasks.reports.inputs import Shard
from tasks.schema.frames import frame
from tasks.schema.report_tables import ACCOUNT_DAILY
from tasks.store import layout
from tasks.store.parquet import Selection, read_files
from tasks.store.root import DataRoot
from tasks.store.tables import Tables
from tests.flows.derived import TEN_WEEKS, clustered, losing_a_worker, observed_root, run_derivation

pytestmark = pytest.mark.usefixtures("prefect_server")


@pytest.fixture(scope="module")
def cluster() -> Iterator[LocalCluster]:
    """Two workers, each a process with one thread."""
    with clustered() as running:
        yield running


def derived(root: DataRoot, **run: object) -> dict[str, bytes]:
    """Every report file with its bytes, after a run with these settings."""
    run_derivation(root, TEN_WEEKS, **run)
    folder = Path(root.uri)
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.glob("reports/**/*.*")}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The reports, measured in one piece."""
    return derived(observed_root(tmp_path_factory.mktemp("whole")), shard_account_days=1_000_000)


def test_threads_give_the_bytes_of_one_piece(whole: dict[str, bytes], tmp_path: Path) -> None:
    """Six shards in two threads end in the reports of one shard, the comparison of accounts included."""
    root = observed_root(tmp_path)
    assert whole == derived(root)
    flat = [str(layout.latest_file(ACCOUNT_DAILY))]
    compared = frame(read_files(ACCOUNT_DAILY, root, flat, Selection(columns=("cross_section_accounts_count",))))
    assert TEN_WEEKS.accounts == compared["cross_section_accounts_count"].max()


def test_dask_gives_the_bytes_of_threads(whole: dict[str, bytes], tmp_path: Path, cluster: LocalCluster) -> None:
    """Measured by two processes of a cluster, the reports are the same, and only what goes wrong there is logged."""
    assert whole == derived(observed_root(tmp_path), runner="dask", dask_address=cluster.scheduler_address)
    heard = logging.getLogger("distributed.scheduler")
    assert (False, True) == (heard.isEnabledFor(logging.INFO), heard.isEnabledFor(logging.WARNING))


def test_a_killed_worker_changes_nothing(whole: dict[str, bytes], tmp_path: Path, cluster: LocalCluster) -> None:
    """After `kill -9` of a worker midway Dask measures its shard elsewhere, and the reports are the same."""
    root = observed_root(tmp_path)
    with losing_a_worker(root, cluster) as killed:
        reports = derived(root, runner="dask", dask_address=cluster.scheduler_address)
    assert 1 == len(killed)
    assert whole == reports


def test_a_shard_that_was_measured_before_a_kill_is_used_again(tmp_path: Path) -> None:
    """Once its files stand, the shard is the same though nothing can be read for it any more."""
    root, parameters = observed_root(tmp_path), load_parameters(HERE).measures
    measure.fn(Tables(root), "shard", Shard(TEN_WEEKS.days), parameters)
    written = {path: root.read_bytes(PurePosixPath(path)) for path in root.files(layout.SHARDS)}
    assert 4 == len(written)
    root.remove_folder(layout.STAGED)
    measure.fn(Tables(root), "shard", Shard(TEN_WEEKS.days), parameters)
    assert written == {path: root.read_bytes(PurePosixPath(path)) for path in root.files(layout.SHARDS)}


def test_dask_that_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """The configuration is refused with a sentence that says what to install."""
    monkeypatch.setitem(sys.modules, "prefect_dask.task_runners", None)
    with pytest.raises(RefusedError, match="prefect-dask is not installed"):
        task_runner(replace(load_parameters(HERE).run, runner="dask"))

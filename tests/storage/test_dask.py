"""A Dask cluster on an object store gives the reports of threads on a folder, also when it loses a worker."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from distributed import LocalCluster

from tests.flows.derived import TWO_WEEKS, clustered, losing_a_worker, observed_root, run_derivation
from tests.storage.store import ENVIRONMENT, KEY, SECRET, Store

REPORTS = "reports/"
pytestmark = pytest.mark.usefixtures("prefect_server")


@pytest.fixture
def cluster() -> Iterator[LocalCluster]:
    """Two workers, with the credentials in their environment."""
    with clustered() as running:
        yield running


def _reports(files: dict[str, bytes]) -> dict[str, bytes]:
    return {name: content for name, content in files.items() if name.startswith(REPORTS)}


def _on_folder(folder: Path) -> dict[str, bytes]:
    run_derivation(observed_root(folder, TWO_WEEKS), TWO_WEEKS, runner="threads")
    files = (path for path in folder.rglob("*.*") if path.is_file())
    return _reports({str(path.relative_to(folder)): path.read_bytes() for path in files})


@pytest.mark.skipif("VANITY_GAP_SLOW" not in os.environ, reason="slow: `make test-server` runs it")
def test_a_cluster_on_an_object_store_gives_the_bytes_of_threads_on_a_folder(
    store: Store, cluster: LocalCluster, tmp_path: Path
) -> None:
    """Undisturbed, and after `kill -9` of one of two workers midway."""
    expected = _on_folder(tmp_path)
    assert expected
    dask = {"runner": "dask", "dask_address": cluster.scheduler_address}
    run_derivation(observed_root(store.uri("dask"), TWO_WEEKS), TWO_WEEKS, **dask)
    assert expected == _reports(store.objects("dask"))
    root = observed_root(store.uri("dask-killed"), TWO_WEEKS)
    with losing_a_worker(root, cluster) as killed:
        run_derivation(root, TWO_WEEKS, **dask)
    assert 1 == len(killed)
    assert expected == _reports(store.objects("dask-killed"))


def test_a_worker_has_no_credentials_but_its_own(
    store: Store, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """Those of the run that asks do not travel: a worker without any refuses, and says which it lacks."""
    for name in ENVIRONMENT:
        monkeypatch.delenv(name)
    with clustered() as cluster:
        for name, text in ENVIRONMENT.items():
            monkeypatch.setenv(name, text)
        root = observed_root(store.uri("dask-stranger"), TWO_WEEKS)
        needed = "the object store needs AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in the environment"
        with pytest.raises(ValueError, match=re.escape(needed)):
            run_derivation(root, TWO_WEEKS, runner="dask", dask_address=cluster.scheduler_address)
    assert {} == _reports(store.objects("dask-stranger"))
    said = "".join(capfd.readouterr())
    assert (0, 0) == (said.count(KEY), said.count(SECRET))

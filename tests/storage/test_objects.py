"""One object at a time: whole at any instant, through an object store that fails now and then."""

import base64
import hashlib
import io
import threading
import time
from collections.abc import Callable
from pathlib import Path, PurePosixPath

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet

from tasks.store import layout, object_store
from tasks.store.lock import hold_lock
from tasks.store.object_store import StoreError
from tasks.store.root import DataRoot
from tests.storage.store import BUCKET, SLOW_SECONDS, Proxy, Store

PLACE = PurePosixPath("reports/latest/table.parquet")
PATIENCE = 60.0


def _root(store: Store, folder: str, proxy: Proxy | None = None) -> DataRoot:
    return DataRoot(store.uri(folder, proxy.port if proxy else None, timeout_seconds=SLOW_SECONDS))


def _once(fate: str | int) -> Callable[..., str | int | None]:
    left = [fate]
    return lambda *_: left.pop() if left else None


@pytest.mark.parametrize("kind", ["folder", "store"])
def test_a_data_root_is_the_same_on_a_disk_and_in_a_store(kind: str, store: Store, tmp_path: Path) -> None:
    """Files, folders, contents and what is missing are told alike."""
    root = DataRoot(str(tmp_path)) if kind == "folder" else _root(store, "same")
    for name in ("staged/a/x.parquet", "staged/b/x.parquet", "staged/b/.hidden.parquet", "stagedtoo/y.parquet", "z"):
        root.replace(PurePosixPath(name), name.encode())
    assert ["staged/a/x.parquet", "staged/b/x.parquet"] == root.files(PurePosixPath("staged"))
    assert (["staged", "stagedtoo"], ["a", "b"]) == (
        root.folders(PurePosixPath()),
        root.folders(PurePosixPath("staged")),
    )
    assert ([], [], False) == (
        root.files(PurePosixPath("none")),
        root.folders(PurePosixPath("none")),
        root.exists(PurePosixPath("staged")),
    )
    before = root.entries(PurePosixPath("staged"))
    root.replace(PurePosixPath("staged/a/x.parquet"), b"X" * before[0].size)
    assert [True, False] == [old != new for old, new in zip(before, root.entries(PurePosixPath("staged")), strict=True)]
    with pytest.raises(FileNotFoundError):
        root.read_bytes(PurePosixPath("none"))
    root.remove(PurePosixPath("none"))
    root.remove(PurePosixPath("staged/a/x.parquet"))
    assert 2 == root.remove_folder(PurePosixPath("staged/b"))
    assert ["stagedtoo/y.parquet"] == root.files(PurePosixPath("stagedtoo"), "")


@pytest.mark.parametrize("fate", [500, 503, "reset", "slow", "lost"])
def test_a_write_outlives_a_store_that_fails_for_a_moment(fate: str | int, store: Store, proxy: Proxy) -> None:
    """Overload, a broken connection, silence and a lost answer are asked again, and nothing is told of them."""
    root = _root(store, f"write-{fate}", proxy)
    proxy.plan = _once(fate)
    root.replace(PLACE, b"whole")
    assert {str(PLACE): b"whole"} == store.objects(f"write-{fate}")


@pytest.mark.parametrize("fate", [500, 503, "reset", "slow", "cut"])
def test_a_read_outlives_a_store_that_fails_for_a_moment(fate: str | int, store: Store, proxy: Proxy) -> None:
    """The same for reading, also when the answer breaks off in its middle."""
    root = _root(store, f"read-{fate}", proxy)
    root.replace(PLACE, b"whole")
    proxy.plan = _once(fate)
    assert b"whole" == root.read_bytes(PLACE)


def test_a_store_that_goes_on_failing_is_said_in_one_sentence(
    store: Store, proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It names the place and what to do, and no credential."""
    monkeypatch.setattr("time.sleep", lambda _: None)
    proxy.plan = lambda *_: 503
    with pytest.raises(StoreError, match=r"s3://.*: the object store answered SlowDown \(503\); see its state"):
        _root(store, "failing", proxy).replace(PLACE, b"whole")
    with pytest.raises(StoreError, match="there is no such bucket; create it"):
        DataRoot(store.uri("x").replace(BUCKET, "another-bucket")).replace(PLACE, b"whole")


ELSEWHERE = "http://127.0.0.1:9"
MISLEADING = {
    **dict.fromkeys(("AWS_ENDPOINT", "AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3", "HTTP_PROXY", "http_proxy"), ELSEWHERE),
    **dict.fromkeys(("AWS_SKIP_SIGNATURE", "AWS_UNSIGNED_PAYLOAD", "AWS_VIRTUAL_HOSTED_STYLE_REQUEST"), "true"),
    **dict.fromkeys(("AWS_S3_EXPRESS", "AWS_ALLOW_INVALID_CERTIFICATES"), "true"),
    "AWS_TOKEN": "stray",
    "AWS_BUCKET": "stray",
    "AWS_CONDITIONAL_PUT": "disabled",
    "AWS_DEFAULT_REGION": "stray",
}
"""What the client would read in the environment under names of its own."""


def test_no_variable_leads_a_request_elsewhere(store: Store, proxy: Proxy, monkeypatch: pytest.MonkeyPatch) -> None:
    """The URI says where; each is signed with its content, in our session, and takes no proxy to this machine."""
    for name, text in MISLEADING.items():
        monkeypatch.setenv(name, text)
    monkeypatch.setenv("AWS_SESSION_TOKEN", "ours")
    root = _root(store, "misled", proxy)
    root.replace(PLACE, b"whole")
    assert {"ours"} == {headers["x-amz-security-token"] for headers in proxy.headers}
    digest = hashlib.sha256(b"whole")
    assert digest.hexdigest() == proxy.headers[0]["x-amz-content-sha256"]
    assert base64.b64encode(digest.digest()).decode() == proxy.headers[0]["x-amz-checksum-sha256"]
    assert "Credential=AKIA" in proxy.headers[0]["authorization"]
    monkeypatch.undo()
    assert {str(PLACE): b"whole"} == store.objects("misled")


def test_an_object_with_an_odd_name_is_said_in_one_sentence(store: Store, proxy: Proxy) -> None:
    """One that the client cannot name, put there by somebody else, is not taken for a store that is silent."""
    store.put("odd", {"a//b": b""})
    with pytest.raises(StoreError, match="empty name"):
        _root(store, "odd", proxy).files(PurePosixPath(), "")
    assert 1 == proxy.requests_count


def test_every_file_is_one_request_of_its_whole_content(store: Store, proxy: Proxy) -> None:
    """Also one of 20 MB, which pyarrow and S3's transfer tools would put in parts that stay when the run is killed."""
    asked: list[str] = []
    proxy.plan = lambda method, path, _: asked.append(f"{method} {path}")
    content = bytes(20 * 2**20)
    _root(store, "large", proxy).replace(PLACE, memoryview(content))
    assert [f"PUT /{BUCKET}/large/{PLACE}"] == asked
    assert content == store.objects("large")[str(PLACE)]


def _version(number: int, rows: int = 60_000) -> bytes:
    sink = io.BytesIO()
    dice = np.random.default_rng(number)
    table = pa.table({"version": np.full(rows, number), **{f"c{place}": dice.random(rows) for place in range(4)}})
    parquet.write_table(table, sink, row_group_size=10_000, use_dictionary=False)
    return sink.getvalue()


@pytest.mark.parametrize("at_once", [object_store.AT_ONCE_BYTES, 4096])
def test_a_reader_never_sees_a_mixture(at_once: int, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """While a writer replaces a file again and again, each read is of one version, or says that it was replaced."""
    monkeypatch.setattr(object_store, "AT_ONCE_BYTES", at_once)
    versions = [_version(1), _version(2)]
    root, name = _root(store, f"mixed-{at_once}"), str(PLACE)
    root.replace(PLACE, versions[0])
    is_over = threading.Event()

    def write() -> None:
        number = 0
        while not is_over.is_set():
            number += 1
            root.replace(PLACE, versions[number % 2])

    writer = threading.Thread(target=write)
    writer.start()
    seen, replaced, reads, latest = set(), 0, 0, time.monotonic() + PATIENCE
    # On a busy machine a writer may stand still for many reads.
    while reads < 15 or (len(seen) < 2 and not replaced and time.monotonic() < latest):
        reads += 1
        try:
            seen.add(frozenset(parquet.read_table(name, filesystem=root.filesystem)["version"].to_pylist()))
        except StoreError as problem:
            assert "was replaced while it was read" in str(problem)  # noqa: PT017 - either outcome is right
            replaced += 1
    is_over.set()
    writer.join()
    assert seen <= {frozenset({1}), frozenset({2})}
    assert len(seen) == 2 or replaced
    assert {1: 60_000} == _counted(parquet.read_table(name, filesystem=_settled(root, versions[1 - 1]).filesystem))


def _settled(root: DataRoot, content: bytes) -> DataRoot:
    root.replace(PLACE, content)
    return root


def _counted(table: pa.Table) -> dict[int, int]:
    return {entry["values"]: entry["counts"] for entry in table["version"].value_counts().to_pylist()}


def test_inside_a_snapshot_the_store_is_asked_again_with_each_lock(store: Store, proxy: Proxy) -> None:
    """What others put or removed is seen when a lock was taken, and not before; shards and locks at once."""
    shard, other = layout.SHARDS / "one.parquet", PurePosixPath("staged/b/x.parquet")
    root = _root(store, "snapshot", proxy)
    root.replace(PLACE, b"before")
    with root.snapshot():
        store.put("snapshot", {str(PLACE): b"after", str(shard): b"theirs", str(other): b"new"})
        asked = proxy.requests_count
        assert ([], False) == (root.files(PurePosixPath("staged")), root.exists(other))
        assert asked == proxy.requests_count
        assert b"theirs" == root.read_bytes(shard)
        with hold_lock(root, "staging"):
            assert [str(other)] == root.files(PurePosixPath("staged"))
            assert ["b"] == root.folders(PurePosixPath("staged"))
            assert b"after" == root.read_bytes(PLACE)
    assert b"after" == root.read_bytes(PLACE)


def test_inside_a_snapshot_own_changes_are_known(store: Store, proxy: Proxy) -> None:
    """What was put is read, listed and removed without a request, also when a lock is taken; a lost answer is asked."""
    root = _root(store, "own", proxy)
    with root.snapshot():
        root.replace(PLACE, b"ours")
        asked = proxy.requests_count
        assert ([str(PLACE)], True, b"ours") == (root.files(layout.REPORTS), root.exists(PLACE), root.read_bytes(PLACE))
        with root.filesystem.open_input_file(str(PLACE)) as file:
            assert b"ours" == file.read()
        assert asked == proxy.requests_count
        with hold_lock(root, "staging"):
            assert b"ours" == root.read_bytes(PLACE)
        root.remove(PLACE)
        assert ([], False) == (root.files(layout.REPORTS), root.exists(PLACE))
        with pytest.raises(FileNotFoundError):
            root.read_bytes(PLACE)
        proxy.plan = lambda method, *_: 403 if method == "PUT" else None
        with pytest.raises(StoreError):
            root.replace(PLACE, b"refused")
        proxy.plan = lambda *_: None
        store.put("own", {str(PLACE): b"theirs"})
        assert (b"theirs", [str(PLACE)]) == (root.read_bytes(PLACE), root.files(layout.REPORTS))

"""The one door to an object store: whole objects in one request each, and conditions on what stood there before.

Requests are repeated here and not by the client, which repeats none with a condition whose answer was lost,
no deletion, and no answer that breaks off in its middle.
"""

import hashlib
import io
import os
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import PurePosixPath
from threading import Lock
from typing import Any, NoReturn, TypeVar

import pyarrow as pa
from obstore import Bytes
from obstore.exceptions import AlreadyExistsError, BaseError, InvalidPathError, PreconditionError
from obstore.store import S3Store
from pyarrow import fs
from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, wait_exponential, wait_random

from tasks.store.location import BucketFolder, StorageURIError, parse_storage_uri, refuse_unsafe

ABSENT = "*"
"""The condition that no object of that name exists."""
_ATTEMPTS, _FIRST_WAIT_SECONDS, _MOST_WAIT_SECONDS = 7, 0.5, 20.0
"""With doubled, scattered pauses between them: half a minute of overload is outlived."""
_CONNECT_SECONDS, _MOST_SECONDS = 5.0, 86_400.0
_PATIENT_BYTES = 4 * 2**20
"""So many bytes more may take at least as long again to be put: the client hears nothing while it sends."""
AT_ONCE_BYTES = 16 * 2**20
"""An object up to this size is read in one request; of a larger one, only what is asked for."""
MOST_HELD_BYTES = 64 * 2**20
"""Of small objects that were read or put while nobody else could change them, so much is not asked for again."""
_JUST_NOW = datetime.max.replace(tzinfo=UTC)
"""When this process put an object: after whatever the store was asked for."""
_KEY, _SECRET, _TOKEN = "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"
_CONFLICT, _TOO_MANY, _SERVER_FAULT = 409, 429, 500
_NO_RIGHT = frozenset({401, 403})
_STATUS = re.compile(r"status code: (\d{3})")
_CODE = re.compile(r"<Code>(\w+)</Code>")
_FAULT = re.compile(r"kind: (\w+)")
_Answer = TypeVar("_Answer")


class StoreError(OSError):
    """The object store refused, or did not answer."""


class _PassingError(StoreError):
    """The same, in a way that may be over when it is asked again."""


_REPEATED = Retrying(
    retry=retry_if_exception_type(_PassingError),
    stop=stop_after_attempt(_ATTEMPTS),
    wait=wait_exponential(_FIRST_WAIT_SECONDS, _MOST_WAIT_SECONDS) + wait_random(0, _FIRST_WAIT_SECONDS),
    reraise=True,
)


class ChangedError(RuntimeError):
    """The object was not as the condition says; nothing was written."""


@dataclass(frozen=True)
class Entry:
    """One file: its path below the root, its size in bytes, a number that changes when its content does, and when."""

    path: str
    size: int
    version: int
    written_at: datetime


@dataclass(frozen=True)
class ObjectBytes:
    """Bytes of an object, how long the whole is, and the tag of the content they are part of."""

    content: Bytes
    size: int
    tag: str


class ObjectStore:
    """The objects below one folder of a bucket, by their paths. Threads may share it, forked processes may not."""

    def __init__(self, location: BucketFolder) -> None:
        """Find out who asks, and where; nothing is asked yet."""
        self.location = location
        self.guards: list[Callable[[], None]] = []
        """Each is called before a change without condition, and raises when this run may change nothing any more."""
        self._options = _options(location)
        self._clients: dict[int, S3Store] = {}
        self._snapshot: Snapshot | None = None

    @contextmanager
    def snapshot(self, shared: Sequence[PurePosixPath]) -> Iterator[None]:
        """Ask what there is, and then again only with each lock that is taken: nobody changes what a lock guards.

        What this process puts and removes is known. Below the `shared` folders each question is asked, and everywhere
        once a change has failed, so that nobody knows what stands there. A block within another is a part of it.
        """
        if self._snapshot:
            yield
            return
        self._snapshot = Snapshot(shared)
        try:
            self.renew_snapshot()
            yield
        finally:
            self._snapshot = None

    def renew_snapshot(self) -> None:
        """Ask again what there is, inside the block of a snapshot; elsewhere nothing is known, and nothing asked."""
        if snapshot := self._snapshot:
            snapshot.renew(lambda: self._list_all_but(snapshot))

    def _list_all_but(self, snapshot: "Snapshot") -> list[tuple[Entry, str]]:
        """Every object but those below the folders that the snapshot leaves out."""
        top = self._ask("", lambda: self._client().list_with_delimiter())
        folders = [name for name in top["common_prefixes"] if not snapshot.is_shared(name)]
        return _entries(top["objects"]) + [one for folder in folders for one in self._list(folder)]

    def _snapshot_of(self, path: object) -> "Snapshot | None":
        snapshot = self._snapshot
        return snapshot if snapshot and snapshot.knows(path) else None

    @contextmanager
    def _change(self, path: object) -> Iterator[None]:
        try:
            yield
        except Exception:
            if self._snapshot_of(path):
                self._snapshot = None
            raise

    def put(self, path: object, content: bytes | memoryview, only_if: str | None = None) -> str:
        """Put the whole object in one request, whose checksum the store compares; its new tag.

        `only_if` is `ABSENT` or the tag that must stand there, else `ChangedError`.
        """
        if only_if is None:
            self._guard()
        mode: Any = "overwrite" if only_if is None else "create" if only_if == ABSENT else {"e_tag": only_if}
        body, client = memoryview(content).cast("B"), self._client(len(content))
        with self._change(path):
            tag = str(self._ask(path, lambda: client.put(str(path), body, mode=mode, use_multipart=False)["e_tag"]))
        if snapshot := self._snapshot_of(path):
            snapshot.note(str(path), tag, body)
        return tag

    def remove(self, path: object) -> None:
        """Delete the object; nothing happens when there is none."""
        self._guard()
        with self._change(path):
            self._ask(path, lambda: self._client().delete(str(path)))
        if snapshot := self._snapshot_of(path):
            snapshot.forget(str(path))

    def tag(self, path: object) -> str | None:
        """What tells the object's content from any other; None when there is no object."""
        if snapshot := self._snapshot_of(path):
            return snapshot.tag(str(path))
        try:
            return self._ask(path, lambda: self._client().head(str(path))["e_tag"])
        except FileNotFoundError:
            return None

    def read(self, path: object, first: int = 0, end: int | None = None, tag: str | None = None) -> ObjectBytes:
        """The whole object in one request, or the bytes from `first` up to `end`; FileNotFoundError without it.

        With a tag they are of the content with that tag alone, else `ChangedError`.
        """
        snapshot = self._snapshot_of(path)
        if snapshot and (held := snapshot.content(str(path), first, end)):
            return held
        options: Any = {} if tag is None else {"if_match": tag}
        options |= {} if end is None else {"range": (first, end)}

        def answer() -> ObjectBytes:
            found = self._client().get(str(path), options=options)
            return ObjectBytes(found.bytes(), found.meta["size"], str(found.meta["e_tag"]))

        given = self._ask(path, answer)
        if snapshot and given.size == len(given.content):
            snapshot.hold(str(path), given)
        return given

    def entries(self, folder: object) -> list[Entry]:
        """Every object below the folder, by path."""
        snapshot = self._snapshot_of(folder)
        return snapshot.entries(folder) if snapshot else [entry for entry, _ in self._list(folder)]

    def _list(self, folder: object) -> list[tuple[Entry, str]]:
        return _entries(self._ask(folder, lambda: self._client().list(_prefix(folder)).collect()))

    def folders(self, folder: object) -> list[str]:
        """The names of what lies directly in the folder and has something below it, in order."""
        if snapshot := self._snapshot_of(folder):
            return snapshot.folders(folder)
        found = self._ask(folder, lambda: self._client().list_with_delimiter(_prefix(folder)))
        return sorted(name.rpartition("/")[2] for name in found["common_prefixes"])

    def _guard(self) -> None:
        for guard in (*self.guards,):
            guard()

    def _client(self, size: int = 0) -> S3Store:
        """A client that waits as long as so many bytes may take; one for each doubling of the size."""
        turns = 1 << (size // _PATIENT_BYTES).bit_length()
        if turns not in self._clients:
            seconds = min(turns * self.location.timeout_seconds, _MOST_SECONDS)
            self._clients[turns] = _s3_client(self.location, self._options, timedelta(seconds=seconds))
        return self._clients[turns]

    def _ask(self, path: object, request: Callable[[], _Answer]) -> _Answer:
        """The store's answer, asked for again while it fails in passing; else one sentence without any credential."""

        def answer() -> _Answer:
            try:
                return request()
            except (BaseError, FileNotFoundError) as problem:
                raise self._refusal(path, problem) from None

        return _REPEATED(answer)

    def _refusal(self, path: object, problem: Exception) -> Exception:
        name, text = f"{self.location}/{path}", str(problem)
        if "<Code>NoSuchBucket</Code>" in text:
            return StoreError(f"{self.location}: there is no such bucket; create it, or correct the storage URI")
        if isinstance(problem, AlreadyExistsError | PreconditionError):
            return ChangedError(f"{name}: was changed by another run meanwhile")
        if isinstance(problem, FileNotFoundError):
            return FileNotFoundError(f"{name}: there is no such object")
        if isinstance(problem, InvalidPathError):
            return StoreError(f"{name}: an object there has an empty name, . or .. in its path; rename it, run again")
        status = _first(_STATUS, text)
        if status is None:
            fault = _first(_FAULT, text) or type(problem).__name__
            return _PassingError(f"{self.location}: does not answer ({fault}); see that it can be reached, run again")
        return _status_refusal(name, int(status), _first(_CODE, text) or "an error")


class Snapshot:
    """What an object store held when it was asked, and what this process has changed since."""

    def __init__(self, shared: Sequence[PurePosixPath]) -> None:
        """Know nothing yet, and never what is below the shared folders."""
        self._shared = shared
        self._found: dict[str, tuple[Entry, str]] = {}
        self._contents: dict[str, ObjectBytes] = {}
        self._held_bytes = 0
        self._changed: set[str] = set()
        self._renewal = Lock()

    def renew(self, listing: Callable[[], list[tuple[Entry, str]]]) -> None:
        """Know what the store answers, and what is changed meanwhile, which its answer may not hold."""
        with self._renewal:
            self._changed = set()
            listed = listing()
            own = {path: self._found[path] for path in self._changed.intersection(self._found)}
            theirs = {entry.path: (entry, tag) for entry, tag in listed if entry.path not in self._changed}
            self._found = theirs | own
            for path in [path for path, held in self._contents.items() if self.tag(path) != held.tag]:
                self._drop(path)

    def is_shared(self, path: object) -> bool:
        """Whether others may change what is there while a lock is held."""
        place = PurePosixPath(str(path))
        return any(place.is_relative_to(folder) for folder in self._shared)

    def knows(self, path: object) -> bool:
        """Whether nobody else may change what is there, or below it."""
        place = PurePosixPath(str(path))
        return not self.is_shared(path) and not any(folder.is_relative_to(place) for folder in self._shared)

    def note(self, path: str, tag: str, content: memoryview) -> None:
        """The object was put."""
        self._changed.add(path)
        self._found[path] = Entry(path, len(content), version_of(tag), _JUST_NOW), tag
        self._drop(path)
        if self._held_bytes + len(content) <= MOST_HELD_BYTES:
            self.hold(path, ObjectBytes(Bytes(bytes(content)), len(content), tag))

    def forget(self, path: str) -> None:
        """The object was removed."""
        self._changed.add(path)
        self._found.pop(path, None)
        self._drop(path)

    def _drop(self, path: str) -> None:
        if held := self._contents.pop(path, None):
            self._held_bytes -= held.size

    def hold(self, path: str, given: ObjectBytes) -> None:
        """Keep what the object holds, where it is small and there is room."""
        if self.tag(path) == given.tag and self._held_bytes + given.size <= MOST_HELD_BYTES:
            self._drop(path)
            self._contents[path] = given
            self._held_bytes += given.size

    def tag(self, path: str) -> str | None:
        """The tag of the object; None when there is none."""
        return self._found[path][1] if path in self._found else None

    def content(self, path: str, first: int, end: int | None) -> ObjectBytes | None:
        """The whole object where it is held and asked for; FileNotFoundError when there is none."""
        if path not in self._found:
            message = f"{path}: there is no such object"
            raise FileNotFoundError(message)
        held = self._contents.get(path)
        return held if held and first == 0 and (end is None or end >= held.size) else None

    def entries(self, folder: object) -> list[Entry]:
        """Every object below the folder, by path."""
        begin = f"{_prefix(folder)}/"
        return [self._found[path][0] for path in sorted(self._found) if path.startswith(begin)]

    def folders(self, folder: object) -> list[str]:
        """The names of what lies directly in the folder and has something below it, in order."""
        begin = f"{_prefix(folder)}/"
        below = (path.removeprefix(begin) for path in self._found if path.startswith(begin))
        return sorted({rest.partition("/")[0] for rest in below if "/" in rest})


class ObjectFileSystem(fs.FileSystemHandler):  # type: ignore[misc]  # pyarrow ships no types
    """An object store's folder as pyarrow reads it: every file that is opened is of one version to its end."""

    def __init__(self, store: ObjectStore) -> None:
        """Read from this store; `DataRoot` writes."""
        self.store = store

    def __eq__(self, other: object) -> bool:
        """Whether both read the same folder."""
        return isinstance(other, ObjectFileSystem) and self.store.location == other.store.location

    def __hash__(self) -> int:
        """Equal where the folder is."""
        return hash(self.store.location)

    def get_type_name(self) -> str:
        """What pyarrow calls it in its messages."""
        return "objects"

    def normalize_path(self, path: str) -> str:
        """The path as it is."""
        return path

    def open_input_file(self, path: str) -> Any:  # noqa: ANN401 - pyarrow ships no types
        """The object: at once where it is small, else in parts, each on the condition that it is still the same."""
        start = self.store.read(path, 0, AT_ONCE_BYTES)
        if start.size <= len(start.content):
            return pa.BufferReader(start.content)
        return pa.PythonFile(_LargeObject(self.store, path, start), mode="r")

    open_input_stream = open_input_file

    def get_file_info(self, paths: Sequence[str]) -> list[Any]:
        """Whether there are such files."""
        kinds = (fs.FileType.File if self.store.tag(path) else fs.FileType.NotFound for path in paths)
        return [fs.FileInfo(path, kind) for path, kind in zip(paths, kinds, strict=True)]

    def get_file_info_selector(self, selector: Any) -> list[Any]:  # noqa: ANN401 - as above
        """Every file below the folder."""
        entries = self.store.entries(selector.base_dir)
        return [fs.FileInfo(entry.path, fs.FileType.File, size=entry.size) for entry in entries]

    def _refuse(self, *_given: object, **_options: object) -> NoReturn:
        message = "objects are written by DataRoot alone"
        raise NotImplementedError(message)

    create_dir = delete_dir = delete_dir_contents = delete_root_dir_contents = delete_file = _refuse
    move = copy_file = open_output_stream = open_append_stream = _refuse


class _LargeObject(io.RawIOBase):
    """An object read in parts: one that is replaced meanwhile is an error, never a mixture."""

    def __init__(self, store: ObjectStore, path: str, start: ObjectBytes) -> None:
        self.store, self.path, self.start = store, path, start
        self.position = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self.position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        self.position = offset + {io.SEEK_SET: 0, io.SEEK_CUR: self.position, io.SEEK_END: self.start.size}[whence]
        return self.position

    def read(self, size: int = -1) -> bytes:
        end = self.start.size if size < 0 else min(self.position + size, self.start.size)
        content = bytes(self._part(self.position, end))
        self.position += len(content)
        return content

    def _part(self, first: int, end: int) -> Bytes:
        if first >= end or end <= len(self.start.content):
            return self.start.content[first:end:1]
        try:
            return self.store.read(self.path, first, end, self.start.tag).content
        except (ChangedError, FileNotFoundError) as problem:
            message = f"{self.store.location}/{self.path} was replaced while it was read: read it again"
            raise StoreError(message) from problem


@cache
def open_object_store(location: BucketFolder) -> ObjectStore:
    """The objects below the folder; this process speaks to each through one client."""
    return ObjectStore(location)


def refuse_unready(uri: str) -> None:
    """`StorageURIError` when the URI cannot be used, or this machine lacks what its store needs; nothing is asked."""
    location = parse_storage_uri(uri)
    if isinstance(location, BucketFolder):
        _options(location)


def _options(location: BucketFolder) -> dict[str, str]:
    """Who asks, where, and in which region; `StorageURIError` when one of them is not known, or not safe."""
    endpoint = location.endpoint or os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL") or ""
    region = location.region or os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or ""
    refuse_unsafe(endpoint, region)
    if missing := [name for name in (_KEY, _SECRET) if not os.environ.get(name)]:
        message = f"the object store needs {' and '.join(missing)} in the environment; nowhere else are they looked for"
        raise StorageURIError(message)
    if not region and not endpoint:
        message = "the object store needs its region: set AWS_REGION, or add ?region=... to the storage URI"
        raise StorageURIError(message)
    amazon = f"https://s3.{region}.amazonaws.com{'.cn' if region.startswith('cn-') else ''}"
    return {"endpoint": endpoint or amazon, "region": region or "us-east-1"}


def _s3_client(location: BucketFolder, options: dict[str, str], patience: timedelta) -> S3Store:
    """The client, told all that it would otherwise look for in the environment under names of its own."""
    credentials: Any = {
        "access_key_id": os.environ[_KEY],
        "secret_access_key": os.environ[_SECRET],
        "token": os.environ.get(_TOKEN) or None,
        "expires_at": None,
    }
    config: Any = {
        **options,
        "aws_endpoint_url_s3": options["endpoint"],
        "checksum_algorithm": "SHA256",
        "conditional_put": "etag",
        "disable_bulk_delete": True,
        "s3_express": False,
        "skip_signature": False,
        "unsigned_payload": False,
        "virtual_hosted_style_request": False,
    }
    is_open = options["endpoint"].startswith("http:")
    # What is read on this machine alone takes no proxy of the environment: a proxy for nobody stands in its place.
    proxy = {"proxy_url": options["endpoint"], "proxy_excludes": "127.0.0.0/8,::1,localhost"} if is_open else {}
    client: Any = {
        **proxy,
        "allow_http": is_open,
        "allow_invalid_certificates": False,
        "connect_timeout": timedelta(seconds=_CONNECT_SECONDS),
        "read_timeout": patience,
        "timeout": timedelta(seconds=_MOST_SECONDS),
    }
    return S3Store(
        location.bucket,
        prefix=location.folder or None,
        config=config,
        client_options=client,
        retry_config={"max_retries": 0},
        credential_provider=lambda: credentials,
    )


def _status_refusal(name: str, status: int, code: str) -> Exception:
    if status == _CONFLICT:
        return ChangedError(f"{name}: was changed by another run meanwhile")
    if status in _NO_RIGHT:
        needed = "s3:ListBucket, s3:GetObject, s3:PutObject and s3:DeleteObject"
        return StoreError(f"{name}: {code}; the credentials in the environment must be valid and allow {needed}")
    is_passing = status >= _SERVER_FAULT or status == _TOO_MANY or code == "RequestTimeout"
    refused = _PassingError if is_passing else StoreError
    return refused(f"{name}: the object store answered {code} ({status}); see its state, run again")


def _entries(found: Sequence[Any]) -> list[tuple[Entry, str]]:
    """What a listing tells of objects, each with its tag, by path."""
    tags = [(at, str(at["e_tag"])) for at in sorted(found, key=lambda at: str(at["path"]))]
    return [(Entry(at["path"], at["size"], version_of(tag), at["last_modified"]), tag) for at, tag in tags]


def _first(pattern: re.Pattern[str], text: str) -> str | None:
    found = pattern.search(text)
    return found[1] if found else None


def _prefix(folder: object) -> str | None:
    return None if str(folder) in {"", "."} else str(folder)


def version_of(tag: str) -> int:
    """A number that tells the tag from any other."""
    return int.from_bytes(hashlib.blake2b(tag.encode(), digest_size=8).digest(), "big")

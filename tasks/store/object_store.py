"""The one door to an object store: whole objects in one request each, and conditions on what stood there before.

S3's own client asks, because it alone can say `If-Match` and `If-None-Match`, and puts a large object in one request.
"""

import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.util import find_spec
from typing import Any

import pyarrow as pa
import stamina

from tasks.store.location import Place, StorageURIError, place_of, refuse_open_endpoint

ABSENT = "*"
"""The condition that no object of that name exists."""
ATTEMPTS = 6
"""With growing, scattered pauses of up to 20 s between them: half a minute of overload is outlived."""
BODY_ATTEMPTS = 3
"""An answer that breaks off in its middle is asked for again; the client repeats only what breaks off before."""
CONNECT_SECONDS = 5
CONNECTIONS = 32
KEY, SECRET, TOKEN = "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"
CHANGED = frozenset({409, 412})
NO_RIGHT = frozenset({401, 403})
NOT_FOUND = 404


class StoreError(OSError):
    """The object store refused, or did not answer."""


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
class Part:
    """Bytes of an object, how long the whole is, and the tag of the content they are part of."""

    content: bytes
    size: int
    tag: str


class Bucket:
    """The objects below one folder of a bucket, by their paths. Threads may share it, processes may not."""

    def __init__(self, place: Place) -> None:
        """Make the client; nothing is asked yet."""
        self.place = place
        self.guards: list[Callable[[], None]] = []
        """Each is called before a change without condition, and raises when this run may change nothing any more."""
        self._client = _client(place)

    def put(self, path: object, content: bytes | memoryview, only_if: str | None = None) -> str:
        """Put the whole object in one request, whose checksum the store compares; its new tag.

        `only_if` is `ABSENT` or the tag that must stand there, else `ChangedError`.
        """
        if only_if is None:
            self._guard()
        condition = {} if only_if is None else {"IfNoneMatch": ABSENT} if only_if == ABSENT else {"IfMatch": only_if}
        # The client takes no view of memory, but reads one like a file; a copy might be half a gigabyte.
        body = content if isinstance(content, bytes) else pa.BufferReader(content)
        with self._sentences(path):
            return str(self._client.put_object(**self._named(path), Body=body, **condition)["ETag"])

    def remove(self, path: object) -> None:
        """Delete the object; nothing happens when there is none."""
        self._guard()
        with self._sentences(path):
            self._client.delete_object(**self._named(path))

    def tag(self, path: object) -> str | None:
        """What tells the object's content from any other; None when there is no object."""
        try:
            with self._sentences(path):
                return str(self._client.head_object(**self._named(path))["ETag"])
        except FileNotFoundError:
            return None

    def content(self, path: object) -> bytes:
        """The whole object in one request, so that it is of one version; FileNotFoundError when there is none."""
        return self._part(path, {}).content

    def tagged(self, path: object) -> Part:
        """The whole object and its tag."""
        return self._part(path, {})

    def part(self, path: object, first: int, end: int, tag: str | None = None) -> Part:
        """The bytes from `first` up to `end`, of the content with that tag alone, else `ChangedError`."""
        condition = {} if tag is None else {"IfMatch": tag}
        return self._part(path, {"Range": f"bytes={first}-{end - 1}", **condition})

    def entries(self, folder: object) -> list[Entry]:
        """Every object below the folder, by path."""
        pages = self._pages(folder)
        found = (entry for page in pages for entry in page.get("Contents", ()))
        return sorted((self._entry(entry) for entry in found), key=lambda entry: entry.path)

    def folders(self, folder: object) -> list[str]:
        """The names of what lies directly in the folder and has something below it, in order."""
        pages = self._pages(folder, Delimiter="/")
        found = (entry["Prefix"] for page in pages for entry in page.get("CommonPrefixes", ()))
        return sorted(name.rstrip("/").rpartition("/")[2] for name in found)

    def _guard(self) -> None:
        for guard in (*self.guards,):
            guard()

    def _pages(self, folder: object, **options: str) -> list[dict[str, Any]]:
        asked = self._client.get_paginator("list_objects_v2")
        prefix = f"{self.place.key(folder)}/" if str(folder) not in {"", "."} else self.place.key("")
        with self._sentences(folder):
            return list(asked.paginate(Bucket=self.place.bucket, Prefix=prefix, **options))

    def _entry(self, entry: dict[str, Any]) -> Entry:
        version = version_of(entry["ETag"])
        return Entry(self.place.path(entry["Key"]), entry["Size"], version, entry["LastModified"])

    def _named(self, path: object) -> dict[str, str]:
        return {"Bucket": self.place.bucket, "Key": self.place.key(path)}

    def _part(self, path: object, options: dict[str, str]) -> Part:
        from botocore import exceptions  # noqa: PLC0415 - an extra, which who stores on a disk need not install

        broken = (exceptions.ReadTimeoutError, exceptions.ResponseStreamingError, exceptions.IncompleteReadError)
        with self._sentences(path):
            for attempt in stamina.retry_context(on=broken, attempts=BODY_ATTEMPTS):
                with attempt:
                    answer = self._client.get_object(**self._named(path), **options)
                    content = answer["Body"].read()
                    size = int(answer.get("ContentRange", f"/{len(content)}").rpartition("/")[2])
                    return Part(content, size, str(answer["ETag"]))
        raise AssertionError(path)

    @contextmanager
    def _sentences(self, path: object) -> Iterator[None]:
        """Say in one sentence what the store refused; no header and no credential stands in it."""
        from botocore import exceptions  # noqa: PLC0415 - as above

        try:
            yield
        except exceptions.ClientError as problem:
            raise self._refusal(path, problem.response) from None
        except exceptions.BotoCoreError as problem:
            message = f"{self.place}: does not answer ({type(problem).__name__}); see that it can be reached, run again"
            raise StoreError(message) from None

    def _refusal(self, path: object, answer: dict[str, Any]) -> Exception:
        code, status = str(answer["Error"]["Code"]), int(answer["ResponseMetadata"]["HTTPStatusCode"])
        name = f"{self.place}/{path}"
        if code == "NoSuchBucket":
            return StoreError(f"{self.place}: there is no such bucket; create it, or correct the storage URI")
        if status == NOT_FOUND:
            return FileNotFoundError(f"{name}: there is no such object")
        if status in CHANGED:
            return ChangedError(f"{name}: was changed by another run meanwhile")
        if status in NO_RIGHT:
            needed = "s3:ListBucket, s3:GetObject, s3:PutObject and s3:DeleteObject"
            return StoreError(f"{name}: {code}; the credentials in the environment must be valid and allow {needed}")
        return StoreError(f"{name}: the object store answered {code} ({status}); see its state, run again")


def version_of(tag: str) -> int:
    """A number that tells the tag from any other."""
    return int.from_bytes(hashlib.blake2b(tag.encode(), digest_size=8).digest(), "big")


@cache
def bucket(uri: str) -> Bucket:
    """The objects below an `s3://` URI; this process speaks to each through one client."""
    place = place_of(uri)
    assert place  # noqa: S101 - asked for `s3://` alone
    return Bucket(place)


def refuse_unready(uri: str) -> None:
    """`StorageURIError` when the URI is an object store's and this machine lacks what it needs; nothing is asked."""
    if (place := place_of(uri)) is None:
        return
    _known(place)
    if find_spec("boto3") is None:
        message = "storage on an object store needs boto3: install it as pyproject.toml's extra `s3` states it"
        raise StorageURIError(message)


def _known(place: Place) -> dict[str, str | None]:
    """Who asks, where, and in which region; `StorageURIError` when one of them is not known."""
    refuse_open_endpoint(_endpoint(place))
    return {"region_name": _region(place), "endpoint_url": _endpoint(place) or None, **_credentials()}


def _credentials() -> dict[str, str | None]:
    if missing := [name for name in (KEY, SECRET) if not os.environ.get(name)]:
        message = f"the object store needs {' and '.join(missing)} in the environment; nowhere else are they looked for"
        raise StorageURIError(message)
    return {
        "aws_access_key_id": os.environ[KEY],
        "aws_secret_access_key": os.environ[SECRET],
        "aws_session_token": os.environ.get(TOKEN) or None,
    }


def _endpoint(place: Place) -> str:
    return place.endpoint or os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL") or ""


def _region(place: Place) -> str:
    region = place.region or os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or ""
    if not region and not _endpoint(place):
        message = "the object store needs its region: set AWS_REGION, or add ?region=... to the storage URI"
        raise StorageURIError(message)
    return region or "us-east-1"


def _client(place: Place) -> Any:  # noqa: ANN401 - boto3 makes its classes when it runs
    known = _known(place)
    import boto3  # noqa: PLC0415 - an extra, and a third of a second, which who stores on a disk need not pay
    from botocore.config import Config  # noqa: PLC0415 - the same

    config = Config(
        retries={"mode": "standard", "total_max_attempts": ATTEMPTS},
        connect_timeout=CONNECT_SECONDS,
        read_timeout=place.timeout_seconds,
        max_pool_connections=CONNECTIONS,
    )
    return boto3.client("s3", config=config, **known)

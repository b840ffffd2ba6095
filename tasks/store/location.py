"""What a storage URI says: a folder of this machine, or one of an object store's bucket and how it is spoken to."""

import os
import re
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, unquote_to_bytes, urlsplit

from tasks.schema.urls import is_https_or_loopback

_BUCKET = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_REGION = re.compile(r"[A-Za-z0-9-]*")
"""A region becomes a part of a host's name."""


class StorageURIError(ValueError):
    """A storage URI cannot be used."""


@dataclass(frozen=True)
class BucketFolder:
    """A folder of a bucket: `s3://bucket/folder?endpoint=https://...&region=...`.

    `endpoint` and `region` are those of the environment where they are empty.
    A run that is silent for `lease_seconds` is taken for dead, and its locks are free.
    A request that hears nothing for `timeout_seconds` is asked again.
    """

    bucket: str
    folder: str
    endpoint: str = ""
    region: str = ""
    lease_seconds: float = 60.0
    timeout_seconds: float = 20.0

    def __str__(self) -> str:
        """The folder as other tools name it."""
        return f"s3://{self.bucket}/{self.folder}".rstrip("/")


_OPTIONS = tuple(field.name for field in fields(BucketFolder))[2:]


@cache
def parse_storage_uri(uri: str) -> Path | BucketFolder:
    """Where the URI points: `s3://bucket/folder`, `file:///folder`, or a plain path, which is taken as it is.

    In a URI the scheme may be in capitals, and `%20` is a space.
    `StorageURIError` says what is wrong, never repeating a part of the URI that may be a secret.
    """
    if not uri.strip() or "\0" in uri:
        message = "storage is empty: give a folder, file:///folder or s3://bucket/folder"
        raise StorageURIError(message)
    if "://" not in uri:
        return Path(uri)
    parts = _split(uri)
    if parts.scheme == "file":
        return _local_folder(parts)
    if parts.scheme != "s3" or not _BUCKET.fullmatch(parts.netloc):
        message = f"storage {parts.scheme}://{parts.netloc}: give a folder, file:///folder or s3://bucket/folder"
        raise StorageURIError(message)
    return BucketFolder(parts.netloc, _key_prefix(parts), **_options(parts.query))


def refuse_unsafe(endpoint: str, region: str) -> None:
    """Raise where followers' data would travel readably, or to a host that the region names in passing."""
    if endpoint and not is_https_or_loopback(endpoint):
        message = "the object store's endpoint: give an https URL, plainly spelled; http is for loopback alone"
        raise StorageURIError(message)
    if not _REGION.fullmatch(region):
        message = "the object store's region holds letters, digits and hyphens alone"
        raise StorageURIError(message)


def _split(uri: str) -> SplitResult:
    """The parts of the URI; what `urlsplit` would drop in silence, and a fragment, which nobody would read, raise."""
    try:
        parts = urlsplit(uri)
    except ValueError:
        parts = SplitResult("", "", "", "", "")
    if "@" in parts.netloc:
        message = "storage holds credentials: take them out of the URI, and set AWS_ACCESS_KEY_ID and "
        raise StorageURIError(message + "AWS_SECRET_ACCESS_KEY in the environment")
    if not parts.scheme or uri != uri.strip() or not uri.isprintable() or parts.fragment:
        message = "storage: the URI holds characters that it cannot; write a space as %20 and a # as %23"
        raise StorageURIError(message)
    return parts


def _local_folder(parts: SplitResult) -> Path:
    if parts.netloc:
        message = f"storage file://{parts.netloc}: a folder's URI has three slashes, file:///folder"
        raise StorageURIError(message)
    path = os.fsdecode(unquote_to_bytes(parts.path))
    if parts.query or not path or "\0" in path:
        message = "storage: give file:///folder, without options; write a ? in a folder's name as %3F"
        raise StorageURIError(message)
    return Path(path)


def _key_prefix(parts: SplitResult) -> str:
    folder = unquote(parts.path).strip("/")
    if any(name in {"", ".", ".."} for name in folder.split("/") if folder) or not folder.isprintable():
        message = "storage: no name in the bucket's folder may be empty, . or .., or hold characters that do not print"
        raise StorageURIError(message)
    return folder


def _options(query: str) -> dict[str, Any]:
    pairs = parse_qsl(query, keep_blank_values=True)
    given = dict(pairs)
    if strangers := sorted(given.keys() - set(_OPTIONS)):
        message = f"storage: {', '.join(strangers)} cannot stand in the URI, which takes {', '.join(_OPTIONS)}; "
        raise StorageURIError(message + "credentials come from the environment alone")
    if len(given) < len(pairs):
        message = f"storage: {', '.join(_OPTIONS)} may stand in the URI once each"
        raise StorageURIError(message)
    refuse_unsafe(given.get("endpoint", ""), given.get("region", ""))
    return {name: _seconds(name, text) if name.endswith("_seconds") else text for name, text in given.items()}


def _seconds(name: str, text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < float("inf"):
        message = f"storage: {name} must be a number of seconds above 0"
        raise StorageURIError(message)
    return seconds

"""What a `storage` URI says: the bucket and folder of an object store, and how it is spoken to."""

from dataclasses import dataclass, fields
from typing import Any
from urllib.parse import parse_qsl, urlsplit

SCHEME = "s3"
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


class StorageURIError(ValueError):
    """A storage URI cannot be used."""


@dataclass(frozen=True)
class Place:
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
        return f"{SCHEME}://{self.bucket}/{self.folder}".rstrip("/")

    def key(self, path: object) -> str:
        """The whole name of the object that lies at the path below the folder."""
        return f"{self.folder}/{path}" if self.folder else str(path)

    def path(self, key: str) -> str:
        """The path below the folder of an object's whole name."""
        return key.removeprefix(f"{self.folder}/") if self.folder else key


OPTIONS = tuple(field.name for field in fields(Place))[2:]


def place_of(uri: str) -> Place | None:
    """Where an `s3://` URI points; None for a folder on this machine.

    `StorageURIError` says what is wrong, never repeating a part of the URI that may be a secret.
    """
    if "://" not in uri:
        return None
    parts = urlsplit(uri)
    if "@" in parts.netloc:
        message = "storage holds credentials: take them out of the URI, and set AWS_ACCESS_KEY_ID and "
        raise StorageURIError(message + "AWS_SECRET_ACCESS_KEY in the environment")
    if parts.scheme == "file":
        _refuse_host(parts.netloc)
        return None
    if parts.scheme != SCHEME or not parts.netloc:
        message = f"storage {parts.scheme}://{parts.netloc}: give a folder, file:///folder or s3://bucket/folder"
        raise StorageURIError(message)
    place = Place(parts.netloc, parts.path.strip("/"), **_options(parts.query))
    refuse_open_endpoint(place.endpoint)
    return place


def refuse_open_endpoint(endpoint: str) -> None:
    """Raise where followers' data would travel readably: an endpoint that is neither https nor on this machine."""
    parts = urlsplit(endpoint)
    if endpoint and parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
        message = f"the object store's endpoint {parts.hostname}: give an https URL; http is for loopback alone"
        raise StorageURIError(message)


def _refuse_host(host: str) -> None:
    if host:
        message = f"storage file://{host}: a folder's URI has three slashes, file:///folder"
        raise StorageURIError(message)


def _options(query: str) -> dict[str, Any]:
    given = dict(parse_qsl(query, keep_blank_values=True))
    if strangers := sorted(given.keys() - set(OPTIONS)):
        message = f"storage: {', '.join(strangers)} cannot stand in the URI, which takes {', '.join(OPTIONS)}; "
        raise StorageURIError(message + "credentials come from the environment alone")
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

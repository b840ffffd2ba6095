"""Raw pages: each response of X is one durable file before the next is asked for. The files are the cursor.

`<root>/dt=YYYY-MM-DD/<batch>/<endpoint>[-<post id>]-<sequence>[.late].json`, where batch is an account id,
or `accounts-<n>` for a look-up of many accounts; `late` marks what arrived after the end of its day.
Names alone tell the files apart, so that only those are opened that are needed.
"""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path, PurePath
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from tasks.sources.x_api.endpoints import ENDPOINTS, Endpoint
from tasks.sources.x_api.page_content import CLOCKS_APART, PageContent, checked_object, is_id, page_content
from tasks.sources.x_api.problems import PageFileError, Verdict, next_token, verdict
from tasks.sources.x_api.vocabulary import Dialect
from tasks.store.durable import write_bytes
from tasks.store.sealed import SEAL, sealed_json

Ids: TypeAlias = npt.NDArray[np.int64]
"""Ids as X lists them: newest first."""

NOT_A_PAGE = "is not a page of X as this program writes it: restore it, or remove it to have it read again."
SUFFIX = ".json"
LATE = ".late"


@dataclass(frozen=True, order=True)
class PageFile:
    """One file: which list it belongs to (`followers`, or `quotes-<post id>`), and its place among those."""

    batch: str
    list_name: str
    sequence: int
    is_late: bool
    path: Path = field(compare=False)

    @property
    def endpoint(self) -> str:
        """The short name of the endpoint that was asked."""
        return self.list_name.partition("-")[0]


@dataclass(frozen=True)
class RawPage:
    """One response of X, or its failure, with all that is needed to parse and bill it; no credentials.

    `status` is null when no response arrived; `fault` names what went wrong on the way.
    `body` is what X said: whole for a success, reduced for a failure, null where it was no JSON.
    """

    day: date
    batch: str
    endpoint: str
    subject_id: str | None
    sequence: int
    is_owned: bool
    dialect: Dialect
    parameters: Mapping[str, str]
    received_at: datetime
    status: int | None
    reset_at: datetime | None
    fault: str | None
    body: Any

    @property
    def name(self) -> str:
        """The file's name without its suffix."""
        return f"{list_name(self.endpoint, self.batch, self.subject_id)}-{self.sequence:04d}"

    @property
    def is_late(self) -> bool:
        """Whether it arrived when its day was over, and so is billed to the next."""
        return self.received_at.astimezone(UTC).date() != self.day

    @property
    def request_id(self) -> str:
        """The request: day, batch, endpoint and sequence number."""
        return f"{self.day}/{self.batch}/{self.name}"

    @property
    def source(self) -> Endpoint:
        """The endpoint's description."""
        return ENDPOINTS[self.endpoint]

    @property
    def verdict(self) -> Verdict:
        """What to make of the response."""
        return "fault" if self.fault else verdict(self.status, self.body)

    @property
    def is_good(self) -> bool:
        """Whether the response is a page to be parsed."""
        return self.verdict == "good"

    @property
    def next_token(self) -> str | None:
        """Where the list goes on; null on its last page and on a failure."""
        return next_token(self.body) if self.is_good else None

    @cached_property
    def content(self) -> PageContent:
        """What of `data` counts, and what was set aside; nothing for a failure."""
        listed = objects_in(self.body, "data") if self.is_good else []
        return page_content(listed, self.source, self.parameters, self.subject_id, self.received_at)

    @property
    def objects(self) -> list[dict[str, Any]]:
        """What the page holds in `data`, as far as it counts; nothing for a failure."""
        return self.content.objects

    @property
    def authors(self) -> list[dict[str, Any]]:
        """The users that the page includes, at most one per object; nobody where authors were not asked for."""
        if not self.is_good or "expansions" not in self.parameters:
            return []
        listed = objects_in(self.body.get("includes"), "users")
        named = [entry for entry in listed if isinstance(entry, dict) and is_id(entry.get("id"))]
        latest = self.received_at + CLOCKS_APART
        return [checked_object(entry, "user", latest) for entry in named[: len(self.content.billed)]]


def list_name(endpoint: str, batch: str, subject_id: str | None) -> str:
    """The name of a list in file names: with the id of the post where it belongs to one instead of the account."""
    return endpoint if subject_id in {None, batch} else f"{endpoint}-{subject_id}"


def objects_in(holder: Any, name: str) -> list[Any]:  # noqa: ANN401 - X may answer with any JSON
    """What is listed under a name: absent, null and a single object are read alike, anything else as nothing."""
    listed = holder.get(name) if isinstance(holder, dict) else None
    if isinstance(listed, dict):
        return [listed]
    return listed if isinstance(listed, list) else []


def write_page(root: Path, page: RawPage) -> Path:
    """The file that now holds the page, on disk to stay."""
    path = day_folder(root, page.day) / page.batch / f"{page.name}{LATE if page.is_late else ''}{SUFFIX}"
    write_bytes(path, sealed_json(_to_json(page)))
    return path


def page_stem(request_id: str) -> str:
    """Where the response to a request lies below `<root>`, but for the file's ending, which says whether it was late.

    >>> page_stem("2026-07-08/30408704/followers-0000")
    'dt=2026-07-08/30408704/followers-0000'
    """
    return f"dt={request_id}"


def read_pages(root: Path, day: date, batch: str | None = None, lists: Collection[str] | None = None) -> list[RawPage]:
    """The pages that `page_files` finds, in its order."""
    return list(iter_pages(root, day, batch, lists))


def iter_pages(
    root: Path, day: date, batch: str | None = None, lists: Collection[str] | None = None
) -> Iterator[RawPage]:
    """As `read_pages`, one page in memory at a time."""
    return map(page_in, page_files(root, day, batch, lists))


def page_in(file: PageFile) -> RawPage:
    """The page that the file holds."""
    return parse_page(file.path.read_bytes(), file.path)


def parse_page(content: bytes, path: PurePath) -> RawPage:
    """The page that was written as these bytes to a file of that path."""
    try:
        written = json.loads(content)
        written.pop(SEAL, None)
        page = RawPage(**{**written, "day": date.fromisoformat(written["day"])})
        reset_at = page.reset_at and datetime.fromisoformat(str(page.reset_at))
        return replace(page, received_at=datetime.fromisoformat(str(page.received_at)), reset_at=reset_at)
    except (ValueError, TypeError, KeyError) as error:
        message = f"{path} {NOT_A_PAGE}"
        raise PageFileError(message) from error


def _to_json(page: RawPage) -> dict[str, Any]:
    moments = {"received_at": page.received_at.isoformat(), "reset_at": page.reset_at and page.reset_at.isoformat()}
    written = {entry.name: getattr(page, entry.name) for entry in fields(page)}
    return {**written, "day": page.day.isoformat(), "parameters": dict(page.parameters), **moments}


def day_folder(root: Path, day: date) -> Path:
    """Where the pages of a day lie."""
    return root / f"dt={day.isoformat()}"


def page_files(root: Path, day: date, batch: str | None = None, lists: Collection[str] | None = None) -> list[PageFile]:
    """The files of a day, or of one batch of it, in the order of batch, endpoint, post and sequence number.

    `lists` chooses some by the name of their list or of their endpoint.
    """
    found = map(_page_file, _paths(day_folder(root, day), batch))
    return sorted(file for file in found if lists is None or file.list_name in lists or file.endpoint in lists)


def _paths(folder: Path, batch: str | None) -> Iterator[Path]:
    """Every account's folder is looked into several times a day, so the one that is named is not searched for."""
    if batch is None or "*" in batch:
        yield from folder.glob(f"{batch or '*'}/*{SUFFIX}")
    elif (folder / batch).is_dir():
        yield from (path for path in (folder / batch).iterdir() if path.name.endswith(SUFFIX))


def _page_file(path: Path) -> PageFile:
    stem = path.name.removesuffix(SUFFIX)
    list_name, _, sequence = stem.removesuffix(LATE).rpartition("-")
    if not sequence.isdecimal() or list_name.partition("-")[0] not in ENDPOINTS:
        message = f"{path} {NOT_A_PAGE}"
        raise PageFileError(message)
    return PageFile(path.parent.name, list_name, int(sequence), stem.endswith(LATE), path)


def object_ids(objects: Iterable[dict[str, Any]]) -> Ids:
    """The ids of the objects, in their order."""
    return np.array([int(entry["id"]) for entry in objects], dtype=np.int64)


def first_of_each(ids: Ids) -> Ids:
    """The ids in their order, each once: a growing head repeats ids at the border of two pages."""
    _, places = np.unique(ids, return_index=True)
    return ids[np.sort(places)]

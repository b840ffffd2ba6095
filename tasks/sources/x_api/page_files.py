"""The files of raw pages, told apart by their names alone, so that only those are opened that are needed.

`<root>/dt=YYYY-MM-DD/<batch>/<endpoint>[-<post id>]-<sequence>[.late].json`, where batch is an account id,
or `accounts-<n>` for a look-up of many accounts; `late` marks what arrived after the end of its day.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from tasks.sources.x_api.endpoints import ENDPOINTS

NOT_A_PAGE = "is not a page of X as this program writes it: restore it, or remove it to have it read again."
SUFFIX = ".json"
LATE = ".late"


class PageFileError(ValueError):
    """A file among the raw pages that this program did not write."""


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

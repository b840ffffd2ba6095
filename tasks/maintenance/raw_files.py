"""Raw files without some people: pages of X, and the exports that were kept."""

import os
import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TypeAlias

from tasks.maintenance.redaction import (
    NotRedactedError,
    content_without,
    names_together,
)
from tasks.store import layout
from tasks.store.durable import TEMPORARY_SUFFIX, at_once
from tasks.store.foreign import is_parquet
from tasks.store.parquet import UnreadableFileError
from tasks.store.people import LONG_ID, People, people_of, text_without
from tasks.store.root import DataRoot

_PAGES_AT_ONCE = 256
"""So many pages are held in memory together."""
_Before: TypeAlias = Callable[[str, list[int]], None]


@dataclass(frozen=True)
class Rewriting:
    """What became of raw files: how many were rewritten, and a sentence for each that could not be."""

    count: int
    problems: tuple[str, ...]


@dataclass(frozen=True)
class Named:
    """People by the normal ids and handles under which they stand."""

    ids: frozenset[str] = frozenset()
    handles: frozenset[str] = frozenset()
    dids: frozenset[str] = frozenset()
    """How Bluesky writes some of the ids."""

    @property
    def may_name(self) -> Callable[[bytes], bool]:
        """Whether bytes may name one of them: a plain search, because there may be a million files."""
        plain = [name.encode() for name in (*self.ids, *self.handles, *self.dids)]

        def holds(content: bytes) -> bool:
            lower = content.lower()
            return any(name in lower for name in plain)

        return holds

    @property
    def people(self) -> People:
        """The same, to be looked for."""
        return people_of(self.ids, self.handles)


def forget_in_raw(root: DataRoot, named: Named, before: _Before = lambda _folder, _ranks: None) -> Rewriting:
    """Rewrite every raw file that names one of these people, or remove it where nothing is left.

    Every file is read, because nothing else is certain to know where somebody stands; then each that was rewritten is
    decoded again. A file that cannot be rewritten is named, and keeps none of the others.
    `before` is told a file's folder and the places of the records that it loses, before they are gone.
    """
    may_name, task = named.may_name, _Redaction(root, named, before)
    found = [
        path for path, content in _files(root) if is_parquet(content) or may_name(content) or _is_told(path, named)
    ]
    said = at_once(lambda path: task.run(PurePosixPath(path)), found)
    problems = [
        f"{text_without(path, named.people)}: {what}"
        for path, what in zip(found, said, strict=True)
        if isinstance(what, str)
    ]
    return Rewriting(sum(what is True for what in said), tuple(problems))


def names_beside(root: DataRoot, named: Named) -> list[tuple[str, str]]:
    """The ids and handles that raw files name beside one another, where one of the two is that of one of these."""
    may_name = named.may_name
    contents = (content for _, content in _files(root) if is_parquet(content) or may_name(content))
    pairs = {pair for content in contents for pair in _pairs(content)}
    return sorted((person, handle) for person, handle in pairs if person in named.ids or handle in named.handles)


def read_handles(root: DataRoot, ids: Collection[str]) -> dict[str, str]:
    """The handles under which raw files name these ids, the newest name of each; who is named nowhere is left out."""
    named = ((path, pair) for path, content in _files(root) for pair in _pairs(content))
    return dict(pair for _, pair in sorted(named) if pair[0] in ids)


def _pairs(content: bytes) -> list[tuple[str, str]]:
    try:
        return list(names_together(content))
    except NotRedactedError:
        return []


def _is_told(path: str, named: Named) -> bool:
    """Whether the file's own name tells somebody's."""
    name = PurePosixPath(path).name
    return text_without(name, named.people) != name


def _files(root: DataRoot) -> Iterator[tuple[str, bytes]]:
    """Every raw file with its bytes, by its path below the root."""
    if root.local is not None:
        yield from _files_below(root.local)
        return
    paths = root.every_file(layout.RAW)
    for first in range(0, len(paths), _PAGES_AT_ONCE):
        some = paths[first : first + _PAGES_AT_ONCE]
        yield from zip(some, at_once(lambda path: root.read_bytes(PurePosixPath(path)), some), strict=True)


def _files_below(local: Path) -> Iterator[tuple[str, bytes]]:
    """The same on a disk, temporary files among them; plain names, because there may be a million."""
    raw = str(local / layout.RAW)
    folders = [raw] if (local / layout.RAW).exists() else []
    while folders:
        for entry in os.scandir(folders.pop()):
            if entry.is_dir():
                folders.append(entry.path)
            else:
                with open(entry.path, "rb", buffering=0) as file:  # noqa: PTH123 - a million paths are made otherwise
                    yield f"{layout.RAW}{entry.path[len(raw) :]}", file.read()


@dataclass(frozen=True)
class _Redaction:
    """Who is taken out of which data root."""

    root: DataRoot
    named: Named
    before: _Before

    def run(self, path: PurePosixPath) -> bool | str:
        """Whether the file was rewritten; a sentence where it cannot be."""
        if path.name.endswith(TEMPORARY_SUFFIX):
            self.root.remove(path)
            return True
        content = self.root.read_bytes(path)
        try:
            left, taken = content_without(content, self.named.people)
            self._refuse_left(left)
        except (NotRedactedError, UnreadableFileError) as problem:
            return f"{problem}; look into it, and remove it where it names one of them"
        place = path.with_name(text_without(path.name, self.named.people))
        if left == content and place == path:
            return False
        self.before(path.parent.name, taken.ranks)
        if left:
            self.root.replace(place, left)
        if place != path or not left:
            self.root.remove(path)
        return True

    def _refuse_left(self, content: bytes) -> None:
        """Raise where what is left, decoded again, still names somebody, or holds a long id wherever it stands."""
        is_left = not is_parquet(content) and _stands(content, self.named)
        if is_left or (content and content_without(content, self.named.people)[0] != content):
            message = "still names somebody where this program does not know how to take it out"
            raise NotRedactedError(message)


def _stands(content: bytes, named: Named) -> bool:
    """Whether bytes hold a long id as a whole number, wherever it stands."""
    long = [re.escape(person.encode()) for person in named.ids if len(person) >= LONG_ID]
    return bool(long) and re.search(rb"(?<![0-9])0*(?:" + b"|".join(long) + rb")(?![0-9])", content) is not None

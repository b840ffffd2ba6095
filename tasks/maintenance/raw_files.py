"""Raw files without some people: pages of X, and the exports that were kept."""

import io
import json
import os
import re
from collections.abc import Callable, Collection, Iterator
from pathlib import Path, PurePosixPath
from typing import IO, Any, BinaryIO

from tasks.store import layout
from tasks.store.durable import TEMPORARY_SUFFIX, at_once
from tasks.store.foreign import is_parquet, people_in, write_parquet_without
from tasks.store.forgotten import Forgotten
from tasks.store.parquet import copy
from tasks.store.people import without_people
from tasks.store.root import DataRoot

_Has = Callable[[bytes], bool]
_PAGES_AT_ONCE = 256
"""So many pages are held in memory together."""
_BYTES_AT_ONCE = 2**22
"""Bytes of a long list that are held together."""


class NotRedactedError(RuntimeError):
    """A file still holds an id after everything known of its form was taken out."""


def forget_in_raw(root: DataRoot, people: Collection[str]) -> int:
    """Rewrite every raw file that holds one of the ids, or remove it where nothing is left; how many.

    Every file is read, because nothing else is certain to know where an id stands.
    """
    has = _has(people)
    found = [path for path, content in _files(root) if is_parquet(content) or has(content)]
    return sum(at_once(lambda path: _rewritten(root, PurePosixPath(path), people, has), found))


def content_without(name: str, content: bytes, forgotten: Forgotten) -> bytes:
    """What is kept of a file that is brought in: nothing about those who asked to be forgotten."""
    if not forgotten.marks:
        return content
    numbers = {number.decode() for number in re.findall(rb"[0-9]+", content)}
    people = set(filter(forgotten.holds, numbers))
    return (_without(PurePosixPath(name), content, people, _has(people)) or b"") if people else content


def write_list_without(file: BinaryIO, sink: IO[bytes], forgotten: Forgotten) -> None:
    """Write what is kept of a follower list, CSV or Parquet, that is brought in; a piece of it is held at once."""
    is_packed = is_parquet(file.read(len("PAR1")))
    file.seek(0)
    if forgotten.marks and is_packed:
        _write_parquet_without(file, people_in(file, forgotten.holds), sink)
    elif forgotten.marks:
        while lines := file.readlines(_BYTES_AT_ONCE):
            sink.write(content_without("list.csv", b"".join(lines), forgotten))
    else:
        copy(file, sink)


def ids_of_handles(root: DataRoot, handles: Collection[str]) -> dict[str, str]:
    """The ids under which X named these handles in a raw page, by handle in lower case."""
    wanted = {handle.lower() for handle in handles}
    said = "|".join(re.escape(handle) for handle in sorted(wanted)).encode()
    pattern = re.compile(rb'"username"\s*:\s*"(?:' + said + rb')"', re.IGNORECASE)
    found = (json.loads(content) for _, content in _files(root) if wanted and pattern.search(content))
    return {name.lower(): person for page in found for name, person in _named(page) if name.lower() in wanted}


def _named(document: Any) -> Iterator[tuple[str, str]]:  # noqa: ANN401 - any JSON
    if isinstance(document, dict):
        if "username" in document and "id" in document:
            yield str(document["username"]), str(document["id"])
        document = list(document.values())
    if isinstance(document, list):
        for value in document:
            yield from _named(value)


def _has(people: Collection[str]) -> _Has:
    """Whether bytes hold one of the ids as a whole number; the plain search goes first, because it is fast."""
    plain = [person.encode() for person in sorted(people)]
    whole = re.compile(rb"(?<![0-9])(?:" + b"|".join(map(re.escape, plain)) + rb")(?![0-9])")
    return lambda content: any(person in content for person in plain) and bool(whole.search(content))


def _files(root: DataRoot) -> Iterator[tuple[str, bytes]]:
    """Every raw file with its bytes, by its path below the root."""
    if root.local is not None:
        yield from _files_below(root.local)
        return
    paths = root.files(layout.RAW, "")
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


def _rewritten(root: DataRoot, path: PurePosixPath, people: Collection[str], has: _Has) -> bool:
    content = root.read_bytes(path)
    left = None if path.name.endswith(TEMPORARY_SUFFIX) else _without(path, content, people, has)
    if left == content:
        return False
    if left is None:
        root.remove(path)
        return True
    if not is_parquet(left) and has(left):
        message = f"{path}: an id stands where this program does not know how to take it out; remove the file"
        raise NotRedactedError(message)
    root.replace(path, left)
    return True


def _without(path: PurePosixPath, content: bytes, people: Collection[str], has: _Has) -> bytes | None:
    """What is left of the file; None when nothing is."""
    if is_parquet(content):
        known, file, sink = set(people), io.BytesIO(content), io.BytesIO()
        _write_parquet_without(file, people_in(file, known.__contains__), sink)
        return sink.getvalue()
    if path.suffix != ".json":
        lines = content.splitlines(keepends=True)
        return b"".join(line for line in lines if not has(line))
    document = json.loads(content)
    known = set(people)
    left = without_people(document, known.__contains__)
    if left is None:
        return None
    if "body" in document:
        # A page that loses its last object is still a page that was read.
        left["body"] = left.get("body") or {}
    return json.dumps(left, separators=(",", ":")).encode()


def _write_parquet_without(file: BinaryIO, people: Collection[str], sink: IO[bytes]) -> None:
    """The rows about nobody among the people; the same bytes where there are none."""
    if people:
        write_parquet_without(file, people, sink)
        return
    file.seek(0)
    copy(file, sink)

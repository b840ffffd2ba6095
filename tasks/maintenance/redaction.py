"""A raw file without some people: a page, an export or a list, each decoded, and written anew without them."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import IO, BinaryIO

from tasks.schema.identity import field_kind, normal_handle, normal_id
from tasks.store.foreign import foreign_names, foreign_pieces, is_parquet, write_parquet_without
from tasks.store.people import People, is_record_about, without_people
from tasks.store.sealed import SEAL, sealed_json

_SEPARATORS = ",;\t|"
_LONGEST_CELL = 2**26
_RANK = "rank"


class NotRedactedError(ValueError):
    """A file cannot be decoded, or still names somebody after everything known of its form was taken out."""


@dataclass
class Taken:
    """What was taken out of a list: how many records, and their places in it."""

    count: int = 0
    ranks: list[int] = field(default_factory=list)

    def add(self, record: dict[str, object]) -> None:
        """Note a record that was taken out."""
        self.count += 1
        said = next((value for name, value in record.items() if name.strip().lower() == _RANK), None)
        rank = str(said).removesuffix(".0")
        if rank.isdecimal():
            self.ranks.append(int(rank))


def write_without(file: BinaryIO, sink: IO[bytes], people: People) -> Taken:
    """Write what is left of the file, whatever its format; `NotRedactedError` where it cannot be decoded."""
    taken = Taken()
    head = file.read(2**12)
    file.seek(0)
    if is_parquet(head):
        write_parquet_without(file, people, sink, taken.add)
    elif head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in {b"{", b"["}:
        sink.write(_json_without(file.read(), people))
    else:
        _write_csv_without(file, sink, people, taken)
    return taken


def content_without(content: bytes, people: People) -> tuple[bytes, Taken]:
    """The same of bytes; none where nothing is left."""
    sink = io.BytesIO()
    taken = write_without(io.BytesIO(content), sink, people)
    return sink.getvalue(), taken


def _json_without(content: bytes, people: People) -> bytes:
    try:
        document = json.loads(content)
    except ValueError:
        message = "is no JSON, though it begins as one"
        raise NotRedactedError(message) from None
    except RecursionError:
        message = "is nested too deeply"
        raise NotRedactedError(message) from None
    left = without_people(document, people)
    if left == document:
        return content
    if left is None:
        return b""
    if isinstance(document, dict) and "body" in document:
        # A page that loses its last object is still a page that was read.
        left["body"] = left.get("body") or {}
    is_sealed = isinstance(document, dict) and SEAL in document
    return sealed_json(left) if is_sealed else json.dumps(left, separators=(",", ":")).encode()


def _write_csv_without(file: BinaryIO, sink: IO[bytes], people: People, taken: Taken) -> None:
    """Record by record, however many lines each has; those that stay keep their bytes."""
    header: list[str] | None = None
    for raw, cells, separator in _records(file):
        if header is None and any(cells):
            header = [name.removeprefix("\ufeff") for name in cells]
        record = dict(zip(_names(header or [], len(cells)), cells, strict=True))
        if cells is not header and is_record_about(record, people):
            taken.add(dict(record))
            continue
        left = {name: without_people(cell, people, name) or "" if cell else cell for name, cell in record.items()}
        sink.write((raw if left == record else _line(list(left.values()), separator)).encode(errors="surrogateescape"))


def _records(file: BinaryIO) -> Iterator[tuple[str, list[str], str]]:
    """Each record as it stands, its cells, and what separates them."""
    text = io.TextIOWrapper(file, encoding="utf-8", errors="surrogateescape", newline="")
    lines: list[str] = []
    try:
        first = text.readline()
        separator = max(_SEPARATORS, key=first.count)
        reader = csv.reader(_logged([first], text, lines), delimiter=separator)
        csv.field_size_limit(_LONGEST_CELL)
        for cells in reader:
            yield "".join(lines), cells, separator
            lines.clear()
    except csv.Error as problem:
        message = f"is no CSV: {problem}"
        raise NotRedactedError(message) from None
    finally:
        text.detach()


def _logged(first: Iterable[str], rest: Iterable[str], lines: list[str]) -> Iterator[str]:
    for part in (first, rest):
        for line in part:
            lines.append(line)
            yield line


def _names(header: Sequence[str], width: int) -> list[str]:
    """A name for every cell, no two alike: spaces tell them apart, and no kind of field."""
    titles = [header[place].strip() if place < len(header) else "" for place in range(width)]
    return [title + " " * place for place, title in enumerate(titles)]


def _line(cells: Sequence[str], separator: str) -> str:
    sink = io.StringIO()
    csv.writer(sink, delimiter=separator, lineterminator="\n").writerow(cells)
    return sink.getvalue()


def names_together(content: bytes) -> Iterator[tuple[str, str]]:
    """Every id with a handle that a page or a list names beside it."""
    if is_parquet(content):
        return _pairs_of_columns(io.BytesIO(content))
    try:
        return _pairs_of(json.loads(content))
    except (ValueError, RecursionError):
        return _pairs_of_list(content)


def _pairs_of(document: object) -> Iterator[tuple[str, str]]:
    if isinstance(document, dict):
        if "username" in document and "id" in document:
            yield from _pair(document["id"], document["username"])
        document = list(document.values())
    if isinstance(document, list):
        for value in document:
            yield from _pairs_of(value)


def _pair(person: object, handle: object) -> Iterator[tuple[str, str]]:
    known, name = normal_id(person), normal_handle(handle)
    if known and name:
        yield known, name


def _pairs_of_list(content: bytes) -> Iterator[tuple[str, str]]:
    header: list[str] = []
    for _, cells, _ in _records(io.BytesIO(content)):
        header = header or cells
        said = {field_kind(name): cell for name, cell in zip(header, cells, strict=False)}
        yield from _pair(said.get("about"), said.get("handle"))


def _pairs_of_columns(file: BinaryIO) -> Iterator[tuple[str, str]]:
    names = {field_kind(name): name for name in foreign_names(file)}
    if not {"about", "handle"} <= names.keys():
        return
    for rows in foreign_pieces(file, [names["about"], names["handle"]]):
        for person, handle in zip(*(rows[names[kind]].to_pylist() for kind in ("about", "handle")), strict=True):
            yield from _pair(person, handle)

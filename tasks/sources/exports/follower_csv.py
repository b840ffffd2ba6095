"""The cells of an ordered follower list that is kept as CSV, a piece at a time."""

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import BinaryIO

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from tasks.sources.exports.cells import EMPTY, column_places, records, refuse_ragged, separator_of
from tasks.sources.exports.follower_columns import ALIASES, HEADER_LACKS, REQUIRED
from tasks.sources.exports.refusal import refusal
from tasks.sources.exports.text_blocks import text_blocks

ROWS = 65_536
"""Records in a piece where they are taken one by one."""


@dataclass(frozen=True)
class Header:
    """What the first line says: where each of our columns stands, and under which title."""

    name: str
    separator: str
    places: Mapping[str, int]
    titles: Mapping[str, str]
    width: int


@dataclass(frozen=True)
class Cells:
    """Some followers: the line on which each stands, and the text of each of our columns, null where it is empty."""

    header: Header
    lines: Sequence[int]
    texts: Mapping[str, pa.Array]


def csv_cells(file: BinaryIO, name: str) -> Iterator[Cells]:
    """The followers in the order of the file; what is no CSV with the required columns raises `ExportRefusedError`."""
    blocks = text_blocks(file, name)
    header, line, rest = _header(blocks, name)
    for block in chain([rest], blocks):
        texts = _texts(header, block)
        if texts is None and not _is_plain(block):
            yield from _recorded(header, chain([block], blocks), line)
            return
        if texts is None:
            yield from _recorded(header, iter([block]), line)
        else:
            yield Cells(header, range(line, line + len(texts["rank"])), texts)
        line += block.count(b"\n")


def _header(blocks: Iterator[bytes], name: str) -> tuple[Header, int, bytes]:
    """The header, the number of the line after it, and what follows it in its block."""
    line = 1
    for block in blocks:
        text = block.decode()
        lines = io.StringIO(text, newline="")
        _, cells = next(records(lines, name, separator_of(text), line), (0, []))
        end = lines.tell()
        line += len(io.StringIO(text[:end], newline="").readlines())
        if cells:
            return _placed(cells, name, separator_of(text)), line, text[end:].encode()
    raise refusal(name, EMPTY)


def _placed(cells: Sequence[str], name: str, separator: str) -> Header:
    places = {column: place for place, column in column_places(cells, name, ALIASES).items()}
    if any(column not in places for column in REQUIRED):
        raise refusal(name, HEADER_LACKS)
    titles = {column: cells[place].strip() for column, place in places.items()}
    return Header(name, separator, places, titles, len(cells))


def _is_plain(block: bytes) -> bool:
    """Whether each line is a record, and each separator between cells."""
    return b'"' not in block and block.count(b"\r") == block.count(b"\r\n")


def _is_quoted_by_cell(block: bytes, separator: bytes) -> bool:
    """Whether quotes stand at the beginnings and ends of cells alone, and each line may be a record."""
    begins = block.count(separator + b'"') + block.count(b'\n"') + block.startswith(b'"')
    ends = block.count(b'"' + separator) + block.count(b'"\n') + block.count(b'"\r\n') + block.endswith(b'"')
    is_whole = begins == ends and begins + ends == block.count(b'"')
    framed = b"\n" + block + b"\n"
    # A quote by itself in a cell is both, and may stand for one that is neither.
    alone = (before + b'"' + after for before in (b"\n", separator) for after in (b"\n", b"\r\n", separator))
    return is_whole and block.count(b"\r") == block.count(b"\r\n") and not any(one in framed for one in alone)


def _texts(header: Header, block: bytes) -> dict[str, pa.Array] | None:
    """The cells of a block, all at once; None where some are blank or ragged, or one goes over several lines."""
    if not _is_plain(block) and not _is_quoted_by_cell(block, header.separator.encode()):
        return None
    names = {column: str(place) for column, place in header.places.items()}
    try:
        read = csv.read_csv(
            pa.BufferReader(block),
            csv.ReadOptions(column_names=[str(place) for place in range(header.width)], block_size=len(block) + 1),
            csv.ParseOptions(delimiter=header.separator, ignore_empty_lines=False),
            csv.ConvertOptions(
                include_columns=list(names.values()),
                column_types=dict.fromkeys(names.values(), pa.string()),
                strings_can_be_null=True,
                null_values=[""],
            ),
        )
    except pa.ArrowInvalid:
        return None
    lines = block.count(b"\n") + (not block.endswith(b"\n"))
    ranks = pc.fill_null(pc.utf8_trim_whitespace(read[names["rank"]]), "")
    if read.num_rows != lines or pc.any(pc.equal(ranks, "")).as_py():
        return None
    return {column: pa.concat_arrays(read[name].chunks) for column, name in names.items()}


def _recorded(header: Header, blocks: Iterator[bytes], line: int) -> Iterator[Cells]:
    """The same of any CSV, record by record: with quotes a cell may go over several lines, and over blocks."""
    lines = chain.from_iterable(io.StringIO(block.decode(), newline="") for block in blocks)
    found = records(lines, header.name, header.separator, line)
    while some := list(islice(found, ROWS)):
        refuse_ragged(some, header.name, header.width)
        texts = {
            column: pa.array([cells[place].strip() or None for _, cells in some], pa.string())
            for column, place in header.places.items()
        }
        yield Cells(header, [line for line, _ in some], texts)

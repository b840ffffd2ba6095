"""An ordered follower list that is kept as CSV: its columns, some followers at a time."""

import io
from collections.abc import Iterator
from itertools import chain, islice
from typing import BinaryIO

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from tasks.sources.exports.export import refusal
from tasks.sources.exports.follower_cells import CellBlock, FollowerHeader, follower_header, typed_pieces
from tasks.sources.exports.sheet import EMPTY_FILE, csv_records, separator_of, whole_records
from tasks.sources.exports.text import NOT_UTF_8

_ROWS = 65_536
"""Records in a piece where they are taken one by one."""
_BLOCK_BYTES = 4 * 2**20
_LONGEST_LINE = 64 * 2**20
"""No line of an export has as much; a file whose lines end in a way of long ago is read whole up to here."""
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
"""As spreadsheets begin a UTF-8 file with."""


def csv_pieces(file: BinaryIO, name: str) -> Iterator[pa.Table]:
    """Our columns in our types, some rows at a time; `ExportRefusedError` names the first cell that cannot be read."""
    return typed_pieces(csv_cells(file, name))


def csv_cells(file: BinaryIO, name: str) -> Iterator[CellBlock]:
    """The followers in the order of the file; what is no CSV with the required columns raises `ExportRefusedError`."""
    blocks = _text_blocks(file, name)
    header, line, rest = _header(blocks, name)
    for block in chain([rest], blocks):
        texts = _texts(header, block)
        if texts is None and not _is_plain(block):
            yield from _records(header, chain([block], blocks), line)
            return
        if texts is None:
            yield from _records(header, iter([block]), line)
        elif rows_count := len(texts["created_at"]):
            yield CellBlock(header, range(line, line + rows_count), texts)
        line += block.count(b"\n")


def _header(blocks: Iterator[bytes], name: str) -> tuple[FollowerHeader, int, bytes]:
    """The header, the number of the line after it, and what follows it in its block."""
    line = 1
    for block in blocks:
        text = block.decode()
        lines = io.StringIO(text, newline="")
        _, cells = next(csv_records(lines, name, separator_of(text), line), (0, []))
        end = lines.tell()
        line += len(io.StringIO(text[:end], newline="").readlines())
        if cells:
            return follower_header(cells, name, separator_of(text)), line, text[end:].encode()
    raise refusal(name, EMPTY_FILE)


def _is_plain(block: bytes) -> bool:
    """Whether each line is a record, and each separator between cells."""
    return b'"' not in block and block.count(b"\r") == block.count(b"\r\n")


def _has_quotes_at_cell_ends(block: bytes, separator: bytes) -> bool:
    """Whether quotes stand at the beginnings and ends of cells alone, and each line may be a record."""
    begins = block.count(separator + b'"') + block.count(b'\n"') + block.startswith(b'"')
    ends = block.count(b'"' + separator) + block.count(b'"\n') + block.count(b'"\r\n') + block.endswith(b'"')
    is_whole = begins == ends and begins + ends == block.count(b'"')
    framed = b"\n" + block + b"\n"
    # A quote by itself in a cell is both, and may stand for one that is neither.
    alone = (before + b'"' + after for before in (b"\n", separator) for after in (b"\n", b"\r\n", separator))
    return is_whole and block.count(b"\r") == block.count(b"\r\n") and not any(one in framed for one in alone)


def _texts(header: FollowerHeader, block: bytes) -> dict[str, pa.Array] | None:
    """The cells of a block, all at once; None where some are blank or ragged, or one goes over several lines."""
    if not _is_plain(block) and not _has_quotes_at_cell_ends(block, header.separator.encode()):
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
    keys = pc.fill_null(pc.utf8_trim_whitespace(read[names["rank" if "rank" in names else "follower_id"]]), "")
    if read.num_rows != lines or pc.any(pc.equal(keys, "")).as_py():
        return None
    return {column: pa.concat_arrays(read[name].chunks) for column, name in names.items()}


def _records(header: FollowerHeader, blocks: Iterator[bytes], line: int) -> Iterator[CellBlock]:
    """The same of any CSV, record by record: with quotes a cell may go over several lines, and over blocks."""
    lines = chain.from_iterable(io.StringIO(block.decode(), newline="") for block in blocks)
    found = whole_records(csv_records(lines, header.name, header.separator, line), header.name, header.width)
    while some := list(islice(found, _ROWS)):
        texts = {
            column: pa.array([cells[place].strip() or None for _, cells in some], pa.string())
            for column, place in header.places.items()
        }
        yield CellBlock(header, [line for line, _ in some], texts)


def _text_blocks(file: BinaryIO, name: str) -> Iterator[bytes]:
    """The file in pieces of whole lines, without a byte order mark.

    Raises `ExportRefusedError` for what is not UTF-8 text, and for text without the end of a line.
    """
    left = file.read(len(BYTE_ORDER_MARK)).removeprefix(BYTE_ORDER_MARK)
    while read := file.read(_BLOCK_BYTES):
        lines, end, left = (left + read).rpartition(b"\n")
        if end:
            yield _utf_8(lines + end, name)
        elif len(left) > _LONGEST_LINE:
            raise refusal(name, "holds a line of more than 64 MB; save it as CSV UTF-8 or download it again")
    if left:
        yield _utf_8(left, name)


def _utf_8(text: bytes, name: str) -> bytes:
    try:
        text.decode("utf-8")
    except UnicodeDecodeError:
        raise refusal(name, NOT_UTF_8) from None
    if b"\0" in text:
        raise refusal(name, NOT_UTF_8)
    return text

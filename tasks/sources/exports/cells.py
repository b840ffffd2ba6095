"""From the bytes of a CSV to cells with their places, whatever program saved it."""

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tasks.sources.exports.refusal import ExportRefusedError

SEPARATORS = ",;\t"
THOUSANDS = re.compile(r"^\d{1,3}([,.\u00a0\u202f' ]\d{3})+$")
"""A whole number with its thousands set apart, as spreadsheets of several countries save it."""


@dataclass(frozen=True)
class Row:
    """One line of the file: its number, for people, and its cells by the names of the columns."""

    line: int
    cells: Mapping[str, str]


@dataclass(frozen=True)
class Sheet:
    """A CSV with a known header."""

    name: str
    columns: frozenset[str]
    rows: Sequence[Row]

    def refusal(self, row: Row | None, what: str) -> ExportRefusedError:
        """The sentence about a row, or about the whole file."""
        place = f"{self.name}, line {row.line}" if row else self.name
        return ExportRefusedError(f"{place}: {what}")

    def count(self, row: Row, column: str) -> int | None:
        """The whole number in a cell; null when the file has no such column or the cell is empty."""
        text = row.cells.get(column, "")
        if not text:
            return None
        digits = re.sub(r"\D", "", text) if THOUSANDS.match(text) else text
        if not digits.isdecimal():
            raise self.refusal(row, f"{column} is {text!r}, not a count of 0 or more; correct or download it again")
        return int(digits)


def sheet(content: bytes, name: str, aliases: Mapping[str, str]) -> Sheet:
    """The CSV with its columns under our names; a column that `aliases` does not know is left out.

    Headers are compared without case, spaces and punctuation.
    A byte order mark, CRLF, a missing last newline, and commas, semicolons or tabs between cells are all read.
    """
    lines = list(csv.reader(io.StringIO(_text(content, name), newline=""), delimiter=_separator(content)))
    filled = [(number, cells) for number, cells in enumerate(lines, start=1) if any(cell.strip() for cell in cells)]
    if not filled:
        message = f"{name}: the file is empty; download it again"
        raise ExportRefusedError(message)
    (_, header), *body = filled
    columns = _columns(header, name, aliases)
    for number, cells in body:
        if len(cells) != len(header):
            message = f"{name}, line {number}: has {len(cells)} cells where the header has {len(header)}"
            raise ExportRefusedError(message)
    rows = [Row(number, {known: cells[place].strip() for place, known in columns.items()}) for number, cells in body]
    return Sheet(name, frozenset(columns.values()), rows)


def header(content: bytes, name: str) -> list[str]:
    """The normalized names in the first line of the file."""
    first = next(csv.reader(io.StringIO(_text(content, name), newline=""), delimiter=_separator(content)), [])
    return [normalized(cell) for cell in first]


def normalized(title: str) -> str:
    """A column's title without case, spaces and punctuation."""
    return re.sub(r"[^a-z0-9]", "", title.lower())


def _columns(header: Sequence[str], name: str, aliases: Mapping[str, str]) -> dict[int, str]:
    known = {place: aliases[normalized(title)] for place, title in enumerate(header) if normalized(title) in aliases}
    if twice := sorted({column for column in known.values() if list(known.values()).count(column) > 1}):
        message = f"{name}: the header names {', '.join(twice)} more than once"
        raise ExportRefusedError(message)
    return known


def _text(content: bytes, name: str) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        message = f"{name}: is not UTF-8 text; save it as CSV UTF-8 or download it again"
        raise ExportRefusedError(message) from None


def _separator(content: bytes) -> str:
    first = content.split(b"\n", 1)[0].decode("utf-8", errors="replace")
    return max(SEPARATORS, key=first.count)

"""From the bytes of a CSV to cells with their places, whatever program saved it."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from tasks.sources.exports.refusal import ExportRefusedError, refusal

SEPARATORS = ",;\t"
EMPTY = "the file is empty; download it again"
THOUSANDS = re.compile(r"^[1-9]\d{0,2}([,.\u00a0\u202f'\u2019 ])\d{3}(?:\1\d{3})*$")
"""A whole number with its thousands set apart by one and the same mark, as spreadsheets of some countries save it."""

LARGEST_COUNT = 10**15
"""More than X has ever counted of anything: a larger number is a damaged cell, and would not add up in 64 bits."""


@dataclass(frozen=True)
class Row:
    """One line of the file: its number, for people, and its cells by the names of the columns."""

    line: int
    cells: Mapping[str, str]


@dataclass(frozen=True)
class Sheet:
    """A CSV with a known header: each of our columns with its title in the file, and the titles that are not known."""

    name: str
    separator: str
    titles: Mapping[str, str]
    strangers: tuple[str, ...]
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
        digits = self._digits(text)
        if not digits.isdecimal() or len(digits) > len(str(LARGEST_COUNT)) or int(digits) > LARGEST_COUNT:
            said = f"{self.titles[column]} is {text[:40]!r}, not a count of 0 or more; correct or download it again"
            raise self.refusal(row, said)
        return int(digits)

    def _digits(self, text: str) -> str:
        found = THOUSANDS.match(text)
        # Between commas a point is a decimal one: 12.000 is twelve there, and no count.
        if not found or (found.group(1) == "." and self.separator == ","):
            return text
        return text.replace(found.group(1), "")


def sheet(content: bytes, name: str, aliases: Mapping[str, str]) -> Sheet:
    """The CSV with its columns under our names; what `aliases` does not know is in `strangers`, and left out.

    Headers are compared without case, spaces and punctuation.
    A byte order mark, CRLF, a missing last newline, and commas, semicolons or tabs between cells are all read.
    """
    text = _text(content, name)
    (_, header), *body = _records(text, name)
    refuse_ragged(body, name, len(header))
    places = column_places(header, name, aliases)
    strangers = tuple(
        title.strip() or f"column {place + 1}, without a title"
        for place, title in enumerate(header)
        if place not in places and (title.strip() or any(cells[place].strip() for _, cells in body))
    )
    titles = {column: header[place].strip() for place, column in places.items()}
    rows = [Row(line, {column: cells[place].strip() for place, column in places.items()}) for line, cells in body]
    return Sheet(name, separator_of(text), titles, strangers, rows)


def refuse_ragged(body: Iterable[tuple[int, list[str]]], name: str, width: int) -> None:
    """Raise `ExportRefusedError` where a record has more cells than the header, or fewer."""
    for line, cells in body:
        if len(cells) != width:
            said = f"has {len(cells)} cells where the header has {width}; correct or download it again"
            message = f"{name}, line {line}: {said}"
            raise ExportRefusedError(message)


def header_columns(content: bytes, name: str, aliases: Mapping[str, str]) -> frozenset[str]:
    """Those of our columns that the header of the file names."""
    _, header = next(_filled(_text(content, name), name), (0, []))
    return frozenset(aliases[normalized(title)] for title in header if normalized(title) in aliases)


def left_out(export: Sheet) -> tuple[str, ...]:
    """A note that names the columns that are not taken; no note where there are none."""
    return (f"not taken: {', '.join(export.strangers)}",) if export.strangers else ()


def normalized(title: str) -> str:
    """A column's title without case, spaces and punctuation."""
    return re.sub(r"[^a-z0-9]", "", title.lower())


def column_places(header: Sequence[str], name: str, aliases: Mapping[str, str]) -> dict[int, str]:
    """Where each of our columns stands; `ExportRefusedError` when the header names one of them twice."""
    known = {place: aliases[normalized(title)] for place, title in enumerate(header) if normalized(title) in aliases}
    columns = list(known.values())
    if twice := sorted({header[place].strip() for place, column in known.items() if columns.count(column) > 1}):
        message = f"{name}: the header names {' and '.join(twice)} more than once; delete one of the columns"
        raise ExportRefusedError(message)
    return known


def _records(text: str, name: str) -> list[tuple[int, list[str]]]:
    filled = list(_filled(text, name))
    if not filled:
        raise refusal(name, EMPTY)
    return filled


def _filled(text: str, name: str) -> Iterator[tuple[int, list[str]]]:
    yield from records(io.StringIO(text, newline=""), name, separator_of(text))


def records(lines: Iterable[str], name: str, separator: str, first_line: int = 1) -> Iterator[tuple[int, list[str]]]:
    """Every record that is not blank, with the line on which it begins: a quoted text may go over several."""
    reader = csv.reader(lines, delimiter=separator)
    line = first_line
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield line, cells
            line = reader.line_num + first_line
    except csv.Error as problem:
        message = f"{name}, line {line}: cannot be read as CSV ({problem}); download it again"
        raise ExportRefusedError(message) from None


def _text(content: bytes, name: str) -> str:
    message = f"{name}: is not UTF-8 text; save it as CSV UTF-8 or download it again"
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ExportRefusedError(message) from None
    if "\0" in text:
        raise ExportRefusedError(message)
    return text


def separator_of(text: str) -> str:
    """What stands most often between the cells of the first line."""
    first = text.lstrip().split("\n", 1)[0].split("\r", 1)[0]
    return max(SEPARATORS, key=first.count)

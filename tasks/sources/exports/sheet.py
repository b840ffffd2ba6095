"""From the bytes of a CSV to cells with their places, whatever program saved it."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from tasks.sources.exports.dates import parse_date
from tasks.sources.exports.export import ExportRefusedError, refusal

_SEPARATORS = ",;\t"
EMPTY_FILE = "the file is empty; download it again"
NOT_UTF_8 = "is not UTF-8 text; save it as CSV UTF-8 or download it again"
_THOUSANDS = re.compile(r"^[1-9]\d{0,2}([,.\u00a0\u202f'\u2019 ])\d{3}(?:\1\d{3})*$")
"""A whole number with its thousands set apart by one and the same mark, as spreadsheets of some countries save it."""

LARGEST_COUNT = 10**15
"""More than X has ever counted of anything: a larger number is a damaged cell, and would not add up in 64 bits."""
_MOST_NAMED_DAYS = 5
"""How many missing days a refusal names."""


@dataclass(frozen=True)
class SheetColumns:
    """The columns that one kind of file may have, each with the titles by which it goes, and those that it must have.

    Titles stand without case, spaces and punctuation.
    """

    titles: Mapping[str, Sequence[str]]
    required: frozenset[str]

    @cached_property
    def by_title(self) -> Mapping[str, str]:
        """Our column by each title."""
        return {title: column for column, titles in self.titles.items() for title in titles}

    def column(self, title: str) -> str | None:
        """Our column of a title as somebody wrote it; None when it is not known."""
        return self.by_title.get(plain_title(title))

    def places(self, header: Sequence[str], name: str) -> dict[int, str]:
        """Where each of our columns stands; `ExportRefusedError` when the header names one of them twice."""
        columns = {place: column for place, title in enumerate(header) if (column := self.column(title))}
        every = list(columns.values())
        if twice := sorted({header[place].strip() for place, column in columns.items() if every.count(column) > 1}):
            raise refusal(name, f"the header names {' and '.join(twice)} more than once; delete one of the columns")
        return columns


@dataclass(frozen=True)
class SheetRow:
    """One line of the file: its number, for people, and its cells by the names of the columns."""

    line: int
    cells: Mapping[str, str]


@dataclass(frozen=True)
class Sheet:
    """A CSV with a known header: each of our columns with its title in the file, and the titles that are not known."""

    name: str
    separator: str
    titles: Mapping[str, str]
    unknown_titles: tuple[str, ...]
    rows: Sequence[SheetRow]

    @property
    def notes(self) -> tuple[str, ...]:
        """A note that names the columns that are not taken; no note where there are none."""
        return (f"not taken: {', '.join(self.unknown_titles)}",) if self.unknown_titles else ()

    def refusal(self, row: SheetRow | None, what: str) -> ExportRefusedError:
        """The sentence about a row, or about the whole file."""
        return refusal(f"{self.name}, line {row.line}" if row else self.name, what)

    def count(self, row: SheetRow, column: str) -> int | None:
        """The whole number in a cell; null when the file has no such column or the cell is empty."""
        text = row.cells.get(column, "")
        if not text:
            return None
        try:
            return parse_count(text, self.separator)
        except ValueError:
            said = f"{self.titles[column]} is {text[:40]!r}, not a count of 0 or more; correct or download it again"
            raise self.refusal(row, said) from None

    def days(self) -> list[date]:
        """The day of every row, from the column `date`."""
        return [self._day(row) for row in self.rows]

    def _day(self, row: SheetRow) -> date:
        text = row.cells["date"]
        try:
            return parse_date(text)
        except ValueError:
            written = f"{self.titles['date']} is {text[:40]!r}"
            said = f"{written}; write days as 2025-03-21, or as X does in English: Fri, Mar 21, 2025"
            raise self.refusal(row, said) from None


def read_sheet(content: bytes, name: str, columns: SheetColumns) -> Sheet:
    """The CSV with its columns under our names; titles that are not known are named, and their cells left out.

    A byte order mark, CRLF, a missing last newline, and commas, semicolons or tabs between cells are all read.
    """
    text = _text(content, name)
    records = list(_records(text, name))
    if not records:
        raise refusal(name, EMPTY_FILE)
    (_, header), *body = records
    refuse_ragged(body, name, len(header))
    places = columns.places(header, name)
    unknown = tuple(
        title.strip() or f"column {place + 1}, without a title"
        for place, title in enumerate(header)
        if place not in places and (title.strip() or any(cells[place].strip() for _, cells in body))
    )
    titles = {column: header[place].strip() for place, column in places.items()}
    rows = [SheetRow(line, {column: cells[place].strip() for place, column in places.items()}) for line, cells in body]
    return Sheet(name, separator_of(text), titles, unknown, rows)


def has_required(content: bytes, name: str, columns: SheetColumns) -> bool:
    """Whether the header of the file names all columns that this kind of file must have."""
    _, header = next(_records(_text(content, name), name), (0, []))
    return columns.required <= {columns.column(title) for title in header}


def parse_count(text: str, separator: str) -> int:
    """The whole number of 0 or more in a cell, thousands set apart or not; `ValueError` for anything else."""
    found = _THOUSANDS.match(text)
    # Between commas a point is a decimal one: 12.000 is twelve there, and no count.
    if found and (found.group(1) != "." or separator != ","):
        text = text.replace(found.group(1), "")
    if not text.isdecimal() or len(text) > len(str(LARGEST_COUNT)) or int(text) > LARGEST_COUNT:
        raise ValueError
    return int(text)


def plain_title(title: str) -> str:
    """A column's title without case, spaces and punctuation."""
    return re.sub(r"[^a-z0-9]", "", title.lower())


def separator_of(text: str) -> str:
    """What stands most often between the cells of the first line."""
    first = text.lstrip().split("\n", 1)[0].split("\r", 1)[0]
    return max(_SEPARATORS, key=first.count)


def csv_records(lines: Iterable[str], name: str, separator: str, line: int = 1) -> Iterator[tuple[int, list[str]]]:
    """Every record that is not blank, with the line on which it begins: a quoted text may go over several."""
    reader, first_line = csv.reader(lines, delimiter=separator), line
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield line, cells
            line = reader.line_num + first_line
    except csv.Error as problem:
        place = f"{name}, line {line}"
        raise refusal(place, f"cannot be read as CSV ({problem}); download it again") from None


def refuse_ragged(body: Iterable[tuple[int, list[str]]], name: str, width: int) -> None:
    """Raise `ExportRefusedError` where a record has more cells than the header, or fewer."""
    for line, cells in body:
        if len(cells) != width:
            place = f"{name}, line {line}"
            raise refusal(place, f"has {len(cells)} cells where the header has {width}; correct or download it again")


def refuse_repeats(sheet: Sheet, values: Sequence[object]) -> None:
    """Refuse a file in which two rows have the same value: which of the two holds cannot be known."""
    seen: dict[object, SheetRow] = {}
    for row, value in zip(sheet.rows, values, strict=True):
        if value in seen:
            raise sheet.refusal(row, f"{value} stands here and on line {seen[value].line}; keep one of them")
        seen[value] = row


def refuse_future(sheet: Sheet, days: Sequence[date], today: date) -> None:
    """Refuse a day that has not been yet."""
    for row, day in zip(sheet.rows, days, strict=True):
        if day > today:
            said = f"{day} lies in the future: today is {today} in UTC; correct the date or download it again"
            raise sheet.refusal(row, said)


def refuse_gaps(sheet: Sheet, days: Sequence[date]) -> None:
    """Refuse a calendar with a hole, naming the missing days."""
    first, last = min(days), max(days)
    missing = sorted({first + timedelta(days=step) for step in range((last - first).days)} - set(days))
    if missing:
        more = len(missing) - _MOST_NAMED_DAYS
        named = ", ".join(map(str, missing[:_MOST_NAMED_DAYS])) + (f" and {more} more" if more > 0 else "")
        said = f"days are missing between {first} and {last}: {named}; download the whole range"
        raise sheet.refusal(None, said)


def _records(text: str, name: str) -> Iterator[tuple[int, list[str]]]:
    return csv_records(io.StringIO(text, newline=""), name, separator_of(text))


def _text(content: bytes, name: str) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise refusal(name, NOT_UTF_8) from None
    if "\0" in text:
        raise refusal(name, NOT_UTF_8)
    return text

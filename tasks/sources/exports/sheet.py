"""From the bytes of a CSV to cells with their places, whatever program saved it."""

import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from itertools import pairwise

from tasks.schema.months import X_BEGAN
from tasks.sources.exports.dates import date_reader
from tasks.sources.exports.export import ExportRefusedError, refusal
from tasks.sources.exports.text import plain_text
from tasks.sources.exports.titles import plain_title, translated_columns

_LONGEST_CELL = 131_072
"""Characters; an unclosed quote would make one cell of a whole file."""
_LONGEST_RECORD = 2**20
"""Characters of a record with all its lines; a file of commas alone is one, and each cell would be looked at."""
_MOST_COLUMNS = 20_000
"""A sheet with a column for each of many accounts has some thousands."""
_MOST_BLANK = 100_000
"""Blank lines in a row: a spreadsheet saves some thousands below its rows."""
_MOST_LINES = 200_000
"""Twenty years of posts, their texts over several lines, or of many accounts' counts; follower lists have no bound."""
_MOST_CELLS = 20 * _MOST_LINES
"""Lines times columns: a content export of X's has 17."""
_SEPARATORS = ",;\t"
EMPTY_FILE = "the file is empty; download it again"
_THOUSANDS = re.compile(r"^[1-9]\d{0,2}([,.\u00a0\u202f'\u2019 ])(?:\d{3}(?:\1\d{3})*|\d\d(?:\1\d\d)*\1\d{3})$")
"""A whole number with its thousands set apart by one and the same mark, as spreadsheets of some countries save it.

In India the groups above the thousands have two digits: 12,34,567.
"""
_WHOLE = re.compile(r"([.,])0+$")
"""What a spreadsheet or an older export writes behind a whole number: 1203.0."""
_CUT_THOUSANDS = re.compile(r"^\d{3}$")

LARGEST_COUNT = 10**15
"""More than X has ever counted of anything: a larger number is a damaged cell, and would not add up in 64 bits."""
_MOST_NAMED_DAYS = 5
"""How many missing days a sentence names."""


@dataclass(frozen=True)
class SheetColumns:
    """The columns that one kind of file may have, each with the titles by which it goes, and those that it must have.

    Titles stand without case, spaces and punctuation, of several for one column the best one first.
    `translated` names the export of X's whose titles are also known in other languages.
    """

    titles: Mapping[str, Sequence[str]]
    required: frozenset[str]
    translated: str = ""

    @cached_property
    def by_title(self) -> Mapping[str, str]:
        """Our column by each title."""
        return {title: column for column, titles in self.titles.items() for title in titles}

    def column(self, title: str) -> str | None:
        """Our column of a title as somebody wrote it; None when it is not known."""
        return self.by_title.get(plain_title(title))

    def places(self, header: Sequence[str], name: str) -> dict[int, str]:
        """Where each of our columns stands; `ExportRefusedError` when the header names one of them twice.

        Of two titles for one column the better one is taken: `friends_count` before `following`.
        """
        if len(header) > _MOST_COLUMNS:
            raise refusal(name, f"the header names more than {_MOST_COLUMNS:,} columns, as no export does")
        named = [
            (column, plain_title(title), place) for place, title in enumerate(header) if (column := self.column(title))
        ]
        times = Counter(title for _, title, _ in named)
        if twice := sorted({header[place].strip() for _, title, place in named if times[title] > 1}):
            raise refusal(name, f"the header names {' and '.join(twice)} more than once; download it again")
        ranked = sorted(named, key=lambda each: self.titles[each[0]].index(each[1]), reverse=True)
        best = {column: place for column, _, place in ranked}
        found = {place: column for column, place in sorted(best.items(), key=lambda each: each[1])}
        if self.translated and not self.required <= best.keys():
            meant = translated_columns(header, self.translated) or {}
            return meant if self.required <= set(meant.values()) else found
        return found


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
    text: str
    is_translated: bool

    @property
    def content(self) -> bytes:
        """The text as UTF-8: what is kept of the file, so that people can be found and forgotten in it."""
        return self.text.encode()

    @property
    def columns(self) -> tuple[tuple[str, str], ...]:
        """Each of our columns with its title in the file, in the file's order."""
        return tuple(self.titles.items())

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
        """The day of every row, from the column `date`, whose form is one and the same in the whole file."""
        read = date_reader([row.cells["date"] for row in self.rows])
        return [self._day(row, read) for row in self.rows]

    def _day(self, row: SheetRow, read: Callable[[str], date]) -> date:
        text = row.cells["date"]
        try:
            return read(text)
        except ValueError:
            written = f"{self.titles['date']} is {text[:40]!r}"
            said = f"{written}; write days as 2025-03-21, or as X does in English: Fri, Mar 21, 2025"
            raise self.refusal(row, said) from None


def read_sheet(content: bytes, name: str, columns: SheetColumns) -> Sheet:
    """The CSV with its columns under our names; titles that are not known are named, and their cells left out.

    UTF-8 and UTF-16, CRLF, a missing last newline, and commas, semicolons or tabs between cells are all read.
    Below a header that lacks a required column no row is read.
    """
    text = plain_text(content, name)
    records = _records(text, name)
    _, header = next(records, (0, []))
    if not header:
        raise refusal(name, EMPTY_FILE)
    places = columns.places(header, name)
    lines_count = max(map(text.count, "\n\r"))
    if lines_count > _MOST_LINES or lines_count * len(header) > _MOST_CELLS:
        said = f"holds more than {_MOST_LINES:,} lines or {_MOST_CELLS:,} cells; give a part of it"
        raise refusal(name, said)
    is_known = columns.required <= set(places.values())
    body = list(whole_records(records, name, len(header))) if is_known else []
    unknown = tuple(
        title.strip() or f"column {place + 1}, without a title"
        for place, title in enumerate(header)
        if place not in places and (title.strip() or any(cells[place].strip() for _, cells in body))
    )
    titles = {column: header[place].strip() for place, column in places.items()}
    rows = [SheetRow(line, {column: cells[place].strip() for place, column in places.items()}) for line, cells in body]
    is_translated = any(columns.column(title) != column for column, title in titles.items())
    return Sheet(name, separator_of(text), titles, unknown, rows, text, is_translated)


def has_required(header: Sequence[str], name: str, columns: SheetColumns) -> bool:
    """Whether the header of the file names all columns that this kind of file must have."""
    return columns.required <= set(columns.places(header, name).values())


def header_of(content: bytes, name: str) -> list[str]:
    """The titles of the file; none where it is empty."""
    _, header = next(_records(plain_text(content, name), name), (0, []))
    return header


def parse_count(text: str, separator: str) -> int:
    """The whole number of 0 or more in a cell, thousands set apart or not; `ValueError` for anything else."""
    found = _THOUSANDS.match(text)
    # Between commas a point is a decimal one: 12.000 is twelve there, and no count; 12.0 is one in either case.
    if found and (found.group(1) != "." or separator != ","):
        text = text.replace(found.group(1), "")
    elif (whole := _WHOLE.search(text)) and len(whole.group(0)) != len(".000"):
        text = text[: whole.start()]
    # With a zero ahead it is the end of a number that was cut at its thousands: 003 of 1,003.
    if not text.isdecimal() or (text.startswith("0") and len(text) > 1) or int(text) > LARGEST_COUNT:
        raise ValueError
    return int(text)


def separator_of(text: str) -> str:
    """What stands most often between the cells of the first line."""
    first = text.lstrip().split("\n", 1)[0].split("\r", 1)[0]
    return max(_SEPARATORS, key=first.count)


def csv_records(lines: Iterable[str], name: str, separator: str, line: int = 1) -> Iterator[tuple[int, list[str]]]:
    """Every record that is not blank, with the line on which it begins: a quoted text may go over several.

    One that is longer than any export's is refused before its cells are taken apart.
    """
    length, blank_count, first_line = 0, 0, line

    def record_lines() -> Iterator[str]:
        nonlocal length
        for each in lines:
            length += len(each)
            if length > _LONGEST_RECORD:
                message = f"more than {_LONGEST_RECORD:,} characters without the end of a record"
                raise csv.Error(message)
            yield each

    reader = csv.reader(record_lines(), delimiter=separator)
    try:
        for cells in reader:
            length = 0
            _refuse_long(cells)
            is_blank = not any(cell.strip() for cell in cells)
            blank_count = blank_count + 1 if is_blank else 0
            _refuse_blank(blank_count)
            if not is_blank:
                yield line, cells
            line = reader.line_num + first_line
    except csv.Error as problem:
        place = f"{name}, line {line}"
        raise refusal(place, f"cannot be read as CSV ({problem}); download it again") from None


def _refuse_blank(count: int) -> None:
    if count > _MOST_BLANK:
        message = f"more than {_MOST_BLANK:,} blank lines in a row"
        raise csv.Error(message)


def _refuse_long(cells: Sequence[str]) -> None:
    """Raise `csv.Error` as the reader does: its own limit is one of the whole process, which others raise."""
    if max(map(len, cells), default=0) > _LONGEST_CELL:
        message = f"field larger than field limit ({_LONGEST_CELL})"
        raise csv.Error(message)


def whole_records(records: Iterable[tuple[int, list[str]]], name: str, width: int) -> Iterator[tuple[int, list[str]]]:
    """The records; `ExportRefusedError` at the first that has more cells than the header, or fewer."""
    for line, cells in records:
        if len(cells) != width:
            is_cut = len(cells) > width and any(_CUT_THOUSANDS.match(cell.strip()) for cell in cells[1:])
            what = "put numbers such as 1,234 in quotes, or" if is_cut else "correct or"
            said = f"has {len(cells)} cells where the header has {width}; {what} download it again"
            place = f"{name}, line {line}"
            raise refusal(place, said)
        yield line, cells


def refuse_repeats(sheet: Sheet, values: Sequence[object]) -> None:
    """Refuse a file in which two rows have the same value: which of the two holds cannot be known."""
    seen: dict[object, SheetRow] = {}
    for row, value in zip(sheet.rows, values, strict=True):
        if value in seen:
            raise sheet.refusal(row, f"{value} stands here and on line {seen[value].line}; keep one of them")
        seen[value] = row


def refuse_future(sheet: Sheet, days: Sequence[date], today: date) -> None:
    """Refuse a day that has not been yet, and one before X began."""
    for row, day in zip(sheet.rows, days, strict=True):
        if day < X_BEGAN:
            raise sheet.refusal(row, f"{day} lies before X began in March 2006; correct the date or download it again")
        if day > today:
            said = f"{day} lies in the future: today is {today} in UTC; correct the date or download it again"
            raise sheet.refusal(row, said)


def refuse_wide_steps(sheet: Sheet, days: Sequence[date]) -> None:
    """Refuse rows that are weeks or months: most of them stand more than a day apart."""
    steps = sorted((later - earlier).days for earlier, later in pairwise(sorted(days)))
    if steps and (usual := steps[len(steps) // 2]) > 1:
        raise sheet.refusal(None, f"its rows are {usual} days apart, so they are no days; download it by day")


def missing_days(days: Sequence[date]) -> str:
    """The days that a calendar leaves out, in words; empty where it has no hole."""
    first, last = min(days), max(days)
    missing = sorted({first + timedelta(days=step) for step in range((last - first).days)} - set(days))
    more = len(missing) - _MOST_NAMED_DAYS
    return ", ".join(map(str, missing[:_MOST_NAMED_DAYS])) + (f" and {more} more" if more > 0 else "")


def _records(text: str, name: str) -> Iterator[tuple[int, list[str]]]:
    return csv_records(io.StringIO(text, newline=""), name, separator_of(text))

"""Follower lists as programs keep them: JSON, all at once or one follower or page a line, and SQLite databases."""

import codecs
import json
import re
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from functools import lru_cache
from itertools import chain, islice
from pathlib import Path
from typing import Any, BinaryIO, TypeAlias

import pyarrow as pa

from tasks.sources.exports.export import refusal
from tasks.sources.exports.follower_cells import CellBlock, follower_header, typed_pieces
from tasks.sources.exports.follower_columns import FOLLOWER_COLUMNS, has_followers
from tasks.sources.exports.text import NOT_UTF_8

SQLITE = b"SQLite format 3\0"
"""As every such database begins."""
_JSON_BEGINS = (b"{", b"[")
_ROWS = 16_384
"""Followers in a piece."""
_BLOCK_BYTES = 2**20
_LONGEST_RECORD = 64 * 2**20
"""No page of a list has as much; a page holds a thousand followers at most."""
_MOST_DATABASE = 512 * 2**20
"""Bytes of a database, which is held whole."""
_PAGES = ("data", "users")
"""Under what an answer of X's API holds its followers: version 2, and version 1.1."""
_CUT_SHORT = "is no whole JSON: it was cut short or damaged; save the list again"
_LACKS = "holds no follower with an id, created_at and followers_count; give a follower list as its program saved it"
_IN_ID_ORDER = (
    "keeps followers by their id, so the order in which they followed is lost; "
    "save them as CSV in the order in which they were read, or with a rank (0 = oldest follower)"
)
_GAP = re.compile(r"[\s,]*")
"""What stands between values."""
_WAL = slice(18, 20)
"""Bytes that say whether the newest rows may lie in a file beside the database."""

Record: TypeAlias = Mapping[str, Any]


def is_record_file(head: bytes) -> bool:
    """Whether the bytes are the beginning of JSON or of an SQLite database."""
    return head.startswith(SQLITE) or head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in _JSON_BEGINS


def record_pieces(file: BinaryIO, name: str) -> Iterator[pa.Table]:
    """Our columns in our types, some followers at a time, in the order of the file.

    `ExportRefusedError` names the first value that cannot be read, a file that was cut short or is damaged, and a
    database from which the order cannot be read.
    """
    return typed_pieces(_cells(file, name))


def record_titles(file: BinaryIO, name: str) -> list[str]:
    """The names under which the first followers of the file say something."""
    return _titles(next(_blocks(_records(file, name)), []))


def _records(file: BinaryIO, name: str) -> Iterator[Record]:
    is_database = file.read(len(SQLITE)) == SQLITE
    file.seek(0)
    return _rows(file, name) if is_database else _followers(file, name)


def _cells(file: BinaryIO, name: str) -> Iterator[CellBlock]:
    """The followers as texts; the first of them say which columns there are."""
    header, first = None, 1
    for records in _blocks(_records(file, name)):
        if header is None:
            titles = _titles(records)
            _refuse_strangers(titles, name)
            header = follower_header(titles, name, unit="follower")
        texts = {
            column: pa.array([_text(record.get(titles[place])) for record in records], pa.string())
            for column, place in header.places.items()
        }
        yield CellBlock(header, range(first, first + len(records)), texts)
        first += len(records)


def _blocks(records: Iterator[Record]) -> Iterator[list[Record]]:
    while some := list(islice(records, _ROWS)):
        yield some


def _titles(records: Iterable[Record]) -> list[str]:
    return list(dict.fromkeys(chain.from_iterable(records)))


def _refuse_strangers(titles: Sequence[str], name: str) -> None:
    if not _is_list(titles):
        raise refusal(name, _LACKS)


def _is_list(titles: Sequence[str]) -> bool:
    return has_followers({column for title in titles if (column := FOLLOWER_COLUMNS.column(title))})


def _text(value: object) -> str | None:
    """A value as a cell would hold it; lists and what else is no single value are empty."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value).strip() or None if isinstance(value, str | int | float) else None


def _followers(file: BinaryIO, name: str) -> Iterator[Record]:
    for value in _json_values(file, name):
        page = _page(value)
        for follower in [value] if page is None else page:
            if not isinstance(follower, dict):
                raise refusal(name, _LACKS)
            yield _flat(follower)


def _page(value: object) -> list[Any] | None:
    """The followers of a page of X's API; None for what is none."""
    if not isinstance(value, dict):
        return None
    found: list[Any] | None = next((value[key] for key in _PAGES if isinstance(value.get(key), list)), None)
    # The last page of a list may hold nobody.
    return [] if found is None and isinstance(value.get("meta"), dict) and "id" not in value else found


def _flat(record: Record) -> Record:
    """What we know of the record, with what stands one level deeper as `public_metrics.followers_count`."""
    deeper = ((key, value.items() if isinstance(value, dict) else ((None, value),)) for key, value in record.items())
    named = ((f"{key}.{name}" if name else key, value) for key, inner in deeper for name, value in inner)
    return {title: value for title, value in named if _is_known(title)}


@lru_cache(maxsize=4096)
def _is_known(title: str) -> bool:
    return FOLLOWER_COLUMNS.column(title) is not None


def _json_values(file: BinaryIO, name: str) -> Iterator[object]:
    """The values of an array, or those that stand one after the other, each decoded by itself."""
    texts, decoder = _texts(file, name), json.JSONDecoder()
    left = next(texts, "").removeprefix("\ufeff").lstrip()
    is_array = left.startswith("[")
    is_open, place = is_array, int(is_array)
    while True:
        place = _end_of_gap(left, place)
        if is_open and left.startswith("]", place):
            is_open, place = False, _end_of_gap(left, place + 1)
        if is_array and not is_open and place < len(left):
            raise refusal(name, "goes on after its list has ended; save the list again")
        value, end = _decoded(decoder, left, place)
        # What is decoded up to the very end may go on in the next piece.
        if end in (place, len(left)) and (more := _more(texts, len(left) - place, name)):
            left, place = left[place:] + more, 0
        elif end > place:
            yield value
            place = end
        elif place < len(left) or is_open:
            raise refusal(name, _CUT_SHORT)
        else:
            return


def _decoded(decoder: json.JSONDecoder, text: str, place: int) -> tuple[object, int]:
    """The value that begins at the place, and where it ends: at the place itself where none is whole."""
    try:
        return decoder.raw_decode(text, place)
    except (ValueError, RecursionError):
        return None, place


def _end_of_gap(text: str, place: int) -> int:
    found = _GAP.match(text, place)
    return place if found is None else found.end()


def _more(texts: Iterator[str], size: int, name: str) -> str:
    """About as much text as is held; nothing where the file has ended."""
    if size > _LONGEST_RECORD:
        raise refusal(name, _CUT_SHORT)
    return "".join(islice(texts, 1 + size // _BLOCK_BYTES))


def _texts(file: BinaryIO, name: str) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        while some := file.read(_BLOCK_BYTES):
            yield decoder.decode(some)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        raise refusal(name, NOT_UTF_8) from None


def _rows(file: BinaryIO, name: str) -> Iterator[Record]:
    """The rows of the database's one table of followers, in the order in which they were put there."""
    content = bytearray(file.read(_MOST_DATABASE + 1))
    if len(content) > _MOST_DATABASE:
        raise refusal(name, f"holds more than {_MOST_DATABASE:,} bytes; give the table as CSV")
    _refuse_unwritten(file, name)
    # A database in memory has no file beside it, so it is opened as one without.
    content[_WAL] = b"\1\1"
    try:
        with closing(sqlite3.connect(":memory:")) as database:
            database.deserialize(bytes(content))
            database.execute("PRAGMA trusted_schema = OFF")
            database.text_factory = lambda text: text.decode("utf-8", errors="replace")
            database.row_factory = sqlite3.Row
            for row in database.execute(_query(database, name)):
                yield {title: row[title] for title in row.keys() if _is_known(title)}  # noqa: SIM118 - a row has no others
    except sqlite3.Error:
        raise refusal(name, "is a damaged database; save it again while no program writes to it") from None


def _refuse_unwritten(file: BinaryIO, name: str) -> None:
    beside = Path(f"{getattr(file, 'name', '')}-wal")
    if beside.is_file() and beside.stat().st_size:
        said = f"has rows that still lie in {beside.name}; close the program that writes it, and give it again"
        raise refusal(name, said)


def _query(database: sqlite3.Connection, name: str) -> str:
    """What asks for the table's rows in order; `ExportRefusedError` where that is not one table, or its order is lost.

    SQLite numbers rows as they come, but for a table whose own whole number is that number, or that has none.
    """
    tables = [row[0] for row in database.execute("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")]
    columns = {table: database.execute(f"PRAGMA table_info({_quoted(table)})").fetchall() for table in tables}
    found = [table for table in tables if _is_list([column["name"] for column in columns[table]])]
    if not found:
        raise refusal(name, _LACKS)
    if len(found) > 1:
        raise refusal(name, f"holds several lists ({', '.join(found)}); give the right one as CSV")
    table = _quoted(found[0])
    titles = [column["name"] for column in columns[found[0]]]
    places = FOLLOWER_COLUMNS.places(titles, name)
    if "rank" in places.values():
        return f"SELECT * FROM {table}"  # noqa: S608 - a name of the database's own, quoted
    keys = [column for column in columns[found[0]] if column["pk"]]
    is_number = [column["type"].upper() for column in keys] == ["INTEGER"]
    is_id = is_number and places.get(titles.index(keys[0]["name"])) == "follower_id"
    if is_id or not _has_row_numbers(database, table):
        raise refusal(name, f"its table {found[0]} {_IN_ID_ORDER}")
    return f"SELECT * FROM {table} ORDER BY rowid"  # noqa: S608 - as above


def _has_row_numbers(database: sqlite3.Connection, table: str) -> bool:
    """Whether rows are numbered as they come; a table WITHOUT ROWID stands in the order of its key."""
    try:
        database.execute(f"SELECT rowid FROM {table} LIMIT 0")  # noqa: S608 - as above
    except sqlite3.OperationalError:
        return False
    return True


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'

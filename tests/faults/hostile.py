"""Files that no program should have written: damaged Parquet, and CSVs, JSON, gzip and archives made to hurt."""

import gzip
import io
import json
import random
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import numpy as np
import pyarrow as pa
from pyarrow import parquet

from tests.unit.export_files import DAYS, analytics_csv
from tests.unit.exports.archives import LISTS, members, script, zipped

ESCAPES = "\x1b]0;title\x07\x1b[2J![x](http://h/p)[/nope]=cmd|' /C calc'!A0\u202e"
"""What a terminal, markdown, a table of rich and a spreadsheet would obey."""
MEGABYTES = 4
"""Size of the large ones: enough to be slow where every byte is looked at many times."""

MANY_COLUMNS = 20
"""The footer names every column again for each group of rows."""


@dataclass(frozen=True)
class HostileFile:
    """A file as somebody would give it to an import."""

    name: str
    content: bytes


def parquet_file(chance: random.Random) -> HostileFile:
    """A follower list as Parquet, odd or damaged or both."""
    content = chance.choice(_TABLES)(chance)
    for _ in range(chance.randrange(3)):
        content = chance.choice(_DAMAGES)(content, chance)
    return HostileFile(f"list{chance.choice(['.parquet', '.csv', ''])}", content)


def other_file(chance: random.Random) -> HostileFile:
    """A CSV, JSON, gzip or archive."""
    return chance.choice(_OTHERS)(chance)


def _list_columns(chance: random.Random) -> dict[str, pa.Array]:
    count = chance.choice([0, 1, 30, 400])
    created = [datetime(2013, 8, 11, tzinfo=UTC) + timedelta(days=row) for row in range(count)]
    return {
        "rank": pa.array(range(count), pa.int64()),
        "follower_id": pa.array([10**17 + row * 7_919 for row in range(count)], pa.int64()),
        "created_at": pa.array(created, pa.timestamp("us", "UTC")),
        "followers": pa.array([row % 90 for row in range(count)], pa.int64()),
    }


def _written(columns: Mapping[str, pa.Array], chance: random.Random, notes: Mapping[str, str] | None = None) -> bytes:
    sink = io.BytesIO()
    table = pa.table(dict(columns)).replace_schema_metadata(notes)
    parquet.write_table(
        table,
        sink,
        compression=chance.choice(["none", "snappy", "gzip", "zstd"]),
        use_dictionary=chance.random() < 0.5,
        row_group_size=chance.choice([1, 7, 1_000]) if len(columns) < MANY_COLUMNS else 1_000,
        data_page_size=chance.choice([64, 2**20]),
        write_page_checksum=chance.random() < 0.3,
    )
    return sink.getvalue()


def _plain_table(chance: random.Random) -> bytes:
    return _written(_list_columns(chance), chance)


_ODD: tuple[Callable[[int], pa.Array], ...] = (
    lambda count: pa.array([[row] for row in range(count)], pa.list_(pa.int64())),
    lambda count: pa.array([{"id": row} for row in range(count)], pa.struct([("id", pa.int64())])),
    lambda count: pa.array([[(str(row), row)] for row in range(count)], pa.map_(pa.string(), pa.int64())),
    lambda count: pa.array([Decimal(row) for row in range(count)], pa.decimal128(38, 0)),
    lambda count: pa.array([timedelta(row) for row in range(count)], pa.duration("us")),
    lambda count: pa.array([b"\xff\xfe\0"] * count, pa.binary()),
    lambda count: pa.array([date(1, 1, 1)] * count, pa.date32()),
    lambda count: pa.array([2**64 - 1 - row for row in range(count)], pa.uint64()),
    lambda count: pa.array(np.full(count, np.inf, np.float16)),
    lambda count: pa.array([float("nan"), -0.0, 1e308, -1.5] * count, pa.float64())[:count],
    pa.nulls,
    lambda count: pa.array([row % 2 == 0 for row in range(count)], pa.bool_()),
    lambda count: pa.array([-(2**63)] * count, pa.int64()),
    lambda count: pa.array([2**62] * count, pa.timestamp("us", "UTC")),
    lambda count: pa.array([-(2**62)] * count, pa.timestamp("ns")),
    lambda count: pa.array([ESCAPES * 50] * count, pa.large_string()),
    lambda count: pa.array(["9999-99-99", "0001-01-01", "", "1" * 5_000] * count)[:count].dictionary_encode(),
    lambda count: pa.Array.from_buffers(
        pa.string(), count, [None, pa.py_buffer(np.arange(count + 1, dtype=np.int32)), pa.py_buffer(b"\xff" * count)]
    ),
)
"""Columns of types and values that no list has; the last is text that is not UTF-8."""


def _odd_table(chance: random.Random) -> bytes:
    columns = _list_columns(chance)
    for name in chance.sample(list(columns), chance.choice([1, 1, 2])):
        columns[name] = chance.choice(_ODD)(len(columns["rank"]))
    return _written(columns, chance)


def _odd_names(chance: random.Random) -> bytes:
    columns = _list_columns(chance)
    more = chance.choice([ESCAPES, "x" * 100_000, "日" * 5_000, "Rank", "created at", "\0", ""])
    columns |= {
        f"{more[:99]}{number}" if number else more: columns["rank"] for number in range(chance.choice([1, 900]))
    }
    if chance.random() < 0.5:
        del columns["created_at"]
    return _written(columns, chance, {"note": ESCAPES * chance.choice([1, 10_000])})


def _many_rows(chance: random.Random) -> bytes:
    """Small on disk: a value that stands for as many rows as one wants."""
    count = chance.choice([200_000, 1_000_000])
    created: pa.Array = pa.repeat(chance.choice(["2013-08-11", "Sun Aug 11 06:08:00 +0000 2013"]), count)
    sink = io.BytesIO()
    parquet.write_table(pa.table({"rank": pa.repeat(7, count), "created_at": created}), sink)
    return sink.getvalue()


_TABLES = (*(5 * (_plain_table,)), *(4 * (_odd_table,)), _odd_names, _odd_names, _many_rows)


def _flipped(content: bytes, chance: random.Random) -> bytes:
    damaged = bytearray(content)
    # The end holds what every reader reads first.
    first = chance.choice([0, len(damaged) // 2, max(len(damaged) - 300, 0)])
    for _ in range(chance.choice([1, 1, 3, 40])):
        damaged[chance.randrange(first, len(damaged))] ^= 1 << chance.randrange(8)
    return bytes(damaged)


def _overwritten(content: bytes, chance: random.Random) -> bytes:
    place, length = chance.randrange(len(content)), chance.choice([1, 4, 8, 64, 999])
    filled = chance.choice([b"\0" * length, b"\xff" * length, chance.randbytes(length)])
    return content[:place] + filled + content[place + length :]


def _cut(content: bytes, chance: random.Random) -> bytes:
    place = chance.randrange(1, len(content))
    return chance.choice([content[:place], b"PAR1" + content[place:], content[: place // 2] + content[place:]])


def _spliced(content: bytes, chance: random.Random) -> bytes:
    other = chance.choice(_TABLES[:-3])(chance)
    return chance.choice([content + other, content[: len(content) // 2] + other[len(other) // 2 :]])


def _with_other_length(content: bytes, chance: random.Random) -> bytes:
    """The length of the footer says something else."""
    said = chance.choice([0, 1, len(content), 2**31 - 1, 2**32 - 1])
    return content[:-8] + said.to_bytes(4, "little") + chance.choice([b"PAR1", b"PARE"])


_DAMAGES: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    *(3 * (_flipped,)),
    _overwritten,
    _cut,
    _spliced,
    _with_other_length,
)


def _filled(piece: bytes, head: bytes = b"") -> bytes:
    return head + piece * ((MEGABYTES * 2**20 - len(head)) // len(piece))


_PIECES = (b",", b";", b'"', b'",', b"\n", b"\r", b",\n", b" ", b"\0", b"a", b"[", b"\xef\xb7\xba", b"9", b"date,")
_HEADS = (
    b"",
    b"date,followers\n",
    b'date,followers\n"',
    b"date,followers\n2025-01-01,",
    b"rank,created_at,id\n",
    b"id,created_at,followers_count\n",
    b"Post id,Impressions,Likes\n",
    b"Date,Impressions,New follows,Unfollows\n",
    b"sep=;\n",
)
_ROWS = (
    (b"date,followers\n", b"2025-01-01,5\n"),
    (b"date,followers\n", b"2025-01-01," + b"9" * 5_000 + b"\n"),
    (b"date,followers" + b"," * 5_000 + b"\n", b"2025-01-01,1" + b"," * 5_000 + b"\n"),
    (b"rank,created_at,bio\n", b'0,2013-08-11,"a\nb"\n'),
    (b"rank,created_at\n", b"0,Sun Aug 11 06:08:00 +0000 2013\n"),
    (b"id,created_at,followers_count\n", b"7,2013-08-11,5\n"),
    (b"Post id,Impressions,Likes\n", b"2125499729310646275,1,1\n"),
)


def _large(chance: random.Random) -> HostileFile:
    if chance.random() < 0.4:
        head, row = chance.choice(_ROWS)
        return HostileFile("large.csv", _filled(row, head))
    return HostileFile("large.csv", _filled(chance.choice(_PIECES), chance.choice(_HEADS)))


_CELLS = (
    *("", " ", "-1", "1.5", "1e9", "NaN", "9" * 30, "1,234", "1.234.567", "=1+1", "@x", "٣", "½", "\u200b5", "0x10"),
    *("2025-13-45", "0000-00-00", "9999-12-31", "1925-01-01", "31/12/2025", "2025-W01-1", "Feb 30, 2025", ESCAPES),
    *("true", "null", "'5", '"5', "5\t", "x" * 200_000, "日" * 3_000, "\ufffd", "\x85", "\u2028"),
)


def _odd_cells(chance: random.Random) -> HostileFile:
    """A sheet of a known kind in which some cells are not what they should be."""
    heads = ["date,followers", "rank,created_at,id", "Post id,Impressions,Likes,Post link", "date,followers,handle"]
    header = chance.choice([*heads, "Date,Impressions,New follows,Unfollows"]).split(",")
    lines = [[f"2025-01-{row:02}" if name.lower() == "date" else str(row) for name in header] for row in range(1, 29)]
    for _ in range(chance.choice([1, 2, 9])):
        chance.choice(lines)[chance.randrange(len(header))] = chance.choice(_CELLS)
    if chance.random() < 0.3:
        header[chance.randrange(len(header))] = chance.choice([ESCAPES, "日付", header[0], "x" * 99_999])
    if chance.random() < 0.2:
        chance.choice(lines).append("more")
    separator, ending = chance.choice(",;\t"), chance.choice(["\n", "\r\n", "\r"])
    text = ending.join(separator.join(line) for line in (header, *lines))
    encoding = chance.choice(["utf-8", "utf-8-sig", "utf-16", "utf-16-be"])
    return HostileFile("odd.csv", text.encode(encoding))


def _wide(chance: random.Random) -> HostileFile:
    titles = [
        chance.choice([f"t{number}", ESCAPES, "date", "日付", ""]) for number in range(chance.choice([50, 30_000]))
    ]
    return HostileFile("wide.csv", "\n".join([",".join(["date", "followers", *titles]), "2025-01-01,5"]).encode())


def _damaged_text(chance: random.Random) -> HostileFile:
    content = chance.choice(_DAMAGES[:4])(analytics_csv(*DAYS), chance)
    return HostileFile(f"{'x' * 200}.csv", content)


def _random_bytes(chance: random.Random) -> HostileFile:
    head = chance.choice(
        [b"", b"PK\x03\x04", b"PAR1", b"\x1f\x8b\x08", b"\xff\xfe", b"\xef\xbb\xbf", b"%PDF-1.7", b"{"]
    )
    return HostileFile("noise", head + chance.randbytes(chance.choice([0, 3, 999, 300_000])))


def _json(chance: random.Random) -> HostileFile:
    deep = b"[" * 100_000
    wide = json.dumps([{"id": str(number), "created_at": "2013-08-11"} for number in range(2_000)]).encode()
    return HostileFile(
        "list.json", chance.choice([deep, b'{"a":' * 50_000, wide, b"null", b"1e999", b'"' + ESCAPES.encode()])
    )


def _packed(chance: random.Random) -> HostileFile:
    """A gzip: of a large text, within a gzip, or damaged."""
    content = gzip.compress(_filled(chance.choice(_PIECES), chance.choice(_HEADS)), mtime=0)
    return HostileFile(
        "packed.csv.gz", chance.choice([content, gzip.compress(content), _flipped(content, chance), content[:-5]])
    )


def _archive_members(chance: random.Random) -> dict[str, bytes]:
    """The members of an archive, of which one says what none of X's says."""
    said = members(LISTS)
    place = chance.choice(["data/manifest.js", "data/follower.js", "data/tweets.js", "data/account.js"])
    kind = chance.randrange(8)
    if kind == 0:
        said[place] = chance.choice(_DAMAGES[:4])(said[place], chance)
    elif kind == 1:
        said[place] = b"window.YTD.follower.part0 = [" + b" " * (MEGABYTES * 2**20) + b"]"
    elif kind == 2:
        said[place] = b"window.YTD.follower.part0 = " + b"[" * 200_000
    elif kind == 3:
        said[place] = b'window.YTD.follower.part0 = [{"follower":{"accountId":"' + b"9" * 3_000_000 + b'"}}]'
    elif kind == 4:
        ids = ["-1", "1e9", 2**70, None, [], {}, True, "", ESCAPES, "0" * 40]
        said[place] = script("follower.part0", [{"follower": {"accountId": chance.choice(ids)}}, 5, "x", None])
    elif kind == 5:
        said[chance.choice(["../../etc/passwd", "/abs", "a\\b", "data/manifest.js/x", ESCAPES])] = b"x"
    elif kind == 6:
        del said[place]
    else:
        said[place] = said[place].replace(b"4242", chance.choice([b"9" * 30, b"-5", ESCAPES.encode(), b"\\ud800"]))
    return said


def _archive(chance: random.Random) -> HostileFile:
    content = zipped(_archive_members(chance))
    if chance.random() < 0.3:
        content = chance.choice(_DAMAGES[:5])(content, chance)
    return HostileFile("twitter-2026-08-15-0123abcd.zip", content)


def _crowded_archive(chance: random.Random) -> HostileFile:
    """As many members as a directory holds, none of which is read."""
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_STORED) as archive:
        for number in range(chance.choice([5_000, 20_000])):
            archive.writestr(zipfile.ZipInfo(f"data/tweets_media/{number}.jpg"), b"")
    return HostileFile("twitter-2026-08-15-crowded.zip", sink.getvalue())


_OTHERS = (
    *(4 * (_large,)),
    *(5 * (_odd_cells,)),
    *(5 * (_archive,)),
    *(2 * (_wide,)),
    *(2 * (_damaged_text,)),
    *(2 * (_random_bytes,)),
    *(2 * (_packed,)),
    *(2 * (_json,)),
    _crowded_archive,
)

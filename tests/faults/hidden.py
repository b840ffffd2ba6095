"""A person hidden in a data root in many forms, and a search for them that shares no code with the product."""

import csv
import io
import json
import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import duckdb
import pyarrow as pa
from pyarrow import parquet

SHORT_IDS = ("2025", "20250321", "12", "783214", "100", "1742515200")
"""Ids of early accounts that are also years, days, counts and seconds."""


@dataclass(frozen=True)
class Person:
    """Somebody, as X names them."""

    id: str
    handle: str


@dataclass(frozen=True)
class Hidden:
    """A raw file: where it lies, what it holds, and how many records are of others."""

    path: str
    content: bytes
    others: int


def dice(seed: int) -> random.Random:
    """Chance that is the same each time."""
    return random.Random(seed)  # noqa: S311 - no secret rests on it


def a_person(chance: random.Random) -> Person:
    """A person with the id of a new account, or with a short one."""
    is_short = chance.random() < 0.4
    number = chance.choice(SHORT_IDS) if is_short else str(chance.randrange(10**17, 2**61))
    return Person(number, f"Zz{chance.randrange(10**9)}_x")


def hidden(person: Person, chance: random.Random) -> Hidden:
    """The person in one of the forms, among others."""
    return chance.choice(FORMS)(person, chance)


def _others(chance: random.Random, count: int) -> list[Person]:
    return [Person(str(chance.randrange(10**17, 2**61)), f"other{chance.randrange(10**6)}") for _ in range(count)]


def _in_place(name: str, content: bytes, others: int, chance: random.Random) -> Hidden:
    dot = "." if chance.random() < 0.2 else ""
    return Hidden(f"raw/exports/import={chance.randrange(16**15, 16**16):x}/{dot}{name}", content, others)


def _page(person: Person, chance: random.Random) -> Hidden:
    others = _others(chance, 5)
    users: list[dict[str, object]] = [
        {"id": one.id, "username": one.handle, "public_metrics": {"followers_count": 2025}} for one in others
    ]
    users.insert(chance.randrange(6), {"id": person.id, "username": person.handle.upper(), "name": "N"})
    posts = [
        {
            "id": "555",
            "author_id": others[0].id,
            "in_reply_to_user_id": person.id,
            "text": f"to @{person.handle}, in 2025",
        },
        {"id": "556", "author_id": person.id, "text": "mine"},
        {"id": "557", "author_id": others[1].id, "text": f"see https://x.com/{person.handle}/status/9"},
        {
            "id": "558",
            "author_id": others[1].id,
            "entities": {"mentions": [{"id": person.id, "username": person.handle}]},
        },
        {"id": "559", "author_id": others[1].id, "text": f"https://twitter.com/i/user/{person.id}"},
    ]
    body = {"data": users, "includes": {"tweets": posts}, "meta": {"result_count": 2025}}
    page = {"day": "2025-03-21", "parameters": {"ids": f"1,{person.id},3", "max_results": "100"}, "body": body}
    day = date(2025, 1, 1) + timedelta(days=chance.randrange(300))
    path = f"raw/x_api/dt={day}/{chance.randrange(10**6)}/followers-{chance.randrange(10**6)}.json"
    return Hidden(path, json.dumps(page, separators=chance.choice([(",", ":"), (", ", ": ")])).encode(), 5)


def _archive(person: Person, chance: random.Random) -> Hidden:
    others = _others(chance, 9)
    followers = [int(one.id) for one in others]
    followers.insert(chance.randrange(10), int(person.id))
    posts = {
        "columns": ["post_id", "created_at", "like_count"],
        "data": [[2025, "2025-03-21", 12], [783214, None, 100]],
    }
    content = {"account_id": "1", "handle": "own", "followers": followers, "posts": posts}
    return _in_place("twitter-archive.json", json.dumps(content).encode(), 9, chance)


def _written(person: Person, chance: random.Random) -> str:
    """The id as programs write it."""
    return chance.choice([person.id, f"000{person.id}", f"'{person.id}", f" {person.id} ", f"{person.id}.0"])


def _list(person: Person, chance: random.Random) -> Hidden:
    """A list with ids, titles of any spelling, and cells over several lines."""
    others = _others(chance, 7)
    title = chance.choice(["follower_id", "User ID", "id", "accountId"])
    records = [[one.id, one.handle, "2013-08-11", "2025", 'a\nb, "c"'] for one in others]
    mine = [
        _written(person, chance),
        person.handle,
        "2013-08-11",
        "2025",
        f"line\n{person.id[:3]}\nlast of @{person.handle}",
    ]
    records.insert(chance.randrange(8), mine)
    return _csv([title, "screen_name", "created_at", "followers", "bio"], records, 7, chance)


def _list_of_handles(person: Person, chance: random.Random) -> Hidden:
    """A list without ids."""
    others = _others(chance, 6)
    form: Callable[[str], str] = chance.choice(
        [str, str.upper, "@{}".format, "https://x.com/{}".format, "https://twitter.com/{}/".format]
    )
    title = chance.choice(["username", "Handle", "screen name"])
    records = [[one.handle, "2013-08-11", "100"] for one in others]
    records.insert(chance.randrange(7), [form(person.handle), "2014-01-01", "12"])
    return _csv([title, "created_at", "followers"], records, 6, chance)


def _list_of_addresses(person: Person, chance: random.Random) -> Hidden:
    others = _others(chance, 6)
    records = [[f"https://x.com/{one.handle}", "2013-08-11", "12"] for one in others]
    address = chance.choice([f"https://x.com/i/user/{person.id}", f"https://x.com/{person.handle}"])
    records.insert(chance.randrange(7), [address, "2013-08-11", "100"])
    return _csv(["who", "created_at", "followers"], records, 6, chance)


def _csv(header: list[str], records: list[list[str]], others: int, chance: random.Random) -> Hidden:
    text = io.StringIO()
    ending = chance.choice(["\n", "\r\n"])
    writer = csv.writer(text, delimiter=chance.choice(",;\t"), lineterminator=ending, quoting=chance.choice([0, 1]))
    writer.writerow(["rank", *header])
    writer.writerows([place, *record] for place, record in enumerate(records))
    mark = chance.choice(["", "\ufeff"])
    return _in_place(
        chance.choice(["list.csv", "list.json", "list.txt"]), (mark + text.getvalue()).encode(), others, chance
    )


def _counts(person: Person, chance: random.Random) -> Hidden:
    """Days and counts alone: nobody stands in it, whatever the id."""
    _ = person
    lines = [f"{date(2025, 1, 1) + timedelta(days=day)},{100 + day},12,2025" for day in range(20)]
    return _in_place("counts.csv", "\n".join(["date,followers,following,posts", *lines]).encode(), 20, chance)


def _packed(person: Person, chance: random.Random) -> Hidden:
    """Parquet with the id as a number, a text or a dictionary, and in lists, addresses, texts and notes."""
    others = _others(chance, 8)
    place = chance.randrange(9)
    everybody = [*others[:place], person, *others[place:]]
    ids = [one.id for one in everybody]
    as_id: list[pa.Array] = [
        pa.array(map(int, ids), pa.int64()),
        pa.array(map(int, ids), pa.uint64()),
        pa.array(ids),
        pa.array(ids, pa.large_string()),
        pa.array([one.encode() for one in ids], pa.binary()),
        pa.array(ids).dictionary_encode(),
        pa.array([f"000{one}" for one in ids]).dictionary_encode(),
    ]
    friends = [[int(person.id), 5] if number % 3 == 0 else [6] for number in range(9)]
    notes = {b"written by": f"somebody for {person.handle} {person.id}".encode(), b"for": f"@{person.handle}".encode()}
    columns = {
        "rank": pa.array(range(9), pa.int64()),
        "follower_id": chance.choice(as_id),
        "created_at": pa.array([datetime(2013, 8, 11, tzinfo=UTC)] * 9, pa.timestamp("us", "UTC")),
        "followers": pa.array([2025, 12, 100, 783214, 20250321, 7, 8, 9, 1742515200], pa.int64()),
    }
    more: dict[str, pa.Array] = {
        "friend_ids": pa.array(friends, pa.list_(pa.int64())),
        "profile": pa.array([f"https://x.com/{one.handle}" for one in everybody]),
        "note": pa.array([f"knows @{person.handle}" if number % 2 else "" for number in range(9)]).dictionary_encode(),
        "user": pa.array([{"id": one.id, "username": one.handle} for one in everybody]),
        "screen_name": pa.array([one.handle.upper() for one in everybody]).dictionary_encode(),
    }
    columns |= {name: more[name] for name in chance.sample(list(more), chance.randrange(4))}
    table = pa.table(columns)
    if chance.random() < 0.5:
        table = table.replace_schema_metadata(notes)
    sink = io.BytesIO()
    parquet.write_table(table, sink, use_dictionary=chance.random() < 0.5, row_group_size=chance.choice([3, 100]))
    return _in_place(chance.choice(["list.parquet", "list.csv", "list"]), sink.getvalue(), 8, chance)


FORMS: tuple[Callable[[Person, random.Random], Hidden], ...] = (
    _page,
    _archive,
    _list,
    _list_of_handles,
    _list_of_addresses,
    _counts,
    _packed,
    _packed,
)


def named_in(content: bytes, person: Person) -> list[str]:
    """Where the person still stands in the file, as DuckDB, `json` and `csv` decode it."""
    if content.startswith(b"PAR1"):
        return [said for said in _parquet_texts(content) if _names(said, person)]
    return [said for said in _plain_texts(content) if _names(said, person)]


def records_in(content: bytes) -> int:
    """How many users or records the file holds."""
    if content.startswith(b"PAR1"):
        return int(parquet.read_metadata(io.BytesIO(content)).num_rows)
    try:
        document = json.loads(content)
    except ValueError:
        first = content.decode("utf-8-sig").splitlines()[0]
        separator = max(",;\t", key=first.count)
        return len(list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=separator))) - 1
    return len(document["followers"] if "followers" in document else document["body"]["data"])


def _names(said: tuple[str, str], person: Person) -> bool:
    """A long id anywhere; a short one as the whole of a field of ids or in an address; a handle as a whole word."""
    field, text = said
    if re.search(rf"(?<!\w){re.escape(person.handle)}(?!\w)", text, re.IGNORECASE):
        return True
    if len(person.id) > 10:
        return person.id in text
    if f"/i/user/{person.id}" in text:
        return True
    is_of_ids = "id" in field.lower() and "post" not in field.lower() and field != "width"
    return is_of_ids and person.id in {part.strip(" '").removesuffix(".0").lstrip("0") for part in text.split(",")}


def _plain_texts(content: bytes) -> Iterator[tuple[str, str]]:
    try:
        yield from _json_texts(json.loads(content), "")
    except ValueError:
        text = content.decode("utf-8-sig")
        separator = max(",;\t", key=text.splitlines()[0].count)
        header, *records = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
        for record in records:
            yield from zip(header, record, strict=True)


def _json_texts(value: object, field: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        is_post = "text" in value or "author_id" in value
        for name, one in value.items():
            yield from _json_texts(one, "post" if is_post and name == "id" else str(name))
    elif isinstance(value, list):
        for one in value:
            yield from _json_texts(one, "ids" if field == "followers" else field)
    else:
        yield field, str(value)


def _parquet_texts(content: bytes) -> Iterator[tuple[str, str]]:
    file = parquet.ParquetFile(io.BytesIO(content))
    for name in file.schema_arrow.names:
        yield "name", name
    for key, value in (file.metadata.metadata or {}).items():
        if key != b"ARROW:schema":
            yield "note", f"{key.decode()} {value.decode()}"
    for number in range(file.metadata.num_row_groups):
        for place in range(file.metadata.num_columns):
            column = file.metadata.row_group(number).column(place)
            if column.statistics and column.statistics.has_min_max:
                yield column.path_in_schema, _text(column.statistics.min)
                yield column.path_in_schema, _text(column.statistics.max)
    rows = file.read()
    with duckdb.connect() as database:
        database.register("rows", rows)
        for name in rows.column_names:
            kind = rows.schema.field(name).type
            said = f'"{name}"' if not pa.types.is_binary(kind) else f'decode("{name}")'
            found = database.execute(f"SELECT DISTINCT CAST({said} AS VARCHAR) FROM rows").fetchall()  # noqa: S608 - titles of the test's own
            for (value,) in found:
                # A list or a structure is one text: its numbers are parted as a list's are.
                yield name, re.sub(r"[\[\]{}' ]|\w+:", "", value or "") if pa.types.is_nested(kind) else value or ""
    yield from _dictionaries(content, rows.schema)


def _dictionaries(content: bytes, schema: pa.Schema) -> Iterator[tuple[str, str]]:
    """What stands in dictionary pages, used by a row or not."""
    for name in [field.name for field in schema if pa.types.is_string(field.type)]:
        packed = parquet.ParquetFile(io.BytesIO(content), read_dictionary=[name]).read(columns=[name])[name]
        for chunk in packed.chunks:
            values = chunk.dictionary if isinstance(chunk, pa.DictionaryArray) else chunk
            yield from ((name, str(value)) for value in values.to_pylist())


def _text(value: object) -> str:
    return value.decode(errors="replace") if isinstance(value, bytes) else str(value)

"""A follower list as its program saved it, JSON or SQLite, is the same list as in CSV, or refused with one sentence.

The forms are those of twarc 2.14, twscrape 0.17, Phantombuster, Apify's actors and twitter-web-exporter 1.3; the people
are invented.
"""

import io
import json
import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from tasks.sources.exports.export import ExportRefusedError, Owner
from tasks.sources.exports.files import export_kind
from tasks.sources.exports.follower_list import follower_list_export, follower_pieces


@dataclass(frozen=True)
class Person:
    """Somebody who follows, with followers, following and posts of their own."""

    id: int
    name: str
    created: datetime
    came: int
    following: int
    posts: int


PEOPLE = (
    Person(1_400_000_000_000_000_001, "zoë", datetime(2021, 6, 2, 8, 30, tzinfo=UTC), 12, 340, 7),
    Person(301_000_002, "yan_\U0001f600", datetime(2011, 5, 18, 20, 1, 2, tzinfo=UTC), 5_120, 88, 44_021),
    Person(44, "xi", datetime(2006, 7, 15, tzinfo=UTC), 9, 0, 0),
)
"""Newest follower first, as X lists them."""
READ = [
    {
        "rank": -place,
        "follower_id": who.id,
        "created_at": who.created,
        "followers_count": who.came,
        "posts_count": who.posts,
    }
    for place, who in enumerate(PEOPLE)
]
FOLLOWING = [who.following for who in PEOPLE]
Form = Callable[[Person], Mapping[str, Any]]


def x_time(moment: datetime) -> str:
    """As X's first API wrote it."""
    return moment.strftime("%a %b %d %H:%M:%S +0000 %Y")


def _twarc(who: Person) -> Mapping[str, Any]:
    metrics = {"followers_count": who.came, "following_count": who.following, "tweet_count": who.posts}
    about = {"id": str(who.id), "username": who.name, "created_at": f"{who.created:%Y-%m-%dT%H:%M:%S}.000Z"}
    return {**about, "public_metrics": metrics, "protected": False, "entities": {"url": {"urls": []}}}


def _twscrape(who: Person) -> Mapping[str, Any]:
    counts = {"followersCount": who.came, "friendsCount": who.following, "statusesCount": who.posts}
    about = {"id": who.id, "id_str": str(who.id), "created": f"{who.created:%Y-%m-%d %H:%M:%S}+00:00"}
    return {**about, "username": who.name, **counts, "descriptionLinks": [], "verified": None}


def _apify(who: Person) -> Mapping[str, Any]:
    counts = {"followers_count": who.came, "friends_count": who.following, "statuses_count": who.posts}
    about = {"id": who.id, "screen_name": who.name, "created_at": x_time(who.created)}
    return {**about, **counts, "default_profile_image": True}


def _apify_camel(who: Person) -> Mapping[str, Any]:
    counts = {"followers": who.came, "following": who.following, "statusesCount": who.posts}
    return {"type": "user", "id": str(who.id), "userName": who.name, "createdAt": x_time(who.created), **counts}


def _phantombuster(who: Person) -> Mapping[str, Any]:
    counts = {"followersCount": who.came, "friendsCount": who.following, "tweetsCount": who.posts}
    flags = {"certified": False, "following": False, "followedBy": True}
    about = {"userId": str(who.id), "screenName": who.name, "createdAt": x_time(who.created)}
    return {**about, **counts, **flags, "bio": "a, b"}


def _exporter(who: Person) -> Mapping[str, Any]:
    counts = {"followers_count": who.came, "friends_count": who.following, "statuses_count": who.posts}
    flags = {"following": True, "followed_by": False, "protected": None}
    raw = {"rest_id": str(who.id), "legacy": {"followers_count": -1}}
    about = {"id": str(who.id), "screen_name": who.name, "created_at": f"{who.created:%Y-%m-%d %H:%M:%S} +00:00"}
    return {**about, **counts, "listed_count": None, **flags, "metadata": raw}


def _array(form: Form) -> str:
    return json.dumps([form(person) for person in PEOPLE], ensure_ascii=False, indent=1)


def _lines(form: Form) -> str:
    return "\n".join(json.dumps(form(person), ensure_ascii=False) for person in PEOPLE) + "\n"


def _pages() -> str:
    """Two pages of answers, as `twarc2 followers` writes them, and a last one that holds nobody."""
    users = [_twarc(person) for person in PEOPLE]
    pages: list[Mapping[str, Any]] = [
        {"data": some, "meta": {"result_count": len(some)}, "__twarc": {"version": "2.14.0"}}
        for some in (users[:2], users[2:])
    ]
    return "\n".join(json.dumps(page) for page in [*pages, {"meta": {"result_count": 0}}])


FILES = {
    "twarc, pages": _pages(),
    "twarc, flattened": _lines(_twarc),
    "twarc, one page": json.dumps({"data": [_twarc(person) for person in PEOPLE]}),
    "X's API 1.1": json.dumps({"users": [_apify(person) for person in PEOPLE], "next_cursor": 0}),
    "twscrape": _lines(_twscrape),
    "Apify": _array(_apify),
    "Apify, in camel case": _array(_apify_camel),
    "Phantombuster": _array(_phantombuster),
    "twitter-web-exporter": _array(_exporter),
    "with a byte order mark": f"\ufeff{_array(_apify)}\n",
}


def read(content: bytes) -> pa.Table:
    """The whole list."""
    return pa.concat_tables(follower_pieces(io.BytesIO(content), "list.json"))


@pytest.mark.parametrize("size", [7, 64, 2**20])
@pytest.mark.parametrize("tool", FILES)
def test_json_of_each_tool_is_the_list_that_it_holds(tool: str, size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ids, creation times and counts are those that were written, wherever a piece of the file or of the list ends."""
    monkeypatch.setattr("tasks.sources.exports.follower_records._BLOCK_BYTES", size)
    monkeypatch.setattr("tasks.sources.exports.follower_records._ROWS", 2)
    content = FILES[tool].encode()
    assert "followers" == export_kind(content[:40])
    table = read(content)
    assert READ == table.select(list(READ[0])).to_pylist()
    assert FOLLOWING == table["following_count"].to_pylist()


def test_a_date_that_x_did_not_tell_is_none() -> None:
    """The beginning of 1970, which twscrape writes then (its `User.parse`), is nobody's first day."""
    untold = [{**_twscrape(who), "created": "1970-01-01 00:00:00+00:00"} for who in PEOPLE[:1]]
    told = "\n".join(json.dumps(record) for record in [*untold, *map(_twscrape, PEOPLE[1:])])
    (piece,) = follower_pieces(io.BytesIO(told.encode()), "list.jsonl")
    assert [None, *(who.created for who in PEOPLE[1:])] == piece["created_at"].to_pylist()


def test_a_list_in_json_is_imported_and_its_flag_is_left_out(tmp_path: Path) -> None:
    """The oldest follower has rank 0, and it is said that `following` is no count."""
    path = tmp_path / "followers.json"
    path.write_text(FILES["Phantombuster"], encoding="utf-8")
    day = date(2026, 8, 15)
    export = follower_list_export(path, Owner("@ada_l", "ada_l"), day, day)
    assert [2, 1, 0] == export.followers["rank"].tolist()
    assert ("following_count", "friendsCount") in export.columns
    assert any(note.startswith("following says whether somebody follows back") for note in export.notes)


def database(path: Path, declared: str) -> bytes:
    """A database of the three, put there in X's order."""
    with sqlite3.connect(path) as opened:
        opened.execute(f"CREATE TABLE followers ({declared}, created_at TEXT, followers_count INTEGER, bio BLOB)")
        rows = [(who.id, who.name, who.created.isoformat(), who.came, b"\x00\xff") for who in PEOPLE]
        opened.executemany("INSERT INTO followers VALUES (?, ?, ?, ?, ?)", rows)
    opened.close()
    return path.read_bytes()


@pytest.mark.parametrize("declared", ["id TEXT PRIMARY KEY, screen_name TEXT", "user_id INTEGER, name TEXT"])
def test_a_database_is_read_in_the_order_in_which_it_was_filled(tmp_path: Path, declared: str) -> None:
    """Its rows stand as they were put there, though ids do not ascend; other tables of it do no harm."""
    path = tmp_path / "list.db"
    database(path, declared)
    with sqlite3.connect(path) as opened:
        opened.execute("CREATE TABLE posts (id TEXT, text TEXT)")
        opened.execute("PRAGMA journal_mode = WAL")
    opened.close()
    content = path.read_bytes()
    assert "followers" == export_kind(content[:64])
    names = ["rank", "follower_id", "created_at", "followers_count"]
    assert [{name: row[name] for name in names} for row in READ] == read(content).select(names).to_pylist()


@pytest.mark.parametrize("declared", ["INTEGER PRIMARY KEY", "TEXT PRIMARY KEY", "BIGINT PRIMARY KEY"])
def test_a_database_that_is_sorted_by_id_is_refused(tmp_path: Path, declared: str) -> None:
    """SQLite keeps a table by its own whole number, or without one by its key: nobody can tell who followed first."""
    path, ending = tmp_path / "list.db", "" if declared.startswith("INTEGER") else " WITHOUT ROWID"
    with sqlite3.connect(path) as opened:
        columns = f"id {declared}, created_at TEXT, followers_count INTEGER"
        opened.execute(f"CREATE TABLE followers ({columns}){ending}")
        opened.executemany("INSERT INTO followers VALUES (?, ?, ?)", [(who.id, str(who.created), 1) for who in PEOPLE])
    opened.close()
    with pytest.raises(ExportRefusedError, match=r"keeps followers by their id, so the order .* is lost"):
        read(path.read_bytes())


def test_a_database_that_numbers_its_rows_is_read_by_that_number(tmp_path: Path) -> None:
    """A whole number that is nobody's id counts the rows as they came."""
    path = tmp_path / "list.db"
    with sqlite3.connect(path) as opened:
        opened.execute(
            "CREATE TABLE followers (n INTEGER PRIMARY KEY AUTOINCREMENT, user_id, created_at, followers_count)"
        )
        rows = [(who.id, who.created.isoformat(), who.came) for who in PEOPLE]
        opened.executemany("INSERT INTO followers (user_id, created_at, followers_count) VALUES (?, ?, ?)", rows)
    opened.close()
    assert [row["follower_id"] for row in READ] == read(path.read_bytes())["follower_id"].to_pylist()


def test_rows_that_lie_beside_a_database_are_asked_for(tmp_path: Path) -> None:
    """A program that has not ended keeps the newest rows in a second file."""
    path = tmp_path / "list.db"
    database(path, "id TEXT, name TEXT")
    (tmp_path / "list.db-wal").write_bytes(b"rows")
    with (
        path.open("rb") as file,
        pytest.raises(ExportRefusedError, match=r"still lie in list\.db-wal; close the program"),
    ):
        list(follower_pieces(file, "list.db"))


def _two_lists(tmp_path: Path) -> bytes:
    path = tmp_path / "two.db"
    database(path, "id TEXT, name TEXT")
    with sqlite3.connect(path) as opened:
        opened.execute("CREATE TABLE friends AS SELECT * FROM followers")
    opened.close()
    return path.read_bytes()


def test_a_database_of_two_lists_names_them(tmp_path: Path) -> None:
    """Which of them holds the followers is for its owner to say."""
    with pytest.raises(ExportRefusedError, match=r"holds several lists \(followers, friends\); give"):
        read(_two_lists(tmp_path))


AT = '"created_at": "2013-08-11", "followers_count": 1'
DAMAGED = {
    "[]": "holds no follower; export the list again",
    FILES["Apify"][:-1]: "is no whole JSON: it was cut short or damaged",
    FILES["twscrape"][:-20]: "is no whole JSON: it was cut short or damaged",
    "[" * 100_000: "is no whole JSON: it was cut short or damaged",
    FILES["Apify"] + "{}": "goes on after its list has ended",
    '[{"id": "1", "full_text": "a post"}]': "holds no follower with an id, created_at and followers_count",
    "[1, 2]": "holds no follower with an id, created_at and followers_count",
    f'[{{"id": 1e18, {AT}}}]': "follower 1: id is '1e\\+18'; write an id of digits",
    f'[{{"id": "1", {AT}}}, {{{AT}}}]': "follower 2: id is empty",
    f'[{{"id": "1", {AT[:14]}"last year", "followers": 1}}]': "follower 1: created_at is 'last year'; write a moment",
}


@pytest.mark.parametrize("text", DAMAGED, ids=range(len(DAMAGED)))
def test_what_is_no_whole_list_is_refused(text: str) -> None:
    """One sentence names the file, the follower where one is to blame, and what is wrong."""
    with pytest.raises(ExportRefusedError, match=DAMAGED[text]):
        read(text.encode())


def test_a_damaged_database_is_refused(tmp_path: Path) -> None:
    """Cut in its middle it is no database any more, and neither is a name alone."""
    whole = database(tmp_path / "list.db", "id TEXT, name TEXT")
    for content in (whole[: len(whole) // 2], whole[:100]):
        with pytest.raises(ExportRefusedError, match="is a damaged database"):
            read(content)


def test_text_that_is_not_utf_8_is_refused() -> None:
    """As in a CSV."""
    with pytest.raises(ExportRefusedError, match="is not UTF-8 text"):
        read(FILES["Apify"].encode("utf-16-le"))

"""An ordered follower list is read as it is, or refused with one sentence."""

import csv
import io
from datetime import UTC, date, datetime
from pathlib import Path
from unittest import mock

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from tasks.schema.frames import frame
from tasks.sources.exports.export import ExportRefusedError, Owner
from tasks.sources.exports.follower_csv import csv_cells
from tasks.sources.exports.follower_list import follower_list_export, follower_pieces
from tasks.sources.snowflakes import snowflake_moments
from tests.unit.frames import values

SHARED = Path(__file__).parents[4] / "shared" / "evaluation"
CSV = (
    "rank,follower_id,created_at,followers_count,post_count,default_profile_image,has_bio,label\n"
    "2,30,2013-08-11 06:08:00+00:00,202,9,False,True,x\n"
    "0,10,2009-12-19T19:16:00Z,50,,True,,y\n"
    "1,20,,,4,0,1,z\n"
)
READ = [
    (0, 10, datetime(2009, 12, 19, 19, 16, tzinfo=UTC), 50, None, True, None),
    (1, 20, None, None, 4, False, True),
    (2, 30, datetime(2013, 8, 11, 6, 8, tzinfo=UTC), 202, 9, False, True),
]
COLUMNS = [
    *("rank", "follower_id", "created_at", "followers_count", "posts_count"),
    *("has_default_image", "has_description"),
]


def _read(content: bytes, name: str = "f") -> pd.DataFrame:
    """All pieces as one frame of the staged tables' types, oldest follower first."""
    rows = frame(pa.concat_tables(follower_pieces(io.BytesIO(content), name)))
    return rows.sort_values("rank", kind="stable", ignore_index=True)


def test_a_list_is_read_as_it_is() -> None:
    """Empty cells are null, and foreign columns are left out."""
    assert READ == values(_read(CSV.encode()), COLUMNS)


def test_what_a_list_does_not_state_is_not_there() -> None:
    """Rank and creation date are enough, whatever stands between the cells and at the end of lines."""
    assert [(0, datetime(2013, 8, 11, tzinfo=UTC))] == values(
        _read(b"Rank;Created At\r\n0;2013-08-11\r\n"), ["rank", "created_at"]
    )
    assert ["rank", "created_at"] == list(_read(b"rank\tcreated_at\r0\t2013-08-11").columns)


AWRY = {
    "as usual": "{rank},{rank},2013-08-11 06:08:00+00:00,5,true",
    "quoted": '"{rank}","{rank}","2013-08-11 06:08:00+00:00","5","true"',
    "quoted where that is needed": '{rank},{rank},"2013-08-11 06:08:00+00:00","5",true',
    "a cell over two lines": '{rank},{rank},2013-08-11 06:08:00+00:00,"5\n",true',
    "spaces": " {rank} ,'{rank}', 2013-08-11 06:08:00+00:00,5 ,TRUE ",
    "zones and no zones": "{rank},{rank},2013-08-11 08:08:00+02:00,5,yes\n{rank}1,{rank}1,2013-08-11 06:08,5,1",
    "as X writes": "{rank},{rank},Sun Aug 11 06:08:00 +0000 2013,5,true",
    "a blank line": "{rank},{rank},2013-08-11T06:08:00Z,5,true\n,,,,",
}


@pytest.mark.parametrize("way", AWRY)
def test_ways_to_write_a_list_say_the_same(way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is read a column at a time and what is read cell by cell, over the border of blocks, are the same values."""
    monkeypatch.setattr("tasks.sources.exports.follower_csv._BLOCK_BYTES", 300)
    monkeypatch.setattr("tasks.sources.exports.follower_csv._ROWS", 3)
    text = "\n".join(
        ["rank,id,created_at,followers,verified", *(AWRY[way].format(rank=rank) for rank in range(10, 70))]
    )
    read = _read(text.encode())
    ranks = [rank for ten in range(10, 70) for rank in ((ten, ten * 10 + 1) if "\n{" in AWRY[way] else (ten,))]
    moment = datetime(2013, 8, 11, 6, 8, tzinfo=UTC)
    assert [(rank, rank, moment, 5, True) for rank in sorted(ranks)] == values(
        read, ["rank", "follower_id", "created_at", "followers_count", "is_verified"]
    )


CELL = st.sampled_from(
    ["0", '"1"', '""', '"2\n"', 'a"b', '"a""b"', '"', '"x"y', " ", "2013-08-11", '"2013-08-11"', "\r"]
)


@given(rows=st.lists(st.lists(CELL, min_size=1, max_size=3), max_size=6), block=st.integers(1, 40))
@settings(deadline=None, max_examples=300)
def test_blocks_are_cut_as_python_s_own_reader_cuts_the_file(rows: list[list[str]], block: int) -> None:
    """Wherever quotes stand and wherever blocks end, cells and lines are those of the whole file read at once."""
    content = ("rank,created_at\n" + "\n".join(",".join(row) for row in rows)).encode()
    whole = list(csv.reader(io.StringIO(content.decode(), newline="")))[1:]
    expected = [[cell.strip() for cell in row] for row in whole if any(cell.strip() for cell in row)]
    with mock.patch("tasks.sources.exports.follower_csv._BLOCK_BYTES", block):
        try:
            found = [
                [text or "" for text in row]
                for cells in csv_cells(io.BytesIO(content), "f")
                for row in zip(*(cells.texts[name].to_pylist() for name in ("rank", "created_at")), strict=True)
            ]
        except ExportRefusedError:
            assert any(len(row) != 2 for row in expected)
        else:
            assert expected == [[cell.strip() for cell in row] for row in found]


@pytest.mark.parametrize("spoiled", ["x,2013-08-11", '"x",2013-08-11'])
def test_a_line_far_down_is_named(spoiled: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lines are counted over blocks, over blank lines and over cells of two lines."""
    monkeypatch.setattr("tasks.sources.exports.follower_csv._BLOCK_BYTES", 200)
    monkeypatch.setattr("tasks.sources.exports.follower_csv._ROWS", 7)
    rows = ["rank,created_at", "", *(f"{rank},2013-08-11" for rank in range(100)), '"100\n",2013-08-11', spoiled]
    with pytest.raises(ExportRefusedError, match="f, line 105: rank is 'x'; write a whole number"):
        _read("\n".join(rows).encode())


def test_parquet_says_the_same_as_csv() -> None:
    """The same list as pandas writes it to Parquet gives the same frame."""
    expected = _read(CSV.encode())
    kept = pd.DataFrame(
        {
            "rank": [2, 0, 1],
            "follower_id": ["30", "10", "20"],
            "created_at": pd.to_datetime(pd.Series(["2013-08-11 06:08", "2009-12-19 19:16", None]), utc=True),
            "followers_count": [202.0, 50.0, None],
            "post_count": [9.0, None, 4.0],
            "default_profile_image": [False, True, False],
            "has_bio": pd.array([True, None, True], dtype="boolean"),
            "100 % label": ["x", "y", "z"],
        }
    )
    assert_frame_equal(expected, _read(_parquet(kept)))


@pytest.mark.parametrize(
    ("said", "content"),
    [
        ("f: the header must name rank", b"created_at,followers\n2013-08-11,4\n"),
        ("f: the header must name rank", b"follower_id,rank\n4,0\n"),
        ("f: holds no follower; export", b"rank,created_at\n"),
        ("f, line 3: rank is 'first'; write a whole number", b"rank,created_at\n0,2013-08-11\nfirst,2013-08-11\n"),
        ("f, line 2: rank is '-1'; write", b"rank,created_at\n-1,2013-08-11\n"),
        ("f, line 3: rank is empty", b"rank,created_at\n0,2013-08-11\n,2013-08-12\n"),
        ("f, line 2: created_at is '41497'; write a moment", b"rank,created_at\n0,41497\n"),
        ("f, line 2: created_at is '11/08/2013'; write a moment", b"rank,created_at\n0,11/08/2013\n"),
        ("f, line 2: created_at is '2013-02-30'; write a moment", b"rank,created_at\n0,2013-02-30\n"),
        ("f, line 2: created_at is '0001-01-01", b"rank,created_at\n0,0001-01-01 00:00+02:00\n"),
        ("f, line 2: id is '1.2E18'; write an id", b"rank,created_at,id\n0,2013-08-11,1.2E18\n"),
        ("f, line 2: verified is 'maybe'; write true or false", b"rank,created_at,verified\n0,2013-08-11,maybe\n"),
        ("f, line 2: has 3 cells where the header has 2", b"rank,created_at\n0,2013-08-11,4\n"),
        ("f: the header names rank more than once", b"rank,rank,created_at\n0,0,2013-08-11\n"),
        ("f: is a workbook or a ZIP; save", b"PK\x03\x04rest"),
        ("f: holds no follower with an id", b'[{"rank": 0}]'),
        ("f: is not UTF-8 text", "rank,created_at\n".encode("utf-16")),
        ("f: the Parquet is damaged; save it again", b"PAR1 and no more"),
        ("f: the file is empty", b""),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_line(said: str, content: bytes) -> None:
    """One sentence names the file, the line and what to write instead."""
    with pytest.raises(ExportRefusedError, match=said):
        _read(content)


@pytest.mark.parametrize(
    ("said", "column", "cells"),
    [
        ("f, row 2: rank is '-4'; write a whole number", "rank", [0, -4]),
        ("f, row 2: rank is '1.5'; write a whole number", "rank", [0, 1.5]),
        ("f, row 2: rank is empty", "rank", [0, None]),
        ("f, the column: rank is of type", "rank", ["0", "1"]),
        ("f, row 2: created_at is 'soon'; write a moment", "created_at", ["2013-08-11", "soon"]),
        ("f, the column: created_at is of type int64", "created_at", [1, 2]),
        ("f, row 1: follower_id is 'a'; write an id", "follower_id", ["a", "2"]),
        ("f, the column: verified is of type", "verified", ["yes", "no"]),
        ("f, the column: rank is of type", "rank", [[0], [1]]),
    ],
)
def test_bad_values_in_parquet_are_refused_with_their_row(said: str, column: str, cells: list[object]) -> None:
    """Types are not guessed: a value of the wrong kind is named."""
    kept = pd.DataFrame({"rank": [0, 1], "created_at": ["2013-08-11", "2013-08-12"]})
    kept[column] = pd.Series(cells)
    with pytest.raises(ExportRefusedError, match=said):
        _read(_parquet(kept))


@given(content=st.one_of(st.binary(max_size=200), st.binary(max_size=200).map(lambda tail: b"PAR1" + tail + b"PAR1")))
@settings(deadline=None, max_examples=200)
def test_no_bytes_end_in_a_traceback(content: bytes) -> None:
    """Whatever the bytes: a list, or a refusal."""
    _read_or_refused(content)


@given(
    cells=st.lists(
        st.tuples(
            st.one_of(st.integers(-5, 2**70).map(str), st.text(max_size=8)),
            st.one_of(st.datetimes().map(str), st.text(max_size=12)),
        ),
        min_size=1,
        max_size=5,
    )
)
@settings(deadline=None, max_examples=200)
def test_no_cells_end_in_a_traceback(cells: list[tuple[str, str]]) -> None:
    """Whatever stands below a right header: a list, or a refusal."""
    _read_or_refused("\n".join(["rank,created_at", *(f"{rank},{at}" for rank, at in cells)]).encode())


@pytest.mark.parametrize(
    ("name", "size"),
    [("follower_list_a", 5_187), ("organic_followers_small", 302), ("organic_followers_newest500", 500)],
)
def test_real_lists_are_read_whole(name: str, size: int) -> None:
    """The real lists at hand give every row, each with its creation date."""
    path = SHARED / f"{name}.parquet"
    if not path.exists():
        pytest.skip(f"{path} is absent: real lists are not part of the repository")
    followers = _read(path.read_bytes(), path.name)
    assert (size, size) == (len(followers), int(followers["created_at"].count()))
    assert bool(followers["rank"].diff().dropna().eq(1).all())


def _read_or_refused(content: bytes) -> None:
    try:
        followers = _read(content)
    except ExportRefusedError:
        return
    assert bool(followers["rank"].notna().all())


def _parquet(kept: pd.DataFrame) -> bytes:
    sink = io.BytesIO()
    kept.to_parquet(sink, index=False)
    return sink.getvalue()


TOOLS = {
    "twarc": "id,created_at,username,name,protected,public_metrics.followers_count,public_metrics.following_count,"
    "public_metrics.tweet_count,__twarc.retrieved_at\n"
    "{id},2013-08-11T06:08:00.000Z,u,U,False,5,7,9,2026-08-01T00:00:00Z",
    "twscrape": "id,id_str,username,created,followersCount,friendsCount,statusesCount,protected\n"
    "{id},{id},u,2013-08-11 06:08:00+00:00,5,7,9,False",
    "Phantombuster": "profileUrl,screenName,userId,createdAt,followersCount,friendsCount,tweetsCount,certified,"
    "following,followedBy,protected\n"
    "https://x.com/u,u,{id},2013-08-11T06:08:00.000Z,5,7,9,false,true,false,false",
    "Apify": "type,id,screen_name,created_at,followers_count,friends_count,statuses_count,protected\n"
    "user,{id},u,Sun Aug 11 06:08:00 +0000 2013,5,7,9,false",
    "twitter-web-exporter": "id,screen_name,followers_count,friends_count,statuses_count,is_blue_verified,following,"
    "followed_by,protected,created_at\n"
    "{id},u,5,7,9,true,false,false,false,2013-08-11 06:08:00 +00:00",
    "a database": "user_id|created_at|followers_count|friends_count|statuses_count|protected\n"
    "{id}|2013-08-11 06:08:00|5|7|9|0",
}
"""The titles that each tool writes, by its documentation or source; the follower is invented."""


@pytest.mark.parametrize("tool", TOOLS)
def test_lists_as_people_s_tools_write_them(tool: str, tmp_path: Path) -> None:
    """Without ranks the newest stands first, as X lists; every count is the profile's, and flags are none of them."""
    header, row = TOOLS[tool].replace("|", ",").split("\n")
    path = tmp_path / "list.csv"
    path.write_text("\n".join([header, *(row.format(id=follower) for follower in (30, 20, 10))]), encoding="utf-8")
    day = date(2026, 9, 1)
    export = follower_list_export(path, Owner("@ada", "ada"), day, day)
    rows = frame(next(export.rows()))
    names = ["follower_rank", "listed_follower_id", "follower_created_at", "follower_followers_count"]
    names += ["follower_following_count", "follower_posts_count", "is_follower_protected"]
    created = datetime(2013, 8, 11, 6, 8, tzinfo=UTC)
    assert [(place, (place + 1) * 10, created, 5, 7, 9, False) for place in range(3)] == values(rows, names)
    assert "it has no ranks, so its rows are taken as X lists followers, the newest first" in export.notes


def test_ids_that_lost_their_last_bits_are_refused(tmp_path: Path) -> None:
    """Thirty ids of X's as they are are taken; the same through a number with a point are nobody's."""
    ids = [(1_400_000_000_000 + 7_919 * turn << 22) + 371 * 2**12 + turn % 3 for turn in range(30)]
    kept = pd.DataFrame({"rank": range(30), "created_at": snowflake_moments(pd.Series(ids))})
    path, day = tmp_path / "list.parquet", date(2080, 1, 1)
    path.write_bytes(_parquet(kept.assign(id=ids)))
    assert 30 == len(follower_list_export(path, Owner("@ada", "ada"), day, day).followers)
    path.write_bytes(_parquet(kept.assign(id=[int(float(each)) for each in ids])))
    with pytest.raises(ExportRefusedError, match=r"list.parquet: its ids were rounded"):
        follower_list_export(path, Owner("@ada", "ada"), day, day)


def test_ids_of_other_accounts_are_refused(tmp_path: Path) -> None:
    """An id of today holds its creation; where many disagree with the dates beside them, one of the two is wrong."""
    ids = [(300_000_000_000 + 86_400_000 * turn << 22) + 371 * 2**12 + turn for turn in range(30)]
    moments = snowflake_moments(pd.Series(ids))
    kept = pd.DataFrame({"rank": range(30), "id": ids, "created_at": moments - pd.Timedelta(days=40)})
    path, day = tmp_path / "list.parquet", date(2026, 9, 1)
    path.write_bytes(_parquet(kept))
    with pytest.raises(ExportRefusedError, match="its ids were rounded, so they are nobody's"):
        follower_list_export(path, Owner("@ada", "ada"), day, day)


@pytest.mark.parametrize("flags", [["true", "false", "true"], ["1", "0", "1"], ["YES", "NO", ""]])
def test_a_following_flag_is_no_count(flags: list[str], tmp_path: Path) -> None:
    """`following` that says only yes or no tells nothing of how many somebody follows."""
    path, day = tmp_path / "list.csv", date(2026, 9, 1)
    lines = [f"{rank},2013-08-11,{flag}" for rank, flag in enumerate(flags)]
    path.write_text("\n".join(["rank,created_at,following", *lines]), encoding="utf-8")
    export = follower_list_export(path, Owner("@ada", "ada"), day, day)
    assert bool(frame(next(export.rows()))["follower_following_count"].isna().all())
    assert ("following says whether somebody follows back and is left out; it has no following counts",) == export.notes

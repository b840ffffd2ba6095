"""Any file is known by its content, and whatever a file holds ends in rows or in one sentence."""

import csv
import gzip
import io
from datetime import date
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tasks.schema.check import refuse_problems
from tasks.schema.frames import arrow, frame
from tasks.schema.staged import FOLLOWER_LIST_MEMBERS
from tasks.schema.table import Table
from tasks.sources.exports.analytics import Anchor
from tasks.sources.exports.export import Export, ExportRefusedError, Owner
from tasks.sources.exports.files import ExportFiles, read_exports
from tasks.sources.exports.follower_list import FollowerListExport
from tests.unit.export_files import DAYS, HEADER, analytics_csv
from tests.unit.exports.archives import members, saved_archive, zipped
from tests.unit.frames import values

ADA = Owner("@ada", "ada")
TODAY = date(2026, 9, 1)
CONTENT = (
    b"Post id,Date,Post text,Impressions,Likes\n"
    b'1346889436626259968,"Wed, Jan 6, 2021","hi, you",120,3\n'
    b'1346889436626259969,"Wed, Jan 6, 2021",bye,1,0\n'
)
COUNTS = b"date,followers\n2025-05-12,90\n2025-05-13,91\n"
FOLLOWERS = b"rank,created_at,post_count\n0,2013-08-11,4\n1,2014-08-11,\n"
FILES = {"a.csv": analytics_csv(*DAYS), "b.csv": CONTENT, "c.csv": COUNTS, "d.csv": FOLLOWERS}


def _saved(folder: Path, contents: dict[str, bytes]) -> tuple[Path, ...]:
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    return tuple(folder / name for name in contents)


def _tables(exports: list[Export | FollowerListExport]) -> list[tuple[str, int]]:
    return [(table.name, rows.num_rows) for export in exports for table, rows in _rows(export)]


def _rows(export: Export | FollowerListExport) -> list[tuple[Table, pa.Table]]:
    if isinstance(export, FollowerListExport):
        return [(FOLLOWER_LIST_MEMBERS, rows) for rows in export.rows()]
    return [(table, arrow(table, rows)) for table, rows in export.tables]


def test_files_need_no_option_to_be_known(tmp_path: Path) -> None:
    """Five files of five kinds, named by nobody, fill the tables that each of them fills."""
    files = (*_saved(tmp_path, FILES), saved_archive(tmp_path))
    expected = [
        ("account_activity", 3),
        ("posts", 2),
        ("account_snapshots", 1),
        ("account_snapshots", 2),
        ("follower_list_members", 2),
        ("account_snapshots", 1),
        ("follower_arrivals", 4),
        ("posts", 5),
    ]
    assert expected == _tables(read_exports(ExportFiles(ADA, files=files), TODAY))


def test_a_named_file_and_an_unnamed_one_are_the_same_import(tmp_path: Path) -> None:
    """The fingerprint is of account and content, so it is no matter how the file was given."""
    (path,) = _saved(tmp_path, {"a.csv": FILES["a.csv"]})
    anchor = Anchor(date(2025, 3, 5), 90)
    (named,) = read_exports(ExportFiles(ADA, analytics_csv=path, anchor=anchor), TODAY)
    (unnamed,) = read_exports(ExportFiles(ADA, files=(path,), anchor=anchor), TODAY)
    assert named.fingerprint == unnamed.fingerprint
    assert _tables([named]) == _tables([unnamed])


def test_an_archive_packed_again_is_the_same_import(tmp_path: Path) -> None:
    """What was taken tells archives apart, not the ZIP, which also holds what is not taken."""
    first, other = (
        read_exports(ExportFiles(ADA, files=(saved_archive(tmp_path, contents),)), TODAY)[0]
        for contents in (None, zipped(members() | {"data/like.js": b"window.YTD.like.part0 = []"}))
    )
    assert isinstance(first, Export)
    assert isinstance(other, Export)
    assert (first.fingerprint, first.content) == (other.fingerprint, other.content)
    assert first.name == "twitter-2026-08-15-0123abcd.json"


def test_a_follower_list_is_of_the_day_on_which_it_was_read(tmp_path: Path) -> None:
    """The given day, else today; never a day to come."""
    (path,) = _saved(tmp_path, {"d.csv": FOLLOWERS})
    read_on = date(2026, 7, 1)
    ((_, given_day),) = _rows(read_exports(ExportFiles(ADA, followers=path, followers_read_on=read_on), TODAY)[0])
    ((_, today),) = _rows(read_exports(ExportFiles(ADA, files=(path,)), TODAY)[0])
    shown = ["list_date", "follower_rank", "follower_posts_count", "listed_follower_id"]
    assert [("2026-07-01", 0, 4, None), ("2026-07-01", 1, None, None)] == values(frame(given_day), shown)
    assert [("2026-09-01",)] * 2 == values(frame(today), ["list_date"])
    with pytest.raises(ExportRefusedError, match=r"d.csv: was read on 2026-09-02, but today is 2026-09-01"):
        read_exports(ExportFiles(ADA, followers=path, followers_read_on=date(2026, 9, 2)), TODAY)


def _workbook() -> bytes:
    return zipped({"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"<workbook/>"})


@pytest.mark.parametrize(
    ("said", "content"),
    [
        ("x: is a workbook of a spreadsheet; save the sheet as CSV UTF-8", _workbook()),
        ("x: the header is of no known export", b""),
        ("x: holds no follower with an id", b'{"date": 1}'),
        ("x: is not UTF-8 text", COUNTS.decode().encode("utf-32")),
        ("x: is not UTF-8 text", FOLLOWERS.decode().encode("utf-16")),
        ("x: the gzip file is damaged", b"\x1f\x8b\x08 and no more"),
        ("x: the Parquet is damaged", b"PAR1"),
        ("x, line 2: date is '45789'; write days as 2025-03-21", b"date,followers\n45789,90\n"),
        ("x, line 2: date is '12.05.2025'; write days as", b"date;followers\n12.05.2025;90\n"),
        ("x, line 2: date is '5/12/25'; write days as", b"date,followers\n5/12/25,90\n"),
        ("x, line 2: date is 'Mo., 12. Mai 2025'; write days as", b'date,followers\n"Mo., 12. Mai 2025",90\n'),
        ("x, line 2: followers is '#REF!'", b"date,followers\n2025-05-12,#REF!\n"),
        ("x, line 2: followers is '12.5'", b"date,followers\n2025-05-12,12.5\n"),
        ("x, line 3: 2025-05-12 stands here and on line 2", b"date,followers\n2025-05-12,9\n2025-05-12,8\n"),
    ],
)
def test_files_that_programs_have_spoiled_are_refused(tmp_path: Path, said: str, content: bytes) -> None:
    """Workbooks, other encodings, dates of spreadsheets and of other countries: each is named with what to do."""
    with pytest.raises(ExportRefusedError, match=said):
        read_exports(ExportFiles(ADA, files=_saved(tmp_path, {"x": content})), TODAY)


def test_a_file_that_is_not_there_and_an_empty_folder_are_refused(tmp_path: Path) -> None:
    """The operating system's own words name the reason."""
    with pytest.raises(ExportRefusedError, match="none: cannot be read: No such file"):
        read_exports(ExportFiles(ADA, files=(tmp_path / "none",)), TODAY)
    with pytest.raises(ExportRefusedError, match="is a folder without a file"):
        read_exports(ExportFiles(ADA, files=(tmp_path,)), TODAY)


def test_a_folder_is_its_files(tmp_path: Path) -> None:
    """A folder of downloads is imported file by file, what the system hides in it aside."""
    _saved(tmp_path, FILES | {".DS_Store": b"\0"})
    assert ["a.csv", "b.csv", "c.csv", "d.csv"] == [
        export.name for export in read_exports(ExportFiles(ADA, files=(tmp_path,)), TODAY)
    ]


def test_an_archive_that_was_unpacked_is_the_same_import(tmp_path: Path) -> None:
    """The folder of an unpacked ZIP, its data folder, and the ZIP itself give the same rows."""
    zipped_file, folder = saved_archive(tmp_path), tmp_path / "unpacked"
    for name, content in members().items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    places = (zipped_file, folder, folder / "data")
    found = [read_exports(ExportFiles(ADA, files=(place,)), TODAY)[0].fingerprint for place in places]
    assert 1 == len(set(found))


def test_a_packed_csv_is_unpacked(tmp_path: Path) -> None:
    """Long lists are often kept as gzip; the list is the same import."""
    plain, packed = _saved(tmp_path, {"d.csv": FOLLOWERS, "e.csv.gz": gzip.compress(FOLLOWERS)})
    first, second = (read_exports(ExportFiles(ADA, files=(path,)), TODAY)[0] for path in (plain, packed))
    assert (first.fingerprint, _tables([first])) == (second.fingerprint, _tables([second]))


def test_a_file_too_large_to_be_read_whole_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its size is looked at before its content."""
    monkeypatch.setattr("tasks.sources.exports.export._MOST_BYTES", 10)
    with pytest.raises(ExportRefusedError, match=r"c.csv: holds more than 10 bytes; give a part of it"):
        read_exports(ExportFiles(ADA, files=_saved(tmp_path, {"c.csv": COUNTS})), TODAY)


HEADERS = st.sampled_from([HEADER, CONTENT.decode().split("\n", 1)[0], "date,followers", "rank,created_at,id,verified"])
CELLS = st.one_of(
    st.integers(-10, 10**25).map(str),
    st.dates().map(str),
    st.datetimes().map(str),
    st.integers(2**41, 2**62).map(str),
    st.sampled_from(['"Wed, Mar 5, 2025"', "1.2E+18", '"1,234"', "1.234", "true", "", "#N/A", "٣", "²", "½", "-0"]),
    st.text(max_size=10),
)
TEXTS = st.builds(
    lambda header, rows, mark, end: mark + end.join([header, *(",".join(row) for row in rows)]),
    header=HEADERS,
    rows=st.lists(st.lists(CELLS, min_size=1, max_size=14), max_size=4),
    mark=st.sampled_from(["", "\ufeff"]),
    end=st.sampled_from(["\n", "\r\n", "\r"]),
)
ENCODINGS = st.sampled_from(["utf-8", "utf-16", "cp1252", "utf-7", "utf-32"])


@st.composite
def _fitting(draw: st.DrawFn) -> bytes:
    """A file whose rows have as many cells as its header, so that what stands in them is looked at."""
    header = draw(HEADERS)
    width = len(header.split(","))
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(header.split(","))
    writer.writerows(draw(st.lists(st.lists(CELLS, min_size=width, max_size=width), max_size=4)))
    return text.getvalue().encode(errors="replace")


@st.composite
def _damaged(draw: st.DrawFn) -> bytes:
    """A right file of which some bytes were changed, and perhaps the end was cut off."""
    content = bytearray(draw(st.sampled_from([*FILES.values(), zipped(members()), _parquet()])))
    for place, value in draw(st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 255)), max_size=4)):
        content[place % len(content)] = value
    return bytes(content[: draw(st.integers(1, len(content)))])


def _parquet() -> bytes:
    sink = io.BytesIO()
    pd.DataFrame({"rank": [0, 1], "created_at": pd.to_datetime(["2013-08-11", "2014-08-11"])}).to_parquet(sink)
    return sink.getvalue()


@given(
    content=st.one_of(
        st.binary(max_size=300),
        st.builds(lambda text, encoding: text.encode(encoding, errors="replace"), TEXTS, ENCODINGS),
        _fitting(),
        _damaged(),
    )
)
@settings(deadline=None, max_examples=600, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_file_ends_in_a_traceback(tmp_path: Path, content: bytes) -> None:
    """Whatever the file: rows that hold what their tables promise but for repeated ranks, or a refusal in one line."""
    paths = _saved(tmp_path, {"x": content})
    try:
        exports = read_exports(ExportFiles(ADA, files=paths), TODAY)
    except ExportRefusedError as refused:
        said = str(refused)
    else:
        said = ""
        for table, rows in [of for export in exports for of in _rows(export)]:
            if table is not FOLLOWER_LIST_MEMBERS:
                refuse_problems(table, rows)
    assert "\n" not in said

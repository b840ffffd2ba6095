"""A list too long to be held is written as one that is held would be."""

from datetime import date
from io import BytesIO
from pathlib import Path, PurePosixPath

import numpy as np
import pyarrow as pa
import pytest

from tasks.schema.check import TableProblemsError
from tasks.schema.staged import FOLLOWER_LIST_MEMBERS
from tasks.store.parquet import encode, is_as_written, write_file, write_pieces
from tasks.store.root import DataRoot
from tasks.store.spill_file import SpillFile, regroup, sort_rows
from tests.unit.maintenance.held import rows

PLACE = PurePosixPath("staged/list.parquet")


def _list(count: int) -> pa.Table:
    about = {"account_id": "1", "handle": "ada", "list_date": date(2026, 1, 1)}
    return rows(FOLLOWER_LIST_MEMBERS, count, follower_rank=list(range(count)), **about)


@pytest.mark.parametrize("piece", [70_000, 262_144, 500_000])
def test_pieces_give_the_bytes_of_the_whole(tmp_path: Path, piece: int) -> None:
    """Whatever the pieces, bytes and manifest entry are those of the table written at once."""
    whole, parts = DataRoot(str(tmp_path / "whole")), DataRoot(str(tmp_path / "parts"))
    members = _list(600_000)
    pieces = (members.slice(first, piece) for first in range(0, members.num_rows, piece))
    assert write_file(FOLLOWER_LIST_MEMBERS, members, whole, PLACE) == write_pieces(
        FOLLOWER_LIST_MEMBERS, pieces, parts, PLACE
    )
    assert whole.read_bytes(PLACE) == parts.read_bytes(PLACE)


@pytest.mark.parametrize(("group_rows", "is_ours"), [(131_072, True), (262_144, True), (200_000, False)])
def test_the_larger_row_groups_of_the_first_version_are_as_written(group_rows: int, *, is_ours: bool) -> None:
    """Verification writes a file again in the groups that it has, as far as this program ever wrote such."""
    members, file = _list(300_000), BytesIO()
    pieces = regroup([members], group_rows)
    encode(FOLLOWER_LIST_MEMBERS, pieces, file, FOLLOWER_LIST_MEMBERS.short_schema, group_rows)
    assert is_ours == is_as_written(FOLLOWER_LIST_MEMBERS, members, file)


def test_no_row_is_a_table_too(tmp_path: Path) -> None:
    """Where everybody was forgotten, the batch is empty, as one written at once is."""
    root, none = DataRoot(str(tmp_path)), FOLLOWER_LIST_MEMBERS.schema.empty_table()
    written = write_file(FOLLOWER_LIST_MEMBERS, none, root, PLACE)
    assert written == write_pieces(FOLLOWER_LIST_MEMBERS, [none], DataRoot(str(tmp_path / "b")), PLACE)


def test_equal_rows_leave_the_file_alone_and_bad_ones_the_old_one(tmp_path: Path) -> None:
    """Written again the file keeps its time; a null in a later piece leaves it as it was."""
    root, members = DataRoot(str(tmp_path)), _list(10)
    write_pieces(FOLLOWER_LIST_MEMBERS, [members], root, PLACE)
    before = (tmp_path / PLACE).stat()
    write_pieces(FOLLOWER_LIST_MEMBERS, [members.slice(0, 4), members.slice(4)], root, PLACE)
    place = FOLLOWER_LIST_MEMBERS.schema.get_field_index("follower_rank")
    spoiled = members.set_column(place, FOLLOWER_LIST_MEMBERS.schema.field(place), pa.array(range(-1, 9), pa.int64()))
    with pytest.raises(TableProblemsError, match="follower_rank: below 0"):
        write_pieces(FOLLOWER_LIST_MEMBERS, [members, spoiled], root, PLACE)
    after = (tmp_path / PLACE).stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)
    assert [PLACE.name] == [path.name for path in (tmp_path / "staged").iterdir()]


@pytest.mark.parametrize("order", ["sorted", "reversed", "shuffled"])
def test_rows_come_from_a_spill_file_in_order(order: str) -> None:
    """However they were put there, and in groups of so many; equal ranks stay as they came."""
    ranks = np.sort(np.arange(1_000) // 2)
    ranks = {"sorted": ranks, "reversed": ranks[::-1], "shuffled": np.random.default_rng(1).permutation(ranks)}[order]
    spill, table = SpillFile(), pa.table({"rank": ranks, "at": range(1_000)})
    for first in range(0, 1_000, 130):
        spill.append(table.slice(first, 130))
    found = list(sort_rows(spill, ranks, 300))
    assert [300, 300, 300, 100] == [group.num_rows for group in found]
    expected = sorted(range(1_000), key=lambda at: ranks[at])
    assert expected == pa.concat_tables(found)["at"].to_pylist()

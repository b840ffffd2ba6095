"""The description of imports names what the code reads."""

import re
from pathlib import Path

from tasks.sources.exports.archive_zip import MOST_MEMBERS, MOST_RATIO
from tasks.sources.exports.follower_columns import FOLLOWER_COLUMNS
from tasks.sources.exports.sheet import plain_title

TEXT = (Path(__file__).parents[3] / "docs" / "imports.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| `(\w+)` \| ([^|]*)\|", re.MULTILINE)


def test_every_column_of_a_follower_list_is_described() -> None:
    """The table names our columns in their order, and each other title under which one is read."""
    described = {column: re.findall(r"`(\w+)`", others) for column, others in ROW.findall(TEXT)}
    assert list(FOLLOWER_COLUMNS.titles) == list(described)
    named = {plain_title(title): column for column, others in described.items() for title in [column, *others]}
    assert FOLLOWER_COLUMNS.by_title == named


def test_the_bounds_of_an_archive_are_described() -> None:
    """The numbers that refuse an archive are those of the text."""
    assert f"more than {MOST_MEMBERS:,} members" in TEXT
    assert f"packed more than {MOST_RATIO} to 1" in TEXT

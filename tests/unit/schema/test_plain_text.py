"""Text from outside leaves without orders to a terminal, markdown or a spreadsheet, and short."""

import io
import re
import unicodedata
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest
from markdown_it import MarkdownIt

from tasks.page.run_summary import build_summary
from tasks.schema.frames import arrow, frame
from tasks.schema.plain_text import markdown_text, plain_text
from tasks.schema.report_tables import ACCOUNT_DAILY
from tasks.schema.retrospective_tables import PAST_BLOCKS
from tasks.store import layout
from tasks.store.flat_file import write_csv
from tasks.store.parquet import write_file
from tasks.store.root import DataRoot
from tests.unit.maintenance.held import rows

HOSTILE = (
    "\x1b[2J\x1b]0;title\x07",
    "\x9b31m",
    "right\u202eleft",
    "a\0b\r\nc",
    "![picture](http://tracker)",
    "[link](javascript:alert)",
    "<img src=x>",
    "| a | b |\n|---|---|",
    "# heading",
    "\ud83d",
    "x" * 100_000,
)


@pytest.mark.parametrize("text", HOSTILE)
def test_a_message_obeys_nobody_and_is_short(text: str) -> None:
    """No control but tab and newline, nothing that turns the direction, and below 2 KB."""
    said = plain_text(f"{text}: cannot be read")
    assert {letter for letter in said if unicodedata.category(letter) in {"Cc", "Cf", "Cs"}} <= {"\t", "\n"}
    assert len(said.encode()) < 2048


@pytest.mark.parametrize("text", HOSTILE)
def test_markdown_shows_the_text_as_text(text: str) -> None:
    """CommonMark makes neither a picture nor a link, a heading of its own, a table or HTML of it."""
    page = MarkdownIt("commonmark").enable("table").render(build_summary("run", text, [], [text], None))
    assert not re.search(r"<(img|a|table|h[3-6])\b", page)
    assert page.count("<h1>") == 1
    assert markdown_text("plain words") == "plain words"


def test_no_cell_of_the_csv_is_a_formula(tmp_path: Path) -> None:
    """A spreadsheet shows what begins so as text; the table itself keeps it as it was."""
    root = DataRoot(str(tmp_path))
    handles = ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "\t=1", "frank"]
    pace = ACCOUNT_DAILY.columns[ACCOUNT_DAILY.schema.get_field_index("pace_state")].values[0]  # noqa: PD011 - codes of a column
    days = {"account_id": [str(number) for number in range(6)], "handle": handles, "pace_state": pace}
    table = rows(ACCOUNT_DAILY, 6, **days)
    write_file(ACCOUNT_DAILY, table, root, layout.latest_file(ACCOUNT_DAILY))
    told = pd.read_csv(io.BytesIO(root.read_bytes(write_csv(ACCOUNT_DAILY, root))), dtype=str)["handle"]
    assert [*(f"'{handle}" for handle in handles[:5]), "frank"] == told.tolist()


def test_no_block_tells_when_a_single_account_was_created() -> None:
    """A snowflake id holds the millisecond of its creation: published is the day, of Bluesky's follows the hour."""
    at = datetime(2026, 3, 4, 5, 6, 7, 891_000, tzinfo=UTC)
    times = ["created_first_at", "created_last_at", "block_followed_after", "block_followed_before"]
    given = rows(
        PAST_BLOCKS, 2, source=["archive", "bluesky"], block_number=[0, 1], **{name: [at, at] for name in times}
    )
    published: pa.Table = arrow(PAST_BLOCKS, frame(given))
    day, hour = at.replace(hour=0, minute=0, second=0, microsecond=0), at.replace(minute=0, second=0, microsecond=0)
    for name in times[:2]:
        assert [day, day] == published[name].to_pylist()
    for name in times[2:]:
        assert [day, hour] == published[name].to_pylist()

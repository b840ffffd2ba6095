"""The first reading of a list on Bluesky tells years of the past: follows have times of their own."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tasks.datasets.follower_lists import ListQuery, read_first_lists
from tasks.reports.retrospective import ListSearchParameters, describe_lists, retrospective_reports
from tasks.schema.frames import arrow, empty_frame
from tasks.schema.retrospective_tables import FOLLOWER_LISTS, PAST_BLOCKS
from tasks.schema.staged import FOLLOWER_ARRIVALS, STAGED_TABLES
from tasks.sources.bluesky.account import ReadingRequest, read_account
from tasks.sources.bluesky.gateway import BlueskyGateway
from tasks.sources.bluesky.history import account_history
from tasks.store.root import DataRoot
from tasks.store.tables import Tables
from tests.bluesky.appview import AppView, serving
from tests.evaluation.parameters import RETROSPECTIVE

NOW = datetime(2026, 9, 1, 12, tzinfo=UTC)
BURST = datetime(2026, 5, 3, 14, 5, tzinfo=UTC)


@pytest.mark.parametrize("at_once", [1, 524_288])
def test_a_burst_of_the_past_is_told_with_its_hour(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    """240 over two years, then 400 within 50 minutes, of whom only that is known; in a long list as in a short one."""
    monkeypatch.setattr("tasks.datasets.follower_lists._ROWS_AT_ONCE", at_once)
    view = AppView()
    view.account("ada", followersCount=640, followsCount=9, postsCount=70)
    for number in range(240):
        view.follow(f"old{number}", NOW - timedelta(days=3 * number + 1))
    for number in range(400):
        view.follow(f"new{number}", BURST + timedelta(seconds=7 * number))
    history = account_history({table.name: empty_frame(table) for table in STAGED_TABLES})
    request = ReadingRequest(
        "ada.invented.example", NOW.date(), NOW - timedelta(days=90), is_whole=True, history=history
    )
    with serving(view) as address, BlueskyGateway(100, address) as gateway:
        rows = read_account(gateway, request, lambda: NOW).rows["follower_arrivals"]
    tables = Tables(DataRoot(str(tmp_path)))
    tables.put_batch(FOLLOWER_ARRIVALS, "dt=2026-09-01", arrow(FOLLOWER_ARRIVALS, rows))
    handles = {str(rows["account_id"].iloc[0]): "ada.invented.example"}
    lists = read_first_lists(tables, ListQuery((NOW.date(), NOW.date()), handles, {}), 0.01)
    reports = retrospective_reports(lists, ListSearchParameters(RETROSPECTIVE, 0.01))
    said = describe_lists(reports[FOLLOWER_LISTS.name], reports[PAST_BLOCKS.name])
    row = reports[FOLLOWER_LISTS.name].iloc[0]
    assert (row["stretches_count"], row["blocks_count"]) == (1, 0)
    assert 395 <= row["stretch_members_count"] <= 405
    assert "between 2026-05-03 14:00 and 2026-05-03 15:00 UTC" in said[0]
    assert "hold no" not in " ".join(said)

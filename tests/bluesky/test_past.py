"""Day after day on Bluesky: each arrival, departure and return stands once, on its day."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pandas as pd
import pytest

from tasks.schema.frames import empty_frame
from tasks.schema.identity import did_number
from tasks.schema.staged import STAGED_TABLES
from tasks.sources.bluesky.account import AccountReading, ReadingRequest, read_account
from tasks.sources.bluesky.gateway import BlueskyGateway
from tasks.sources.bluesky.history import account_history
from tests.bluesky.appview import AppView, did, serving
from tests.unit.frames import values

FIRST = datetime(2026, 9, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def view() -> AppView:
    """Ada, followed by thirty."""
    view = AppView()
    view.account("ada", followersCount=30, followsCount=9, postsCount=70)
    for number in range(30):
        view.follow(f"old{number}", FIRST - (40 - number) * DAY)
    return view


@pytest.fixture
def root(view: AppView) -> Iterator[str]:
    """The AppView's address."""
    with serving(view) as address:
        yield address


def _lived(root: str, staged: dict[str, pd.DataFrame], day: int) -> AccountReading:
    """Read a day, and put its rows to those of the days before."""
    now = FIRST + day * DAY
    request = ReadingRequest(
        "ada.invented.example", now.date(), now - 90 * DAY, is_whole=True, history=account_history(staged)
    )
    with BlueskyGateway(100, root) as gateway:
        read = read_account(gateway, request, lambda: now)
    for name, rows in read.rows.items():
        staged[name] = pd.concat([staged[name], rows], ignore_index=True)
    return read


def test_each_day_tells_what_is_new_on_it(view: AppView, root: str) -> None:
    """Three days: two come, one of the first goes, and comes again; numbers go on, and nobody stands twice."""
    staged = {table.name: empty_frame(table) for table in STAGED_TABLES}
    assert 30 == len(_lived(root, staged, 0).rows["follower_arrivals"])
    view.follow("bo", FIRST + timedelta(hours=1))
    view.follow("cy", FIRST + timedelta(hours=2))
    view.follows = [one for one in view.follows if one.follower != did("old3")]
    _lived(root, staged, 1)
    view.follow("old3", FIRST + DAY + timedelta(hours=3))
    _lived(root, staged, 2)
    view.faults["app.bsky.graph.getFollowers"] = [(502, b"", {})]
    _lived(root, staged, 3)
    assert _lived(root, staged, 4).rows["follower_arrivals"].empty
    later = staged["follower_arrivals"].iloc[30:]
    expected = [
        ("2026-09-02", 30, did_number(did("bo")), False, FIRST + timedelta(hours=1)),
        ("2026-09-02", 31, did_number(did("cy")), False, FIRST + timedelta(hours=2)),
        ("2026-09-03", 32, did_number(did("old3")), True, FIRST + DAY + timedelta(hours=3)),
    ]
    shown = ["first_seen_date", "arrival_number", "follower_id", "is_return", "followed_after"]
    assert expected == values(later, shown)
    assert [(did_number(did("old3")), FIRST, FIRST + DAY)] == values(
        staged["follower_departures"], ["follower_id", "left_after", "left_before"]
    )


def test_nothing_staged_is_nothing_known() -> None:
    """Before the first day there is no follower, no reading and no engagement."""
    known = account_history({table.name: empty_frame(table) for table in STAGED_TABLES})
    assert known.is_first
    assert (frozenset(), -1, None) == (known.followers, known.highest_number, known.last_whole_at)

"""Lists read alone and lists read together are the same lists."""

from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from tasks.datasets.follower_lists import ListQuery, read_first_lists, read_imported_lists
from tasks.reports.retrospective import RankedList
from tasks.schema.frames import arrow
from tasks.schema.staged import FOLLOWER_ARRIVALS, FOLLOWER_LIST_MEMBERS
from tasks.store.root import DataRoot
from tasks.store.tables import Tables
from tests.unit.followers.people import arrivals
from tests.unit.frames import rows

WANTED = ListQuery((date(2026, 1, 1), date(2026, 1, 9)), {"1": "ann", "2": "bob", "3": "cy"}, {"@ann": "1"})
LISTS = [("@ann", 2, 3), ("1", 4, 5), ("2", 3, 2), ("2", 5, 1), ("2", 6, 4), ("2", 12, 1), ("9", 3, 2)]
"""Account, day of January and length of lists that were brought in; one is of a later day, one of a stranger."""


def _brought(folder: Path) -> DataRoot:
    root = DataRoot(str(folder))
    for number, (account, day, size) in enumerate(LISTS):
        about = {"account_id": account, "handle": f"h{account}", "list_date": pd.Timestamp(2026, 1, day)}
        created = [pd.Timestamp(2020, 1, 1 + rank, tz="UTC") if rank else None for rank in range(size)]
        members = [about | {"follower_rank": rank, "follower_created_at": at} for rank, at in enumerate(created)]
        listed = arrow(FOLLOWER_LIST_MEMBERS, rows(FOLLOWER_LIST_MEMBERS, *members))
        Tables(root).put_batch(FOLLOWER_LIST_MEMBERS, f"import={number}", listed)
    return root


def _told(one: RankedList) -> tuple[object, ...]:
    followers = one.followers
    day, ranks = one.list_date.day, followers["rank"].tolist()
    years = followers["created_at"].dt.year.fillna(0).astype(int).tolist()
    return one.account_id, one.handle, day, one.source, ranks, years, one.checked_count, one.violations_count


@pytest.mark.parametrize("at_once", [1, 3, 6, 1_000])
def test_lists_brought_in_are_given_one_after_the_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    """By account and day, also under a provisional id; however many are read together."""
    monkeypatch.setattr("tasks.datasets.follower_lists._ROWS_AT_ONCE", at_once)
    expected = [
        ("1", "h@ann", 2, 3),
        ("1", "h1", 4, 5),
        *(("2", "h2", day, size) for day, size in ((3, 2), (5, 1), (6, 4))),
    ]
    found = sorted(
        read_imported_lists(Tables(_brought(tmp_path)), WANTED), key=lambda one: (one.account_id, one.list_date)
    )
    assert [
        (account, handle, day, "follower_list", list(range(size)), [0, *[2020] * (size - 1)], size - 1, 0)
        for account, handle, day, size in expected
    ] == [_told(one) for one in found]


@pytest.mark.parametrize("at_once", [1, 1_000])
def test_first_lists_say_what_they_alone_tell_of_their_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    """Ann's archive and X's list are one, without those who stand in both; of Bob's list one was created too late."""
    monkeypatch.setattr("tasks.datasets.follower_lists._ROWS_AT_ONCE", at_once)
    root, late = DataRoot(str(tmp_path)), pd.Timestamp("2026-01-05", tz="UTC")
    bob = arrivals([3, 3, 3], account_id="2", follower_id=[5, 3, 8], is_baseline=True)
    staged = {
        "import=0": arrivals([1, 1, 1], account_id="@ann", follower_id=[5, 3, 4], source="archive", is_baseline=True),
        "dt=2026-01-04": pd.concat([arrivals([3, 3], account_id="1", follower_id=[5, 9], is_baseline=True), bob]),
        "dt=2026-01-05": arrivals([4], account_id="2", follower_id=[12]),
    }
    staged["dt=2026-01-04"].loc[lambda of: of["follower_id"] == 8, "follower_created_at"] = late
    for batch, of in staged.items():
        Tables(root).put_batch(FOLLOWER_ARRIVALS, batch, arrow(FOLLOWER_ARRIVALS, of))
    ann, bobs = sorted(read_first_lists(Tables(root), WANTED, 0.2), key=lambda one: one.account_id)
    assert ("1", "ann", 4) == (ann.account_id, ann.handle, len(ann.followers))
    assert [3, 4, 5, 9] == sorted(ann.followers["follower_id"])
    assert ("2", "bob", "x_api", 3, 1) == (
        bobs.account_id,
        bobs.handle,
        bobs.source,
        bobs.checked_count,
        bobs.violations_count,
    )

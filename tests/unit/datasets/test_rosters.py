"""Followers read account by account are those that one frame of all staged rows holds."""

import logging
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tasks.datasets.rosters import count_daily_arrivals, read_rosters, tell_followers
from tasks.datasets.staged_inputs import read_staged_inputs
from tasks.followers.roster import Roster, empty_roster, roster
from tasks.reports.arrivals import count_by_day, first_baseline
from tasks.reports.daily import mark_followers
from tasks.reports.inputs import Share, replace_provisional_ids
from tasks.schema.frames import arrow, empty_frame
from tasks.schema.staged import ENGAGEMENTS, FOLLOWER_ARRIVALS
from tasks.store.root import DataRoot
from tasks.store.tables import Tables
from tests.unit.followers.people import arrivals
from tests.unit.frames import values
from tests.unit.maintenance import held

IDS = {"@ann": "1"}


def _staged(folder: Path) -> tuple[DataRoot, pd.DataFrame]:
    """Ann's archive of day 1 under her handle, X's list of day 3 and of Bob, and who came a day later."""
    archive = arrivals([1, 1, 1], account_id="@ann", follower_id=[5, 3, 4], source="archive", is_baseline=True)
    listed = [
        arrivals([3, 3, 3], account_id="1", follower_id=[5, 3, 9], is_baseline=True),
        arrivals([3, 3], account_id="2", follower_id=[5, 3], is_baseline=True),
    ]
    came = [arrivals([4, 4], account_id="1", follower_id=[3, 11]), arrivals([4], account_id="2", follower_id=[12])]
    root = DataRoot(str(folder))
    batches = {"import=0": archive, "dt=2026-01-04": pd.concat(listed), "dt=2026-01-05": pd.concat(came)}
    for batch, rows in batches.items():
        Tables(root).put_batch(FOLLOWER_ARRIVALS, batch, arrow(FOLLOWER_ARRIVALS, rows))
    return root, first_baseline(replace_provisional_ids(pd.concat(batches.values(), ignore_index=True), IDS))


def _same(expected: Roster, found: Roster) -> None:
    for one in fields(Roster):
        if one.name != "counts":
            np.testing.assert_array_equal(getattr(expected, one.name), getattr(found, one.name), err_msg=one.name)


def test_a_stream_holds_what_the_frame_holds(tmp_path: Path) -> None:
    """Provisional ids are replaced, the earlier of two whole lists is the baseline, and nobody stands twice."""
    root, frame = _staged(tmp_path)
    (found,) = read_rosters(Tables(root), IDS)
    _same(roster(frame), found)
    assert ["1"] * 6 + ["2"] * 3 == found.accounts[found.account].tolist()
    pd.testing.assert_frame_equal(count_by_day(frame), count_daily_arrivals(Tables(root), IDS))


def test_a_long_judgement_says_how_far_it_is(caplog: pytest.LogCaptureFixture) -> None:
    """Parts of 1.5, 1.0 and 2.0 million followers pass two and four million: two lines; the parts pass unchanged."""
    caplog.set_level(logging.INFO)
    parts = [
        replace(empty_roster(), follower_id=np.zeros(count, np.int64)) for count in (1_500_000, 1_000_000, 2_000_000)
    ]
    assert [id(part) for part in parts] == [id(part) for part in tell_followers(iter(parts))]
    assert ["2,500,000 followers judged so far", "4,500,000 followers judged so far"] == caplog.messages


def test_without_a_list_nobody_arrived(tmp_path: Path) -> None:
    """No staged file gives no roster and no row, in the same columns."""
    assert [] == list(read_rosters(Tables(DataRoot(str(tmp_path))), {}))
    pd.testing.assert_frame_equal(
        count_by_day(empty_frame(FOLLOWER_ARRIVALS)), count_daily_arrivals(Tables(DataRoot(str(tmp_path))), {})
    )


def test_parts_of_an_account_go_on_with_its_clock(tmp_path: Path) -> None:
    """Read in parts of two rows and more, the parts end to end are the whole roster, clock and baseline included."""
    root, frame = _staged(tmp_path)
    parts = list(read_rosters(Tables(root), IDS, part=2))
    assert len(parts) > 2
    for name in ("follower_id", "seen", "number", "is_baseline", "created", "followed"):
        found = np.concatenate([getattr(part, name) for part in parts])
        np.testing.assert_array_equal(getattr(roster(frame), name), found, err_msg=name)
    pd.testing.assert_frame_equal(count_by_day(frame), count_daily_arrivals(Tables(root), IDS, part=2))


def test_what_is_told_while_reading_is_what_the_frame_tells(tmp_path: Path) -> None:
    """How many came when, and who of those who engaged follows; of an account without a list that is unknown."""
    root, frame = _staged(tmp_path)
    acted = {"account_id": ["@ann", "1", "1", "2", "2", "3"], "actor_id": [4, 11, 99, 12, 99, 5], "kind": "reply"}
    Tables(root).put_batch(ENGAGEMENTS, "dt=2026-01-05", held.rows(ENGAGEMENTS, 6, **acted))
    seen = read_staged_inputs(Tables(root), share=Share(("1", "2", "3"), IDS))
    assert seen.arrival_counts is not None
    pd.testing.assert_frame_equal(count_by_day(frame), seen.arrival_counts)
    follows = mark_followers(seen.engagements, seen.arrivals).sort_values(["account_id", "actor_id"])
    expected = [("1", 4, True), ("1", 11, True), ("1", 99, False), ("2", 12, True), ("2", 99, False), ("3", 5, None)]
    assert expected == values(follows, ["account_id", "actor_id", "is_follower"])
    assert len(seen.arrivals.drop_duplicates()) < len(frame)


def test_where_nothing_is_staged_nothing_is_told(tmp_path: Path) -> None:
    """No staged file gives no day and no follower, in the same columns."""
    seen = read_staged_inputs(Tables(DataRoot(str(tmp_path))))
    assert seen.arrival_counts is not None
    pd.testing.assert_frame_equal(count_by_day(empty_frame(FOLLOWER_ARRIVALS)), seen.arrival_counts)
    assert (0, 0) == (len(seen.arrivals), len(seen.lists))

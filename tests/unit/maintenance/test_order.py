"""What expires, what is purged, and what verifying finds."""

import shutil
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest

from tasks.freshness.ledger import read_ledger
from tasks.maintenance.expire import TooYoungError, expire
from tasks.maintenance.purge import purge
from tasks.maintenance.verify import verify
from tasks.schema.judgement_tables import COMMUNITY_MEMBERS
from tasks.schema.staged import ACCOUNT_SNAPSHOTS, API_SPEND, READINGS
from tasks.store import layout
from tasks.store.root import DataRoot
from tasks.store.tables import Tables
from tests.unit.maintenance.held import FIRST, SECRET, TRACKED, held, holding, rows


def test_old_pages_go_but_for_a_day_that_was_never_staged(tmp_path: Path) -> None:
    """Ten days later the pages of three days are older than a week; those of the unstaged one are the only copy."""
    root, _ = held(tmp_path, accounts=1, days=4, followers=1)
    root.remove(layout.staged_file(READINGS, layout.day_batch(FIRST)))
    first, last = FIRST + timedelta(days=1), FIRST + timedelta(days=2)
    assert (
        f"raw pages of 2 days removed, {first} to {last}: these can no longer be staged again; "
        f"1 days were never staged, so theirs stay: {FIRST}"
    ) == expire(root, FIRST + timedelta(days=10), 7)
    left = [FIRST, FIRST + timedelta(days=3)]
    assert [f"dt={day}" for day in left] == sorted(path.name for path in tmp_path.glob("raw/x_api/*"))


def _spent(root: DataRoot, day: date, batch: str) -> None:
    """That the page of the day was asked for."""
    at = datetime.combine(day, time(2), UTC)
    request = {"request_id": [f"{day}/{batch}/followers-0000"], "spend_date": day, "spent_at": at}
    Tables(root).put_batch(API_SPEND, layout.day_batch(day), rows(API_SPEND, 1, **request))


def test_a_lost_page_behind_a_staged_day_is_named(tmp_path: Path) -> None:
    """One page, then all of a day: each is named until its day has expired; one that came late is not lost."""
    root, _ = held(tmp_path, accounts=1, days=2, followers=1)
    for day in (FIRST, FIRST + timedelta(days=1)):
        _spent(root, day, str(TRACKED))
    pages = [tmp_path / "raw" / "x_api" / f"dt={FIRST + timedelta(days=day)}" / str(TRACKED) for day in range(2)]
    (pages[1] / "followers-0000.json").rename(pages[1] / "followers-0000.late.json")
    assert [] == verify(root)
    (pages[0] / "followers-0000.json").unlink()
    (problem,) = verify(root)
    assert problem.startswith(f"raw/x_api/dt={FIRST}/{TRACKED}/followers-0000.json: is lost")
    shutil.rmtree(pages[0].parent)
    assert [problem] == verify(root)
    expire(root, FIRST + timedelta(days=8), 7)
    assert [] == verify(root)
    assert not pages[0].exists()
    assert pages[1].exists()


def test_the_newest_cursor_stays_however_old(tmp_path: Path) -> None:
    """A list that a budget ended goes on from the token in the newest file of gaps."""
    root, _ = held(tmp_path, accounts=1, days=2, followers=1)
    for day in (FIRST, FIRST + timedelta(days=1)):
        (tmp_path / "raw" / "x_api" / f"dt={day}" / "gaps.json").write_text("{}")
    expire(root, FIRST + timedelta(days=100), 30)
    newest = tmp_path / "raw" / "x_api" / f"dt={FIRST + timedelta(days=1)}" / "gaps.json"
    assert [newest] == [path for path in (tmp_path / "raw" / "x_api").rglob("*") if path.is_file()]


def test_pages_that_a_reading_may_need_are_not_let_expire(tmp_path: Path) -> None:
    """Less than a week is refused."""
    root, _ = held(tmp_path, accounts=1, days=1, followers=1)
    with pytest.raises(TooYoungError, match="at least 7 days"):
        expire(root, FIRST, 6)


def test_a_purged_account_is_in_no_file(tmp_path: Path) -> None:
    """Its id is nowhere, nor the one it had before it was known, and the other account keeps everything."""
    root, _ = held(tmp_path, accounts=2, days=3, followers=2)
    named = {"account_id": [f"@h{TRACKED}"], "handle": [f"h{TRACKED}"], "source": "counts_csv", "snapshot_date": FIRST}
    Tables(root).put_batch(ACCOUNT_SNAPSHOTS, layout.import_batch("0" * 64), rows(ACCOUNT_SNAPSHOTS, 1, **named))
    assert holding(tmp_path, f"@h{TRACKED}")
    assert "purged: " in purge(root, f"@H{TRACKED}", SECRET)
    assert [] == holding(tmp_path, str(TRACKED), f"@h{TRACKED}")
    assert holding(tmp_path, str(TRACKED + 1))
    assert "nothing of that account is held" == purge(root, f"h{TRACKED}", SECRET)


def test_days_that_held_a_purged_account_alone_are_called_lost_by_nobody(tmp_path: Path) -> None:
    """Their files went with it, and the ledger names no table of them; what it says of other days stays."""
    root, _ = held(tmp_path, accounts=1, days=2, followers=2)
    assert "purged: " in purge(root, f"h{TRACKED}", SECRET)
    days = [FIRST, FIRST + timedelta(days=1)]
    assert [(), ()] == [record.tables for record in read_ledger(root, days).values()]
    assert [] == verify(root)


def test_what_was_lost_before_a_purge_is_still_missed_after_it(tmp_path: Path) -> None:
    """Of two accounts one is purged: the table of a day that somebody removed before stays named, and is said."""
    root, _ = held(tmp_path, accounts=2, days=2, followers=2)
    root.remove(layout.report_file(COMMUNITY_MEMBERS, FIRST))
    purge(root, f"h{TRACKED}", SECRET)
    first, second = read_ledger(root, [FIRST, FIRST + timedelta(days=1)]).values()
    assert COMMUNITY_MEMBERS.name in first.tables
    assert first.tables == second.tables
    assert "a day's file was lost or changed" in "\n".join(verify(root))


def test_whole_files_verify_and_every_damage_is_named(tmp_path: Path) -> None:
    """A lost day, a damaged batch, a flat file that somebody changed and a page that is no JSON are each said."""
    root, _ = held(tmp_path, accounts=1, days=3, followers=1)
    assert [] == verify(root)
    lost = layout.report_file(COMMUNITY_MEMBERS, FIRST)
    root.remove(lost)
    assert "a day's file was lost or changed" in "\n".join(verify(root))
    Tables(root).rebuild_latest(COMMUNITY_MEMBERS)
    assert "is not the file that the manifest names" in "\n".join(verify(root))
    batch = layout.staged_file(READINGS, layout.day_batch(FIRST))
    root.replace(batch, root.read_bytes(batch)[:-20])
    page = next(tmp_path.rglob("followers-0000.json"))
    page.write_text("{")
    said = "\n".join(verify(root))
    assert f"{batch}: cannot be read" in said
    assert f"{page.relative_to(tmp_path)}: is no JSON" in said

"""Whole lists, read again: who is gone, why, and in which order the list stands."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sandbox.serve import serve
from sandbox.settings import Settings
from sandbox.worlds import World, summer
from tasks.schema.check import refuse_problems
from tasks.schema.frames import arrow
from tasks.schema.staged import FOLLOWER_DEPARTURES
from tasks.sources.x_api.endpoints import FOLLOWERS_SCAN, USERS_GONE
from tasks.sources.x_api.history import PriorFollowers
from tasks.sources.x_api.pages import read_pages
from tasks.sources.x_api.problems import RateLimitedError
from tasks.sources.x_api.readings import ListScan, read_scan
from tasks.sources.x_api.scan import (
    departure_reasons,
    departure_rows,
    fetch_reasons,
    fetch_scan,
    list_order,
    missing_followers,
    scan_ids,
)
from tasks.sources.x_api.staging import parse_spend
from tasks.sources.x_api.transport import XAccount
from tests.x_api.living import PRICES, Watch, tracked, usd

NOW = datetime(2026, 7, 8, 6, tzinfo=UTC)
WEEK = timedelta(days=7)
NOBODY = np.empty(0, dtype=np.int64)
SEED = 11


@pytest.fixture(scope="module")
def world() -> World:
    """Frank's summer, in which Pia loses many on a day of purges."""
    return summer(SEED)


@contextmanager
def _stan(world: World, folder: Path) -> Iterator[tuple[Watch, XAccount]]:
    with serve(world, Settings(moment=NOW, has_rate_limits=False)) as sandbox:
        yield Watch(sandbox, folder, [tracked("steady_stan")]), XAccount(str(world.account("steady_stan").id))


def test_a_scan_finds_who_left_and_says_why(world: World, tmp_path: Path) -> None:
    """A week later those known who no longer follow are gone, by the world's own list; X tells who still exists."""
    with _stan(world, tmp_path) as (watch, stan):
        watch.live()
        known = watch.history.followers[stan.id]
        watch.sandbox.set_clock(NOW + WEEK)
        session = watch.session()
        scanned = fetch_scan(session, stan, WEEK)
        assert scanned is not None
        assert scanned.reason is None
        listed = scan_ids(session.root, stan.id, scanned.scan)
        now = world.followers(int(stan.id), NOW + WEEK)
        assert now == listed.tolist()
        lost = missing_followers(listed, known, NOBODY, NOBODY)
        assert set(known.ids.tolist()) - set(now) == set(lost.tolist())
        assert len(lost) > 20
        assert fetch_reasons(session, stan, lost) is None
        told = departure_reasons(read_pages(session.root, session.day, stan.id, {USERS_GONE.name}))
        seen = watch.rows("follower_arrivals").set_index("follower_id")["observed_at"]
        rows = departure_rows(stan.id, lost, seen, scanned.scan, told)
        refuse_problems(FOLLOWER_DEPARTURES, arrow(FOLLOWER_DEPARTURES, rows))
        spend = parse_spend(session.root, session.day, PRICES)["api_spend"]
        billed = sum(float(str(row["usd"])) for row in watch.sandbox.bill() if row["day"] == f"{session.day}")
    assert float(usd(spend)) == pytest.approx(billed)
    assert {"unfollowed"} <= set(rows["departure_reason"]) <= {"unfollowed", "suspended", "deleted"}
    assert (rows["left_after"] == NOW).all()
    assert (rows["left_before"] == NOW + WEEK).all()


def test_a_scan_goes_on_where_the_budget_stopped_it(world: World, tmp_path: Path) -> None:
    """A list of some 4,700 at $15 a day takes four days; only who was pushed down meanwhile is paid twice."""
    with _stan(world, tmp_path) as (watch, stan):
        watch.usd = "15"
        outcomes = []
        for _ in range(4):
            session = watch.session()
            scanned = fetch_scan(session, stan, WEEK)
            outcomes.append(scanned and scanned.reason)
            watch.sandbox.set_clock(watch.now() + timedelta(days=1))
        scan = read_scan(session.root, stan.id)
        assert scan is not None
        listed = scan_ids(session.root, stan.id, scan)
        charged = sum(int(str(row["charged_objects"])) for row in watch.sandbox.bill())
    assert ["budget", "budget", "budget", None] == outcomes
    stayed = set(world.followers(int(stan.id), NOW)) & set(world.followers(int(stan.id), NOW + timedelta(days=3)))
    assert len(stayed - set(listed.tolist())) < 10
    arrived = set(world.followers(int(stan.id), NOW + timedelta(days=3))) - set(world.followers(int(stan.id), NOW))
    assert charged <= len(listed) + len(arrived)


def test_a_scan_that_broke_off_between_pages_goes_on(world: World, tmp_path: Path) -> None:
    """A limit of X ends the run after two pages; the next asks for the third, and the list is whole."""
    with _stan(world, tmp_path) as (watch, stan):
        watch.sandbox.inject("rate_limited", "followers", after=2)
        session = watch.session()
        with pytest.raises(RateLimitedError):
            fetch_scan(session, stan, WEEK)
        scanned = fetch_scan(watch.session(), stan, WEEK)
        assert scanned is not None
        assert world.followers(int(stan.id), NOW) == scan_ids(session.root, stan.id, scanned.scan).tolist()
        pages = read_pages(session.root, session.day, stan.id, {FOLLOWERS_SCAN.name})
        assert [429] == [page.status for page in pages if not page.is_good]


def test_a_scan_of_this_week_is_not_repeated(world: World, tmp_path: Path) -> None:
    """Later on its day it is told again and asks nothing; the next days it is not due; a week later it is."""
    with _stan(world, tmp_path) as (watch, stan):
        first = fetch_scan(watch.session(), stan, WEEK)
        billed = watch.sandbox.bill()
        assert first == fetch_scan(watch.session(), stan, WEEK)
        watch.sandbox.set_clock(NOW + timedelta(days=2))
        assert fetch_scan(watch.session(), stan, WEEK) is None
        assert billed == watch.sandbox.bill()
        watch.sandbox.set_clock(NOW + WEEK)
        second = fetch_scan(watch.session(), stan, WEEK)
        assert second is not None
        assert second.scan.previous_at == NOW


def _known(*oldest_first: int) -> PriorFollowers:
    ids = np.array(sorted(oldest_first), dtype=np.int64)
    ranks = np.array([oldest_first.index(follower) for follower in ids.tolist()], dtype=np.int64)
    return PriorFollowers(ids, ranks, len(oldest_first) - 1, None, None, None)


def test_who_came_while_the_scan_ran_is_not_missed() -> None:
    """Of those not listed one was gone before, and one came after the scan had begun: one is left."""
    lost = missing_followers(np.array([5, 4]), _known(1, 2, 3, 4, 5), gone=np.array([1]), arrived_since=np.array([3]))
    assert [2] == lost.tolist()


def test_the_order_of_a_list_is_counted() -> None:
    """Newest first nobody contradicts; with 2 above 4 one of four known does; strangers tell nothing."""
    known = _known(1, 2, 3, 4)
    assert 0 == list_order(np.array([9, 4, 3, 2, 1]), known).contradicting_share
    assert 0.25 == list_order(np.array([9, 2, 4, 3, 1]), known).contradicting_share
    assert list_order(np.array([9]), known).contradicting_share is None


def test_who_stood_in_the_last_scan_left_after_it() -> None:
    """The interval begins with the last sighting: the arrival, or the earlier scan where that is later."""
    seen = pd.Series([pd.Timestamp(NOW - 9 * WEEK)], index=[7]).astype("datetime64[us, UTC]")
    scan = ListScan(NOW, None, NOW, previous_at=NOW - WEEK)
    rows = departure_rows("1", np.array([7]), seen, scan, {})
    assert [NOW - WEEK] == rows["left_after"].tolist()
    assert rows["departure_reason"].isna().all()

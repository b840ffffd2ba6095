"""Reading whole follower lists: who is gone, why, and whether X lists in follow order."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from tasks.schema.frames import arrow, frame, nothing
from tasks.schema.staged import FOLLOWER_DEPARTURES
from tasks.sources.x_api.endpoints import FOLLOWERS_SCAN, USERS_GONE
from tasks.sources.x_api.history import PriorFollowers
from tasks.sources.x_api.lists import list_progress, look_up, names_with_answer, read_list
from tasks.sources.x_api.pages import Ids, RawPage, first_of_each, iter_pages, object_ids, read_pages
from tasks.sources.x_api.problems import account_reason, problems
from tasks.sources.x_api.readings import ListScan, read_scan, write_scan
from tasks.sources.x_api.transport import Request, XAccount, XSession


@dataclass(frozen=True)
class ScanProgress:
    """How far a scan is: `reason` says why it is not at its end; null where it is."""

    scan: ListScan
    reason: str | None


@dataclass(frozen=True)
class ListOrder:
    """How far a list stands in the order in which its followers were seen to arrive.

    `contradicting_count` of `known_count` known followers stand above one who arrived later, next to it.
    """

    known_count: int
    contradicting_count: int

    @property
    def contradicting_share(self) -> float | None:
        """Their share; null where nobody in the list was known."""
        return self.contradicting_count / self.known_count if self.known_count else None


def fetch_scan(desk: XSession, account: XAccount, every: timedelta) -> ScanProgress | None:
    """Go on with the account's scan, or begin one; null where the last one ended before today and is not `every` old.

    Each page is on disk before the next is asked for, and the next run goes on behind the last, also on another day.
    Where X has forgotten the token, the scan begins anew.
    """
    scan = read_scan(desk.root, account.id)
    now = desk.clock()
    if scan is not None and scan.ended_at is not None and now - scan.began_at < every:
        return ScanProgress(scan, None) if scan.ended_at.date() == desk.day else None
    if scan is None or scan.ended_at is not None:
        scan = ListScan(began_at=now, previous_at=scan.began_at if scan else None)
        write_scan(desk.root, account.id, scan)
    request = Request(FOLLOWERS_SCAN, account.id, account.id, account.is_owned, first_token=_first_token(desk, scan))
    try:
        part = read_list(desk, request, lambda _: FOLLOWERS_SCAN.largest_page)
    finally:
        scan = _as_read(desk, request, scan)
        write_scan(desk.root, account.id, scan)
    return ScanProgress(scan, None if scan.ended_at is not None else part.reason or "fault")


def scan_ids(root: Path, account_id: str, scan: ListScan) -> Ids:
    """The ids of all pages of the scan, newest follow first, each once; of the pages only these are kept in memory."""
    parts = [np.empty(0, np.int64), *(object_ids(page.objects) for page in _pages(root, account_id, scan))]
    return first_of_each(np.concatenate(parts))


def missing_followers(scanned: Ids, known: PriorFollowers, gone: Ids, arrived_since: Ids) -> Ids:
    """The known followers whom a complete scan no longer lists, sorted.

    Who was known to be gone before is left out, and who came only after the scan had begun.
    """
    missing = np.setdiff1d(known.ids, scanned)
    return np.setdiff1d(missing, np.union1d(gone, arrived_since))


def fetch_reasons(desk: XSession, account: XAccount, follower_ids: Ids) -> str | None:
    """Look up who of the departed still exists; why not all were looked up, null when they were.

    An account that is gone costs nothing; one that only unfollowed is a profile.
    """
    pages = read_pages(desk.root, desk.day, account.id, {USERS_GONE.name})
    seen = names_with_answer(pages, "ids")
    left = [str(follower) for follower in follower_ids.tolist() if str(follower) not in seen]
    sequence = max((page.sequence for page in pages), default=-1) + 1
    return look_up(desk, left, lambda joined: Request(USERS_GONE, account.id, identity={"ids": joined}), sequence)


def departure_reasons(pages: Sequence[RawPage]) -> dict[int, str]:
    """By follower, why it is gone: who still exists has unfollowed, of the others X says what became of them."""
    told: dict[int, str] = {}
    for page in pages:
        told |= {int(user["id"]): "unfollowed" for user in page.objects}
        for problem in problems(page.body) if page.is_good else ():
            said = account_reason(problem)
            told[int(str(problem.get("value") or problem.get("resource_id")))] = {
                "suspended": "suspended",
                "not_found": "deleted",
            }.get(said, "unknown")
    return told


def departure_rows(account_id: str, ids: Ids, seen_at: pd.Series, scan: ListScan, told: dict[int, str]) -> pd.DataFrame:
    """Rows of `follower_departures`: an interval from the last sighting to the scan; `seen_at` by follower."""
    if not len(ids) or scan.ended_at is None:
        return nothing(FOLLOWER_DEPARTURES)
    after = seen_at.reindex(ids).reset_index(drop=True)
    if scan.previous_at is not None:
        after = after.where(after >= scan.previous_at, pd.Timestamp(scan.previous_at))
    rows = pd.DataFrame(
        {
            "account_id": account_id,
            "follower_id": ids,
            "first_missing_date": pd.Timestamp(scan.ended_at.date()),
            "source": "x_api",
            "left_after": after,
            "left_before": pd.Timestamp(scan.ended_at),
            "departure_reason": [told.get(follower) for follower in ids.tolist()],
        }
    )
    return frame(arrow(FOLLOWER_DEPARTURES, rows))


def list_order(scanned: Ids, known: PriorFollowers) -> ListOrder:
    """Whether those known stand newest first, as they were seen to arrive: a known one above a later one does not."""
    ranks: npt.NDArray[np.int64] = known.ranks_of(scanned)
    ranks = ranks[ranks >= 0]
    return ListOrder(len(ranks), int((np.diff(ranks) > 0).sum()))


def _first_token(desk: XSession, scan: ListScan) -> str | None:
    """With what today's pages begin: they go on behind those of an earlier day, whose token was kept."""
    return scan.token if scan.began_at.date() < desk.day else None


def _as_read(desk: XSession, request: Request, scan: ListScan) -> ListScan:
    trail, _ = list_progress(desk, request)
    if trail.is_lost and request.first_token is not None:
        return ListScan(began_at=desk.clock(), previous_at=scan.previous_at)
    if not trail.current:
        return scan
    ended_at: datetime | None = trail.current[-1].received_at if trail.is_ended else None
    return replace(scan, token=trail.token, ended_at=ended_at)


def _pages(root: Path, account_id: str, scan: ListScan) -> Iterator[RawPage]:
    first, last = scan.days
    day: date = first
    while day <= (last or first):
        yield from iter_pages(root, day, account_id, {FOLLOWERS_SCAN.name})
        day += timedelta(days=1)

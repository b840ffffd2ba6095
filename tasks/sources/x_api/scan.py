"""Reading whole follower lists: who is gone, why, and whether X lists in follow order."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from tasks.schema.frames import arrow, empty_frame, frame
from tasks.schema.staged import ACCOUNT_SNAPSHOTS, FOLLOWER_ARRIVALS, FOLLOWER_DEPARTURES
from tasks.sources.accounts import Account
from tasks.sources.x_api.day import XDay
from tasks.sources.x_api.endpoints import FOLLOWERS_SCAN, USERS_GONE
from tasks.sources.x_api.history import PriorFollowers
from tasks.sources.x_api.lists import is_far_short, list_progress, look_up, names_with_answer, read_list
from tasks.sources.x_api.page_content import is_id
from tasks.sources.x_api.pages import Ids, RawPage, first_of_each, iter_pages, object_ids, read_pages
from tasks.sources.x_api.problems import account_reason, problems
from tasks.sources.x_api.readings import ListScan, read_scan, write_scan
from tasks.sources.x_api.transport import Request, XAccount, XSession
from tasks.store.parquet import Selection
from tasks.store.root import DataRoot
from tasks.store.tables import Tables

EARLY = timedelta(hours=12)
"""A scan may begin so much before its week is over: a schedule drifts."""
SEEN_COLUMNS = ("account_id", "follower_id", "first_seen_date", "observed_at")


@dataclass(frozen=True)
class ScanResult:
    """What came of an account's list: a sentence, and rows of `follower_departures` where its scan ended on the day."""

    note: str
    departures: pd.DataFrame | None = None


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


def fetch_lists(x_day: XDay, session: XSession, accounts: Sequence[Account], scan_days: int) -> Iterator[ScanResult]:
    """Go through the accounts at level full, and say of each how far its list was read and who is gone."""
    ids, known = _account_ids(x_day.root), x_day.history.followers
    for account in (account for account in accounts if account.level == "full"):
        account_id = ids.get(account.handle.lower())
        if account_id is None or account_id not in known:
            yield ScanResult(f"{account.handle}: nobody is known to follow it yet, so nobody can be missed")
            continue
        own, x_account = session.for_account(account_id, account.budget_usd), XAccount(account_id, account.owned)
        result = _fetch_list(x_day.root, own, x_account, known[account_id], scan_days)
        yield replace(result, note=f"{account.handle}: {result.note}")


def _fetch_list(
    root: DataRoot, session: XSession, account: XAccount, known: PriorFollowers, scan_days: int
) -> ScanResult:
    progress = fetch_scan(session, account, timedelta(days=scan_days) - EARLY, known.followers_count)
    if progress is None:
        return ScanResult(f"read less than {scan_days} days ago")
    if progress.reason is not None:
        return ScanResult(f"the list goes on another day ({progress.reason})")
    listed = scan_ids(session.root, account.id, progress.scan)
    if is_far_short(len(listed), known.followers_count):
        write_scan(session.root, account.id, replace(progress.scan, token=None, ended_at=None))
        return ScanResult(f"the list ended after {len(listed):,} of {known.followers_count:,}: nobody is called gone")
    arrivals = _last_arrivals(root, session.day, account.id)
    since = arrivals.loc[arrivals["first_seen_date"] >= pd.Timestamp(progress.scan.began_at.date()), "follower_id"]
    gone_before = _gone_before(root, session.day, account.id, arrivals)
    lost = missing_followers(listed, known, gone_before, since.to_numpy(dtype=np.int64))
    unread = fetch_reasons(session, account, lost)
    reasons = departure_reasons(read_pages(session.root, session.day, account.id, {USERS_GONE.name}))
    seen_at = arrivals.set_index("follower_id")["observed_at"]
    note = f"{len(listed)} followers listed, {len(lost)} gone"
    note += f" (why was not asked of all: {unread})" if unread else ""
    share = list_order(listed, known).contradicting_share
    note += "" if share is None else f", {share:.1%} of those known stand out of order"
    return ScanResult(note, departure_rows(account.id, lost, seen_at, progress.scan, reasons))


def _last_arrivals(root: DataRoot, day: date, account_id: str) -> pd.DataFrame:
    """The last arrival of each follower known before the day."""
    before = Selection(days=(date.min, day - timedelta(days=1)), columns=SEEN_COLUMNS)
    arrivals = frame(Tables(root).staged(FOLLOWER_ARRIVALS, before))
    own = arrivals[arrivals["account_id"] == account_id].sort_values("first_seen_date", kind="stable")
    return own.drop_duplicates("follower_id", keep="last")


def _gone_before(root: DataRoot, day: date, account_id: str, arrivals: pd.DataFrame) -> Ids:
    """Those who were found gone before the day, after their last arrival."""
    departures = frame(Tables(root).staged(FOLLOWER_DEPARTURES, Selection(days=(date.min, day - timedelta(days=1)))))
    own = departures[departures["account_id"] == account_id]
    gone = own.merge(arrivals[["follower_id", "first_seen_date"]], on="follower_id")
    is_gone = gone["first_missing_date"] >= gone["first_seen_date"]
    return gone.loc[is_gone, "follower_id"].to_numpy(dtype=np.int64)


def _account_ids(root: DataRoot) -> dict[str, str]:
    """The id of every handle that X has told."""
    rows = frame(Tables(root).staged(ACCOUNT_SNAPSHOTS)).sort_values("observed_at", kind="stable")
    read = rows[rows["source"] == "x_api"]
    return dict(zip(read["handle"].str.lower(), read["account_id"].astype(str), strict=True))


def fetch_scan(
    session: XSession, account: XAccount, every: timedelta, followers_count: int | None = None
) -> ScanProgress | None:
    """Go on with the account's scan, or begin one; null where the last one ended before today and is not `every` old.

    Each page is on disk before the next is asked for, and the next run goes on behind the last, also on another day.
    Where X has forgotten the token, or a list of one day ended far short of `followers_count`, it begins anew.
    """
    scan = read_scan(session.root, account.id)
    now = session.clock()
    if scan is not None and scan.ended_at is not None and now - scan.began_at < every:
        return ScanProgress(scan, None) if scan.ended_at.date() == session.day else None
    if scan is None or scan.ended_at is not None:
        scan = ListScan(began_at=now, previous_at=scan.began_at if scan else None)
        write_scan(session.root, account.id, scan)
    request = Request(FOLLOWERS_SCAN, account.id, account.id, account.is_owned, first_token=_first_token(session, scan))
    whole_count = followers_count if request.first_token is None else None
    try:
        part = read_list(session, request, lambda _: FOLLOWERS_SCAN.largest_page, whole_count)
    finally:
        scan = _as_read(session, request, scan)
        write_scan(session.root, account.id, scan)
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


def fetch_reasons(session: XSession, account: XAccount, follower_ids: Ids) -> str | None:
    """Look up who of the departed still exists; why not all were looked up, null when they were.

    An account that is gone costs nothing; one that only unfollowed is a profile.
    """
    pages = read_pages(session.root, session.day, account.id, {USERS_GONE.name})
    seen = names_with_answer(pages, "ids")
    left = [str(follower) for follower in follower_ids.tolist() if str(follower) not in seen]
    sequence = max((page.sequence for page in pages), default=-1) + 1
    return look_up(session, left, lambda joined: Request(USERS_GONE, account.id, identity={"ids": joined}), sequence)


def departure_reasons(pages: Sequence[RawPage]) -> dict[int, str]:
    """By follower, why it is gone: who still exists has unfollowed, of the others X says what became of them."""
    told: dict[int, str] = {}
    for page in pages:
        told |= {int(user["id"]): "unfollowed" for user in page.objects}
        for problem in problems(page.body) if page.is_good else ():
            named = problem.get("value") or problem.get("resource_id")
            if is_id(named):
                told[int(str(named))] = _DEPARTURES.get(account_reason(problem), "unknown")
    return told


_DEPARTURES = {"suspended": "suspended", "not_found": "deleted"}


def departure_rows(account_id: str, ids: Ids, seen_at: pd.Series, scan: ListScan, told: dict[int, str]) -> pd.DataFrame:
    """Rows of `follower_departures`: an interval from the last sighting to the scan; `seen_at` by follower."""
    if not len(ids) or scan.ended_at is None:
        return empty_frame(FOLLOWER_DEPARTURES)
    after = seen_at.reindex(ids).reset_index(drop=True)
    if scan.previous_at is not None:
        after = after.where(after >= scan.previous_at, pd.Timestamp(scan.previous_at))
    rows = pd.DataFrame(
        {
            "account_id": account_id,
            "follower_id": ids,
            "first_missing_date": pd.Timestamp(scan.ended_at.date()),
            "source": "x_api",
            "left_after": after.mask(after > scan.ended_at, pd.Timestamp(scan.ended_at)),
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


def _first_token(session: XSession, scan: ListScan) -> str | None:
    """With what today's pages begin: they go on behind those of an earlier day, whose token was kept."""
    return scan.token if scan.began_at.date() < session.day else None


def _as_read(session: XSession, request: Request, scan: ListScan) -> ListScan:
    trail, _ = list_progress(session, request)
    if trail.is_lost and request.first_token is not None:
        return ListScan(began_at=session.clock(), previous_at=scan.previous_at)
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

"""One account on one day: counts, followers, posts and who engaged, as rows of the staged tables."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import pandas as pd

from tasks.schema.columns.readings import WHOLE_OBJECT
from tasks.schema.frames import arrow, frame
from tasks.schema.staged import (
    ACCOUNT_SNAPSHOTS,
    ENGAGEMENTS,
    FOLLOWER_ARRIVALS,
    FOLLOWER_DEPARTURES,
    POSTS,
    READINGS,
    REJECTIONS,
)
from tasks.schema.table import Table
from tasks.sources.accounts import Account
from tasks.sources.bluesky.day import BlueskyDay
from tasks.sources.bluesky.followers import arrival_columns, departure_columns, read_arrivals, read_follower_pages
from tasks.sources.bluesky.gateway import BlueskyError, BlueskyGateway, FeedItem, Patience, ProfileWithCounts
from tasks.sources.bluesky.history import AccountHistory
from tasks.sources.bluesky.ids import parse_record_time
from tasks.sources.bluesky.posts import RowValues, engagement_rows, post_row, posts_of_account, read_feed
from tasks.sources.progress import tell_progress

_Clock = Callable[[], datetime]
"""What time it is, in UTC: given from outside."""

_SOURCE = "bluesky"
_LEVELS = ("counts", "posts", "sample", "full")


@dataclass(frozen=True)
class ReadingRequest:
    """The account by its handle or DID, the UTC day, how old the oldest post to read is, and how much to read.

    `level` is as everywhere: `counts`, `posts` (with who engaged), `sample` or `full` (both with the follower list,
    which costs nothing here, so nobody has to be content with a sample).
    With `is_whole` the list is read to its end, one request per hundred, and tells who has left.
    """

    actor: str
    day: date
    posts_since: datetime
    level: str = "full"
    is_whole: bool = False
    history: AccountHistory = field(default_factory=AccountHistory)


@dataclass(frozen=True)
class AccountReading:
    """What was read: frames by the staged table's name, and when to ask again where the server said so."""

    rows: Mapping[str, pd.DataFrame]
    resume_at: datetime | None
    notes: tuple[str, ...]


def fetch_accounts(bluesky_day: BlueskyDay, accounts: Sequence[Account], base_url: str, clock: _Clock) -> None:
    """Read the accounts that were not read completely on this day, into the day's rows."""
    parameters = bluesky_day.parameters
    complete = bluesky_day.complete_handles()
    with BlueskyGateway(parameters.most_requests, base_url, Patience(clock, time.sleep)) as gateway:
        for account in tell_progress(accounts):
            if account.handle.lower() in complete:
                continue
            since = clock() - timedelta(days=parameters.posts_days)
            is_whole = bluesky_day.day.weekday() == parameters.whole_weekday
            history = bluesky_day.history(account.handle)
            request = ReadingRequest(account.handle, bluesky_day.day, since, account.level, is_whole, history)
            try:
                bluesky_day.put(read_account(gateway, request, clock).rows)
            except BlueskyError as problem:
                bluesky_day.put_unread(account.handle, problem.status, problem.reason)


def read_account(gateway: BlueskyGateway, request: ReadingRequest, clock: _Clock) -> AccountReading:
    """Everything that the request's level asks of the account: a part that breaks off is told in `readings`.

    `account_id` is the DID, which stays when the handle changes.
    A follower list that broke off gives no arrivals: who they are the next reading tells, and can number.
    Raises `BlueskyRefusedError` when there is no such account, `InterruptedReadingError` when not even it could be
    read.
    """
    visit = _Visit(gateway, request, clock, clock(), gateway.profile(request.actor))
    items: Sequence[FeedItem] = []
    if visit.wants("sample"):
        visit.read("followers", visit.followers)
    if visit.wants("posts"):
        items = visit.read("posts", visit.posts) or []
    if items:
        visit.read("engagers", lambda: visit.engagements(items))
    return visit.observed()


@dataclass
class _Visit:
    """One reading while it goes on."""

    gateway: BlueskyGateway
    request: ReadingRequest
    clock: _Clock
    began_at: datetime
    account: ProfileWithCounts
    tables: dict[str, pd.DataFrame] = field(default_factory=dict)
    readings: list[RowValues] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    resume_at: datetime | None = None
    odd_before: int = 0
    undated_count: int = 0

    def __post_init__(self) -> None:
        """The account itself was read with the first answer."""
        self.odd_before = self.gateway.odd_count
        self.tables[ACCOUNT_SNAPSHOTS.name] = self.staged(ACCOUNT_SNAPSHOTS, pd.DataFrame([self.snapshot()]))
        self.readings.append(self.reading("counts", 1, 1))

    def wants(self, level: str) -> bool:
        return _LEVELS.index(self.request.level) >= _LEVELS.index(level)

    def read(self, subject: str, part: Callable[[], tuple[int, Sequence[FeedItem]]]) -> Sequence[FeedItem]:
        """Read one part, and write down how far it got."""
        before = self.gateway.requests_count
        try:
            size, items = part()
        except BlueskyError as problem:
            self.resume_at = problem.resume_at or self.resume_at
            self.notes.append(f"{subject}: {problem}")
            told = {"status": problem.status, "reading_reason": problem.reason}
            self.readings.append(self.reading(subject, self.gateway.requests_count - before, 0) | told)
            return []
        self.readings.append(self.reading(subject, self.gateway.requests_count - before, size))
        return items

    def followers(self) -> tuple[int, Sequence[FeedItem]]:
        did, known = self.account.did, self.request.history
        listing = read_follower_pages(self.gateway, did, known, is_whole=self.request.is_whole)
        arrivals = read_arrivals(self.gateway, did, listing, known)
        columns = pd.DataFrame(arrival_columns(arrivals, known, self.began_at))
        self.tables[FOLLOWER_ARRIVALS.name] = self.staged(FOLLOWER_ARRIVALS, columns, "first_seen_date")
        if (gone := departure_columns(listing, known, self.began_at)) is not None:
            departures = self.staged(FOLLOWER_DEPARTURES, pd.DataFrame(gone), "first_missing_date")
            self.tables[FOLLOWER_DEPARTURES.name] = departures
        return listing.read_count, []

    def posts(self) -> tuple[int, Sequence[FeedItem]]:
        feed = read_feed(self.gateway, self.account.did, self.request.posts_since)
        items, self.undated_count = feed.items, feed.undated_count
        self.tables[POSTS.name] = self.staged(POSTS, pd.DataFrame([post_row(item, self.account.did) for item in items]))
        return len(items), items

    def engagements(self, items: Sequence[FeedItem]) -> tuple[int, Sequence[FeedItem]]:
        rows: list[RowValues] = []
        try:
            rows.extend(engagement_rows(self.gateway, posts_of_account(items), self.request.history))
        finally:
            # Each engagement stands for itself: those read before an interruption hold.
            self.tables[ENGAGEMENTS.name] = self.staged(ENGAGEMENTS, pd.DataFrame(rows))
        return len(rows), []

    def observed(self) -> AccountReading:
        level = _observation_level(self.readings)
        readings = pd.DataFrame([row | {"observation_level": level} for row in self.readings])
        self.tables[READINGS.name] = self.staged(READINGS, readings)
        if odd := self.gateway.odd_count - self.odd_before + self.undated_count:
            told = {"endpoint": "app.bsky", "rejected_field": WHOLE_OBJECT, "rejection_reason": "no_lexicon"}
            self.tables[REJECTIONS.name] = self.staged(REJECTIONS, pd.DataFrame([told | {"rejected_count": odd}]))
        return AccountReading(self.tables, self.resume_at, tuple(self.notes))

    def snapshot(self) -> RowValues:
        account = self.account
        return {
            "handle": account.handle,
            "followers_count": account.followers_count,
            "following_count": account.follows_count,
            "posts_count": account.posts_count,
            "is_estimated": None if account.followers_count is None else False,
            "account_created_at": parse_record_time(account.created_at),
        }

    def reading(self, subject: str, pages: int, objects: int) -> RowValues:
        counted = {"subject": subject, "pages_count": pages, "objects_count": objects}
        return counted | {"status": "complete", "reading_reason": None}

    def staged(self, table: Table, rows: pd.DataFrame, day: str = "snapshot_date") -> pd.DataFrame:
        given = rows.assign(account_id=self.account.did, source=_SOURCE, observed_at=self.began_at)
        given[day] = self.request.day
        return frame(arrow(table, given.reindex(columns=table.schema.names)))


def _observation_level(readings: Sequence[RowValues]) -> str:
    complete = {str(row["subject"]) for row in readings if row["status"] == "complete"}
    if "followers" in complete:
        return "full"
    return "posts" if "posts" in complete else "counts"

"""One day of X for all tracked accounts: opened once, then read in an order that the counts decide."""

import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path, PurePosixPath

import pandas as pd

from tasks.sources.accounts import FOLLOWER_LEVELS, Account
from tasks.sources.progress import tell_progress
from tasks.sources.reading import Reading
from tasks.sources.x_api.access import XAccess
from tasks.sources.x_api.account_plan import AccountPlan, Today, account_plan, today_of
from tasks.sources.x_api.endpoints import TIMELINE, USERS_BY
from tasks.sources.x_api.followers import (
    RestWanted,
    fetch_new_followers,
    fetch_newest_followers,
    fetch_rest,
    new_gap,
    remaining_gap,
)
from tasks.sources.x_api.gateway import XGateway, x_client
from tasks.sources.x_api.history import ReadingHistory, read_history
from tasks.sources.x_api.ledger import Ledger, month_cost_before, pages_billed_on
from tasks.sources.x_api.lists import reading_before_error
from tasks.sources.x_api.pages import LATE, SUFFIX, day_folder, read_pages
from tasks.sources.x_api.parameters import Budget, CountsReserve, Limits, Prices, ReadingParameters
from tasks.sources.x_api.parse import parse_posts, parse_snapshots
from tasks.sources.x_api.problems import XError
from tasks.sources.x_api.readings import (
    GAPS_FILE,
    SCANS_FOLDER,
    Gap,
    open_gaps,
    read_readings,
    read_scan,
    write_gaps,
    write_readings,
)
from tasks.sources.x_api.subjects import (
    EngagerRequest,
    counts_so_far,
    fetch_counts,
    fetch_engagers,
    fetch_posts,
    fetch_posts_again,
)
from tasks.sources.x_api.transport import Pace, XAccount, XSession
from tasks.sources.x_api.vocabulary import VOCABULARY_FILE, Vocabulary, read_vocabulary, write_vocabulary
from tasks.store import layout
from tasks.store.forgotten import read_forgotten
from tasks.store.local_copy import LocalCopy, local_copy
from tasks.store.root import DataRoot

_HERE = PurePosixPath()


class XDay:
    """One day of X, opened once: its raw pages, ledger, budget and history, on which plan, fetch, stage and scan work.

    The pages below `folder` are the cursor: a killed run goes on behind the last one, and so does a second session.
    The counts of `accounts_count` accounts, of this day and of the rest of its month, are paid before all else,
    and `deciding_usd` stand back for the readings that would decide open rises.
    """

    def __init__(  # noqa: PLR0913 - what a day is opened with
        self,
        root: DataRoot,
        day: date,
        limits: Limits,
        prices: Prices,
        accounts_count: int,
        *,
        deciding_usd: Decimal = Decimal(0),
    ) -> None:
        """Open the day; call it inside the lock of the day's reading."""
        self.root, self.day, self.limits, self.prices = root, day, limits, prices
        self.deciding_usd = deciding_usd
        self._accounts_count = accounts_count
        self._has_new_pages = False
        self._open()
        self.history = read_history(root, day, open_gaps(self.folder, day))

    def _open(self) -> None:
        self.folder = raw_folder(self.root, self.day)
        self.ledger = Ledger(self.prices, pages_billed_on(self.folder, self.day))
        spent_before = month_cost_before(self.root, self.day)
        spent = self.ledger.spent(self.day)
        self.budget = self.limits.of_day(spent, spent_before)
        price, counted = self.prices.of_object(USERS_BY, is_owned=False), self.ledger.spent_on_counts(self.day)
        self.reserve = CountsReserve.of(self._accounts_count, price, self.day, counted)
        self.month_left = self.limits.month_usd - spent_before - spent
        beyond_counts = self.reserve.rest_of(self.budget, self.month_left)
        self.spare = Budget(max(beyond_counts.left - self.deciding_usd, Decimal(0)), within=beyond_counts)

    @contextmanager
    def session(self, access: XAccess) -> Iterator[XSession]:
        """Everything a reading of the day needs; what it learns of X's words is kept, also when it breaks off.

        A second one, after X asked for a pause, begins with what the first left on disk.
        """
        if self._has_new_pages:
            self._open()
        self._has_new_pages = True
        vocabulary = read_vocabulary(self.folder, self.day)
        try:
            yield XSession(
                client=x_client(access.credentials, XGateway(access.base_url)),
                root=self.folder,
                day=self.day,
                clock=access.clock,
                pace=Pace(time.sleep, random.Random(self.day.toordinal())),  # noqa: S311 - spreads waits, guards nothing
                ledger=self.ledger,
                budget=self.budget,
                vocabulary=vocabulary,
                forgotten=read_forgotten(self.root),
                account_usd=self.limits.account_day_usd,
                spare=self.spare,
            )
        finally:
            write_vocabulary(self.folder, vocabulary, self.day)

    def readings(self) -> list[Reading]:
        """How far each reading of the day got, as it stands on disk."""
        return read_readings(self.folder, self.day)

    def spent_usd(self) -> Decimal:
        """What the day has cost so far, by all pages on disk."""
        return Ledger(self.prices, pages_billed_on(self.folder, self.day)).spent(self.day)

    def spare_usd(self, account_id: str, budget_usd: Decimal | None) -> Decimal:
        """What may still be spent on an account that day: by its own budget, and beyond what stands back."""
        limit = self.limits.account_day_usd if budget_usd is None else budget_usd
        return Budget(limit, self.ledger.spent_on(self.day, account_id), within=self.spare).left


@dataclass(frozen=True)
class _Step:
    """One subject of one account, and the fetches that make it up."""

    account_id: str
    subject: str
    fetches: tuple[Callable[[], Reading], ...]


def fetch_day(
    session: XSession, accounts: Sequence[Account], history: ReadingHistory, parameters: ReadingParameters
) -> list[Reading]:
    """How far each reading of the day got; the pages lie on disk, and so does this answer.

    Counts come first and for all accounts at once, because they tell what else is worth reading.
    When X or the clock ends the run (`XError`), what was read until then, and where it stopped, lies on disk all the
    same: it can be staged, and the next run goes on from there.
    """
    readings: list[Reading] = []
    try:
        for reading in _readings(session, accounts, history, parameters):
            readings.append(reading)  # noqa: PERF402 - those before an exception must stay
    finally:
        write_readings(session.root, session.day, readings)
        counted = [reading.account_id for reading in readings if reading.subject == "counts"]
        levels = {name: account.level for name, account in zip(counted, accounts, strict=False)}
        write_gaps(session.root, session.day, _gaps(session, readings, history, parameters, levels))
    return readings


def fetch_sample(session: XSession, account: Account, wanted_count: int) -> list[Reading]:
    """How the reading of an account's count and of so many of its newest followers went; as `fetch_day`, for a wish.

    What the day has read of it, and of other accounts, stays as it is.
    """
    readings: list[Reading] = []
    try:
        readings += _counts(session, [account.handle])
        for reading in tuple(readings):
            if reading.objects_count:
                own = session.for_account(reading.account_id, account.budget_usd)
                wanted = partial(fetch_newest_followers, own, XAccount(reading.account_id, account.owned), wanted_count)
                readings += _fetch_step(own, _Step(reading.account_id, "followers", (wanted,)))
    finally:
        write_readings(session.root, session.day, readings)
    return readings


def _readings(
    session: XSession, accounts: Sequence[Account], history: ReadingHistory, parameters: ReadingParameters
) -> Iterator[Reading]:
    counts: list[Reading] = []
    for reading in _counts(session, [account.handle for account in accounts]):
        counts.append(reading)
        yield reading
    today = today_of(parse_snapshots(read_pages(session.root, session.day, "accounts-*")), history, parameters)
    chosen = [
        account_plan(account, reading.account_id, history, today, parameters)
        for account, reading in zip(accounts, counts, strict=True)
        if reading.objects_count
    ]
    for entry in tell_progress(chosen):
        for step in _steps(session.for_account(entry.x_account.id, entry.account.budget_usd), entry, today, parameters):
            yield from _fetch_step(session, step)
    # Last what can wait for another day's budget: the whole lists, and what earlier days left of them.
    for entry in chosen:
        for step in _whole_lists(
            session.for_account(entry.x_account.id, entry.account.budget_usd), entry, history, parameters
        ):
            yield from _fetch_step(session, step)


def _gaps(
    session: XSession,
    readings: Sequence[Reading],
    history: ReadingHistory,
    parameters: ReadingParameters,
    levels: Mapping[str, str],
) -> dict[str, Gap]:
    """The gaps that are open after the day's pages: earlier ones as far as they are left, and those of today's cuts."""
    left = {
        account_id: remaining_gap(
            session,
            XAccount(account_id),
            gap,
            history.followers[account_id],
            RestWanted(parameters.sample_followers, is_sample=levels.get(account_id) == "sample"),
        )
        for account_id, gap in history.gaps.items()
        if account_id in history.followers
    }
    heads: dict[str, Reading] = {}
    for reading in readings:
        if reading.subject == "followers":
            heads.setdefault(reading.account_id, reading)
    cut = {
        account_id: new_gap(session, XAccount(account_id), history.followers.get(account_id))
        for account_id, reading in heads.items()
        if reading.status == "partial" and reading.reason == "budget"
    }
    return {account_id: gap for account_id, gap in (left | cut).items() if gap is not None}


def _counts(session: XSession, handles: Sequence[str]) -> Iterator[Reading]:
    try:
        counts = fetch_counts(session, handles, "usernames")
    except XError as error:
        yield from counts_so_far(session, handles, "usernames", error.reason)
        raise
    yield from counts


def _fetch_step(session: XSession, step: _Step) -> Iterator[Reading]:
    try:
        parts = [fetch() for fetch in step.fetches]
    except XError as error:
        yield reading_before_error(session, step.account_id, step.subject, error)
        raise
    yield from parts


def _steps(session: XSession, chosen: AccountPlan, today: Today, parameters: ReadingParameters) -> Iterator[_Step]:
    account, level = chosen.x_account, chosen.account.level
    if level in FOLLOWER_LEVELS and chosen.known is not None:
        followers = partial(fetch_new_followers, session, account, chosen.known, chosen.expected)
        yield _Step(account.id, "followers", (followers,))
    if level != "counts":
        recent = partial(fetch_posts, session, account, chosen.window)
        yield _Step(account.id, "posts", (recent, partial(fetch_posts_again, session, account, chosen.again)))
        if chosen.account.engagers:
            yield _Step(account.id, "engagers", (partial(_fetch_engagers, session, chosen, today, parameters),))


def _whole_lists(
    session: XSession, chosen: AccountPlan, history: ReadingHistory, parameters: ReadingParameters
) -> Iterator[_Step]:
    """The whole list where nobody is known, else the rest that an earlier day left of it."""
    account, gap = chosen.x_account, history.gaps.get(chosen.x_account.id)
    if chosen.account.level not in FOLLOWER_LEVELS:
        return
    if chosen.known is None:
        yield _Step(account.id, "followers", (partial(fetch_new_followers, session, account, None, chosen.expected),))
        return
    wanted = RestWanted(parameters.sample_followers, is_sample=chosen.account.level == "sample")
    if gap is not None and wanted.size(gap, 0):
        rest = partial(fetch_rest, session, account, gap, chosen.known, wanted)
        yield _Step(account.id, "followers", (rest,))


def _fetch_engagers(session: XSession, chosen: AccountPlan, today: Today, parameters: ReadingParameters) -> Reading:
    """Who engaged, after the posts were read: their counts say of which of them there is anybody to list."""
    read = parse_posts(read_pages(session.root, session.day, chosen.x_account.id, {TIMELINE.name}))
    age = read["observed_at"] - read["created_at"]
    is_settled = (age >= parameters.settled) & (age < timedelta(days=parameters.engagers_days))
    settled = read[is_settled & ~read["post_id"].isin(today.listed)]
    wanted = EngagerRequest(
        mentions_since=chosen.mentions_since,
        quoted_ids=_with_some(settled, "quote_count"),
        reposted_ids=_with_some(settled, "repost_count"),
        liked_ids=_with_some(settled, "like_count") if chosen.account.likers else (),
        expands_authors=chosen.account.authors,
    )
    return fetch_engagers(session, chosen.x_account, wanted)


def _with_some(posts: pd.DataFrame, count: str) -> tuple[int, ...]:
    return tuple(posts.loc[posts[count].fillna(0) > 0, "post_id"].astype("int64").tolist())


def word_notes(root: DataRoot) -> list[str]:
    """What X does not accept of the words in which it is asked."""
    path = layout.RAW_PAGES / VOCABULARY_FILE
    return Vocabulary.from_json(root.read_bytes(path).decode()).notes() if root.exists(path) else []


def raw_folder(root: DataRoot, day: date) -> Path:
    """The folder of raw pages, in which all that a reading of the day goes on from stands as the data root has it.

    Each page is durable before the next is asked for: on this disk, or in the object store.
    """
    if root.local is not None:
        return root.local / layout.RAW_PAGES
    here = local_copy(root, layout.RAW_PAGES)
    here.bring(_folder(day))
    # Of the day before only what arrived after midnight is needed, because it is billed to this one.
    here.bring(_folder(day - timedelta(days=1)), f"{LATE}{SUFFIX}")
    here.bring_file(_HERE / VOCABULARY_FILE)
    _bring_gaps(root, here, day)
    _bring_scans(here, day)
    return here.path


def _folder(day: date) -> PurePosixPath:
    return PurePosixPath(day_folder(Path(), day).as_posix())


def _bring_gaps(root: DataRoot, here: LocalCopy, day: date) -> None:
    """The latest file of gaps before the day holds all of them."""
    earlier = [name for name in root.folders(layout.RAW_PAGES) if name.startswith("dt=") and name < _folder(day).name]
    next((name for name in reversed(earlier) if here.bring_file(_HERE / name / GAPS_FILE)), None)


def _bring_scans(here: LocalCopy, day: date) -> None:
    """The state of all scans, and the pages of those that go on, or ended on the day: they may be of several days."""
    here.bring(_HERE / SCANS_FOLDER)
    for file in sorted((here.path / SCANS_FOLDER).glob(f"*{SUFFIX}")):
        scan = read_scan(here.path, file.stem)
        if scan is None or (scan.ended_at is not None and scan.ended_at.date() != day):
            continue
        for number in range((day - scan.began_at.date()).days):
            here.bring(_folder(day - timedelta(days=number + 1)) / file.stem)

"""The raw pages of a day, as rows of all staged tables."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

import pandas as pd

from tasks.schema.frames import arrow, frame
from tasks.schema.staged import ACCOUNT_SNAPSHOTS, ENGAGEMENTS, FOLLOWER_ARRIVALS, POSTS, READINGS, REJECTIONS
from tasks.sources.accounts import Account
from tasks.sources.reading import Reading
from tasks.sources.x_api.arrivals import CountMoments, HeadReading, follower_arrivals, rest_arrivals
from tasks.sources.x_api.endpoints import (
    FOLLOWERS_LIST,
    FOLLOWERS_REST,
    FOLLOWERS_SCAN,
    SUBJECT_ENDPOINTS,
    USERS_GONE,
    Endpoint,
)
from tasks.sources.x_api.history import PriorFollowers, ReadingHistory, overlap
from tasks.sources.x_api.ledger import Bill, bill, late_pages, pages_billed_on, spend_tables
from tasks.sources.x_api.pages import RawPage, page_files, page_in
from tasks.sources.x_api.parameters import Prices
from tasks.sources.x_api.parse import parse_engagements, parse_posts, parse_profiles, parse_snapshots
from tasks.sources.x_api.readings import CUT_REASONS, read_readings, readings_frame
from tasks.sources.x_api.rejections import RejectionKey, page_rejections, rejections_frame


class _PagesOnce:
    """The pages of a day, each opened once: it is parsed as it passes; its bill is kept, and what does not count."""

    def __init__(self, folder: Path, day: date, prices: Prices) -> None:
        """Tell the files apart by their names."""
        self._folder, self._day, self._prices = folder, day, prices
        self._files = page_files(folder, day)
        self._bills: list[Bill] = []
        self.rejections: Counter[RejectionKey] = Counter()

    def of(self, *endpoints: Endpoint) -> Iterator[RawPage]:
        """The pages of endpoints, one in memory at a time."""
        names = {endpoint.name for endpoint in endpoints}
        for page in map(page_in, (file for file in self._files if file.endpoint in names)):
            self._bills.append(bill(page, self._prices))
            self.rejections.update(page_rejections(page))
            yield page

    def pass_unread(self, *endpoints: Endpoint) -> None:
        """Let the pages of endpoints pass for their bills alone."""
        for _ in self.of(*endpoints):
            pass

    def bills(self) -> Iterator[Bill]:
        """The bills of the UTC day: of the pages that have passed, and of those that came late for the day before."""
        yield from (entry for entry in self._bills if entry.day == self._day)
        yield from (bill(page, self._prices) for page in late_pages(self._folder, self._day))


def parse_day(
    folder: Path, day: date, accounts: Sequence[Account], history: ReadingHistory, prices: Prices
) -> dict[str, pd.DataFrame]:
    """Rows of every staged table that X fills, by the table's name: a pure function of pages and earlier days."""
    pages, known = _PagesOnce(folder, day, prices), history.followers
    readings = read_readings(folder, day)
    snapshots = parse_snapshots(pages.of(*SUBJECT_ENDPOINTS["counts"]))
    profiles = parse_profiles(pages.of(FOLLOWERS_LIST))
    rest = parse_profiles(pages.of(FOLLOWERS_REST), FOLLOWERS_REST.name)
    pages.pass_unread(FOLLOWERS_SCAN, USERS_GONE)
    heads = _head_readings(accounts, pd.concat([history.counts, snapshots]), readings, known)
    posts = parse_posts(pages.of(*SUBJECT_ENDPOINTS["posts"]))
    engagements = parse_engagements(pages.of(*SUBJECT_ENDPOINTS["engagers"]))
    arrivals = follower_arrivals(profiles[profiles["account_id"].isin(list(heads))], heads)
    return {
        ACCOUNT_SNAPSHOTS.name: snapshots,
        FOLLOWER_ARRIVALS.name: _with_rest(arrivals, rest_arrivals(rest, history.gaps, known)),
        POSTS.name: posts,
        ENGAGEMENTS.name: engagements,
        READINGS.name: readings_frame(readings, day, _levels(readings, known)),
        REJECTIONS.name: rejections_frame(pages.rejections, day),
        **spend_tables(pages.bills(), prices),
    }


def _head_readings(
    accounts: Sequence[Account],
    counts: pd.DataFrame,
    readings: Sequence[Reading],
    known: Mapping[str, PriorFollowers],
) -> dict[str, HeadReading]:
    lists = {reading.account_id: reading for reading in readings if _is_staged_list(reading)}
    owned = {account.handle.lower() for account in accounts if account.owned}
    listed = counts[counts["account_id"].isin(list(lists))]
    return {
        account_id: HeadReading(
            known=known.get(account_id),
            is_complete=lists[account_id].is_complete,
            overlap=overlap(is_owned=rows["handle"].iloc[-1].lower() in owned),
            counts=CountMoments.of(rows),
        )
        for account_id, rows in ((str(name), rows) for name, rows in listed.groupby("account_id"))
    }


def parse_spend(folder: Path, day: date, prices: Prices) -> dict[str, pd.DataFrame]:
    """Rows of `api_spend` and `account_spend` of a UTC day, by all raw pages that arrived on it."""
    return spend_tables((bill(page, prices) for page in pages_billed_on(folder, day)), prices)


def _with_rest(arrived: pd.DataFrame, rest: pd.DataFrame) -> pd.DataFrame:
    """The day's arrivals, and those whom an earlier day had left unread; who stands in both came back."""
    keys = ["account_id", "follower_id"]
    is_new = ~pd.MultiIndex.from_frame(rest[keys]).isin(pd.MultiIndex.from_frame(arrived[keys]))
    return frame(arrow(FOLLOWER_ARRIVALS, pd.concat([arrived, rest[is_new]]))) if is_new.any() else arrived


def _is_staged_list(reading: Reading) -> bool:
    """Whether it is a follower list whose arrivals are staged: read to its end, or as far as the budget goes.

    What another reason left unread, the next reading brings, and can number:
    arrivals without a number would end the numbering of their account for ever.
    """
    return reading.subject == "followers" and (reading.is_complete or reading.reason in CUT_REASONS)


def _levels(readings: Sequence[Reading], known: Mapping[str, PriorFollowers]) -> dict[str, str]:
    """How much of each account was really seen, whatever was wanted.

    A list of which some stayed unread is a sample, also when its head is read to the known ones every day.
    """
    seen: dict[str, set[tuple[str, str]]] = {}
    for reading in readings:
        subjects = seen.setdefault(reading.account_id, set())
        if reading.subject != "followers" or _is_staged_list(reading):
            subjects.add((reading.subject, reading.status))
    samples = {account_id for account_id, followers in known.items() if followers.highest_number is None}
    return {account_id: _level(subjects, account_id in samples) for account_id, subjects in seen.items()}


def _level(subjects: set[tuple[str, str]], is_sample: bool) -> str:
    if ("followers", "complete") in subjects:
        return "sample" if is_sample else "full"
    if ("followers", "partial") in subjects:
        return "sample"
    if subjects & {("posts", "complete"), ("posts", "partial")}:
        return "posts"
    return "counts"

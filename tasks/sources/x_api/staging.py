"""The raw pages of a day, as rows of all staged tables."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pandas as pd

from tasks.sources.x_api.arrivals import HeadReading, follower_arrivals
from tasks.sources.x_api.endpoints import SUBJECTS
from tasks.sources.x_api.known import KnownFollowers, overlap
from tasks.sources.x_api.ledger import Bill, api_spend, bill, late_pages
from tasks.sources.x_api.observation import Wish
from tasks.sources.x_api.page_files import page_files
from tasks.sources.x_api.pages import Envelope, page_in
from tasks.sources.x_api.parse import parse_posts, parse_snapshots
from tasks.sources.x_api.parse_engagements import parse_engagements
from tasks.sources.x_api.parse_followers import parse_profiles
from tasks.sources.x_api.price import Prices
from tasks.sources.x_api.readings import Reading, read_readings, readings_frame
from tasks.tables.staged import (
    ACCOUNT_SNAPSHOTS,
    API_SPEND,
    ENGAGEMENTS,
    FOLLOWER_ARRIVALS,
    POSTS,
    READINGS,
)


@dataclass(frozen=True)
class RawDay:
    """The raw pages of one day, and what is needed to understand them."""

    root: Path
    day: date
    wishes: Sequence[Wish]
    known: Mapping[str, KnownFollowers]
    prices: Prices


class _PagesOnce:
    """The pages of a day, each opened once: it is parsed as it passes, and only its bill is kept."""

    def __init__(self, raw: RawDay) -> None:
        """Tell the files apart by their names."""
        self._raw = raw
        self._files = page_files(raw.root, raw.day)
        self._bills: list[Bill] = []

    def of(self, subject: str) -> Iterator[Envelope]:
        """The pages of a subject, one in memory at a time."""
        names = {endpoint.name for endpoint in SUBJECTS[subject]}
        for page in map(page_in, (file for file in self._files if file.endpoint in names)):
            self._bills.append(bill(page, self._raw.prices))
            yield page

    def bills(self) -> Iterator[Bill]:
        """The bills of the UTC day: of the pages that have passed, and of those that came late for the day before."""
        yield from (entry for entry in self._bills if entry.day == self._raw.day)
        yield from (bill(page, self._raw.prices) for page in late_pages(self._raw.root, self._raw.day))


def staged_day(raw: RawDay) -> dict[str, pd.DataFrame]:
    """Rows of every staged table that X fills, by the table's name: a pure function of pages and earlier days."""
    pages = _PagesOnce(raw)
    readings = read_readings(raw.root, raw.day)
    snapshots = parse_snapshots(pages.of("counts"))
    profiles = parse_profiles(pages.of("followers"))
    heads = _head_readings(raw, snapshots, readings)
    posts, engagements = parse_posts(pages.of("posts")), parse_engagements(pages.of("engagers"))
    return {
        ACCOUNT_SNAPSHOTS.name: snapshots,
        FOLLOWER_ARRIVALS.name: follower_arrivals(profiles[profiles["account_id"].isin(list(heads))], heads),
        POSTS.name: posts,
        ENGAGEMENTS.name: engagements,
        READINGS.name: readings_frame(readings, raw.day, _levels(readings)),
        API_SPEND.name: api_spend(pages.bills(), raw.prices),
    }


def _head_readings(raw: RawDay, snapshots: pd.DataFrame, readings: Sequence[Reading]) -> dict[str, HeadReading]:
    lists = {reading.account_id: reading for reading in readings if _is_staged_list(reading)}
    owned = {wish.handle.lower() for wish in raw.wishes if wish.is_owned}
    return {
        account_id: HeadReading(
            known=raw.known.get(account_id),
            is_complete=lists[account_id].is_complete,
            overlap=overlap(is_owned=handle.lower() in owned),
        )
        for account_id, handle in zip(snapshots["account_id"], snapshots["handle"], strict=True)
        if account_id in lists
    }


def _is_staged_list(reading: Reading) -> bool:
    """Whether it is a follower list whose arrivals are staged: read to its end, or as far as the budget goes.

    What another reason left unread, the next reading brings, and can number:
    arrivals without a number would end the numbering of their account for ever.
    """
    return reading.subject == "followers" and (reading.is_complete or reading.reason == "budget")


def _levels(readings: Sequence[Reading]) -> dict[str, str]:
    """How much of each account was really seen, whatever was wanted."""
    seen: dict[str, set[tuple[str, str]]] = {}
    for reading in readings:
        subjects = seen.setdefault(reading.account_id, set())
        if reading.subject != "followers" or _is_staged_list(reading):
            subjects.add((reading.subject, reading.status))
    return {account_id: _level(subjects) for account_id, subjects in seen.items()}


def _level(subjects: set[tuple[str, str]]) -> str:
    if ("followers", "complete") in subjects:
        return "full"
    if ("followers", "partial") in subjects:
        return "sample"
    if subjects & {("posts", "complete"), ("posts", "partial")}:
        return "posts"
    return "counts"

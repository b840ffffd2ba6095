"""Days of one account lived against the sandbox, as the pipeline would live them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import pandas as pd
from pydantic import SecretStr

from sandbox.serve import Sandbox
from tasks.schema.check import refuse_problems
from tasks.schema.frames import arrow
from tasks.schema.staged import ACCOUNT_SNAPSHOTS, ENGAGEMENTS, FOLLOWER_ARRIVALS, POSTS
from tasks.sources.reading import Reading
from tasks.sources.x_api.access import Credentials
from tasks.sources.x_api.arrivals import HeadReading, follower_arrivals
from tasks.sources.x_api.followers import ListExpectation, fetch_new_followers
from tasks.sources.x_api.history import ArrivalArrays, PriorFollowers, overlap, prior_followers
from tasks.sources.x_api.ledger import bill, pages_billed_on, spend_tables
from tasks.sources.x_api.pages import read_pages
from tasks.sources.x_api.parse import parse_engagements, parse_posts, parse_profiles, parse_snapshots
from tasks.sources.x_api.subjects import (
    EngagerRequest,
    PostWindow,
    fetch_counts,
    fetch_engagers,
    fetch_posts,
    fetch_posts_again,
)
from tasks.sources.x_api.transport import XAccount, XSession
from tasks.sources.x_api.vocabulary import Vocabulary
from tests.x_api.invented import PRICES
from tests.x_api.sessions import SessionAt

TABLES = (ACCOUNT_SNAPSHOTS, FOLLOWER_ARRIVALS, POSTS, ENGAGEMENTS)


def keys_for(sandbox: Sandbox, account: XAccount) -> Credentials:
    """The sandbox's app token, and for an owned account also that user's keys."""
    bearer = SecretStr(sandbox.settings.bearer_token)
    if not account.is_owned:
        return Credentials(bearer_token=bearer)
    user = SecretStr(f"{account.id}-invented")
    key = SecretStr("invented")
    return Credentials(bearer, consumer_key=key, consumer_secret=key, access_token=user, access_token_secret=key)


@dataclass
class Life:
    """One account, read day after day; `arrivals` are the staged rows so far."""

    sandbox: Sandbox
    session_at: SessionAt
    account: XAccount
    vocabulary: Vocabulary = field(default_factory=Vocabulary)
    arrivals: pd.DataFrame | None = None
    followers_count: int | None = None
    last_complete_at: datetime | None = None
    sessions: list[XSession] = field(default_factory=list)

    def clock(self) -> datetime:
        """The sandbox's time."""
        return self.sandbox.service.clock.now()

    def session(self, day: date | None = None, **changed: object) -> XSession:
        """A session of a new run."""
        parts = {"keys": keys_for(self.sandbox, self.account), "vocabulary": self.vocabulary, "clock": self.clock}
        session = self.session_at(self.sandbox.base_url, day=day or self.clock().date(), **(parts | changed))
        self.sessions.append(session)
        return session

    @property
    def known(self) -> PriorFollowers | None:
        """Whom earlier days have shown."""
        if self.arrivals is None:
            return None
        return prior_followers(ArrivalArrays.of(self.arrivals), self.followers_count, self.last_complete_at)

    def read_followers(self, session: XSession) -> Reading:
        """The count, then the head of the list."""
        fetch_counts(session, [self.account.id], "ids")
        return fetch_new_followers(session, self.account, self.known, ListExpectation(self.counted(session)))

    def counted(self, session: XSession) -> int:
        """Today's count."""
        rows = parse_snapshots(read_pages(session.root, session.day, "accounts-*"))
        (count,) = rows.loc[rows["account_id"] == self.account.id, "followers_count"].tolist()
        return int(count)

    def staged(self, session: XSession, *, is_complete: bool = True) -> dict[str, pd.DataFrame]:
        """The staged tables of the day, checked against their declarations."""
        pages = read_pages(session.root, session.day)
        head = HeadReading(self.known, is_complete, overlap(is_owned=self.account.is_owned))
        tables = {
            "account_snapshots": parse_snapshots(pages),
            "follower_arrivals": follower_arrivals(parse_profiles(pages), {self.account.id: head}),
            "posts": parse_posts(pages),
            "engagements": parse_engagements(pages),
        }
        for table in TABLES:
            refuse_problems(table, arrow(table, tables[table.name]))
        return tables

    def close_day(self, session: XSession) -> pd.DataFrame:
        """The day's arrivals, from now on known; the clock stands on the next day at the same hour."""
        rows = self.staged(session)["follower_arrivals"]
        self.arrivals = rows if self.arrivals is None else pd.concat([self.arrivals, rows])
        self.followers_count, self.last_complete_at = self.counted(session), self.clock()
        self.sandbox.set_clock(self.clock() + timedelta(days=1))
        return rows

    def read_all(self, session: XSession) -> list[Reading]:
        """Everything of one day: counts, followers, posts, a second look at some, engagers."""
        posts_since = self.clock() - timedelta(days=5)
        followers = self.read_followers(session)
        recent = fetch_posts(session, self.account, PostWindow(posts_since))
        ids = parse_posts(read_pages(session.root, session.day, self.account.id))["post_id"].tolist()
        again = fetch_posts_again(session, self.account, [*ids[:1], *self._older(ids)])
        some = tuple(ids[:3])
        liked = some if session.client.has_user else ()
        wanted = EngagerRequest(posts_since, some, some, liked, expands_authors=True)
        return [followers, recent, again, fetch_engagers(session, self.account, wanted)]

    def _older(self, ids: list[int]) -> list[int]:
        """Posts from before the window: the neighbors of nobody, so X does not know them."""
        return [post_id - (1 << 22) for post_id in ids[:2]]


def dollars_billed(sandbox: Sandbox, day: date) -> float:
    """What the sandbox charges for the day."""
    return round(sum(float(str(row["usd"])) for row in sandbox.bill() if row["day"] == day.isoformat()), 4)


def dollars_in_ledger(session: XSession, day: date) -> float:
    """What the ledger says of the day."""
    bills = [bill(page, PRICES) for page in pages_billed_on(session.root, day)]
    return round(float(spend_tables(bills, PRICES)["api_spend"]["price_usd"].sum()), 4)


def different_tables(one: dict[str, pd.DataFrame], two: dict[str, pd.DataFrame], but: Iterable[str] = ()) -> list[str]:
    """The tables that differ, moments of reading apart: a run with pauses reads later."""
    moments = {"observed_at", "followed_before", *but}

    def kept(rows: pd.DataFrame) -> pd.DataFrame:
        return rows.drop(columns=[name for name in rows.columns if name in moments])

    return [name for name in one if not kept(one[name]).equals(kept(two[name]))]


Living = Callable[..., Life]
"""Starts the life of an account by handle."""

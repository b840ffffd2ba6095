"""Days of several accounts against the sandbox: what an interruption leaves can be staged, and is gone on from."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest
from pydantic import SecretStr

from config.pipeline import load_parameters
from config.settings import HERE
from sandbox.serve import Sandbox, serve
from sandbox.settings import Settings
from sandbox.worlds import World, summer
from tasks.schema.check import refuse_problems
from tasks.schema.frames import arrow, empty_frame
from tasks.schema.staged import POSTS, STAGED_TABLES
from tasks.sources.accounts import Account
from tasks.sources.reading import Reading
from tasks.sources.x_api.access import Credentials
from tasks.sources.x_api.day import fetch_day
from tasks.sources.x_api.history import ArrivalArrays, ReadingHistory, prior_followers
from tasks.sources.x_api.problems import CreditsDepletedError, DayOverError, RateLimitedError, UnauthorizedError, XError
from tasks.sources.x_api.staging import parse_day
from tasks.sources.x_api.transport import XSession
from tests.x_api.invented import PRICES
from tests.x_api.lived import different_tables
from tests.x_api.sessions import Sessions

MORNING = datetime(2026, 7, 8, 6, tzinfo=UTC)
HANDLES = ("quiet_quinn", "frank", "mentioned_mia")
NUMBERS = load_parameters(HERE).reading
SEED = 11


@dataclass
class Observer:
    """Who observes some accounts day after day; `tables` are those staged on the days before."""

    sandbox: Sandbox
    sessions: Sessions
    tables: list[dict[str, pd.DataFrame]] = field(default_factory=list)

    def session(self, usd: str) -> XSession:
        """The session of a new run."""
        clock = self.sandbox.service.clock
        keys = Credentials(bearer_token=SecretStr(self.sandbox.settings.bearer_token))
        return self.sessions.at(self.sandbox.base_url, usd=usd, keys=keys, clock=clock.now, day=clock.now().date())

    @property
    def history(self) -> ReadingHistory:
        """What the days before told."""
        if not self.tables:
            return ReadingHistory({}, empty_frame(POSTS))
        arrivals, posts, counts = (
            pd.concat([tables[name] for tables in self.tables])
            for name in ("follower_arrivals", "posts", "account_snapshots")
        )
        last = dict(zip(counts["account_id"], counts["followers_count"], strict=True))
        known = {
            str(account_id): prior_followers(ArrivalArrays.of(rows), int(last[account_id]), None)
            for account_id, rows in arrivals.groupby("account_id")
        }
        return ReadingHistory(known, posts, counts)

    def fetch(self, *handles: str, usd: str = "1000") -> list[Reading]:
        """One run."""
        return fetch_day(self.session(usd), _accounts(handles), self.history, NUMBERS)

    def staged(self) -> dict[str, pd.DataFrame]:
        """What can be staged of the day, checked against the declarations."""
        day = self.sandbox.service.clock.now().date()
        tables = parse_day(self.sessions.raw, day, _accounts(HANDLES), self.history, PRICES)
        for table in STAGED_TABLES:
            if table.name in tables:
                refuse_problems(table, arrow(table, tables[table.name]))
        return tables

    def next_day(self) -> None:
        """Close the day: from now on it is one of those before."""
        self.tables.append(self.staged())
        self.sandbox.set_clock(self.sandbox.service.clock.now() + timedelta(days=1))


def _accounts(handles: tuple[str, ...]) -> list[Account]:
    return [Account(handle, level="full", engagers=True) for handle in handles]


Observing = Callable[..., Observer]


@pytest.fixture(scope="module")
def world() -> World:
    """Frank's summer."""
    return summer(SEED)


@pytest.fixture
def observing(world: World, tmp_path: Path) -> Iterator[Observing]:
    """Starts observers, each with a sandbox and a folder of its own."""
    with ExitStack() as running:

        def begin(name: str) -> Observer:
            chosen = Settings(moment=MORNING, has_rate_limits=False)
            return Observer(running.enter_context(serve(world, chosen)), Sessions(tmp_path / name, []))

        yield begin


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("credits_depleted", CreditsDepletedError),
        ("unauthorized", UnauthorizedError),
        ("rate_limited", RateLimitedError),
    ],
)
@pytest.mark.parametrize(("endpoint", "after"), [("followers", 3), ("timeline", 1), ("mentions", 1)])
def test_what_was_read_before_an_interruption_is_staged(
    observing: Observing, fault: str, error: type[XError], endpoint: str, after: int
) -> None:
    """All counts and the first account stand after the run that broke off; the next run brings the undisturbed day.

    Whole lists come last, so that of a day that breaks off at posts or mentions no list was read.
    """
    calm, broken = observing("calm"), observing("broken")
    assert {"complete"} == {reading.status for reading in calm.fetch(*HANDLES)}
    expected = calm.staged()
    broken.sandbox.inject(fault, endpoint, after=after)
    with pytest.raises(error):
        broken.fetch(*HANDLES)
    halfway = broken.staged()
    assert len(HANDLES) == len(halfway["account_snapshots"])
    told = halfway["readings"]
    quinn = halfway["account_snapshots"].set_index("handle")["account_id"].to_dict()["quiet_quinn"]
    is_quinn = (told["account_id"] == quinn) & told["subject"].isin(["counts", "posts"])
    assert ["complete", "complete"] == told.loc[is_quinn, "status"].tolist()
    assert [error.reason] == told["reading_reason"].dropna().tolist()
    assert halfway["follower_arrivals"].empty == (endpoint != "followers")
    assert halfway["follower_arrivals"]["arrival_number"].notna().all()
    broken.fetch(*HANDLES)
    whole = broken.staged()
    assert [] == [name for name in different_tables(expected, whole) if name != "api_spend"]
    assert expected["api_spend"]["price_usd"].sum() == pytest.approx(whole["api_spend"]["price_usd"].sum())


def test_counts_that_were_not_read_are_told_and_then_forgotten(observing: Observing) -> None:
    """Out of credits at the first question, each handle is named; once it is read, its name is no longer told."""
    observer = observing("counts")
    observer.sandbox.inject("credits_depleted", "users_by")
    with pytest.raises(CreditsDepletedError):
        observer.fetch(*HANDLES)
    told = observer.staged()["readings"]
    assert {f"@{handle}" for handle in HANDLES} == set(told["account_id"])
    assert {("failed", "credits")} == set(zip(told["status"], told["reading_reason"], strict=True))
    observer.fetch(*HANDLES)
    assert {"complete"} == set(observer.staged()["readings"]["status"])


def test_midnight_leaves_a_day_that_can_be_staged(observing: Observing) -> None:
    """What was read before midnight is staged for the day; the list that it cut is read on the next."""
    observer = observing("midnight")
    observer.sandbox.inject("midnight", "followers", after=2)
    day = MORNING.date()
    with pytest.raises(DayOverError):
        observer.fetch(*HANDLES)
    cut = parse_day(observer.sessions.raw, day, _accounts(HANDLES), ReadingHistory({}, empty_frame(POSTS)), PRICES)
    assert len(HANDLES) == len(cut["account_snapshots"])
    assert cut["follower_arrivals"]["arrival_number"].notna().all()
    assert {"complete"} == {reading.status for reading in observer.fetch(*HANDLES)}


@pytest.mark.parametrize(("fault", "times", "reason"), [("unavailable", 3, "fault"), ("rate_limited", 1, "rate_limit")])
def test_a_list_that_broke_off_keeps_its_numbers(
    observing: Observing, world: World, fault: str, times: int, reason: str
) -> None:
    """Frank's list breaks off for something that passes: nobody is staged, and the next day numbers all."""
    observer = observing("passing")
    observer.sandbox.inject(fault, "followers", times=times, after=1)
    try:
        observer.fetch("frank")
    except RateLimitedError:
        assert reason == "rate_limit"
    tables = observer.staged()
    assert tables["follower_arrivals"].empty
    told = tables["readings"].set_index("subject")
    assert ("partial", reason) == tuple(told.loc["followers", ["status", "reading_reason"]])
    assert {"posts"} == set(told["observation_level"])
    observer.next_day()
    observer.fetch("frank")
    arrivals = observer.staged()["follower_arrivals"]
    now = observer.sandbox.service.clock.now()
    assert world.followers(world.account("frank").id, now)[::-1] == arrivals["follower_id"].tolist()
    assert list(range(len(arrivals))) == arrivals["arrival_number"].tolist()


def test_a_list_that_the_budget_cut_is_a_sample(observing: Observing) -> None:
    """What three dollars leave beside posts shows the newest followers: they are staged, without numbers."""
    observer = observing("budget")
    observer.fetch("frank", usd="3.00")
    tables = observer.staged()
    assert 100 < len(tables["follower_arrivals"]) <= 200
    assert 2.9 < tables["api_spend"]["price_usd"].sum() <= 3.0
    assert tables["follower_arrivals"]["arrival_number"].isna().all()
    assert {"sample"} == set(tables["readings"]["observation_level"])

"""A server that this project did not write answers as X was seen to: after each case the run says the truth.

The server stands beside the repository, and so do its right answers (../shared/cases/README.md); without it these
skip, and `test_hostile.py` asks the sandbox the same.
"""

import random
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest
from pydantic import SecretStr

from tasks.schema.check import refuse_problems
from tasks.schema.frames import arrow, empty_frame
from tasks.schema.staged import POSTS, STAGED_TABLES
from tasks.sources.reading import Reading
from tasks.sources.x_api.access import Credentials
from tasks.sources.x_api.day import fetch_day
from tasks.sources.x_api.gateway import XGateway, x_client
from tasks.sources.x_api.history import ReadingHistory
from tasks.sources.x_api.ledger import Ledger, pages_billed_on
from tasks.sources.x_api.pages import iter_pages
from tasks.sources.x_api.parameters import Budget
from tasks.sources.x_api.problems import SpendCapError
from tasks.sources.x_api.staging import parse_day
from tasks.sources.x_api.transport import Pace, XSession
from tasks.sources.x_api.vocabulary import Vocabulary
from tests.x_api.living import NUMBERS, PRICES, tracked

SERVER = Path(__file__).parents[2].parent / "shared" / "cases" / "x_api" / "serve_case.py"
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
"""The server's posts, of the 20th, have settled by then, and who engaged with them is listed."""
NOBODY = ReadingHistory({}, empty_frame(POSTS))
ADA, BEA = "900000000000000001", "900000000000000002"


@contextmanager
def serving(case: str) -> Iterator[str]:
    """The server's root while it answers one case."""
    if not SERVER.exists():
        pytest.skip(f"the server of cases does not stand beside the repository ({SERVER})")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen([sys.executable, str(SERVER), str(port), case])  # noqa: S603 - the case's own server
    try:
        while process.poll() is None and not _is_listening(port):
            time.sleep(0.02)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)


def _is_listening(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


class Reader:
    """Somebody who reads Ada and Bea at level full, with who engages, run after run."""

    def __init__(self, root: str, folder: Path) -> None:
        """Nothing was read yet."""
        self.root, self.folder, self.vocabulary = root, folder, Vocabulary()
        self.accounts = [tracked(handle, engagers=True) for handle in ("ada_case", "bea_case")]

    def run(self) -> dict[tuple[str, str], Reading]:
        """One run of the day, by account and subject."""
        ledger = Ledger(PRICES, pages_billed_on(self.folder, NOW.date()))
        session = XSession(
            client=x_client(Credentials(SecretStr("any")), XGateway(self.root, timeouts=(5, 5))),
            root=self.folder,
            day=NOW.date(),
            clock=lambda: NOW,
            pace=Pace(lambda _: None, random.Random(3)),  # noqa: S311 - spreads waits, guards nothing
            ledger=ledger,
            budget=Budget(Decimal(5), ledger.spent(NOW.date())),
            vocabulary=self.vocabulary,
        )
        readings = fetch_day(session, self.accounts, NOBODY, NUMBERS)
        return {(reading.account_id, reading.subject): reading for reading in readings}

    def staged(self) -> dict[str, pd.DataFrame]:
        """What can be staged of the day, as declared."""
        tables = parse_day(self.folder, NOW.date(), self.accounts, NOBODY, PRICES)
        for table in STAGED_TABLES:
            if table.name in tables:
                refuse_problems(table, arrow(table, tables[table.name]))
        return tables

    @property
    def requests_count(self) -> int:
        """How much was asked."""
        return sum(1 for _ in iter_pages(self.folder, NOW.date()))


@pytest.fixture
def reading(tmp_path: Path) -> Iterator[Callable[[str], Reader]]:
    """Reads from the server of a case."""
    with ExitStack() as running:
        yield lambda case: Reader(running.enter_context(serving(case)), tmp_path)


def _unread(readings: dict[tuple[str, str], Reading]) -> dict[tuple[str, str], str | None]:
    return {key: reading.reason for key, reading in readings.items() if not reading.is_complete}


def test_a_spending_limit_ends_the_run(reading: Callable[[str], Reader]) -> None:
    """At the first such answer, naming the limit and its end; nobody is called unreadable, and all counts stand."""
    reader = reading("spendcap")
    for _ in range(2):
        before = reader.requests_count
        with pytest.raises(SpendCapError, match=r"spending limit .* 2026-12-14") as caught:
            reader.run()
        assert "\n" not in str(caught.value)
        assert reader.requests_count - before <= 2
    tables = reader.staged()
    assert {ADA, BEA} == set(tables["account_snapshots"]["account_id"])
    assert {"credits"} == set(tables["readings"]["reading_reason"].dropna())


def test_the_refused_word_alone_is_dropped(reading: Callable[[str], Reader]) -> None:
    """X repeats the whole value: the word of its sentence is dropped and said, and the vocabulary stays."""
    reader = reading("whole400")
    for _ in range(2):
        assert {} == _unread(reader.run())
    assert {"followers": ["user.fields=most_recent_tweet_id"]} == reader.vocabulary.refused
    assert {} == reader.vocabulary.spoken
    assert ["X does not know most_recent_tweet_id of followers: not asked for"] == reader.vocabulary.notes()


def test_a_list_that_goes_round_is_left(reading: Callable[[str], Reader]) -> None:
    """The token leads to itself: two questions an account, said so, and all else is read."""
    reader = reading("loop")
    assert {(ADA, "followers"): "loop", (BEA, "followers"): "loop"} == _unread(reader.run())
    asked = reader.requests_count
    assert asked <= 20
    assert {(ADA, "followers"): "loop", (BEA, "followers"): "loop"} == _unread(reader.run())
    assert asked == reader.requests_count
    assert 2 == len(reader.staged()["posts"])


def test_an_odd_post_costs_nobody_else(reading: Callable[[str], Reader]) -> None:
    """Ada's post stands, what is no id of it null and counted; Bea's is whole; the second run asks nothing."""
    reader = reading("odd")
    assert {} == _unread(reader.run())
    tables, asked = reader.staged(), reader.requests_count
    assert {ADA, BEA} == set(tables["posts"]["account_id"])
    odd = tables["rejections"].set_index("rejected_field")
    assert {"conversation_id": "no_id", "in_reply_to_user_id": "no_id"} == odd["rejection_reason"].to_dict()
    assert {ADA} == set(odd["account_id"])
    assert {} == _unread(reader.run())
    assert asked == reader.requests_count
    pd.testing.assert_frame_equal(tables["posts"], reader.staged()["posts"])


def test_a_repost_is_no_quote(reading: Callable[[str], Reader]) -> None:
    """What X lists among the quotes refers to a post that it reposts: nobody quoted, and it is counted apart."""
    reader = reading("reposts")
    for _ in range(2):
        assert {} == _unread(reader.run())
        tables = reader.staged()
        assert "quote" not in set(tables["engagements"]["kind"])
        assert {"repost"} == set(tables["rejections"]["rejection_reason"])

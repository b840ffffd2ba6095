import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from sandbox.serve import serve
from sandbox.settings import Settings
from sandbox.worlds import large_account, many_accounts
from tests.sandbox.caller import Caller

JUNE_1, JUNE_11 = (datetime(2026, 6, day, tzinfo=UTC) for day in (1, 11))
# A full scan of a million through the handlers, in a process of its own whose memory is measured.
SCAN = """
from pathlib import Path
from datetime import datetime, UTC
from sandbox.world.moments import milliseconds
from sandbox.world.user_view import UserView
from sandbox.worlds import large_account
world = large_account(3)
account = world.accounts[0]
audience, at = world.audiences[account.number], milliseconds(datetime(2026, 6, 1, tzinfo=UTC))
# The peak of this program: what `getrusage` tells includes the process that started it.
def peak(): return int(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0])
before = peak()
total = 0
for skip in range(0, audience.slots(at), 1000):
    numbers = audience.page(at, skip, 1000)
    total += len(UserView(world, numbers, at).column("username"))
after = peak()
print(total, audience.count(at), (after - before) // 1024, after // 1024)
"""


def test_a_million_followers_page_in_bounded_memory() -> None:
    """Reading all pages of a million followers adds less than 30 MB, and the process stays below 300 MB."""
    root = Path(__file__).parents[2]
    found = subprocess.run([sys.executable, "-c", SCAN], cwd=root, capture_output=True, text=True, check=True)  # noqa: S603 - our own code
    read, counted, added, peak = (int(word) for word in found.stdout.split())
    assert counted == read
    assert 980_000 < read < 1_020_000
    assert added < 30
    assert peak < 300


def test_a_large_account_grows_by_a_thousand_a_day() -> None:
    """Ten days bring about 10,000 to a million; those new on the head were not there before."""
    world = large_account(3)
    account = world.accounts[0]
    growth = world.followers_count(account.id, JUNE_11) - world.followers_count(account.id, JUNE_1)
    assert 9_000 < growth < 10_500


def test_a_page_costs_its_own_size_only() -> None:
    """The last page of a million is found as the first is, in the order of arrival."""
    world = large_account(3, 50_000)
    audience = world.audiences[0]
    at = int(JUNE_1.timestamp() * 1_000)
    slots = audience.slots(at)
    pages = [audience.page(at, skip, 1_000) for skip in range(0, slots, 1_000)]
    everybody = np.concatenate(pages)
    assert audience.count(at) == len(everybody) == len(np.unique(everybody))
    assert (np.diff(everybody) < 0).all()


@pytest.mark.parametrize("followers_count", [1_000, 10_000, 100_000])
def test_size_can_be_chosen(followers_count: int) -> None:
    """About as many follow on June 1 as asked for."""
    world = large_account(5, followers_count)
    assert pytest.approx(followers_count, rel=0.02) == world.followers_count(world.accounts[0].id, JUNE_1)


def test_a_large_account_is_served() -> None:
    """Its newest thousand come over HTTP, created before now, and are found again by id and by handle."""
    world = large_account(3, 20_000)
    lena = world.account("large_lena").id
    with serve(world, Settings(moment=JUNE_11)) as sandbox, Caller(sandbox) as app:
        page = app.body(f"/2/users/{lena}/followers", max_results=1000, user__fields="created_at")["data"]
        ids = [user["id"] for user in page[:100]]
        again = app.body("/2/users", ids=",".join(ids))["data"]
        named = app.body("/2/users/by", usernames=",".join(user["username"] for user in page[:100]))["data"]
    assert len({user["id"] for user in page}) == len(page) > 900
    assert max(user["created_at"] for user in page) < "2026-06-11"
    assert ids == [user["id"] for user in again] == [user["id"] for user in named]


def test_a_deep_timeline_ends_at_3200() -> None:
    """An account with more than 3,200 posts shows 3,200."""
    world = large_account(3, 1_000, posts_per_day=20.0)
    lena = world.account("large_lena").id
    with serve(world, Settings(moment=JUNE_11)) as sandbox, Caller(sandbox) as app:
        seen, token = 0, dict[str, str]()
        while True:
            body = app.body(f"/2/users/{lena}/tweets", max_results=100, **token)
            seen += body["meta"]["result_count"]
            if "next_token" not in body["meta"]:
                break
            token = {"pagination_token": body["meta"]["next_token"]}
    assert 3_200 == seen


def test_many_accounts_share_no_followers() -> None:
    """Twenty accounts of 1,000 have 20 new followers a day each, all different people."""
    world = many_accounts(3, 20, 1_000, arrivals_per_day=20, days=30)
    heads = [set(world.followers(account.id, JUNE_11)) for account in world.accounts]
    grown = [
        world.followers_count(account.id, JUNE_11) - world.followers_count(account.id, JUNE_1)
        for account in world.accounts
    ]
    assert 20 == len(heads)
    assert sum(len(head) for head in heads) == len(set.union(*heads))
    assert all(180 < growth <= 200 for growth in grown)


def test_more_people_than_rows_are_refused() -> None:
    """Three million people do not fit; the message says what does."""
    with pytest.raises(ValueError, match="at most 2 million people"):
        large_account(3, 3_000_000)

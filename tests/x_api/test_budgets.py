"""What budgets allow, and what a jump costs under them, against the sandbox."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from sandbox.serve import serve
from sandbox.settings import Settings
from sandbox.worlds import World, large_account, summer
from tasks.schema.frames import frame
from tasks.schema.staged import ACCOUNT_SNAPSHOTS
from tasks.sources.x_api.access import XAccess
from tasks.sources.x_api.day import XDay, fetch_day
from tasks.sources.x_api.parameters import Budget, CountsReserve, LimitError, Limits
from tasks.sources.x_api.scan import fetch_lists
from tasks.stage import stage_day
from tasks.store.root import DataRoot
from tasks.store.tables import Tables
from tests.x_api.living import NUMBERS, PRICES, Watch, tracked, usd

EVE = datetime(2026, 7, 14, 6, tzinfo=UTC)
"""On the next morning Frank has 17,000 followers more."""
SEED = 11

Watching = Callable[..., Watch]


@pytest.fixture(scope="module")
def world() -> World:
    """Frank's summer."""
    return summer(SEED)


@pytest.fixture
def watching(world: World, tmp_path: Path) -> Iterator[Watching]:
    """Starts watches, each with a sandbox and a folder of its own."""
    with ExitStack() as running:

        def begin(*accounts: object, usd: str = "1000", token_seconds: int | None = None) -> Watch:
            settings = Settings(moment=EVE, has_rate_limits=False, token_seconds=token_seconds)
            sandbox = running.enter_context(serve(world, settings))
            return Watch(sandbox, tmp_path / str(len(list(tmp_path.iterdir()))), accounts, usd)  # type: ignore[arg-type]  # accounts

        yield begin


def test_the_month_binds_the_day() -> None:
    """Of sixty dollars a month fifty-eight are spent: today's five are two, and none when today spent two."""
    limits = Limits(Decimal(5), Decimal(60), Decimal(5))
    assert Decimal(2) == limits.of_day(Decimal(0), Decimal(58)).left
    assert Decimal(0) == limits.of_day(Decimal(2), Decimal(58)).left
    assert Decimal(3) == limits.of_day(Decimal(2), Decimal(10)).left


def test_counts_are_paid_before_all_else() -> None:
    """Of three dollars of the month one and a half stand back for 50 accounts on the last three days of July."""
    reserve = CountsReserve.of(50, Decimal("0.01"), date(2026, 7, 29), spent=Decimal(0))
    day = Limits(Decimal(5), Decimal(60), Decimal(5)).of_day(Decimal(0), Decimal(57))
    spare = reserve.rest_of(day, Decimal(3))
    assert (Decimal(3), Decimal("1.5")) == (day.left, spare.left)
    assert 0 == spare.reserve(100, 100, Decimal("0.02"))
    assert 50 == day.reserve(50, 1, Decimal("0.01"))
    # Once the day's counts are paid, only those of the two days after it stand back.
    later = CountsReserve.of(50, Decimal("0.01"), date(2026, 7, 29), spent=Decimal("0.5"))
    assert (Decimal(0), Decimal(1)) == (later.today, later.month)


def test_a_spent_month_still_reads_the_counts(watching: Watching) -> None:
    """A large list may not use up what the counts need: it ends as the budget's, and every count is read."""
    watch = watching(tracked("steady_stan"), tracked("quiet_quinn", "counts"), usd="3.00")
    session = watch.session()
    session = replace(session, spare=Budget(Decimal("1.00"), within=session.budget))
    readings = {
        (entry.account_id, entry.subject): entry for entry in fetch_day(session, watch.accounts, watch.history, NUMBERS)
    }
    assert {"complete"} == {entry.status for (_, subject), entry in readings.items() if subject == "counts"}
    assert {"budget"} == {entry.reason for entry in readings.values() if not entry.is_complete}
    assert Decimal("1.9") <= session.budget.left


def test_a_month_that_a_list_used_up_still_counts_every_day(tmp_path: Path) -> None:
    """An owned account of 10,000 at level full, four dollars a month, and scans: June's last six days are all counted.

    Baseline and scan take what they get, down to the cents that the counts of the days to come need, and not more.
    """
    world = large_account(SEED, 10_000)
    (lena,) = world.accounts
    accounts, limits = [tracked(lena.handle, owned=True)], Limits(Decimal(3), Decimal(4), Decimal(3))
    root, tables = DataRoot(str(tmp_path)), Tables(DataRoot(str(tmp_path)))
    moment = datetime(2026, 6, 25, 6, tzinfo=UTC)
    settings = Settings(moment=moment, has_rate_limits=False, app_owner_id=lena.id)
    spare = []
    with serve(world, settings) as sandbox:
        watch = Watch(sandbox, tmp_path, accounts)
        access = XAccess(sandbox.base_url, watch.credentials, watch.now)
        for _ in range(6):
            x_day = XDay(root, watch.today, limits, PRICES, accounts_count=1)
            with x_day.session(access) as session:
                fetch_day(session, accounts, x_day.history, NUMBERS)
                list(fetch_lists(x_day, session, accounts, scan_days=7))
            stage_day.fn(x_day, accounts)
            spare.append(x_day.spare.left)
            sandbox.set_clock(watch.now() + timedelta(days=1))
        billed = sandbox.spent_usd()
    counted = frame(tables.staged(ACCOUNT_SNAPSHOTS))
    assert [25, 26, 27, 28, 29, 30] == sorted(counted["snapshot_date"].dt.day)
    assert counted["followers_count"].notna().all()
    assert 3.99 <= round(billed, 4) <= 4
    assert max(spare[1:]) < Decimal("0.01")


def test_what_stands_back_to_decide_a_rise_is_left_by_all_other_readings(tmp_path: Path) -> None:
    """Five dollars a day, of which two stand back: posts and followers of a large account get three less the count.

    Whoever opens the day to decide finds the two.
    """
    world = large_account(SEED, 10_000)
    (lena,) = world.accounts
    accounts, limits = [tracked(lena.handle)], Limits(Decimal(5), Decimal(60), Decimal(5), Decimal(2))
    root = DataRoot(str(tmp_path))
    settings = Settings(moment=datetime(2026, 6, 25, 6, tzinfo=UTC), has_rate_limits=False)
    with serve(world, settings) as sandbox:
        watch = Watch(sandbox, tmp_path, accounts)
        access = XAccess(sandbox.base_url, watch.credentials, watch.now)
        x_day = XDay(root, watch.today, limits, PRICES, accounts_count=1, deciding_usd=Decimal(2))
        with x_day.session(access) as session:
            fetch_day(session, accounts, x_day.history, NUMBERS)
        billed = sandbox.spent_usd()
    assert 2.9 < billed <= 3
    assert x_day.spare.left < Decimal("0.01")
    deciding = XDay(root, watch.today, limits, PRICES, accounts_count=1)
    assert 2 <= deciding.spare_usd(lena.id, None) == Decimal(5) - Decimal(str(round(billed, 4)))


def test_a_sample_that_a_budget_cut_stays_a_sample(watching: Watching) -> None:
    """Three dollars a day show three hundred of the newest; the days after bring it to a thousand, and no further."""
    watch = watching(tracked("steady_stan", "sample"), usd="3.00")
    for _ in range(6):
        last = watch.live()
    listed = watch.rows("follower_arrivals")["follower_id"].nunique()
    assert NUMBERS.sample_followers == pytest.approx(listed, abs=120)
    assert usd(last["api_spend"]) < Decimal("0.5")


def test_a_negative_limit_is_refused() -> None:
    """Nobody means that."""
    with pytest.raises(LimitError, match="negative"):
        Limits(Decimal(5), Decimal(-1), Decimal(5))


def test_what_is_set_aside_binds_the_wider_budget_too() -> None:
    """An account's reservation is taken from the day's and the month's until it is settled."""
    month = Budget(Decimal(10))
    account = Budget(Decimal(2), within=Budget(Decimal(5), within=month))
    assert 3 == account.reserve(3, 1, Decimal("0.5"))
    assert Decimal("8.5") == month.left
    account.settle(Decimal("1.5"), Decimal("0.2"))
    assert Decimal("9.8") == month.left
    assert 3 == account.reserve(9, 1, Decimal("0.5"))
    assert 0 == account.reserve(2, 2, Decimal("0.5"))


def test_an_account_keeps_to_its_own_budget(watching: Watching) -> None:
    """Stan may cost four dollars and Quinn what is left: each pays for itself, and the second run pays nothing."""
    bounded = tracked("steady_stan", budget_usd=Decimal(4))
    watch = watching(bounded, tracked("quiet_quinn", "posts"))
    for _ in range(2):
        readings = watch.fetch()
    reasons = {(reading.subject, reading.reason) for reading in readings if reading.reason}
    assert {("followers", "budget")} == reasons
    spend = watch.staged()["api_spend"]
    stan = watch.sandbox.world.account("steady_stan").id
    own = spend[spend["request_id"].str.contains(f"/{stan}/")]
    assert Decimal("3.99") <= usd(own) <= 4


def test_a_jump_is_a_sample_and_goes_on_tomorrow(watching: Watching, world: World) -> None:
    """Seventeen thousand arrive, and four dollars a day show the newest, contiguous, day after day, to a thousand.

    Nobody is staged twice, and every day's head is read to its known ones at the usual price.
    """
    watch = watching(tracked("frank"), usd="1000")
    watch.live()
    watch.usd = "4.00"
    frank = world.account("frank").id
    spent, seen = [], 0
    before = set(world.followers(frank, EVE))
    jumped = world.followers(frank, EVE + timedelta(days=1))
    arrived = [follower for follower in jumped if follower not in before]
    for day in range(1, 6):
        tables = watch.live()
        rows = tables["follower_arrivals"]
        spent.append(usd(tables["api_spend"]))
        assert float(spent[-1]) == pytest.approx(tables["account_spend"]["spent_usd"].sum())
        wave = [follower for follower in rows["follower_id"].tolist() if follower in set(arrived)]
        seen += len(wave)
        reading = tables["readings"].set_index("subject").loc["followers"]
        status = "partial" if day <= 3 else "complete"
        assert (status, "sample") == (reading["status"], reading["observation_level"])
    assert max(spent) <= 4
    assert max(spent[3:]) < Decimal("0.5")
    listed = watch.rows("follower_arrivals")
    assert not listed[~listed["is_return"]]["follower_id"].duplicated().any()
    got = set(listed["follower_id"].tolist()) & set(arrived)
    assert NUMBERS.sample_followers <= seen + 10
    newest = arrived[: len(got)]
    assert len(got & set(newest)) > 0.98 * len(got)


def test_those_of_the_jump_are_bounded_by_its_day(watching: Watching, world: World) -> None:
    """Who of the jump is read a day later had followed when the jump was first read, and after the day before."""
    watch = watching(tracked("frank"))
    watch.live()
    watch.usd = "4.00"
    watch.live()
    rest = watch.live()["follower_arrivals"]
    wave = set(world.followers(world.account("frank").id, EVE + timedelta(days=1)))
    late = rest[rest["follower_id"].isin(list(wave))]
    assert len(late) > 100
    assert (late["followed_before"] <= EVE + timedelta(days=1)).all()
    assert (late["followed_after"] >= EVE).all()
    assert late["arrival_number"].isna().all()


def test_a_first_reading_goes_on_until_the_whole_list_is_known(watching: Watching, world: World) -> None:
    """Quinn's list is read over days, two hundred or so a day, and nobody is missing in the end."""
    watch = watching(tracked("quiet_quinn"), usd="6.00")
    quinn = world.account("quiet_quinn").id
    while True:
        at = watch.now()
        tables = watch.live()
        if tables["readings"].set_index("subject").loc["followers", "status"] == "complete":
            break
        assert usd(tables["api_spend"]) <= 6
    listed = watch.rows("follower_arrivals")
    assert set(world.followers(quinn, at)) <= set(listed["follower_id"].tolist())
    assert not listed[~listed["is_return"]]["follower_id"].duplicated().any()


def test_a_sample_stays_a_sample(watching: Watching) -> None:
    """At level sample the newest thousand are read once, then heads; the rest is never asked for."""
    watch = watching(tracked("steady_stan", "sample"))
    first, second = watch.live(), watch.live()
    assert NUMBERS.sample_followers == pytest.approx(len(first["follower_arrivals"]), abs=20)
    assert "level" == first["readings"].set_index("subject").loc["followers", "reading_reason"]
    assert ("complete", "sample") == tuple(
        second["readings"].set_index("subject").loc["followers", ["status", "observation_level"]]
    )
    assert len(second["follower_arrivals"]) < 100


def test_a_token_that_X_forgot_ends_the_gap(watching: Watching) -> None:  # noqa: N802 - X is a name
    """The rest of the jump cannot be gone on with: it is given up, and the head is read as on any day."""
    watch = watching(tracked("frank"), token_seconds=3600)
    watch.live()
    watch.usd = "4.00"
    watch.live()
    given_up, last = watch.live(), watch.live()
    assert usd(given_up["api_spend"]) < 1
    assert "complete" == last["readings"].set_index("subject").loc["followers", "status"]

"""A day, end to end: from the sandbox over HTTP to Parquet, through the real flows."""

import shutil
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import pairwise
from pathlib import Path

import pandas as pd
import pytest

from flows.backfill import backfill
from flows.daily import daily
from flows.housekeeping import housekeeping
from flows.imports import Exports, imports
from sandbox.serve import Sandbox, serve
from sandbox.worlds import summer
from tasks.schema.frames import frame
from tasks.schema.judgement_tables import COMMUNITY_MEMBERS
from tasks.schema.report_tables import POST_ENGAGEMENT
from tasks.schema.staged import READINGS
from tasks.store.root import DataRoot
from tasks.store.tables import Tables
from tests.flows.lived import Operator, days

BEFORE, AFTER = date(2026, 7, 14), date(2026, 7, 16)
NEXT = date(2026, 7, 15)
LIVED = days(date(2026, 7, 10), date(2026, 7, 18))
"""Before, while and after Frank's followers grow."""
SEED = 7


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """The summer, on loopback."""
    with serve(summer(SEED)) as running:
        yield running


@pytest.fixture
def operator(
    prefect_server: None,  # noqa: ARG001 - must run
    sandbox: Sandbox,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Operator:
    """Somebody with an empty data root."""
    return Operator(sandbox, tmp_path / "data", monkeypatch)


@pytest.fixture(scope="module")
def past(
    prefect_server: None,  # noqa: ARG001 - must run
    tmp_path_factory: pytest.TempPathFactory,
) -> Path:
    """The data root of somebody who tracked two accounts while one of them grew elevenfold; nobody may write there."""
    folder = tmp_path_factory.mktemp("past") / "data"
    with serve(summer(SEED)) as sandbox, pytest.MonkeyPatch.context() as patch:
        operator = Operator(sandbox, folder, patch)
        operator.track("frank", "quiet_quinn")
        operator.live_all(LIVED)
    return folder


@pytest.fixture
def later(operator: Operator, past: Path) -> Operator:
    """Somebody with a copy of those days, on the last of them."""
    shutil.copytree(past, operator.root, dirs_exist_ok=True)
    operator.stand_at(LIVED[-1])
    return operator


def test_frank_s_story_is_right(later: Operator) -> None:
    """In two days 1,600 followers become 18,600 and reach rises from 40.1 to 53.4, while nobody else engages."""
    frank = later.account_daily().loc["frank"]
    before, after = frank.loc[pd.Timestamp(BEFORE)], frank.loc[pd.Timestamp(AFTER)]
    assert before["followers_count"] == pytest.approx(1_600, abs=20)
    assert after["followers_count"] == pytest.approx(18_600, abs=250)
    assert before["reach_score"] == pytest.approx(40.1, abs=0.1)
    assert after["reach_score"] == pytest.approx(53.4, abs=0.1)
    engagement = frank["engagement_geometric_mean"].dropna()
    at_last, at_first = engagement.iloc[-1], engagement.loc[: pd.Timestamp(BEFORE)].iloc[-1]
    assert abs(at_last / at_first - 1) < 0.2
    assert after["new_followers_count"] - after["lost_followers_count"] == after["followers_delta"]


def test_what_is_reported_is_what_the_world_did(later: Operator) -> None:
    """New and lost followers of each day are those of the world, counted without the pipeline."""
    frank = later.account_daily().loc["frank"]
    account = later.sandbox.world.account("frank")
    lists = {}
    for day in LIVED:
        later.stand_at(day)
        moment = later.sandbox.service.clock.now()
        lists[day] = set(later.sandbox.world.followers(account.id, moment))
    for earlier, day in pairwise(LIVED):
        row = frank.loc[pd.Timestamp(day)]
        assert len(lists[day] - lists[earlier]) == row["new_followers_count"]
        assert len(lists[earlier] - lists[day]) == row["lost_followers_count"]


def test_who_is_listed_is_who_is_counted(later: Operator) -> None:
    """On every day of every account `community_members` has a row for each of the `engagers_count_28d`."""
    days_told = later.account_daily()
    listed = frame(Tables(DataRoot(str(later.root))).latest(COMMUNITY_MEMBERS))
    by_day = listed.groupby(["handle", "report_date"]).size()
    counted = days_told["engagers_count_28d"].dropna()
    counted = counted[counted > 0]
    assert 50 < counted.max()
    assert counted.astype("int64").to_dict() == by_day.to_dict()


def test_a_day_run_twice_gives_the_same_bytes_and_costs_nothing(later: Operator) -> None:
    """The second run asks X nothing, so the bill and every report stay as they are."""
    reports = later.reports()
    later.live_all([LIVED[-1]])
    assert [] == later.sandbox.bill()
    assert reports == later.reports()


def test_a_backfill_gives_the_same_bytes_as_the_days_did(later: Operator) -> None:
    """Derived in one go from what was staged, a range of days is what living it gave."""
    before = later.reports()
    _derive_anew(later, before)
    assert before == later.reports()


def test_a_backfill_leaves_nothing_that_force_would_change(operator: Operator) -> None:
    """Quinn is left out for longer than a daily run looks back: the days between have rows of hers, without counts."""
    first, again = date(2026, 7, 1), date(2026, 7, 12)
    for day in (first, date(2026, 7, 2), date(2026, 7, 3), again):
        operator.track("frank", *(["quiet_quinn"] if day in {first, again} else []), level="counts", engagers=False)
        operator.live_all([day])
    assert backfill(first, again, return_state=True).is_completed()
    quinn, reports = operator.account_daily().loc["quiet_quinn"], operator.reports()
    assert days(first, again) == list(quinn.index.date)
    assert 10 == quinn["followers_count"].isna().sum()
    assert backfill(first, again, force=True, return_state=True).is_completed()
    assert reports == operator.reports()


def test_posts_of_days_that_were_reported_without_their_account_are_missing(operator: Operator, tmp_path: Path) -> None:
    """Frank's days are reported, of Quinn no count is known; then a budget cuts the first reading of her old posts.

    Her posts settled on days that were up to date: a backfill derives these, and leaves nothing that force changes.
    """
    first, last = date(2026, 3, 1), date(2026, 7, 12)
    noted = tmp_path / "noted.csv"
    noted.write_text("".join(["date,followers\n", *(f"{day},1600\n" for day in days(first, last))]))
    operator.stand_at(date(2026, 7, 13))
    frank = str(operator.sandbox.world.account("frank").id)
    assert imports(Exports(handle="frank", account_id=frank, counts_csv=noted), return_state=True).is_completed()
    assert backfill(first, last, force=True, return_state=True).is_completed()
    operator.track("quiet_quinn", level="posts", engagers=False)
    with (operator.config / "accounts.toml").open("a", encoding="utf-8") as file:
        file.write("budget_usd = 0.03\n")
    operator.live_all([date(2026, 7, 13)])
    readings = frame(Tables(DataRoot(str(operator.root))).staged(READINGS)).set_index("subject")["status"]
    assert "partial" == readings["posts"]
    assert backfill(first, last, return_state=True).is_completed()
    reports = operator.reports()
    settled = frame(Tables(DataRoot(str(operator.root))).latest(POST_ENGAGEMENT))["maturity_date"].dt.date
    assert ((settled >= first) & (settled <= date(2026, 7, 5))).any()
    assert backfill(first, last, force=True, return_state=True).is_completed()
    assert reports == operator.reports()


def test_days_put_together_stay_up_to_date_and_are_derived_alike(later: Operator) -> None:
    """Weeks later the days lie in a file of their month: nothing is stale, and derived anew they are the same."""
    before = later.reports()
    later.stand_at(date(2026, 9, 1))
    done = housekeeping("compact", days=7, return_state=True)
    assert "put together" in str(done.message)
    assert [] == list((later.root / "staged").rglob("dt=2026-07-??"))
    planned = backfill(LIVED[0], LIVED[-1], dry_run=True, return_state=True)
    assert f"{len(LIVED)} reported" in str(planned.message), planned.message
    assert "stale" not in str(planned.message), planned.message
    _derive_anew(later, before)
    assert before == later.reports()


def _derive_anew(operator: Operator, reports: Iterable[str]) -> None:
    """Remove every report, and derive them from what is staged."""
    for path in (operator.root / "reports").rglob("*.parquet"):
        path.unlink()
    first = min(path.split("dt=")[1][:10] for path in reports if "dt=" in path)
    state = backfill(date.fromisoformat(first), LIVED[-1], return_state=True)
    assert state.is_completed(), state.message


@pytest.mark.parametrize(
    ("handle", "said"),
    [
        ("nobody_at_all", "@nobody_at_all counts (not_found)"),
        ("suspended_sue", "@suspended_sue counts (suspended)"),
        ("private_paul", "posts (protected)"),
    ],
)
def test_an_account_that_cannot_be_read_is_named_and_the_others_are_reported(
    operator: Operator, handle: str, said: str
) -> None:
    """Half of the accounts, unknown, suspended or protected, do not fail the day: the run completes and names them."""
    operator.track("quiet_quinn", handle)
    state = operator.live(BEFORE)
    assert state.is_completed(), state.message
    assert said in str(state.message)
    assert "quiet_quinn" in set(operator.account_daily().index.get_level_values("handle"))


def test_a_day_on_which_most_accounts_fail_has_failed(operator: Operator) -> None:
    """Two of three are more than half: what they share is wrong, though the third was reported."""
    operator.track("quiet_quinn", "nobody_at_all", "suspended_sue")
    state = operator.live(BEFORE)
    assert "Failed" == state.name
    assert "@nobody_at_all counts (not_found)" in str(state.message)
    assert "quiet_quinn" in set(operator.account_daily().index.get_level_values("handle"))


def test_a_missing_right_lowers_the_level_and_the_run_goes_on(operator: Operator) -> None:
    """X answers 403 to follower lists: posts and counts are read, the run completes, and run and report say so."""
    operator.track("quiet_quinn")
    operator.sandbox.inject("wrong_token", "followers", times=9)
    state = operator.live(BEFORE)
    assert "Completed" == state.name, state.message
    assert "1 of the accounts read less deeply than wished: X does not allow followers (403)" in str(state.message)
    day = operator.account_daily().xs("quiet_quinn", level="handle").iloc[-1]
    assert "posts" == day["observation_level"]


def test_an_unknown_account_alone_is_named_and_nothing_is_written(operator: Operator) -> None:
    """With nobody to read, the sentence says whom X does not know, and there is no report."""
    operator.track("nobody_at_all")
    state = operator.live(BEFORE)
    assert "Refused" == state.name
    assert "not read: @nobody_at_all counts (not_found); nothing was reported" == state.message
    assert {} == operator.reports()


def test_a_refused_token_ends_the_run_with_a_sentence_and_leaves_the_reports(operator: Operator) -> None:
    """After a 401 nothing is staged or reported, and what was there stays to the byte."""
    operator.track("quiet_quinn")
    operator.live_all([BEFORE])
    before = operator.reports()
    operator.set("X_BEARER_TOKEN", "not-the-token")
    state = operator.live(NEXT)
    assert "Refused" == state.name
    assert "X refused the credentials (401)" in str(state.message)
    assert before == operator.reports()
    assert not list((operator.root / "staged").rglob(f"dt={NEXT}"))


def test_a_day_that_is_over_is_not_read(operator: Operator) -> None:
    """A late run reports what is staged and asks X nothing: today's count is never stamped on a past date."""
    operator.track("quiet_quinn")
    operator.live_all([BEFORE])
    bill = operator.sandbox.bill()
    operator.stand_at(NEXT)
    state = daily(BEFORE, return_state=True)
    assert state.is_completed(), state.message
    assert bill == operator.sandbox.bill()


def test_every_day_that_can_be_known_is_derived_by_the_first_run(operator: Operator, tmp_path: Path) -> None:
    """Posts of four months give engagement its past at once, also of an account that is tracked later.

    Nothing is missing or stale then, and deriving all of it anew changes no byte.
    """
    noted = tmp_path / "noted.csv"
    noted.write_text(
        "".join(["date,followers\n", *(f"{day},1600\n" for day in days(date(2026, 6, 1), date(2026, 7, 12)))])
    )
    operator.stand_at(date(2026, 7, 13))
    frank = str(operator.sandbox.world.account("frank").id)
    assert imports(Exports(handle="frank", account_id=frank, counts_csv=noted), return_state=True).is_completed()
    operator.track("frank")
    operator.live_all([date(2026, 7, 13)])
    operator.track("frank", "quiet_quinn")
    operator.live_all([BEFORE, NEXT])
    reported = operator.account_daily()
    past = reported.loc["frank"].loc[pd.Timestamp(date(2026, 6, 1)) : pd.Timestamp(date(2026, 7, 12))]
    assert 42 == past["engagement_geometric_mean"].notna().sum()
    settled = frame(Tables(DataRoot(str(operator.root))).latest(POST_ENGAGEMENT)).groupby("account_id")["maturity_date"]
    assert {True} == set(settled.min() < pd.Timestamp(date(2026, 4, 1)))
    first = settled.min().min().date()
    planned = str(backfill(first, NEXT, dry_run=True, return_state=True).message)
    assert "reported" in planned
    assert "missing" not in planned, planned
    assert "stale" not in planned, planned
    before = operator.reports()
    assert backfill(first, NEXT, force=True, return_state=True).is_completed()
    assert before == operator.reports()

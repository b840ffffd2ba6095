"""The plan of a backfill: what stands, what is missing or stale, what nobody can know."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import pandas as pd
import pytest

from tasks.freshness.ledger import DayRecord, Fingerprints
from tasks.freshness.plan import (
    DayPlan,
    LedgerState,
    PlanRequest,
    count_states,
    day_plans,
    plan_lines,
    ranges_to_derive,
)

FIRST, SECOND, THIRD, FOURTH = (date(2026, 7, day) for day in (1, 2, 3, 4))
DAYS = [FIRST, SECOND, THIRD, FOURTH]
NOW = Fingerprints("code", "config", "inputs")
TABLES = ("account_daily",)
TODAY = PlanRequest(date(2026, 8, 1))


def known(*rows: tuple[str, date, str | None]) -> pd.DataFrame:
    """Who was observed on which day, and by what."""
    frame = pd.DataFrame(rows, columns=["account_id", "report_date", "source"])
    return frame.assign(report_date=pd.to_datetime(frame["report_date"]).astype("datetime64[s]"))


def standing(records: Mapping[date, DayRecord], now: Fingerprints = NOW) -> LedgerState:
    """Records of days whose files lie on disk."""
    rows = {day: {"1", "2"} for day in records}
    return LedgerState(records, dict.fromkeys(records, TABLES), dict.fromkeys(DAYS, now), rows, rows)


EVERY_DAY = known(*((account, day, "x_api") for account in ("1", "2") for day in DAYS))
DONE = {day: DayRecord(day, TABLES, NOW) for day in DAYS}


def states(plans: list[DayPlan]) -> list[str]:
    """The state of each day."""
    return [plan.state for plan in plans]


def test_a_day_without_a_record_is_missing_and_the_others_are_left_alone() -> None:
    """Only what was never derived runs."""
    left = {day: record for day, record in DONE.items() if day != SECOND}
    plans = day_plans(DAYS, EVERY_DAY, standing(left), TODAY)
    assert ["reported", "missing", "reported", "reported"] == states(plans)
    assert [(SECOND, SECOND)] == ranges_to_derive(plans, newest_first=False)


@pytest.mark.parametrize("changed", ["code", "config", "inputs"])
def test_a_day_is_stale_when_what_it_rests_on_changed(changed: str) -> None:
    """The plan says which of the three it was."""
    (plan,) = day_plans([FIRST], EVERY_DAY, standing(DONE, replace(NOW, **{changed: "other"})), TODAY)
    assert ("stale", f"{changed} changed", True) == (plan.state, plan.reason, plan.is_run)


def test_a_day_whose_file_was_lost_is_missing() -> None:
    """A record without its file is no report."""
    lost = replace(standing(DONE), published={day: TABLES for day in DAYS if day != THIRD})
    plans = day_plans(DAYS, EVERY_DAY, lost, TODAY)
    assert "missing" == states(plans)[2]
    assert "its file is gone: account_daily" == plans[2].reason


def test_a_day_that_was_reported_and_never_derived_is_missing() -> None:
    """The first daily run reports earlier days of an export, and lists the community of its own day alone."""
    begun = {FIRST: DayRecord(FIRST, TABLES)}
    (plan,) = day_plans([FIRST], EVERY_DAY, standing(begun), TODAY)
    assert ("missing", "never derived", True) == (plan.state, plan.reason, plan.is_run)


def test_a_hole_is_reported_as_unknown_and_says_so() -> None:
    """A day that nobody read, between two that were, has a row without a count, and no source."""
    plans = day_plans(DAYS, known(("1", FIRST, "x_api"), ("1", FOURTH, "x_api")), standing({}), TODAY)
    assert [0, 1, 1, 0] == [plan.unknown_count for plan in plans]
    assert [(("x_api", 1),), (), (), (("x_api", 1),)] == [plan.sources for plan in plans]
    assert all(plan.is_run for plan in plans)


def test_an_account_that_was_seen_again_is_missing_from_the_days_between() -> None:
    """Nothing that those days rest on has changed, and yet they have a row of the account now, without a count."""
    seen = known(*(("1", day, "x_api") for day in DAYS), ("2", FIRST, "x_api"), ("2", FOURTH, "x_api"))
    rows = {FIRST: {"1", "2"}, SECOND: {"1"}, THIRD: {"1"}, FOURTH: {"1", "2"}}
    plans = day_plans(DAYS, seen, replace(standing(DONE), rows=rows), TODAY)
    assert ["reported", "missing", "missing", "reported"] == states(plans)
    assert {"not derived for every account"} == {plan.reason for plan in plans if plan.is_run}


def test_a_handle_that_x_never_knew_is_missing_from_no_day() -> None:
    """It was asked for, so it is counted as unknown, and it has no row that could be derived."""
    asked = known(*(("1", day, "x_api") for day in DAYS), *(("@nobody", day, None) for day in DAYS))
    plans = day_plans(DAYS, asked, replace(standing(DONE), rows={day: {"1"} for day in DAYS}), TODAY)
    assert {("reported", 1)} == {(plan.state, plan.unknown_count) for plan in plans}


def test_a_day_of_which_nobody_knows_is_never_run_even_by_force() -> None:
    """X cannot be asked for past counts, so there is nothing to derive, and nothing to pay."""
    forced = replace(TODAY, is_forced=True)
    (plan,) = day_plans([FIRST], known(("1", SECOND, "x_api")), standing({}), forced)
    assert ("unknowable", False, 0.0) == (plan.state, plan.is_run, plan.cost_usd)
    assert "X cannot be asked for past counts" in plan.reason


def test_today_is_not_called_unknowable_for_ever() -> None:
    """The daily run can still read it."""
    (plan,) = day_plans([SECOND], known(("1", FIRST, "x_api")), standing({}), PlanRequest(SECOND))
    assert "not read yet: `daily` reads it today" == plan.reason


def test_an_account_derived_alone_counts_for_itself_only() -> None:
    """An import reports one account; the others of that day are still missing."""
    records = {FIRST: DayRecord(FIRST, TABLES, None, {"1": NOW})}
    (alone,) = day_plans([FIRST], EVERY_DAY, standing(records), replace(TODAY, accounts=["1"]))
    (both,) = day_plans([FIRST], EVERY_DAY, standing(records), TODAY)
    assert ("reported", "missing") == (alone.state, both.state)


def test_days_on_which_only_posts_matured_are_derived_without_anybody_being_unknown() -> None:
    """The first reading of posts reaches back before the first count."""
    rows = known(("1", FIRST, "posts"), ("1", SECOND, "x_api"))
    (plan,) = day_plans([FIRST], rows, standing({}), TODAY)
    assert ("missing", 0, (("posts", 1),)) == (plan.state, plan.unknown_count, plan.sources)


def test_a_day_that_lacks_the_posts_of_an_account_is_missing() -> None:
    """It was derived for everybody before the old posts of the third account were read."""
    rows = pd.concat([EVERY_DAY, known(("3", FIRST, "posts"))])
    assert ["missing", "reported"] == states(day_plans([FIRST, SECOND], rows, standing(DONE), TODAY))


def test_days_are_derived_together_but_for_months_without_work() -> None:
    """Every range judges everything once, so a hole of days costs less than a second range; a month does not."""
    days = [date(2026, 5, 30), date(2026, 7, 1), date(2026, 7, 30), date(2026, 8, 2)]
    plans = [DayPlan(day, "missing", "", (("x_api", 1),), 0, is_run=True) for day in days]
    expected = [(days[0], days[0]), (days[1], days[3])]
    assert expected == ranges_to_derive(plans, newest_first=False)
    assert expected[::-1] == ranges_to_derive(plans, newest_first=True)
    assert [] == ranges_to_derive([], newest_first=False)


def test_alike_days_in_a_row_stand_in_one_line() -> None:
    """A year of equal days is one line of the plan."""
    plans = day_plans(DAYS, EVERY_DAY, standing({FIRST: DONE[FIRST]}), TODAY)
    lines = plan_lines(plans)
    assert ["2026-07-01", "2026-07-02 to 2026-07-04"] == [line["days"] for line in lines]
    assert "1 reported, 3 missing" == count_states(plans)

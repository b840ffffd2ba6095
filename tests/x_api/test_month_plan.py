"""A forecast tells before anything is read what 30 days cost at each level."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from sandbox.serve import serve
from sandbox.settings import Settings
from sandbox.worlds import summer
from tasks.schema.frames import empty_frame
from tasks.schema.staged import POSTS
from tasks.sources.accounts import Account
from tasks.sources.x_api.history import ReadingHistory
from tasks.sources.x_api.month_plan import MonthBudget, MonthRow, month_plan, render_month
from tasks.sources.x_api.parameters import Limits
from tests.x_api.living import Watch, tracked, usd
from tests.x_api.test_plan import NOW, SEED, TERMS

LIMITS = Limits(Decimal(5), Decimal(60), Decimal(5))
BUDGET = MonthBudget(LIMITS, NOW.date(), Decimal(5), Decimal(60))
NOTHING = ReadingHistory({}, empty_frame(POSTS))


def _of_levels(rows: list[MonthRow]) -> dict[tuple[str, str], MonthRow]:
    return {(row.handle, row.level): row for row in rows}


def _forecast(accounts: list[Account], history: ReadingHistory, now: datetime) -> dict[tuple[str, str], MonthRow]:
    return _of_levels(month_plan(accounts, history, now, BUDGET, TERMS))


def test_before_anything_is_read_only_counts_and_a_sample_have_a_price() -> None:
    """Thirty counts of a cent; 1,000 followers of a cent, two days at five dollars; of the rest nothing is known."""
    rows = month_plan([tracked("frank", "sample")], NOTHING, NOW, BUDGET, TERMS)
    found = _of_levels(rows)
    assert (Decimal("0.30"), frozenset()) == (found["frank", "counts"].likely_usd, found["frank", "counts"].open_kinds)
    sample = found["frank", "sample"]
    assert (Decimal(10), 2, Decimal("0.30")) == (sample.first_usd, sample.first_days, sample.daily_usd)
    assert {"once", "daily"} == sample.open_kinds
    assert ("followers", True) == (found["frank", "full"].unforeseen[-2], "scans" in found["frank", "full"].open_kinds)
    text = render_month(rows, BUDGET)
    assert ["frank", "full", "?", "?", "$0.300+", "?"] == text.splitlines()[6].split()[:6]
    assert "At least $10.300 in 30 days" in text


def test_at_most_is_what_the_calendar_months_allow() -> None:
    """Of 30 days from July 20 on twelve lie in July, with $10 left, and 18 in August, which allows $60."""
    budget = MonthBudget(LIMITS, date(2026, 7, 20), Decimal(5), Decimal(10))
    assert Decimal(70) == budget.most_usd(Decimal(5))
    assert Decimal(15) == budget.most_usd(Decimal("0.5"))


def test_daily_readings_cost_what_was_foretold(tmp_path: Path) -> None:
    """Two accounts are read for a week; a third of 30 foretold days is within a third of what ten days then cost."""
    accounts = [tracked("quiet_quinn"), tracked("steady_stan", "posts")]
    with serve(summer(SEED), Settings(moment=NOW - timedelta(days=7), has_rate_limits=False)) as sandbox:
        watch = Watch(sandbox, tmp_path, accounts)
        for _ in range(7):
            watch.live()
        found = _forecast(accounts, watch.history, watch.now())
        chosen = [row for row in found.values() if row.is_chosen]
        assert [Decimal(0), Decimal(0)] == [row.first_usd for row in chosen]
        spent = sum((usd(watch.live()["api_spend"]) for _ in range(10)), Decimal(0))
    assert float(sum(row.daily_usd for row in chosen) / 3) == pytest.approx(float(spent), rel=0.34)


def test_a_night_of_thousands_is_no_pace(tmp_path: Path) -> None:
    """Frank's 17,000 came on one of six days: at their mean, daily readings of a sample would cost more than $800."""
    frank = tracked("frank", "posts")
    with serve(summer(SEED), Settings(moment=datetime(2026, 7, 12, 6, tzinfo=UTC), has_rate_limits=False)) as sandbox:
        watch = Watch(sandbox, tmp_path, [frank])
        for _ in range(6):
            watch.live()
        assert _forecast([frank], watch.history, watch.now())["frank", "sample"].daily_usd < Decimal(40)

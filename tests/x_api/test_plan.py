"""A plan tells before anything is read what the day then costs."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from sandbox.serve import serve
from sandbox.settings import Settings
from sandbox.worlds import World, summer
from tasks.schema.frames import empty_frame
from tasks.schema.staged import POSTS
from tasks.sources.accounts import Account
from tasks.sources.x_api.history import ReadingHistory
from tasks.sources.x_api.parameters import Budget
from tasks.sources.x_api.reading_plan import PlanRow, PlanTerms, most_usd, plan_table, reading_plan, render_plan
from tests.x_api.living import NUMBERS, PRICES, Watch, tracked, usd

NOW = datetime(2026, 7, 8, 6, tzinfo=UTC)
TERMS = PlanTerms(NUMBERS, PRICES, account_day_usd=Decimal(5), has_user=False)
NOTHING = ReadingHistory({}, empty_frame(POSTS))
SEED = 11


@pytest.fixture(scope="module")
def world() -> World:
    """Frank's summer."""
    return summer(SEED)


def _rows(*accounts: Account, history: ReadingHistory = NOTHING, budget: str = "5") -> dict[tuple[str, str], PlanRow]:
    rows = reading_plan(accounts, history, NOW, Budget(Decimal(budget)), TERMS)
    return {(row.handle, row.subject): row for row in rows}


def test_what_nobody_can_foretell_is_not_guessed() -> None:
    """Of an account that was never read only the profile has a known price: a cent; the rest costs at most a budget."""
    rows = _rows(tracked("frank"), budget="3")
    assert (1, Decimal("0.010"), Decimal("0.010")) == _figures(rows["frank", "counts"])
    assert (None, None, Decimal(3)) == _figures(rows["frank", "followers"])
    assert (None, None, Decimal(3)) == _figures(rows["frank", "posts"])


def _figures(row: PlanRow) -> tuple[int | None, Decimal | None, Decimal]:
    return row.likely_count, row.likely_usd, row.most_usd


def test_a_level_says_what_is_read() -> None:
    """Counts are one subject, posts two, followers three, engagers four; a sample has a price from the first day on."""
    accounts = (tracked("a", "counts"), tracked("b", "posts"), tracked("c", "sample"), tracked("d", engagers=True))
    subjects = [(row.handle, row.subject) for row in reading_plan(accounts, NOTHING, NOW, Budget(Decimal(99)), TERMS)]
    assert [("a", "counts"), ("b", "counts"), ("c", "counts"), ("d", "counts")] == subjects[:4]
    assert ["posts", "followers", "posts", "followers", "posts", "engagers"] == [subject for _, subject in subjects[4:]]
    sample = _rows(tracked("c", "sample"))["c", "followers"]
    assert (1000, Decimal(10), Decimal(5)) == _figures(sample)


def test_an_account_s_own_budget_bounds_its_plan() -> None:
    """Half a dollar is the most that its lists may cost."""
    assert Decimal("0.5") == _rows(tracked("frank", budget_usd=Decimal("0.5")))["frank", "posts"].most_usd


def test_the_day_costs_what_was_foretold(world: World, tmp_path: Path) -> None:
    """Three accounts are read for a week; the plans of the next three days are within a third of what these cost."""
    accounts = [tracked("quiet_quinn"), tracked("frank"), tracked("steady_stan", "posts")]
    with serve(world, Settings(moment=NOW - timedelta(days=7), has_rate_limits=False)) as sandbox:
        watch = Watch(sandbox, tmp_path, accounts)
        for _ in range(7):
            watch.live()
        foretold, spent = Decimal(0), Decimal(0)
        for _ in range(3):
            rows = reading_plan(accounts, watch.history, watch.now(), Budget(Decimal(5)), TERMS)
            assert all(row.likely_usd is not None for row in rows)
            foretold += sum((row.likely_usd or Decimal(0) for row in rows), Decimal(0))
            cost = usd(watch.live()["api_spend"])
            assert cost <= most_usd(rows, Budget(Decimal(5)))
            spent += cost
    assert float(foretold) == pytest.approx(float(spent), rel=0.34)


def test_the_text_names_every_reading_and_the_sum() -> None:
    """One line per account and subject, what cannot be known as a question mark, and what all costs at most."""
    budget = Budget(Decimal(3))
    rows = reading_plan([tracked("frank"), tracked("quinn", "counts")], NOTHING, NOW, budget, TERMS)
    text = render_plan(rows, budget)
    lines = text.splitlines()
    assert ["account", "reads", "objects", "USD", "at", "most", "why"] == lines[0].split()
    assert ["frank", "followers", "?", "?", "$3.000", "the", "whole", "list,", "once"] == lines[3].split()
    assert "Likely $0.020, at most $3.000: the budgets leave $3.000." in lines
    assert "2 of 4 readings cannot be foretold: nothing was read of them so far." in lines
    assert [row.handle for row in rows] == [row["account"] for row in plan_table(rows)]


def test_a_budget_that_does_not_reach_is_said() -> None:
    """A sample for ten dollars does not fit into five."""
    budget = Budget(Decimal(5))
    text = render_plan(reading_plan([tracked("c", "sample")], NOTHING, NOW, budget, TERMS), budget)
    assert "The budgets do not reach" in text

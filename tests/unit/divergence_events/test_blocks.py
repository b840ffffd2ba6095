"""A list read late still tells of an event: its blocks beside the rises in which they can have followed."""

import numpy as np
import pandas as pd
import pytest

from tasks.divergence.blocks import block_facts
from tasks.reports.judgement import JudgeRequest
from tasks.reports.judgement import judgement as judged
from tests.evaluation.judged import ACTIVE_DAYS, seen
from tests.evaluation.observed import counted
from tests.evaluation.parameters import EVIDENCE, JUDGE

DAY = pd.Timestamp("2026-07-15")


def _blocks(*blocks: tuple[str, str, int]) -> pd.DataFrame:
    rows = pd.DataFrame(blocks, columns=["block_followed_after", "block_followed_before", "members_count"])
    moments = {
        name: pd.to_datetime(rows[name], utc=True, format="ISO8601")
        for name in ("block_followed_after", "block_followed_before")
    }
    return rows.assign(account_id="a", **moments)


def _share(blocks: pd.DataFrame, *arrivals: tuple[str, float]) -> list[float]:
    days = pd.to_datetime([day for day, _ in arrivals]).astype("datetime64[s]")
    events = pd.DataFrame({"account_id": "a", "first_date": days, "last_date": days, "kind": "jump"})
    events = events.assign(observed_count=[count + 10 for _, count in arrivals], expected_count=10.0)
    return block_facts(events, blocks, EVIDENCE.block_largest_ratio)["block_share"].tolist()


def test_a_block_belongs_to_the_rise_in_which_it_can_have_followed() -> None:
    """900 of 1,000 arrivals stand in a block dated from the eve to two months later; none in one of last year."""
    fits = _blocks(("2026-07-14 09:00", "2026-09-01", 900), ("2025-07-14", "2025-09-01", 80))
    assert _share(fits, ("2026-07-15", 1_000)) == [0.9]
    assert np.isnan(_share(_blocks(("2025-07-14", "2025-09-01", 900)), ("2026-07-15", 1_000))).all()


def test_a_block_much_larger_than_the_rise_is_another_ones() -> None:
    """Of two rises that a block of 900 can have brought it belongs to that of 1,000, and not to that of 100."""
    found = _share(_blocks(("2026-07-01", "2026-09-01", 900)), ("2026-07-15", 1_000), ("2026-08-15", 100))
    assert found[0] == pytest.approx(0.9)
    assert np.isnan(found[1])


def test_a_list_read_weeks_after_a_rise_that_nobody_watched_decides_it() -> None:
    """A count that rose by 5,000 in a night cannot be told from counts alone; a block of 4,900 that fits it tells."""
    days = pd.date_range("2026-06-01", periods=60)
    counts = counted({"a": pd.Series(3_000 + 2 * np.arange(60) + np.where(days >= DAY, 5_000, 0), days)})

    def verdict(blocks: pd.DataFrame) -> tuple[str, str]:
        (event,) = judged(seen(counts), [], JudgeRequest(days[-1], JUDGE, ACTIVE_DAYS, blocks)).events.itertuples()
        return event.first_date.strftime("%Y-%m-%d"), event.verdict

    assert verdict(_blocks().iloc[:0]) == ("2026-07-15", "undetermined")
    assert verdict(_blocks(("2026-07-14 20:00", "2026-07-16 02:00", 4_900))) == ("2026-07-15", "unexplained_wave")

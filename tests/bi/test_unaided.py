"""What somebody asks who has read no page of these documents but the names of tables and columns.

Asked of the demonstration's summer (`make test-bi` lives it), or of the reports that BI_DATA_ROOT names.
"""

from datetime import date
from pathlib import Path

import duckdb
import pytest

from sandbox.world.waves import BOTS, DRIP
from tests.bi.test_questions import ALL_QUESTIONS, QUESTIONS


@pytest.fixture(scope="module")
def asked(lived: Path) -> duckdb.DuckDBPyConnection:
    """DuckDB beside the lived reports."""
    return duckdb.connect(config={"file_search_path": str(lived / "reports")})


def test_since_when(asked: duckdb.DuckDBPyConnection) -> None:
    """Frank's came in the night of July 15, Stan's in the 21 days from June 20, as `sandbox/world/waves.py` has it.

    A day more at the end is who was read only with the next one.
    """
    query = """
        select handle, unexplained_first_date, unexplained_last_date
        from 'latest/account_summary.parquet' where is_wave order by handle"""
    assert [
        ("frank", date(2026, 7, 15), date(2026, 7, 16)),
        ("steady_stan", date(2026, 6, 20), date(2026, 7, 11)),
    ] == asked.execute(query).fetchall()


def test_how_many(asked: duckdb.DuckDBPyConnection) -> None:
    """About 17,000 came to about 1,600; the interval holds what the story made real, and the parts make the whole."""
    query = """
        select followers_count, explained_followers_count, explained_followers_count_low,
            explained_followers_count_high, present_unexplained_followers_count
        from 'latest/account_summary.parquet' where handle = 'frank'"""
    followers, explained, low, high, unexplained = asked.execute(query).fetchone() or ()
    assert 18_000 < followers < 18_700
    assert followers == explained + unexplained
    assert low <= explained <= high
    assert 1_400 <= low < high <= 1_700
    came = asked.execute("""
        select handle, observed_followers_delta, unexplained_followers_count_low, unexplained_followers_count_high
        from 'latest/divergence_events.parquet' where verdict = 'unexplained_wave' order by handle""").fetchall()
    assert [handle for handle, *_ in came] == ["frank", "steady_stan"]
    for (_, observed, low, high), real in zip(came, (BOTS, DRIP), strict=True):
        assert abs(observed - real) <= 0.02 * real
        assert low <= high <= observed


def test_why(asked: duckdb.DuckDBPyConnection) -> None:
    """The evidence for the wave by its weight, and the same in three plain facts beside the account."""
    query = """
        select evidence_code from 'latest/event_evidence.parquet'
        where handle = 'frank' and explanation = 'unexplained_wave' and weight_nats > 0
        order by weight_nats desc"""
    codes = {code for (code,) in asked.execute(query).fetchall()}
    assert {"never_gave_a_like", "created_together", "engagement_response"} <= codes
    (facts,) = asked.execute(
        "select unexplained_evidence from 'latest/account_summary.parquet' where handle = 'frank'"
    ).fetchone() or ("",)
    cohort = asked.execute(
        "select cohort_count, engaged_count, silent_share from 'latest/arrival_cohorts.parquet' where handle = 'frank'"
    ).fetchone() or (0, 0, 0.0)
    silent, together, engaged = facts.split("; ")
    assert silent.startswith(f"{cohort[2]:.0%} never gave a like".replace("%", " %"))
    assert "created within" in together
    assert 0 == cohort[1]
    assert engaged.startswith(f"none of {cohort[0]:,} engaged within")


@pytest.mark.parametrize("question", ALL_QUESTIONS)
def test_each_ready_question_has_an_answer(asked: duckdb.DuckDBPyConnection, question: str) -> None:
    """The demonstration has something to say to whoever asks."""
    assert asked.execute((QUESTIONS / f"{question}.sql").read_text(encoding="utf-8")).fetchall()

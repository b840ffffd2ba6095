"""Where the source tells when each followed, bursts and blocks are found to the hour, without a warm-up."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from tasks.followers.retrospective import Retrospective, retrospective
from tasks.followers.roster import roster
from tasks.followers.stretches import ProfileReader
from tasks.schema.arrays import FloatArray, IntArray
from tests.evaluation.parameters import RETROSPECTIVE
from tests.unit.followers.people import arrivals

READ = pd.Timestamp("2026-06-01", tz="UTC")
BURST = pd.Timestamp("2026-05-03 14:02", tz="UTC")
Profiles = Callable[[np.random.Generator, int], FloatArray]


def _people(random: np.random.Generator, rows: int) -> FloatArray:
    return np.exp(random.normal(4, 2, (3, rows))).round()


def _hollow(random: np.random.Generator, rows: int) -> FloatArray:
    return np.exp(random.normal(1, 0.5, (3, rows))).round()


def _list(usual: int, burst: int, profiles: Profiles) -> tuple[pd.DataFrame, FloatArray]:
    """So many who came over two years, then others within 50 minutes, newest first, and their profiles by rank."""
    random = np.random.default_rng(5)
    followed = np.sort(random.uniform(0, 730, usual))
    ends = (
        READ - pd.to_timedelta(730 - followed, "D"),
        BURST + pd.to_timedelta(np.sort(random.uniform(0, 50, burst)), "min"),
    )
    rows = pd.DataFrame({"followed_at": ends[0].append(ends[1])})
    rows["created_at"] = rows["followed_at"] - pd.to_timedelta(random.uniform(1, 900, len(rows)), "D")
    counts = np.concatenate([_people(random, usual), profiles(random, burst)], axis=1)
    order = np.argsort(rows["followed_at"].to_numpy())[::-1]
    return rows.iloc[order].reset_index(drop=True).assign(rank=np.arange(len(rows))), counts[:, order]


def _reader(counts: FloatArray) -> ProfileReader:
    def read(places: IntArray) -> FloatArray:
        return counts[:, places]

    return read


def _found(usual: int, burst: int, profiles: Profiles = _people, *, is_known: bool = True) -> Retrospective:
    rows, counts = _list(usual, burst, profiles)
    return retrospective(rows, READ, RETROSPECTIVE, _reader(counts) if is_known else None)


@pytest.mark.parametrize("usual", [300, 2_000, 20_000])
def test_five_thousand_follows_within_fifty_minutes_are_found_to_the_minute(usual: int) -> None:
    """One stretch of the account's past, dated by its own times, whatever the account had before."""
    told = _found(usual, 5_000, is_known=False).stretches
    assert len(told) == 1
    assert abs(told["members_count"][0] - 5_000) <= 50
    assert told["followed_after"][0] >= BURST - pd.Timedelta(hours=1)
    assert told["followed_before"][0] <= BURST + pd.Timedelta(hours=2)


def test_a_burst_of_hollow_profiles_is_a_block() -> None:
    """Precision and recall are at least .95, and nothing is left beside it."""
    found = _found(2_000, 800, _hollow)
    assert (len(found.blocks), len(found.stretches)) == (1, 0)
    assert 760 <= found.blocks["members_count"][0] <= 840
    assert found.blocks["followed_after"][0] >= BURST - pd.Timedelta(hours=1)
    assert found.blocks["followed_before"][0] <= BURST + pd.Timedelta(hours=2)


def test_a_burst_of_people_is_told_and_no_block() -> None:
    """Its profiles are like those of the others."""
    found = _found(2_000, 800)
    assert found.blocks.empty
    assert found.stretches["profile_distance"][0] < 0.1


def test_a_steady_past_has_no_burst() -> None:
    """2,000 who came over two years."""
    found = _found(2_000, 0)
    assert found.blocks.empty
    assert found.stretches.empty


def test_the_clock_of_told_follows_is_exact() -> None:
    """Both bounds are the follow's own time."""
    clock = _found(300, 0).clock
    assert (clock["followed_after"] == clock["followed_before"]).all()
    assert len(clock) == 300


def test_a_roster_keeps_the_told_time_of_the_first_reading() -> None:
    """Who followed in 2020 by the source did so then; who is only bounded by the reading stands on the clock."""
    told = pd.Timestamp("2025-03-01", tz="UTC")
    rows = arrivals([0, 0])
    rows.loc[0, "followed_before"] = told
    created = rows["follower_created_at"].iloc[0]
    expected = [(moment - pd.Timestamp(0, tz="UTC")) / pd.Timedelta(days=1) for moment in (told, created)]
    assert roster(rows).followed.tolist() == expected
